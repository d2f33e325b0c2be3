#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "p2p/base/encoding.h"
#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/wire/json_text.h"
#include "p2p/wire/ranges.h"

/// One list of fields per message serves both directions: `template <class F> void fields(F& f)` names every member once,
/// FieldWriter turns it into JSON, FieldReader reads it back strictly: every member present, of its type, within its
/// limits, and no member that the list does not name.
namespace mutoscope::wire
{

/// Longest text and longest list of a field.
struct MaxSize {
    std::size_t value;
};

/// An enum's names on the wire stand in one table beside it:
///     constexpr auto namesOf(Access) { return std::array{std::pair{Access::Open, "open"sv}, …}; }
template <class E>
    requires std::is_enum_v<E>
[[nodiscard]] constexpr std::string_view enumName(E value)
{
    for (const auto& [each, name] : namesOf(value)) {
        if (each == value)
            return name;
    }
    return {};
}

template <class E>
    requires std::is_enum_v<E>
[[nodiscard]] constexpr bool enumFromName(std::string_view text, E& value)
{
    for (const auto& [each, name] : namesOf(value)) {
        if (name == text) {
            value = each;
            return true;
        }
    }
    return false;
}

/// Writes the text itself: a tree that lives for one message costs more than the rest of it.
class FieldWriter
{
public:
    /// The object, its members in alphabetical order, without white space.
    [[nodiscard]] std::string take();

    template <class Tag, std::size_t N>
    void operator()(const char* name, const base::FixedBytes<Tag, N>& value)
    {
        member(name);
        m_values += '"';
        if constexpr (std::is_same_v<base::FixedBytes<Tag, N>, base::PublicKey>)
            m_values += base::toBase64Url(value.raw());
        else
            m_values += base::toHex(value.raw());
        m_values += '"';
    }
    template <class Tag, class Rep>
    void operator()(const char* name, const base::Strong<Tag, Rep>& value)
    {
        (*this)(name, static_cast<std::int64_t>(value.value()));
    }
    void operator()(const char* name, bool value)
    {
        member(name);
        m_values += value ? "true" : "false";
    }
    void operator()(const char* name, std::int64_t value)
    {
        member(name);
        m_values += std::to_string(value);
    }
    void operator()(const char* name, const std::string& value, MaxSize)
    {
        member(name);
        text(value);
    }
    void operator()(const char* name, const SegmentRanges& value);
    void operator()(const char* name, const std::vector<std::string>& values, MaxSize, MaxSize)
    {
        list(name, values, [this](const std::string& value) { text(value); });
    }

    /// Left out where there is none.
    template <class T, class... Limits>
    void operator()(const char* name, std::optional<T>& value, Limits... limits)
    {
        if (value)
            (*this)(name, *value, limits...);
    }
    /// A struct with a field list of its own.
    template <class T>
        requires requires(T& t, FieldWriter& w) { t.fields(w); }
    void operator()(const char* name, T& value)
    {
        member(name);
        object(value);
    }
    template <class T>
        requires requires(T& t, FieldWriter& w) { t.fields(w); }
    void operator()(const char* name, std::vector<T>& values, MaxSize)
    {
        list(name, values, [this](T& value) { object(value); });
    }
    template <class T>
        requires std::is_enum_v<T>
    void operator()(const char* name, T value)
    {
        member(name);
        text(enumName(value));
    }

private:
    struct Member {
        std::string_view name;
        std::size_t begin; ///< of its value in m_values, which ends where the next one begins
        std::size_t end = 0;
    };

    void member(const char* name) { m_members.push_back({name, m_values.size()}); }
    void text(std::string_view value);
    template <class T>
    void object(T& value)
    {
        FieldWriter writer;
        value.fields(writer);
        m_values += writer.take();
    }
    template <class List, class Write>
    void list(const char* name, List& values, Write write)
    {
        member(name);
        m_values += '[';
        bool first = true;
        for (auto& value : values) {
            if (!std::exchange(first, false))
                m_values += ',';
            write(value);
        }
        m_values += ']';
    }

    std::vector<Member> m_members;
    std::string m_values; ///< in the order of the field list
};

class FieldReader
{
public:
    explicit FieldReader(const JsonValue& object) : m_object(object)
    {
        if (!object.is(JsonValue::Kind::Object))
            refuse("", "is not an object");
    }

    /// After the field list: the first thing that did not fit, or the members that nobody asked for.
    [[nodiscard]] base::Result<void> finish() const
    {
        if (!m_error.empty())
            return base::fail(base::ErrorCode::Malformed, m_error);
        if (m_object.count != m_seen)
            return base::fail(base::ErrorCode::Malformed, "the message has members that its type does not know");
        return {};
    }

    template <class Tag, std::size_t N>
    void operator()(const char* name, base::FixedBytes<Tag, N>& value)
    {
        const JsonValue* member = find(name);
        if (member == nullptr)
            return;
        using Fixed = base::FixedBytes<Tag, N>;
        std::optional<Fixed> parsed;
        if (member->is(JsonValue::Kind::String)) {
            if constexpr (std::is_same_v<Fixed, base::PublicKey>)
                parsed = base::fixedFromBase64Url<Fixed>(member->text);
            else
                parsed = base::fixedFromHex<Fixed>(member->text);
        }
        if (parsed)
            value = *parsed;
        else
            refuse(name, "is not a key, id or address of the right form");
    }
    template <class Tag, class Rep>
    void operator()(const char* name, base::Strong<Tag, Rep>& value)
    {
        std::int64_t number = 0;
        (*this)(name, number);
        if (number > static_cast<std::int64_t>(std::min<std::uint64_t>(base::maxInteger, std::numeric_limits<Rep>::max())))
            refuse(name, "is too large");
        else
            value = base::Strong<Tag, Rep>(static_cast<Rep>(number));
    }
    void operator()(const char* name, bool& value)
    {
        const JsonValue* member = find(name);
        if (member == nullptr)
            return;
        if (member->is(JsonValue::Kind::Boolean))
            value = member->number != 0;
        else
            refuse(name, "is not true or false");
    }
    void operator()(const char* name, std::int64_t& value)
    {
        const JsonValue* member = find(name);
        if (member == nullptr)
            return;
        if (member->is(JsonValue::Kind::Number) && member->number >= 0)
            value = member->number;
        else
            refuse(name, "is not a number from 0");
    }
    void operator()(const char* name, std::string& value, MaxSize limit)
    {
        if (const JsonValue* member = find(name))
            readText(name, *member, value, limit);
    }
    void operator()(const char* name, SegmentRanges& value);
    void operator()(const char* name, std::vector<std::string>& values, MaxSize count, MaxSize each)
    {
        values.clear();
        const JsonValue* member = findArray(name, count);
        if (member == nullptr)
            return;
        for (const JsonValue& item : *member)
            readText(name, item, values.emplace_back(), each);
    }
    template <class T, class... Limits>
    void operator()(const char* name, std::optional<T>& value, Limits... limits)
    {
        value.reset();
        if (m_object.member(name) != nullptr)
            (*this)(name, value.emplace(), limits...);
    }
    template <class T>
        requires requires(T& t, FieldReader& r) { t.fields(r); }
    void operator()(const char* name, T& value)
    {
        const JsonValue* member = find(name);
        if (member == nullptr)
            return;
        FieldReader reader(*member);
        value.fields(reader);
        if (const auto read = reader.finish(); !read)
            refuse(name, "does not fit: " + read.error().message);
    }
    template <class T>
        requires requires(T& t, FieldReader& r) { t.fields(r); }
    void operator()(const char* name, std::vector<T>& values, MaxSize count)
    {
        values.clear();
        const JsonValue* member = findArray(name, count);
        if (member == nullptr)
            return;
        for (const JsonValue& item : *member) {
            FieldReader reader(item);
            values.emplace_back().fields(reader);
            if (const auto read = reader.finish(); !read)
                return refuse(name, "has an entry where " + read.error().message);
        }
    }
    template <class T>
        requires std::is_enum_v<T>
    void operator()(const char* name, T& value)
    {
        std::string text;
        (*this)(name, text, MaxSize{64});
        if (m_error.empty() && !enumFromName(text, value))
            refuse(name, "has an unknown value");
    }

private:
    void refuse(std::string_view name, std::string_view why)
    {
        if (m_error.empty())
            m_error = "the member '" + std::string(name) + "' " + std::string(why);
    }
    const JsonValue* find(const char* name)
    {
        if (!m_object.is(JsonValue::Kind::Object))
            return nullptr;
        const JsonValue* const member = m_object.member(name);
        if (member == nullptr)
            refuse(name, "is missing");
        else
            ++m_seen;
        return member;
    }
    const JsonValue* findArray(const char* name, MaxSize count)
    {
        const JsonValue* member = find(name);
        if (member == nullptr)
            return nullptr;
        if (member->is(JsonValue::Kind::Array) && member->count <= count.value)
            return member;
        refuse(name, "is not a list, or a longer one than allowed");
        return nullptr;
    }
    void readText(const char* name, const JsonValue& member, std::string& value, MaxSize limit)
    {
        if (!member.is(JsonValue::Kind::String) || member.text.size() > limit.value)
            refuse(name, "is not a text, or a longer one than allowed");
        else
            value = member.text;
    }

    const JsonValue& m_object;
    std::size_t m_seen = 0;
    std::string m_error;
};

} // namespace mutoscope::wire
