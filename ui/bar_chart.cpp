#include "ui/bar_chart.h"

#include <algorithm>

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/earnings.h"
#include "ui/format.h"
#include "ui/theme.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int usualHeight = 64;
constexpr double gapShare = 0.25; // of the room that a bar has
constexpr double leastHeight = 2;

} // namespace

BarChart::BarChart()
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setBars({}, {});
}

void BarChart::setBars(std::vector<Series> series, QStringList labels)
{
    m_series = std::move(series);
    m_labels = std::move(labels);
    m_largest = 1;
    QStringList sums;
    for (const Series& each : m_series) {
        for (const base::Tokens amount : each.amounts)
            m_largest = std::max(m_largest, amount.value());
        sums << u"%1: %2"_s.arg(each.name, tr("%1 tokens").arg(formatOwn(sumOf(each.amounts))));
    }
    setAccessibleName(sums.isEmpty() ? unknownText() : sums.join(u", "_s));
    update();
}

QSize BarChart::sizeHint() const
{
    return {240, usualHeight};
}

QRectF BarChart::barAt(std::size_t series, std::size_t place) const
{
    const double room = static_cast<double>(width()) / static_cast<double>(places());
    const double wide = room * (1 - gapShare) / static_cast<double>(m_series.size());
    const double share = static_cast<double>(m_series[series].amounts[place].value()) / static_cast<double>(m_largest);
    const double high = std::max(leastHeight, share * (height() - 1));
    return {room * (static_cast<double>(place) + gapShare / 2) + wide * static_cast<double>(series), height() - high, wide, high};
}

void BarChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const Colours& c = coloursOf(this);
    if (m_series.empty()) {
        painter.setPen(c.muted);
        painter.drawText(rect(), Qt::AlignCenter, unknownText());
    }
    for (std::size_t series = 0; series < m_series.size(); ++series) {
        for (std::size_t place = 0; place < places(); ++place) {
            const bool isSomething = m_series[series].amounts[place].value() > 0;
            painter.setBrush(!isSomething ? c.line : series == 0 ? c.accent : c.good);
            const QRectF bar = barAt(series, place);
            const double round = std::min({3.0, bar.width() / 2, bar.height() / 2});
            painter.drawRoundedRect(bar, round, round);
        }
    }
}

bool BarChart::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || places() == 0)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto place = static_cast<std::size_t>(std::clamp(help->pos().x(), 0, width() - 1)) * places() / static_cast<std::size_t>(width());
    QStringList lines{m_labels.value(static_cast<qsizetype>(place))};
    for (const Series& each : m_series)
        lines << u"%1: %2"_s.arg(each.name, tr("%1 tokens").arg(formatOwn(each.amounts[place])));
    QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
    return true;
}

} // namespace mutoscope::ui
