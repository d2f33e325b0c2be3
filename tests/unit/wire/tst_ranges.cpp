#include <limits>
#include <random>
#include <set>

#include <QtTest>

#include "p2p/wire/ranges.h"

using namespace mutoscope;
using namespace mutoscope::wire;
using base::SegmentIndex;
using Range = SegmentRanges::Range;

namespace
{

SegmentRanges of(const std::set<std::uint32_t>& set)
{
    std::vector<Range> ranges;
    for (const std::uint32_t i : set) {
        if (!ranges.empty() && ranges.back().last + 1 == i)
            ranges.back().last = i;
        else
            ranges.push_back({i, i});
    }
    SegmentRanges result;
    if (!result.assign(ranges))
        qFatal("the test's own ranges are wrong");
    return result;
}

} // namespace

class TestRanges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isASet()
    {
        std::mt19937 random(2024);
        for (int round = 0; round < 300; ++round) {
            std::set<std::uint32_t> set;
            SegmentRanges ranges;
            QVERIFY(ranges.empty());
            const auto span = static_cast<std::uint32_t>(1 + random() % 60);
            for (std::uint32_t step = 0; step < span * 2; ++step) {
                const auto i = static_cast<std::uint32_t>(random() % span);
                set.insert(i);
                ranges.insert(SegmentIndex(i));
                QCOMPARE(ranges, of(set)); // the one form, whatever the order
                QCOMPARE(ranges.count(), static_cast<std::int64_t>(set.size()));
            }
            for (std::uint32_t i = 0; i <= span; ++i)
                QCOMPARE(ranges.contains(SegmentIndex(i)), set.contains(i));
        }
    }

    void includesSubsets()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 2000; ++round) {
            std::set<std::uint32_t> a;
            std::set<std::uint32_t> b;
            for (std::uint32_t i = 0; i < 10; ++i) {
                if (random() % 4 != 0)
                    a.insert(i);
                if (random() % 3 == 0)
                    b.insert(i);
            }
            QCOMPARE(of(a).includes(of(b)), std::ranges::includes(a, b));
            QVERIFY(of(a).includes(of(a)));
            QVERIFY(of(a).includes(SegmentRanges()));
        }
    }

    void onlyTheOneFormIsTaken_data()
    {
        QTest::addColumn<QList<quint32>>("ends");
        QTest::addColumn<bool>("isGood");
        QTest::newRow("none") << QList<quint32>{} << true;
        QTest::newRow("one") << QList<quint32>{0, 0} << true;
        QTest::newRow("two") << QList<quint32>{0, 4, 6, 6} << true;
        QTest::newRow("touching") << QList<quint32>{0, 4, 5, 6} << false;
        QTest::newRow("overlapping") << QList<quint32>{0, 4, 4, 6} << false;
        QTest::newRow("within") << QList<quint32>{0, 9, 2, 3} << false;
        QTest::newRow("descending") << QList<quint32>{6, 6, 0, 4} << false;
        QTest::newRow("backwards") << QList<quint32>{4, 0} << false;
        QTest::newRow("last index") << QList<quint32>{0, SegmentRanges::maxIndex - 1} << true;
        QTest::newRow("beyond the last index") << QList<quint32>{0, SegmentRanges::maxIndex} << false;
        QTest::newRow("largest") << QList<quint32>{0, std::numeric_limits<quint32>::max(), 5, 6} << false;
    }
    void onlyTheOneFormIsTaken()
    {
        QFETCH(QList<quint32>, ends);
        QFETCH(bool, isGood);
        std::vector<Range> ranges;
        for (qsizetype i = 0; i < ends.size(); i += 2)
            ranges.push_back({ends[i], ends[i + 1]});
        SegmentRanges set;
        set.insert(SegmentIndex(77));
        const SegmentRanges before = set;
        QCOMPARE(set.assign(ranges), isGood);
        if (isGood)
            QCOMPARE(set.ranges(), ranges);
        else
            QCOMPARE(set, before);
    }

    void theirNumberHasALimit()
    {
        std::vector<Range> ranges;
        for (std::uint32_t i = 0; i < SegmentRanges::maxRanges; ++i)
            ranges.push_back({2 * i, 2 * i});
        SegmentRanges set;
        QVERIFY(set.assign(ranges));
        ranges.push_back({5000, 5000});
        QVERIFY(!set.assign(ranges));
    }
};

QTEST_GUILESS_MAIN(TestRanges)
#include "tst_ranges.moc"
