#include <QTest>

#include "p2p/viewer/fetch_plan.h"
#include "tests/unit/viewer/film.h"

using namespace mutoscope;
using namespace std::chrono_literals;
using base::SegmentIndex;
using viewer::FetchPlan;
using viewer::TimeRange;

namespace
{

/// −1 where there is nothing to fetch.
int next(const FetchPlan& plan)
{
    const auto index = plan.next();
    return index ? static_cast<int>(index->value()) : -1;
}

/// What is fetched, one after the other, until enough is here.
std::vector<int> all(FetchPlan& plan)
{
    std::vector<int> order;
    while (order.size() < 100) {
        const int index = next(plan);
        if (index < 0)
            break;
        order.push_back(index);
        plan.arrived(SegmentIndex(static_cast<std::uint32_t>(index)));
    }
    return order;
}

} // namespace

class TestFetchPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void nothingBeforeThePlayerAsks()
    {
        const FetchPlan plan(test::film({20}), {}, 30'000);
        QCOMPARE(next(plan), -1);
        QCOMPARE(plan.haveCount(), 0);
        QVERIFY(!plan.hasAll());
        QVERIFY(plan.here().empty());
    }

    void whatComesWithTheContract()
    {
        const auto first = [](const FetchPlan& plan) { return plan.first() ? static_cast<int>(plan.first()->value()) : -1; };
        FetchPlan plan(test::film({20}), {}, 30'000);
        QCOMPARE(first(plan), 0);
        plan.wanted(SegmentIndex(7), 0ms);
        QCOMPARE(first(plan), 7); // the player knows better
        QCOMPARE(first(FetchPlan(test::film({20}), {true}, 30'000)), -1);
        QCOMPARE(first(FetchPlan(test::film({20, 20}), {}, 30'000)), -1); // which of the two does it take?
    }

    void severalUnderWay()
    {
        FetchPlan plan(test::film({20}), {}, 30'000);
        plan.wanted(SegmentIndex(3), 0ms);
        plan.fetching(SegmentIndex(3));
        QCOMPARE(next(plan), 4);
        plan.fetching(SegmentIndex(4));
        QCOMPARE(next(plan), 5);
        plan.wanted(SegmentIndex(9), 0ms); // a seek: first what the player waits for now
        QCOMPARE(next(plan), 9);
        plan.failed(SegmentIndex(3)); // it still waits for that one
        QCOMPARE(next(plan), 3);
        plan.arrived(SegmentIndex(4));
        plan.fetching(SegmentIndex(3));
        plan.fetching(SegmentIndex(9));
        QCOMPARE(next(plan), 10);
        plan.allFailed();
        QCOMPARE(next(plan), 3);
    }

    void readAheadIsExact_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<int>("segments");
        QTest::newRow("only what is asked for") << qint64{0} << 1;
        QTest::newRow("still") << qint64{4'000} << 1;
        QTest::newRow("a millisecond more") << qint64{4'001} << 2;
        QTest::newRow("twelve seconds") << qint64{12'000} << 3;
        QTest::newRow("more than there is") << qint64{1'000'000} << 20;
    }
    void readAheadIsExact()
    {
        QFETCH(qint64, ms);
        QFETCH(int, segments);
        FetchPlan plan(test::film({20}), {}, ms);
        plan.wanted(SegmentIndex(0), 0s);
        const auto order = all(plan);
        QCOMPARE(order.size(), static_cast<std::size_t>(segments));
        for (int i = 0; i < segments; ++i)
            QCOMPARE(order[static_cast<std::size_t>(i)], i);
        QCOMPARE(plan.hasAll(), segments == 20);
    }

    void whatIsWaitedForComesFirstInItsOrder()
    {
        FetchPlan plan(test::film({20}), {}, 8'000);
        plan.wanted(SegmentIndex(0), 0s);
        plan.wanted(SegmentIndex(15), 1s);
        plan.wanted(SegmentIndex(7), 2s);
        plan.wanted(SegmentIndex(15), 2s); // asking twice does not change the order
        QCOMPARE(next(plan), 0);
        plan.arrived(SegmentIndex(0));
        QCOMPARE(next(plan), 15);
        plan.released(SegmentIndex(15)); // the player has gone
        QCOMPARE(next(plan), 7);
        plan.arrived(SegmentIndex(7));
        QVERIFY(plan.has(SegmentIndex(7)));
    }

    void aSeekLeavesThePastAlone()
    {
        FetchPlan plan(test::film({20}), {}, 12'000);
        plan.wanted(SegmentIndex(0), 0s);
        QCOMPARE(all(plan), (std::vector<int>{0, 1, 2}));
        plan.wanted(SegmentIndex(10), 5s);
        QCOMPARE(all(plan), (std::vector<int>{10, 11, 12}));
        plan.wanted(SegmentIndex(1), 6s); // back: it is here, and what follows is, too, but for 3
        QCOMPARE(all(plan), std::vector<int>{3});
        plan.wanted(SegmentIndex(18), 7s);
        QCOMPARE(all(plan), (std::vector<int>{18, 19}));
    }

    void whatIsOnTheDiskIsNotBought()
    {
        std::vector<bool> have(20, true);
        have[3] = have[5] = false;
        FetchPlan plan(test::film({20}), have, 60'000);
        QCOMPARE(plan.haveCount(), 18);
        QCOMPARE(plan.missingBytes().value(), 2 * static_cast<std::int64_t>(test::segmentBytes(3).size()));
        plan.wanted(SegmentIndex(0), 0s);
        QCOMPARE(all(plan), (std::vector<int>{3, 5}));
        QVERIFY(plan.hasAll());
        QCOMPARE(plan.missingBytes().value(), 0);
        plan.lost(SegmentIndex(4));
        plan.lost(SegmentIndex(4));
        QCOMPARE(plan.haveCount(), 19);
        QCOMPARE(next(plan), 4);
        plan.arrived(SegmentIndex(4));
        plan.arrived(SegmentIndex(4));
        QCOMPARE(plan.haveCount(), 20);
        QVERIFY(plan.hasAll());
    }

    void severalPlaylistsTakeTurns()
    {
        FetchPlan plan(test::film({10, 10}), {}, 12'000); // picture 0 … 9, sound 10 … 19
        plan.wanted(SegmentIndex(0), 0s);
        plan.wanted(SegmentIndex(10), 0s);
        QCOMPARE(all(plan), (std::vector<int>{0, 10, 1, 11, 2, 12})); // the nearest first
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 12'000}})); // of the one that was asked last
    }

    void aPlaylistThatWasLeftIsNotReadAhead()
    {
        FetchPlan plan(test::film({10, 10}), {}, 12'000);
        plan.wanted(SegmentIndex(0), 0s);
        plan.arrived(SegmentIndex(0));
        plan.wanted(SegmentIndex(15), 20s); // just not left yet
        plan.arrived(SegmentIndex(15));
        QCOMPARE(next(plan), 1);
        plan.wanted(SegmentIndex(16), 20s + 1ms);
        plan.arrived(SegmentIndex(16));
        QCOMPARE(all(plan), (std::vector<int>{17, 18}));
    }

    void theEndOfOnePlaylistIsNotTheBeginningOfTheNext()
    {
        FetchPlan plan(test::film({3, 3}), {}, 60'000);
        plan.wanted(SegmentIndex(2), 0s);
        QCOMPARE(all(plan), std::vector<int>{2});
    }

    void hereJoinsWhatTouches()
    {
        std::vector<bool> have(6, false);
        have[0] = have[1] = have[3] = have[5] = true;
        FetchPlan plan(test::film({6}), have, 0);
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 8'000}, {12'000, 16'000}, {20'000, 24'000}}));
        plan.arrived(SegmentIndex(2));
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 16'000}, {20'000, 24'000}}));
        plan.arrived(SegmentIndex(4));
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 24'000}}));
    }
};

QTEST_GUILESS_MAIN(TestFetchPlan)
#include "tst_fetch_plan.moc"
