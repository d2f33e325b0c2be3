#include "player/raster_output.h"

#include <cmath>
#include <utility>

#include <QPaintEngine>
#include <QPaintEvent>
#include <QPainter>
#include <QWindow>

namespace mutoscope::player
{
namespace
{

using namespace std::chrono_literals;
constexpr auto resizeRest = 120ms;

/// Where a painter's widget ends up, if that is plain memory of 4 bytes a pixel.
QImage* memoryBehind(const QPainter& painter)
{
    QPaintDevice* device = painter.paintEngine()->paintDevice();
    if (!device || device->devType() != QInternal::Image)
        return nullptr;
    auto* image = static_cast<QImage*>(device);
    const QImage::Format format = image->format();
    return format == QImage::Format_RGB32 || format == QImage::Format_ARGB32_Premultiplied ? image : nullptr;
}

} // namespace

RasterOutput::RasterOutput(QWidget* parent) : VideoOutput(parent)
{
    setAttribute(Qt::WA_OpaquePaintEvent); // every pixel is painted here: nothing behind needs painting
    connect(m_mailbox.get(), &FrameMailbox::arrived, this, &RasterOutput::takeFrame, Qt::QueuedConnection);
    m_resized.setSingleShot(true);
    m_resized.setInterval(resizeRest);
    connect(&m_resized, &QTimer::timeout, this, [this] { m_mailbox->setWantedSize(size() * devicePixelRatioF()); });
}

void RasterOutput::clear()
{
    static_cast<void>(m_mailbox->take());
    m_frame = {};
    m_image = {};
    m_unpainted = false;
    update();
    Q_EMIT pictureSizeChanged({});
}

bool RasterOutput::isOnScreen() const
{
    const QWindow* handle = window()->windowHandle();
    return isVisible() && handle && handle->isExposed();
}

void RasterOutput::takeFrame()
{
    auto frame = m_mailbox->take();
    if (!frame)
        return;
    const bool reshaped = frame->shown != m_frame.shown;
    m_frame = std::move(*frame);
    m_image = {};
    m_unpainted = true;
    if (reshaped)
        Q_EMIT pictureSizeChanged(m_frame.shown);
    if (isOnScreen())
        update();
    else
        m_mailbox->noteShown(m_frame.session, false); // nobody will paint it
}

void RasterOutput::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    if (!m_frame.writeBgra || m_frame.shown.isEmpty()) {
        painter.fillRect(event->rect(), Qt::black);
        return;
    }
    // In device pixels, so that a picture that was scaled for us is copied pixel by pixel, at ratio 2 too.
    const qreal ratio = devicePixelRatioF();
    const QSize area(qRound(width() * ratio), qRound(height() * ratio));
    const QSize fitted = fit(m_frame.shown, area);
    QRectF target((area.width() - fitted.width()) / 2, (area.height() - fitted.height()) / 2, fitted.width(),
                  fitted.height());
    target = QRectF(target.topLeft() / ratio, target.size() / ratio);

    const QRectF all(rect());
    painter.fillRect(QRectF(all.left(), all.top(), all.width(), target.top()), Qt::black);
    painter.fillRect(QRectF(all.left(), target.bottom(), all.width(), all.bottom() - target.bottom()), Qt::black);
    painter.fillRect(QRectF(all.left(), target.top(), target.left(), target.height()), Qt::black);
    painter.fillRect(QRectF(target.right(), target.top(), all.right() - target.right(), target.height()), Qt::black);

    const bool scaled = m_frame.size != (m_frame.orientation.quarterTurns % 2 == 0 ? fitted : fitted.transposed());
    if (scaled || !writeToWindow(painter, target))
        drawImage(painter, target, scaled);

    if (std::exchange(m_unpainted, false))
        m_mailbox->noteShown(m_frame.session, true);
}

/// Spares a copy of the picture, and the memory for it. Only where all of the picture is to be painted: what isn't may belong to a
/// widget on top of this one.
bool RasterOutput::writeToWindow(const QPainter& painter, const QRectF& target)
{
    QImage* window = memoryBehind(painter);
    const QTransform& transform = painter.deviceTransform();
    if (!window || transform.type() > QTransform::TxScale || m_frame.orientation != VideoFrame::Orientation())
        return false;
    const QRect place = transform.mapRect(target).toAlignedRect();
    const QRegion clip = painter.paintEngine()->systemClip();
    if (place.size() != m_frame.size || !window->rect().contains(place) || (!clip.isEmpty() && !QRegion(place).subtracted(clip).isEmpty()))
        return false;
    const qsizetype stride = window->bytesPerLine();
    if (!m_frame.writeBgra(window->bits() + place.y() * stride + qsizetype(place.x()) * 4, static_cast<int>(stride)))
        return false;
    m_image = {};
    return true;
}

void RasterOutput::drawImage(QPainter& painter, const QRectF& target, bool scaled)
{
    if (m_image.isNull()) {
        m_image = QImage(m_frame.size, QImage::Format_RGB32);
        if (m_image.isNull() || !m_frame.writeBgra(m_image.bits(), static_cast<int>(m_image.bytesPerLine())))
            m_image.fill(Qt::black);
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform, scaled);
    const auto [quarterTurns, mirrored] = m_frame.orientation;
    const QSizeF held = quarterTurns % 2 == 0 ? target.size() : target.size().transposed();
    painter.translate(target.center());
    painter.rotate(90 * quarterTurns);
    painter.scale(mirrored ? -1 : 1, 1);
    painter.drawImage(QRectF(QPointF(-held.width() / 2, -held.height() / 2), held), m_image);
}

void RasterOutput::resizeEvent(QResizeEvent* event)
{
    VideoOutput::resizeEvent(event);
    if (m_mailbox->wantedSize().isEmpty())
        m_mailbox->setWantedSize(size() * devicePixelRatioF());
    else
        m_resized.start();
}

void RasterOutput::showEvent(QShowEvent* event)
{
    VideoOutput::showEvent(event);
    m_resized.start();
}

} // namespace mutoscope::player
