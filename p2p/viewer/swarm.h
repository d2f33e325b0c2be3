#pragma once

#include <map>
#include <memory>
#include <set>

#include "p2p/discovery/offer_source.h"
#include "p2p/viewer/budget.h"
#include "p2p/viewer/channel.h"
#include "p2p/viewer/scheduler.h"
#include "p2p/viewer/viewing.h"
#include "p2p/wallet/wallet.h"

namespace mutoscope::viewer
{

/// The seeders of one viewing: a contract with each that is in use, one budget over all of them. Carries out what the Scheduler
/// decides, replaces whoever fails, and goes on with contracts that an earlier process left open. Not more than a part of the budget
/// is reserved by one contract, so that there is something left for another seeder; when it is used up the next one is opened with
/// the same seeder. All on the executor's thread.
class Swarm
{
public:
    /// What the swarm works for.
    class Film
    {
    public:
        virtual ~Film() = default;
        /// What is to be bought now, the most urgent first, what is under way included.
        [[nodiscard]] virtual std::vector<Need> needs() = 0;
        /// The price of all that may still be bought, with what a change in the middle may take.
        [[nodiscard]] virtual base::Result<base::Tokens> priceOfRest(base::Tokens pricePerMiB) const = 0;
        /// Bytes that a second takes; 0 where unknown.
        [[nodiscard]] virtual std::int64_t rate() const = 0;
        /// What contracts carry, where the film needs one.
        [[nodiscard]] virtual const std::optional<wire::Signed<wire::Permit>>& permit() const = 0;
        [[nodiscard]] virtual bool has(base::SegmentIndex index) const = 0;
        /// Somebody is asked for it; nobody is any more.
        virtual void asked(base::SegmentIndex index) = 0;
        virtual void notAsked(base::SegmentIndex index) = 0;
        /// Its bytes are right, and may be played; arrived() follows, unless the disk or the cap does not allow it.
        virtual void checked(base::SegmentIndex index, const net::Body& body) = 0;
        /// Stored and receipted.
        virtual void arrived(base::SegmentIndex index) = 0;
        /// A contract is being opened though none was; one is open.
        virtual void opening() = 0;
        virtual void opened() = 0;
        /// Nothing more can be bought: nobody is left to ask; or for this reason.
        virtual void nobodyLeft(const std::string& lastFailure) = 0;
        virtual void failed(Problem problem) = 0;
        /// What is under way was looked at: bytesPerSecond() is newer.
        virtual void measured() = 0;
        /// Figures.
        virtual void changed() = 0;
    };
    struct Parts {
        Channel::Parts channel;
        const base::Clock& clock;
        wallet::Wallet& wallet;
    };

    Swarm(Parts parts, Film& film) : m_parts(std::move(parts)), m_film(film), m_scheduler(m_parts.clock) {}
    ~Swarm();
    Swarm(const Swarm&) = delete;
    Swarm& operator=(const Swarm&) = delete;

    // ---- who offers the film ----

    /// Offers are looked up. Who isn't among those that come until allOffersCame() gets no further contract.
    void expectOffers();
    void addOffers(const discovery::Offers& offers);
    void allOffersCame();
    /// Of those who may be asked now, the cheapest first.
    [[nodiscard]] discovery::Offers offers() const;
    /// It failed, or lied, in this viewing: is not to be asked now.
    [[nodiscard]] bool isAvoided(const base::PublicKey& seeder) const;
    void avoid(const base::PublicKey& seeder, const base::Error& why);
    /// Those that failed may be tried again; those that lied may not.
    void forgive();
    /// Another one would help, and none is known.
    [[nodiscard]] bool isShort() const { return m_isShort; }

    // ---- buying ----

    /// From now on buys for this film, within this cap for all of the viewing.
    void start(const content::Stream& stream, base::Tokens cap);
    /// Nothing is bought until the next start().
    void stop(const std::string& reason);
    [[nodiscard]] bool isBuying() const { return m_isBuying; }
    /// Something changed: looks at what to do now.
    void pump();

    // ---- figures ----

    [[nodiscard]] bool hasContracts() const;
    [[nodiscard]] bool isSettled() const { return m_members.empty() && m_ending.empty(); }
    [[nodiscard]] bool anyOpened() const { return m_anyOpened; }
    [[nodiscard]] const Budget& budget() const { return m_budget; }
    struct Sums {
        base::Tokens amount;
        base::ByteCount bytes;
        std::int64_t segments = 0;
    };
    [[nodiscard]] Sums receipted() const; ///< in this viewing
    [[nodiscard]] base::Tokens owed() const; ///< receipted in contracts that are not settled yet
    struct Settled {
        base::Tokens paid;
        base::Tokens returned;
    };
    [[nodiscard]] const std::optional<Settled>& settled() const { return m_settled; }
    [[nodiscard]] std::optional<wire::ContractState> contractState() const;
    [[nodiscard]] std::optional<std::int64_t> bytesPerSecond() const { return m_rate.bytesPerSecond(); }
    [[nodiscard]] std::vector<SeederInUse> seeders() const;

private:
    using Id = Scheduler::Id;
    /// A contract with its channel.
    struct Deal {
        std::unique_ptr<Channel> channel;
        Id seeder = 0;
        Budget::Contract reserved = 0;
        Sums before; ///< receipted by an earlier process
        bool isClosing = false;
    };
    using DealPtr = std::shared_ptr<Deal>;
    /// A seeder in use.
    struct Member {
        DealPtr deal;
        std::map<base::SegmentIndex, DealPtr> requests;
    };
    struct Known {
        wire::Signed<wire::Offer> offer;
        bool isOffered = false;
        bool isSeen = false; ///< since expectOffers()
        bool lied = false;
        int failures = 0;
        std::chrono::milliseconds restsUntil{0};
    };

    // Buying (swarm.cpp)
    void measure();
    void leaveBlocked();
    void ask(Id seeder, base::SegmentIndex index);
    void track(Member& member, const DealPtr& deal, base::SegmentIndex index);
    void cancel(Id seeder, base::SegmentIndex index);
    void verified(const DealPtr& deal, base::SegmentIndex index);
    void fetched(const DealPtr& deal, base::SegmentIndex index, const base::Result<net::Body>& result);
    void forget(Id seeder, base::SegmentIndex index);
    void seederFailed(Id seeder, const base::Error& error);
    void endDrained();
    void giveUpIfNothingGoesOn();
    [[nodiscard]] bool mayAsk(const Known& known) const;
    [[nodiscard]] bool isConnected(const wire::Offer& offer) const;
    [[nodiscard]] std::vector<Need> needs() const;
    [[nodiscard]] std::map<Id, Scheduler::Means> means(const std::vector<Need>& needs) const;

    // Contracts (swarm_contracts.cpp)
    void goOnWithLeftovers();
    void resume(Id seeder, const Closer::Leftover& leftover);
    [[nodiscard]] base::Tokens share(Id seeder, base::Tokens pricePerMiB) const;
    [[nodiscard]] bool canOpen(Id seeder, std::int64_t bytes) const;
    void open(Id seeder, std::optional<base::SegmentIndex> first);
    [[nodiscard]] DealPtr makeDeal(Id seeder, base::Tokens reserved);
    void opened(const DealPtr& deal, const base::Result<void>& result);
    void leave(Id seeder, const std::string& reason);
    void end(const DealPtr& deal, const std::string& reason);
    void settledAs(const DealPtr& deal, const wire::ContractAnswer& answer);
    [[nodiscard]] Id idOf(const base::PublicKey& seeder);
    [[nodiscard]] std::vector<DealPtr> deals() const;

    Parts m_parts;
    Film& m_film;
    std::optional<content::Stream> m_stream;
    bool m_isBuying = false;
    bool m_isPumping = false;
    bool m_again = false; ///< something else was done than was decided
    bool m_isShort = false;
    bool m_waitsForSettlement = false; ///< what a contract needs is reserved by another one that closes
    std::map<base::PublicKey, Id> m_ids;
    std::map<Id, Known> m_known;
    std::map<Id, Member> m_members;
    std::vector<DealPtr> m_ending; ///< takes no more requests: something is still under way, or it is not settled yet
    std::set<base::SegmentIndex> m_claimed; ///< verified and not delivered yet
    int m_leftovers = 0; ///< contracts of an earlier process that are being closed
    Scheduler m_scheduler;
    Budget m_budget;
    RateMeter m_rate; ///< all seeders together
    std::string m_lastFailure;
    base::Executor::TimerId m_timer = 0;

    // Of the contracts that are settled
    Sums m_done;
    std::optional<Settled> m_settled;
    bool m_anyOpened = false;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::viewer
