#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "p2p/base/clock.h"
#include "p2p/base/result.h"
#include "p2p/ledger/records.h"
#include "p2p/ledger/store.h"

namespace mutoscope::ledger
{

/// What the tracker's operator decides.
struct Rules {
    std::chrono::milliseconds closeGrace{30'000}; ///< for the seeder's higher receipt, after the viewer asked to close
    std::chrono::milliseconds maxContractTime{std::chrono::hours(24 * 30)};
    base::Tokens maxPricePerMiB{1'000'000'000'000};
    base::Tokens maxCap{base::maxInteger};
    std::int64_t maxOpenContracts = 1'000; ///< on one spend address
    std::chrono::milliseconds maxOfferTime{std::chrono::hours(1)};
    std::int64_t maxOffersPerSeeder = 1'000;
    std::int64_t maxOffersPerContent = 200;
    /// Other trackers with which contracts are taken, and what each may owe here, open contracts included.
    std::map<base::PublicKey, base::Tokens> peers{};
};

/// The rules of protocol §3, §4, §7 and §8 over double-entry accounts. What is given to it has been verified (wire::Signed)
/// and belongs to the ledger's network; time is the clock's.
///
/// One thread. Every operation runs inside a job of transact() or read(). A refused operation has changed nothing, with one
/// exception: evidence of equivocation is kept. Refusals are values with the code that the protocol's status stands for
/// and a sentence for the person; Io and Internal mean that the database failed: the job must return them.
class Ledger
{
public:
    /// An error takes back what the job did, and nothing else. A refusal whose evidence is to be kept is not an error here.
    /// A job may run more than once until its outcome is told, each time on the state before: where another process was
    /// faster, or a job of the same transaction failed. So it sets what it answers anew each time, and does nothing
    /// outside that can't be repeated.
    using Job = std::function<base::Result<void>(Ledger&)>;

    /// `clock` must outlive the ledger. Conflict where the store is the ledger of another network or tracker.
    [[nodiscard]] static base::Result<std::unique_ptr<Ledger>> open(std::unique_ptr<Store> store, const std::string& network,
                                                                    const base::PublicKey& tracker,
                                                                    const base::Clock& clock, Rules rules = {});

    // ---- transactions ----

    /// Runs the jobs in one transaction and tells the outcome of each once all is durable. Where the transaction itself
    /// fails, that is every job's outcome and nothing has changed: Io (the disk), Unavailable (another process writes, no
    /// connection; where the connection was lost during the commit, all may have changed: a repeated request finds out).
    [[nodiscard]] std::vector<base::Result<void>> transact(std::span<const Job> jobs);
    [[nodiscard]] base::Result<void> transact(const Job& job);
    /// A snapshot, while others may write. The job must not change anything.
    [[nodiscard]] base::Result<void> read(const Job& job);

    // ---- addresses and tokens ----

    /// SHA-256("mutoscope.<kind>.v1" ‖ tracker's key ‖ owner's key ‖ generation, 8 bytes big-endian). The issuance account's
    /// owner is the tracker.
    [[nodiscard]] base::Address derivedAddress(AccountKind kind, std::string_view owner, std::int64_t generation) const;

    /// New tokens. The document must be signed by the tracker's own key.
    struct Moved {
        std::int64_t entry = 0; ///< its number
        base::Tokens balance;   ///< of the paying account afterwards; for an issue, of the receiving one
    };
    [[nodiscard]] base::Result<Moved> issue(const wire::Signed<Issue>& order);
    /// The owner's open income or spend account, made by the first request for it: `cause`. Generations count from 0; one
    /// whose address already exists, as somebody sent tokens to it too early, is left out.
    [[nodiscard]] base::Result<Account> addressFor(AccountKind kind, const base::PublicKey& owner, const Document& cause);
    /// From the node's ordinary address to any open one, or from its spend address to its ordinary one. An address that
    /// the ledger does not know is an ordinary one. Nothing can be sent to a contract or back to the issuance account.
    [[nodiscard]] base::Result<Moved> transfer(const wire::Signed<wire::Transfer>& request);
    /// Pays everything out to the owner's ordinary address. Conflict while a contract is open on it.
    [[nodiscard]] base::Result<base::Tokens> closeAddress(AccountKind kind, const base::Address& address,
                                                          const base::PublicKey& owner, const Document& cause);

    struct Balance {
        base::Tokens ordinary;
        std::optional<Account> spend;
        base::Tokens locked; ///< reserved in contracts that are not closed
        std::optional<Account> income;
    };
    [[nodiscard]] base::Result<Balance> balance(const base::PublicKey& owner);
    struct History {
        std::vector<wire::HistoryEntry> entries; ///< newest first; one for each of the owner's addresses that was touched
        bool more = false;
    };
    /// Of at most `limit` entries of the journal with numbers below `before`, and those that have the last one's number.
    [[nodiscard]] base::Result<History> history(const base::PublicKey& owner, std::int64_t before, std::int64_t limit);

    // ---- contracts ----

    /// Reserves the cap. The document must carry both signatures. The same contract again: where it stands. One that is
    /// paid from another tracker's address is reserved on what that tracker may owe here, and is not open before
    /// takeWord() has brought its promise.
    [[nodiscard]] base::Result<ContractRecord> openContract(const wire::Signed<wire::Contract>& contract);
    /// With both signatures: settles at once, with this receipt or the better one that the viewer has signed. With the
    /// viewer's only: keeps the best, and settles after Rules::closeGrace. Of two receipts the one with more bytes is the
    /// better, of equal ones that with the higher number.
    /// Where another tracker pays: keeps the receipt that both have signed, to be brought there; takeWord() settles.
    [[nodiscard]] base::Result<ContractRecord> closeContract(const wire::Signed<wire::Receipt>& receipt, bool bothSigned);
    [[nodiscard]] base::Result<ContractRecord> contract(const base::ContractId& id);
    /// The signed bytes behind it.
    struct Papers {
        std::string contract;
        std::string receipt; ///< settled with, or the best so far; empty where there is none, or another tracker has it
    };
    [[nodiscard]] base::Result<Papers> papers(const ContractRecord& contract);
    /// Settles what is due, at most `limit` contracts; returns how many.
    [[nodiscard]] base::Result<std::int64_t> settleDue(base::UnixMs now, std::int64_t limit = 1'000);

    // ---- other trackers, protocol §9 (two_trackers.cpp) ----

    /// What the paying tracker says about a contract that is paid to an address here: keeps its promise, and settles once
    /// it has. The same as before changes nothing. Forbidden if it is not the contract's paying tracker, Unacceptable if
    /// it contradicts the contract. Less than a receipt that it was to be sent is taken, and both are kept as evidence.
    [[nodiscard]] base::Result<ContractRecord> takeWord(const wire::Signed<wire::ContractAnswer>& word);
    /// The paying tracker has refused to open it: nothing is reserved any more, and it never will be open.
    [[nodiscard]] base::Result<ContractRecord> takeRefusal(const base::ContractId& id,
                                                           const wire::Signed<wire::Problem>& word);
    /// The creditor, who signs, has got so much outside of the books. In the creditor's it makes tokens, backed by what
    /// was got; in the debtor's it takes as many out of the world. Conflict where not so much is owed.
    [[nodiscard]] base::Result<Moved> settleDebt(const wire::Signed<wire::Settle>& acknowledgment);
    struct Peer {
        base::PublicKey tracker;
        bool accepted = false;
        base::Tokens limit;
        base::Tokens owed;     ///< to this tracker, of contracts that have settled
        base::Tokens reserved; ///< on what it may owe, of those that haven't
        std::int64_t openContracts = 0;
        base::Tokens owing; ///< by this tracker
    };
    [[nodiscard]] base::Result<Peer> peer(const base::PublicKey& tracker);
    /// For contracts that are opened from now on. In a job.
    void setPeers(std::map<base::PublicKey, base::Tokens> peers) { m_rules.peers = std::move(peers); }

    // ---- offers ----

    /// Until when the offer is kept.
    [[nodiscard]] base::Result<base::UnixMs> putOffer(const wire::Signed<wire::Offer>& offer);
    /// Signed offers as they were announced, not expired, newest first.
    [[nodiscard]] base::Result<std::vector<std::string>> offers(const base::ContentId& content, std::int64_t limit);
    [[nodiscard]] base::Result<void> expireOffers(base::UnixMs now);

    /// Takes a film that is announced into the catalogue, where it stays as long as it is. NotFound where nobody has announced it.
    [[nodiscard]] base::Result<void> describe(const wire::Signed<wire::Manifest>& manifest);
    struct Films {
        std::vector<wire::SearchHit> hits;
        std::string cursor; ///< for the next ones; empty where there are none
    };
    /// Films that are seeded and have all words of the text, those first that have them in their title, then the newest; all of them
    /// where the text has no words. Unacceptable where the cursor is none.
    [[nodiscard]] base::Result<Films> search(std::string_view text, std::string_view cursor, std::int64_t limit);

    /// When settleDue or expireOffers will have something to do.
    [[nodiscard]] std::optional<base::UnixMs> nextDue() { return m_store->nextDue(); }

    // ---- repeated requests ----

    /// What was answered, if the request was. Conflict where the node has used its nonce in another one; both are kept as
    /// evidence.
    [[nodiscard]] base::Result<std::optional<StoredAnswer>> storedAnswer(const RequestKey& key, const Document& request);
    void storeAnswer(const RequestKey& key, const Document& request, int status, std::string answer);

    // ---- the books ----

    /// Recomputes every balance from the postings, and checks the hash chains, the documents' hashes, that each entry sums
    /// to zero and comes after those that touched its accounts before, and that spend accounts know what is reserved on
    /// them. WrongData with where it breaks.
    [[nodiscard]] base::Result<void> check();

    [[nodiscard]] Store& store() { return *m_store; } ///< for reading
    [[nodiscard]] const Rules& rules() const { return m_rules; }
    /// For contracts that begin to close from now on. In a job.
    void setCloseGrace(std::chrono::milliseconds grace) { m_rules.closeGrace = grace; }
    [[nodiscard]] const base::PublicKey& tracker() const { return m_tracker; }
    [[nodiscard]] const base::Clock& clock() const { return m_clock; }

private:
    Ledger(std::unique_ptr<Store> store, const base::PublicKey& tracker, const base::Clock& clock, Rules rules);

    /// The store's error instead, if it has one.
    template <class T>
    [[nodiscard]] base::Result<T> unlessFailed(T value) const
    {
        if (const auto failed = m_store->error())
            return tl::unexpected(*failed);
        return value;
    }
    /// One attempt. Nothing where a job failed after it had changed something, and there were no savepoints.
    [[nodiscard]] std::optional<std::vector<base::Result<void>>> attempt(std::span<const Job> jobs, bool savepoints);
    [[nodiscard]] std::vector<base::Result<void>> transact(std::span<const Job> jobs, int attempts);
    EntryKey append(EntryKind kind, const base::Sha256& subject, std::string memo, const Document& cause,
                    std::vector<Posting> postings, const ContractRecord* contract = nullptr, std::int64_t after = 0);
    /// The account that will be made, at the first free generation.
    [[nodiscard]] Account newAccount(AccountKind kind, const base::PublicKey& owner);
    [[nodiscard]] base::Result<Account> payee(const base::Address& address);
    void ensureOrdinary(const base::Address& address);
    [[nodiscard]] static tl::unexpected<base::Error> tooFew(const char* where, base::Tokens there, base::Tokens needed);
    /// An open address of this kind and owner.
    [[nodiscard]] base::Result<Account> ownAddress(AccountKind kind, const base::Address& address,
                                                   const base::PublicKey& owner, Store::Lock lock);
    [[nodiscard]] base::Result<void> acceptable(const wire::Contract& contract, base::UnixMs now) const;
    /// The other tracker's account of this kind, locked; one that is not in the books yet where it has none.
    [[nodiscard]] Account peerAccount(AccountKind kind, const base::PublicKey& tracker);
    void ensurePeer(const Account& account);
    /// Where a contract is paid from: the viewer's spend address, or the paying tracker's nostro with enough credit left.
    [[nodiscard]] base::Result<Account> payer(const wire::Contract& terms);
    void settle(ContractRecord& contract);
    void settleWith(ContractRecord& contract, const Document& cause);
    [[nodiscard]] std::optional<std::string> closingDocument(const ContractRecord& contract);
    void keepEvidence(const ContractRecord& contract, const wire::Signed<wire::Receipt>& other);

    std::unique_ptr<Store> m_store;
    base::PublicKey m_tracker;
    const base::Clock& m_clock;
    Rules m_rules;
    /// The newest entry of this transaction and the hash of its document.
    std::optional<std::pair<EntryKey, base::Sha256>> m_newest;
};

} // namespace mutoscope::ledger
