#include "p2p/ledger/postgresql_store.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "p2p/ledger/postgresql_tables.h"

namespace mutoscope::ledger
{

using base::ErrorCode;

namespace
{

/// Of chains: more trackers than that on one database wait for none.
constexpr std::int64_t maxChains = 1'024;
/// First half of the key of a chain's lock; the second is the chain.
constexpr std::int64_t chainLocks = 0x4d75;
constexpr std::int64_t pageRows = 1'000; ///< of the walks over everything

// Columns as the read functions below expect them. Statements live as long as the program, see PgDatabase.
const std::string selectAccount =
    "SELECT address, kind, owner, generation, state, balance, last_entry, open_contracts, reserved FROM accounts";
const std::string accountByAddress = selectAccount + " WHERE address = $1";
const std::string accountToKeep = accountByAddress + " FOR KEY SHARE";
const std::string accountToChange = accountByAddress + " FOR NO KEY UPDATE";
const std::string accountToClose = accountByAddress + " FOR UPDATE";
const std::string accountOpen = selectAccount + " WHERE owner = $1 AND kind = $2 AND state = 'open' AND owner IS NOT NULL";
const std::string accountsByOwner = selectAccount + " WHERE owner = $1 AND owner IS NOT NULL ORDER BY kind, generation";
const std::string accountsAfter = selectAccount + " WHERE address > $1 ORDER BY address LIMIT $2";
/// The same columns of contracts, and the id.
const std::string selectReservation =
    "SELECT coalesce(account, id), 'contract', NULL::bytea, 0::bigint, CASE state WHEN 'closed' THEN 'closed' ELSE 'open' END,"
    " CASE state WHEN 'closed' THEN 0 ELSE cap END, 0::bigint, 0::bigint, 0::bigint, id FROM contracts";
const std::string reservationByAddress =
    selectReservation + " WHERE id = $1 OR (account = $1 AND account IS NOT NULL)";
const std::string reservationsAfter = selectReservation + " WHERE id > $1 ORDER BY id LIMIT $2";

const std::string selectEntry = "SELECT chain, number, time, kind, subject, memo, cause, prev_hash, hash";
const std::string entryByKey = selectEntry + " FROM entries WHERE chain = $1 AND number = $2";
const std::string entriesWithin =
    selectEntry + ", type, document FROM entries WHERE chain = $1 AND number > $2 AND number <= $3 ORDER BY number";

} // namespace

base::Result<void> PgStore::open()
{
    if (auto connected = m_db.connect(); !connected)
        return connected;
    return migrate();
}

// ---- transactions ----

base::Result<void> PgStore::begin(Access access)
{
    m_db.clearError();
    m_raced = false;
    m_lastEntries.clear();
    if (!m_db.isConnected()) {
        m_committed.reset(); // another session may have continued the chain
        if (auto connected = m_db.connect(); !connected)
            return connected;
    }
    m_head = m_committed;
    m_writing = access == Access::Write;
    control(m_writing ? "BEGIN ISOLATION LEVEL READ COMMITTED" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    m_inTransaction = true;
    return {};
}

base::Result<void> PgStore::commit()
{
    if (!m_db.error()) {
        control("COMMIT");
        m_db.flush();
        if (!m_db.error() && m_db.lastTag() != "COMMIT")
            m_db.keepError({ErrorCode::Io, "the database has taken the transaction back"});
    }
    if (const auto failed = m_db.error()) {
        rollback();
        return tl::unexpected(*failed);
    }
    m_inTransaction = false;
    m_committed = m_head;
    return {};
}

void PgStore::rollback()
{
    m_raced = m_db.raced();
    m_db.clearError();
    if (m_inTransaction && m_db.isConnected()) {
        m_db.flush(); // changes on their way may still fail
        m_raced = m_raced || m_db.raced();
        m_db.clearError();
        control("ROLLBACK");
        m_db.flush();
        m_db.clearError();
    }
    m_inTransaction = false;
    m_head = m_committed;
}

void PgStore::savepoint()
{
    m_saved = m_head;
    control("SAVEPOINT job");
}

void PgStore::releaseSavepoint()
{
    control("RELEASE job");
}

void PgStore::rollbackToSavepoint()
{
    if (!m_db.isConnected()) {
        m_inTransaction = false;
        return;
    }
    if (m_db.raced()) // all of it, as the others wait for its rows
        return;
    m_db.clearError();
    m_head = m_saved;
    m_lastEntries.clear();
    control("ROLLBACK TO job");
    control("RELEASE job");
    m_db.flush();
}

void PgStore::pause(int attempt)
{
    const auto random = m_random->make<base::FixedBytes<struct PauseTag, 2>>();
    const int share = random.data()[0] << 8 | random.data()[1];
    const int most = 1'000 << std::min(attempt, 8); // µs: 2 ms … 256 ms
    std::this_thread::sleep_for(std::chrono::microseconds(static_cast<std::int64_t>(most) * share >> 16));
}

// ---- identity ----

std::optional<Store::Identity> PgStore::identity()
{
    PgQuery query(m_db, "SELECT network, tracker FROM identity");
    if (!query.next())
        return std::nullopt;
    Identity identity;
    query.read(identity.network);
    query.read(identity.tracker);
    return identity;
}

void PgStore::setIdentity(const Identity& identity)
{
    change("INSERT INTO identity (one, network, tracker) VALUES (true, $1, $2)", identity.network, identity.tracker);
}

void PgStore::touch()
{
    change("UPDATE identity SET network = network");
}

// ---- accounts ----

Account PgStore::readAccount(PgQuery& query)
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

std::optional<Account> PgStore::account(const base::Address& address, Lock lock)
{
    const std::string* sql = &accountByAddress;
    if (m_writing) {
        switch (lock) {
        case Lock::None:
            break;
        case Lock::Keep:
            sql = &accountToKeep;
            break;
        case Lock::Change:
            sql = &accountToChange;
            break;
        case Lock::Close:
            sql = &accountToClose;
            break;
        }
    }
    PgQuery query(m_db, *sql, address);
    if (query.next()) {
        const Account account = readAccount(query);
        if (lock == Lock::Change || lock == Lock::Close)
            m_lastEntries[address] = account.lastEntry;
        return account;
    }
    PgQuery reservation(m_db, reservationByAddress, address);
    return reservation.next() ? std::optional(readAccount(reservation)) : std::nullopt;
}

std::optional<Account> PgStore::openAccount(const base::PublicKey& owner, AccountKind kind)
{
    PgQuery query(m_db, accountOpen, owner, wire::enumName(kind));
    return query.next() ? std::optional(readAccount(query)) : std::nullopt;
}

std::vector<Account> PgStore::accountsOf(const base::PublicKey& owner)
{
    PgQuery query(m_db, accountsByOwner, owner);
    std::vector<Account> accounts;
    while (query.next())
        accounts.push_back(readAccount(query));
    return accounts;
}

void PgStore::insertAccount(const Account& account)
{
    change("INSERT INTO accounts (address, kind, owner, generation, state, balance, last_entry, open_contracts, reserved)"
           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
           account.address, wire::enumName(account.kind), account.owner, account.generation,
           account.open ? "open" : "closed", account.balance, account.lastEntry, account.openContracts, account.reserved);
    m_lastEntries[account.address] = account.lastEntry;
}

void PgStore::closeAccount(const base::Address& address)
{
    changeOneRow("UPDATE accounts SET state = 'closed' WHERE address = $1", address);
}

// ---- journal ----

std::vector<Store::Head> PgStore::heads()
{
    // From chain to chain by the index, not through all entries.
    PgQuery query(m_db, "WITH RECURSIVE chains (chain) AS (SELECT min(chain) FROM entries UNION ALL"
                        " SELECT (SELECT min(e.chain) FROM entries e WHERE e.chain > c.chain) FROM chains c"
                        " WHERE c.chain IS NOT NULL)"
                        " SELECT e.chain, e.number, e.hash FROM chains c JOIN entries e ON e.chain = c.chain"
                        " AND e.number = (SELECT max(l.number) FROM entries l WHERE l.chain = c.chain) ORDER BY e.chain");
    std::vector<Head> heads;
    while (query.next()) {
        Head& head = heads.emplace_back();
        query.read(head.key.chain);
        query.read(head.key.number);
        query.read(head.hash);
    }
    return heads;
}

void PgStore::claimChain()
{
    for (std::int64_t chain = 0; chain < maxChains; ++chain) {
        // Until the session ends, so until no transaction of its own can follow.
        PgQuery claim(m_db, "SELECT pg_try_advisory_lock($1::bigint)", chainLocks << 32 | chain);
        if (!claim.next())
            return;
        if (!claim.get<bool>())
            continue;
        m_head = Head{{chain, 0}, chainStart(chain)};
        PgQuery last(m_db, "SELECT number, hash FROM entries WHERE chain = $1 ORDER BY number DESC LIMIT 1", chain);
        if (last.next()) {
            last.read(m_head->key.number);
            last.read(m_head->hash);
        }
        m_committed = m_saved = m_head;
        return;
    }
    m_db.keepError({ErrorCode::Unavailable, "too many trackers write to the database"});
}

Store::Head PgStore::next(std::span<const base::Address> touched, std::int64_t after)
{
    if (!m_head)
        claimChain();
    std::int64_t number = std::max(m_head ? m_head->key.number : 0, after);
    std::vector<base::Address> unknown;
    for (const base::Address& address : touched) {
        if (!m_lastEntries.contains(address))
            unknown.push_back(address);
    }
    // By address, so that those who lock the same two never wait for each other in a circle.
    std::ranges::sort(unknown);
    for (std::size_t i = 0; i < unknown.size(); i += 2) {
        PgQuery query(m_db, "SELECT address, last_entry FROM accounts WHERE address IN ($1, $2) ORDER BY address"
                            " FOR NO KEY UPDATE",
                      unknown[i], unknown[std::min(i + 1, unknown.size() - 1)]);
        while (query.next()) {
            const auto address = query.get<base::Address>();
            m_lastEntries[address] = query.get<std::int64_t>();
        }
    }
    for (const base::Address& address : touched) {
        if (const auto last = m_lastEntries.find(address); last != m_lastEntries.end())
            number = std::max(number, last->second);
    }
    return m_head ? Head{{m_head->key.chain, number + 1}, m_head->hash} : Head();
}

void PgStore::append(const Entry& entry, const Document& document, const ContractRecord* contract)
{
    change("INSERT INTO entries (chain, number, time, kind, subject, memo, cause, prev_hash, hash, type, document)"
           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
           entry.chain, entry.number, entry.time, wire::enumName(entry.kind), entry.subject, entry.memo, entry.cause,
           entry.prevHash, entry.hash, document.type, document.bytes);
    if (m_head && entry.chain == m_head->key.chain)
        m_head = Head{entry.key(), entry.hash};
    for (const Posting& posting : entry.postings) {
        const bool reservation = contract != nullptr && posting.account == contract->account;
        change("INSERT INTO postings (chain, number, account, amount, reservation) VALUES ($1, $2, $3, $4, $5)", entry.chain,
               entry.number, posting.account, posting.amount, reservation);
        if (reservation)
            continue;
        m_lastEntries[posting.account] = entry.number;
        if (contract != nullptr && posting.account == contract->spendAddress) {
            const int sign = entry.kind == EntryKind::ContractOpened ? 1 : -1;
            changeOneRow("UPDATE accounts SET balance = balance + $1, last_entry = $2, open_contracts = open_contracts + $3,"
                         " reserved = reserved + $4 WHERE address = $5 AND state = 'open'",
                         posting.amount, entry.number, sign, sign * contract->cap.value(), posting.account);
        } else {
            changeOneRow("UPDATE accounts SET balance = balance + $1, last_entry = $2 WHERE address = $3 AND state = 'open'",
                         posting.amount, entry.number, posting.account);
        }
    }
}

Entry PgStore::readEntry(PgQuery& query)
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
    return entry;
}

void PgStore::readPostings(std::span<Entry> entries)
{
    if (entries.empty())
        return;
    PgQuery query(m_db, "SELECT number, account, amount FROM postings WHERE chain = $1 AND number >= $2 AND number <= $3"
                        " ORDER BY number, account",
                  entries.front().chain, entries.front().number, entries.back().number);
    auto entry = entries.begin();
    while (query.next()) {
        const auto number = query.get<std::int64_t>();
        entry = std::find_if(entry, entries.end(), [&](const Entry& each) { return each.number == number; });
        if (entry == entries.end())
            return m_db.keepError({ErrorCode::Io, "there are postings without their entry"});
        Posting& posting = entry->postings.emplace_back();
        query.read(posting.account);
        query.read(posting.amount);
    }
}

std::optional<Entry> PgStore::entry(EntryKey key)
{
    std::vector<Entry> entries;
    {
        PgQuery query(m_db, entryByKey, key.chain, key.number);
        if (query.next())
            entries.push_back(readEntry(query));
    }
    readPostings(entries);
    return entries.empty() ? std::nullopt : std::optional(std::move(entries.front()));
}

std::optional<std::string> PgStore::document(EntryKey entry)
{
    PgQuery query(m_db, "SELECT document FROM entries WHERE chain = $1 AND number = $2", entry.chain, entry.number);
    return query.next() ? std::optional(query.get<std::string>()) : std::nullopt;
}

std::vector<EntryKey> PgStore::entriesOf(const base::Address& account, std::int64_t before, std::int64_t limit)
{
    PgQuery query(m_db, "SELECT chain, number FROM postings WHERE account = $1 AND number < $2 AND NOT reservation"
                        " ORDER BY number DESC LIMIT $3",
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

void PgStore::eachAccount(const std::function<bool(const Account&)>& visit)
{
    for (const bool contracts : {false, true}) {
        std::string after;
        for (std::int64_t rows = pageRows; rows == pageRows;) {
            PgQuery query(m_db, contracts ? reservationsAfter : accountsAfter, PgQuery::Blob{after}, pageRows);
            for (rows = 0; query.next(); ++rows) {
                const Account account = readAccount(query);
                after = contracts ? query.get<std::string>() : std::string(account.address.raw());
                if (!visit(account))
                    return;
            }
        }
    }
}

void PgStore::eachEntry(const std::function<bool(const Entry&, const Document&)>& visit)
{
    struct Row {
        Entry entry;
        std::string type;
        std::string document;
    };
    const auto ends = heads();
    std::int64_t last = 0;
    for (const Head& end : ends)
        last = std::max(last, end.key.number);
    for (std::int64_t after = 0; after < last; after += pageRows) {
        std::vector<Row> rows;
        for (const Head& end : ends) {
            std::vector<Entry> entries;
            const std::size_t first = rows.size();
            PgQuery query(m_db, entriesWithin, end.key.chain, after, after + pageRows);
            while (query.next()) {
                entries.push_back(readEntry(query));
                Row& row = rows.emplace_back();
                query.read(row.type);
                query.read(row.document);
            }
            readPostings(entries);
            for (std::size_t i = 0; i < entries.size(); ++i)
                rows[first + i].entry = std::move(entries[i]);
        }
        std::ranges::sort(rows, {}, [](const Row& row) { return std::pair(row.entry.number, row.entry.chain); });
        for (const Row& row : rows) {
            if (!visit(row.entry, {row.type, row.document}))
                return;
        }
    }
}

base::Result<std::unique_ptr<Store>> openPostgresql(const std::string& url, std::unique_ptr<crypto::Random> random)
{
    auto store = std::make_unique<PgStore>(url, std::move(random));
    if (const auto opened = store->open(); !opened)
        return tl::unexpected(opened.error());
    return store;
}

} // namespace mutoscope::ledger
