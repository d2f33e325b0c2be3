#pragma once

#include <string>
#include <vector>

/// What IP addresses say about who can use them. Pure but for localAddresses().
namespace mutoscope::reach
{

enum class Scope {
    Nowhere,  ///< not an address, unspecified, multicast, link-local
    Loopback,
    Private,  ///< RFC 1918, RFC 6598, unique local IPv6 addresses
    World,
};

[[nodiscard]] Scope scopeOf(const std::string& address);
/// "0.0.0.0" and "::".
[[nodiscard]] bool isWildcard(const std::string& host);
/// Of this computer's interfaces that are up, in no order, without loopback and link-local ones.
[[nodiscard]] std::vector<std::string> localAddresses();

/// What is known when a node chooses where to be announced.
struct Candidates {
    std::string listenHost;              ///< an address, may be a wildcard
    std::uint16_t listenPort = 0;
    std::vector<std::string> advertised; ///< host:port, by the person
    std::vector<std::string> local;      ///< localAddresses()
    std::vector<std::string> confirmed;  ///< host:port at which the tracker has reached it
    std::string relay;                   ///< its endpoint at a relay, if it has one
};

/// The offer's endpoints, best first, each once, 8 at most: what the person says; what is known to work; the relay; addresses of the
/// interfaces that may work: those of the world, or all where there are none.
[[nodiscard]] std::vector<std::string> endpointsToAnnounce(const Candidates& candidates);

} // namespace mutoscope::reach
