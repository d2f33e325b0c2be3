#include "p2p/wire/content.h"

#include <numeric>

namespace mutoscope::wire
{

using base::ErrorCode;
using base::fail;

base::Result<void> Manifest::check() const
{
    if (playlists.empty())
        return fail(ErrorCode::Malformed, "the manifest has no playlist");
    if (encryption && access != Access::Permit)
        return fail(ErrorCode::Malformed, "the film is encrypted, and no permit would carry its key");
    for (const PlaylistRef& playlist : playlists) {
        if (playlist.segments > static_cast<std::int64_t>(PlaylistDocument::maxSegments) ||
            playlist.bytes.value() > static_cast<std::int64_t>(PlaylistDocument::maxBytes))
            return fail(ErrorCode::Malformed, "a playlist is larger than allowed");
    }
    if (segmentCount() > SegmentRanges::maxIndex)
        return fail(ErrorCode::Malformed, "the stream has more segments than a receipt can name");
    return {};
}

std::int64_t Manifest::segmentCount() const
{
    return std::accumulate(playlists.begin(), playlists.end(), std::int64_t{0},
                           [](std::int64_t sum, const PlaylistRef& playlist) { return sum + playlist.segments; });
}

base::Result<void> PlaylistDocument::check() const
{
    for (const SegmentRef& segment : segments) {
        if (segment.bytes.value() < 1 || segment.bytes.value() > maxSegmentBytes)
            return fail(ErrorCode::Malformed, "a segment is empty or larger than allowed");
    }
    return {};
}

base::Result<PlaylistDocument> PlaylistDocument::decode(std::string_view bytes)
{
    return decodeFields<PlaylistDocument>(bytes, {.maxBytes = maxBytes, .maxDepth = 3, .maxValues = 5 * maxSegments});
}

} // namespace mutoscope::wire
