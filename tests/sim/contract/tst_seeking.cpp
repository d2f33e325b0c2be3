#include "tests/sim/contract/fixture.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::SegmentIndex;

namespace
{

/// Numbers of the segments that the seeder was asked for, in order.
std::vector<int> asked(const VirtualNetwork& wires)
{
    std::vector<int> numbers;
    for (const std::string& line : wires.log()) {
        if (const auto at = line.rfind("/segments/"); at != std::string::npos)
            numbers.push_back(std::stoi(line.substr(at + 10)));
    }
    return numbers;
}

/// Each thing that is done takes 100 ms.
class SlowDisk final : public base::Executor
{
public:
    explicit SlowDisk(base::Executor& host) : m_host(host) {}
    void post(Task task) override { m_host.after(100ms, std::move(task)); }
    TimerId after(std::chrono::milliseconds delay, Task task) override { return m_host.after(delay + 100ms, std::move(task)); }
    void cancel(TimerId timer) override { m_host.cancel(timer); }

private:
    base::Executor& m_host;
};

} // namespace

/// A player that goes elsewhere in the film, in parts that are not here.
class TestSeeking : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What is read ahead takes a second on its way. The target doesn't stand behind it, as the seeder's own window leaves a place.
    void theTargetComesFirst()
    {
        Fixture world;
        world.restartSeeder({.creditWindow = 2});
        const auto isAhead = [](const net::HttpRequest& request) { return request.target.ends_with("/segments/2"); };
        world.wires.setDelay([&](const auto&, const auto& request) { return isAhead(request) ? 1'000ms : 0ms; });
        world.startSession(funds);
        int came = 0;
        const auto want = [&](std::uint64_t id, std::uint32_t index) {
            world.session->want(id, SegmentIndex(index), [&came, index](const auto&) { came = static_cast<int>(index); });
        };
        QVERIFY(world.reaches(viewer::Stage::Playing));
        want(1, 0);
        want(2, 1);
        QVERIFY(world.time.runUntil([&] { return asked(world.wires).back() == 2; }, 10s)); // and it is not here yet
        const auto begin = world.time.monotonic();
        want(3, 9);
        QVERIFY(world.time.runUntil([&] { return came == 9; }, 10s));
        QVERIFY2(world.time.monotonic() - begin < 100ms, "it stood behind what was bought ahead");

        // All that was asked for is kept, and each is paid once, whatever the player does; only what was broken off is asked for again.
        for (std::uint32_t index = 12; index-- > 0;)
            want(10 + index, index);
        QVERIFY(world.time.runUntil([&] { return world.session->viewing().segmentsHere == Film::segments; }, 60s));
        auto numbers = asked(world.wires);
        QCOMPARE(std::ranges::count(numbers, 2), 2);
        std::erase(numbers, 2);
        std::ranges::sort(numbers);
        QVERIFY2(std::ranges::adjacent_find(numbers) == numbers.end(), "one was asked for twice");
        QVERIFY(world.time.runUntil([&] { return world.session->isSettled(); }, 60s));
        world.verifyBooks(world.priceOf(Film::segments));
    }
    /// The processor is left to the first picture; on a line that is slower than that, nothing waits.
    void aFilmStartsCalmly_data()
    {
        QTest::addColumn<int>("firstMs");
        QTest::addColumn<int>("leastMs"); // until the next one is here, too
        QTest::newRow("quick line") << 20 << 20 + 150;
        QTest::newRow("slow line") << 1'000 << 1'000;
    }
    void aFilmStartsCalmly()
    {
        QFETCH(int, firstMs);
        QFETCH(int, leastMs);
        Fixture world;
        world.restartSeeder({.creditWindow = 3});
        const auto isFirst = [](const net::HttpRequest& request) { return request.target == "/v1/contracts/segments/0"; };
        world.wires.setDelay([&](const auto&, const auto& request) { return std::chrono::milliseconds(isFirst(request) ? firstMs : 0); });
        world.startSession(funds, {}, 150);
        QVERIFY(world.reaches(viewer::Stage::OpeningContract));
        const auto begin = world.time.monotonic();
        bool came = false;
        world.session->want(1, SegmentIndex(0), [&](const auto&) { came = true; });
        QVERIFY(world.time.runUntil([&] { return came && world.session->viewing().segmentsHere > 1; }, 60s));
        const auto took = (world.time.monotonic() - begin).count();
        QVERIFY2(took >= leastMs && took < leastMs + 50, QByteArray::number(static_cast<qint64>(took)).constData());
    }
    /// It need not wait for the disk, nor for the receipt.
    void aSegmentIsPlayedWhileTheDiskStillWrites()
    {
        Fixture world;
        SlowDisk disk(world.viewersHost);
        const auto parts = world.viewer->channelParts();
        viewer::Channel channel({parts.executor, disk, parts.random, parts.key, parts.network, parts.http, parts.tracker, parts.book, parts.store, parts.closer},
                                world.stream(), world.offer());
        need(world.open(channel, funds));
        std::optional<std::chrono::milliseconds> checked;
        std::optional<std::chrono::milliseconds> receipted;
        channel.onChecked([&](SegmentIndex, const auto&) { checked = world.time.monotonic(); });
        channel.fetch(SegmentIndex(0), [&](const auto&) { receipted = world.time.monotonic(); });
        QVERIFY(world.time.runUntil([&] { return receipted.has_value(); }, 10s));
        QVERIFY(checked && *checked < *receipted);
    }
    /// A person is asked where a film that was left in its middle is to begin: nothing is bought meanwhile.
    void whereThePlayerIsWaitedForNothingIsBought()
    {
        Fixture world;
        world.waitForPlayer = true;
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Playing));
        world.time.advance(1min);
        QCOMPARE(world.locked().value(), 0);
        bool came = false;
        world.session->want(1, SegmentIndex(5), [&](const auto&) { came = true; });
        QVERIFY(world.time.runUntil([&] { return came; }, 10s));
        auto numbers = asked(world.wires);
        QVERIFY2(std::ranges::none_of(numbers, [](int number) { return number < 5; }), "the beginning was bought");
        world.session->finish("enough");
        QVERIFY(world.time.runUntil([&] { return world.session->isSettled(); }, 60s));
        world.verifyBooks(world.earned());
    }
    /// What is under way and not needed any more is broken off; the contract goes on, and what the seeder had begun to send is bought
    /// when nothing else is to be done.
    void whatIsUnderWayIsBrokenOff()
    {
        Fixture world;
        world.restartSeeder({.creditWindow = 3});
        const auto isAhead = [](const net::HttpRequest& request) { return request.target.ends_with("/segments/1") || request.target.ends_with("/segments/2"); };
        int answered = 0;
        world.wires.setDelay([&](const auto&, const auto& request) { return isAhead(request) && answered++ < 2 ? 9'000ms : 0ms; });
        world.startSession(funds);
        world.session->setReadAhead(8'000);
        QVERIFY(world.reaches(viewer::Stage::Playing));
        std::set<std::uint32_t> came;
        const auto want = [&](std::uint64_t id, std::uint32_t index) {
            world.session->want(id, SegmentIndex(index), [&came, index](const auto&) { came.insert(index); });
        };
        want(1, 0);
        want(2, 1);
        QVERIFY(world.time.runUntil([&] { return answered == 2; }, 10s)); // 1 is waited for, 2 read ahead; neither is here
        world.session->takeBack(2);
        const auto begin = world.time.monotonic();
        want(3, 9);
        QVERIFY(world.time.runUntil([&] { return came.contains(9); }, 10s));
        QVERIFY(world.time.monotonic() - begin < 100ms);
        QVERIFY(world.time.runUntil([&] { return world.session->viewing().segmentsReceipted == 2; }, 100ms));
        world.time.advance(5s); // 9 and 10 are here, then what was broken off; its first requests come to the seeder afterwards
        world.time.advance(30s);
        const auto view = world.session->viewing();
        QCOMPARE(view.segmentsHere, 5);
        QCOMPARE(view.segmentsReceipted, 5);
        QVERIFY(!came.contains(1));
        for (const std::uint32_t index : {3U, 4U, 5U, 6U}) // all of the window again
            want(10 + index, index);
        QVERIFY(world.time.runUntil([&] { return came.contains(6); }, 10s));
        QCOMPARE(std::ranges::count_if(world.wires.log(), [](const std::string& line) { return line.starts_with("POST /v1/contracts/segments/"); }), 1);
        world.session->finish("enough");
        QVERIFY(world.time.runUntil([&] { return world.session->isSettled(); }, 60s));
        QCOMPARE(world.session->viewing().spent.value(), world.earned().value());
        world.verifyBooks(world.earned());
    }
    /// A seek just when a segment is verified and its receipt is on its way to a slow disk: it is paid, so it is kept.
    void whatIsBeingReceiptedIsNotBrokenOff_data()
    {
        QTest::addColumn<int>("after");
        for (int after = 20; after <= 260; after += 40)
            QTest::addRow("%d ms", after) << after;
    }
    void whatIsBeingReceiptedIsNotBrokenOff()
    {
        QFETCH(int, after);
        std::optional<SlowDisk> disk; // outlives the viewer
        Fixture world;
        world.restartSeeder({.creditWindow = 2});
        disk.emplace(world.viewersHost);
        const Place place = world.place(world.viewersHost);
        world.killViewer();
        world.viewer = std::make_unique<ViewerNode>(Place{.time = place.time, .disk = *disk, .wires = place.wires, .host = place.host}, 3, world.path("viewer"));
        QVERIFY(world.time.runUntil([&] { return world.viewer->basics.wallet.accounts().spend.has_value(); }, 60s));
        world.wires.setDelay([](const auto&, const auto& request) { return request.target.find("/segments/") != std::string::npos ? 9'000ms : 0ms; });
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Playing));
        std::set<std::uint32_t> came;
        const auto want = [&](std::uint64_t id, std::uint32_t index) {
            world.session->want(id, SegmentIndex(index), [&came, index](const auto&) { came.insert(index); });
        };
        want(1, 0);
        QVERIFY(world.time.runUntil([&] { return came.contains(0); }, 30s));
        world.wires.setDelay({}); // the next one comes much earlier than is to be expected
        want(2, 5);
        world.time.advance(std::chrono::milliseconds(after));
        world.session->takeBack(2);
        want(3, 9);
        QVERIFY(world.time.runUntil([&] { return came.contains(9); }, 10s));
        for (std::uint32_t index = 0; index < Film::segments; ++index)
            want(10 + index, index);
        QVERIFY(world.time.runUntil([&] { return came.size() == Film::segments; }, 60s));
        QVERIFY(!world.session->viewing().problem);
        QVERIFY(world.time.runUntil([&] { return world.session->isSettled(); }, 60s));
        QCOMPARE(world.session->viewing().spent.value(), world.earned().value());
        world.verifyBooks(world.earned());
        QVERIFY(world.session->viewing().segmentsReceipted == Film::segments);
    }
    /// What the player has left is not bought, if it has not been asked for yet.
    void whatIsNotWaitedForAnyMoreIsLeftOut()
    {
        Fixture world;
        world.wires.setLatency(100ms);
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Playing));
        bool came = false;
        for (const std::uint32_t index : {3U, 4U, 5U, 6U})
            world.session->want(index, SegmentIndex(index), [](const auto&) {});
        for (const std::uint32_t index : {3U, 4U, 5U, 6U}) // a seek: the player closes its connections
            world.session->takeBack(index);
        world.session->want(11, SegmentIndex(11), [&came](const auto&) { came = true; });
        QVERIFY(world.time.runUntil([&] { return came; }, 10s));
        const auto numbers = asked(world.wires);
        QVERIFY(std::ranges::find(numbers, 5) == numbers.end());
        QVERIFY(std::ranges::find(numbers, 6) == numbers.end());
        world.session->finish("enough");
        QVERIFY(world.time.runUntil([&] { return world.session->isSettled(); }, 60s));
        world.verifyBooks(world.earned());
    }
    /// A picture over the seek bar: of what is here, and nothing is bought for it.
    void aStillPictureIsNotBought()
    {
        Fixture world;
        world.startSession(funds);
        world.session->setReadAhead(8'000);
        QVERIFY(world.reaches(viewer::Stage::Playing));
        world.session->want(1, SegmentIndex(0), [](const auto&) {});
        world.time.advance(30s); // 0 and 1 are here
        const auto before = asked(world.wires);
        std::map<int, net::Body> stills;
        for (const int ms : {0, 5'000, 9'000, 47'000, 9'000'000})
            world.session->still(100, ms, [&stills, ms](const net::Body& body) { stills[ms] = body; });
        world.time.advance(10s);
        QCOMPARE(stills.size(), 5U);
        QVERIFY(stills[0] && stills[5'000]);
        QCOMPARE(stills[5'000]->size(), static_cast<std::size_t>(world.stream().segment(SegmentIndex(1)).bytes.value()));
        QVERIFY(!stills[9'000] && !stills[47'000] && !stills[9'000'000]);
        QCOMPARE(asked(world.wires), before);
        world.session->finish("enough");
        QVERIFY(world.time.runUntil([&] { return world.session->isSettled(); }, 60s));
        world.verifyBooks(world.priceOf(2));
    }
    void theDepthIsTheViewers()
    {
        Fixture world;
        world.startSession(funds);
        world.session->setReadAhead(8'000); // two segments of 4 s
        QVERIFY(world.reaches(viewer::Stage::Playing));
        world.session->want(1, SegmentIndex(0), [](const auto&) {});
        world.time.advance(30s);
        QCOMPARE(world.session->viewing().segmentsHere, 2);
        QCOMPARE(world.session->viewing().readAheadMs, 8'000);
        world.session->setReadAhead(12'000);
        world.time.advance(30s);
        QCOMPARE(world.session->viewing().segmentsHere, 3);
        world.session->finish("enough");
        QVERIFY(world.time.runUntil([&] { return world.session->isSettled(); }, 60s));
        world.verifyBooks(world.priceOf(3));
    }
};

QTEST_GUILESS_MAIN(TestSeeking)
#include "tst_seeking.moc"
