#include "p2p/tracker/log_event.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <nlohmann/json.hpp>

#include "p2p/base/encoding.h"

namespace mutoscope::tracker
{

namespace
{

constexpr char beforeName = '\x1e';
constexpr char beforeValue = '\x1f';
constexpr std::size_t maxText = 2'000; ///< of one sentence or value: a line stays a line

std::string clean(std::string_view text)
{
    std::string result = base::utf8Prefix(text, maxText);
    std::ranges::replace_if(
        result, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }, ' ');
    return result;
}

std::string timestamp(base::UnixMs time)
{
    const std::time_t seconds = time.value() / 1000;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 96> text{}; // for years that no clock of ours shows, too
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                  utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<int>(time.value() % 1000));
    return text.data();
}

} // namespace

std::string event(std::string_view what, std::initializer_list<Field> fields)
{
    std::string message = clean(what);
    for (const auto& [name, value] : fields)
        message += beforeName + clean(name) + beforeValue + clean(value);
    return message;
}

Event parseEvent(std::string_view message)
{
    Event event;
    std::size_t end = std::min(message.find(beforeName), message.size());
    event.what = message.substr(0, end);
    while (end < message.size()) {
        message.remove_prefix(end + 1);
        end = std::min(message.find(beforeName), message.size());
        const std::string_view field = message.substr(0, end);
        const std::size_t middle = std::min(field.find(beforeValue), field.size());
        event.fields.emplace_back(field.substr(0, middle), field.substr(std::min(middle + 1, field.size())));
    }
    return event;
}

std::string textLine(const LogLine& line)
{
    const Event event = parseEvent(line.message);
    std::string text = timestamp(line.time) + " " + std::string(line.level) + " " + std::string(line.category) + ": " +
                       clean(event.what);
    for (const auto& [name, value] : event.fields) {
        const bool plain = !value.empty() && value.find_first_of(" =\"\\") == std::string::npos;
        text += " " + clean(name) + "=" + (plain ? clean(value) : nlohmann::json(clean(value)).dump());
    }
    return text;
}

std::string jsonLine(const LogLine& line)
{
    const Event event = parseEvent(line.message);
    nlohmann::ordered_json object{{"time", timestamp(line.time)},
                                  {"level", line.level},
                                  {"category", line.category},
                                  {"message", clean(event.what)}};
    for (const auto& [name, value] : event.fields)
        object["fields"][clean(name)] = clean(value);
    return object.dump();
}

std::string shortKey(const base::PublicKey& key)
{
    return base::toBase64Url(key.raw()).substr(0, 8);
}

} // namespace mutoscope::tracker
