#include "ui/seek_bar.h"

#include <algorithm>
#include <limits>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "ui/theme.h"

namespace mutoscope::ui
{
namespace
{

constexpr double knob = 7.0;
constexpr double thin = 4.0;
constexpr double thick = 6.0;

} // namespace

SeekBar::SeekBar() : QSlider(Qt::Horizontal)
{
    setAccessibleName(tr("Position in the film"));
    setFocusPolicy(Qt::TabFocus);
    setMouseTracking(true);
    setCursor(Qt::PointingHandCursor);
    setRange(0, 0);
}

void SeekBar::setPosition(std::int64_t ms)
{
    if (!m_dragging)
        setValue(static_cast<int>(std::clamp<std::int64_t>(ms, 0, maximum())));
}

void SeekBar::setDuration(std::int64_t ms)
{
    const int end = static_cast<int>(std::clamp<std::int64_t>(ms, 0, std::numeric_limits<int>::max()));
    if (end != maximum())
        setRange(0, end);
    setEnabled(end > 0);
}

void SeekBar::setRanges(const std::vector<node::TimeRange>& here, const std::vector<node::TimeRange>& bought)
{
    if (here == m_here && bought == m_bought)
        return;
    m_here = here;
    m_bought = bought;
    update();
}

QRectF SeekBar::groove() const
{
    const double height = m_inside || m_dragging ? thick : thin;
    return {knob, (this->height() - height) / 2.0, std::max(0.0, width() - 2 * knob), height};
}

double SeekBar::xOf(std::int64_t ms) const
{
    const QRectF line = groove();
    if (maximum() == 0)
        return line.left();
    return line.left() + line.width() * static_cast<double>(std::clamp<std::int64_t>(ms, 0, maximum())) / maximum();
}

std::int64_t SeekBar::msAt(double x) const
{
    const QRectF line = groove();
    if (line.width() <= 0)
        return 0;
    return static_cast<std::int64_t>(std::clamp((x - line.left()) / line.width(), 0.0, 1.0) * maximum());
}

std::vector<QRectF> SeekBar::rectsOf(const std::vector<node::TimeRange>& ranges) const
{
    std::vector<QRectF> rects;
    const QRectF line = groove();
    for (const node::TimeRange& range : ranges) {
        const double from = xOf(range.fromMs);
        rects.emplace_back(from, line.top(), xOf(range.toMs) - from, line.height());
    }
    return rects;
}

QSize SeekBar::sizeHint() const
{
    return {240, 22};
}

QSize SeekBar::minimumSizeHint() const
{
    return {80, 22};
}

void SeekBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF line = groove();
    const double radius = line.height() / 2;
    const QColor accent = colours(true).accent;

    painter.setBrush(QColor(255, 255, 255, 50));
    painter.drawRoundedRect(line, radius, radius);
    painter.setBrush(QColor(255, 255, 255, 110));
    for (const QRectF& rect : hereRects())
        painter.drawRoundedRect(rect, radius, radius);
    painter.setBrush(accent.darker(170));
    for (const QRectF& rect : boughtRects())
        painter.drawRoundedRect(rect, radius, radius);
    if (maximum() == 0)
        return;

    const double at = xOf(value());
    painter.setBrush(accent);
    painter.drawRoundedRect(QRectF(line.left(), line.top(), at - line.left(), line.height()), radius, radius);
    const double size = m_inside || m_dragging || hasFocus() ? knob : knob - 1.5;
    painter.drawEllipse(QPointF(at, line.center().y()), size, size);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(Qt::white, 1.5));
        painter.drawEllipse(QPointF(at, line.center().y()), size - 0.75, size - 0.75);
    }
}

void SeekBar::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || maximum() == 0)
        return;
    m_dragging = true;
    setValue(static_cast<int>(msAt(event->position().x())));
}

void SeekBar::mouseMoveEvent(QMouseEvent* event)
{
    if (maximum() == 0)
        return;
    const std::int64_t ms = msAt(event->position().x());
    if (m_dragging)
        setValue(static_cast<int>(ms));
    Q_EMIT hovered(ms, qRound(event->position().x()));
}

void SeekBar::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_dragging)
        return;
    m_dragging = false;
    setValue(static_cast<int>(msAt(event->position().x())));
    update();
    Q_EMIT sought(value());
}

void SeekBar::wheelEvent(QWheelEvent* event)
{
    event->ignore(); // the page's: volume
}

void SeekBar::keyPressEvent(QKeyEvent* event)
{
    event->ignore(); // the window's keys seek and change the volume, here as everywhere on the page
}

void SeekBar::enterEvent(QEnterEvent*)
{
    m_inside = true;
    update();
}

void SeekBar::leaveEvent(QEvent*)
{
    m_inside = false;
    update();
    Q_EMIT left();
}

} // namespace mutoscope::ui
