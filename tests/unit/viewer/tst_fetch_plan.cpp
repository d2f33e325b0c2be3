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
        FetchPlan two(test::film({20, 20}), {}, 30'000);
        QCOMPARE(first(two), 0); // the gateway offers one
        two.prefer(1, false);
        QCOMPARE(first(two), 20);
    }

    void whatWasBoughtIsToldFromWhatWasHere()
    {
        FetchPlan plan(test::film({5}), {true, true}, 30'000);
        QCOMPARE(plan.bought(), std::vector<TimeRange>());
        plan.arrived(SegmentIndex(3));
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 8'000}, {12'000, 16'000}}));
        QCOMPARE(plan.bought(), (std::vector<TimeRange>{{12'000, 16'000}}));
        plan.lost(SegmentIndex(1));
        plan.arrived(SegmentIndex(1)); // damaged, and bought again
        QCOMPARE(plan.bought(), (std::vector<TimeRange>{{4'000, 8'000}, {12'000, 16'000}}));
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

    void pictureAndSoundTakeTurns()
    {
        FetchPlan plan(test::film({10}, {10}), {}, 12'000); // picture 0 … 9, sound 10 … 19
        QVERIFY(plan.ladder().isEmpty());
        plan.wanted(SegmentIndex(0), 0s);
        plan.wanted(SegmentIndex(10), 0s);
        QCOMPARE(all(plan), (std::vector<int>{0, 10, 1, 11, 2, 12})); // the nearest first
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 12'000}}));
        QCOMPARE(plan.totalCount(), 20);
        plan.arrived(SegmentIndex(3)); // a picture without its sound
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 12'000}}));
        plan.arrived(SegmentIndex(13));
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 16'000}}));
    }

    void anotherSoundIsBoughtInsteadOfTheFirst()
    {
        FetchPlan plan(test::film({10}, {10, 10}), {}, 12'000); // sounds 10 … 19 and 20 … 29
        plan.wanted(SegmentIndex(0), 0s);
        plan.wanted(SegmentIndex(10), 0s);
        all(plan);
        QCOMPARE(plan.missingBytes().value(),
                 7 * static_cast<std::int64_t>(test::segmentBytes(3).size() + test::segmentBytes(13).size())); // of one sound
        QCOMPARE(plan.reserveBytes().value(), 10 * static_cast<std::int64_t>(test::segmentBytes(21).size()));
        QCOMPARE(FetchPlan(test::film({20}), {}, 30'000).reserveBytes().value(), 0);
        plan.wanted(SegmentIndex(21), 1s); // at once, not when the first is forgotten
        QCOMPARE(plan.here(), std::vector<TimeRange>());
        QCOMPARE(all(plan), (std::vector<int>{21, 22, 23}));
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{4'000, 12'000}}));
        QCOMPARE(plan.haveCount(), 6); // three of the picture, three of the sound that is heard
        QCOMPARE(plan.totalCount(), 20);
    }

    void whatThePlayerHasLeftIsNotReadAhead()
    {
        FetchPlan plan(test::film({10}, {10}), {}, 12'000);
        plan.wanted(SegmentIndex(0), 0s);
        plan.arrived(SegmentIndex(0));
        plan.wanted(SegmentIndex(15), 20s); // just not left yet
        plan.arrived(SegmentIndex(15));
        QCOMPARE(next(plan), 1);
        plan.wanted(SegmentIndex(16), 20s + 1ms);
        plan.arrived(SegmentIndex(16));
        QCOMPARE(all(plan), (std::vector<int>{17, 18}));
    }

    void textIsBoughtOnlyWhereItIsRead()
    {
        FetchPlan plan(test::film({5}, {}, {5, 5}), {}, 8'000); // texts 5 … 9 and 10 … 14
        plan.wanted(SegmentIndex(0), 0s);
        QCOMPARE(all(plan), (std::vector<int>{0, 1}));
        QCOMPARE(plan.totalCount(), 5);
        // But a cap is to be enough for it.
        QCOMPARE(plan.missingBytes().value(), 3 * static_cast<std::int64_t>(test::segmentBytes(2).size()) +
                                                  5 * static_cast<std::int64_t>(test::segmentBytes(10).size()));
        plan.wanted(SegmentIndex(11), 60s);
        QCOMPARE(next(plan), 11);
        plan.wanted(SegmentIndex(1), 60s);
        QCOMPARE(all(plan), (std::vector<int>{11, 2, 12}));
        plan.wanted(SegmentIndex(2), 120s); // text is asked for seldom
        QCOMPARE(all(plan), std::vector<int>{3});
        QCOMPARE(plan.totalCount(), 10);
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 16'000}})); // of what is seen and heard
    }

    void onlyTheChosenRungIsBought()
    {
        FetchPlan plan(test::film({10, 10, 10}), {}, 12'000);
        QCOMPARE(plan.ladder().rungs().size(), 3U);
        plan.prefer(1, false);
        QCOMPARE(plan.choose(0), SegmentIndex(10));
        plan.wanted(plan.choose(0), 0s);
        QCOMPARE(all(plan), (std::vector<int>{10, 11, 12}));
        // What is here is played, and what is bought from now on is of the other rung.
        plan.prefer(2, false);
        QCOMPARE(plan.choose(2), SegmentIndex(12));
        QCOMPARE(plan.choose(3), SegmentIndex(23));
        plan.wanted(plan.choose(1), 1s);
        QCOMPARE(all(plan), std::vector<int>{23});
        QCOMPARE(plan.here(), (std::vector<TimeRange>{{0, 16'000}})); // whichever rung it is of
        QCOMPARE(plan.aheadMs(), std::optional<std::int64_t>(12'000));
        // A choice of the person's: what is here in another quality is not what was asked for.
        plan.prefer(0, true);
        QCOMPARE(plan.choose(2), SegmentIndex(2));
        QVERIFY(plan.here().empty());
        QCOMPARE(next(plan), 2); // not the one that the player was given
        plan.wanted(plan.choose(2), 2s);
        QCOMPARE(all(plan), (std::vector<int>{2, 3, 4}));
        // And back: the best of what is here.
        plan.prefer(1, false);
        QCOMPARE(plan.choose(2), SegmentIndex(12));
        QCOMPARE(plan.choose(3), SegmentIndex(23));
        QCOMPARE(plan.choose(4), SegmentIndex(4));
        QCOMPARE(plan.totalCount(), 10);
        QCOMPARE(plan.haveCount(), 5);
    }

    void whatIsOnItsWayIsNotBoughtInAnotherQuality()
    {
        FetchPlan plan(test::film({10, 10}), {}, 8'000);
        plan.wanted(plan.choose(0), 0s);
        plan.fetching(SegmentIndex(0));
        plan.fetching(SegmentIndex(1));
        plan.prefer(1, false);
        QCOMPARE(plan.choose(1), SegmentIndex(1));
        QCOMPARE(next(plan), -1);
        plan.failed(SegmentIndex(1));
        QCOMPARE(next(plan), 11);
    }

    void thePriceOfAllIsThatOfTheBestQuality()
    {
        FetchPlan plan(test::film({10, 10}), {}, 8'000);
        const auto size = [](std::uint32_t index) { return static_cast<std::int64_t>(test::segmentBytes(index).size()); };
        QCOMPARE(plan.missingBytes().value(), 10 * size(10));
        plan.wanted(plan.choose(0), 0s);
        plan.arrived(SegmentIndex(0));
        QCOMPARE(plan.missingBytes().value(), 9 * size(10));
        plan.prefer(1, true);
        QCOMPARE(plan.missingBytes().value(), 10 * size(10));
        plan.prefer(0, true);
        QCOMPARE(plan.missingBytes().value(), 9 * size(1));
        for (std::uint32_t i = 1; i < 10; ++i)
            plan.arrived(SegmentIndex(i));
        QVERIFY(plan.hasAll());
        plan.prefer(1, false);
        QVERIFY(plan.hasAll());
        plan.prefer(1, true);
        QVERIFY(!plan.hasAll());
        QVERIFY(plan.hasAny());
    }

    void theEndOfOnePlaylistIsNotTheBeginningOfTheNext()
    {
        FetchPlan plan(test::film({3}, {3}), {}, 60'000);
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
