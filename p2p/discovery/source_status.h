#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace mutoscope::discovery
{

/// The ways to find seeders, as settings and snapshots name them.
enum class SourceKind { Tracker, Link, LocalNetwork, Dht };

inline constexpr std::array allSources{SourceKind::Tracker, SourceKind::Link, SourceKind::LocalNetwork, SourceKind::Dht};

constexpr auto namesOf(SourceKind)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{SourceKind::Tracker, "tracker"sv}, std::pair{SourceKind::Link, "link"sv},
                      std::pair{SourceKind::LocalNetwork, "local"sv}, std::pair{SourceKind::Dht, "dht"sv}};
}

enum class SourceState {
    Off,     ///< by the person's choice
    Ready,   ///< nothing has been looked for yet
    Looking,
    Found,   ///< the last search has ended; how many it found is in SourceStatus::found, maybe none
    Cannot,  ///< for the reason in SourceStatus::problem
};

/// How one source stands.
struct SourceStatus {
    SourceKind kind = SourceKind::Tracker;
    SourceState state = SourceState::Off;
    int found = 0;       ///< seeders, in the last search
    std::string problem; ///< one sentence; only of Cannot

    bool operator==(const SourceStatus&) const = default;
};

} // namespace mutoscope::discovery
