#pragma once

#include <functional>
#include <optional>
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
        Write ///< nobody else writes from its beginning on
    };

    virtual ~Store() = default;

    // Transactions. Errors: Unavailable (another process writes for too long), Io.
    [[nodiscard]] virtual base::Result<void> begin(Access access) = 0;
    /// After a failure nothing has changed and no transaction is open.
    [[nodiscard]] virtual base::Result<void> commit() = 0;
    virtual void rollback() = 0;
    /// Savepoints don't nest.
    virtual void savepoint() = 0;
    virtual void releaseSavepoint() = 0;
    virtual void rollbackToSavepoint() = 0; ///< also forgets error(), unless it has ended the whole transaction
    [[nodiscard]] virtual bool inTransaction() const = 0;
    [[nodiscard]] virtual std::optional<base::Error> error() const = 0;

    // Whose ledger it is.
    struct Identity {
        std::string network;
        base::PublicKey tracker;
        bool operator==(const Identity&) const = default;
    };
    [[nodiscard]] virtual std::optional<Identity> identity() = 0;
    virtual void setIdentity(const Identity& identity) = 0;

    // Accounts.
    [[nodiscard]] virtual std::optional<Account> account(const base::Address& address) = 0;
    /// The one open account of this kind; income and spend only.
    [[nodiscard]] virtual std::optional<Account> openAccount(const base::PublicKey& owner, AccountKind kind) = 0;
    /// All income and spend accounts, open and closed.
    [[nodiscard]] virtual std::vector<Account> accountsOf(const base::PublicKey& owner) = 0;
    virtual void insertAccount(const Account& account) = 0;
    virtual void closeAccount(const base::Address& address) = 0;

    // Journal.
    struct Head {
        std::int64_t number = 0; ///< 0 where there is no entry yet
        base::Sha256 hash;
    };
    [[nodiscard]] virtual Head head() = 0;
    /// Adds the entry and its postings, and changes the balances.
    virtual void append(const Entry& entry) = 0;
    [[nodiscard]] virtual std::optional<Entry> entry(std::int64_t number) = 0;
    /// Numbers of the entries lower than `before` that touch the account, newest first.
    [[nodiscard]] virtual std::vector<std::int64_t> entriesOf(const base::Address& account, std::int64_t before,
                                                              std::int64_t limit) = 0;
    /// Kept once, however often it is put. Returns its hash.
    virtual base::Sha256 putDocument(const Document& document) = 0;
    [[nodiscard]] virtual std::optional<std::string> document(const base::Sha256& hash) = 0;

    // Contracts.
    [[nodiscard]] virtual std::optional<ContractRecord> contract(const base::ContractId& id) = 0;
    virtual void insertContract(const ContractRecord& contract) = 0;
    /// State, receipt, settlement and times; the rest never changes.
    virtual void updateContract(const ContractRecord& contract) = 0;
    struct OpenContracts {
        std::int64_t count = 0;
        base::Tokens reserved;
    };
    /// Not yet closed, on an income or spend address.
    [[nodiscard]] virtual OpenContracts openContractsOn(const base::Address& address) = 0;
    [[nodiscard]] virtual std::vector<ContractRecord> dueContracts(base::UnixMs now, std::int64_t limit) = 0;
    /// The earliest time at which a contract or an offer falls due.
    [[nodiscard]] virtual std::optional<base::UnixMs> nextDue() = 0;

    // Requests that moved value.
    [[nodiscard]] virtual std::optional<StoredAnswer> answer(const base::Sha256& id) = 0;
    [[nodiscard]] virtual std::optional<StoredAnswer> answerByNonce(const base::PublicKey& node,
                                                                    const base::Nonce& nonce) = 0;
    virtual void insertAnswer(const StoredAnswer& answer) = 0;

    // Evidence of equivocation; only the first of a subject is kept.
    struct Evidence {
        std::string kind;    ///< "nonce" or "receipt"
        std::string subject; ///< node and nonce, or contract id, raw
        std::string first;   ///< signed bytes
        std::string second;  ///< signed bytes
    };
    [[nodiscard]] virtual bool hasEvidence(std::string_view kind, std::string_view subject) = 0;
    virtual void insertEvidence(std::string_view kind, std::string_view subject, const base::Sha256& first,
                                const base::Sha256& second, base::UnixMs time) = 0;
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

    // Everything, one row after the other; a visitor that returns false ends it. No other call meanwhile.
    virtual void eachAccount(const std::function<bool(const Account&)>& visit) = 0;
    virtual void eachEntry(const std::function<bool(const Entry&)>& visit) = 0; ///< by ascending number
    virtual void eachContract(const std::function<bool(const ContractRecord&)>& visit) = 0;
    /// False where a document's bytes don't have its hash.
    [[nodiscard]] virtual bool documentsFit() = 0;
};

} // namespace mutoscope::ledger
