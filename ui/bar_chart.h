#pragma once

#include <vector>

#include <QWidget>

#include "p2p/base/types.h"

namespace mutoscope::ui
{

/// Amounts as bars, one for each series side by side, the largest as high as the chart; what a bar stands for is its tool tip.
class BarChart : public QWidget
{
    Q_OBJECT

public:
    struct Series {
        QString name;
        std::vector<base::Tokens> amounts; ///< as many in each
    };

    BarChart();

    /// One label for each amount. Without series nothing is known.
    void setBars(std::vector<Series> series, QStringList labels);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] std::size_t places() const { return m_series.empty() ? 0 : m_series.front().amounts.size(); }
    [[nodiscard]] QRectF barAt(std::size_t series, std::size_t place) const;

    std::vector<Series> m_series;
    std::int64_t m_largest = 1;
    QStringList m_labels;
};

} // namespace mutoscope::ui
