#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "p2p/base/result.h"
#include "p2p/base/types.h"

namespace mutoscope::tracker
{

enum class LogLevel { Debug, Info, Warning };

/// A tracker's configuration. Defaults stand here; `settingsHelp` describes them for people.
struct Settings {
    static constexpr std::size_t maxBytes = 64 * 1024; ///< of the file

    std::string network = "main";
    std::string name = "Mutoscope tracker";
    std::string listenHost = "127.0.0.1"; ///< address to listen on, without brackets
    std::uint16_t listenPort = 7480;      ///< 0: any
    std::string linkHost;                 ///< in the tracker's link; never empty after parsing
    std::filesystem::path data;           ///< folder of the key, the TLS identity, and the ledger on SQLite; must be given
    std::string database;       ///< postgresql://…; empty: SQLite in `data`
    std::chrono::milliseconds closeGrace{30'000};
    LogLevel log = LogLevel::Info;
};

/// Lines `key = value`; empty lines and those that start with # don't count. A relative `data` is one in `folder`.
/// Malformed with the line's number for an unknown or repeated key and for a value that doesn't fit.
[[nodiscard]] base::Result<Settings> parseSettings(std::string_view text, const std::filesystem::path& folder);
/// The same of a file.
[[nodiscard]] base::Result<Settings> readSettings(const std::filesystem::path& file);

/// The keys, one per line, with their defaults.
[[nodiscard]] std::string_view settingsHelp();

/// "1.5" tokens are 1,500,000 micro-tokens: digits, at most six of them behind a point; nothing otherwise.
[[nodiscard]] std::optional<base::Tokens> parseTokens(std::string_view text);

} // namespace mutoscope::tracker
