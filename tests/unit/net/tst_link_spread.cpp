#include <QtTest>

#include "p2p/net/link_spread.h"

using namespace mutoscope::net;
using namespace std::chrono_literals;

namespace
{

/// A line of so many packets a second, of which a share is lost; connections together get what loss leaves them.
struct Line {
    double most = 1'700;          ///< packets a second: 20 Mbit/s
    double ofEach = 1e9;          ///< that loss leaves to a connection
    double outOfOrder = 0;        ///< share
    std::size_t inUse = SIZE_MAX; ///< connections that there is something for
    LinkSpread::Ms now{0};

    void run(LinkSpread& spread, LinkSpread::Ms time)
    {
        for (const auto end = now + time; now < end; now += 250ms) {
            const std::size_t busy = std::min(spread.connections(), inUse);
            const double packets = std::min(most, ofEach * static_cast<double>(busy)) / 4;
            spread.sample(now + 250ms, {.bytes = static_cast<std::uint64_t>(packets * 1'448),
                                        .packets = static_cast<std::uint64_t>(packets),
                                        .outOfOrder = static_cast<std::uint64_t>(packets * outOfOrder),
                                        .busy = busy});
        }
    }
};

} // namespace

/// The clock is the test's.
class TestLinkSpread : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneWhereNothingIsLost()
    {
        LinkSpread spread(3);
        Line line;
        spread.pause(line.now);
        line.run(spread, 10min);
        QCOMPARE(spread.connections(), std::size_t{1});
        QVERIFY(spread.bytesPerSecond() > 2'400'000 && spread.bytesPerSecond() < 2'500'000);
    }
    /// A connection that fills the queue now and then, and the end of a slow start, are no lossy line.
    void aFullQueueIsNoLoss()
    {
        LinkSpread spread(3);
        Line line;
        for (int i = 0; i < 60; ++i) {
            line.outOfOrder = i == 0 ? 0.6 : 0.3;
            line.run(spread, i == 0 ? 2s : 1s);
            QCOMPARE(spread.connections(), std::size_t{1});
            line.outOfOrder = 0.01;
            line.run(spread, 4s);
        }
    }
    /// One of 5 Mbit/s has room for 60 packets: one lost in each 3 s makes 5 %.
    void aShortQueueIsNoLoss()
    {
        LinkSpread spread(3);
        Line line{.most = 430, .outOfOrder = 0.05};
        line.run(spread, 2min);
        QCOMPARE(spread.connections(), std::size_t{1});
    }
    void moreWhileLossHoldsThemDown()
    {
        LinkSpread spread(3);
        Line line{.ofEach = 200, .outOfOrder = 0.1};
        line.run(spread, 60s);
        QCOMPARE(spread.connections(), std::size_t{3}); // and no more
        line.run(spread, 10min);
        QCOMPARE(spread.connections(), std::size_t{3});
        line.outOfOrder = 0; // another line by now
        line.run(spread, 2min);
        QCOMPARE(spread.connections(), std::size_t{1});
    }
    /// Where others fill the line, one more takes from them and brings nothing that lasts.
    void whatDoesNotHelpIsTakenBack()
    {
        LinkSpread spread(3);
        Line line{.most = 300, .outOfOrder = 0.1};
        int trials = 0;
        for (int i = 0; i < 1'200; ++i) { // ten minutes
            const auto before = spread.connections();
            line.run(spread, 500ms);
            trials += before == 1 && spread.connections() == 2 ? 1 : 0;
            QVERIFY(spread.connections() <= 2);
        }
        QVERIFY2(trials >= 2 && trials <= 5, "seldom, and seldomer each time");
        QCOMPARE(spread.connections(), std::size_t{1});
    }
    /// A second connection with nothing to do proves nothing.
    void anIdleOneIsNotJudged()
    {
        LinkSpread spread(3);
        Line line{.ofEach = 200, .outOfOrder = 0.1, .inUse = 1};
        line.run(spread, 30s);
        QCOMPARE(spread.connections(), std::size_t{2});
        line.inUse = SIZE_MAX;
        line.run(spread, 30s);
        QCOMPARE(spread.connections(), std::size_t{3});
    }
    /// Time in which nothing was asked for is no slow line.
    void pausesDoNotCount()
    {
        LinkSpread spread(3);
        Line line;
        spread.pause(line.now);
        line.run(spread, 3s);
        const auto rate = spread.bytesPerSecond();
        line.now += 1h;
        spread.pause(line.now);
        line.run(spread, 3s);
        QVERIFY2(qAbs(spread.bytesPerSecond() - rate) < rate / 20, qPrintable(QStringLiteral("%1 after %2").arg(spread.bytesPerSecond()).arg(rate)));
    }
};

QTEST_GUILESS_MAIN(TestLinkSpread)
#include "tst_link_spread.moc"
