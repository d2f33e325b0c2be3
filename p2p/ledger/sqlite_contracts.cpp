#include "p2p/ledger/sqlite_tables.h"

namespace mutoscope::ledger
{

namespace
{

// Columns as the read functions below expect them. Statements live as long as the program, see SqliteDatabase.
const std::string selectContract =
    "SELECT id, state, account, opened_chain, opened_number, content, seeder, income_address, viewer, spend_address, price,"
    " cap, opened, serve_until, close_until, settles, best_receipt, best_payload, best_seq, best_bytes, best_amount, paid,"
    " returned, closed, paying_tracker, income_tracker, promise FROM contracts";
const std::string contractById = selectContract + " WHERE id = ?";
const std::string contractsDue = selectContract + " WHERE state <> 'closed' AND due <= ? ORDER BY due LIMIT ?";
const std::string contractsRuledElsewhere =
    selectContract + " WHERE paying_tracker IS NOT NULL AND state <> 'closed' AND paying_tracker = ?"
                     " AND (promise IS NULL OR state = 'closing' OR close_until <= ?) ORDER BY opened LIMIT ?";
const std::string contractsAll = selectContract + " ORDER BY opened, id";

const std::string answersAll =
    "SELECT r.node, r.key, r.id, r.chain, r.number, r.document, r.time, r.status, r.answer, coalesce(r.document, e.document)"
    " FROM requests r LEFT JOIN entries e ON e.chain = r.chain AND e.number = r.number ORDER BY r.node, r.key";

const std::string selectOffer = "SELECT content, seeder, announced, expires, signed_expires, bytes FROM offers";
const std::string offerByKey = selectOffer + " WHERE content = ? AND seeder = ?";
const std::string offersValid = selectOffer + " WHERE content = ? AND expires > ? ORDER BY announced DESC, seeder LIMIT ?";

Query::Blob blob(std::string_view bytes)
{
    return {bytes};
}

StoredOffer readOffer(Query& query)
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

StoredAnswer readAnswer(Query& query)
{
    StoredAnswer answer;
    query.read(answer.id);
    const auto chain = query.get<std::optional<std::int64_t>>();
    const auto number = query.get<std::optional<std::int64_t>>();
    if (chain && number)
        answer.entry = EntryKey{*chain, *number};
    query.read(answer.document);
    query.read(answer.time);
    query.read(answer.status);
    query.read(answer.answer);
    return answer;
}

} // namespace

// ---- contracts ----

ContractRecord SqliteStore::readContract(Query& query)
{
    ContractRecord c;
    query.read(c.id);
    c.state = readEnum<wire::ContractState>(query);
    const auto account = query.get<std::optional<base::Address>>();
    c.account = account.value_or(base::Address::fromRaw(c.id.raw()));
    query.read(c.openedBy.chain);
    query.read(c.openedBy.number);
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
    query.read(c.payingTracker);
    query.read(c.incomeTracker);
    query.read(c.promise);
    return c;
}

std::optional<ContractRecord> SqliteStore::contract(const base::ContractId& id, Lock)
{
    Query query(m_db, contractById, id);
    return query.next() ? std::optional(readContract(query)) : std::nullopt;
}

void SqliteStore::insertContract(const ContractRecord& c)
{
    const bool atId = c.account.raw() == c.id.raw();
    Query(m_db,
          "INSERT INTO contracts (id, state, account, opened_chain, opened_number, content, seeder, income_address, viewer,"
          " spend_address, price, cap, opened, serve_until, close_until, due, paying_tracker, income_tracker)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          c.id, wire::enumName(c.state), atId ? std::nullopt : std::optional(c.account), c.openedBy.chain, c.openedBy.number,
          c.content, c.seeder, c.incomeAddress, c.viewer, c.spendAddress, c.pricePerMiB, c.cap, c.opened, c.serveUntil,
          c.closeUntil, c.due(), c.payingTracker, c.incomeTracker)
        .run();
}

void SqliteStore::updateContract(const ContractRecord& c)
{
    const ContractRecord::Best best = c.best.value_or(ContractRecord::Best{});
    const bool keepReceipt = c.best && !best.receipt.empty();
    Query(m_db,
          "UPDATE contracts SET state = ?, settles = ?, due = ?, best_receipt = ?, best_payload = ?, best_seq = ?,"
          " best_bytes = ?, best_amount = ?, paid = ?, returned = ?, closed = ?, promise = ? WHERE id = ?",
          wire::enumName(c.state), c.settles, c.due(), keepReceipt ? std::optional(blob(best.receipt)) : std::nullopt,
          c.best ? std::optional(best.payload) : std::nullopt, best.seq, best.bytes, best.amount, c.paid, c.returned,
          c.closed, c.promise ? std::optional(blob(*c.promise)) : std::nullopt, c.id)
        .run();
    expectOneRow();
}

std::int64_t SqliteStore::openContractsOn(const base::Address& incomeAddress, base::UnixMs now)
{
    Query query(m_db, "SELECT count(*) FROM contracts WHERE income_address = ? AND state <> 'closed'"
                      " AND (paying_tracker IS NULL OR close_until > ?)",
                incomeAddress, now);
    return query.next() ? query.get<std::int64_t>() : 0;
}

std::vector<ContractRecord> SqliteStore::dueContracts(base::UnixMs now, std::int64_t limit)
{
    Query query(m_db, contractsDue, now, limit);
    std::vector<ContractRecord> contracts;
    while (query.next())
        contracts.push_back(readContract(query));
    return contracts;
}

std::optional<base::UnixMs> SqliteStore::nextDue()
{
    Query query(m_db, "SELECT min(due) FROM (SELECT min(due) AS due FROM contracts WHERE state <> 'closed'"
                      " UNION ALL SELECT min(expires) FROM offers)");
    std::optional<base::UnixMs> due;
    if (query.next())
        query.read(due);
    return due;
}

void SqliteStore::eachContract(const std::function<bool(const ContractRecord&)>& visit)
{
    Query query(m_db, contractsAll);
    while (query.next() && visit(readContract(query))) {
    }
}

Store::Totals SqliteStore::totals()
{
    Totals totals;
    Query open(m_db, "SELECT count(*), coalesce(sum(cap), 0) FROM contracts WHERE state <> 'closed'");
    if (open.next()) {
        open.read(totals.openContracts);
        open.read(totals.reserved);
    }
    Query issued(m_db, "SELECT coalesce(-sum(balance), 0) FROM accounts WHERE kind = 'issuance'");
    if (issued.next())
        issued.read(totals.issued);
    return totals;
}

// ---- other trackers ----

std::vector<ContractRecord> SqliteStore::contractsElsewhere(const base::PublicKey& payingTracker, base::UnixMs now,
                                                            std::int64_t limit)
{
    Query query(m_db, contractsRuledElsewhere, payingTracker, now, limit);
    std::vector<ContractRecord> contracts;
    while (query.next())
        contracts.push_back(readContract(query));
    return contracts;
}

void SqliteStore::insertSettlement(const StoredSettlement& s)
{
    Query(m_db, "INSERT INTO settlements (id, tracker, document, taken) VALUES (?, ?, ?, 0)", s.id, s.tracker,
          blob(s.document))
        .run();
}

std::vector<StoredSettlement> SqliteStore::untoldSettlements(std::int64_t limit)
{
    Query query(m_db, "SELECT id, tracker, document FROM settlements WHERE taken = 0 ORDER BY id LIMIT ?", limit);
    std::vector<StoredSettlement> settlements;
    while (query.next()) {
        StoredSettlement& s = settlements.emplace_back();
        query.read(s.id);
        query.read(s.tracker);
        query.read(s.document);
    }
    return settlements;
}

void SqliteStore::settlementTold(const base::Sha256& id)
{
    Query(m_db, "UPDATE settlements SET taken = 1 WHERE id = ?", id).run();
}

// ---- requests ----

std::optional<StoredAnswer> SqliteStore::answer(const RequestKey& request)
{
    Query query(m_db, "SELECT id, chain, number, document, time, status, answer FROM requests WHERE node = ? AND key = ?",
                request.node, blob(request.raw()));
    return query.next() ? std::optional(readAnswer(query)) : std::nullopt;
}

void SqliteStore::eachAnswer(
    const std::function<bool(const RequestKey&, const StoredAnswer&, const std::string& request)>& visit)
{
    Query query(m_db, answersAll);
    while (query.next()) {
        RequestKey key;
        query.read(key.node);
        const auto raw = query.get<std::string>();
        if (raw.size() == base::Nonce::size)
            key.nonce = base::Nonce::fromRaw(raw);
        const StoredAnswer answer = readAnswer(query);
        key.id = answer.id;
        if (!visit(key, answer, query.get<std::string>()))
            return;
    }
}

void SqliteStore::insertAnswer(const RequestKey& request, const StoredAnswer& a)
{
    Query(m_db,
          "INSERT INTO requests (node, key, id, chain, number, document, time, status, answer)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          request.node, blob(request.raw()), a.id, a.entry ? std::optional(a.entry->chain) : std::nullopt,
          a.entry ? std::optional(a.entry->number) : std::nullopt,
          a.entry ? std::nullopt : std::optional(blob(a.document)), a.time, a.status, blob(a.answer))
        .run();
}

// ---- evidence ----

bool SqliteStore::hasEvidence(std::string_view kind, std::string_view subject)
{
    return Query(m_db, "SELECT 1 FROM evidence WHERE kind = ? AND subject = ?", kind, blob(subject)).next();
}

void SqliteStore::insertEvidence(const Evidence& evidence, base::UnixMs time)
{
    Query(m_db,
          "INSERT INTO evidence (kind, subject, first, second, time) VALUES (?, ?, ?, ?, ?)"
          " ON CONFLICT (kind, subject) DO NOTHING",
          evidence.kind, blob(evidence.subject), blob(evidence.first), blob(evidence.second), time)
        .run();
}

std::vector<Store::Evidence> SqliteStore::evidence()
{
    Query query(m_db, "SELECT kind, subject, first, second, time FROM evidence ORDER BY time");
    std::vector<Evidence> rows;
    while (query.next()) {
        Evidence& row = rows.emplace_back();
        query.read(row.kind);
        query.read(row.subject);
        query.read(row.first);
        query.read(row.second);
        query.read(row.time);
    }
    return rows;
}

// ---- offers ----

std::optional<StoredOffer> SqliteStore::offer(const base::ContentId& content, const base::PublicKey& seeder)
{
    Query query(m_db, offerByKey, content, seeder);
    return query.next() ? std::optional(readOffer(query)) : std::nullopt;
}

void SqliteStore::putOffer(const StoredOffer& o)
{
    Query(m_db,
          "INSERT INTO offers (content, seeder, announced, expires, signed_expires, bytes, price) VALUES (?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (content, seeder) DO UPDATE SET announced = excluded.announced, expires = excluded.expires,"
          " signed_expires = excluded.signed_expires, bytes = excluded.bytes, price = excluded.price",
          o.content, o.seeder, o.announced, o.expires, o.signedExpires, blob(o.bytes), o.pricePerMiB)
        .run();
}

std::vector<StoredOffer> SqliteStore::offers(const base::ContentId& content, base::UnixMs now, std::int64_t limit)
{
    Query query(m_db, offersValid, content, now, limit);
    std::vector<StoredOffer> offers;
    while (query.next())
        offers.push_back(readOffer(query));
    return offers;
}

std::int64_t SqliteStore::offersOf(const base::PublicKey& seeder)
{
    Query query(m_db, "SELECT count(*) FROM offers WHERE seeder = ?", seeder);
    return query.next() ? query.get<std::int64_t>() : 0;
}

std::int64_t SqliteStore::offersFor(const base::ContentId& content)
{
    Query query(m_db, "SELECT count(*) FROM offers WHERE content = ?", content);
    return query.next() ? query.get<std::int64_t>() : 0;
}

void SqliteStore::dropOffers(base::UnixMs expiredAt)
{
    Query(m_db, "DELETE FROM offers WHERE expires <= ?", expiredAt).run();
}

} // namespace mutoscope::ledger
