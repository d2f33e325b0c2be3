#pragma once

#include <string_view>

#include "p2p/base/types.h"

namespace mutoscope::wire
{

/// SHA-256("mutoscope.<kind>.v1" ‖ tracker's key ‖ owner ‖ generation, 8 bytes big-endian), protocol §1: what the
/// tracker makes for an owner, so that anyone can recompute it.
[[nodiscard]] base::Address derivedAddress(std::string_view kind, const base::PublicKey& tracker,
                                           std::string_view owner, std::int64_t generation);

} // namespace mutoscope::wire
