#include "p2p/reach/relay_use.h"

#include <algorithm>

#include "p2p/net/endpoint.h"
#include "p2p/reach/relay_registration.h"

namespace mutoscope::reach
{

using namespace std::chrono_literals;

namespace
{

constexpr std::uint64_t patience = 3; ///< failures with one relay before another one is tried
constexpr auto findAgain = 2min;

} // namespace

RelayUse::RelayUse(Parts parts) : m_parts(std::move(parts))
{
    m_rendezvous = std::make_unique<net::Rendezvous>(net::Rendezvous::Hooks{
        .registration =
            [name = m_signedName, &key = m_parts.key, network = m_parts.network](std::string_view challenge) {
                const std::lock_guard lock(name->first);
                return signRegistration(key, network, name->second, challenge);
            },
        .accepted =
            [door = m_door, meter = m_carried](net::SocketHandle socket, const std::string& address, net::Path path) {
                const std::lock_guard lock(door->mutex);
                if (door->server != nullptr)
                    door->server->adopt(std::move(socket), address, path == net::Path::Relayed ? meter : nullptr);
            },
        .changed =
            [this, &executor = m_parts.executor, alive = std::weak_ptr(m_alive)] {
                executor.post([this, alive] {
                    if (alive.lock())
                        rendezvousChanged();
                });
            },
        .terms =
            [this, &executor = m_parts.executor, alive = std::weak_ptr(m_alive)](std::string offer) {
                executor.post([this, alive, offer = std::move(offer)] {
                    if (alive.lock() && m_waitingAt)
                        termsCame(offer);
                });
            },
        .due =
            [this, &executor = m_parts.executor, alive = std::weak_ptr(m_alive)] {
                executor.post([this, alive] {
                    if (alive.lock() && m_due)
                        m_due();
                });
            }});
}

RelayUse::~RelayUse()
{
    m_parts.executor.cancel(m_findTimer);
    leave();
}

void RelayUse::serve(net::HttpsServer& server, Reachability& reach)
{
    {
        const std::lock_guard lock(m_door->mutex);
        m_door->server = &server;
    }
    m_reach = &reach;
    server.setReturned([rendezvous = m_rendezvous.get()](const std::string& call, net::SocketHandle socket) {
        rendezvous->returned(call, std::move(socket));
    });
    reachChanged();
}

void RelayUse::leave()
{
    const std::lock_guard lock(m_door->mutex);
    if (m_door->server != nullptr)
        m_door->server->setReturned({});
    m_door->server = nullptr;
    m_reach = nullptr;
}

void RelayUse::reachChanged()
{
    if (m_reach == nullptr)
        return;
    const ReachStatus& status = m_reach->status();
    const auto open = std::ranges::find(status.ports, wire::ReachOutcome::Reachable, &PortCheck::outcome);
    m_rendezvous->setReturnPort(open == status.ports.end() ? std::nullopt : std::optional(open->port));

    const bool needed = m_parts.mayWait && (status.way == Way::None || status.way == Way::Relay);
    if (!needed)
        return waitAt(std::nullopt);
    const auto relays = candidates();
    const auto usable = std::ranges::find_if(relays, [this](const net::Endpoint& each) { return std::ranges::find(m_passed, each) == m_passed.end(); });
    if (usable != relays.end())
        return waitAt(*usable);
    findMore();
    // All have been tried: once more the one that was given up the longest ago.
    std::erase_if(m_passed, [&relays](const net::Endpoint& each) { return std::ranges::find(relays, each) == relays.end(); });
    waitAt(m_passed.empty() ? std::nullopt : std::optional(m_passed.front()));
}

std::vector<net::Endpoint> RelayUse::candidates() const
{
    if (m_parts.relay)
        return {*m_parts.relay};
    std::vector<net::Endpoint> relays;
    if (m_reach->offeredRelay()) {
        if (const auto offered = net::parseEndpoint("https://" + *m_reach->offeredRelay()))
            relays.push_back(*offered);
    }
    relays.insert(relays.end(), m_found.begin(), m_found.end());
    return relays;
}

void RelayUse::waitAt(const std::optional<net::Endpoint>& relay)
{
    if (relay == m_waitingAt)
        return;
    m_waitingAt = relay;
    m_losses = m_rendezvous->status().losses;
    termsCame(std::nullopt);
    if (!relay)
        return m_rendezvous->stopWaiting();
    {
        const std::lock_guard lock(m_signedName->first);
        m_signedName->second = net::hostAndPort(*relay);
    }
    m_rendezvous->waitAt(relay->host, relay->port);
}

void RelayUse::passOver()
{
    if (!m_waitingAt || m_parts.relay)
        return;
    std::erase(m_passed, *m_waitingAt);
    m_passed.push_back(*m_waitingAt);
    m_losses = m_rendezvous->status().losses;
    findMore();
    reachChanged();
}

/// Not again before a while has gone by.
void RelayUse::findMore()
{
    if (!m_parts.find || m_findTimer != 0)
        return;
    m_findTimer = m_parts.executor.after(findAgain, [this] {
        m_findTimer = 0;
        reachChanged(); // where none is there still
    });
    m_parts.find([this, alive = std::weak_ptr(m_alive)](std::vector<net::Endpoint> found) {
        if (!alive.lock())
            return;
        m_found = std::move(found);
        reachChanged();
    });
}

void RelayUse::termsCame(const std::optional<std::string>& offer)
{
    if (!offer && !std::exchange(m_hasTerms, false))
        return;
    m_hasTerms = offer.has_value();
    if (m_termsCame)
        m_termsCame(offer);
}

void RelayUse::rendezvousChanged()
{
    const net::Rendezvous::Status now = m_rendezvous->status();
    if (m_reach != nullptr) {
        const bool waits = m_waitingAt && now.waiting;
        m_reach->setRelay(waits ? std::optional(relayEndpoint(*m_waitingAt, m_parts.key.publicKey())) : std::nullopt);
        if (!waits && now.losses >= m_losses + patience)
            passOver();
    }
    if (m_changed)
        m_changed();
}

void RelayUse::tell(ReachStatus& status) const
{
    const net::Rendezvous::Status now = m_rendezvous->status();
    const auto sum = [&now](net::Path path) {
        const auto i = static_cast<std::size_t>(path);
        return static_cast<std::int64_t>(now.answered[i] + now.called[i]);
    };
    status.byRelay = {.returned = sum(net::Path::Returned), .punched = sum(net::Path::Punched), .relayed = sum(net::Path::Relayed)};
    if (m_waitingAt) {
        status.relay = net::hostAndPort(*m_waitingAt);
        if (!now.waiting)
            status.relayProblem = now.problem;
    }
}

} // namespace mutoscope::reach
