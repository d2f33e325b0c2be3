#pragma once

#include "p2p/crypto/hash.h"

/// What a relay copies is sold like a film, protocol §10: under this content id, a unit of a MiB as its segment.
namespace mutoscope::wire
{

[[nodiscard]] inline const base::ContentId& relayedContent()
{
    static const auto id = crypto::hash<base::ContentId>("mutoscope.relaying.v1");
    return id;
}

inline constexpr base::ByteCount relayedUnit{std::int64_t{1} << 20};

} // namespace mutoscope::wire
