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
    const auto byte = [&raw](std::size_t at) -> std::uint32_t { return static_cast<std::uint8_t>(raw[at]); };
    const auto put = [&out](std::uint32_t group, int digits) { // the upper ones of four
        for (int shift = 18; digits > 0; --digits, shift -= 6)
            *out++ = base64Alphabet[group >> shift & 63];
    };
    std::size_t at = 0;
    for (; at + 3 <= raw.size(); at += 3)
        put(byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2), 4);
    if (raw.size() - at == 1)
        put(byte(at) << 16, 2);
    else if (raw.size() - at == 2)
        put(byte(at) << 16 | byte(at + 1) << 8, 3);
    return text;
}

std::optional<std::string> fromBase64Url(std::string_view text)
{
    const std::size_t rest = text.size() % 4;
    if (rest == 1)
        return std::nullopt;
    std::optional<std::string> raw(std::in_place, text.size() * 3 / 4, '\0');
    auto out = raw->begin();
    std::uint32_t seen = 0; // all values in one: a character outside the alphabet sets a high bit
    const auto digit = [&](std::size_t at) -> std::uint32_t {
        const std::uint32_t value = base64Values[static_cast<std::uint8_t>(text[at])];
        seen |= value;
        return value & 63;
    };
    const auto put = [&out](std::uint32_t group, int bytes) { // the upper ones of three
        for (int shift = 16; bytes > 0; --bytes, shift -= 8)
            *out++ = static_cast<char>(group >> shift & 255);
    };
    std::size_t at = 0;
    for (; at + 4 <= text.size(); at += 4)
        put(digit(at) << 18 | digit(at + 1) << 12 | digit(at + 2) << 6 | digit(at + 3), 3);
    std::uint32_t unused = 0;
    if (rest == 2) {
        const std::uint32_t group = digit(at) << 18 | digit(at + 1) << 12;
        put(group, 1);
        unused = group & 0xffff;
    } else if (rest == 3) {
        const std::uint32_t group = digit(at) << 18 | digit(at + 1) << 12 | digit(at + 2) << 6;
        put(group, 2);
        unused = group & 0xff;
    }
    return seen < 64 && unused == 0 ? std::move(raw) : std::nullopt;
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
