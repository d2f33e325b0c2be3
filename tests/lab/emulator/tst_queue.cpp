#include <QTest>

#include "tests/support/lab/link_queue.h"

using namespace mutoscope::test;
using namespace std::chrono_literals;

/// What an emulated line does with packets, exactly.
class TestQueue : public QObject
{
    Q_OBJECT

    static constexpr std::size_t packet = 1000 - LinkQueue::frameOverhead;

private Q_SLOTS:
    void aPacketTakesItsTimeOnTheLineAndTheDelay()
    {
        LinkQueue queue({.bitsPerSecond = 8e6, .delay = 20ms}); // a byte takes 1 us
        QCOMPARE(queue.pass(5s, packet), std::optional<LinkQueue::Time>(5s + 1ms + 20ms));
    }

    void packetsGoOneAfterTheOther()
    {
        LinkQueue queue({.bitsPerSecond = 8e6, .delay = 20ms});
        for (int i = 1; i <= 10; ++i)
            QCOMPARE(queue.pass(5s, packet), std::optional<LinkQueue::Time>(5s + i * 1ms + 20ms));
        // A line that was idle saves nothing up.
        QCOMPARE(queue.pass(6s, packet), std::optional<LinkQueue::Time>(6s + 1ms + 20ms));
    }

    void whatTheQueueDoesNotHoldIsDropped()
    {
        LinkQueue queue({.bitsPerSecond = 8e6, .queueBytes = 3000});
        for (int i = 0; i < 3; ++i)
            QVERIFY(queue.pass(0s, packet));
        QVERIFY(!queue.pass(0s, packet));
        QVERIFY(queue.pass(1ms, packet)); // the first has left
        QVERIFY(!queue.pass(1ms, packet));
        QCOMPARE(queue.counters().passed, 4U);
        QCOMPARE(queue.counters().dropped, 2U);
    }

    void anotherRateHoldsFromTheNextPacketOn()
    {
        LinkQueue queue({.bitsPerSecond = 8e6});
        QCOMPARE(queue.pass(0s, packet), std::optional<LinkQueue::Time>(1ms));
        queue.setRate(8e5);
        QCOMPARE(queue.pass(0s, packet), std::optional<LinkQueue::Time>(11ms));
        queue.setRate(8e6);
        QCOMPARE(queue.pass(1s, packet), std::optional<LinkQueue::Time>(1s + 1ms));
    }

    void lossIsRandomAndTheSameEachTime()
    {
        const auto lost = [](std::uint32_t seed) {
            LinkQueue queue({.bitsPerSecond = 8e9, .loss = 0.1, .seed = seed});
            std::vector<int> numbers;
            for (int i = 0; i < 10'000; ++i) {
                if (!queue.pass(i * 1ms, packet))
                    numbers.push_back(i);
            }
            return numbers;
        };
        const auto once = lost(1);
        QVERIFY2(once.size() > 800 && once.size() < 1200, qPrintable(QString::number(once.size())));
        QCOMPARE(lost(1), once);
        QVERIFY(lost(2) != once);
    }
};

QTEST_GUILESS_MAIN(TestQueue)
#include "tst_queue.moc"
