#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "p2p/net/endpoint.h"

namespace mutoscope::discovery
{

/// What a link to a film says: `mutoscope:CONTENTID?tracker=LINK&publisher=KEY&seeder=ENDPOINT&seeder=…&permit=ENVELOPE`, the
/// content id in 64 lower-case hex digits, the publisher's key and the permit in base64url, the tracker's and the seeders' links
/// (net/endpoint.h) percent-encoded (RFC 3986).
struct ContentLink {
    static constexpr std::size_t maxBytes = 12 * 1024; ///< most of it for a permit
    static constexpr std::size_t maxSeeders = 8;

    base::ContentId content;
    std::optional<net::TrackerLink> tracker;
    std::optional<base::PublicKey> publisher{}; ///< whose list of seeders may be looked up before the manifest is known
    std::vector<net::Endpoint> seeders;
    std::optional<std::string> permit{}; ///< an envelope (wire/permit.h), not checked

    bool operator==(const ContentLink&) const = default;
};

/// Malformed with the reason for a person. White space around the link is allowed, parameters of other names are not.
[[nodiscard]] base::Result<ContentLink> parseContentLink(std::string_view text);
[[nodiscard]] std::string toString(const ContentLink& link);

} // namespace mutoscope::discovery
