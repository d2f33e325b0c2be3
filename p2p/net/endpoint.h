#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/net/http.h"

namespace mutoscope::net
{

/// Where a tracker is, and the node key that its messages must be signed with.
struct TrackerLink {
    Endpoint endpoint;
    std::optional<base::PublicKey> key;

    /// Nobody has chosen one; not a link.
    [[nodiscard]] bool isNone() const { return endpoint.host.empty(); }
    bool operator==(const TrackerLink&) const = default;
};

/// `https://HOST:PORT/#pin=HEX`: host is a name, an IPv4 address or an IPv6 address in brackets; the port is written out;
/// HEX is the pin in 64 lower-case hex digits. "/" and the fragment may be missing. Nothing else is: no user, path or query.
/// `&relay=KEY` in the fragment, or `#relay=KEY` without a pin: HOST and PORT are a relay's, KEY is base64url of the key under which
/// the node waits there. At most 512 bytes. A name is taken in lower case, an IPv6 address in its shortest form. Malformed otherwise.
[[nodiscard]] base::Result<Endpoint> parseEndpoint(std::string_view text);
/// What parseEndpoint reads, in one form for each endpoint.
[[nodiscard]] std::string toString(const Endpoint& endpoint);

/// `https://HOST:PORT/#key=KEY&pin=HEX`: as above, and KEY is base64url of the tracker's 32-byte node key. Each may be
/// missing, none may be there twice, and the order is free.
[[nodiscard]] base::Result<TrackerLink> parseTrackerLink(std::string_view text);
[[nodiscard]] std::string toString(const TrackerLink& link);

/// "host:port" for sentences, an IPv6 address in brackets.
[[nodiscard]] std::string hostAndPort(const Endpoint& endpoint);

} // namespace mutoscope::net
