#include "p2p/base/encoding.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace mutoscope::base
{

namespace
{

constexpr std::string_view hexDigits = "0123456789abcdef";
constexpr std::string_view base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t invalid = 0xff;

constexpr std::array<std::uint8_t, 256> inverse(std::string_view alphabet)
{
    std::array<std::uint8_t, 256> table{};
    table.fill(invalid);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return table;
}

constexpr auto hexValues = inverse(hexDigits);
constexpr auto base64Values = inverse(base64Alphabet);

/// Bytes of the well-formed character that the text starts with; 0 where there is none. Table 3-7 of the Unicode standard.
std::size_t utf8CharacterSize(std::string_view text)
{
    const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0}; };
    const auto isTail = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xbf) {
        return at(i) >= low && at(i) <= high;
    };
    const std::uint8_t first = at(0);
    if (first < 0x80)
        return text.empty() ? 0 : 1;
    if (first >= 0xc2 && first <= 0xdf)
        return isTail(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef)
        return isTail(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && isTail(2) ? 3 : 0;
    if (first >= 0xf0 && first <= 0xf4)
        return isTail(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) && isTail(2) && isTail(3) ? 4 : 0;
    return 0;
}

} // namespace

std::string toHex(std::string_view raw)
{
    std::string text(raw.size() * 2, '\0');
    auto out = text.begin();
    for (const char c : raw) {
        const auto byte = static_cast<std::uint8_t>(c);
        *out++ = hexDigits[byte >> 4];
        *out++ = hexDigits[byte & 15];
    }
    return text;
}

std::optional<std::string> fromHex(std::string_view text)
{
    if (text.size() % 2 != 0)
        return std::nullopt;
    std::string raw;
    raw.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const std::uint8_t high = hexValues[static_cast<std::uint8_t>(text[i])];
        const std::uint8_t low = hexValues[static_cast<std::uint8_t>(text[i + 1])];
        if (high == invalid || low == invalid)
            return std::nullopt;
        raw += static_cast<char>(high << 4 | low);
    }
    return raw;
}

std::string toBase64Url(std::string_view raw)
{
    std::string text((raw.size() * 4 + 2) / 3, '\0');
    auto out = text.begin();
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char c : raw) {
        buffer = buffer << 8 | static_cast<std::uint8_t>(c);
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            *out++ = base64Alphabet[buffer >> bits & 63];
        }
    }
    if (bits > 0)
        *out = base64Alphabet[buffer << (6 - bits) & 63];
    return text;
}

std::optional<std::string> fromBase64Url(std::string_view text)
{
    if (text.size() % 4 == 1)
        return std::nullopt;
    std::optional<std::string> raw(std::in_place, text.size() * 3 / 4, '\0');
    auto out = raw->begin();
    std::uint32_t buffer = 0;
    std::uint8_t seen = 0; // all values in one: a character outside the alphabet sets a high bit
    int bits = 0;
    for (const char c : text) {
        const std::uint8_t value = base64Values[static_cast<std::uint8_t>(c)];
        seen |= value;
        buffer = buffer << 6 | (value & 63);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *out++ = static_cast<char>(buffer >> bits & 255);
        }
    }
    const bool unusedBitsAreZero = (buffer & ((1U << bits) - 1)) == 0;
    return seen < 64 && unusedBitsAreZero ? std::move(raw) : std::nullopt;
}

std::optional<std::int64_t> parseInteger(std::string_view text)
{
    if (text.empty() || text.front() == '-' || (text.size() > 1 && text.front() == '0'))
        return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > maxInteger)
        return std::nullopt;
    return value;
}

bool isUtf8(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t size = utf8CharacterSize(text);
        if (size == 0)
            return false;
        text.remove_prefix(size);
    }
    return true;
}

std::string utf8Prefix(std::string_view text, std::size_t maxBytes)
{
    std::string result;
    while (!text.empty()) {
        const std::size_t size = utf8CharacterSize(text);
        const std::string_view character = size == 0 ? "?" : text.substr(0, size);
        if (result.size() + character.size() > maxBytes)
            break;
        result += character;
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return result;
}

} // namespace mutoscope::base
