#include "p2p/ledger/sqlite_store.h"

#include "p2p/crypto/hash.h"
#include "p2p/ledger/migrations.h"
#include "p2p/ledger/sqlite.h"

namespace mutoscope::ledger
{

namespace
{

using base::ErrorCode;
using base::fail;

// Columns as the read functions below expect them. Statements live as long as the program, see SqliteDatabase.
const std::string selectAccount = "SELECT address, kind, owner, generation, state, balance FROM accounts";
const std::string accountByAddress = selectAccount + " WHERE address = ?";
const std::string accountOpen = selectAccount + " WHERE owner = ? AND kind = ? AND state = 'open' AND owner IS NOT NULL";
const std::string accountsByOwner = selectAccount + " WHERE owner = ? AND owner IS NOT NULL ORDER BY kind, generation";
const std::string accountsAll = selectAccount + " ORDER BY address";

const std::string selectEntry = "SELECT e.number, e.time, e.kind, e.subject, e.memo, e.cause, e.prev_hash, e.hash,"
                                " p.account, p.amount FROM entries e LEFT JOIN postings p ON p.entry = e.number";
const std::string entryByNumber = selectEntry + " WHERE e.number = ? ORDER BY p.account";
const std::string entriesAll = selectEntry + " ORDER BY e.number, p.account";

const std::string selectContract =
    "SELECT id, state, account, document, content, seeder, income_address, viewer, spend_address, price, cap, opened,"
    " serve_until, close_until, settles, best_receipt, best_payload, best_seq, best_bytes, best_amount, paid, returned, closed"
    " FROM contracts";
const std::string contractById = selectContract + " WHERE id = ?";
const std::string contractsDue = selectContract + " WHERE state <> 'closed' AND due <= ? ORDER BY due LIMIT ?";
const std::string contractsAll = selectContract + " ORDER BY opened, id";

const std::string selectAnswer = "SELECT id, node, nonce, cause, time, status, answer FROM requests";
const std::string answerById = selectAnswer + " WHERE id = ?";
const std::string answerOfNonce = selectAnswer + " WHERE node = ? AND nonce = ? AND nonce IS NOT NULL";

const std::string selectOffer = "SELECT content, seeder, announced, expires, signed_expires, bytes FROM offers";
const std::string offerByKey = selectOffer + " WHERE content = ? AND seeder = ?";
const std::string offersValid = selectOffer + " WHERE content = ? AND expires > ? ORDER BY announced DESC, seeder LIMIT ?";

Query::Blob blob(std::string_view bytes)
{
    return {bytes};
}

class SqliteStore final : public Store
{
public:
    explicit SqliteStore(std::unique_ptr<SqliteDatabase> database) : m_owner(std::move(database)), m_db(*m_owner) {}

    // ---- transactions ----

    base::Result<void> begin(Access access) override
    {
        m_db.clearError();
        return m_db.execute(access == Access::Write ? "BEGIN IMMEDIATE" : "BEGIN");
    }
    base::Result<void> commit() override
    {
        auto committed = m_db.error() ? tl::unexpected(*m_db.error()) : m_db.execute("COMMIT");
        if (!committed)
            rollback();
        return committed;
    }
    void rollback() override
    {
        if (m_db.inTransaction())
            (void)m_db.execute("ROLLBACK"); // fails only where the transaction is gone already
        m_db.clearError();
    }
    void savepoint() override { keep(m_db.execute("SAVEPOINT job")); }
    void releaseSavepoint() override { keep(m_db.execute("RELEASE job")); }
    void rollbackToSavepoint() override
    {
        if (!m_db.inTransaction()) // a full disk may have ended it
            return;
        m_db.clearError();
        keep(m_db.execute("ROLLBACK TO job; RELEASE job"));
    }
    bool inTransaction() const override { return m_db.inTransaction(); }
    std::optional<base::Error> error() const override { return m_db.error(); }

    // ---- identity ----

    std::optional<Identity> identity() override
    {
        Query query(m_db, "SELECT network, tracker FROM identity");
        if (!query.next())
            return std::nullopt;
        Identity identity;
        query.read(identity.network);
        query.read(identity.tracker);
        return identity;
    }
    void setIdentity(const Identity& identity) override
    {
        Query(m_db, "INSERT INTO identity (one, network, tracker) VALUES (1, ?, ?)", identity.network, identity.tracker).run();
    }

    // ---- accounts ----

    std::optional<Account> account(const base::Address& address) override
    {
        Query query(m_db, accountByAddress, address);
        return query.next() ? std::optional(readAccount(query)) : std::nullopt;
    }
    std::optional<Account> openAccount(const base::PublicKey& owner, AccountKind kind) override
    {
        Query query(m_db, accountOpen, owner, wire::enumName(kind));
        return query.next() ? std::optional(readAccount(query)) : std::nullopt;
    }
    std::vector<Account> accountsOf(const base::PublicKey& owner) override
    {
        Query query(m_db, accountsByOwner, owner);
        std::vector<Account> accounts;
        while (query.next())
            accounts.push_back(readAccount(query));
        return accounts;
    }
    void insertAccount(const Account& account) override
    {
        Query(m_db, "INSERT INTO accounts (address, kind, owner, generation, state, balance) VALUES (?, ?, ?, ?, ?, ?)",
              account.address, wire::enumName(account.kind), account.owner, account.generation,
              account.open ? "open" : "closed", account.balance)
            .run();
    }
    void closeAccount(const base::Address& address) override
    {
        Query(m_db, "UPDATE accounts SET state = 'closed' WHERE address = ?", address).run();
        expectOneRow();
    }

    // ---- journal ----

    Head head() override
    {
        Query query(m_db, "SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1");
        Head head;
        if (query.next()) {
            query.read(head.number);
            query.read(head.hash);
        }
        return head;
    }
    void append(const Entry& entry) override
    {
        Query(m_db,
              "INSERT INTO entries (number, time, kind, subject, memo, cause, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
              entry.number, entry.time, wire::enumName(entry.kind), entry.subject, entry.memo, entry.cause, entry.prevHash,
              entry.hash)
            .run();
        for (const Posting& posting : entry.postings) {
            Query(m_db, "INSERT INTO postings (entry, account, amount) VALUES (?, ?, ?)", entry.number, posting.account,
                  posting.amount)
                .run();
            if (posting.amount.value() == 0)
                continue;
            Query(m_db, "UPDATE accounts SET balance = balance + ? WHERE address = ? AND state = 'open'", posting.amount,
                  posting.account)
                .run();
            expectOneRow();
        }
    }
    std::optional<Entry> entry(std::int64_t number) override
    {
        std::optional<Entry> found;
        Query query(m_db, entryByNumber, number);
        readEntries(query, [&](const Entry& entry) {
            found = entry;
            return true;
        });
        return found;
    }
    std::vector<std::int64_t> entriesOf(const base::Address& account, std::int64_t before, std::int64_t limit) override
    {
        Query query(m_db, "SELECT entry FROM postings WHERE account = ? AND entry < ? ORDER BY entry DESC LIMIT ?", account,
                    before, limit);
        std::vector<std::int64_t> numbers;
        while (query.next())
            numbers.push_back(query.get<std::int64_t>());
        return numbers;
    }
    base::Sha256 putDocument(const Document& document) override
    {
        const auto hash = crypto::sha256(document.bytes);
        Query(m_db, "INSERT INTO documents (hash, type, bytes) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING", hash,
              document.type, blob(document.bytes))
            .run();
        return hash;
    }
    std::optional<std::string> document(const base::Sha256& hash) override
    {
        Query query(m_db, "SELECT bytes FROM documents WHERE hash = ?", hash);
        return query.next() ? std::optional(query.get<std::string>()) : std::nullopt;
    }

    // ---- contracts ----

    std::optional<ContractRecord> contract(const base::ContractId& id) override
    {
        Query query(m_db, contractById, id);
        return query.next() ? std::optional(readContract(query)) : std::nullopt;
    }
    void insertContract(const ContractRecord& c) override
    {
        Query(m_db,
              "INSERT INTO contracts (id, state, account, document, content, seeder, income_address, viewer, spend_address,"
              " price, cap, opened, serve_until, close_until, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              c.id, wire::enumName(c.state), c.account, c.document, c.content, c.seeder, c.incomeAddress, c.viewer,
              c.spendAddress, c.pricePerMiB, c.cap, c.opened, c.serveUntil, c.closeUntil, c.due())
            .run();
    }
    void updateContract(const ContractRecord& c) override
    {
        const ContractRecord::Best best = c.best.value_or(ContractRecord::Best{});
        const bool keepReceipt = c.best && !best.receipt.empty();
        Query(m_db,
              "UPDATE contracts SET state = ?, settles = ?, due = ?, best_receipt = ?, best_payload = ?, best_seq = ?,"
              " best_bytes = ?, best_amount = ?, paid = ?, returned = ?, closed = ? WHERE id = ?",
              wire::enumName(c.state), c.settles, c.due(), keepReceipt ? std::optional(blob(best.receipt)) : std::nullopt,
              c.best ? std::optional(best.payload) : std::nullopt, best.seq, best.bytes, best.amount, c.paid, c.returned,
              c.closed, c.id)
            .run();
        expectOneRow();
    }
    OpenContracts openContractsOn(const base::Address& address) override
    {
        OpenContracts open;
        // Two statements, so that each has its partial index; an address is of one kind, so one of them finds nothing.
        Query spend(m_db, "SELECT count(*), coalesce(sum(cap), 0) FROM contracts WHERE spend_address = ? AND state <> 'closed'",
                    address);
        Query income(m_db,
                     "SELECT count(*), coalesce(sum(cap), 0) FROM contracts WHERE income_address = ? AND state <> 'closed'",
                     address);
        for (Query* query : {&spend, &income}) {
            if (query->next()) {
                open.count += query->get<std::int64_t>();
                open.reserved += query->get<base::Tokens>();
            }
        }
        return open;
    }
    std::vector<ContractRecord> dueContracts(base::UnixMs now, std::int64_t limit) override
    {
        Query query(m_db, contractsDue, now, limit);
        std::vector<ContractRecord> contracts;
        while (query.next())
            contracts.push_back(readContract(query));
        return contracts;
    }
    std::optional<base::UnixMs> nextDue() override
    {
        Query query(m_db, "SELECT min(due) FROM (SELECT min(due) AS due FROM contracts WHERE state <> 'closed'"
                          " UNION ALL SELECT min(expires) FROM offers)");
        std::optional<base::UnixMs> due;
        if (query.next())
            query.read(due);
        return due;
    }

    // ---- requests ----

    std::optional<StoredAnswer> answer(const base::Sha256& id) override
    {
        Query query(m_db, answerById, id);
        return query.next() ? std::optional(readAnswer(query)) : std::nullopt;
    }
    std::optional<StoredAnswer> answerByNonce(const base::PublicKey& node, const base::Nonce& nonce) override
    {
        Query query(m_db, answerOfNonce, node, nonce);
        return query.next() ? std::optional(readAnswer(query)) : std::nullopt;
    }
    void insertAnswer(const StoredAnswer& a) override
    {
        Query(m_db, "INSERT INTO requests (id, node, nonce, cause, time, status, answer) VALUES (?, ?, ?, ?, ?, ?, ?)", a.id,
              a.node, a.nonce, a.cause, a.time, a.status, blob(a.answer))
            .run();
    }

    // ---- evidence ----

    bool hasEvidence(std::string_view kind, std::string_view subject) override
    {
        return Query(m_db, "SELECT 1 FROM evidence WHERE kind = ? AND subject = ?", kind, blob(subject)).next();
    }
    void insertEvidence(std::string_view kind, std::string_view subject, const base::Sha256& first,
                        const base::Sha256& second, base::UnixMs time) override
    {
        Query(m_db,
              "INSERT INTO evidence (kind, subject, first, second, time) VALUES (?, ?, ?, ?, ?)"
              " ON CONFLICT (kind, subject) DO NOTHING",
              kind, blob(subject), first, second, time)
            .run();
    }
    std::vector<Evidence> evidence() override
    {
        Query query(m_db, "SELECT e.kind, e.subject, a.bytes, b.bytes FROM evidence e"
                          " JOIN documents a ON a.hash = e.first JOIN documents b ON b.hash = e.second ORDER BY e.time");
        std::vector<Evidence> rows;
        while (query.next()) {
            Evidence& row = rows.emplace_back();
            query.read(row.kind);
            query.read(row.subject);
            query.read(row.first);
            query.read(row.second);
        }
        return rows;
    }

    // ---- offers ----

    std::optional<StoredOffer> offer(const base::ContentId& content, const base::PublicKey& seeder) override
    {
        Query query(m_db, offerByKey, content, seeder);
        return query.next() ? std::optional(readOffer(query)) : std::nullopt;
    }
    void putOffer(const StoredOffer& o) override
    {
        Query(m_db,
              "INSERT INTO offers (content, seeder, announced, expires, signed_expires, bytes) VALUES (?, ?, ?, ?, ?, ?)"
              " ON CONFLICT (content, seeder) DO UPDATE SET announced = excluded.announced, expires = excluded.expires,"
              " signed_expires = excluded.signed_expires, bytes = excluded.bytes",
              o.content, o.seeder, o.announced, o.expires, o.signedExpires, blob(o.bytes))
            .run();
    }
    std::vector<StoredOffer> offers(const base::ContentId& content, base::UnixMs now, std::int64_t limit) override
    {
        Query query(m_db, offersValid, content, now, limit);
        std::vector<StoredOffer> offers;
        while (query.next())
            offers.push_back(readOffer(query));
        return offers;
    }
    std::int64_t offersOf(const base::PublicKey& seeder) override
    {
        Query query(m_db, "SELECT count(*) FROM offers WHERE seeder = ?", seeder);
        return query.next() ? query.get<std::int64_t>() : 0;
    }
    std::int64_t offersFor(const base::ContentId& content) override
    {
        Query query(m_db, "SELECT count(*) FROM offers WHERE content = ?", content);
        return query.next() ? query.get<std::int64_t>() : 0;
    }
    void dropOffers(base::UnixMs expiredAt) override
    {
        Query(m_db, "DELETE FROM offers WHERE expires <= ?", expiredAt).run();
    }

    // ---- everything ----

    void eachAccount(const std::function<bool(const Account&)>& visit) override
    {
        Query query(m_db, accountsAll);
        while (query.next() && visit(readAccount(query))) {
        }
    }
    void eachEntry(const std::function<bool(const Entry&)>& visit) override
    {
        Query query(m_db, entriesAll);
        readEntries(query, visit);
    }
    void eachContract(const std::function<bool(const ContractRecord&)>& visit) override
    {
        Query query(m_db, contractsAll);
        while (query.next() && visit(readContract(query))) {
        }
    }
    bool documentsFit() override
    {
        Query query(m_db, "SELECT hash, bytes FROM documents");
        while (query.next()) {
            const auto hash = query.get<base::Sha256>();
            if (crypto::sha256(query.get<std::string>()) != hash)
                return false;
        }
        return true;
    }

private:
    void keep(const base::Result<void>& result)
    {
        if (!result)
            m_db.keepError(result.error());
    }
    void expectOneRow()
    {
        if (!m_db.error() && m_db.changedRows() != 1)
            m_db.keepError({ErrorCode::Internal, "a row that must be in the database is not there"});
    }

    template <class E>
    E readEnum(Query& query)
    {
        E value{};
        const auto text = query.get<std::string>();
        if (!wire::enumFromName(text, value))
            m_db.keepError({ErrorCode::Io, "the database holds an unknown value '" + text + "'"});
        return value;
    }
    Account readAccount(Query& query)
    {
        Account account;
        query.read(account.address);
        account.kind = readEnum<AccountKind>(query);
        query.read(account.owner);
        query.read(account.generation);
        account.open = query.get<std::string>() == "open";
        query.read(account.balance);
        return account;
    }
    /// Rows of selectEntry: the same entry once for each of its postings.
    void readEntries(Query& query, const std::function<bool(const Entry&)>& visit)
    {
        std::optional<Entry> last;
        while (query.next()) {
            Entry entry;
            query.read(entry.number);
            query.read(entry.time);
            entry.kind = readEnum<EntryKind>(query);
            query.read(entry.subject);
            query.read(entry.memo);
            query.read(entry.cause);
            query.read(entry.prevHash);
            query.read(entry.hash);
            const auto account = query.get<std::optional<base::Address>>();
            const auto amount = query.get<std::optional<base::Tokens>>();
            if (!last || last->number != entry.number) {
                if (last && !visit(*last))
                    return;
                last = std::move(entry);
            }
            if (account)
                last->postings.push_back({*account, *amount});
        }
        if (last)
            visit(*last);
    }
    ContractRecord readContract(Query& query)
    {
        ContractRecord c;
        query.read(c.id);
        c.state = readEnum<wire::ContractState>(query);
        query.read(c.account);
        query.read(c.document);
        query.read(c.content);
        query.read(c.seeder);
        query.read(c.incomeAddress);
        query.read(c.viewer);
        query.read(c.spendAddress);
        query.read(c.pricePerMiB);
        query.read(c.cap);
        query.read(c.opened);
        query.read(c.serveUntil);
        query.read(c.closeUntil);
        query.read(c.settles);
        const auto receipt = query.get<std::optional<std::string>>();
        const auto payload = query.get<std::optional<base::Sha256>>();
        ContractRecord::Best best;
        query.read(best.seq);
        query.read(best.bytes);
        query.read(best.amount);
        if (payload) {
            best.receipt = receipt.value_or(std::string());
            best.payload = *payload;
            c.best = std::move(best);
        }
        query.read(c.paid);
        query.read(c.returned);
        query.read(c.closed);
        return c;
    }
    static StoredAnswer readAnswer(Query& query)
    {
        StoredAnswer answer;
        query.read(answer.id);
        query.read(answer.node);
        query.read(answer.nonce);
        query.read(answer.cause);
        query.read(answer.time);
        query.read(answer.status);
        query.read(answer.answer);
        return answer;
    }
    static StoredOffer readOffer(Query& query)
    {
        StoredOffer offer;
        query.read(offer.content);
        query.read(offer.seeder);
        query.read(offer.announced);
        query.read(offer.expires);
        query.read(offer.signedExpires);
        query.read(offer.bytes);
        return offer;
    }

    std::unique_ptr<SqliteDatabase> m_owner;
    SqliteDatabase& m_db;
};

} // namespace

base::Result<std::unique_ptr<Store>> openSqlite(const std::filesystem::path& file, const SqliteOptions& options)
{
    const bool inMemory = file == ":memory:";
    if (!options.create && !std::filesystem::exists(file))
        return fail(ErrorCode::NotFound, "there is no ledger " + file.string());
    auto database = SqliteDatabase::open(file, options.busyTimeout);
    if (!database)
        return tl::unexpected(database.error());
    if (const auto migrated = migrate(**database, file.string()); !migrated)
        return tl::unexpected(migrated.error());
    // FULL: with WAL, NORMAL would lose the newest commits in a power cut.
    if (const auto set = (*database)->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                                              " PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY");
        !set)
        return tl::unexpected(set.error());
    {
        Query mode(**database, "PRAGMA journal_mode");
        if (mode.next() && mode.get<std::string>() != (inMemory ? "memory" : "wal"))
            return fail(ErrorCode::Io, "the file system of " + file.string() + " does not allow a write-ahead log");
    }
    return std::make_unique<SqliteStore>(std::move(*database));
}

} // namespace mutoscope::ledger
