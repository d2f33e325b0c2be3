#include <memory>
#include <thread>

#include <QThread>
#include <QtTest>

#include "p2p/base/executor.h"

using namespace mutoscope::base;
using namespace std::chrono_literals;

class TestExecutor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void postsInOrderAndNeverAtOnce()
    {
        QtExecutor executor;
        std::vector<int> ran;
        for (int i = 0; i < 3; ++i)
            executor.post([&ran, i] { ran.push_back(i); });
        QVERIFY(ran.empty());
        QTRY_COMPARE(ran, (std::vector{0, 1, 2}));
    }

    void postsFromOtherThreads()
    {
        QtExecutor executor;
        QThread* ranOn = nullptr;
        std::thread([&] { executor.post([&] { ranOn = QThread::currentThread(); }); }).join();
        QTRY_COMPARE(ranOn, QThread::currentThread());
    }

    void timersRunOnceInOrderOfTheirTime()
    {
        QtExecutor executor;
        std::vector<int> ran;
        QVERIFY(executor.after(30ms, [&] { ran.push_back(2); }) != 0);
        executor.after(1ms, [&] { ran.push_back(1); });
        executor.after(0ms, [&] { ran.push_back(0); });
        QVERIFY(ran.empty());
        QTRY_COMPARE(ran, (std::vector{0, 1, 2}));
    }

    void cancelledTimersDoNotRun()
    {
        QtExecutor executor;
        bool ran = false;
        bool isDone = false;
        const auto timer = executor.after(1ms, [&] { ran = true; });
        executor.after(10ms, [&] { isDone = true; });
        executor.cancel(timer);
        executor.cancel(timer);
        executor.cancel(0);
        executor.cancel(12345);
        QTRY_VERIFY(isDone);
        QVERIFY(!ran);
    }

    void aTaskMayCancelAndAddTimers()
    {
        QtExecutor executor;
        bool cancelledRan = false;
        bool addedRan = false;
        bool isDone = false;
        const auto later = executor.after(20ms, [&] { cancelledRan = true; });
        executor.after(0ms, [&] {
            executor.cancel(later);
            for (int i = 0; i < 100; ++i) // moves the list of timers in memory
                executor.cancel(executor.after(1ms, [&] { cancelledRan = true; }));
            executor.after(0ms, [&] { addedRan = true; });
            executor.after(40ms, [&] { isDone = true; });
        });
        QTRY_VERIFY(isDone);
        QVERIFY(addedRan);
        QVERIFY(!cancelledRan);
    }

    /// A deadline that has passed, and one that no Qt timer can hold (an int of milliseconds ends after 24 days).
    void delaysOutsideOfWhatATimerHolds()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
        QtExecutor executor;
        bool passed = false;
        bool farRan = false;
        const auto far = executor.after(std::chrono::hours(24 * 60), [&] { farRan = true; });
        const auto farther = executor.after(std::chrono::milliseconds::max(), [&] { farRan = true; });
        executor.after(-5ms, [&] { passed = true; });
        QTRY_VERIFY(passed);
        QVERIFY(!farRan);
        executor.cancel(far);
        executor.cancel(farther);
    }

    void itsEndDropsWhatWaits()
    {
        auto ran = std::make_shared<bool>(false);
        auto executor = std::make_unique<QtExecutor>();
        executor->post([ran] { *ran = true; });
        executor->after(0ms, [ran] { *ran = true; });
        executor.reset();
        QCOMPARE(ran.use_count(), 1);
        bool isDone = false;
        QtExecutor other;
        other.after(10ms, [&] { isDone = true; });
        QTRY_VERIFY(isDone);
        QVERIFY(!*ran);
    }
};

QTEST_GUILESS_MAIN(TestExecutor)
#include "tst_executor.moc"
