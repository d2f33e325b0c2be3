#include "p2p/ledger/sqlite_store.h"

#include <algorithm>
#include <system_error>

#include "p2p/base/disk.h"
#include "p2p/ledger/sqlite_tables.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;

namespace
{

// Columns as the read functions below expect them. Statements live as long as the program, see SqliteDatabase.
const std::string selectAccount =
    "SELECT address, kind, owner, generation, state, balance, last_entry, open_contracts, reserved FROM accounts";
const std::string accountByAddress = selectAccount + " WHERE address = ?";
const std::string accountOpen = selectAccount + " WHERE owner = ? AND kind = ? AND state = 'open' AND owner IS NOT NULL";
const std::string accountsByOwner = selectAccount + " WHERE owner = ? AND owner IS NOT NULL ORDER BY kind, generation";
const std::string accountsAll = selectAccount + " ORDER BY address";
/// The same columns of contracts.
const std::string selectReservation =
    "SELECT coalesce(account, id), 'contract', NULL, 0, iif(state = 'closed', 'closed', 'open'),"
    " iif(state = 'closed', 0, cap), 0, 0, 0 FROM contracts";
const std::string reservationByAddress =
    selectReservation + " WHERE id = ?1 OR (account = ?1 AND account IS NOT NULL)";
const std::string reservationsAll = selectReservation + " ORDER BY id";

const std::string selectEntry = "SELECT chain, number, time, kind, subject, memo, cause, prev_hash, hash";
const std::string entryByKey = selectEntry + " FROM entries WHERE chain = ? AND number = ?";
const std::string entriesOfOneChain = selectEntry + ", type, document FROM entries ORDER BY chain, number";
/// Sorts keys only.
const std::string entriesOfChains = selectEntry + ", type, document FROM (SELECT chain AS c, number AS n FROM entries"
                                                  " ORDER BY number, chain) JOIN entries ON chain = c AND number = n";

} // namespace

// ---- transactions ----

base::Result<void> SqliteStore::begin(Access access)
{
    m_db.clearError();
    m_head.reset();
    return m_db.execute(access == Access::Write ? "BEGIN IMMEDIATE" : "BEGIN");
}

base::Result<void> SqliteStore::commit()
{
    auto committed = m_db.error() ? tl::unexpected(*m_db.error()) : m_db.execute("COMMIT");
    if (!committed)
        rollback();
    return committed;
}

void SqliteStore::rollback()
{
    if (m_db.inTransaction())
        (void)m_db.execute("ROLLBACK"); // fails only where the transaction is gone already
    m_db.clearError();
}

void SqliteStore::savepoint()
{
    keep(m_db.execute("SAVEPOINT job"));
}

void SqliteStore::releaseSavepoint()
{
    keep(m_db.execute("RELEASE job"));
}

void SqliteStore::rollbackToSavepoint()
{
    if (!m_db.inTransaction()) // a full disk may have ended it
        return;
    m_db.clearError();
    m_head.reset();
    keep(m_db.execute("ROLLBACK TO job; RELEASE job"));
}

void SqliteStore::keep(const base::Result<void>& result)
{
    if (!result)
        m_db.keepError(result.error());
}

void SqliteStore::expectOneRow()
{
    if (!m_db.error() && m_db.changedRows() != 1)
        m_db.keepError({ErrorCode::Internal, "a row that must be in the database is not there"});
}

// ---- identity ----

std::optional<Store::Identity> SqliteStore::identity()
{
    Query query(m_db, "SELECT network, tracker FROM identity");
    if (!query.next())
        return std::nullopt;
    Identity identity;
    query.read(identity.network);
    query.read(identity.tracker);
    return identity;
}

void SqliteStore::setIdentity(const Identity& identity)
{
    Query(m_db, "INSERT INTO identity (one, network, tracker) VALUES (1, ?, ?)", identity.network, identity.tracker).run();
}

void SqliteStore::touch()
{
    // A disk may have room for this one page, and not for a batch.
    if (const int reason = base::disk::hasRoom(m_db.folder(), 1 << 20); reason != 0)
        return m_db.keepError({ErrorCode::Io, "the disk is full, or may not grow: " + std::generic_category().message(reason)});
    Query(m_db, "UPDATE identity SET network = network").run();
}

// ---- accounts ----

Account SqliteStore::readAccount(Query& query)
{
    Account account;
    query.read(account.address);
    account.kind = readEnum<AccountKind>(query);
    query.read(account.owner);
    query.read(account.generation);
    account.open = query.get<std::string>() == "open";
    query.read(account.balance);
    query.read(account.lastEntry);
    query.read(account.openContracts);
    query.read(account.reserved);
    return account;
}

std::optional<Account> SqliteStore::account(const base::Address& address, Lock)
{
    Query query(m_db, accountByAddress, address);
    if (query.next())
        return readAccount(query);
    Query reservation(m_db, reservationByAddress, address);
    return reservation.next() ? std::optional(readAccount(reservation)) : std::nullopt;
}

std::optional<Account> SqliteStore::openAccount(const base::PublicKey& owner, AccountKind kind)
{
    Query query(m_db, accountOpen, owner, wire::enumName(kind));
    return query.next() ? std::optional(readAccount(query)) : std::nullopt;
}

std::vector<Account> SqliteStore::accountsOf(const base::PublicKey& owner)
{
    Query query(m_db, accountsByOwner, owner);
    std::vector<Account> accounts;
    while (query.next())
        accounts.push_back(readAccount(query));
    return accounts;
}

void SqliteStore::insertAccount(const Account& account)
{
    Query(m_db,
          "INSERT INTO accounts (address, kind, owner, generation, state, balance, last_entry, open_contracts, reserved)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          account.address, wire::enumName(account.kind), account.owner, account.generation, account.open ? "open" : "closed",
          account.balance, account.lastEntry, account.openContracts, account.reserved)
        .run();
}

void SqliteStore::closeAccount(const base::Address& address)
{
    Query(m_db, "UPDATE accounts SET state = 'closed' WHERE address = ?", address).run();
    expectOneRow();
}

// ---- journal ----

std::vector<Store::Head> SqliteStore::heads()
{
    // From chain to chain by the index, not through all entries.
    Query query(m_db, "WITH RECURSIVE chains (chain) AS (SELECT min(chain) FROM entries UNION ALL"
                      " SELECT (SELECT min(chain) FROM entries WHERE chain > chains.chain) FROM chains WHERE chain IS NOT NULL)"
                      " SELECT e.chain, e.number, e.hash FROM chains c JOIN entries e ON e.chain = c.chain"
                      " AND e.number = (SELECT max(number) FROM entries WHERE chain = c.chain) ORDER BY e.chain");
    std::vector<Head> heads;
    while (query.next()) {
        Head& head = heads.emplace_back();
        query.read(head.key.chain);
        query.read(head.key.number);
        query.read(head.hash);
    }
    return heads;
}

Store::Head SqliteStore::next(std::span<const base::Address>, std::int64_t after)
{
    if (!m_head) {
        m_head = Head();
        for (const Head& head : heads()) {
            if (head.key.chain == 0)
                m_head->hash = head.hash;
            m_head->key.number = std::max(m_head->key.number, head.key.number);
        }
    }
    return {{0, std::max(m_head->key.number, after) + 1}, m_head->hash};
}

void SqliteStore::append(const Entry& entry, const Document& document, const ContractRecord* contract)
{
    Query(m_db,
          "INSERT INTO entries (chain, number, time, kind, subject, memo, cause, prev_hash, hash, type, document)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          entry.chain, entry.number, entry.time, wire::enumName(entry.kind), entry.subject, entry.memo, entry.cause,
          entry.prevHash, entry.hash, document.type, Query::Blob{document.bytes})
        .run();
    if (m_head && entry.chain == 0)
        m_head = Head{entry.key(), entry.hash};
    for (const Posting& posting : entry.postings) {
        const bool reservation = contract != nullptr && posting.account == contract->account;
        Query(m_db, "INSERT INTO postings (chain, number, account, amount, reservation) VALUES (?, ?, ?, ?, ?)", entry.chain,
              entry.number, posting.account, posting.amount, reservation ? 1 : 0)
            .run();
        if (reservation)
            continue;
        if (contract != nullptr && posting.account == contract->spendAddress) {
            const int sign = entry.kind == EntryKind::ContractOpened ? 1 : -1;
            Query(m_db,
                  "UPDATE accounts SET balance = balance + ?, last_entry = ?, open_contracts = open_contracts + ?,"
                  " reserved = reserved + ? WHERE address = ? AND state = 'open'",
                  posting.amount, entry.number, sign, sign * contract->cap.value(), posting.account)
                .run();
        } else {
            Query(m_db, "UPDATE accounts SET balance = balance + ?, last_entry = ? WHERE address = ? AND state = 'open'",
                  posting.amount, entry.number, posting.account)
                .run();
        }
        expectOneRow();
    }
}

Entry SqliteStore::readEntry(Query& query)
{
    Entry entry;
    query.read(entry.chain);
    query.read(entry.number);
    query.read(entry.time);
    entry.kind = readEnum<EntryKind>(query);
    query.read(entry.subject);
    query.read(entry.memo);
    query.read(entry.cause);
    query.read(entry.prevHash);
    query.read(entry.hash);
    Query postings(m_db, "SELECT account, amount FROM postings WHERE chain = ? AND number = ? ORDER BY account", entry.chain,
                   entry.number);
    while (postings.next()) {
        Posting& posting = entry.postings.emplace_back();
        postings.read(posting.account);
        postings.read(posting.amount);
    }
    return entry;
}

std::optional<Entry> SqliteStore::entry(EntryKey key)
{
    Query query(m_db, entryByKey, key.chain, key.number);
    return query.next() ? std::optional(readEntry(query)) : std::nullopt;
}

std::optional<std::string> SqliteStore::document(EntryKey entry)
{
    Query query(m_db, "SELECT document FROM entries WHERE chain = ? AND number = ?", entry.chain, entry.number);
    return query.next() ? std::optional(query.get<std::string>()) : std::nullopt;
}

std::vector<EntryKey> SqliteStore::entriesOf(const base::Address& account, std::int64_t before, std::int64_t limit)
{
    Query query(m_db, "SELECT chain, number FROM postings WHERE account = ? AND number < ? AND reservation = 0"
                      " ORDER BY number DESC LIMIT ?",
                account, before, limit);
    std::vector<EntryKey> keys;
    while (query.next()) {
        EntryKey& key = keys.emplace_back();
        query.read(key.chain);
        query.read(key.number);
    }
    return keys;
}

// ---- everything ----

void SqliteStore::eachAccount(const std::function<bool(const Account&)>& visit)
{
    for (const std::string* sql : {&accountsAll, &reservationsAll}) {
        Query query(m_db, *sql);
        while (query.next()) {
            if (!visit(readAccount(query)))
                return;
        }
    }
}

void SqliteStore::eachEntry(const std::function<bool(const Entry&, const Document&)>& visit)
{
    Query query(m_db, heads().size() > 1 ? entriesOfChains : entriesOfOneChain);
    while (query.next()) {
        const Entry entry = readEntry(query);
        const auto type = query.get<std::string>();
        const auto bytes = query.get<std::string>();
        if (!visit(entry, {type, bytes}))
            return;
    }
}

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
    std::string settings = "PRAGMA journal_mode = WAL;";
    for (const auto& [name, value] : sqlitePragmas)
        settings += "PRAGMA " + std::string(name) + " = " + std::string(value) + ";";
    if (const auto set = (*database)->execute(settings); !set)
        return tl::unexpected(set.error());
    {
        Query mode(**database, "PRAGMA journal_mode");
        if (mode.next() && mode.get<std::string>() != (inMemory ? "memory" : "wal"))
            return fail(ErrorCode::Io, "the file system of " + file.string() + " does not allow a write-ahead log");
    }
    auto store = std::make_unique<SqliteStore>(std::move(*database));
    if (!inMemory)
        store->checkpointAside(file, options.checkpointPages);
    return store;
}

} // namespace mutoscope::ledger
