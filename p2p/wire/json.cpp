#include "p2p/wire/json.h"

#include <limits>
#include <vector>

#include <nlohmann/json.hpp>

#include "p2p/base/types.h"

namespace mutoscope::wire
{

namespace
{

using nlohmann::json;

/// Builds the value while the limits are watched; returning false stops the parser at once.
class LimitedBuilder final : public nlohmann::json_sax<json>
{
public:
    explicit LimitedBuilder(const JsonLimits& limits) : m_limits(limits) {}

    [[nodiscard]] json take() { return std::move(m_root); }
    [[nodiscard]] const std::string& error() const { return m_error; }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override
    {
        return value < -base::maxInteger ? refuse("a number is out of range") : add(value);
    }
    bool number_unsigned(number_unsigned_t value) override
    {
        return value > static_cast<std::uint64_t>(base::maxInteger) ? refuse("a number is out of range")
                                                                    : add(static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t, const string_t&) override { return refuse("a number is not whole"); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return refuse("binary value"); }

    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override
    {
        if (m_open.back()->contains(name))
            return refuse("a member stands twice");
        m_key = std::move(name);
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override
    {
        return refuse("not JSON at byte " + std::to_string(position));
    }

private:
    bool refuse(std::string why)
    {
        if (m_error.empty())
            m_error = std::move(why);
        return false;
    }

    json* place(json value)
    {
        if (m_open.empty()) {
            m_root = std::move(value);
            return &m_root;
        }
        json& parent = *m_open.back();
        if (parent.is_object())
            return &(parent[m_key] = std::move(value));
        parent.push_back(std::move(value));
        return &parent.back();
    }

    bool add(json value)
    {
        if (++m_values > m_limits.maxValues)
            return refuse("too many values");
        place(std::move(value));
        return true;
    }

    bool open(json container)
    {
        if (++m_values > m_limits.maxValues)
            return refuse("too many values");
        if (m_open.size() >= static_cast<std::size_t>(m_limits.maxDepth))
            return refuse("nested too deeply");
        m_open.push_back(place(std::move(container)));
        return true;
    }

    bool close()
    {
        m_open.pop_back();
        return true;
    }

    const JsonLimits& m_limits;
    json m_root;
    std::vector<json*> m_open; // stays valid: only the last container of a level ever grows
    std::string m_key;
    std::size_t m_values = 0;
    std::string m_error;
};

} // namespace

base::Result<json> parseJson(std::string_view bytes, const JsonLimits& limits)
{
    if (bytes.size() > limits.maxBytes)
        return base::fail(base::ErrorCode::TooLarge, "the message is larger than allowed");
    // nlohmann-json takes a NUL byte for the end of the text, and skips a byte order mark.
    if (bytes.find('\0') != std::string_view::npos || bytes.starts_with("\xef\xbb\xbf"))
        return base::fail(base::ErrorCode::Malformed, "not JSON");
    LimitedBuilder builder(limits);
    if (!json::sax_parse(bytes.begin(), bytes.end(), &builder))
        return base::fail(base::ErrorCode::Malformed, builder.error().empty() ? "not JSON" : builder.error());
    return builder.take();
}

} // namespace mutoscope::wire
