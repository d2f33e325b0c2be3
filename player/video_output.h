#pragma once

#include <memory>

#include <QWidget>

namespace mutoscope::player
{

class FrameMailbox;

/// The widget on which the film appears: black, with the picture centred in its true shape (pixel aspect ratio and
/// rotation heeded). UI thread only.
class VideoOutput : public QWidget
{
    Q_OBJECT
public:
    enum class Kind {
        Auto,       ///< Multimedia where OpenGL is real hardware, otherwise Raster
        Raster,     ///< painted by QPainter: everywhere, also offscreen and in QWidget::grab(); takes overlays
        Multimedia, ///< QVideoWidget: cheap with a real GPU, 3 × mpv's cost without; black in grab()
    };

    [[nodiscard]] virtual Kind kind() const = 0; ///< never Auto
    /// Size of the picture as it should be seen (after rotation and pixel aspect ratio); empty before the first frame.
    [[nodiscard]] virtual QSize pictureSize() const = 0;
    /// Forgets the picture: black.
    virtual void clear() = 0;

    /// Where the player's threads leave frames. For player/ only.
    [[nodiscard]] const std::shared_ptr<FrameMailbox>& mailbox() const { return m_mailbox; }

Q_SIGNALS:
    void pictureSizeChanged(QSize size);

protected:
    explicit VideoOutput(QWidget* parent);

    std::shared_ptr<FrameMailbox> m_mailbox;
};

/// Auto looks at the platform and at /dev/dri, creating no GL context where the answer is Raster. The environment
/// variable MUTOSCOPE_VIDEO_OUTPUT=raster|multimedia decides for Auto, if set.
[[nodiscard]] std::unique_ptr<VideoOutput> createVideoOutput(VideoOutput::Kind kind = VideoOutput::Kind::Auto,
                                                             QWidget* parent = nullptr);

} // namespace mutoscope::player
