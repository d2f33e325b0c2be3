#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "p2p/base/executor.h"
#include "p2p/crypto/node_key.h"
#include "p2p/net/https_server.h"
#include "p2p/net/rendezvous.h"
#include "p2p/reach/reachability.h"

namespace mutoscope::reach
{

/// This node's use of relays: it calls those who wait at one, and waits at one itself while nobody can connect to it. On the
/// executor's thread.
class RelayUse
{
public:
    struct Parts {
        base::Executor& executor;
        const crypto::NodeKey& key;
        std::string network;
        std::optional<net::Endpoint> relay; ///< the person's; else the one that the tracker offers
        bool mayWait = true;                ///< at any
    };

    explicit RelayUse(Parts parts);
    ~RelayUse();
    RelayUse(const RelayUse&) = delete;
    RelayUse& operator=(const RelayUse&) = delete;

    /// For clients that connect to others; outlives them.
    [[nodiscard]] net::Dialer& dialer() { return *m_rendezvous; }
    /// Who comes by a relay is served there. Both stay until leave().
    void serve(net::HttpsServer& server, Reachability& reach);
    void leave();
    /// After each change of the reachability's status.
    void reachChanged();
    /// After each change of made().
    void onChange(std::function<void()> changed) { m_changed = std::move(changed); }
    /// Adds what is known here.
    void tell(ReachStatus& status) const;

private:
    /// The server, for the rendezvous' thread.
    struct Door {
        std::mutex mutex;
        net::HttpsServer* server = nullptr;
    };
    void rendezvousChanged();

    Parts m_parts;
    const std::shared_ptr<Door> m_door = std::make_shared<Door>();
    Reachability* m_reach = nullptr;
    std::optional<net::Endpoint> m_waitingAt;
    /// The same, as it is signed; shared with the rendezvous' thread.
    const std::shared_ptr<std::pair<std::mutex, std::string>> m_signedName = std::make_shared<std::pair<std::mutex, std::string>>();
    std::function<void()> m_changed;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    std::unique_ptr<net::Rendezvous> m_rendezvous;
};

} // namespace mutoscope::reach
