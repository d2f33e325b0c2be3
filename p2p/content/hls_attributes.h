#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "p2p/content/hls.h"

/// Values of tags and attributes, RFC 8216 §4.2. Part of hls.cpp.
namespace mutoscope::content
{

enum class Form { Integer, Decimal, SignedDecimal, Resolution, Name, Quoted, QuotedOrName, Uri, ByteRange };

struct Attribute {
    std::string_view name;
    std::string_view value; ///< without its quotes
    bool isQuoted = false;
};

/// §4.2, with blanks after a comma, as some packagers write them. No name twice.
[[nodiscard]] std::optional<std::vector<Attribute>> parseAttributes(std::string_view text);

[[nodiscard]] bool hasForm(Form form, std::string_view value, bool isQuoted);
[[nodiscard]] bool consistsOf(std::string_view text, std::string_view characters); ///< and is not empty
[[nodiscard]] bool isInteger(std::string_view text);                               ///< at most 15 digits
[[nodiscard]] bool isDecimal(std::string_view text); ///< two of these with a point between, or one
[[nodiscard]] bool isUri(std::string_view text);     ///< by its length, and without a quote
/// "LENGTH[@OFFSET]"; without an offset it is −1.
[[nodiscard]] std::optional<HlsByteRange> parseRange(std::string_view text);

} // namespace mutoscope::content
