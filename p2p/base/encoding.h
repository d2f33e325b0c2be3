#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "p2p/base/types.h"

namespace mutoscope::base
{

/// Lower-case hex, RFC 4648 §8.
[[nodiscard]] std::string toHex(std::string_view raw);
/// Only lower-case hex of even length; nothing otherwise.
[[nodiscard]] std::optional<std::string> fromHex(std::string_view text);

/// Base64url without padding, RFC 4648 §5 and RFC 7515 §2. For public data only: not constant-time.
[[nodiscard]] std::string toBase64Url(std::string_view raw);
/// Strict: no padding, no white space, no other alphabet, unused bits zero; nothing otherwise.
[[nodiscard]] std::optional<std::string> fromBase64Url(std::string_view text);

template <class Tag, std::size_t N>
[[nodiscard]] std::string toHex(const FixedBytes<Tag, N>& value)
{
    return toHex(value.raw());
}
/// Its first digits, for a log: enough to tell it from others.
template <class Tag, std::size_t N>
[[nodiscard]] std::string shortHex(const FixedBytes<Tag, N>& value)
{
    return toHex(value.raw().substr(0, 4));
}

/// Exactly N bytes in lower-case hex; nothing otherwise.
template <class T>
[[nodiscard]] std::optional<T> fixedFromHex(std::string_view text)
{
    const auto raw = text.size() == 2 * T::size ? fromHex(text) : std::nullopt;
    return raw ? std::optional(T::fromRaw(*raw)) : std::nullopt;
}

/// Exactly N bytes in base64url; nothing otherwise.
template <class T>
[[nodiscard]] std::optional<T> fixedFromBase64Url(std::string_view text)
{
    const auto raw = fromBase64Url(text);
    return raw && raw->size() == T::size ? std::optional(T::fromRaw(*raw)) : std::nullopt;
}

/// Whole decimal digits only, 0 … maxInteger; nothing otherwise.
[[nodiscard]] std::optional<std::int64_t> parseInteger(std::string_view text);

/// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates.
[[nodiscard]] bool isUtf8(std::string_view text);
/// The start of a text, at most `maxBytes` long, cut between characters, with '?' for each byte that is not UTF-8. For
/// sentences that go into messages: JSON can't carry other bytes.
[[nodiscard]] std::string utf8Prefix(std::string_view text, std::size_t maxBytes);

} // namespace mutoscope::base
