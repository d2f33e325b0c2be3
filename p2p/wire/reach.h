#pragma once

#include <array>

#include "p2p/wire/answers.h"
#include "p2p/wire/requests.h"

/// Whether others can connect to a node, protocol §10.
namespace mutoscope::wire
{

/// One TCP port of the node that asks.
struct PortToProbe {
    std::int64_t port = 0; ///< 1 … 65535

    template <class F>
    void fields(F& f)
    {
        f("port", port);
    }
};

/// Asks a tracker to connect to these ports of the address that the request comes from, and no other one.
struct ProbeReach : Request {
    static constexpr std::string_view type = "mutoscope.probeReach.v1";
    static constexpr std::size_t maxPorts = 4;

    std::vector<PortToProbe> ports;
    base::Sha256 tlsPin; ///< of the certificate that the node shows there

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("ports", ports, MaxSize{maxPorts});
        f("tls_pin", tlsPin);
    }
    [[nodiscard]] base::Result<void> check() const
    {
        for (const PortToProbe& each : ports) {
            if (each.port < 1 || each.port > 65'535)
                return base::fail(base::ErrorCode::Malformed, "a port is not within 1 and 65535");
        }
        return {};
    }
};

/// What came of it.
enum class ReachOutcome {
    Reachable,        ///< the node's certificate was shown there
    Refused,          ///< nobody listens at that port
    Silent,           ///< no answer in time: a router or firewall lets nobody in
    NoRoute,          ///< the network says that there is no way
    NotTls,           ///< something else listens there
    OtherCertificate, ///< another node listens there
    Busy,             ///< not tried, the tracker has too many to try just now
};

constexpr auto namesOf(ReachOutcome)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{ReachOutcome::Reachable, "reachable"sv}, std::pair{ReachOutcome::Refused, "refused"sv},
                      std::pair{ReachOutcome::Silent, "silent"sv},       std::pair{ReachOutcome::NoRoute, "no_route"sv},
                      std::pair{ReachOutcome::NotTls, "not_tls"sv},      std::pair{ReachOutcome::OtherCertificate, "other_certificate"sv},
                      std::pair{ReachOutcome::Busy, "busy"sv}};
}

struct ProbedPort {
    std::int64_t port = 0;
    ReachOutcome outcome = ReachOutcome::Busy;

    template <class F>
    void fields(F& f)
    {
        f("port", port);
        f("outcome", outcome);
    }
};

struct ReachAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.probeReach.answer.v1";

    std::string observed; ///< the IP address that the request came from
    std::vector<ProbedPort> ports;
    /// host:port of the relay that this tracker offers, if it does.
    std::optional<std::string> relay;

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("observed", observed, MaxSize{64});
        f("ports", ports, MaxSize{ProbeReach::maxPorts});
        f("relay", relay, MaxSize{260});
    }
};

/// A node to a relay: it wants to be called there.
struct RelayRegistration {
    static constexpr std::string_view type = "mutoscope.relayRegistration.v1";
    static constexpr std::size_t maxBytes = 4 * 1024;

    std::string network;
    base::PublicKey node;
    std::string relay;      ///< host:port as the node knows it, so that no relay can hand this on to another one
    base::Sha256 challenge; ///< 32 bytes by chance, of the relay, for this connection

    template <class F>
    void fields(F& f)
    {
        f("network", network, maxNetwork);
        f("node", node);
        f("relay", relay, MaxSize{260});
        f("challenge", challenge);
    }
    [[nodiscard]] const base::PublicKey& key(Role) const { return node; }
};

} // namespace mutoscope::wire
