#pragma once

#include <QString>

/// What may go into a presentation as it is. Measured with ffmpeg 5.1 and GStreamer 1.22, see packager.h.
namespace mutoscope::player
{

[[nodiscard]] inline bool canCopyVideo(const QString& codec)
{
    return codec == u"h264" || codec == u"hevc" || codec == u"vp9" || codec == u"av1";
}

[[nodiscard]] inline bool canCopyAudio(const QString& codec)
{
    return codec == u"aac" || codec == u"mp3" || codec == u"ac3" || codec == u"eac3" || codec == u"opus" ||
           codec == u"flac";
}

} // namespace mutoscope::player
