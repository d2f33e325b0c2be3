#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "p2p/base/result.h"

namespace mutoscope::wire
{

struct JsonLimits {
    std::size_t maxBytes = 64 * 1024;
    int maxDepth = 8;
    std::size_t maxValues = 16 * 1024; ///< objects, arrays, members and plain values together
};

/// One value of a JsonText. What is within it stands behind it, so that values are only ever looked at in their place.
struct JsonValue {
    enum class Kind : std::uint8_t { Null, Boolean, Number, String, Object, Array };

    Kind kind = Kind::Null;
    std::uint32_t count = 0; ///< of an object's members, an array's elements
    std::uint32_t span = 1;  ///< this value and all within it
    std::string_view name;   ///< of an object's member
    std::string_view text;   ///< of a String, without escapes, in UTF-8
    std::int64_t number = 0; ///< of a Number; of a Boolean 0 or 1

    [[nodiscard]] bool is(Kind what) const { return kind == what; }

    /// Over the members or elements, in the order of the text.
    class Iterator
    {
    public:
        explicit Iterator(const JsonValue* at) : m_at(at) {}
        const JsonValue& operator*() const { return *m_at; }
        Iterator& operator++()
        {
            m_at += m_at->span;
            return *this;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const JsonValue* m_at;
    };
    [[nodiscard]] Iterator begin() const { return Iterator(this + 1); }
    [[nodiscard]] Iterator end() const { return Iterator(this + span); }
    /// Null where an object has no such member.
    [[nodiscard]] const JsonValue* member(std::string_view wanted) const;
};

/// Bytes from outside (RFC 8259), read under limits that hold while they are read, into one list of values without a
/// tree. Refuses what different parsers read differently: duplicate members, numbers that are not whole or not within
/// ±(2^53 − 1), invalid UTF-8, a byte order mark, trailing bytes.
class JsonText
{
public:
    /// Errors: TooLarge, Malformed.
    [[nodiscard]] static base::Result<JsonText> read(std::string_view bytes, const JsonLimits& limits);

    [[nodiscard]] const JsonValue& root() const { return m_values.front(); }

private:
    friend class JsonReader;
    JsonText() = default;

    std::vector<JsonValue> m_values;
    std::unique_ptr<char[]> m_texts; ///< names and texts, without escapes; a place that never moves
};

} // namespace mutoscope::wire
