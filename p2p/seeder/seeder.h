#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "p2p/content/library.h"
#include "p2p/net/http.h"
#include "p2p/wallet/contract_book.h"
#include "p2p/seeder/served_contract.h"
#include "p2p/seeder/settings.h"
#include "p2p/seeder/terms.h"
#include "p2p/wallet/wallet.h"
#include "p2p/wire/answers.h"

namespace mutoscope::seeder
{

/// One film as it stands with this seeder.
struct TitleStatus {
    base::ContentId content;
    base::Tokens pricePerMiB;
    bool seeding = false;
    std::string problem; ///< why it is not announced; empty if it is
    int viewersNow = 0;
    base::ByteCount uploaded; ///< receipted, settled or not
    base::Tokens earned;      ///< receipted, settled or not
};

/// The copying that a relay sells, protocol §10. A node that buys it is a viewer of a film without bytes.
struct RelaySale {
    base::Tokens pricePerMiB;
    std::uint16_t port = 0; ///< of the relay, at the same addresses where this node is reached
    /// The signed offer, each time that it is another one. On the executor's thread.
    std::function<void(const std::string& offer)> offered;
    /// The node has bought its unit of this number: durable. On the disk's thread.
    std::function<void(const base::ContractId& contract, const base::PublicKey& node, std::uint32_t unit)> allow;
    /// Nothing more is copied under this contract. On the executor's thread.
    std::function<void(const base::ContractId& contract)> end;
};

/// B: answers viewers, opens and closes contracts at the tracker, announces what it holds.
///
/// handle() comes on the server's threads: it checks signatures there and hands over to the executor's thread, where all
/// decisions are made. Everything else on the executor's thread. Destroy it after the server has
/// stopped and the disk's thread has ended.
class Seeder final : public net::RequestHandler
{
public:
    struct Parts {
        base::Executor& executor;
        base::Executor& disk; ///< reads segments and writes the contract book
        const base::Clock& clock;
        const crypto::NodeKey& key;
        std::string network;
        wallet::TrackerClient& tracker;
        wallet::Wallet& wallet;
        content::Library& library;
        content::SegmentStore& store;
        SeederSettings settings{};
        /// The papers of a contract across two trackers, once it is settled (wire::papersFile): this node's tracker has the paying one's
        /// word then, and the receipt no more. May be null.
        std::function<void(const base::ContractId&, std::string papers)> keepPapers{};
    };

    /// Opens the contract book. Contracts that an earlier process left open go on from what is in it, where the tracker still
    /// has them open and the viewer comes back soon; else they are closed with the best receipt.
    [[nodiscard]] static base::Result<std::unique_ptr<Seeder>> open(Parts parts, const std::filesystem::path& bookFile);
    ~Seeder() override;

    /// Where viewers reach this node: from now on it is announced.
    void setReach(std::vector<std::string> endpoints, base::Sha256 tlsPin);
    /// NotFound where the library does not have all of it.
    [[nodiscard]] base::Result<void> setTitle(const base::ContentId& content, base::Tokens pricePerMiB, bool seeding);
    /// It is not offered any more, and viewers under contract get no further segment of it once its objects are gone.
    void removeTitle(const base::ContentId& content);
    [[nodiscard]] std::vector<TitleStatus> titles() const;
    /// Sells what a relay of this node copies. Before the server starts.
    void sellRelaying(RelaySale sale) { m_relaying = std::move(sale); }
    /// How that goes; `content` is wire::relayedContent().
    [[nodiscard]] std::optional<TitleStatus> relaying() const;
    [[nodiscard]] int openContracts() const;

    /// Called after each change of what titles() says.
    void onChange(std::function<void()> changed) { m_changed = std::move(changed); }

    /// Takes no more contracts and closes all; `done` once the tracker has settled them, or not later than after `deadline`.
    void closeAll(std::chrono::milliseconds deadline, std::function<void()> done);

    void handle(net::HttpRequest request, Respond respond) override;

private:
    enum class Phase {
        Opening, ///< the tracker is asked; also after a restart
        Serving,
        Closing,
    };
    using OptionalIndex = std::optional<base::SegmentIndex>;

    /// Somebody who waits for the opening or the close.
    struct Waiting {
        base::Sha256 request;
        OptionalIndex first; ///< the segment that a proposal asks for
        Respond respond;
    };
    /// A receipt that came before the tracker's answer.
    struct Held {
        wire::Signed<wire::Receipt> receipt;
        OptionalIndex wanted;
        Respond respond;
    };
    struct Entry {
        ServedContract contract;
        std::string countersigned; ///< the contract's envelope with both signatures
        std::string opened{};      ///< the tracker's answer
        Phase phase = Phase::Opening;
        bool resumed = false; ///< left open by an earlier process, and nobody has come for it yet
        bool wasClosing = false; ///< by an earlier process
        base::Executor::TimerId timer = 0;
        base::Executor::TimerId lookTimer = 0;
        std::vector<Waiting> waiting{};
        std::vector<Held> held{}; ///< bounded by the credit window
        std::optional<wire::Signed<wire::Receipt>> contradiction{}; ///< with the number of another receipt
    };
    using EntryPtr = std::shared_ptr<Entry>;

    /// What an announced film needs on the server's threads too.
    struct Title {
        content::Stream stream;
        base::Tokens pricePerMiB;
        bool seeding = false;
        net::Body offer{}; ///< as it was signed last; none before the tracker is known
    };
    struct Announcement {
        std::string problem = "not announced yet";
        base::Executor::TimerId timer = 0;
    };

    Seeder(Parts parts, std::unique_ptr<wallet::ContractBook> book, wallet::ContractBook::State state);

    // On the server's threads (seeder_http.cpp)
    void handleGet(const net::HttpRequest& request, const Respond& respond);
    void describe(const wire::Signed<wire::Manifest>& manifest, const Respond& respond);
    [[nodiscard]] std::optional<Title> title(const base::ContentId& content) const;

    // On the executor's thread
    // Opening (seeder_opening.cpp)
    void propose(const wire::Signed<wire::Contract>& proposal, OptionalIndex first, Respond respond);
    void proposeAgain(const EntryPtr& entry, Waiting waiting);
    void closeOlder(const base::PublicKey& viewer);
    [[nodiscard]] std::int64_t windowFor(const content::Stream& film) const;
    [[nodiscard]] base::Result<void> mayPropose(const wire::Contract& terms) const;
    [[nodiscard]] bool mayServeEarly(const base::ContractId& id, const wire::Contract& terms) const;
    void openAtTracker(const EntryPtr& entry, const base::Sha256& proposal);
    void confirmOpen(const EntryPtr& entry);
    void isOpen(const EntryPtr& entry);
    void serveFirst(const EntryPtr& entry, const Waiting& waiting);
    void answerProposal(const Entry& entry, const base::Sha256& request, const Respond& respond);
    void giveUpOpening(const EntryPtr& entry, const base::Error& error, bool neverOpened);
    void resume(wallet::ContractBook::State state);
    void resumeAtTracker(const EntryPtr& entry);
    [[nodiscard]] ServedContract::SizeOf sizesOf(const base::ContentId& content) const;

    // Serving (seeder.cpp)
    void takeReceipt(const base::ContractId& id, const wire::Signed<wire::Receipt>& receipt, OptionalIndex wanted,
                     Respond respond);
    void receiptIsDurable(const EntryPtr& entry, const base::Sha256& request, bool segmentSent, const Respond& respond,
                          const base::Result<void>& written);
    /// On the disk's thread.
    void sendSegment(const EntryPtr& entry, base::SegmentIndex index, const Respond& respond);
    [[nodiscard]] TitleStatus statusOf(const base::ContentId& content) const;

    [[nodiscard]] static bool isRelaying(const EntryPtr& entry);
    [[nodiscard]] static bool isInOrder(const EntryPtr& entry, base::SegmentIndex index);

    // Closing (seeder_closing.cpp)
    void answerReceipt(const Entry& entry, const base::Sha256& request, std::string closed, const Respond& respond);
    void close(const EntryPtr& entry, const std::string& why);
    void beginClosing(const EntryPtr& entry);
    void closeAtTracker(const EntryPtr& entry);
    void settled(const EntryPtr& entry, const wire::Signed<wire::ContractAnswer>& answer);
    void forget(const EntryPtr& entry);
    void watch(const EntryPtr& entry);
    void lookAtTracker(const EntryPtr& entry);
    void askTracker(const EntryPtr& entry, wallet::TrackerClient::Callback<wire::ContractAnswer> callback);

    void announce(const base::ContentId& content);
    void announceAll();
    void announceLater(const base::ContentId& content, std::chrono::milliseconds delay, std::string problem);
    void announceRelaying();
    /// Of this content at this price; nothing before the tracker is known.
    [[nodiscard]] std::optional<wire::Offer> draftOffer(const base::ContentId& content, base::Tokens pricePerMiB) const;

    void refuse(const base::Error& error, const base::Sha256& request, const Respond& respond) const;
    template <class A>
    void answer(A message, const Respond& respond) const
    {
        respond({.status = 200, .body = std::make_shared<const std::string>(wire::sign(std::move(message), m_parts.key).bytes)});
    }
    void reportChange();

    Parts m_parts;
    std::unique_ptr<wallet::ContractBook> m_book;
    mutable std::mutex m_titlesMutex; // m_titles
    std::map<base::ContentId, Title> m_titles;
    std::map<base::ContentId, Announcement> m_announcements;
    std::optional<RelaySale> m_relaying; ///< as it was before the server started
    net::Body m_relayOffer;              ///< guarded by m_titlesMutex
    std::map<base::ContentId, wallet::ContractBook::Totals> m_totals;
    std::map<base::ContractId, EntryPtr> m_contracts;
    std::deque<base::ContractId> m_settled; ///< the last ones
    std::deque<std::chrono::milliseconds> m_earlyLosses; ///< of the last hour, by the monotonic clock
    std::set<base::PublicKey> m_payers; ///< trackers elsewhere that have promised before
    std::vector<std::string> m_endpoints;
    base::Sha256 m_tlsPin;
    bool m_stopping = false;
    std::function<void()> m_allClosed;
    base::Executor::TimerId m_stopTimer = 0;
    std::function<void()> m_changed;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true); ///< for callbacks that may come after destruction
};

} // namespace mutoscope::seeder
