#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "p2p/base/result.h"

namespace mutoscope::wire
{

struct JsonLimits {
    std::size_t maxBytes = 64 * 1024;
    int maxDepth = 8;
    std::size_t maxValues = 16 * 1024; ///< objects, arrays, members and plain values together
};

/// Parses bytes from outside (RFC 8259) under limits that hold while parsing. Refuses what different parsers read
/// differently: duplicate members, numbers that are not whole or not within ±(2^53 − 1), invalid UTF-8, trailing bytes.
[[nodiscard]] base::Result<nlohmann::json> parseJson(std::string_view bytes, const JsonLimits& limits);

} // namespace mutoscope::wire
