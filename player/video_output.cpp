#include "player/video_output.h"

#include <QDir>
#include <QGuiApplication>

#include "player/frame_mailbox.h"
#include "player/multimedia_output.h"
#include "player/raster_output.h"

namespace mutoscope::player
{
namespace
{

/// Is OpenGL real hardware here? Asking OpenGL itself would load Mesa and make a context, 100 ms and 50 MB that the
/// raster case never needs. A render node is there with every GPU driver worth using; without one, Mesa draws on the
/// CPU.
bool hasHardwareGl()
{
    const QString platform = QGuiApplication::platformName();
    if (platform != u"xcb" && !platform.startsWith(u"wayland"))
        return false;
    if (qEnvironmentVariableIntValue("LIBGL_ALWAYS_SOFTWARE") != 0 ||
        qEnvironmentVariable("QT_XCB_GL_INTEGRATION") == u"none")
        return false;
    // Through SSH or on Xvfb/VNC the GPU of this machine, if any, does not draw the window.
    if (platform == u"xcb" && qEnvironmentVariableIsSet("SSH_CONNECTION"))
        return false;
    return !QDir(QStringLiteral("/dev/dri")).entryList({QStringLiteral("renderD*")}, QDir::System).isEmpty();
}

VideoOutput::Kind decide(VideoOutput::Kind kind)
{
    if (kind != VideoOutput::Kind::Auto)
        return kind;
    const QString wish = qEnvironmentVariable("MUTOSCOPE_VIDEO_OUTPUT");
    if (wish == u"raster")
        return VideoOutput::Kind::Raster;
    if (wish == u"multimedia")
        return VideoOutput::Kind::Multimedia;
    return hasHardwareGl() ? VideoOutput::Kind::Multimedia : VideoOutput::Kind::Raster;
}

} // namespace

VideoOutput::VideoOutput(QWidget* parent) : QWidget(parent), m_mailbox(std::make_shared<FrameMailbox>())
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

std::unique_ptr<VideoOutput> createVideoOutput(VideoOutput::Kind kind, QWidget* parent)
{
    if (decide(kind) == VideoOutput::Kind::Multimedia)
        return std::make_unique<MultimediaOutput>(parent);
    return std::make_unique<RasterOutput>(parent);
}

} // namespace mutoscope::player
