#include <QtTest>

#include "p2p/net/token_bucket.h"

using namespace mutoscope::net;
using namespace std::chrono_literals;

/// The clock is the test's.
class TestTokenBucket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutARateNothingWaits()
    {
        TokenBucket bucket;
        QCOMPARE(bucket.take(1'000'000'000, {}).count(), 0);
        QCOMPARE(bucket.rate(), 0);
    }
    void keepsTheRate_data()
    {
        QTest::addColumn<int>("rate");
        QTest::addColumn<int>("piece");
        QTest::addColumn<int>("senders");
        QTest::newRow("small pieces") << 100'000 << 1'369 << 1;
        QTest::newRow("large pieces") << 1'000'000 << 65'536 << 1;
        QTest::newRow("several senders") << 500'000 << 16'384 << 7;
        QTest::newRow("a trickle") << 4'000 << 2'048 << 3;
    }
    /// Each sender waits as long as it is told, then sends, then takes its next piece; within a minute 5 % at most are amiss.
    void keepsTheRate()
    {
        QFETCH(int, rate);
        QFETCH(int, piece);
        QFETCH(int, senders);
        TokenBucket bucket;
        bucket.setRate(rate);
        const TokenBucket::Clock::time_point begin(1h);
        std::multimap<TokenBucket::Clock::time_point, int> due;
        for (int i = 0; i < senders; ++i)
            due.emplace(begin + bucket.take(static_cast<std::size_t>(piece), begin), i);
        std::int64_t sent = 0;
        while (due.begin()->first < begin + 60s) {
            const auto now = due.begin()->first;
            due.erase(due.begin());
            sent += piece;
            due.emplace(now + bucket.take(static_cast<std::size_t>(piece), now), 0);
        }
        const double share = static_cast<double>(sent) / (60.0 * rate);
        QVERIFY2(share > 0.95 && share < 1.05, qPrintable(QString::number(share)));
    }
    /// A quiet hour is not made good by a burst.
    void aPauseIsNotSavedUp()
    {
        TokenBucket bucket;
        bucket.setRate(1'000);
        const TokenBucket::Clock::time_point now(2h);
        QCOMPARE(bucket.take(1'000, now - 1h).count(), 0);
        QCOMPARE(bucket.take(1'000, now).count(), 0);
        QVERIFY(bucket.take(1'000, now) >= 700ms);
    }
};

QTEST_GUILESS_MAIN(TestTokenBucket)
#include "tst_token_bucket.moc"
