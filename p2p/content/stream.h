#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/content/renditions.h"
#include "p2p/wire/content.h"

namespace mutoscope::content
{

/// A manifest with all its playlists, checked against each other: hashes, sizes, counts, numbering. What a stranger
/// wrote into a playlist comes out again only as far as it is known to be harmless (see hls.h); make() refuses the
/// rest.
///
/// An immutable value, cheap to copy. Any thread. A SegmentIndex or playlist number passed in must be of this stream
/// (has(), playlistCount()): another is our bug, so check foreign ones first.
class Stream
{
public:
    /// `playlists` are the PlaylistDocuments' bytes in the manifest's order. WrongData where one is not the one that
    /// the manifest names, Malformed where it does not fit its manifest or may not reach a player.
    [[nodiscard]] static base::Result<Stream> make(wire::Signed<wire::Manifest> manifest,
                                                   const std::vector<std::string>& playlists);

    [[nodiscard]] const wire::Signed<wire::Manifest>& manifest() const;
    [[nodiscard]] base::ContentId id() const;
    /// Of the longest playlist.
    [[nodiscard]] std::int64_t durationMs() const;
    /// Of all segments of all playlists, init sections included.
    [[nodiscard]] base::ByteCount bytes() const;

    // ---- segments ----

    [[nodiscard]] std::uint32_t segmentCount() const;
    [[nodiscard]] bool has(base::SegmentIndex index) const { return index.value() < segmentCount(); }
    [[nodiscard]] const wire::SegmentRef& segment(base::SegmentIndex index) const;
    [[nodiscard]] std::size_t playlistOf(base::SegmentIndex index) const;
    [[nodiscard]] bool isInit(base::SegmentIndex index) const;
    /// The init section that a player needs before this segment; none for MPEG-TS and for an init section itself.
    [[nodiscard]] std::optional<base::SegmentIndex> initOf(base::SegmentIndex index) const;
    /// What is played after it in the same playlist, init sections not counted; for an init section the first segment
    /// that needs it.
    [[nodiscard]] std::optional<base::SegmentIndex> next(base::SegmentIndex index) const;
    /// From the start of its playlist; for an init section that of the first segment that needs it.
    [[nodiscard]] std::int64_t startMs(base::SegmentIndex index) const;

    // ---- playlists; number 0 is where a player starts ----

    [[nodiscard]] std::size_t playlistCount() const;
    /// What there is to choose from, by playlist numbers; empty where there is one playlist only.
    [[nodiscard]] const Renditions& renditions() const;
    /// The first segment to play; none in a multivariant playlist.
    [[nodiscard]] std::optional<base::SegmentIndex> firstSegment(std::size_t playlist) const;
    /// The segment that plays at this time, the last one for a time behind the end; none in a multivariant playlist.
    [[nodiscard]] std::optional<base::SegmentIndex> segmentAt(std::size_t playlist, std::int64_t ms) const;
    [[nodiscard]] std::int64_t durationMs(std::size_t playlist) const;
    [[nodiscard]] base::ByteCount bytes(std::size_t playlist) const;
    /// RFC 8216 text for a player. The callers' URIs go in as they are, so they hold no quote and no line break.
    [[nodiscard]] std::string renderPlaylist(std::size_t playlist,
                                             const std::function<std::string(base::SegmentIndex)>& segmentUri,
                                             const std::function<std::string(std::size_t)>& playlistUri) const;

private:
    struct Data;
    explicit Stream(std::shared_ptr<const Data> data) : m_data(std::move(data)) {}
    std::shared_ptr<const Data> m_data;
};

} // namespace mutoscope::content
