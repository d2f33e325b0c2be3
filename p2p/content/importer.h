#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "p2p/base/clock.h"
#include "p2p/base/result.h"
#include "p2p/content/segment_store.h"
#include "p2p/crypto/node_key.h"
#include "p2p/wire/content.h"

namespace mutoscope::content
{

struct ImportOptions {
    std::string network;
    std::string title;                           ///< 1 … 300 bytes of UTF-8
    std::string description;                     ///< at most 4,000 bytes
    std::optional<std::filesystem::path> poster; ///< JPEG or PNG, at most wire::maxPosterBytes
    /// With Permit each segment is encrypted (film_key.h); titles, poster and playlists stay readable.
    wire::Access access = wire::Access::Open;
};


/// Called now and then with 0 … 1, on the importing thread; false breaks the import off (Cancelled).
using ImportProgress = std::function<bool(double fraction)>;

/// Reads an HLS presentation (RFC 8216, video on demand, any packager's) from a folder, stores its segments, playlists
/// and poster, and signs its manifest. Every init section and byte range becomes a segment of its own. Of an open film the
/// outcome depends only on the files and the clock's time.
///
/// Malformed or Unacceptable, naming the file and the reason, for whatever is not such a presentation: encrypted or
/// live playlists, URIs that leave the playlist's folder (also through a symlink), files that are missing or too large.
///
/// Synchronous and long: for a thread of its own. What a failed import has stored is unpinned and so goes by itself.
[[nodiscard]] base::Result<wire::Signed<wire::Manifest>>
importHls(const std::filesystem::path& playlist, const ImportOptions& options, SegmentStore& store,
          const crypto::NodeKey& publisher, const base::Clock& clock, const ImportProgress& progress);

} // namespace mutoscope::content
