#include <QTest>

#include "p2p/tracker/rate_limit.h"

using namespace mutoscope;
using namespace std::chrono_literals;
using tracker::RateLimit;

class TestRateLimit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBurstThenSoManyAMinute()
    {
        RateLimit limit(60, 5);
        for (int i = 0; i < 5; ++i)
            QVERIFY(limit.take("192.0.2.1", 1h));
        QVERIFY(!limit.take("192.0.2.1", 1h));
        QVERIFY(!limit.take("192.0.2.1", 1h + 999ms));
        QVERIFY(limit.take("192.0.2.1", 1h + 1s));
        QVERIFY(!limit.take("192.0.2.1", 1h + 1s));
        for (int i = 0; i < 5; ++i)
            QVERIFY(limit.take("192.0.2.1", 9h)); // never more than the burst
        QVERIFY(!limit.take("192.0.2.1", 9h));
    }

    void eachNetworkHasItsOwn()
    {
        RateLimit limit(1, 1);
        QVERIFY(limit.take("192.0.2.1", 0ms));
        QVERIFY(!limit.take("192.0.2.1", 0ms));
        QVERIFY(!limit.take("::ffff:192.0.2.1", 0ms)); // the same one
        QVERIFY(limit.take("192.0.2.2", 0ms));
        QVERIFY(limit.take("2001:db8:1:2::1", 0ms));
        QVERIFY(!limit.take("2001:db8:1:2:ffff::9", 0ms)); // the same line
        QVERIFY(limit.take("2001:db8:1:3::1", 0ms));
    }

    void noLimit()
    {
        RateLimit limit(0, 0);
        for (int i = 0; i < 1'000; ++i)
            QVERIFY(limit.take("192.0.2.1", 0ms));
    }

    void manyNetworksTakeNoMoreMemory()
    {
        RateLimit limit(1, 1);
        QVERIFY(limit.take("192.0.2.1", 0ms));
        for (std::size_t i = 0; i < 3 * RateLimit::maxNetworks; ++i)
            QVERIFY(limit.take("10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255), 0ms));
        QVERIFY(limit.take("192.0.2.1", 0ms)); // forgotten, in favour of whoever comes now
    }

    void whatIsNoAddress()
    {
        RateLimit limit(1, 1);
        QVERIFY(limit.take("", 0ms));
        QVERIFY(!limit.take("nonsense", 0ms));
    }
};

QTEST_GUILESS_MAIN(TestRateLimit)
#include "tst_rate_limit.moc"
