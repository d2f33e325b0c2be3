#include "p2p/ledger/postgresql_tables.h"

namespace mutoscope::ledger
{

namespace
{

// Columns as the read functions below expect them. Statements live as long as the program, see PgDatabase.
const std::string selectContract =
    "SELECT id, state, account, opened_chain, opened_number, content, seeder, income_address, viewer, spend_address, price,"
    " cap, opened, serve_until, close_until, settles, best_receipt, best_payload, best_seq, best_bytes, best_amount, paid,"
    " returned, closed, paying_tracker, income_tracker, promise FROM contracts";
const std::string contractById = selectContract + " WHERE id = $1";
const std::string contractToChange = contractById + " FOR NO KEY UPDATE";
const std::string contractsDue =
    selectContract + " WHERE state <> 'closed' AND due <= $1 ORDER BY due LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED";
const std::string contractsRuledElsewhere =
    selectContract + " WHERE paying_tracker IS NOT NULL AND state <> 'closed' AND paying_tracker = $1"
                     " AND (promise IS NULL OR state = 'closing' OR close_until <= $2) ORDER BY opened LIMIT $3";
const std::string contractsAfter = selectContract + " WHERE id > $1 ORDER BY id LIMIT $2";
constexpr std::int64_t pageRows = 1'000;

const std::string answersAfter =
    "SELECT r.id, r.chain, r.number, r.document, r.time, r.status, r.answer, r.node, r.key, coalesce(r.document, e.document)"
    " FROM requests r LEFT JOIN entries e ON e.chain = r.chain AND e.number = r.number WHERE (r.node, r.key) > ($1, $2)"
    " ORDER BY r.node, r.key LIMIT $3";

const std::string selectOffer = "SELECT content, seeder, announced, expires, signed_expires, bytes FROM offers";
const std::string offerByKey = selectOffer + " WHERE content = $1 AND seeder = $2";
const std::string offersValid = selectOffer + " WHERE content = $1 AND expires > $2 ORDER BY announced DESC, seeder LIMIT $3";

PgQuery::Blob blob(std::string_view bytes)
{
    return {bytes};
}

StoredOffer readOffer(PgQuery& query)
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

StoredAnswer readAnswer(PgQuery& query)
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

ContractRecord PgStore::readContract(PgQuery& query)
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

std::optional<ContractRecord> PgStore::contract(const base::ContractId& id, Lock lock)
{
    PgQuery query(m_db, m_writing && lock != Lock::None ? contractToChange : contractById, id);
    return query.next() ? std::optional(readContract(query)) : std::nullopt;
}

void PgStore::insertContract(const ContractRecord& c)
{
    const bool atId = c.account.raw() == c.id.raw();
    change("INSERT INTO contracts (id, state, account, opened_chain, opened_number, content, seeder, income_address, viewer,"
           " spend_address, price, cap, opened, serve_until, close_until, due, paying_tracker, income_tracker)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
          c.id, wire::enumName(c.state), atId ? std::nullopt : std::optional(c.account), c.openedBy.chain, c.openedBy.number,
          c.content, c.seeder, c.incomeAddress, c.viewer, c.spendAddress, c.pricePerMiB, c.cap, c.opened, c.serveUntil,
          c.closeUntil, c.due(), c.payingTracker, c.incomeTracker);
}

void PgStore::updateContract(const ContractRecord& c)
{
    const ContractRecord::Best best = c.best.value_or(ContractRecord::Best{});
    const bool keepReceipt = c.best && !best.receipt.empty();
    changeOneRow("UPDATE contracts SET state = $1, settles = $2, due = $3, best_receipt = $4, best_payload = $5, best_seq = $6,"
          " best_bytes = $7, best_amount = $8, paid = $9, returned = $10, closed = $11, promise = $12 WHERE id = $13",
          wire::enumName(c.state), c.settles, c.due(), keepReceipt ? std::optional(blob(best.receipt)) : std::nullopt,
          c.best ? std::optional(best.payload) : std::nullopt, best.seq, best.bytes, best.amount, c.paid, c.returned,
          c.closed, c.promise ? std::optional(blob(*c.promise)) : std::nullopt, c.id);
}

std::int64_t PgStore::openContractsOn(const base::Address& incomeAddress, base::UnixMs now)
{
    PgQuery query(m_db, "SELECT count(*) FROM contracts WHERE income_address = $1 AND state <> 'closed'"
                        " AND (paying_tracker IS NULL OR close_until > $2)",
                  incomeAddress, now);
    return query.next() ? query.get<std::int64_t>() : 0;
}

std::vector<ContractRecord> PgStore::dueContracts(base::UnixMs now, std::int64_t limit)
{
    PgQuery query(m_db, contractsDue, now, limit);
    std::vector<ContractRecord> contracts;
    while (query.next())
        contracts.push_back(readContract(query));
    return contracts;
}

std::optional<base::UnixMs> PgStore::nextDue()
{
    PgQuery query(m_db, "SELECT min(due) FROM (SELECT min(due) AS due FROM contracts WHERE state <> 'closed'"
                      " UNION ALL SELECT min(expires) FROM offers) AS times");
    std::optional<base::UnixMs> due;
    if (query.next())
        query.read(due);
    return due;
}

void PgStore::eachContract(const std::function<bool(const ContractRecord&)>& visit)
{
    std::string after;
    for (std::int64_t rows = pageRows; rows == pageRows;) {
        PgQuery query(m_db, contractsAfter, blob(after), pageRows);
        for (rows = 0; query.next(); ++rows) {
            const ContractRecord contract = readContract(query);
            after = contract.id.raw();
            if (!visit(contract))
                return;
        }
    }
}

Store::Totals PgStore::totals()
{
    Totals totals;
    {
        PgQuery open(m_db, "SELECT count(*), coalesce(sum(cap), 0)::bigint FROM contracts WHERE state <> 'closed'");
        if (open.next()) {
            open.read(totals.openContracts);
            open.read(totals.reserved);
        }
    }
    PgQuery issued(m_db, "SELECT coalesce(-sum(balance), 0)::bigint FROM accounts WHERE kind = 'issuance'");
    if (issued.next())
        issued.read(totals.issued);
    return totals;
}

// ---- other trackers ----

std::vector<ContractRecord> PgStore::contractsElsewhere(const base::PublicKey& payingTracker, base::UnixMs now,
                                                            std::int64_t limit)
{
    PgQuery query(m_db, contractsRuledElsewhere, payingTracker, now, limit);
    std::vector<ContractRecord> contracts;
    while (query.next())
        contracts.push_back(readContract(query));
    return contracts;
}

void PgStore::insertSettlement(const StoredSettlement& s)
{
    change("INSERT INTO settlements (id, tracker, document, taken) VALUES ($1, $2, $3, false)", s.id, s.tracker,
           blob(s.document));
}

std::vector<StoredSettlement> PgStore::untoldSettlements(std::int64_t limit)
{
    PgQuery query(m_db, "SELECT id, tracker, document FROM settlements WHERE NOT taken ORDER BY id LIMIT $1", limit);
    std::vector<StoredSettlement> settlements;
    while (query.next()) {
        StoredSettlement& s = settlements.emplace_back();
        query.read(s.id);
        query.read(s.tracker);
        query.read(s.document);
    }
    return settlements;
}

void PgStore::settlementTold(const base::Sha256& id)
{
    change("UPDATE settlements SET taken = true WHERE id = $1", id);
}

// ---- requests ----

std::optional<StoredAnswer> PgStore::answer(const RequestKey& request)
{
    if (m_writing) {
        // Two processes may be asked the same at the same time: the second sees what the first has answered.
        std::int64_t lock = 0;
        for (std::size_t i = 0; i < 8; ++i)
            lock = lock << 8 | static_cast<std::uint8_t>(request.node.raw()[i] ^ request.raw()[i]);
        control("SELECT pg_advisory_xact_lock($1)", lock);
    }
    PgQuery query(m_db, "SELECT id, chain, number, document, time, status, answer FROM requests WHERE node = $1 AND key = $2",
                request.node, blob(request.raw()));
    return query.next() ? std::optional(readAnswer(query)) : std::nullopt;
}

void PgStore::eachAnswer(
    const std::function<bool(const RequestKey&, const StoredAnswer&, const std::string& request)>& visit)
{
    RequestKey key;
    std::string after;
    for (std::int64_t rows = pageRows; rows == pageRows;) {
        PgQuery query(m_db, answersAfter, key.node, blob(after), pageRows);
        for (rows = 0; query.next(); ++rows) {
            const StoredAnswer answer = readAnswer(query);
            query.read(key.node);
            after = query.get<std::string>();
            key.nonce = after.size() == base::Nonce::size ? std::optional(base::Nonce::fromRaw(after)) : std::nullopt;
            key.id = answer.id;
            if (!visit(key, answer, query.get<std::string>()))
                return;
        }
    }
}

void PgStore::insertAnswer(const RequestKey& request, const StoredAnswer& a)
{
    change("INSERT INTO requests (node, key, id, chain, number, document, time, status, answer)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
          request.node, blob(request.raw()), a.id, a.entry ? std::optional(a.entry->chain) : std::nullopt,
          a.entry ? std::optional(a.entry->number) : std::nullopt,
          a.entry ? std::nullopt : std::optional(blob(a.document)), a.time, a.status, blob(a.answer));
}

// ---- evidence ----

bool PgStore::hasEvidence(std::string_view kind, std::string_view subject)
{
    return PgQuery(m_db, "SELECT 1 FROM evidence WHERE kind = $1 AND subject = $2", kind, blob(subject)).next();
}

void PgStore::insertEvidence(const Evidence& evidence, base::UnixMs time)
{
    change("INSERT INTO evidence (kind, subject, first, second, time) VALUES ($1, $2, $3, $4, $5)"
          " ON CONFLICT (kind, subject) DO NOTHING",
          evidence.kind, blob(evidence.subject), blob(evidence.first), blob(evidence.second), time);
}

std::vector<Store::Evidence> PgStore::evidence()
{
    PgQuery query(m_db, "SELECT kind, subject, first, second, time FROM evidence ORDER BY time");
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

std::optional<StoredOffer> PgStore::offer(const base::ContentId& content, const base::PublicKey& seeder)
{
    PgQuery query(m_db, offerByKey, content, seeder);
    return query.next() ? std::optional(readOffer(query)) : std::nullopt;
}

void PgStore::putOffer(const StoredOffer& o)
{
    change("INSERT INTO offers (content, seeder, announced, expires, signed_expires, bytes, price) VALUES ($1, $2, $3, $4, $5, $6, $7)"
          " ON CONFLICT (content, seeder) DO UPDATE SET announced = excluded.announced, expires = excluded.expires,"
          " signed_expires = excluded.signed_expires, bytes = excluded.bytes, price = excluded.price",
          o.content, o.seeder, o.announced, o.expires, o.signedExpires, blob(o.bytes), o.pricePerMiB);
}

std::vector<StoredOffer> PgStore::offers(const base::ContentId& content, base::UnixMs now, std::int64_t limit)
{
    PgQuery query(m_db, offersValid, content, now, limit);
    std::vector<StoredOffer> offers;
    while (query.next())
        offers.push_back(readOffer(query));
    return offers;
}

std::int64_t PgStore::offersOf(const base::PublicKey& seeder)
{
    PgQuery query(m_db, "SELECT count(*) FROM offers WHERE seeder = $1", seeder);
    return query.next() ? query.get<std::int64_t>() : 0;
}

std::int64_t PgStore::offersFor(const base::ContentId& content)
{
    PgQuery query(m_db, "SELECT count(*) FROM offers WHERE content = $1", content);
    return query.next() ? query.get<std::int64_t>() : 0;
}

void PgStore::dropOffers(base::UnixMs expiredAt)
{
    change("DELETE FROM offers WHERE expires <= $1", expiredAt);
}

} // namespace mutoscope::ledger
