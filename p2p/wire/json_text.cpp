#include "p2p/wire/json_text.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "p2p/base/encoding.h"
#include "p2p/base/types.h"

namespace mutoscope::wire
{

const JsonValue* JsonValue::member(std::string_view wanted) const
{
    for (const JsonValue& each : *this) {
        if (each.name == wanted)
            return &each;
    }
    return nullptr;
}

/// Recursive descent; maxDepth bounds the stack. Each function returns whether all was well, and says why not in m_error.
class JsonReader
{
public:
    JsonReader(std::string_view bytes, const JsonLimits& limits) : m_bytes(bytes), m_limits(limits)
    {
        m_text.m_values.reserve(32);
    }

    base::Result<JsonText> run()
    {
        if (value({}, 0)) {
            skipSpace();
            if (m_at == m_bytes.size())
                return std::move(m_text);
        }
        if (m_error.empty())
            m_error = "not JSON at byte " + std::to_string(m_at);
        return base::fail(base::ErrorCode::Malformed, std::move(m_error));
    }

private:
    using Kind = JsonValue::Kind;

    bool refuse(const char* why)
    {
        m_error = why;
        return false;
    }

    /// The next byte, and 0, which nothing may begin with, behind the last one.
    [[nodiscard]] char peek() const { return m_at < m_bytes.size() ? m_bytes[m_at] : '\0'; }
    bool take(char wanted)
    {
        const bool there = peek() == wanted;
        m_at += there ? 1 : 0;
        return there;
    }
    bool takeWord(std::string_view word)
    {
        const bool there = m_bytes.substr(m_at).starts_with(word);
        m_at += there ? word.size() : 0;
        return there;
    }
    void skipSpace()
    {
        while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t')
            ++m_at;
    }

    bool value(std::string_view name, int depth)
    {
        if (m_text.m_values.size() >= m_limits.maxValues)
            return refuse("too many values");
        const std::size_t index = m_text.m_values.size();
        JsonValue& mine = m_text.m_values.emplace_back(); // until the next one comes
        mine.name = name;
        skipSpace();
        switch (peek()) {
        case '{':
        case '[':
            if (depth >= m_limits.maxDepth)
                return refuse("nested too deeply");
            return container(index, depth);
        case '"':
            mine.kind = Kind::String;
            return string(mine.text);
        case 't':
            mine.kind = Kind::Boolean;
            mine.number = 1;
            return takeWord("true");
        case 'f':
            mine.kind = Kind::Boolean;
            return takeWord("false");
        case 'n':
            return takeWord("null");
        default:
            mine.kind = Kind::Number;
            return number(mine.number);
        }
    }

    bool container(std::size_t index, int depth)
    {
        const bool isObject = m_bytes[m_at++] == '{';
        const char end = isObject ? '}' : ']';
        std::uint32_t count = 0;
        skipSpace();
        if (!take(end)) {
            do {
                std::string_view name;
                if (isObject) {
                    skipSpace();
                    if (peek() != '"' || !string(name))
                        return false;
                    skipSpace();
                    if (!take(':'))
                        return false;
                }
                if (!value(name, depth + 1))
                    return false;
                ++count;
                skipSpace();
            } while (take(','));
            if (!take(end))
                return false;
        }
        JsonValue& mine = m_text.m_values[index];
        mine.kind = isObject ? Kind::Object : Kind::Array;
        mine.count = count;
        mine.span = static_cast<std::uint32_t>(m_text.m_values.size() - index);
        return !isObject || namesDiffer(mine) || refuse("a member stands twice");
    }

    static bool namesDiffer(const JsonValue& object)
    {
        bool ascending = true; // as we write them
        const JsonValue* before = nullptr;
        for (const JsonValue& each : object) {
            ascending = ascending && (before == nullptr || before->name < each.name);
            before = &each;
        }
        if (ascending)
            return true;
        std::vector<std::string_view> names;
        names.reserve(object.count);
        for (const JsonValue& each : object)
            names.push_back(each.name);
        std::ranges::sort(names);
        return std::ranges::adjacent_find(names) == names.end();
    }

    bool number(std::int64_t& result)
    {
        const bool isNegative = take('-');
        const std::size_t begin = m_at;
        while (peek() >= '0' && peek() <= '9')
            ++m_at;
        const std::string_view digits = m_bytes.substr(begin, m_at - begin);
        if (digits.empty() || (digits.size() > 1 && digits.front() == '0'))
            return false;
        if (peek() == '.' || peek() == 'e' || peek() == 'E')
            return refuse("a number is not whole");
        const auto absolute = base::parseInteger(digits);
        if (!absolute)
            return refuse("a number is out of range");
        result = isNegative ? -*absolute : *absolute;
        return true;
    }

    bool string(std::string_view& result)
    {
        const std::size_t begin = ++m_at;
        unsigned char all = 0;
        while (m_at < m_bytes.size() && m_bytes[m_at] != '"' && m_bytes[m_at] != '\\') {
            const auto byte = static_cast<unsigned char>(m_bytes[m_at++]);
            if (byte < ' ')
                return false;
            all |= byte;
        }
        if (peek() == '\\')
            return stringWithEscapes(begin, result);
        result = m_bytes.substr(begin, m_at - begin);
        return take('"') && (all < 0x80 || base::isUtf8(result) || refuse("a text is not UTF-8"));
    }

    /// Its characters from `begin` on are copied, and each escape becomes what it stands for, which is never longer.
    bool stringWithEscapes(std::size_t begin, std::string_view& result)
    {
        if (!m_text.m_unescaped) {
            m_text.m_unescaped = std::make_unique<char[]>(m_bytes.size());
            m_out = m_text.m_unescaped.get();
        }
        char* const first = m_out;
        m_out = std::ranges::copy(m_bytes.substr(begin, m_at - begin), m_out).out;
        while (peek() != '"') {
            if (peek() == '\\') {
                ++m_at;
                if (!escape())
                    return false;
            } else if (static_cast<unsigned char>(peek()) < ' ') { // and at the end
                return false;
            } else {
                *m_out++ = m_bytes[m_at++];
            }
        }
        ++m_at;
        result = {first, static_cast<std::size_t>(m_out - first)};
        return base::isUtf8(result) || refuse("a text is not UTF-8");
    }

    /// What stands behind the backslash.
    bool escape()
    {
        static constexpr std::string_view letters = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        if (const auto which = letters.find(peek()); which != std::string_view::npos) {
            ++m_at;
            *m_out++ = meanings[which];
            return true;
        }
        std::uint32_t character = 0;
        if (!unit(character) || (character >= 0xdc00 && character <= 0xdfff))
            return false;
        if (character >= 0xd800 && character <= 0xdbff) { // the first half of a character beyond 2^16
            std::uint32_t second = 0;
            if (!take('\\') || !unit(second) || second < 0xdc00 || second > 0xdfff)
                return false;
            character = 0x10000 + ((character - 0xd800) << 10) + (second - 0xdc00);
        }
        const auto put = [this](std::uint32_t byte) { *m_out++ = static_cast<char>(byte); };
        if (character < 0x80) {
            put(character);
        } else if (character < 0x800) {
            put(0xc0 | character >> 6);
            put(0x80 | (character & 63));
        } else if (character < 0x10000) {
            put(0xe0 | character >> 12);
            put(0x80 | (character >> 6 & 63));
            put(0x80 | (character & 63));
        } else {
            put(0xf0 | character >> 18);
            put(0x80 | (character >> 12 & 63));
            put(0x80 | (character >> 6 & 63));
            put(0x80 | (character & 63));
        }
        return true;
    }

    /// u and four hexadecimal digits of either case.
    bool unit(std::uint32_t& result)
    {
        if (!take('u') || m_bytes.size() - m_at < 4)
            return false;
        const char* const begin = m_bytes.data() + m_at;
        m_at += 4;
        const auto [end, error] = std::from_chars(begin, begin + 4, result, 16);
        return error == std::errc() && end == begin + 4;
    }

    const std::string_view m_bytes;
    const JsonLimits& m_limits;
    std::size_t m_at = 0;
    JsonText m_text;
    char* m_out = nullptr; ///< the free part of m_unescaped
    std::string m_error;
};

base::Result<JsonText> JsonText::read(std::string_view bytes, const JsonLimits& limits)
{
    if (bytes.size() > limits.maxBytes)
        return base::fail(base::ErrorCode::TooLarge, "the message is larger than allowed");
    return JsonReader(bytes, limits).run();
}

} // namespace mutoscope::wire
