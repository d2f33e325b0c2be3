#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "p2p/base/clock.h"
#include "p2p/crypto/node_key.h"
#include "p2p/ledger/group_committer.h"
#include "p2p/net/http.h"
#include "p2p/tracker/rate_limit.h"
#include "p2p/tracker/reserves_keeper.h"
#include "p2p/wire/answers.h"
#include "p2p/wire/reach.h"

namespace mutoscope::tracker
{

/// The tracker's methods, protocol §7: `POST /v1/<method>` with a signed message, answered by one that is signed with the
/// tracker's key once the ledger has it on disk.
///
/// What is not a readable message with exactly the right signatures, or is addressed to another tracker: 400 without a
/// body, nothing is done. Other methods than POST: 405, unknown paths: 404, unsigned both. Everything else is signed:
/// the answer with 200, or the refusal with its status.
///
/// Requests that move value (transfer, openContract, closeContract, closeIncomeAddress, closeSpendAddress, settle) are answered
/// with the same bytes when they are repeated, whenever that is. Two exceptions: a refusal is not kept, as nothing was
/// done for it; nor is "closing" to the viewer's own closeContract, as that will be over soon: repeated, it is answered
/// with the state by then.
class Service final : public net::RequestHandler
{
public:
    struct Config {
        std::string network;
        std::string name;    ///< the operator's, for people
        base::Sha256 tlsPin; ///< of the certificate that the server shows
        int addressRequestsPerMinute = 120; ///< of one network, and so many at once; an address costs a row for ever; 0: no limit
        int searchesPerMinute = 120; ///< likewise
        std::optional<std::string> relay{}; ///< host:port of the relay that nodes are told of
        std::chrono::milliseconds maxSkew{std::chrono::minutes(10)}; ///< between a request's time and the tracker's
    };

    /// All must outlive the service; the key must be the ledger's.
    Service(Config config, const crypto::NodeKey& key, ledger::GroupCommitter& committer, const base::Clock& clock);

    /// Whether the target is one of the tracker's methods.
    [[nodiscard]] static bool knows(std::string_view target);

    /// Where getReserves takes its answers from; without it there is none. Before the first request.
    using Reserves = std::function<std::shared_ptr<const ReservesSnapshot>()>;
    void setReserves(Reserves reserves) { m_reserves = std::move(reserves); }
    /// Connects to a port of an IP address and tells, once and from any thread, whether the certificate with this hash is shown
    /// there. It bounds its own time and number.
    using DialBack = std::function<void(const std::string& address, std::uint16_t port, const base::Sha256& pin,
                                        std::function<void(wire::ReachOutcome)> done)>;
    /// For probeReach, which is refused without. Before the first request.
    void setDialBack(DialBack dialBack) { m_dialBack = std::move(dialBack); }
    /// Asks the tracker that pays a contract what it waits for (tracker/peers.h); `done` comes on any thread, with the
    /// paying tracker's word. Without it such contracts are not opened. Before the first request.
    using FollowDone = std::function<void(const base::Result<wire::ContractAnswer>& word)>;
    using Follow = std::function<void(ledger::ContractRecord record, std::string contract, FollowDone done)>;
    void setFollow(Follow follow) { m_follow = std::move(follow); }
    /// What other trackers announce of a film (tracker/peers.h), for findSeeders. Before the first request.
    using Elsewhere = std::function<void(const base::ContentId& content, const base::PublicKey& asker, bool wait,
                                         std::function<void(std::vector<std::string> offers)> done)>;
    void setElsewhere(Elsewhere elsewhere) { m_elsewhere = std::move(elsewhere); }
    /// What a handshake says from now on. Any thread.
    void setName(std::string name);

    /// Signatures are checked on the calling thread, the rest is done and answered on the committer's.
    void handle(net::HttpRequest request, Respond respond) override;

    /// Settles contracts and forgets offers that are due; costs nothing while none is. To be called about once a second,
    /// from any thread.
    void tick();

private:
    using Handler = void (Service::*)(const std::string& body, Respond respond);
    /// Null for what is not one of the tracker's methods.
    [[nodiscard]] static Handler handlerOf(std::string_view target);

    /// Nothing at all is done for a message that does not fit, and nothing is said about why.
    static void drop(const Respond& respond, const base::Error& error);
    /// A request of one node: opens it, or drops it and returns nothing.
    template <class M>
    [[nodiscard]] std::optional<wire::Signed<M>> openRequest(const std::string& body, const Respond& respond) const;
    /// Work that changes no value: (Ledger&, const Signed<M>&) → Result<some answer>.
    template <class M, class Work>
    void query(wire::Signed<M> message, Respond respond, Work work);
    /// Work that does: its answer is stored with the request.
    template <class M, class Work>
    void change(wire::Signed<M> message, const ledger::RequestKey& key, Respond respond, Work work);
    template <class M>
    void closeAddress(ledger::AccountKind kind, const std::string& body, Respond respond);
    template <class M>
    void getAddress(ledger::AccountKind kind, const std::string& body, Respond respond);
    [[nodiscard]] base::Result<void> checkTime(base::UnixMs time) const;

    /// Too many of these from one network: refused, but only what is signed as it must be is answered at all.
    template <class M>
    void slowDown(const std::string& body, Respond respond, const char* what);
    void handshake(const std::string& body, Respond respond);
    void getIncomeAddress(const std::string& body, Respond respond);
    void getSpendAddress(const std::string& body, Respond respond);
    void transfer(const std::string& body, Respond respond);
    void getBalance(const std::string& body, Respond respond);
    void getHistory(const std::string& body, Respond respond);
    void getContract(const std::string& body, Respond respond);
    void getPapers(const std::string& body, Respond respond);
    void openContract(const std::string& body, Respond respond);
    void closeContract(const std::string& body, Respond respond);
    void closeIncomeAddress(const std::string& body, Respond respond);
    void closeSpendAddress(const std::string& body, Respond respond);
    /// Once more after the paying tracker was asked, where it is another one (protocol §9): then the ledger knows more.
    void openHere(const wire::Signed<wire::Contract>& contract, bool wasAsked, Respond respond);
    void closeHere(const wire::Signed<wire::Receipt>& receipt, bool bothSigned, bool wasAsked, Respond respond);
    void answerWhereItStands(const wire::Signed<wire::GetContract>& request, const base::Result<wire::ContractAnswer>& word,
                             Respond respond);
    void getPeer(const std::string& body, Respond respond);
    void settle(const std::string& body, Respond respond);
    void announce(const std::string& body, Respond respond);
    void findSeeders(const std::string& body, Respond respond);
    void describe(const std::string& body, Respond respond);
    void search(const std::string& body, Respond respond);
    void getReserves(const std::string& body, Respond respond);
    /// Needs to know where the request came from (service_reach.cpp).
    void probeReach(const net::HttpRequest& request, Respond respond);

    struct Reply {
        int status = 200;
        std::string body;
    };
    /// Work for the ledger whose reply is sent after the commit.
    void submit(const base::Sha256& request, Respond respond, std::function<base::Result<Reply>(ledger::Ledger&)> work);
    template <class A>
    [[nodiscard]] std::string signAnswer(A answer, const base::Sha256& request) const;
    [[nodiscard]] Reply refuse(const base::Error& error, const base::Sha256& request) const;
    /// A refusal becomes a reply; a failure of the database stays an error, which takes the job back.
    template <class A>
    [[nodiscard]] base::Result<Reply> replyWith(const base::Result<A>& result, const base::Sha256& request) const;
    void expect(base::UnixMs due); ///< something falls due then

    const Config m_config;
    mutable std::mutex m_nameMutex;
    std::string m_name; ///< guarded by it
    Reserves m_reserves;
    Follow m_follow;
    Elsewhere m_elsewhere;
    const crypto::NodeKey& m_key;
    ledger::GroupCommitter& m_committer;
    const base::Clock& m_clock;
    RateLimit m_addressLimit;
    RateLimit m_searchLimit;
    RateLimit m_reachLimit{6, 6};
    DialBack m_dialBack;
    std::atomic<std::int64_t> m_nextDue = 0; ///< written on the committer's thread only; 0: not yet known
    std::atomic<bool> m_ticking = false;     ///< a tick's job is on its way
};

template <class M>
std::optional<wire::Signed<M>> Service::openRequest(const std::string& body, const Respond& respond) const
{
    auto message = wire::open<M>(body, m_config.network, {wire::Role::Node});
    if (message && message->message.tracker != m_key.publicKey() &&
        !(std::is_same_v<M, wire::Handshake> && message->message.tracker.isZero()))
        message = base::fail(base::ErrorCode::BadSignature, "the message is for another tracker");
    if (message)
        return std::move(*message);
    drop(respond, message.error());
    return std::nullopt;
}

template <class A>
std::string Service::signAnswer(A answer, const base::Sha256& request) const
{
    static_cast<wire::Answer&>(answer) =
        wire::answerTo<wire::Answer>(request, m_config.network, m_key.publicKey(), m_clock.now());
    return wire::sign(std::move(answer), m_key).bytes;
}

} // namespace mutoscope::tracker
