#include "p2p/reach/relay_use.h"

#include <algorithm>

#include "p2p/net/endpoint.h"
#include "p2p/reach/relay_registration.h"

namespace mutoscope::reach
{

RelayUse::RelayUse(Parts parts) : m_parts(std::move(parts))
{
    m_rendezvous = std::make_unique<net::Rendezvous>(net::Rendezvous::Hooks{
        .registration =
            [name = m_signedName, &key = m_parts.key, network = m_parts.network](std::string_view challenge) {
                const std::lock_guard lock(name->first);
                return signRegistration(key, network, name->second, challenge);
            },
        .accepted =
            [door = m_door](net::SocketHandle socket, const std::string& address) {
                const std::lock_guard lock(door->mutex);
                if (door->server != nullptr)
                    door->server->adopt(std::move(socket), address);
            },
        .changed =
            [this, &executor = m_parts.executor, alive = std::weak_ptr(m_alive)] {
                executor.post([this, alive] {
                    if (alive.lock())
                        rendezvousChanged();
                });
            }});
}

RelayUse::~RelayUse()
{
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

    auto relay = m_parts.relay;
    if (!relay && m_reach->offeredRelay()) {
        if (const auto offered = net::parseEndpoint("https://" + *m_reach->offeredRelay()))
            relay = *offered;
    }
    const bool needed = m_parts.mayWait && (status.way == Way::None || status.way == Way::Relay);
    const auto wanted = needed ? relay : std::nullopt;
    if (wanted == m_waitingAt)
        return;
    m_waitingAt = wanted;
    if (!wanted)
        return m_rendezvous->stopWaiting();
    {
        const std::lock_guard lock(m_signedName->first);
        m_signedName->second = net::hostAndPort(*wanted);
    }
    m_rendezvous->waitAt(wanted->host, wanted->port);
}

void RelayUse::rendezvousChanged()
{
    if (m_reach != nullptr) {
        const bool waits = m_waitingAt && m_rendezvous->status().waiting;
        m_reach->setRelay(waits ? std::optional(relayEndpoint(*m_waitingAt, m_parts.key.publicKey())) : std::nullopt);
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
    if (m_waitingAt && !now.waiting)
        status.relayProblem = now.problem;
}

} // namespace mutoscope::reach
