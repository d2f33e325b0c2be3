#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "p2p/base/executor.h"
#include "p2p/crypto/random.h"
#include "p2p/ledger/group_committer.h"
#include "p2p/net/http.h"
#include "p2p/tracker/metrics.h"
#include "p2p/tracker/settings.h"
#include "p2p/wire/requests.h"

namespace mutoscope::tracker
{

/// Asks the trackers that owe this one, protocol §9: brings them contracts and receipts of contracts that they pay, asks what
/// became of them, and tells them what was settled. What has to be asked stands in the ledger, so nothing is forgotten by a
/// crash; it is asked at once where somebody waits for it, and every 15 s otherwise, less often of one that does not answer.
///
/// follow(), offers() and stop() from any thread, everything else on the executor's. Destroy it there, after the committer has
/// stopped or while nobody calls.
class Peers
{
public:
    struct Parts {
        base::Executor& executor; ///< that of `http`, too
        net::HttpClient& http;
        ledger::GroupCommitter& committer;
        const crypto::NodeKey& key;
        const base::Clock& clock;
        crypto::Random& random;
        std::string network;
    };
    explicit Peers(Parts parts);
    ~Peers();
    Peers(const Peers&) = delete;
    Peers& operator=(const Peers&) = delete;

    /// With whom contracts are taken from now on, in the ledger, too. Contracts that are open with one that is left out are
    /// not asked about: its limit should go to 0 first.
    void setPeers(const std::vector<PeerSettings>& peers);

    struct Followed {
        ledger::ContractRecord record;
        wire::ContractAnswer word; ///< of the paying tracker
    };
    using Done = std::function<void(const base::Result<Followed>&)>;
    /// Asks the paying tracker what the contract waits for: its promise, to settle with the best receipt, or where it
    /// stands. `done` comes on any thread, once the ledger has the answer. Errors: the paying tracker's refusal;
    /// Unavailable where it can't be asked: then the contract is as it was. `contract` is its document, or empty.
    void follow(ledger::ContractRecord record, std::string contract, Done done);

    using OffersDone = std::function<void(std::vector<std::string> offers)>;
    /// What the peers announce of a film, each offer signed by its seeder and paid at that peer; they are asked again after half a
    /// minute. With `wait` `done` comes when all have answered, after 2 s at most, else with what they said before. Nothing where
    /// the asker is a peer itself. `done` comes on any thread.
    void offers(const base::ContentId& content, const base::PublicKey& asker, bool wait, OffersDone done);

    /// Begins to ask by itself.
    void start();
    /// Whoever waits is told Unavailable, at once and from now on.
    void stop();

    /// How it stands with each peer, as it was seen last.
    [[nodiscard]] std::vector<Metrics::Gauges::Peer> status() const;

private:
    struct Peer {
        PeerSettings settings;
        Metrics::Gauges::Peer status;
        int failures = 0;
        std::chrono::milliseconds notBefore{};  ///< monotonic; no asking by itself
        std::chrono::milliseconds nextStatus{}; ///< monotonic
    };
    /// One contract that is being asked about.
    struct Case {
        ledger::ContractRecord record;
        std::string contract;
        std::vector<Done> waiting;
        int steps = 0;
    };
    using CasePtr = std::shared_ptr<Case>;
    /// What the peers say of one.
    struct Film {
        std::map<base::PublicKey, std::vector<std::string>> offers;
        std::chrono::milliseconds until{}; ///< monotonic; asked again then
        int underWay = 0;                  ///< questions
        std::vector<OffersDone> waiting;

        [[nodiscard]] std::vector<std::string> all() const;
    };

    void tick();
    void look(const base::PublicKey& key);
    void begin(ledger::ContractRecord record, std::string contract, Done done);
    void step(const CasePtr& each);
    void ask(const CasePtr& each);
    void answered(const CasePtr& each, const std::string& method, const base::Sha256& payload,
                  const base::Result<net::HttpResponse>& response);
    void finish(const CasePtr& each, const base::Result<Followed>& result);
    void tellSettlement(const ledger::StoredSettlement& settlement);
    void askStatus(Peer& peer);
    void findOffers(const base::ContentId& content, const base::PublicKey& asker, bool wait, OffersDone done);
    void askForOffers(Peer& peer, const base::ContentId& content, Film& film);
    [[nodiscard]] std::vector<std::string> ofPeer(const std::vector<std::string>& offers, const base::PublicKey& peer,
                                                  const base::ContentId& content) const;
    /// Of the tracker; null where it is no peer (any more).
    [[nodiscard]] Peer* find(const base::PublicKey& key);
    void send(Peer& peer, const std::string& method, std::string body, net::RequestLimits limits,
              std::function<void(const base::Result<net::HttpResponse>&)> callback);
    /// A job for the ledger; `done` comes on the executor's thread.
    template <class T>
    void inLedger(std::function<base::Result<T>(ledger::Ledger&)> job, std::function<void(base::Result<T>)> done);
    template <class M>
    [[nodiscard]] wire::Signed<M> request(M message, const base::PublicKey& tracker) const
    {
        message.network = m_parts.network;
        message.node = m_parts.key.publicKey();
        message.tracker = tracker;
        message.time = m_parts.clock.now();
        message.nonce = m_parts.random.make<base::Nonce>();
        return wire::sign(std::move(message), m_parts.key);
    }

    Parts m_parts;
    std::map<base::PublicKey, Peer> m_peers;
    std::map<base::ContractId, CasePtr> m_cases;
    std::map<base::ContentId, Film> m_films;
    std::map<base::Sha256, base::PublicKey> m_telling; ///< settlements on their way
    std::vector<net::HttpClient::RequestId> m_requests;
    base::Executor::TimerId m_timer = 0;
    std::atomic<bool> m_stopping = false;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true); ///< for callbacks that may come after destruction
};

} // namespace mutoscope::tracker
