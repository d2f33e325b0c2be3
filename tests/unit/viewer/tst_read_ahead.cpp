#include <QTest>

#include "p2p/viewer/read_ahead.h"

using namespace mutoscope;
using base::Tokens;
using viewer::ReadAhead;

namespace
{

constexpr std::int64_t film = 500'000; ///< bytes per second

} // namespace

class TestReadAhead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDepthFollowsTheRate_data()
    {
        QTest::addColumn<double>("times");
        QTest::addColumn<int>("depth");
        QTest::newRow("nothing comes") << 0.0 << 60'000;
        QTest::newRow("too slow") << 0.5 << 60'000;
        QTest::newRow("barely") << 1.25 << 60'000;
        QTest::newRow("twice") << 2.0 << 43'636;
        QTest::newRow("plenty") << 4.0 << 30'000;
        QTest::newRow("a LAN") << 100.0 << 30'000;
    }
    void theDepthFollowsTheRate()
    {
        QFETCH(double, times);
        QFETCH(int, depth);
        ReadAhead ahead(60'000);
        QCOMPARE(ahead.depthMs(), 30'000);
        ahead.measured(static_cast<std::int64_t>(times * film), film);
        QCOMPARE(ahead.depthMs(), depth);
        QCOMPARE(ahead.mostMs(), 60'000);
    }
    void neverMoreThanIsAllowed()
    {
        for (const std::int64_t most : {5'000, 10'000, 30'000, 600'000}) {
            ReadAhead ahead(most);
            for (double times = 0.1; times < 20; times *= 1.3) {
                ahead.measured(static_cast<std::int64_t>(times * film), film);
                QVERIFY(ahead.depthMs() <= most);
                QVERIFY(ahead.depthMs() >= std::min<std::int64_t>(most, 15'000));
            }
        }
    }
    void itDoesNotGoToAndFro()
    {
        ReadAhead ahead(60'000);
        ahead.measured(2 * film, film);
        const auto depth = ahead.depthMs();
        for (int i = 0; i < 100; ++i) {
            ahead.measured(2 * film + (i % 2 ? film / 10 : -film / 10), film);
            QCOMPARE(ahead.depthMs(), depth);
        }
    }
    void nonsenseIsBounded()
    {
        QCOMPARE(ReadAhead(-5).mostMs(), ReadAhead::leastMs);
        QCOMPARE(ReadAhead(std::numeric_limits<std::int64_t>::max()).mostMs(), ReadAhead::longestMs);
        ReadAhead ahead(30'000);
        ahead.measured(-7, film);
        QCOMPARE(ahead.depthMs(), 30'000);
        ahead.measured(film, 0); // the film's rate isn't known
        QCOMPARE(ahead.depthMs(), 30'000);
    }
    void theCapBoundsIt_data()
    {
        QTest::addColumn<qint64>("left");
        QTest::addColumn<qint64>("price");
        QTest::addColumn<qint64>("reach");
        QTest::newRow("enough") << qint64(10'000'000) << qint64(100'000) << qint64(30'000);
        QTest::newRow("5 MiB") << qint64(500'000) << qint64(100'000) << qint64(10'485);
        QTest::newRow("nothing") << qint64(0) << qint64(100'000) << qint64(0);
        QTest::newRow("free of charge") << qint64(0) << qint64(0) << qint64(30'000);
        QTest::newRow("the most there can be") << qint64(base::maxInteger) << qint64(1) << qint64(30'000);
    }
    void theCapBoundsIt()
    {
        QFETCH(qint64, left);
        QFETCH(qint64, price);
        QFETCH(qint64, reach);
        QCOMPARE(ReadAhead(30'000).reachMs(Tokens(left), Tokens(price), film), reach);
    }
};

QTEST_APPLESS_MAIN(TestReadAhead)
#include "tst_read_ahead.moc"
