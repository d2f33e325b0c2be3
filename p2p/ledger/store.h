#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "p2p/base/result.h"
#include "p2p/ledger/records.h"

namespace mutoscope::ledger
{

/// The tables under the ledger, without its rules. One database behind it, one thread in front of it.
///
/// A failure of the database (disk full, a constraint) is kept: error() tells it, every later call until the enclosing
/// savepoint or transaction ends does nothing and finds nothing. So the rules above read without an error path in each
/// line, and whoever runs a transaction asks error() before anything counts.
class Store
{
public:
    enum class Access {
        Read, ///< a snapshot
        Write ///< on SQLite nobody else writes from its beginning on; on PostgreSQL who reads with a Lock has the row
    };
    /// What a row is read for, where others may write at the same time. Nothing in a snapshot.
    enum class Lock {
        None,
        Keep,   ///< it must not be closed before this transaction ends
        Change, ///< nobody else may change it before
        Close   ///< nobody else may even Keep it
    };

    virtual ~Store() = default;

    // Transactions. Errors: Unavailable (another process writes for too long, no connection), Io.
    [[nodiscard]] virtual base::Result<void> begin(Access access) = 0;
    /// After a failure nothing has changed and no transaction is open; but after Unavailable by a connection that was lost
    /// just then, all may have.
    [[nodiscard]] virtual base::Result<void> commit() = 0;
    virtual void rollback() = 0;
    /// Savepoints don't nest.
    virtual void savepoint() = 0;
    virtual void releaseSavepoint() = 0;
    virtual void rollbackToSavepoint() = 0; ///< also forgets error(), unless it has ended the whole transaction
    /// On PostgreSQL the failure of a change may show only at a later call; waits for all.
    virtual void flush() = 0;
    [[nodiscard]] virtual bool inTransaction() const = 0;
    [[nodiscard]] virtual std::optional<base::Error> error() const = 0;
    /// Grows with each change in a transaction.
    [[nodiscard]] virtual std::int64_t changes() const = 0;
    /// Whether the last transaction failed only as another process changed the same rows at the same time: the same once
    /// more may succeed. Until the next begin().
    [[nodiscard]] virtual bool raced() const = 0;
    /// Before the same once more: random, and longer for each attempt (from 1).
    virtual void pause(int attempt) = 0;

    // Whose ledger it is.
    struct Identity {
        std::string network;
        base::PublicKey tracker;
        bool operator==(const Identity&) const = default;
    };
    [[nodiscard]] virtual std::optional<Identity> identity() = 0;
    virtual void setIdentity(const Identity& identity) = 0;

    // Accounts. A contract is the account of its reservation.
    [[nodiscard]] virtual std::optional<Account> account(const base::Address& address, Lock lock) = 0;
    /// The one open account of this kind; income and spend only.
    [[nodiscard]] virtual std::optional<Account> openAccount(const base::PublicKey& owner, AccountKind kind) = 0;
    /// All income and spend accounts, open and closed.
    [[nodiscard]] virtual std::vector<Account> accountsOf(const base::PublicKey& owner) = 0;
    virtual void insertAccount(const Account& account) = 0; ///< but a contract's
    virtual void closeAccount(const base::Address& address) = 0;

    // Journal.
    struct Head {
        EntryKey key; ///< number 0 where the chain has no entry yet
        base::Sha256 hash;
    };
    /// Of each chain that has entries, by ascending chain.
    [[nodiscard]] virtual std::vector<Head> heads() = 0;
    /// Where the next entry goes that touches these accounts and relies on the entry numbered `after`, and the hash before
    /// it. From now on nobody else touches them.
    [[nodiscard]] virtual Head next(std::span<const base::Address> touched, std::int64_t after) = 0;
    /// Adds the entry with its document and postings, and changes the accounts. `contract` is the one that it opens or
    /// closes: the spend account's open contracts and reservations change with it.
    virtual void append(const Entry& entry, const Document& document, const ContractRecord* contract) = 0;
    [[nodiscard]] virtual std::optional<Entry> entry(EntryKey key) = 0;
    /// The signed bytes that caused the entry.
    [[nodiscard]] virtual std::optional<std::string> document(EntryKey entry) = 0;
    /// Entries with numbers below `before` that touch the account, newest first.
    [[nodiscard]] virtual std::vector<EntryKey> entriesOf(const base::Address& account, std::int64_t before,
                                                          std::int64_t limit) = 0;

    // Contracts.
    [[nodiscard]] virtual std::optional<ContractRecord> contract(const base::ContractId& id, Lock lock) = 0;
    virtual void insertContract(const ContractRecord& contract) = 0;
    /// State, receipt, promise, settlement and times; the rest never changes.
    virtual void updateContract(const ContractRecord& contract) = 0;
    /// How many are not yet closed that pay to this income address, and keep it open: a contract of which the paying
    /// tracker says nothing after its close_until does so no longer.
    [[nodiscard]] virtual std::int64_t openContractsOn(const base::Address& incomeAddress, base::UnixMs now) = 0;
    /// For this transaction to settle; those that another has taken are left out.
    [[nodiscard]] virtual std::vector<ContractRecord> dueContracts(base::UnixMs now, std::int64_t limit) = 0;
    /// The earliest time at which a contract or an offer falls due.
    [[nodiscard]] virtual std::optional<base::UnixMs> nextDue() = 0;

    // Other trackers.
    /// Those paid by this other tracker that it has to be asked about: it has not promised yet, a receipt waits for it, or
    /// it must have settled by now. The oldest first.
    [[nodiscard]] virtual std::vector<ContractRecord> contractsElsewhere(const base::PublicKey& payingTracker, base::UnixMs now,
                                                                         std::int64_t limit) = 0;
    virtual void insertSettlement(const StoredSettlement& settlement) = 0;
    /// Those that the other tracker does not have yet.
    [[nodiscard]] virtual std::vector<StoredSettlement> untoldSettlements(std::int64_t limit) = 0;
    virtual void settlementTold(const base::Sha256& id) = 0;

    // Requests that moved value.
    /// From now on nobody else handles the same request.
    [[nodiscard]] virtual std::optional<StoredAnswer> answer(const RequestKey& request) = 0;
    virtual void insertAnswer(const RequestKey& request, const StoredAnswer& answer) = 0;

    // Evidence of equivocation; only the first of a subject is kept.
    struct Evidence {
        std::string kind;    ///< "nonce", "receipt" or "tracker": another one settled with less than a receipt that it was sent
        std::string subject; ///< node and nonce, or contract id, raw
        std::string first;   ///< signed bytes
        std::string second;  ///< signed bytes
        base::UnixMs time{}; ///< when the second was seen; not what insertEvidence takes
    };
    [[nodiscard]] virtual bool hasEvidence(std::string_view kind, std::string_view subject) = 0;
    virtual void insertEvidence(const Evidence& evidence, base::UnixMs time) = 0;
    [[nodiscard]] virtual std::vector<Evidence> evidence() = 0;

    // Offers.
    [[nodiscard]] virtual std::optional<StoredOffer> offer(const base::ContentId& content,
                                                           const base::PublicKey& seeder) = 0;
    virtual void putOffer(const StoredOffer& offer) = 0;
    /// Not expired, the most lately announced first.
    [[nodiscard]] virtual std::vector<StoredOffer> offers(const base::ContentId& content, base::UnixMs now,
                                                          std::int64_t limit) = 0;
    [[nodiscard]] virtual std::int64_t offersOf(const base::PublicKey& seeder) = 0;
    [[nodiscard]] virtual std::int64_t offersFor(const base::ContentId& content) = 0;
    virtual void dropOffers(base::UnixMs expiredAt) = 0;

    // Films that are seeded. Words are those of searchWords().
    [[nodiscard]] virtual bool hasFilm(const base::ContentId& content) = 0;
    /// Of one that is not there yet.
    virtual void putFilm(const StoredFilm& film, const std::vector<std::string>& titleWords,
                         const std::vector<std::string>& otherWords) = 0;
    /// Those with an offer that has not expired and with all of these words, or words that begin so, behind this place; in the order
    /// of FilmPlace, which is that of time alone where no words are given.
    [[nodiscard]] virtual std::vector<FilmFound> films(const std::vector<std::string>& words, const std::optional<FilmPlace>& after,
                                                       base::UnixMs now, std::int64_t limit) = 0;
    /// Those that lose their last offer by dropOffers() at this time; before it.
    virtual void dropFilms(base::UnixMs expiredAt) = 0;

    // Everything, one row after the other; a visitor that returns false ends it. No other call meanwhile.
    /// With the contracts' own. Two may have one address: anybody can send tokens to what becomes a contract's id.
    virtual void eachAccount(const std::function<bool(const Account&)>& visit) = 0;
    /// By ascending number, then chain, so that nothing comes before what it depends on; with the document that caused it.
    virtual void eachEntry(const std::function<bool(const Entry&, const Document&)>& visit) = 0;
    virtual void eachContract(const std::function<bool(const ContractRecord&)>& visit) = 0;
    /// By ascending node and RequestKey::raw(), each with the request's bytes, whoever keeps them; empty where nobody does.
    virtual void eachAnswer(
        const std::function<bool(const RequestKey&, const StoredAnswer&, const std::string& request)>& visit) = 0;

    // For whoever watches over it.
    struct Totals {
        std::int64_t openContracts = 0;
        base::Tokens reserved; ///< in them
        base::Tokens issued;
    };
    [[nodiscard]] virtual Totals totals() = 0;
    /// Writes something that changes nothing, so that a commit has to reach the disk.
    virtual void touch() = 0;
};

} // namespace mutoscope::ledger
