#include <csignal>
#include <thread>

#include <QTemporaryDir>
#include <QTest>

#include <sys/wait.h>

#include "p2p/base/file.h"
#include "p2p/ledger/audit.h"
#include "p2p/ledger/group_committer.h"
#include "p2p/ledger/migrations.h"
#include "p2p/ledger/transfer_log.h"
#include "tests/unit/ledger/ledger_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using base::ErrorCode;
using base::Result;
using ledger::AccountKind;
using ledger::Ledger;

namespace
{

constexpr auto MiB = World::MiB;

base::Address addressOf(std::uint64_t number)
{
    return crypto::hash<base::Address>(std::to_string(number));
}

Result<void> withoutValue(const auto& result)
{
    return result ? Result<void>() : tl::unexpected(result.error());
}

/// Runs `work` in so many processes at once, each with a ledger of its own over a connection of its own, and returns what
/// each has written. They begin together.
std::vector<std::string> inProcesses(int count, const std::string& name,
                                     const std::function<std::string(World&, int process)>& work)
{
    std::array<int, 2> start{};
    std::vector<std::array<int, 2>> answers(static_cast<std::size_t>(count));
    if (::pipe(start.data()) != 0)
        qFatal("pipe");
    std::vector<pid_t> children;
    for (int i = 0; i < count; ++i) {
        auto& answer = answers[static_cast<std::size_t>(i)];
        if (::pipe(answer.data()) != 0)
            qFatal("pipe");
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(start[1]);
            World world(name);
            char go = 0;
            (void)!::read(start[0], &go, 1); // until the parent closes it
            const std::string text = work(world, i);
            const bool written = ::write(answer[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
            ::_exit(written ? 0 : 1);
        }
        children.push_back(child);
        ::close(answer[1]);
    }
    ::close(start[0]);
    ::close(start[1]);
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) {
        std::string& text = texts.emplace_back();
        std::array<char, 4'096> buffer{};
        const int from = answers[static_cast<std::size_t>(i)][0];
        for (ssize_t got = 0; (got = ::read(from, buffer.data(), buffer.size())) > 0;)
            text.append(buffer.data(), static_cast<std::size_t>(got));
        ::close(from);
        int status = -1;
        if (::waitpid(children[static_cast<std::size_t>(i)], &status, 0) < 0 || status != 0)
            text = "the process has failed";
    }
    return texts;
}

} // namespace

class TestPostgresql : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void refusesForeignAndNewerDatabases();
    void processesSpendNothingTwice();
    void sameRequestAtTwoProcessesIsOne();
    void everybodyPaysEverybody();
    void closingWaitsForWhoOpens();
    void chainsAreContinued();
    void entriesComeAfterWhatTheyRelyOn();
    void logBecomesALedger();
    void lostConnectionDoesNothingTwice();
    void noServerIsUnavailable();
    void killedServerKeepsWhatWasAnswered();
};

void TestPostgresql::initTestCase()
{
    qputenv("MUTOSCOPE_LEDGER", "postgresql");
    (void)postgresqlServer(); // before the first fork
}

void TestPostgresql::refusesForeignAndNewerDatabases()
{
    const auto execute = [](const char* name, const std::string& sql) {
        ledger::PgDatabase database(postgresqlServer().url(name));
        return database.connect() && database.execute(sql);
    };
    QVERIFY(execute("other", "CREATE TABLE bookmarks (url text)"));
    QCOMPARE(openStore("other").error().code, ErrorCode::Conflict);

    { const World w("ours"); }
    QVERIFY(execute("ours", "INSERT INTO mutoscope_schema VALUES (" +
                                std::to_string(ledger::postgresqlMigrations().size() + 1) + ")"));
    const auto refused = openStore("ours");
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY(refused.error().message.find("schema version") != std::string::npos);
    QVERIFY(execute("ours", "DELETE FROM mutoscope_schema WHERE version > " +
                                std::to_string(ledger::postgresqlMigrations().size())));
    const ManualClock clock;
    auto store = openStore("ours");
    QVERIFY(store);
    QCOMPARE(Ledger::open(std::move(*store), network, keyOf(9).publicKey(), clock).error().code, ErrorCode::Conflict);
}

void TestPostgresql::processesSpendNothingTwice()
{
    constexpr int processes = 3;
    constexpr int each = 30;
    World w("spend");
    QVERIFY(w.issue(w.spend(w.viewer), 400)); // for 40 of 90
    std::vector<wire::Signed<wire::Contract>> contracts;
    for (int i = 0; i < processes * each; ++i)
        contracts.push_back(World::both(w.terms(w.viewer, w.seeder, 1, 10), w.viewer, w.seeder));
    const auto texts = inProcesses(processes, "spend", [&](World& mine, int process) {
        ledger::GroupCommitter committer(*mine.ledger, {.queue = each, .batch = 7, .thread = false});
        std::string opened;
        for (int i = 0; i < each; ++i) {
            const auto& contract = contracts[static_cast<std::size_t>(process + i * processes)];
            const auto result = std::make_shared<Result<void>>();
            (void)committer.submit(
                [&contract, result](Ledger& l) -> Result<void> {
                    *result = withoutValue(l.openContract(contract));
                    return {};
                },
                [&opened, result](const Result<void>& outcome) {
                    opened += !outcome ? '!' : *result ? '1' : result->error().code == ErrorCode::PaymentRequired ? '0' : '?';
                });
        }
        while (committer.runPending() > 0) {
        }
        return opened;
    });
    std::string all;
    for (const std::string& text : texts)
        all += text;
    QCOMPARE(all.size(), static_cast<std::size_t>(processes * each));
    QCOMPARE(std::ranges::count(all, '1'), 40);
    QCOMPARE(std::ranges::count(all, '0'), 50);
    QCOMPARE(w.balance(w.spend(w.viewer)), 0);
    QCOMPARE(w.check(), std::string());
}

void TestPostgresql::sameRequestAtTwoProcessesIsOne()
{
    constexpr std::size_t contracts = 20;
    World w("same");
    QVERIFY(w.issue(w.spend(w.viewer), 10 * 20)); // for each once, and not for one twice
    std::vector<wire::Signed<wire::Contract>> opening;
    std::vector<wire::Signed<wire::Receipt>> closing;
    for (std::size_t i = 0; i < contracts; ++i) {
        opening.push_back(World::both(w.terms(w.viewer, w.seeder, 1, 10), w.viewer, w.seeder));
        closing.push_back(World::both(w.receipt(opening.back(), 1, 5 * MiB), w.viewer, w.seeder));
    }
    // As the tracker's service does it: an answer differs by who gives it.
    const auto handle = [](World& mine, const ledger::RequestKey& key, const ledger::Document& request, int process, auto work) {
        std::string reply;
        const auto committed = mine.ledger->transact([&](Ledger& l) -> Result<void> {
            const auto stored = l.storedAnswer(key, request);
            if (!stored)
                return tl::unexpected(stored.error());
            if (*stored) {
                reply = (*stored)->answer;
                return {};
            }
            const auto result = work(l);
            reply = result ? "done by " + std::to_string(process) : result.error().message;
            if (result)
                l.storeAnswer(key, request, 200, reply);
            return {};
        });
        return (committed ? reply : committed.error().message) + "\n";
    };
    const auto opened = inProcesses(2, "same", [&](World& mine, int process) {
        std::string replies;
        for (const auto& contract : opening)
            replies += handle(mine, {w.viewer.publicKey(), contract.message.nonce, contract.payload},
                              ledger::documentOf(contract), process, [&](Ledger& l) { return l.openContract(contract); });
        return replies;
    });
    QCOMPARE(opened[0], opened[1]);
    QCOMPARE(std::ranges::count(opened[0], '\n'), static_cast<std::ptrdiff_t>(contracts));
    QCOMPARE(QByteArray::fromStdString(opened[0]).count("done by"), static_cast<int>(contracts));
    QCOMPARE(w.balance(w.spend(w.viewer)), 0);

    const auto closed = inProcesses(2, "same", [&](World& mine, int process) {
        std::string replies;
        for (const auto& receipt : closing)
            replies += handle(mine, {w.seeder.publicKey(), std::nullopt, receipt.payload}, ledger::documentOf(receipt), process,
                              [&](Ledger& l) { return l.closeContract(receipt, true); });
        return replies;
    });
    QCOMPARE(closed[0], closed[1]);
    QCOMPARE(QByteArray::fromStdString(closed[0]).count("done by"), static_cast<int>(contracts));
    QCOMPARE(w.balance(w.income(w.seeder)), 5 * static_cast<std::int64_t>(contracts));
    QCOMPARE(w.balance(w.spend(w.viewer)), 5 * static_cast<std::int64_t>(contracts));
    QCOMPARE(w.check(), std::string());
}

/// Few accounts and batches in every direction, so that processes wait for each other in circles.
void TestPostgresql::everybodyPaysEverybody()
{
    constexpr int people = 4;
    constexpr int processes = 3;
    World w("circle");
    const auto who = [](int i) { return keyOf(static_cast<std::uint8_t>(50 + i)); };
    for (int i = 0; i < people; ++i)
        QVERIFY(w.issue(World::ordinary(who(i)), 1'000));
    const auto texts = inProcesses(processes, "circle", [&](World& mine, int process) {
        mine.nonces = 10'000 * static_cast<std::uint64_t>(process + 1);
        ledger::GroupCommitter committer(*mine.ledger, {.queue = 100, .batch = 8, .thread = false});
        int moved = 0;
        for (int i = 0; i < 40; ++i) {
            const int from = (i * 7 + process) % people;
            const int to = (from + 1 + (i + process) % (people - 1)) % people;
            const auto request = mine.transferRequest(who(from), World::ordinary(who(from)), World::ordinary(who(to)), 1 + i % 9);
            (void)committer.submit([request](Ledger& l) { return withoutValue(l.transfer(request)); },
                                   [&](const Result<void>& outcome) { moved += outcome ? 1 : 0; });
        }
        while (committer.runPending() > 0) {
        }
        return std::to_string(moved);
    });
    for (const std::string& moved : texts)
        QCOMPARE(moved, std::string("40"));
    std::int64_t sum = 0;
    for (int i = 0; i < people; ++i)
        sum += w.balance(World::ordinary(who(i)));
    QCOMPARE(sum, 1'000 * people);
    QCOMPARE(w.check(), std::string()); // also that each account's numbers ascend over all chains
    std::size_t chains = 0;
    QVERIFY(w.ledger->read([&](Ledger& l) -> Result<void> {
        chains = l.store().heads().size();
        return {};
    }));
    QVERIFY(chains >= 2);
}

void TestPostgresql::closingWaitsForWhoOpens()
{
    World w("closing");
    World other("closing");
    other.nonces = 1'000;
    QVERIFY(w.issue(w.spend(w.viewer), 100));
    const auto income = w.income(w.seeder);
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 1, 10), w.viewer, w.seeder);
    Result<Tokens> closed;
    std::thread thread;
    int runs = 0;
    QVERIFY(w.ledger->transact([&](Ledger& l) -> Result<void> {
        const auto opened = l.openContract(contract);
        if (++runs == 1) // while the contract is open, and nobody else can know
            thread = std::thread([&] { closed = other.closeAddress(AccountKind::Income, w.seeder, income); });
        return withoutValue(opened);
    }));
    thread.join();
    QVERIFY(!closed);
    QCOMPARE(closed.error().code, ErrorCode::Conflict);
    QCOMPARE(w.check(), std::string());
}

void TestPostgresql::chainsAreContinued()
{
    const auto heads = [](World& w) {
        std::vector<ledger::Store::Head> all;
        (void)w.ledger->read([&](Ledger& l) -> Result<void> {
            all = l.store().heads();
            return {};
        });
        return all;
    };
    auto first = std::make_unique<World>("chains");
    World second("chains");
    second.nonces = 1'000;
    const auto to = World::ordinary(keyOf(2));
    QVERIFY(first->issue(to, 1));  // 1 of chain 0
    QVERIFY(second.issue(to, 1));  // 2 of chain 1, as it touches the same accounts
    QVERIFY(first->issue(to, 1));  // 3 of chain 0
    const auto both = heads(second);
    QCOMPARE(both.size(), 2U);
    QVERIFY((both[0].key == ledger::EntryKey{0, 3}));
    QVERIFY((both[1].key == ledger::EntryKey{1, 2}));
    first.reset();
    World third("chains");
    third.nonces = 2'000;
    QVERIFY(third.issue(to, 1)); // who comes takes the chain that nobody writes
    QVERIFY((heads(second)[0].key == ledger::EntryKey{0, 4}));
    QCOMPARE(heads(second).size(), 2U);
    QCOMPARE(second.check(), std::string());

    std::vector<ledger::EntryKey> order;
    QVERIFY(second.ledger->read([&](Ledger& l) -> Result<void> {
        l.store().eachEntry([&](const ledger::Entry& entry, const ledger::Document&) {
            order.push_back(entry.key());
            return true;
        });
        return {};
    }));
    QVERIFY((order == std::vector<ledger::EntryKey>{{0, 1}, {1, 2}, {0, 3}, {0, 4}}));
}

void TestPostgresql::entriesComeAfterWhatTheyRelyOn()
{
    World a("relies");
    World b("relies");
    b.nonces = 1'000;
    QVERIFY(a.issue(a.spend(a.viewer), 100)); // chain 0
    for (std::uint8_t i = 10; i < 20; ++i)
        (void)b.spend(keyOf(i)); // chain 1 is ahead by now
    const auto income = b.income(b.seeder);
    // A contract moves nothing on the income address, but it can't come before it.
    const auto contract = World::both(a.terms(a.viewer, a.seeder, 1, 10), a.viewer, a.seeder);
    QVERIFY(a.openContract(contract));
    QVERIFY(a.close(World::both(a.receipt(contract, 1, World::MiB), a.viewer, a.seeder), true));
    QVERIFY(b.closeAddress(AccountKind::Income, b.seeder, income));
    World c("relies");
    c.nonces = 2'000;
    QVERIFY(c.income(c.seeder) != income); // the next one, at the beginning of chain 2
    QVERIFY(c.ledger->read([&](Ledger& l) -> Result<void> {
        const auto report = ledger::audit(l.store());
        if (!report)
            return tl::unexpected(report.error());
        if (report->broken)
            return base::fail(ErrorCode::WrongData, inWords(*report->broken));
        return report->chains.size() == 3 ? Result<void>() : base::fail(ErrorCode::Internal, "not three chains");
    }));
}

void TestPostgresql::logBecomesALedger()
{
    World old("log_from");
    World second("log_from");
    second.nonces = 1'000;
    QVERIFY(old.issue(old.spend(old.viewer), 100));
    QVERIFY(second.issue(World::ordinary(second.stranger), 50)); // on another chain
    const auto open = World::both(old.terms(old.viewer, old.seeder, 1, 10), old.viewer, old.seeder);
    const auto closed = World::both(old.terms(old.viewer, old.seeder, 1, 20), old.viewer, old.seeder);
    QVERIFY(old.openContract(open));
    QVERIFY(second.openContract(closed));
    QVERIFY(old.close(World::both(old.receipt(closed, 1, MiB), old.viewer, old.seeder), true));
    QVERIFY(second.close(wire::sign(second.receipt(open, 2, 3 * MiB), second.viewer), false));
    const QTemporaryDir folder;
    const auto exported = [&](World& w, const char* name) {
        const std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / name;
        auto writer = ledger::LogWriter::create(file);
        if (!writer || !w.ledger->read([&](Ledger& l) { return ledger::exportLog(l.store(), *writer); }) || !writer->finish())
            qFatal("no log");
        return file;
    };
    const auto log = exported(old, "log");
    World fresh("log_to");
    const auto done = fresh.ledger->transact([&](Ledger& l) -> Result<void> {
        auto reader = ledger::LogReader::open(log);
        if (!reader)
            return tl::unexpected(reader.error());
        return withoutValue(ledger::rebuildFromLog(*reader, l.store()));
    });
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    QCOMPARE(fresh.check(), std::string());
    const auto bytes = [](const std::filesystem::path& file) { return *base::readFile(file, 1 << 24); };
    QVERIFY(bytes(exported(fresh, "again")) == bytes(log));
    // And it goes on.
    fresh.nonces = 2'000;
    QVERIFY(fresh.close(World::both(fresh.receipt(open, 2, 3 * MiB), fresh.viewer, fresh.seeder), true));
    QVERIFY(fresh.issue(World::ordinary(fresh.stranger), 1));
    QCOMPARE(fresh.check(), std::string());
}

void TestPostgresql::lostConnectionDoesNothingTwice()
{
    World w("lost");
    const auto mine = World::ordinary(w.viewer);
    QVERIFY(w.issue(mine, 100));
    const auto cutOff = [] {
        ledger::PgDatabase database(postgresqlServer().url("lost"));
        return database.connect() && database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                                      " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
    };
    // Between two transactions, and in the middle of one: nothing was committed, so it is done again.
    QVERIFY(cutOff());
    QVERIFY(w.transfer(w.viewer, mine, addressOf(1), 10));
    int runs = 0;
    const auto request = w.transferRequest(w.viewer, mine, addressOf(1), 10);
    QVERIFY(w.ledger->transact([&](Ledger& l) -> Result<void> {
        const auto moved = l.transfer(request);
        if (++runs == 1 && !cutOff())
            return base::fail(ErrorCode::Internal, "the connection is still there");
        return withoutValue(moved);
    }));
    QCOMPARE(runs, 2);
    QCOMPARE(w.balance(addressOf(1)), 20);
    QCOMPARE(w.balance(mine), 80);
    QCOMPARE(w.check(), std::string());
}

void TestPostgresql::noServerIsUnavailable()
{
    World w("down");
    QVERIFY(w.issue(World::ordinary(w.viewer), 100));
    const std::string url = postgresqlServer().url("down");
    postgresqlServer().stop(SIGINT);
    QCOMPARE(w.issue(World::ordinary(w.viewer), 1).error().code, ErrorCode::Unavailable);
    QCOMPARE(ledger::openPostgresql(url).error().code, ErrorCode::Unavailable);
    postgresqlServer().start();
    QVERIFY(w.issue(World::ordinary(w.viewer), 1));
    QCOMPARE(w.balance(World::ordinary(w.viewer)), 101);
    QCOMPARE(w.check(), std::string());
}

void TestPostgresql::killedServerKeepsWhatWasAnswered()
{
    { const World w("killed"); }
    std::array<int, 2> answers{};
    QCOMPARE(::pipe(answers.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(answers[0]);
        World w("killed");
        for (std::uint64_t i = 1;; ++i) {
            if (!w.issue(addressOf(i), 1))
                ::_exit(0);
            (void)!::write(answers[1], &i, sizeof i);
        }
    }
    QVERIFY(child > 0);
    ::close(answers[1]);
    std::uint64_t answered = 0;
    for (std::uint64_t i = 0; ::read(answers[0], &i, sizeof i) == static_cast<ssize_t>(sizeof i);) {
        answered = i;
        if (answered == 50)
            postgresqlServer().stop(SIGKILL);
    }
    ::close(answers[0]);
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
    QVERIFY(answered >= 50);
    postgresqlServer().start();
    World w("killed");
    for (std::uint64_t i = 1; i <= answered; ++i)
        QCOMPARE(w.balance(addressOf(i)), 1);
    QCOMPARE(w.check(), std::string());
}

QTEST_GUILESS_MAIN(TestPostgresql)
#include "tst_postgresql.moc"
