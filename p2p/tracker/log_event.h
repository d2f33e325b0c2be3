#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "p2p/base/types.h"

/// Log lines with fields. They travel inside the message, behind characters that no sentence has, as Qt's logging knows
/// texts only.
namespace mutoscope::tracker
{

using Field = std::pair<std::string, std::string>;

/// A message for qCInfo and its like: what happened, and what belongs to it. Never a secret; keys as shortKey().
[[nodiscard]] std::string event(std::string_view what, std::initializer_list<Field> fields);

struct Event {
    std::string what;
    std::vector<Field> fields;
};
/// The other way round; a message without fields has none.
[[nodiscard]] Event parseEvent(std::string_view message);

struct LogLine {
    base::UnixMs time;
    std::string_view level;    ///< "debug", "info", "warning", "critical"
    std::string_view category; ///< "mutoscope.tracker"
    std::string_view message;  ///< with its fields
};
/// "2026-11-23T13:09:17.123Z info mutoscope.tracker: serving listen=127.0.0.1:7480", without the line's end. Control
/// characters are replaced.
[[nodiscard]] std::string textLine(const LogLine& line);
/// {"time":…,"level":…,"category":…,"message":…,"fields":{…}}; no fields, no member.
[[nodiscard]] std::string jsonLine(const LogLine& line);

/// Enough of a key to tell it from others.
[[nodiscard]] std::string shortKey(const base::PublicKey& key);

} // namespace mutoscope::tracker
