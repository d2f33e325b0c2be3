#include <mutex>

#include "p2p/tracker/service.h"
#include "p2p/wire/reach.h"

// Telling nodes whether others can connect to them.

namespace mutoscope::tracker
{

using base::ErrorCode;

namespace
{

/// Collects what the ports of one request gave.
struct Collected {
    std::mutex mutex;
    std::vector<wire::ProbedPort> ports;
    std::size_t missing = 0;
};

} // namespace

void Service::probeReach(const net::HttpRequest& request, Respond respond)
{
    const auto message = openRequest<wire::ProbeReach>(request.body, respond);
    if (!message)
        return;
    const auto send = [respond](Reply reply) {
        respond({.status = reply.status, .body = std::make_shared<const std::string>(std::move(reply.body))});
    };
    if (const auto timely = checkTime(message->message.time); !timely)
        return send(refuse(timely.error(), message->payload));
    if (!m_dialBack)
        return send(refuse({ErrorCode::Unavailable, "this tracker does not connect to nodes"}, message->payload));
    if (!m_reachLimit.take(request.peer, m_clock.monotonic()))
        return send(refuse({ErrorCode::TooMany, "your network asks too often whether it can be reached; try again in a minute"}, message->payload));

    const auto collected = std::make_shared<Collected>();
    for (const wire::PortToProbe& each : message->message.ports)
        collected->ports.push_back({each.port, wire::ReachOutcome::Busy});
    collected->missing = collected->ports.size();
    const auto answer = [this, send, collected, payload = message->payload, observed = request.peer] {
        wire::ReachAnswer told;
        told.observed = observed;
        told.ports = collected->ports;
        told.relay = m_config.relay;
        send({200, signAnswer(std::move(told), payload)});
    };
    if (collected->missing == 0)
        return answer();
    // Only ever to the address that asks: nobody else can be scanned, or hit by more than was sent here.
    for (std::size_t i = 0; i < message->message.ports.size(); ++i) {
        m_dialBack(request.peer, static_cast<std::uint16_t>(message->message.ports[i].port), message->message.tlsPin,
                   [collected, i, answer](wire::ReachOutcome outcome) {
                       {
                           const std::lock_guard lock(collected->mutex);
                           collected->ports[i].outcome = outcome;
                           if (--collected->missing > 0)
                               return;
                       }
                       answer();
                   });
    }
}

} // namespace mutoscope::tracker
