#include "p2p/reach/reachability.h"

#include <algorithm>

#include "p2p/net/endpoint.h"
#include "p2p/reach/addresses.h"

namespace mutoscope::reach
{

using namespace std::chrono_literals;

namespace
{

constexpr auto askAgain = 30min;
constexpr auto firstRetry = 15s;
constexpr auto longestRetry = 10min;
constexpr auto untilTracker = 500ms; // until it has answered the handshake
constexpr auto lookAtAddresses = 10s;
constexpr auto settle = 1s; // an interface that comes up gets its addresses one after the other

} // namespace

Reachability::Reachability(Parts parts, Listening listening)
    : m_parts(std::move(parts)), m_listening(std::move(listening)), m_local(m_parts.localAddresses()), m_retry(firstRetry)
{
    m_status.way = Way::Unknown;
    update();
}

Reachability::~Reachability()
{
    m_parts.executor.cancel(m_askTimer);
    m_parts.executor.cancel(m_watchTimer);
}

void Reachability::start()
{
    askSoon(0ms);
    watchAddresses();
}

void Reachability::setMappedPort(std::optional<std::uint16_t> port)
{
    if (m_mapped == port)
        return;
    m_mapped = port;
    askSoon(0ms);
}

void Reachability::setRelay(const std::optional<std::string>& endpoint)
{
    m_relay = endpoint.value_or(std::string());
    update();
}

void Reachability::watchAddresses()
{
    m_watchTimer = m_parts.executor.after(lookAtAddresses, [this] {
        if (auto now = m_parts.localAddresses(); now != m_local) {
            m_local = std::move(now);
            m_status.observed.clear(); // was found out about another network
            m_status.ports.clear();
            update();
            askSoon(settle);
        }
        watchAddresses();
    });
}

void Reachability::askSoon(std::chrono::milliseconds delay)
{
    if (m_asking) {
        m_askAgain = true;
        return;
    }
    m_parts.executor.cancel(m_askTimer);
    m_askTimer = m_parts.executor.after(delay, [this] { ask(); });
}

void Reachability::ask()
{
    if (!m_parts.tracker.identity())
        return askSoon(untilTracker);
    wire::ProbeReach message;
    message.ports.push_back({m_listening.port});
    if (m_mapped && *m_mapped != m_listening.port)
        message.ports.push_back({*m_mapped});
    message.tlsPin = m_listening.tlsPin;
    m_asking = true;
    m_parts.tracker.ask<wire::ReachAnswer>("probeReach", std::move(message), [this, alive = std::weak_ptr(m_alive)](const auto& answer) {
        if (alive.lock())
            answered(answer);
    });
}

void Reachability::answered(const base::Result<wire::Signed<wire::ReachAnswer>>& answer)
{
    m_asking = false;
    bool certain = answer.has_value();
    if (answer) {
        m_status.observed = answer->message.observed;
        m_status.problem.clear();
        m_status.ports.clear();
        for (const wire::ProbedPort& each : answer->message.ports) {
            const auto port = static_cast<std::uint16_t>(each.port);
            m_status.ports.push_back({port, each.outcome, port != m_listening.port});
            certain = certain && each.outcome != wire::ReachOutcome::Busy;
        }
        if (std::exchange(m_offeredRelay, answer->message.relay) != answer->message.relay)
            m_tellAnyhow = true;
    } else {
        // What was found before may still be so; only where nothing was, nothing is known.
        m_status.problem = answer.error().message;
    }
    update();
    m_retry = certain ? std::chrono::milliseconds(firstRetry) : std::min<std::chrono::milliseconds>(m_retry * 2, longestRetry);
    askSoon(std::exchange(m_askAgain, false) ? std::chrono::milliseconds(0) : certain ? std::chrono::milliseconds(askAgain) : m_retry);
}

void Reachability::update()
{
    const ReachStatus before = m_status;
    Candidates candidates{.listenHost = m_listening.host,
                          .listenPort = m_listening.port,
                          .advertised = m_listening.advertised,
                          .local = m_local,
                          .confirmed = {},
                          .relay = {}};
    const auto reached = [this](bool mapped) {
        return std::ranges::find_if(m_status.ports, [mapped](const PortCheck& each) {
                   return each.mapped == mapped && each.outcome == wire::ReachOutcome::Reachable;
               }) != m_status.ports.end();
    };
    for (const PortCheck& each : m_status.ports) {
        if (each.outcome == wire::ReachOutcome::Reachable)
            candidates.confirmed.push_back(net::hostAndPort({.host = m_status.observed, .port = each.port, .pin = {}}));
    }
    // A mapping to the same port outside can't be told from a port that was open anyway, but for our address being private.
    const bool byMapping = reached(true) || (reached(false) && m_mapped == m_listening.port &&
                                             std::ranges::find(m_local, m_status.observed) == m_local.end());
    const bool known = std::ranges::any_of(m_status.ports, [](const PortCheck& each) { return each.outcome != wire::ReachOutcome::Busy; });
    if (!candidates.confirmed.empty() && scopeOf(m_status.observed) != Scope::World)
        m_status.way = Way::LocalNetwork;
    else if (byMapping)
        m_status.way = Way::MappedPort;
    else if (reached(false))
        m_status.way = Way::Direct;
    else if (!m_relay.empty())
        m_status.way = Way::Relay;
    else
        m_status.way = known ? Way::None : Way::Unknown;
    if (candidates.confirmed.empty())
        candidates.relay = m_relay;
    m_status.endpoints = endpointsToAnnounce(candidates);
    if ((m_status != before || std::exchange(m_tellAnyhow, false)) && m_changed)
        m_changed();
}

} // namespace mutoscope::reach
