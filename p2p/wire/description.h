#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "p2p/wire/content.h"

namespace mutoscope::wire
{

/// All that is known of a film before any of its segments, protocol §5: its manifest and its playlist documents, in one answer, so that
/// somebody far away need not ask one after the other.
struct Description {
    static constexpr std::size_t maxBytes = 8 * 1024 * 1024; ///< larger ones are asked for in parts

    Signed<Manifest> manifest;
    std::vector<std::string> documents; ///< of Manifest::playlists, in their order
};

/// The manifest's length in decimal, a line feed, its envelope, and the documents one behind the other.
[[nodiscard]] std::string joinDescription(std::string_view manifest, const std::vector<std::string>& documents);
/// Checks the manifest's signature and each document's hash. WrongData where anything does not fit.
[[nodiscard]] base::Result<Description> readDescription(std::string_view bytes, std::string_view network);

} // namespace mutoscope::wire
