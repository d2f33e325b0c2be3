#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "p2p/ledger/sqlite.h"
#include "p2p/ledger/sqlite_checkpointer.h"
#include "p2p/ledger/store.h"

namespace mutoscope::ledger
{

/// The tables on SQLite. Accounts and journal in sqlite_store.cpp, the catalogue in sqlite_films.cpp, the
/// others in sqlite_contracts.cpp.
class SqliteStore final : public Store
{
public:
    explicit SqliteStore(std::unique_ptr<SqliteDatabase> database) : m_owner(std::move(database)), m_db(*m_owner) {}
    /// For a database in a file, when the log has so many pages.
    void checkpointAside(const std::filesystem::path& file, int pages) { m_checkpointer.emplace(m_db.handle(), file, pages); }

    base::Result<void> begin(Access access) override;
    base::Result<void> commit() override;
    void rollback() override;
    void savepoint() override;
    void releaseSavepoint() override;
    void rollbackToSavepoint() override;
    void flush() override {} // nothing is late
    bool inTransaction() const override { return m_db.inTransaction(); }
    std::optional<base::Error> error() const override { return m_db.error(); }
    std::int64_t changes() const override { return m_db.totalChanges(); }
    bool raced() const override { return false; } // who writes, writes alone
    void pause(int) override {}

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
    void keep(const base::Result<void>& result);
    void expectOneRow();
    template <class E>
    E readEnum(Query& query)
    {
        E value{};
        const auto text = query.get<std::string>();
        if (!wire::enumFromName(text, value))
            m_db.keepError({base::ErrorCode::Io, "the database holds an unknown value '" + text + "'"});
        return value;
    }
    Account readAccount(Query& query);
    Entry readEntry(Query& query);
    ContractRecord readContract(Query& query);

    std::unique_ptr<SqliteDatabase> m_owner;
    SqliteDatabase& m_db;
    std::optional<SqliteCheckpointer> m_checkpointer;
    /// Of chain 0, read once in each transaction: between two of them another process may write. Its number is the
    /// highest of all chains, which are more than one only where the books came from another engine.
    std::optional<Head> m_head;
};

} // namespace mutoscope::ledger
