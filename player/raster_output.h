#pragma once

#include <QImage>
#include <QTimer>

#include "player/frame_mailbox.h"
#include "player/video_output.h"

class QPainter;

namespace mutoscope::player
{

/// Frames arrive as the decoder's pixels, and no larger than this widget (see gst/video_sink.h). They are converted straight into the
/// window's memory where that can be reached and nothing is to be turned, otherwise into an image that QPainter draws.
class RasterOutput final : public VideoOutput
{
    Q_OBJECT
public:
    explicit RasterOutput(QWidget* parent = nullptr);

    [[nodiscard]] Kind kind() const override { return Kind::Raster; }
    [[nodiscard]] QSize pictureSize() const override { return m_frame.shown; }
    void clear() override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void takeFrame();
    [[nodiscard]] bool isOnScreen() const;
    [[nodiscard]] bool writeToWindow(const QPainter& painter, const QRectF& target);
    void drawImage(QPainter& painter, const QRectF& target, bool scaled);

    VideoFrame m_frame;
    QImage m_image;           ///< m_frame's pixels, only where they had to be drawn
    bool m_unpainted = false; ///< m_frame has not been counted as painted yet
    QTimer m_resized;         ///< tells the pipeline of a new size once the mouse rests
};

} // namespace mutoscope::player
