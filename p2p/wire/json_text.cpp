#include "p2p/wire/json_text.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

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

namespace
{

bool namesDiffer(const JsonValue& object)
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

} // namespace

/// Takes what nlohmann-json's parser finds while the limits are watched; returning false stops the parser at once.
class JsonReader final : public nlohmann::json_sax<nlohmann::json>
{
public:
    JsonReader(std::string_view bytes, const JsonLimits& limits) : m_limits(limits)
    {
        m_text.m_values.reserve(32);
        m_text.m_texts = std::make_unique_for_overwrite<char[]>(bytes.size());
        m_free = m_text.m_texts.get();
    }

    [[nodiscard]] JsonText take() { return std::move(m_text); }
    [[nodiscard]] std::string takeError() { return std::move(m_error); }

    bool null() override { return add(Kind::Null) != nullptr; }
    bool boolean(bool value) override { return addNumber(Kind::Boolean, value ? 1 : 0); }
    bool number_integer(number_integer_t value) override
    {
        return value < -base::maxInteger ? refuse("a number is out of range") : addNumber(Kind::Number, value);
    }
    bool number_unsigned(number_unsigned_t value) override
    {
        return value > static_cast<std::uint64_t>(base::maxInteger) ? refuse("a number is out of range")
                                                                    : addNumber(Kind::Number, static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t, const string_t&) override { return refuse("a number is not whole"); }
    bool binary(binary_t&) override { return refuse("binary value"); }
    bool string(string_t& value) override
    {
        JsonValue* const mine = add(Kind::String);
        if (mine != nullptr)
            mine->text = keep(value);
        return mine != nullptr;
    }
    bool key(string_t& name) override
    {
        m_name = keep(name);
        return true;
    }

    bool start_object(std::size_t) override { return open(Kind::Object); }
    bool start_array(std::size_t) override { return open(Kind::Array); }
    bool end_object() override { return namesDiffer(close()) || refuse("a member stands twice"); }
    bool end_array() override
    {
        (void)close();
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override
    {
        if (m_error.empty())
            m_error = "not JSON at byte " + std::to_string(position);
        return false;
    }

private:
    using Kind = JsonValue::Kind;

    bool refuse(const char* why)
    {
        m_error = why;
        return false;
    }

    /// A text is never longer than it stands in the bytes, so there is room for all.
    std::string_view keep(const std::string& text)
    {
        char* const first = m_free;
        m_free = std::ranges::copy(text, m_free).out;
        return {first, text.size()};
    }

    /// Until the next one comes; null where that is one too many.
    JsonValue* add(Kind kind)
    {
        std::vector<JsonValue>& values = m_text.m_values;
        if (values.size() >= m_limits.maxValues) {
            m_error = "too many values";
            return nullptr;
        }
        if (!m_open.empty())
            ++values[m_open.back()].count;
        JsonValue& mine = values.emplace_back();
        mine.kind = kind;
        mine.name = std::exchange(m_name, {});
        return &mine;
    }
    bool addNumber(Kind kind, std::int64_t number)
    {
        JsonValue* const mine = add(kind);
        if (mine != nullptr)
            mine->number = number;
        return mine != nullptr;
    }
    bool open(Kind kind)
    {
        if (m_open.size() >= static_cast<std::size_t>(m_limits.maxDepth))
            return refuse("nested too deeply");
        if (add(kind) == nullptr)
            return false;
        m_open.push_back(m_text.m_values.size() - 1);
        return true;
    }
    const JsonValue& close()
    {
        JsonValue& mine = m_text.m_values[m_open.back()];
        mine.span = static_cast<std::uint32_t>(m_text.m_values.size() - m_open.back());
        m_open.pop_back();
        return mine;
    }

    const JsonLimits& m_limits;
    JsonText m_text;
    std::vector<std::size_t> m_open; ///< places of the containers around, outermost first
    std::string_view m_name;         ///< of the member whose value comes next
    char* m_free = nullptr;
    std::string m_error;
};

base::Result<JsonText> JsonText::read(std::string_view bytes, const JsonLimits& limits)
{
    if (bytes.size() > limits.maxBytes)
        return base::fail(base::ErrorCode::TooLarge, "the message is larger than allowed");
    // nlohmann-json takes a NUL byte for the end of the text, and skips a byte order mark.
    if (bytes.find('\0') != std::string_view::npos || bytes.starts_with("\xef\xbb\xbf"))
        return base::fail(base::ErrorCode::Malformed, "not JSON");
    JsonReader reader(bytes, limits);
    if (!nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &reader))
        return base::fail(base::ErrorCode::Malformed, reader.takeError());
    return reader.take();
}

} // namespace mutoscope::wire
