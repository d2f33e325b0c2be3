#pragma once

#include <QString>

/// As much of ISO/IEC 14496-12 (fragmented MP4) as it takes to check a segment.
namespace mutoscope::player
{

enum class SegmentStart { KeyFrame, OtherFrame, NoSuchTrack, Malformed };

/// The video track's id in an initialisation segment (moov/trak with handler "vide"); 0 = none.
[[nodiscard]] quint32 videoTrackOf(const QString& initFile);
/// Writes the track's rotation, 90, 180 or 270 degrees clockwise, into the initialisation segment (the matrix of
/// §8.3.2). ffmpeg 5.1 loses it on its way through the HLS muxer. False: no such track, or it cannot be written.
[[nodiscard]] bool setRotation(const QString& initFile, quint32 track, int degrees);
/// Is the first sample of that track in the segment one that decoding can start with?
[[nodiscard]] SegmentStart segmentStart(const QString& segmentFile, quint32 track);

} // namespace mutoscope::player
