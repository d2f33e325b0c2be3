#include <QTest>

#include "tests/sim/contract/cheat.h"

// The tracker's clock rules: computers that sleep, clocks that are set or wrong, and that in the end nobody's tokens
// stay locked.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ErrorCode;
using base::Tokens;

namespace
{

constexpr Tokens cap(5'000'000);

} // namespace

class TestTime : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void wrongClocksDoNotMatter_data()
    {
        QTest::addColumn<int>("seedersHours");
        QTest::addColumn<int>("viewersHours");
        QTest::newRow("the seeder's is fast") << 7 << 0;
        QTest::newRow("the seeder's is slow") << -7 << 0;
        QTest::newRow("the viewer's is fast") << 0 << 7;
        QTest::newRow("the viewer's is slow") << 0 << -7;
        QTest::newRow("both are wrong") << -30 << 30;
    }
    /// They are set in the middle of a contract, by more than it lasts.
    void wrongClocksDoNotMatter()
    {
        QFETCH(int, seedersHours);
        QFETCH(int, viewersHours);
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        world.seedersHost.jump(std::chrono::hours(seedersHours));
        world.viewersHost.jump(std::chrono::hours(viewersHours));
        QVERIFY(world.fetch(*channel, 1));
        world.time.advance(1min); // handshakes by the new clocks
        QVERIFY(world.fetch(*channel, 2));
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(3));
        // And a contract that is made by the wrong clocks.
        const auto next = world.channel();
        QVERIFY(world.open(*next, cap));
        QVERIFY(world.fetch(*next, 4));
        QVERIFY(world.finish(*next));
        QVERIFY(world.tracker.check());
        QCOMPARE(world.locked().value(), 0);
    }

    void theTrackersClockIsSet()
    {
        for (const auto by : {-90s, 90s}) {
            Fixture world;
            const auto channel = world.channel();
            QVERIFY(world.open(*channel, cap));
            QVERIFY(world.fetch(*channel, 0));
            world.trackersHost.jump(by);
            QVERIFY(world.fetch(*channel, 1));
            QVERIFY(world.finish(*channel));
            world.verifyBooks(world.priceOf(2));
        }
    }

    /// Its contract is closed by the seeder meanwhile; nobody loses anything, and it can go on watching under another
    /// one.
    void theViewerSleeps()
    {
        Fixture world;
        auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        world.viewersHost.suspend();
        world.time.advance(5h);
        QCOMPARE(world.locked().value(), 0);
        world.viewersHost.resume();
        const auto late = world.fetch(*channel, 2);
        QVERIFY(!late);
        QCOMPARE(late.error().code, ErrorCode::Gone);
        QVERIFY(world.finish(*channel));
        const Tokens paid = world.earned();
        QVERIFY(paid == world.priceOf(1) || paid == world.priceOf(2));
        world.verifyBooks(paid);
        channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 2));
        QVERIFY(world.finish(*channel));
        QVERIFY(world.tracker.check());
    }

    /// Longer than the contract lasts: the tracker settles with what the viewer has brought it.
    void theSeederSleepsPastTheEnd()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        world.seedersHost.suspend();
        QVERIFY(world.finish(*channel)); // alone
        world.verifyBooks(world.priceOf(2));
        world.time.advance(24h);
        world.seedersHost.resume();
        QVERIFY(world.time.runUntil([&] { return world.seeder->seeder->openContracts() == 0; }, 5min));
        world.verifyBooks(world.priceOf(2));
    }

    void everybodySleeps()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        world.seedersHost.suspend();
        world.viewersHost.suspend();
        world.time.advance(24h); // past close_until; the tracker was given nothing
        world.verifyBooks(Tokens(0));
        world.seedersHost.resume();
        world.viewersHost.resume();
        QVERIFY(world.time.runUntil([&] { return world.seeder->seeder->openContracts() == 0; }, 5min));
        QVERIFY(world.finish(*channel));
        world.verifyBooks(Tokens(0));
    }

    void theTrackerSleeps()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        world.trackersHost.suspend();
        world.time.advance(10min);
        QVERIFY(world.fetch(*channel, 1)); // no tracker on the way of the film
        std::optional<wire::ContractAnswer> settled;
        channel->finish("done", [&](const auto& answer) { settled = answer; });
        world.time.advance(30min);
        QVERIFY(!settled);
        world.trackersHost.resume();
        QVERIFY(world.time.runUntil([&] { return settled.has_value(); }, 5min));
        world.verifyBooks(world.priceOf(2));
    }

    /// Who asks the tracker to close gives the seeder the time of the grace to bring a better receipt, not less and not
    /// more.
    void theGraceIsTheSeeders()
    {
        Fixture world;
        Cheat cheat(world);
        const auto contract = cheat.sign(cheat.terms(cap));
        QCOMPARE(cheat.propose(contract), 200);
        QCOMPARE(cheat.ask(cheat.sign(cheat.receipt(contract, 0, 0)), 0), 200);
        const auto one = cheat.sign(cheat.receipt(contract, 1, 1));
        QCOMPARE(cheat.bring(one), 200);
        world.seedersHost.suspend();
        QCOMPARE(cheat.tellTracker("closeContract", cheat.sign(cheat.receipt(contract, 0, 0)).bytes), 200);
        world.time.advance(9s);
        QCOMPARE(world.locked().value(), cap.value());
        world.seedersHost.resume(); // within the grace of 10 s, but it looks too late
        world.time.advance(3s);
        QCOMPARE(world.locked().value(), 0);
        // Awake, it is in time.
        const auto second = cheat.sign(cheat.terms(cap));
        QCOMPARE(cheat.propose(second), 200);
        QCOMPARE(cheat.ask(cheat.sign(cheat.receipt(second, 0, 0)), 0), 200);
        QCOMPARE(cheat.bring(cheat.sign(cheat.receipt(second, 1, 1))), 200);
        const Tokens before = world.earned();
        QCOMPARE(cheat.tellTracker("closeContract", cheat.sign(cheat.receipt(second, 0, 0)).bytes), 200);
        world.time.advance(12s);
        QCOMPARE(world.locked().value(), 0);
        QCOMPARE((world.earned() - before).value(), world.priceOf(1).value());
    }
};

QTEST_GUILESS_MAIN(TestTime)
#include "tst_time.moc"
