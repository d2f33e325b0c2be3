#include "player/multimedia_output.h"

#include <algorithm>
#include <cstring>

#include <QPalette>
#include <QResizeEvent>
#include <QVideoFrame>
#include <QVideoSink>
#include <QVideoWidget>

namespace mutoscope::player
{
namespace
{

QVideoFrameFormat::ColorSpace colorSpace(VideoFrame::Matrix matrix)
{
    switch (matrix) {
    case VideoFrame::Matrix::Bt601:
        return QVideoFrameFormat::ColorSpace_BT601;
    case VideoFrame::Matrix::Bt709:
        return QVideoFrameFormat::ColorSpace_BT709;
    case VideoFrame::Matrix::Bt2020:
        return QVideoFrameFormat::ColorSpace_BT2020;
    }
    return QVideoFrameFormat::ColorSpace_BT709;
}

/// Copies: Qt 6.4 has no public way to wrap foreign memory in a QVideoFrame.
QVideoFrame toVideoFrame(const VideoFrame& frame)
{
    const bool nv12 = frame.format == VideoFrame::Format::Nv12;
    QVideoFrameFormat format(frame.size, nv12 ? QVideoFrameFormat::Format_NV12 : QVideoFrameFormat::Format_YUV420P);
    format.setColorSpace(colorSpace(frame.matrix));
    format.setColorRange(frame.fullRange ? QVideoFrameFormat::ColorRange_Full : QVideoFrameFormat::ColorRange_Video);
    QVideoFrame result(format);
    if (!result.map(QVideoFrame::WriteOnly))
        return {};
    const int planes = std::min(result.planeCount(), nv12 ? 2 : 3);
    for (int i = 0; i < planes; ++i) {
        const auto& from = frame.planes[static_cast<std::size_t>(i)];
        const int rows = i == 0 ? frame.size.height() : (frame.size.height() + 1) / 2;
        const int bytes = std::min(from.stride, result.bytesPerLine(i));
        for (int row = 0; row < rows; ++row)
            std::memcpy(result.bits(i) + qsizetype(row) * result.bytesPerLine(i),
                        from.data + std::ptrdiff_t(row) * from.stride, static_cast<std::size_t>(bytes));
    }
    result.unmap();
    return result;
}

} // namespace

MultimediaOutput::MultimediaOutput(QWidget* parent) : VideoOutput(parent), m_view(new QVideoWidget(this))
{
    m_mailbox->setWantsYuv(true);
    setAutoFillBackground(true);
    QPalette black = palette();
    black.setColor(QPalette::Window, Qt::black);
    setPalette(black);
    m_view->setAspectRatioMode(Qt::KeepAspectRatio);
    connect(m_mailbox.get(), &FrameMailbox::arrived, this, &MultimediaOutput::takeFrame, Qt::QueuedConnection);
}

void MultimediaOutput::clear()
{
    static_cast<void>(m_mailbox->take());
    m_view->videoSink()->setVideoFrame({});
    m_pictureSize = {};
    Q_EMIT pictureSizeChanged({});
}

void MultimediaOutput::takeFrame()
{
    const auto frame = m_mailbox->take();
    if (!frame)
        return;
    m_view->videoSink()->setVideoFrame(toVideoFrame(*frame));
    if (frame->shown != m_pictureSize) {
        m_pictureSize = frame->shown;
        Q_EMIT pictureSizeChanged(m_pictureSize);
    }
    m_mailbox->noteShown(frame->session, isVisible());
}

void MultimediaOutput::resizeEvent(QResizeEvent* event)
{
    VideoOutput::resizeEvent(event);
    m_view->setGeometry(rect());
    m_mailbox->setWantedSize(size() * devicePixelRatioF());
}

} // namespace mutoscope::player
