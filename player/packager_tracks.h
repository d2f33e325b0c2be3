#pragma once

#include <QDir>

#include "player/packager.h"
#include "player/subtitles.h"

/// What Packager::Job writes itself: text in pieces, and the playlist that names all renditions.
namespace mutoscope::player
{

/// A media playlist of the presentation, with what was put into it.
struct PackagedRendition {
    QString playlist; ///< names in the output folder
    QString init;
    std::vector<int> streams; ///< indices in the file, in the order of the playlist's
    QStringList segments{};
    std::chrono::milliseconds duration{0};
    qint64 bytes = 0;
};

/// Writes WebVTT segments and their playlist, `name`.m3u8; each segment has all cues that are shown in it (RFC 8216 §3.5).
/// Nothing where a file can't be written.
[[nodiscard]] std::optional<PackagedRendition> writeText(const QDir& folder, const QString& name, const std::vector<Cue>& cues,
                                                         std::chrono::milliseconds duration);

/// A rendition of sound or text, by its playlist.
struct NamedPlaylist {
    QString playlist;
    QString language;
    QString title;
    bool isForced = false;
};

/// The multivariant playlist of a picture, its sounds (none: the sound is with the picture), the first of which is the default, and texts.
[[nodiscard]] QByteArray multivariantPlaylist(const MediaInfo& plan, const PackagedRendition& picture, qint64 bitsPerSecond,
                                              const std::vector<NamedPlaylist>& sounds, const std::vector<NamedPlaylist>& texts);

} // namespace mutoscope::player
