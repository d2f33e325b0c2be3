#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "p2p/base/executor.h"
#include "p2p/reach/reach_status.h"
#include "p2p/wallet/tracker_client.h"

namespace mutoscope::reach
{

/// Knows how others get to this node: asks the tracker to connect to it (probeReach) at the start, when this computer's
/// addresses or the router's mapping have changed, and each half hour; chooses from the answers where the node is announced.
/// All on the executor's thread.
class Reachability
{
public:
    struct Parts {
        base::Executor& executor;
        wallet::TrackerClient& tracker;
        std::function<std::vector<std::string>()> localAddresses; ///< see addresses.h
    };
    /// Where the node listens, and what the person says about it.
    struct Listening {
        std::string host; ///< an address, may be a wildcard
        std::uint16_t port = 0;
        base::Sha256 tlsPin;
        std::vector<std::string> advertised; ///< host:port; empty: found out
    };

    Reachability(Parts parts, Listening listening);
    ~Reachability();
    Reachability(const Reachability&) = delete;
    Reachability& operator=(const Reachability&) = delete;

    /// After each change of status() and of offeredRelay().
    void onChange(std::function<void()> changed) { m_changed = std::move(changed); }
    void start();
    /// The port outside that the router passes on to where the node listens, or that there is none any more.
    void setMappedPort(std::optional<std::uint16_t> port);
    /// The node's endpoint at a relay that brings others to it, or none any more.
    void setRelay(const std::optional<std::string>& endpoint);

    [[nodiscard]] const ReachStatus& status() const { return m_status; }
    /// The relay that the tracker has told of, host:port.
    [[nodiscard]] const std::optional<std::string>& offeredRelay() const { return m_offeredRelay; }

private:
    void askSoon(std::chrono::milliseconds delay);
    void ask();
    void answered(const base::Result<wire::Signed<wire::ReachAnswer>>& answer);
    void watchAddresses();
    void update();

    Parts m_parts;
    const Listening m_listening;
    ReachStatus m_status;
    std::vector<std::string> m_local;
    std::optional<std::uint16_t> m_mapped;
    std::string m_relay;
    std::optional<std::string> m_offeredRelay;
    std::chrono::milliseconds m_retry{};
    base::Executor::TimerId m_askTimer = 0;
    base::Executor::TimerId m_watchTimer = 0;
    bool m_tellAnyhow = false;
    bool m_asking = false;
    bool m_askAgain = false; ///< something changed while the answer was awaited
    std::function<void()> m_changed;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::reach
