#include <atomic>
#include <csignal>

#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>

#include "p2p/ledger/group_committer.h"
#include "tests/unit/ledger/ledger_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using base::ErrorCode;
using ledger::GroupCommitter;
using ledger::Ledger;

namespace
{

std::filesystem::path in(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

base::Address addressOf(std::uint64_t number)
{
    return crypto::hash<base::Address>(std::to_string(number));
}

} // namespace

class TestGroupCommitter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAfterTheCommit();
    void refusesWhenFull();
    void stopsWithNothingLeft();
    void manyThreadsOneWriter();
    void fullDiskFailsEveryJobAndHeals();
};

void TestGroupCommitter::answersAfterTheCommit()
{
    const QTemporaryDir folder;
    World w(in(folder, "ledger.db"));
    QVERIFY(w.issue(World::ordinary(w.viewer), 100));
    GroupCommitter committer(*w.ledger, {.queue = 100, .batch = 3, .thread = false});
    World other(in(folder, "ledger.db")); // sees only what is committed
    int answered = 0;
    for (int i = 0; i < 4; ++i) {
        const auto request = w.transferRequest(w.viewer, World::ordinary(w.viewer), addressOf(7), 10);
        QVERIFY(committer.submit(
            [request](Ledger& l) -> base::Result<void> {
                const auto moved = l.transfer(request);
                return moved ? base::Result<void>() : tl::unexpected(moved.error());
            },
            [&](const base::Result<void>& outcome) {
                QVERIFY(outcome);
                ++answered;
                QVERIFY(other.balance(addressOf(7)) >= 10 * answered);
            }));
    }
    QCOMPARE(answered, 0);
    QCOMPARE(committer.runPending(), 3U);
    QCOMPARE(answered, 3);
    QCOMPARE(committer.runPending(), 1U);
    QCOMPARE(committer.runPending(), 0U);
    QCOMPARE(answered, 4);
}

void TestGroupCommitter::refusesWhenFull()
{
    World w;
    GroupCommitter committer(*w.ledger, {.queue = 2, .batch = 128, .thread = false});
    const auto submit = [&] {
        return committer.submit([](Ledger&) -> base::Result<void> { return {}; }, [](const base::Result<void>&) {});
    };
    QVERIFY(submit());
    QVERIFY(submit());
    QCOMPARE(submit().error().code, ErrorCode::Unavailable);
    committer.runPending();
    QVERIFY(submit());
}

void TestGroupCommitter::stopsWithNothingLeft()
{
    World w;
    std::atomic<int> answered = 0;
    GroupCommitter committer(*w.ledger);
    for (int i = 0; i < 1'000; ++i)
        QVERIFY(committer.submit([](Ledger&) -> base::Result<void> { return {}; },
                                 [&](const base::Result<void>&) { ++answered; }));
    committer.stop();
    QCOMPARE(answered.load(), 1'000);
    QCOMPARE(committer.submit([](Ledger&) -> base::Result<void> { return {}; }, [](const base::Result<void>&) {})
                 .error()
                 .code,
             ErrorCode::Unavailable);
}

void TestGroupCommitter::manyThreadsOneWriter()
{
    const QTemporaryDir folder;
    World w(in(folder, "ledger.db"));
    QVERIFY(w.issue(World::ordinary(w.viewer), 1'000));
    std::vector<wire::Signed<wire::Transfer>> requests; // for more than there is: 1,000 of 1,200 can succeed
    for (int i = 0; i < 1'200; ++i)
        requests.push_back(w.transferRequest(w.viewer, World::ordinary(w.viewer), addressOf(7), 1));
    std::atomic<int> paid = 0;
    std::atomic<int> refused = 0;
    {
        GroupCommitter committer(*w.ledger);
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (std::size_t i = t; i < requests.size(); i += 4) {
                    const auto submitted = committer.submit(
                        [&, i](Ledger& l) -> base::Result<void> {
                            const auto moved = l.transfer(requests[i]);
                            return moved ? base::Result<void>() : tl::unexpected(moved.error());
                        },
                        [&](const base::Result<void>& outcome) { ++(outcome ? paid : refused); });
                    if (!submitted)
                        ++refused;
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
    }
    QCOMPARE(paid.load(), 1'000);
    QCOMPARE(refused.load(), 200);
    QCOMPARE(w.balance(addressOf(7)), 1'000);
    QCOMPARE(w.check(), std::string());
}

void TestGroupCommitter::fullDiskFailsEveryJobAndHeals()
{
    if (onPostgresql())
        QSKIP("the disk is the server's");
    const QTemporaryDir folder;
    const auto file = in(folder, "ledger.db");
    World w(file);
    QVERIFY(w.issue(World::ordinary(w.viewer), 1'000'000));
    GroupCommitter committer(*w.ledger, {.queue = 1'000, .batch = 128, .thread = false});
    std::vector<base::Result<void>> outcomes;
    const auto submit = [&](int count) {
        for (int i = 0; i < count; ++i) {
            const auto request =
                w.transferRequest(w.viewer, World::ordinary(w.viewer), addressOf(w.nonces), 1, std::string(200, 'x'));
            QVERIFY(committer.submit(
                [request](Ledger& l) -> base::Result<void> {
                    const auto moved = l.transfer(request);
                    return moved ? base::Result<void>() : tl::unexpected(moved.error());
                },
                [&](base::Result<void> outcome) { outcomes.push_back(std::move(outcome)); }));
        }
        committer.runPending();
    };
    submit(1);
    QVERIFY(outcomes.back());
    outcomes.clear();
    const auto before = w.balance(World::ordinary(w.viewer));

    // No file of this process may grow over what the log has now.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &old), 0);
    auto log = file;
    log += "-wal";
    rlimit tight = old;
    tight.rlim_cur = static_cast<rlim_t>(std::filesystem::file_size(log)) + 4'096;
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    submit(100);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &old), 0);
    QCOMPARE(outcomes.size(), 100U);
    for (const auto& outcome : outcomes) {
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Io);
        QVERIFY(outcome.error().message.find("ledger.db") != std::string::npos);
    }
    QCOMPARE(w.balance(World::ordinary(w.viewer)), before);
    QCOMPARE(w.check(), std::string());

    outcomes.clear();
    submit(100);
    for (const auto& outcome : outcomes)
        QVERIFY2(outcome, outcome ? "" : outcome.error().message.c_str());
    QCOMPARE(w.balance(World::ordinary(w.viewer)), before - 100);
    QCOMPARE(w.check(), std::string());
}

QTEST_GUILESS_MAIN(TestGroupCommitter)
#include "tst_group_committer.moc"
