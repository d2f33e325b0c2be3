#include "player/raster_output.h"

#include <cmath>
#include <utility>

#include <QPaintEvent>
#include <QPainter>
#include <QWindow>

namespace mutoscope::player
{
namespace
{

using namespace std::chrono_literals;
constexpr auto resizeRest = 120ms;

/// The image's last reference gives the pipeline its buffer back, on whichever thread that is.
void releaseOwner(void* owner)
{
    delete static_cast<std::shared_ptr<const void>*>(owner);
}

QImage wrap(const VideoFrame& frame)
{
    return QImage(frame.planes[0].data, frame.size.width(), frame.size.height(), frame.planes[0].stride,
                  QImage::Format_RGB32, &releaseOwner, new std::shared_ptr<const void>(frame.owner));
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
    m_image = wrap(m_frame);
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
    if (m_image.isNull() || m_frame.shown.isEmpty()) {
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

    if (m_image.size() != fitted)
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(target, m_image);

    if (std::exchange(m_unpainted, false))
        m_mailbox->noteShown(m_frame.session, true);
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
