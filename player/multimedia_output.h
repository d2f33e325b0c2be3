#pragma once

#include "player/frame_mailbox.h"
#include "player/video_output.h"

class QVideoWidget;

namespace mutoscope::player
{

/// Frames arrive as I420 or NV12; Qt Multimedia's OpenGL widget converts and scales them.
class MultimediaOutput final : public VideoOutput
{
    Q_OBJECT
public:
    explicit MultimediaOutput(QWidget* parent = nullptr);

    [[nodiscard]] Kind kind() const override { return Kind::Multimedia; }
    [[nodiscard]] QSize pictureSize() const override { return m_pictureSize; }
    void clear() override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void takeFrame();

    QVideoWidget* m_view = nullptr; ///< child
    QSize m_pictureSize;
};

} // namespace mutoscope::player
