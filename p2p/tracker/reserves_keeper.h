#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "p2p/base/clock.h"
#include "p2p/crypto/node_key.h"
#include "p2p/ledger/store.h"
#include "p2p/wire/reserves.h"

namespace mutoscope::tracker
{

/// All balances of one moment, and what the tracker has signed about them. Never changes.
struct ReservesSnapshot {
    wire::Signed<wire::Reserves> statement;
    wire::MerkleSumTree tree;
    struct Owned {
        std::vector<base::Address> addresses; ///< open income and spend addresses
        std::vector<base::Address> contracts; ///< accounts of open contracts, those it pays for first
    };
    std::unordered_map<base::PublicKey, Owned> owned;

    /// What the node may ask for: its ordinary address, and the above.
    [[nodiscard]] wire::ReservesAnswer answerFor(const base::PublicKey& node) const;
};

/// Reads a snapshot of the store in a transaction of its own. WrongData where what is owed is not what was issued: then
/// there is no proof, and an audit is due.
[[nodiscard]] base::Result<std::shared_ptr<const ReservesSnapshot>>
takeReserves(ledger::Store& store, const crypto::NodeKey& key, const base::Clock& clock);

/// Makes a snapshot at once and then at an interval, on a thread and a connection to the database of its own, so that
/// nobody waits for it.
class ReservesKeeper
{
public:
    using OpenStore = std::function<base::Result<std::unique_ptr<ledger::Store>>()>;

    /// `key` and `clock` must outlive it. An interval of 0: only the one at start.
    ReservesKeeper(OpenStore openStore, const crypto::NodeKey& key, const base::Clock& clock,
                   std::chrono::seconds interval);
    ~ReservesKeeper();
    ReservesKeeper(const ReservesKeeper&) = delete;
    ReservesKeeper& operator=(const ReservesKeeper&) = delete;

    /// The newest; null until there is one. Any thread.
    [[nodiscard]] std::shared_ptr<const ReservesSnapshot> latest() const;

private:
    void loop();

    const OpenStore m_openStore;
    const crypto::NodeKey& m_key;
    const base::Clock& m_clock;
    const std::chrono::seconds m_interval;
    mutable std::mutex m_mutex; ///< of the two below
    std::shared_ptr<const ReservesSnapshot> m_latest;
    bool m_stopping = false;
    std::condition_variable m_wake;
    std::thread m_thread;
};

} // namespace mutoscope::tracker
