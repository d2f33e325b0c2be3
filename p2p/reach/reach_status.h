#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "p2p/base/types.h"
#include "p2p/wire/reach.h"

namespace mutoscope::reach
{

/// How others get to this node.
enum class Way {
    Off,          ///< it does not listen for viewers
    Unknown,      ///< nobody has tried yet
    Direct,       ///< they connect to the port where it listens
    MappedPort,   ///< they connect to a port that the router passes on
    Relay,        ///< a relay brings the two together
    LocalNetwork, ///< they do from within its own network; the tracker is there, too, so nobody knows about others
    None,         ///< they can't
};

constexpr auto namesOf(Way)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{Way::Off, "off"sv},
                      std::pair{Way::Unknown, "unknown"sv},
                      std::pair{Way::Direct, "direct"sv},
                      std::pair{Way::MappedPort, "mapped_port"sv},
                      std::pair{Way::Relay, "relay"sv},
                      std::pair{Way::LocalNetwork, "local_network"sv},
                      std::pair{Way::None, "none"sv}};
}

/// What the tracker found at one port.
struct PortCheck {
    std::uint16_t port = 0;
    wire::ReachOutcome outcome = wire::ReachOutcome::Busy;
    bool mapped = false; ///< the router's, not ours

    bool operator==(const PortCheck&) const = default;
};

/// Connections that relays have helped to, in both directions, since the node was started.
struct ByRelay {
    std::int64_t returned = 0; ///< the one that was called has connected to its caller
    std::int64_t punched = 0;  ///< both have connected at the same time, through their routers
    std::int64_t relayed = 0;  ///< the relay copies

    bool operator==(const ByRelay&) const = default;
};

/// What the relay where the node waits asks, and gets.
struct RelayCost {
    std::optional<base::Tokens> price; ///< for each MiB beyond what it copies for nothing; none where it asks for nothing
    bool buying = false;               ///< a contract with it is open
    base::ByteCount bytes;             ///< copied and paid for since the node was started
    base::Tokens paid;                 ///< for them
    std::string problem;               ///< why it is not paid though it asks for it, one sentence

    bool operator==(const RelayCost&) const = default;
};

/// A value, for snapshots.
struct ReachStatus {
    Way way = Way::Off;
    std::string observed; ///< the address that the tracker sees; empty: not known
    std::vector<PortCheck> ports;
    std::string problem;  ///< why `way` is Unknown, one sentence; empty while the answer is awaited
    std::vector<std::string> endpoints; ///< where the node is announced: host:port, or a relay's form of it
    ByRelay byRelay{};
    std::string relay{};         ///< host:port of the one where the node waits, or tries to; empty: none
    RelayCost relayCost{};
    std::string relayProblem{};  ///< why the relay that is needed can't be used, one sentence; empty if it can, or none is

    bool operator==(const ReachStatus&) const = default;
};

} // namespace mutoscope::reach
