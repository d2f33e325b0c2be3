#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "p2p/content/hls.h"

/// What a multivariant playlist offers to choose from (RFC 8216 §4.3.4). Playlists are named by their place in
/// HlsPlaylist::resources; Stream makes numbers of its own out of them.
namespace mutoscope::content
{

/// EXT-X-STREAM-INF: the film in one quality.
struct Variant {
    std::size_t playlist = 0;
    std::int64_t bandwidth = 0; ///< bits/s at most, with the sound that belongs to it
    int width = 0;              ///< pixels; 0 where it is not said, or there is no picture
    int height = 0;
    std::string codecs;     ///< RFC 6381; empty where it is not said
    std::string audioGroup; ///< of the AudioRenditions that go with it; empty: the sound is in the variant
    bool operator==(const Variant&) const = default;
};

/// EXT-X-MEDIA: sound or text that can be played with a variant.
struct Rendition {
    enum class Kind { Audio, Subtitles };

    Kind kind = Kind::Audio;
    std::string group;
    std::string name;     ///< for people, unique in its group
    std::string language; ///< RFC 5646; empty where it is not said
    bool isDefault = false;
    bool isForced = false;               ///< subtitles that belong to the film even for those who understand it
    std::optional<std::size_t> playlist; ///< none: it is in the variants
    bool operator==(const Rendition&) const = default;
};

struct Renditions {
    std::vector<Variant> variants; ///< in the order of the playlist, each media playlist once
    std::vector<Rendition> others;
};

/// Empty for a media playlist.
[[nodiscard]] Renditions readRenditions(const HlsPlaylist& playlist);

} // namespace mutoscope::content
