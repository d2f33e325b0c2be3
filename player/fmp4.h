#pragma once

#include <QString>

/// As much of ISO/IEC 14496-12 (fragmented MP4) as it takes to check a segment.
namespace mutoscope::player
{

enum class SegmentStart { KeyFrame, OtherFrame, NoSuchTrack, Malformed };

/// The video track's id in an initialisation segment (moov/trak with handler "vide"); 0 = none.
[[nodiscard]] quint32 videoTrackOf(const QString& initFile);
/// Is the first sample of that track in the segment one that decoding can start with?
[[nodiscard]] SegmentStart segmentStart(const QString& segmentFile, quint32 track);

} // namespace mutoscope::player
