#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include "p2p/ledger/audit.h"
#include "tests/unit/tracker/full_ledger.h"

using namespace mutoscope;
using namespace mutoscope::test;
using ledger::Auditor;
using ledger::Entry;
using ledger::EntryKind;
using ledger::StoredDocument;

namespace
{

constexpr std::chrono::milliseconds grace{30'000};

struct Row {
    Entry entry;
    StoredDocument cause;
};

/// The journal in memory, where a liar with the database at hand may change it.
struct Journal {
    explicit Journal(World& world)
    {
        (void)world.ledger->read([&](ledger::Ledger& l) -> base::Result<void> {
            l.store().eachEntry([&](const Entry& entry, const ledger::Document& cause) {
                rows.push_back({entry, {std::string(cause.type), std::string(cause.bytes)}});
                return true;
            });
            return {};
        });
    }
    /// The nth entry of a kind, from 0.
    Row& of(EntryKind kind, int nth = 0)
    {
        for (Row& row : rows) {
            if (row.entry.kind == kind && nth-- == 0)
                return row;
        }
        qFatal("no such entry");
    }
    void setDocument(Row& row, std::string bytes)
    {
        row.cause.bytes = std::move(bytes);
        row.entry.cause = crypto::sha256(row.cause.bytes);
    }
    /// What covers up every trace but signatures: all hashes anew.
    void rehash()
    {
        base::Sha256 last;
        std::int64_t number = 0;
        for (Row& row : rows) {
            row.entry.number = ++number;
            row.entry.prevHash = last;
            last = row.entry.hash = hashOf(row.entry);
        }
    }
    void move(Row& row, std::int64_t by)
    {
        row.entry.postings[0].amount += Tokens(by);
        row.entry.postings[1].amount -= Tokens(by);
    }

    std::vector<Row> rows;
};

/// Empty where nothing is wrong.
std::optional<ledger::Break> audited(const Journal& journal, const World& world)
{
    Auditor auditor(network, world.tracker.publicKey(), {.leastGrace = std::chrono::milliseconds(0)});
    for (const Row& row : journal.rows) {
        if (const auto added = auditor.add(row.entry, {row.cause.type, row.cause.bytes}); !added)
            return added.error();
    }
    const auto finished = auditor.finish();
    return finished ? std::nullopt : std::optional(finished.error());
}

ledger::AuditReport auditOf(World& world, Auditor::Options options = {.leastGrace = grace})
{
    ledger::AuditReport report;
    const auto done = world.ledger->read([&](ledger::Ledger& l) -> base::Result<void> {
        const auto audited = ledger::audit(l.store(), options);
        if (!audited)
            return tl::unexpected(audited.error());
        report = *audited;
        return {};
    });
    if (!done)
        qFatal("%s", done.error().message.c_str());
    return report;
}

using Lie = std::function<std::int64_t(Journal&, FullLedger&)>; ///< returns the number of the entry that must be named

} // namespace

Q_DECLARE_METATYPE(Lie)

class TestAudit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void healthyLedgerPasses();
    void liesAreFound_data();
    void liesAreFound();
    void tablesAreCompared_data();
    void tablesAreCompared();
    void settlingWithinTheGraceNeedsTheSeeder();
    void otherChains();
};

void TestAudit::healthyLedgerPasses()
{
    FullLedger w;
    const auto report = auditOf(w);
    QVERIFY2(!report.broken, report.broken ? inWords(*report.broken).c_str() : "");
    const Journal journal(w);
    QCOMPARE(report.entries, static_cast<std::int64_t>(journal.rows.size()));
    QCOMPARE(report.contracts, 6);
    QCOMPARE(report.issued.value(), 10'000'500);
    QVERIFY(report.answers >= 14);
    QCOMPARE(report.chains.at(0).hash, journal.rows.back().entry.hash);
    for (const auto& [kind, name] : namesOf(EntryKind())) {
        if (kind == EntryKind::Settlement) // with another tracker: unit/ledger/tst_two_trackers.cpp
            continue;
        QVERIFY2(std::ranges::any_of(journal.rows, [&](const Row& row) { return row.entry.kind == kind; }),
                 name.data());
    }
    // An empty one, too.
    World empty;
    QVERIFY(!auditOf(empty).broken);
}

void TestAudit::liesAreFound_data()
{
    QTest::addColumn<Lie>("lie");
    QTest::addColumn<QString>("says");
    const auto add = [](const char* name, const char* says, Lie lie) {
        QTest::newRow(name) << lie << QString::fromLatin1(says);
    };

    add("posting changed", "what it moves", [](Journal& j, FullLedger&) {
        Row& row = j.of(EntryKind::Transfer, 1);
        j.move(row, 5);
        return row.entry.number;
    });
    add("posting changed, hashes anew", "what it moves", [](Journal& j, FullLedger&) {
        Row& row = j.of(EntryKind::Transfer, 1);
        j.move(row, 5);
        j.rehash();
        return row.entry.number;
    });
    add("amount in the document and the posting, hashes anew", "can't be trusted", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::Transfer, 1);
        auto forged = wire::open<wire::Transfer>(row.cause.bytes, network, {wire::Role::Node})->message;
        forged.amount += Tokens(1);
        const auto good = *wire::readEnvelope(row.cause.bytes, wire::Transfer::type, 4096);
        auto envelope = nlohmann::json::parse(wire::sign(forged, w.viewer).bytes);
        envelope["signatures"][0]["signature"] = base::toBase64Url(good.signers[0].signature.raw());
        j.setDocument(row, envelope.dump());
        j.move(row, row.entry.postings[0].amount.value() < 0 ? -1 : 1);
        j.rehash();
        return row.entry.number;
    });
    add("document's bytes changed", "SHA-256 of the document", [](Journal& j, FullLedger&) {
        Row& row = j.of(EntryKind::ContractOpened, 1);
        row.cause.bytes.back() = ' ';
        return row.entry.number;
    });
    add("document missing", "the document", [](Journal& j, FullLedger&) {
        Row& row = j.of(EntryKind::ContractOpened, 1);
        row.cause = {};
        return row.entry.number;
    });
    add("signed by another key", "can't be trusted", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::Transfer);
        const auto message = wire::open<wire::Transfer>(row.cause.bytes, network, {wire::Role::Node})->message;
        j.setDocument(row, wire::sign(message, w.stranger).bytes);
        j.rehash();
        return row.entry.number;
    });
    add("issue not by the tracker", "the signer of an issue", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::Issue);
        auto message = wire::open<ledger::Issue>(row.cause.bytes, network, {wire::Role::Node})->message;
        message.node = w.viewer.publicKey();
        j.setDocument(row, wire::sign(message, w.viewer).bytes);
        j.rehash();
        return row.entry.number;
    });
    add("document of another network", "another network", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::Transfer);
        auto message = wire::open<wire::Transfer>(row.cause.bytes, network, {wire::Role::Node})->message;
        message.network = "other";
        j.setDocument(row, wire::sign(message, w.viewer).bytes);
        j.rehash();
        return row.entry.number;
    });
    add("document for another tracker", "the tracker that its document is for", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::Transfer);
        auto message = wire::open<wire::Transfer>(row.cause.bytes, network, {wire::Role::Node})->message;
        message.tracker = w.stranger.publicKey();
        j.setDocument(row, wire::sign(message, w.viewer).bytes);
        j.rehash();
        return row.entry.number;
    });
    add("entry removed from the middle", "the hash of the entry before it", [](Journal& j, FullLedger&) {
        const auto number = j.rows[5].entry.number;
        j.rows.erase(j.rows.begin() + 4);
        return number;
    });
    add("entries swapped", "the hash of the entry before it", [](Journal& j, FullLedger&) {
        std::swap(j.rows[4], j.rows[5]);
        return j.rows[4].entry.number;
    });
    add("entry twice, hashes anew", "a second entry", [](Journal& j, FullLedger&) {
        const auto at = std::ranges::find(j.rows, j.of(EntryKind::Transfer, 1).entry.number,
                                          [](const Row& row) { return row.entry.number; });
        const auto second = j.rows.insert(at + 1, Row(*at)) - j.rows.begin();
        j.rehash();
        return j.rows[static_cast<std::size_t>(second)].entry.number;
    });
    add("hash changed", "the hash", [](Journal& j, FullLedger&) {
        j.rows[3].entry.hash.data()[0] ^= 1;
        return j.rows[3].entry.number;
    });
    add("time changed", "the hash", [](Journal& j, FullLedger&) {
        j.rows[3].entry.time += UnixMs(1);
        return j.rows[3].entry.number;
    });
    add("time far from the document's, hashes anew", "the time", [](Journal& j, FullLedger&) {
        j.rows[3].entry.time += UnixMs(86'400'000);
        j.rehash();
        return j.rows[3].entry.number;
    });
    add("memo changed, hashes anew", "the memo", [](Journal& j, FullLedger&) {
        Row& row = j.of(EntryKind::Transfer);
        row.entry.memo = "for books";
        j.rehash();
        return row.entry.number;
    });
    add("address not by the formula, hashes anew", "the subject", [](Journal& j, FullLedger&) {
        Row& row = j.of(EntryKind::AddressOpened);
        row.entry.subject.data()[5] ^= 1;
        j.rehash();
        return row.entry.number;
    });
    add("receipt of another contract", "another contract", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::ContractClosed);
        j.setDocument(row, w.closing(w.byViewer, 2, 2 * World::MiB).bytes);
        j.rehash();
        return row.entry.number;
    });
    add("receipt's amount not by the formula", "not what its bytes cost", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::ContractClosed);
        auto receipt = w.receipt(w.byBoth, 2, 2 * World::MiB);
        receipt.amount += Tokens(1);
        j.setDocument(row, World::both(receipt, w.viewer, w.seeder).bytes);
        j.rehash();
        return row.entry.number;
    });
    add("receipt signed by the seeder alone", "can't be trusted", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::ContractClosed);
        j.setDocument(row, wire::sign(w.receipt(w.byBoth, 2, 2 * World::MiB), w.seeder).bytes);
        j.rehash();
        return row.entry.number;
    });
    add("settled by another receipt than the amounts", "what it moves", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::ContractClosed);
        j.setDocument(row, w.closing(w.byBoth, 1, World::MiB).bytes);
        j.rehash();
        return row.entry.number;
    });
    add("contract settled twice", "is settled: there is 2 times", [](Journal& j, FullLedger&) {
        j.rows.push_back(j.of(EntryKind::ContractClosed));
        j.rehash();
        return j.rows.back().entry.number;
    });
    add("contract opened twice", "is opened: there is 2 times", [](Journal& j, FullLedger&) {
        j.rows.push_back(j.of(EntryKind::ContractOpened));
        j.rehash();
        return j.rows.back().entry.number;
    });
    add("contract settled without a receipt too early", "settles without a receipt", [](Journal& j, FullLedger&) {
        Row& row = j.of(EntryKind::ContractClosed, 3);
        row.entry.time -= UnixMs(7'200'000);
        j.rehash();
        return row.entry.number;
    });
    add("contract with one signature", "can't be trusted", [](Journal& j, FullLedger& w) {
        Row& row = j.of(EntryKind::ContractOpened);
        j.setDocument(row, wire::sign(w.byBoth.message, w.viewer).bytes);
        j.rehash();
        return row.entry.number;
    });
    add("transfer without balance", "the balance of the paying address", [](Journal& j, FullLedger& w) {
        const auto forged =
            w.transferRequest(w.seeder, World::ordinary(w.seeder), World::ordinary(w.stranger), 9'000'000);
        Row row;
        row.entry.kind = EntryKind::Transfer;
        row.entry.time = w.clock.now();
        row.entry.postings = {{World::ordinary(w.seeder), Tokens(-9'000'000)},
                              {World::ordinary(w.stranger), Tokens(9'000'000)}};
        std::ranges::sort(row.entry.postings, {}, &ledger::Posting::account);
        row.cause.type = wire::Transfer::type;
        j.setDocument(row, forged.bytes);
        j.rows.push_back(row);
        j.rehash();
        return j.rows.back().entry.number;
    });
    add("somebody else's spend address", "its owner", [](Journal& j, FullLedger& w) {
        const auto forged = w.transferRequest(w.stranger, w.spendAddress, World::ordinary(w.stranger), 5);
        Row row;
        row.entry.kind = EntryKind::Transfer;
        row.entry.time = w.clock.now();
        row.entry.postings = {{w.spendAddress, Tokens(-5)}, {World::ordinary(w.stranger), Tokens(5)}};
        row.cause.type = wire::Transfer::type;
        j.setDocument(row, forged.bytes);
        j.rows.push_back(row);
        j.rehash();
        return j.rows.back().entry.number;
    });
    add("address with an open contract closed", "open contracts on the address", [](Journal& j, FullLedger& w) {
        auto message = w.request<wire::CloseSpendAddress>(w.viewer);
        message.address = w.spendAddress;
        Row row;
        row.entry.kind = EntryKind::AddressClosed;
        row.entry.time = w.clock.now();
        row.entry.subject = base::Sha256::fromRaw(w.spendAddress.raw());
        row.cause.type = wire::CloseSpendAddress::type;
        j.setDocument(row, wire::sign(message, w.viewer).bytes);
        j.rows.push_back(row);
        j.rehash();
        return j.rows.back().entry.number;
    });
    add("kind changed, hashes anew", "the type of its document", [](Journal& j, FullLedger&) {
        Row& row = j.of(EntryKind::Transfer);
        row.entry.kind = EntryKind::Issue;
        j.rehash();
        return row.entry.number;
    });
}

void TestAudit::liesAreFound()
{
    QFETCH(Lie, lie);
    QFETCH(QString, says);
    FullLedger w;
    Journal journal(w);
    QVERIFY(!audited(journal, w));
    const std::int64_t number = lie(journal, w);
    const auto broken = audited(journal, w);
    QVERIFY(broken);
    const std::string words = inWords(*broken);
    QVERIFY2(broken->entry.number == number, words.c_str());
    QVERIFY2(QString::fromStdString(words).contains(says), words.c_str());
    QVERIFY2(!broken->found.empty() && !broken->expected.empty() && broken->found != broken->expected, words.c_str());
}

void TestAudit::tablesAreCompared_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("says");
    QTest::addColumn<QByteArray>("entry"); ///< SQL for its number
    const auto row = [](const char* name, const char* sql, const char* says, const QByteArray& entry) {
        QTest::newRow(name) << QByteArray(sql) << QByteArray(says) << entry;
    };
    const QByteArray last = "SELECT max(p.number) FROM postings p JOIN accounts a ON a.address = p.account WHERE ";
    const QByteArray opened = "SELECT e.number FROM entries e JOIN contracts c ON c.id = e.subject"
                              " WHERE e.kind = 'contract-opened' AND ";
    const QByteArray settled = "SELECT e.number FROM entries e JOIN contracts c ON c.id = e.subject"
                               " WHERE e.kind = 'contract-closed' AND ";
    row("balance", "UPDATE accounts SET balance = balance + 1 WHERE kind = 'spend' AND balance > 100", "the balance",
        last + "a.kind = 'spend' AND a.balance > 100");
    row("a closed address is open again",
        "UPDATE accounts SET state = 'open' WHERE kind = 'spend' AND state = 'closed'", "the state",
        last + "a.kind = 'spend' AND a.balance = 0");
    row("owner", "UPDATE accounts SET owner = zeroblob(32) WHERE kind = 'spend' AND balance > 100", "the owner",
        last + "a.kind = 'spend' AND a.balance > 100");
    row("reserved", "UPDATE accounts SET reserved = reserved - 1 WHERE reserved > 0", "what is reserved",
        last + "a.reserved > 0");
    row("open contracts", "UPDATE accounts SET open_contracts = 0 WHERE open_contracts > 0", "the open contracts",
        last + "a.reserved > 0");
    row("last entry", "UPDATE accounts SET last_entry = last_entry - 1 WHERE kind = 'issuance'", "its last entry",
        last + "a.kind = 'issuance'");
    row("account invented", "INSERT INTO accounts VALUES (zeroblob(32), 'ordinary', NULL, 0, 'open', 0, 0, 0, 0)",
        "no entry made it", "SELECT 0");
    row("account missing", "DELETE FROM accounts WHERE kind = 'income' AND state = 'closed'", "no row",
        "SELECT max(number) FROM entries WHERE kind = 'address-closed' AND number <"
        " (SELECT max(number) FROM entries WHERE kind = 'address-closed')");
    row("paid",
        "UPDATE contracts SET paid = paid - 1, returned = returned + 1, best_amount = best_amount - 1 WHERE cap = 900",
        "what was paid", settled + "c.cap = 900");
    row("cap", "UPDATE contracts SET cap = cap + 1 WHERE state = 'open'", "the account of a contract", "");
    row("price of a closed one", "UPDATE contracts SET price = 301 WHERE cap = 900", "its terms",
        settled + "c.cap = 900");
    row("seeder of an open one", "UPDATE contracts SET seeder = zeroblob(32) WHERE state = 'open'", "the seeder",
        opened + "c.state = 'open'");
    row("best receipt's amount", "UPDATE contracts SET best_amount = 1 WHERE state = 'closing'",
        "the amount of the best receipt", opened + "c.state = 'closing'");
    row("best receipt of another contract",
        "UPDATE contracts SET best_receipt = (SELECT document FROM entries WHERE kind = 'contract-closed' LIMIT 1)"
        " WHERE state = 'closing'",
        "another contract", opened + "c.state = 'closing'");
    row("contract settled behind the journal's back",
        "UPDATE contracts SET state = 'closed', settles = NULL, closed = opened, paid = best_amount,"
        " returned = cap - best_amount WHERE cap = 2200",
        "the account of a contract", "");
    row("contract's row missing", "DELETE FROM contracts WHERE state = 'open'", "no row",
        "SELECT max(number) FROM entries WHERE kind = 'contract-opened' AND subject NOT IN (SELECT id FROM contracts)");
    row("answer forged", "UPDATE requests SET answer = CAST(answer || 'x' AS BLOB)", "can't be trusted", "");
    row("answer of another request",
        "UPDATE requests SET answer = (SELECT answer FROM requests ORDER BY node, key LIMIT 1)"
        " WHERE rowid = (SELECT rowid FROM requests ORDER BY node, key LIMIT 1 OFFSET 1)",
        "can't be trusted", "");
    row("answer to an entry that is another's", "UPDATE requests SET number = 1 WHERE number > 1", "the stored answer",
        "");
    row("document of an entry changed", "UPDATE entries SET document = CAST(document || ' ' AS BLOB) WHERE number = 5",
        "the SHA-256 of the document", "SELECT 5");
    row("the last entry gone",
        "DELETE FROM postings WHERE number = (SELECT max(number) FROM entries);"
        "DELETE FROM entries WHERE number = (SELECT max(number) FROM entries)",
        "the balance", "");
}

void TestAudit::tablesAreCompared()
{
    QFETCH(QByteArray, sql);
    QFETCH(QByteArray, says);
    QFETCH(QByteArray, entry);
    const QTemporaryDir folder;
    const std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / "ledger.db";
    FullLedger w(file);
    QVERIFY(!auditOf(w).broken);

    sqlite3* database = nullptr;
    QCOMPARE(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    std::string drops;
    sqlite3_exec(
        database, "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        [](void* out, int, char** values, char**) {
            *static_cast<std::string*>(out) += "DROP TRIGGER " + std::string(values[0]) + ";";
            return 0;
        },
        &drops, nullptr);
    char* error = nullptr;
    sqlite3_exec(database, (drops + "PRAGMA ignore_check_constraints = ON;" + sql.toStdString()).c_str(), nullptr,
                 nullptr, &error);
    QVERIFY2(error == nullptr, error);
    std::int64_t number = 0;
    if (!entry.isEmpty())
        sqlite3_exec(
            database, entry.constData(),
            [](void* out, int, char** values, char**) {
                *static_cast<std::int64_t*>(out) = std::atoll(values[0]);
                return 0;
            },
            &number, nullptr);
    sqlite3_close(database);

    const auto report = auditOf(w);
    QVERIFY(report.broken);
    const std::string words = inWords(*report.broken);
    QVERIFY2(QByteArray::fromStdString(words).contains(says), words.c_str());
    if (!entry.isEmpty())
        QVERIFY2(report.broken->entry.number == number, words.c_str());
}

void TestAudit::settlingWithinTheGraceNeedsTheSeeder()
{
    FullLedger w;
    // Settled by the tracker's own hand, a second after it was opened and without a word of the seeder.
    const auto contract = w.opened(300, 900);
    const auto receipt = wire::sign(w.receipt(contract, 1, World::MiB), w.viewer);
    QVERIFY(w.ask<wire::ContractAnswer>("closeContract", receipt));
    QVERIFY(!auditOf(w).broken);
    const auto head = w.ledger->store().heads().back().key.number;
    QVERIFY(w.run([&](ledger::Ledger& l) { return l.settleDue(UnixMs(w.clock.now().value() + 31'000)); }));
    const auto report = auditOf(w);
    QVERIFY(report.broken);
    QVERIFY(report.broken->entry.number > head);
    QVERIFY(QString::fromStdString(inWords(*report.broken)).contains(QStringLiteral("only the viewer has signed")));
    // Where the operator's grace isn't known, nothing can be said.
    QVERIFY(!auditOf(w, {.leastGrace = std::chrono::milliseconds(0)}).broken);
}

void TestAudit::otherChains()
{
    FullLedger w;
    Journal journal(w);
    // The last one by a number that isn't the next: with one chain that is a hole.
    Entry& last = journal.rows.back().entry;
    last.number += 3;
    last.hash = hashOf(last);
    const auto broken = audited(journal, w);
    QVERIFY(broken);
    QCOMPARE(broken->entry.number, last.number);
    QVERIFY(QString::fromStdString(inWords(*broken)).contains(QStringLiteral("the number of an entry")));
}

QTEST_GUILESS_MAIN(TestAudit)
#include "tst_audit.moc"
