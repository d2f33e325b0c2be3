#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "p2p/base/result.h"

/// Playlists of video on demand, RFC 8216, read strictly and written anew. Nothing of the text that was read is passed
/// on as it stands: only tags and attributes that are on the list below, each of its form, come out again. Unknown
/// tags, comments and titles are left out, which §6.3.1 asks of every client anyway, as any of them may carry a URI.
namespace mutoscope::content
{

struct HlsByteRange {
    std::int64_t offset = 0;
    std::int64_t length = 0;
    bool operator==(const HlsByteRange&) const = default;
};

/// Something that a playlist refers to.
struct HlsResource {
    enum class Kind { Segment, Init, Playlist };

    Kind kind = Kind::Segment;
    std::string uri;                   ///< as it was written: check it before use
    std::optional<HlsByteRange> range; ///< resolved; segments and init sections only
    std::int64_t durationMs = 0;       ///< of a segment
    std::size_t init = SIZE_MAX; ///< of a segment: its init section's place in HlsPlaylist::resources, or SIZE_MAX
};

struct HlsPlaylist {
    static constexpr std::size_t maxBytes = 4 * 1024 * 1024;
    static constexpr std::size_t maxLines = 250'000;
    static constexpr std::size_t maxLineBytes = 4096;
    static constexpr std::size_t maxUriBytes = 2048;

    struct Line {
        std::string before;              ///< the whole line where it has no resource
        std::size_t resource = SIZE_MAX; ///< place in `resources`, or SIZE_MAX
        std::string after;
    };

    bool isMultivariant = false;
    std::vector<Line> lines;
    /// In the order of first use. Equal init sections and equal playlists are one resource.
    std::vector<HlsResource> resources;
    std::size_t leftOut = 0; ///< tags and attributes that were not taken over
};

/// Malformed for what is no playlist by RFC 8216 or beyond the limits above, Unacceptable for what we don't take: live
/// (without EXT-X-ENDLIST), encrypted, with variables (EXT-X-DEFINE), I-frames only.
[[nodiscard]] base::Result<HlsPlaylist> parseHls(std::string_view text);

/// The text with each resource's URI as `uri` gives it (by its place in `resources`). Byte ranges are not written:
/// whoever writes a playlist anew gives each range a URI of its own.
[[nodiscard]] std::string writeHls(const HlsPlaylist& playlist, const std::function<std::string(std::size_t)>& uri);

} // namespace mutoscope::content
