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

BarChart::BarChart(const QString& name) : m_name(name)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setBars({}, {});
}

void BarChart::setBars(std::vector<base::Tokens> amounts, QStringList labels)
{
    m_amounts = std::move(amounts);
    m_labels = std::move(labels);
    setAccessibleName(u"%1: %2"_s.arg(m_name, m_amounts.empty() ? unknownText() : tr("%1 tokens").arg(formatOwn(sumOf(m_amounts)))));
    update();
}

QSize BarChart::sizeHint() const
{
    return {240, usualHeight};
}

QRectF BarChart::barAt(std::size_t number) const
{
    const double room = static_cast<double>(width()) / static_cast<double>(m_amounts.size());
    const auto largest = std::max<std::int64_t>(std::ranges::max(m_amounts).value(), 1);
    const double share = static_cast<double>(m_amounts[number].value()) / static_cast<double>(largest);
    const double high = std::max(leastHeight, share * (height() - 1));
    return {room * (static_cast<double>(number) + gapShare / 2), height() - high, room * (1 - gapShare), high};
}

void BarChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const Colours& c = coloursOf(this);
    if (m_amounts.empty()) {
        painter.setPen(c.muted);
        painter.drawText(rect(), Qt::AlignCenter, unknownText());
    }
    for (std::size_t i = 0; i < m_amounts.size(); ++i) {
        painter.setBrush(m_amounts[i].value() > 0 ? c.accent : c.line);
        const QRectF bar = barAt(i);
        const double round = std::min({3.0, bar.width() / 2, bar.height() / 2});
        painter.drawRoundedRect(bar, round, round);
    }
}

bool BarChart::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || m_amounts.empty())
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto number = static_cast<std::size_t>(std::clamp(help->pos().x(), 0, width() - 1)) * m_amounts.size() / static_cast<std::size_t>(width());
    QToolTip::showText(help->globalPos(),
                       tr("%1: %2 tokens").arg(m_labels.value(static_cast<qsizetype>(number)), formatOwn(m_amounts[number])), this);
    return true;
}

} // namespace mutoscope::ui
