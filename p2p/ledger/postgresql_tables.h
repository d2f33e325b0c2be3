#pragma once

#include <unordered_map>
#include <vector>

#include "p2p/crypto/random.h"
#include "p2p/ledger/postgresql.h"
#include "p2p/ledger/store.h"

namespace mutoscope::ledger
{

/// The tables on PostgreSQL. Accounts and journal in postgresql_store.cpp, the catalogue in postgresql_films.cpp, the
/// others in postgresql_contracts.cpp.
class PgStore final : public Store
{
public:
    PgStore(std::string url, std::unique_ptr<crypto::Random> random) : m_db(std::move(url)), m_random(std::move(random)) {}

    /// Connects, and brings the schema up to date.
    [[nodiscard]] base::Result<void> open();

    base::Result<void> begin(Access access) override;
    base::Result<void> commit() override;
    void rollback() override;
    void savepoint() override;
    void releaseSavepoint() override;
    void rollbackToSavepoint() override;
    void flush() override { m_db.flush(); }
    bool inTransaction() const override { return m_inTransaction; }
    std::optional<base::Error> error() const override { return m_db.error(); }
    std::int64_t changes() const override { return m_changes; }
    bool raced() const override { return m_raced || m_db.raced(); }
    void pause(int attempt) override;

    std::optional<Identity> identity() override;
    void setIdentity(const Identity& identity) override;

    std::optional<Account> account(const base::Address& address, Lock lock) override;
    std::optional<Account> openAccount(const base::PublicKey& owner, AccountKind kind) override;
    std::vector<Account> accountsOf(const base::PublicKey& owner) override;
    void insertAccount(const Account& account) override;
    void closeAccount(const base::Address& address) override;

    std::vector<Head> heads() override;
    Head next(std::span<const base::Address> touched, std::int64_t after) override;
    void append(const Entry& entry, const Document& document, const ContractRecord* contract) override;
    std::optional<Entry> entry(EntryKey key) override;
    std::optional<std::string> document(EntryKey entry) override;
    std::vector<EntryKey> entriesOf(const base::Address& account, std::int64_t before, std::int64_t limit) override;

    std::optional<ContractRecord> contract(const base::ContractId& id, Lock lock) override;
    void insertContract(const ContractRecord& contract) override;
    void updateContract(const ContractRecord& contract) override;
    std::int64_t openContractsOn(const base::Address& incomeAddress, base::UnixMs now) override;
    std::vector<ContractRecord> dueContracts(base::UnixMs now, std::int64_t limit) override;
    std::optional<base::UnixMs> nextDue() override;

    std::vector<ContractRecord> contractsElsewhere(const base::PublicKey& payingTracker, base::UnixMs now,
                                                   std::int64_t limit) override;
    void insertSettlement(const StoredSettlement& settlement) override;
    std::vector<StoredSettlement> untoldSettlements(std::int64_t limit) override;
    void settlementTold(const base::Sha256& id) override;

    std::optional<StoredAnswer> answer(const RequestKey& request) override;
    void insertAnswer(const RequestKey& request, const StoredAnswer& answer) override;

    bool hasEvidence(std::string_view kind, std::string_view subject) override;
    void insertEvidence(const Evidence& evidence, base::UnixMs time) override;
    std::vector<Evidence> evidence() override;

    std::optional<StoredOffer> offer(const base::ContentId& content, const base::PublicKey& seeder) override;
    void putOffer(const StoredOffer& offer) override;
    std::vector<StoredOffer> offers(const base::ContentId& content, base::UnixMs now, std::int64_t limit) override;
    std::int64_t offersOf(const base::PublicKey& seeder) override;
    std::int64_t offersFor(const base::ContentId& content) override;
    void dropOffers(base::UnixMs expiredAt) override;

    bool hasFilm(const base::ContentId& content) override;
    void putFilm(const StoredFilm& film, const std::vector<std::string>& titleWords,
                 const std::vector<std::string>& otherWords) override;
    std::vector<FilmFound> films(const std::vector<std::string>& words, const std::optional<FilmPlace>& after, base::UnixMs now,
                                 std::int64_t limit) override;
    void dropFilms(base::UnixMs expiredAt) override;

    void eachAccount(const std::function<bool(const Account&)>& visit) override;
    void eachEntry(const std::function<bool(const Entry&, const Document&)>& visit) override;
    void eachContract(const std::function<bool(const ContractRecord&)>& visit) override;
    void eachAnswer(
        const std::function<bool(const RequestKey&, const StoredAnswer&, const std::string& request)>& visit) override;
    Totals totals() override;
    void touch() override;

private:
    [[nodiscard]] base::Result<void> migrate();
    /// A question about the schema: its one number.
    [[nodiscard]] std::int64_t ask(std::string_view sql);
    template <class... Args>
    void change(std::string_view sql, const Args&... args)
    {
        ++m_changes;
        PgQuery(m_db, sql, args...).run();
    }
    template <class... Args>
    void changeOneRow(std::string_view sql, const Args&... args)
    {
        ++m_changes;
        PgQuery(m_db, sql, args...).runOnOneRow();
    }
    /// Sends a statement that changes nothing.
    template <class... Args>
    void control(std::string_view sql, const Args&... args)
    {
        PgQuery(m_db, sql, args...).run();
    }
    /// A chain that no other session writes, and where it ends.
    void claimChain();

    template <class E>
    E readEnum(PgQuery& query)
    {
        E value{};
        const auto text = query.get<std::string>();
        if (!wire::enumFromName(text, value))
            m_db.keepError({base::ErrorCode::Io, "the database holds an unknown value '" + text + "'"});
        return value;
    }
    Account readAccount(PgQuery& query);
    Entry readEntry(PgQuery& query);
    void readPostings(std::span<Entry> entries); ///< of one chain, by ascending number
    ContractRecord readContract(PgQuery& query);

    PgDatabase m_db;
    std::unique_ptr<crypto::Random> m_random;
    bool m_inTransaction = false;
    bool m_writing = false;
    bool m_raced = false; ///< the transaction before this one
    std::int64_t m_changes = 0;
    /// The end of the own chain, with this transaction's entries, as it is committed, and at the savepoint. Only this session
    /// writes there, so nobody needs to be asked. None before the first entry over a connection.
    std::optional<Head> m_head;
    std::optional<Head> m_committed;
    std::optional<Head> m_saved;
    /// Last entries of the accounts that this transaction has locked.
    std::unordered_map<base::Address, std::int64_t> m_lastEntries;
};

} // namespace mutoscope::ledger
