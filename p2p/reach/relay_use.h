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
        std::optional<net::Endpoint> relay; ///< the person's, and no other one; else the tracker's, or one that is found
        bool mayWait = true;                ///< at any
        /// Looks for relays of others, the best one first; may be missing. `found` on the executor's thread, once.
        std::function<void(std::function<void(std::vector<net::Endpoint>)> found)> find{};
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
    /// The signed offer of the relay where this node waits, unchecked; none any more.
    void onTerms(std::function<void(const std::optional<std::string>& offer)> terms) { m_termsCame = std::move(terms); }
    /// It will soon stop copying what isn't paid.
    void onDue(std::function<void()> due) { m_due = std::move(due); }
    /// What relays have copied for those who call this node, in both directions.
    [[nodiscard]] base::ByteCount carried() const { return base::ByteCount(m_carried->bytes()); }
    /// The relay in use is not the right one: another one, if there is any.
    void passOver();
    /// Adds what is known here.
    void tell(ReachStatus& status) const;

private:
    /// The server, for the rendezvous' thread.
    struct Door {
        std::mutex mutex;
        net::HttpsServer* server = nullptr;
    };
    void rendezvousChanged();
    void termsCame(const std::optional<std::string>& offer);
    [[nodiscard]] std::vector<net::Endpoint> candidates() const;
    void waitAt(const std::optional<net::Endpoint>& relay);
    void findMore();

    Parts m_parts;
    const std::shared_ptr<Door> m_door = std::make_shared<Door>();
    Reachability* m_reach = nullptr;
    std::optional<net::Endpoint> m_waitingAt;
    /// The same, as it is signed; shared with the rendezvous' thread.
    const std::shared_ptr<std::pair<std::mutex, std::string>> m_signedName = std::make_shared<std::pair<std::mutex, std::string>>();
    const std::shared_ptr<net::ByteMeter> m_carried = std::make_shared<net::ByteMeter>();
    std::vector<net::Endpoint> m_found;  ///< relays of others
    std::vector<net::Endpoint> m_passed; ///< that were not the right ones
    std::uint64_t m_losses = 0;          ///< before the relay in use
    base::Executor::TimerId m_findTimer = 0;
    bool m_hasTerms = false;
    std::function<void(const std::optional<std::string>&)> m_termsCame;
    std::function<void()> m_due;
    std::function<void()> m_changed;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    std::unique_ptr<net::Rendezvous> m_rendezvous;
};

} // namespace mutoscope::reach
