#pragma once

#include <functional>

#include <QWidget>

#include "p2p/base/clock.h"
#include "ui/bar_chart.h"
#include "ui/earnings.h"

class QLabel;

namespace mutoscope::ui
{

/// A BarChart with its sums, of today, 7 or 30 days as the person likes.
class SpanChart : public QWidget
{
    Q_OBJECT

public:
    /// The series of a span that ends now; none where they aren't known.
    using Bars = std::function<std::vector<BarChart::Series>(Span span, base::UnixMs now)>;

    SpanChart(const base::Clock& clock, Bars bars);

    void refresh();

private:
    const base::Clock& m_clock;
    Bars m_bars;
    Span m_span = Span::Week;
    QLabel* m_sums = nullptr;
    BarChart* m_chart = nullptr;
};

} // namespace mutoscope::ui
