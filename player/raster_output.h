#pragma once

#include <QImage>
#include <QTimer>

#include "player/frame_mailbox.h"
#include "player/video_output.h"

namespace mutoscope::player
{

/// Frames arrive as BGRx, which QPainter draws without converting, and no larger than this widget: see
/// gst/video_sink.h.
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

    VideoFrame m_frame;
    QImage m_image;           ///< m_frame's pixels, not a copy
    bool m_unpainted = false; ///< m_frame has not been counted as painted yet
    QTimer m_resized;         ///< tells the pipeline of a new size once the mouse rests
};

} // namespace mutoscope::player
