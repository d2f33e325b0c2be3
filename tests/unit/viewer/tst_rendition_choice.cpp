#include <QTest>

#include "p2p/viewer/rate_meter.h"
#include "p2p/viewer/rendition_choice.h"

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using mutoscope::viewer::RateMeter;
using mutoscope::viewer::RenditionChoice;

namespace
{

const std::vector<std::int64_t> rates{400'000, 1'000'000, 2'500'000, 5'000'000}; // bits/s
constexpr std::int64_t segmentMs = 4'000;
constexpr std::int64_t readAheadMs = 30'000;

/// A film that is bought over a line and played, in virtual time: one segment after the other, as far ahead as is allowed. The
/// line gives `bitsPerSecond(now)`, and each request takes 50 ms to get there.
struct Viewing {
    RenditionChoice choice{rates};
    RateMeter meter;
    milliseconds now{0};
    std::int64_t ahead = 0;
    std::int64_t stalledMs = 0;
    std::vector<std::size_t> rungs; ///< of the segments, in order

    template <class Line>
    void run(std::int64_t seconds, const Line& bitsPerSecond)
    {
        const milliseconds end = now + std::chrono::seconds(seconds);
        while (now < end) {
            if (ahead > readAheadMs - segmentMs) {
                play(100);
                continue;
            }
            choice.decide(meter.bytesPerSecond(), ahead, readAheadMs);
            rungs.push_back(choice.rung());
            double bits = static_cast<double>(rates[choice.rung()] * segmentMs) / 1000;
            const auto bytes = static_cast<std::int64_t>(bits / 8);
            meter.asked(now);
            play(50);
            while (bits > 0) {
                bits -= bitsPerSecond(now) / 100;
                play(10);
            }
            meter.arrived(now, bytes);
            ahead += segmentMs;
        }
    }
    void play(std::int64_t ms)
    {
        now += milliseconds(ms);
        if (!rungs.empty() && rungs.size() > 1)
            stalledMs += std::max<std::int64_t>(0, ms - ahead);
        ahead = std::max<std::int64_t>(0, ahead - ms);
    }
    [[nodiscard]] int changes() const
    {
        int count = 0;
        for (std::size_t i = 1; i < rungs.size(); ++i)
            count += rungs[i] != rungs[i - 1] ? 1 : 0;
        return count;
    }
};

auto steady(double bitsPerSecond)
{
    return [bitsPerSecond](milliseconds) { return bitsPerSecond; };
}

} // namespace

class TestRenditionChoice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSteadyLine_data()
    {
        QTest::addColumn<double>("line");
        QTest::addColumn<int>("rung");
        QTest::newRow("less than the lowest") << 300e3 << 0;
        QTest::newRow("just the lowest") << 600e3 << 0;
        QTest::newRow("the second") << 1.6e6 << 1;
        QTest::newRow("the third") << 4e6 << 2;
        QTest::newRow("the best") << 8e6 << 3;
        QTest::newRow("much more") << 100e6 << 3;
    }
    void aSteadyLine()
    {
        QFETCH(double, line);
        QFETCH(int, rung);
        Viewing viewing;
        viewing.run(180, steady(line));
        QCOMPARE(static_cast<int>(viewing.rungs.back()), rung);
        QVERIFY2(viewing.changes() <= 3, qPrintable(QString::number(viewing.changes())));
        // Whatever was begun with, it is found within a few segments.
        for (std::size_t i = 8; i < viewing.rungs.size(); ++i)
            QCOMPARE(static_cast<int>(viewing.rungs[i]), rung);
        if (line >= 600e3)
            QVERIFY2(viewing.stalledMs < 20'000, qPrintable(QString::number(viewing.stalledMs))); // of the start at most
    }

    void aSlumpIsPlayedThroughOrFollowed()
    {
        Viewing viewing;
        viewing.run(60, steady(8e6));
        QCOMPARE(viewing.rungs.back(), 3U);
        const auto before = viewing.stalledMs;
        viewing.run(8, steady(1.2e6)); // there is reserve for this
        viewing.run(60, steady(8e6));
        QCOMPARE(viewing.stalledMs, before);
        QCOMPARE(viewing.rungs.back(), 3U);

        viewing.run(90, steady(1.6e6)); // and now it stays so
        QCOMPARE(viewing.rungs.back(), 1U);
        QCOMPARE(viewing.stalledMs, before);
        viewing.run(90, steady(8e6));
        QCOMPARE(viewing.rungs.back(), 3U);
        QCOMPARE(viewing.stalledMs, before);
    }

    /// The line's rate lies where one rendition ends and the next begins, and trembles.
    void onTheEdgeItDoesNotGoToAndFro()
    {
        Viewing viewing;
        viewing.run(600, [](milliseconds now) { return 2.9e6 + (now.count() / 3'000 % 2 == 0 ? 0.4e6 : -0.4e6); });
        QVERIFY2(viewing.changes() <= 6, qPrintable(QString::number(viewing.changes())));
        QVERIFY(viewing.stalledMs < 5'000);
    }

    void withoutARateItStays()
    {
        RenditionChoice choice(rates);
        QCOMPARE(choice.rung(), 2U); // what most lines carry
        choice.decide({}, 0, readAheadMs);
        choice.decide({}, 30'000, readAheadMs);
        QCOMPARE(choice.rung(), 2U);
        QCOMPARE(RenditionChoice({9'000'000, 10'000'000}).rung(), 0U);
        QCOMPARE(RenditionChoice({9'000'000}).rung(), 0U);
    }

    void aReserveIsWhatTheSettingAllows()
    {
        RenditionChoice choice(rates); // never more than four seconds ahead
        choice.decide(10'000'000, 2'000, 4'000);
        QCOMPARE(choice.rung(), 3U);
        choice.decide(10'000'000, 500, 4'000);
        QCOMPARE(choice.rung(), 3U);
        choice.decide(100'000, 500, 4'000);
        QCOMPARE(choice.rung(), 0U);
    }

    void whileSomethingIsUnderWayItOnlyGoesDown()
    {
        RenditionChoice choice(rates);
        QVERIFY(!choice.follow({}, 0));
        QVERIFY(!choice.follow(10'000'000, 10'000));
        QVERIFY(!choice.follow(350'000, 0)); // 2.8 Mbit/s carry it; to refill takes more, but waits for the next one
        QCOMPARE(choice.rung(), 2U);
        QVERIFY(!choice.follow(150'000, 20'000)); // plenty is here
        QVERIFY(choice.follow(150'000, 10'000));
        QCOMPARE(choice.rung(), 1U);
        QVERIFY(!choice.follow(150'000, 10'000));
    }

    void onlyTimeWithSomethingUnderWayCounts()
    {
        RateMeter meter;
        QVERIFY(!meter.bytesPerSecond());
        milliseconds now{0};
        for (int i = 0; i < 10; ++i) {
            meter.asked(now);
            now += 100ms;
            meter.arrived(now, 100'000);
            now += 10s; // a pause
        }
        QCOMPARE(meter.bytesPerSecond(), std::optional<std::int64_t>(1'000'000));
    }

    void severalUnderWayShareTheLine()
    {
        RateMeter meter;
        milliseconds now{0};
        meter.asked(now);
        for (int i = 0; i < 50; ++i) {
            meter.asked(now);
            now += 100ms;
            meter.arrived(now, 100'000);
        }
        const auto rate = meter.bytesPerSecond();
        QVERIFY(rate && std::abs(*rate - 1'000'000) < 10);
    }

    void smallPiecesAreMeasuredTogether()
    {
        RateMeter meter;
        milliseconds now{0};
        for (int i = 0; i < 63; ++i) {
            meter.asked(now);
            now += 10ms;
            meter.arrived(now, 1024);
            QVERIFY(!meter.bytesPerSecond());
        }
        meter.asked(now);
        now += 10ms;
        meter.arrived(now, 1024);
        QCOMPARE(meter.bytesPerSecond(), std::optional<std::int64_t>(102'400));
    }

    void aSlumpIsBelievedAtOnceARiseLater()
    {
        RateMeter meter;
        milliseconds now{0};
        const auto go = [&](int seconds, std::int64_t bytesPerSecond) {
            for (int i = 0; i < seconds; ++i) {
                meter.asked(now);
                now += 1s;
                meter.arrived(now, bytesPerSecond);
            }
            return *meter.bytesPerSecond();
        };
        QCOMPARE(go(20, 1'000'000), 1'000'000);
        QVERIFY(go(2, 200'000) <= 600'001); // half-way after its half-life of 2 s
        go(30, 200'000);
        QVERIFY(go(2, 1'000'000) < 400'000);
    }

    void whatFailsCountsForItsTime()
    {
        RateMeter meter;
        meter.asked(0ms);
        meter.failed(900ms);
        meter.asked(900ms);
        meter.arrived(1'000ms, 100'000);
        QCOMPARE(meter.bytesPerSecond(), std::optional<std::int64_t>(100'000));
        meter.arrived(2'000ms, 100'000'000); // nobody asked
        QCOMPARE(meter.bytesPerSecond(), std::optional<std::int64_t>(100'000));
        meter.asked(2'000ms);
        meter.stop();
        meter.arrived(3'000ms, 100'000'000);
        QCOMPARE(meter.bytesPerSecond(), std::optional<std::int64_t>(100'000));
    }
};

QTEST_GUILESS_MAIN(TestRenditionChoice)
#include "tst_rendition_choice.moc"
