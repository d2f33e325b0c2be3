#include <QtTest>

#include "p2p/viewer/pipeline_depth.h"

using namespace mutoscope;
using namespace std::chrono_literals;
using viewer::pipelineDepth;

class TestPipelineDepth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fillsTheLine_data()
    {
        QTest::addColumn<int>("roundTripMs");
        QTest::addColumn<double>("megabits");
        QTest::addColumn<int>("connections");
        QTest::addColumn<qint64>("segment");
        QTest::addColumn<qint64>("depth");
        constexpr qint64 mebibyte = 1 << 20;
        QTest::newRow("nothing known") << 0 << 0.0 << 1 << mebibyte << qint64{4};
        QTest::newRow("no rate known") << 200 << 0.0 << 1 << mebibyte << qint64{4};
        QTest::newRow("no round trip known") << 0 << 100.0 << 1 << mebibyte << qint64{4};
        QTest::newRow("nothing known, small ones") << 0 << 0.0 << 1 << mebibyte / 8 << qint64{32};
        QTest::newRow("nothing known, large ones") << 0 << 0.0 << 1 << 16 * mebibyte << qint64{2};
        QTest::newRow("near, slow") << 20 << 20.0 << 1 << mebibyte << qint64{3};
        QTest::newRow("far, slow") << 200 << 20.0 << 1 << mebibyte << qint64{3};
        QTest::newRow("near, fast") << 20 << 100.0 << 1 << mebibyte << qint64{3};
        QTest::newRow("far, fast") << 200 << 100.0 << 1 << mebibyte << qint64{7};
        QTest::newRow("far, fast, small ones") << 200 << 100.0 << 1 << mebibyte / 4 << qint64{22};
        QTest::newRow("lossy") << 80 << 6.0 << 3 << mebibyte << qint64{7};
        QTest::newRow("bounded") << 1'000 << 100'000.0 << 1 << mebibyte << qint64{wire::maxCreditWindow};
        QTest::newRow("nonsense") << 100'000'000 << 1e12 << 1'000'000 << qint64{0} << qint64{wire::maxCreditWindow};
    }
    void fillsTheLine()
    {
        QFETCH(int, roundTripMs);
        QFETCH(double, megabits);
        QFETCH(int, connections);
        QFETCH(qint64, segment);
        QFETCH(qint64, depth);
        const net::LineFigures line{.roundTrip = std::chrono::milliseconds(roundTripMs),
                                    .bytesPerSecond = static_cast<std::int64_t>(megabits * 1e6 / 8),
                                    .connections = connections};
        QCOMPARE(pipelineDepth(line, segment), depth);
    }
};

QTEST_GUILESS_MAIN(TestPipelineDepth)
#include "tst_pipeline_depth.moc"
