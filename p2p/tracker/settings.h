#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/net/endpoint.h"

namespace mutoscope::tracker
{

enum class LogLevel { Debug, Info, Warning };
enum class LogFormat { Text, Json };

/// Another tracker with which contracts are taken, protocol §9.
struct PeerSettings {
    net::TrackerLink link; ///< with key and pin
    base::Tokens limit;    ///< what it may owe here

    [[nodiscard]] const base::PublicKey& key() const { return *link.key; }
    bool operator==(const PeerSettings&) const = default;
};

/// A tracker's configuration. Defaults stand here; `settingsHelp` describes them for people.
struct Settings {
    static constexpr std::size_t maxBytes = 64 * 1024; ///< of the file
    /// A seeder asks every 5 s whether its viewer is closing behind its back (protocol §4); in less than three of those
    /// it may lose what it is owed.
    static constexpr std::chrono::milliseconds minGrace{15'000};

    std::string network = "main";
    std::string name = "Mutoscope tracker";
    std::string listenHost = "127.0.0.1"; ///< address to listen on, without brackets
    std::uint16_t listenPort = 7480;      ///< 0: any
    std::string linkHost;                 ///< in the tracker's link; never empty after parsing
    std::filesystem::path data;           ///< folder of the key, the TLS identity, and the ledger on SQLite; must be given
    std::string database;       ///< postgresql://…; empty: SQLite in `data`
    std::chrono::milliseconds closeGrace{30'000};
    bool allowShortGrace = false; ///< for tests and demos on one machine, where nobody can be late
    int maxConnections = 1'024;
    int maxConnectionsPerAddress = 64;
    int addressesPerMinute = 120; ///< see Service::Config
    int searchesPerMinute = 120;  ///< likewise
    std::chrono::seconds reservesInterval{3'600}; ///< between two proofs of reserves; 0: none but the one at start
    std::string metricsHost;                      ///< where health and metrics are told; empty: nowhere
    std::uint16_t metricsPort = 0;                ///< 0: any
    bool metricsAnywhere = false;                 ///< may be another address than a loopback one
    std::string relayHost;                        ///< address where the relay listens; empty: there is none
    std::uint16_t relayPort = 0;                  ///< 0: any
    std::int64_t relayMiBPerNodeHour = 1'024;     ///< what the relay copies for one node in an hour for nothing
    base::Tokens relayPrice;                      ///< for each MiB beyond that; 0: more is not copied
    std::optional<base::Address> relayPayTo;      ///< ordinary address that the relay's income is sent on to
    std::vector<PeerSettings> peers;              ///< each key once
    LogLevel log = LogLevel::Info;
    LogFormat logFormat = LogFormat::Text;

    bool operator==(const Settings&) const = default;
};

/// What a running tracker takes from `wanted` at once, beside what it has from `current`: level and form of the log,
/// name, grace, connections, peers. The keys that differ otherwise, and need a restart, go to `others`.
[[nodiscard]] Settings reloaded(const Settings& current, const Settings& wanted, std::vector<std::string>& others);

/// Lines `key = value`; empty lines and those that start with # don't count. A relative `data` is one in `folder`.
/// Malformed with the line's number for an unknown or repeated key and for a value that doesn't fit.
[[nodiscard]] base::Result<Settings> parseSettings(std::string_view text, const std::filesystem::path& folder);
/// The same of a file.
[[nodiscard]] base::Result<Settings> readSettings(const std::filesystem::path& file);

/// The keys, one per line, with their defaults.
[[nodiscard]] std::string_view settingsHelp();

} // namespace mutoscope::tracker
