#include <csignal>
#include <random>

#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "p2p/ledger/group_committer.h"
#include "p2p/ledger/migrations.h"
#include "tests/unit/ledger/ledger_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using base::ErrorCode;
using ledger::AccountKind;
using ledger::GroupCommitter;
using ledger::Ledger;

namespace
{

constexpr auto MiB = World::MiB;

std::filesystem::path in(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

/// Changes the database behind the ledger's back, with SQL that all engines know. False where it refuses.
bool tamper(const std::filesystem::path& file, std::string sql, bool triggers = true)
{
    const auto replace = [&](std::string_view what, const std::string& with) {
        for (auto at = sql.find(what); at != std::string::npos; at = sql.find(what, at + with.size()))
            sql.replace(at, what.size(), with);
    };
    if (onPostgresql()) {
        replace("x'00'", "'\\x00'::bytea");
        ledger::PgDatabase database(postgresqlServer().url(file.string()));
        if (!database.connect())
            return false;
        if (!triggers)
            sql = "ALTER TABLE entries DISABLE TRIGGER ALL; ALTER TABLE postings DISABLE TRIGGER ALL;"
                  "ALTER TABLE contracts DISABLE TRIGGER ALL;" + sql;
        return database.execute(sql).has_value();
    }
    if (!triggers)
        sql = "DROP TRIGGER entries_fixed; DROP TRIGGER entries_kept; DROP TRIGGER postings_fixed; DROP TRIGGER postings_kept;" + sql;
    sqlite3* database = nullptr;
    bool done = sqlite3_open(file.c_str(), &database) == SQLITE_OK;
    done = done && sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(database);
    return done;
}

base::Address addressOf(std::uint64_t number)
{
    return crypto::hash<base::Address>(std::to_string(number));
}

} // namespace

class TestDurability : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reopensAsItWas();
    void refusesForeignAndNewerDatabases();
    void journalIsAppendOnly();
    void checkFindsEveryTampering_data();
    void checkFindsEveryTampering();
    void entryHashIsWhatTheHeaderSays();
    void randomOperationsConserve_data();
    void randomOperationsConserve();
    void lockedDatabaseIsUnavailable();
    void twoProcessesWriteAtOnce();
    void killedInTheMiddle_data();
    void killedInTheMiddle();
};

void TestDurability::reopensAsItWas()
{
    const QTemporaryDir folder;
    World w(in(folder, "ledger.db"));
    const auto spend = w.spend(w.viewer);
    QVERIFY(w.issue(spend, 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 300), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    QVERIFY(w.close(wire::sign(w.receipt(contract, 2, 2 * MiB), w.viewer), false));
    const auto before = *w.run([&](Ledger& l) { return l.contract(wire::contractId(contract)); });

    w.open(in(folder, "ledger.db"));
    QCOMPARE(w.balance(spend), 700);
    const auto after = *w.run([&](Ledger& l) { return l.contract(wire::contractId(contract)); });
    QCOMPARE(after.best->receipt, before.best->receipt);
    QCOMPARE(after.best->payload, before.best->payload);
    QCOMPARE(after.settles, before.settles);
    QCOMPARE(after.closeUntil, before.closeUntil);
    w.clock.advance(std::chrono::seconds(30));
    QCOMPARE(w.settleDue(), 1);
    QCOMPARE(w.balance(spend), 800);
    QCOMPARE(w.check(), std::string());
}

void TestDurability::refusesForeignAndNewerDatabases()
{
    if (onPostgresql())
        QSKIP("SQLite's files; PostgreSQL's databases are tst_postgresql's");
    const QTemporaryDir folder;
    QCOMPARE(ledger::openSqlite(in(folder, "none.db"), {.create = false}).error().code, ErrorCode::NotFound);
    QVERIFY(!std::filesystem::exists(in(folder, "none.db")));
    QVERIFY(!ledger::openSqlite(in(folder, "no/such/folder.db")));

    QVERIFY(tamper(in(folder, "other.db"), "CREATE TABLE bookmarks (url TEXT)"));
    QCOMPARE(ledger::openSqlite(in(folder, "other.db")).error().code, ErrorCode::Conflict);

    const auto file = in(folder, "ledger.db");
    {
        const World w(file);
    }
    const std::string newer = "PRAGMA user_version = " + std::to_string(ledger::sqliteMigrations().size() + 1);
    QVERIFY(tamper(file, newer.c_str()));
    const auto refused = ledger::openSqlite(file);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY(refused.error().message.find("schema version") != std::string::npos);
    const std::string same = "PRAGMA user_version = " + std::to_string(ledger::sqliteMigrations().size());
    QVERIFY(tamper(file, same.c_str()));

    const ManualClock clock;
    for (const auto& [net, key] : {std::pair(std::string("other"), keyOf(1).publicKey()),
                                   std::pair(network, keyOf(9).publicKey())}) {
        auto store = ledger::openSqlite(file);
        QVERIFY(store);
        QCOMPARE(Ledger::open(std::move(*store), net, key, clock).error().code, ErrorCode::Conflict);
    }
    auto store = ledger::openSqlite(file);
    QVERIFY(Ledger::open(std::move(*store), network, keyOf(1).publicKey(), clock));
}

void TestDurability::journalIsAppendOnly()
{
    const QTemporaryDir folder;
    const auto file = in(folder, "ledger.db");
    World w(file);
    QVERIFY(w.issue(World::ordinary(w.viewer), 10));
    std::vector<const char*> forbidden{"UPDATE entries SET memo = 'x'", "DELETE FROM entries", "UPDATE entries SET document = x'00'",
                                       "UPDATE postings SET amount = 0", "DELETE FROM postings",
                                       "UPDATE accounts SET balance = -1 WHERE kind = 'ordinary'",
                                       "UPDATE accounts SET balance = 1 WHERE kind = 'issuance'"};
    if (!onPostgresql()) {
        // Not in the order of the chain.
        forbidden.push_back("INSERT INTO entries SELECT chain, number + 5, time, kind, subject, memo, cause, prev_hash, hash, type,"
                            " document FROM entries");
    }
    for (const char* sql : forbidden)
        QVERIFY2(!tamper(file, sql), sql);
    QCOMPARE(w.check(), std::string());
}

void TestDurability::checkFindsEveryTampering_data()
{
    QTest::addColumn<QByteArray>("sql");
    const auto row = [](const char* name, const char* sql) { QTest::newRow(name) << QByteArray(sql); };
    row("balance", "UPDATE accounts SET balance = balance + 1 WHERE kind = 'spend'");
    row("posting", "UPDATE postings SET amount = amount + 1 WHERE number = 4 AND amount > 0");
    row("one more posting", "INSERT INTO postings SELECT chain, number, (SELECT tracker FROM identity), amount, reservation"
                            " FROM postings WHERE number = 4 AND amount > 0");
    row("both sides of a posting", "UPDATE postings SET amount = 2 * amount WHERE number = 2;"
                                   "UPDATE accounts SET balance = 2 * balance WHERE kind = 'issuance'");
    row("memo", "UPDATE entries SET memo = 'x' WHERE number = 2");
    row("time", "UPDATE entries SET time = time + 1 WHERE number = 2");
    row("cause", "UPDATE entries SET cause = (SELECT cause FROM entries WHERE number = 1) WHERE number = 2");
    row("last entry", "DELETE FROM postings WHERE number = (SELECT max(number) FROM entries);"
                      "DELETE FROM entries WHERE number = (SELECT max(number) FROM entries)");
    row("document", "UPDATE entries SET document = x'00' WHERE type = 'mutoscope.issue.v1'");
    row("reservation", "UPDATE contracts SET cap = cap + 1");
    row("contract", "DELETE FROM contracts");
    row("last entry of an account", "UPDATE accounts SET last_entry = last_entry + 1 WHERE kind = 'spend'");
    row("reserved", "UPDATE accounts SET reserved = reserved + 1 WHERE kind = 'spend'");
    row("open contracts", "UPDATE accounts SET open_contracts = 0 WHERE kind = 'spend'");
}

void TestDurability::checkFindsEveryTampering()
{
    QFETCH(QByteArray, sql);
    const QTemporaryDir folder;
    const auto file = in(folder, "ledger.db");
    World w(file);
    QVERIFY(w.issue(w.spend(w.viewer), 1'000));
    QVERIFY(w.openContract(World::both(w.terms(w.viewer, w.seeder, 100, 300), w.viewer, w.seeder)));
    QCOMPARE(w.check(), std::string());
    QVERIFY(tamper(file, sql.constData(), false));
    QVERIFY(!w.check().empty());
}

void TestDurability::entryHashIsWhatTheHeaderSays()
{
    ledger::Entry entry;
    entry.number = 258;
    entry.time = UnixMs(1);
    entry.kind = ledger::EntryKind::Issue;
    entry.memo = "ab";
    entry.cause = crypto::sha256("cause");
    entry.prevHash = crypto::sha256("before");
    entry.postings = {{addressOf(1), Tokens(-2)}};
    using namespace std::string_literals;
    std::string text(entry.prevHash.raw());
    text += "mutoscope.entry.v1"s + "\0\0\0\0\0\0\1\2"s + "\0\0\0\0\0\0\0\1"s + "\5issue"s + std::string(32, '\0');
    text += "\0\0\0\2"s + "ab"s;
    text += entry.cause.raw();
    text += "\0\0\0\1"s;
    text += addressOf(1).raw();
    text += "\xff\xff\xff\xff\xff\xff\xff\xfe"s;
    QCOMPARE(hashOf(entry), crypto::sha256(text));

    QVERIFY(ledger::chainStart(0).isZero());
    QCOMPARE(ledger::chainStart(258), crypto::sha256("mutoscope.chain.v1"s + "\0\0\0\0\0\0\1\2"s));
}

void TestDurability::randomOperationsConserve_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 4; ++seed)
        QTest::newRow(std::to_string(seed).c_str()) << seed;
}

void TestDurability::randomOperationsConserve()
{
    QFETCH(unsigned, seed);
    std::mt19937_64 random(seed);
    const auto upTo = [&](std::int64_t most) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1)); };
    World w(":memory:", {.closeGrace = std::chrono::seconds(60)});
    std::vector<crypto::NodeKey> keys;
    for (std::uint8_t i = 0; i < 4; ++i)
        keys.push_back(keyOf(static_cast<std::uint8_t>(10 + i)));
    struct Known {
        wire::Signed<wire::Contract> contract;
        std::size_t viewer;
        std::size_t seeder;
    };
    std::vector<Known> contracts;
    std::int64_t issued = 0;
    std::array<int, 7> done{}; // so that a run in which nothing ever succeeds is noticed

    for (int i = 0; i < 1'200; ++i) {
        const auto one = static_cast<std::size_t>(upTo(3));
        const auto two = (one + 1 + static_cast<std::size_t>(upTo(2))) % 4;
        const auto operation = static_cast<std::size_t>(upTo(6));
        bool succeeded = false;
        switch (operation) {
        case 0: {
            const auto amount = upTo(5'000);
            const auto to = upTo(1) == 0 ? World::ordinary(keys[one]) : w.spend(keys[one]);
            succeeded = w.issue(to, amount).has_value();
            issued += succeeded ? amount : 0;
            break;
        }
        case 1: {
            const auto to = std::array{World::ordinary(keys[two]), w.spend(keys[two]), w.spend(keys[one]),
                                       w.income(keys[two])}[static_cast<std::size_t>(upTo(3))];
            succeeded = w.transfer(keys[one], World::ordinary(keys[one]), to, upTo(3'000)).has_value();
            break;
        }
        case 2:
            succeeded = w.transfer(keys[one], w.spend(keys[one]), World::ordinary(keys[one]), upTo(500)).has_value();
            break;
        case 3: {
            auto terms = w.terms(keys[one], keys[two], upTo(300), upTo(2'000));
            contracts.push_back({World::both(terms, keys[one], keys[two]), one, two});
            succeeded = w.openContract(contracts.back().contract).has_value();
            break;
        }
        case 4:
        case 5: {
            if (contracts.empty())
                break;
            const Known& known = contracts[contracts.size() - 1 - static_cast<std::size_t>(upTo(std::min<std::int64_t>(
                                               20, static_cast<std::int64_t>(contracts.size()) - 1)))];
            const auto seq = upTo(8);
            const auto receipt = w.receipt(known.contract, seq, seq * MiB / 2 + (upTo(9) == 0 ? 1 : 0));
            const bool bothSigned = operation == 4;
            succeeded = w.close(bothSigned ? World::both(receipt, keys[known.viewer], keys[known.seeder])
                                           : wire::sign(receipt, keys[known.viewer]),
                                bothSigned)
                            .has_value();
            break;
        }
        case 6: {
            const auto kind = upTo(1) == 0 ? AccountKind::Income : AccountKind::Spend;
            succeeded = w.closeAddress(kind, keys[one], w.address(kind, keys[one])).has_value();
            w.clock.advance(std::chrono::milliseconds(upTo(400'000)));
            w.settleDue();
            break;
        }
        }
        done[operation] += succeeded ? 1 : 0;
        if (i % 100 == 0)
            QCOMPARE(w.check(), std::string());
    }
    w.clock.advance(std::chrono::hours(24 * 31));
    w.settleDue();
    QCOMPARE(w.check(), std::string());
    for (const int count : done)
        QVERIFY(count > 3);

    // Nobody's tokens stay locked, and what there is, is what was issued.
    std::int64_t free = 0;
    std::int64_t locked = 0;
    QVERIFY(w.ledger->read([&](Ledger& l) -> base::Result<void> {
        l.store().eachAccount([&](const ledger::Account& account) {
            if (account.kind == AccountKind::Contract)
                locked += account.balance.value();
            else if (account.kind != AccountKind::Issuance)
                free += account.balance.value();
            return true;
        });
        l.store().eachContract([&](const ledger::ContractRecord& contract) {
            const auto due = contract.best ? wire::amountDue(contract.best->bytes, contract.pricePerMiB)->value() : 0;
            if (contract.state != wire::ContractState::Closed || contract.paid.value() != due ||
                contract.paid + contract.returned != contract.cap)
                locked = -1;
            return true;
        });
        return {};
    }));
    QCOMPARE(locked, 0);
    QCOMPARE(free, issued);
}

void TestDurability::lockedDatabaseIsUnavailable()
{
    if (onPostgresql())
        QSKIP("on PostgreSQL several write at once; see tst_postgresql");
    const QTemporaryDir folder;
    World w(in(folder, "ledger.db"));
    auto impatient = ledger::openSqlite(in(folder, "ledger.db"), {.busyTimeout = std::chrono::milliseconds(1)});
    auto second = Ledger::open(std::move(*impatient), network, w.tracker.publicKey(), w.clock);
    QVERIFY(second);
    base::Result<void> outcome;
    QVERIFY(w.ledger->transact([&](Ledger&) -> base::Result<void> {
        outcome = (*second)->transact([](Ledger&) -> base::Result<void> { return {}; });
        return {};
    }));
    QCOMPARE(outcome.error().code, ErrorCode::Unavailable);
    QVERIFY((*second)->transact([](Ledger&) -> base::Result<void> { return {}; }));
}

void TestDurability::twoProcessesWriteAtOnce()
{
    const QTemporaryDir folder;
    const auto file = in(folder, "ledger.db");
    { const World w(file); }
    constexpr int each = 60;
    const auto write = [&](std::uint64_t number) {
        World w(file);
        w.nonces = number * 1'000;
        for (int i = 0; i < each; ++i) {
            if (!w.issue(addressOf(number), 1))
                return false;
        }
        return true;
    };
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(write(1) ? 0 : 1);
    QVERIFY(child > 0);
    const bool wrote = write(2);
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(wrote);
    QCOMPARE(status, 0);
    World w(file);
    QCOMPARE(w.balance(addressOf(1)), each);
    QCOMPARE(w.balance(addressOf(2)), each);
    QCOMPARE(w.check(), std::string());
}

void TestDurability::killedInTheMiddle_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 12; ++seed)
        QTest::newRow(std::to_string(seed).c_str()) << seed;
}

/// A child opens and closes contracts and tells through a pipe which are answered, until it is killed somewhere.
void TestDurability::killedInTheMiddle()
{
    QFETCH(unsigned, seed);
    const QTemporaryDir folder;
    const auto file = in(folder, "ledger.db");
    {
        World w(file);
        QVERIFY(w.issue(w.spend(w.viewer), 1'000'000'000));
    }
    std::array<int, 2> answers{};
    QCOMPARE(::pipe(answers.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(answers[0]);
        World w(file);
        w.nonces = 1'000;
        GroupCommitter committer(*w.ledger, {.queue = 1'000, .batch = 16, .thread = false});
        for (;;) {
            for (int i = 0; i < 8; ++i) {
                const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
                const auto receipt = World::both(w.receipt(contract, 1, MiB), w.viewer, w.seeder);
                (void)committer.submit(
                    [contract](Ledger& l) -> base::Result<void> {
                        const auto opened = l.openContract(contract);
                        return opened ? base::Result<void>() : tl::unexpected(opened.error());
                    },
                    [](const base::Result<void>&) {});
                (void)committer.submit(
                    [receipt](Ledger& l) -> base::Result<void> {
                        const auto closed = l.closeContract(receipt, true);
                        return closed ? base::Result<void>() : tl::unexpected(closed.error());
                    },
                    [&, id = wire::contractId(contract)](const base::Result<void>& outcome) {
                        if (outcome)
                            (void)!::write(answers[1], id.data(), base::ContractId::size);
                    });
            }
            committer.runPending();
        }
    }
    QVERIFY(child > 0);
    ::close(answers[1]);
    // Killed after so many answers, while it writes on.
    const unsigned until = 1 + seed * 5;
    std::vector<base::ContractId> answered;
    base::ContractId id;
    while (::read(answers[0], id.data(), base::ContractId::size) == base::ContractId::size) {
        answered.push_back(id);
        if (answered.size() == until)
            ::kill(child, SIGKILL);
    }
    ::close(answers[0]);
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    QVERIFY(answered.size() >= until);

    World w(file);
    QCOMPARE(w.check(), std::string());
    for (const auto& each : answered) {
        const auto contract = w.run([&](Ledger& l) { return l.contract(each); });
        QVERIFY(contract);
        QCOMPARE(contract->state, wire::ContractState::Closed);
        QCOMPARE(contract->paid.value(), 100);
    }
    QVERIFY(w.balance(w.income(w.seeder)) >= 100 * static_cast<std::int64_t>(answered.size()));
}

QTEST_GUILESS_MAIN(TestDurability)
#include "tst_durability.moc"
