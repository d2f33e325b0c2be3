#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QTest>

#include "tests/sim/swarm/theatre.h"

// Thousands of small worlds, each from a seed: see plan.h for what may go wrong in one, auditor.h for what must hold.
//
//     MUTOSCOPE_SIM_SEED=17 tst_sim_swarm_swarm     one seed, with its plan and, if it fails, what happened
//     MUTOSCOPE_SIM_RUNS=20000 tst_sim_swarm_swarm  seeds 1 … 20000
//     MUTOSCOPE_SIM_JSON=FILE tst_sim_swarm_swarm   the figures as JSON

using namespace mutoscope;
using namespace mutoscope::test;
using namespace mutoscope::test::swarm;

namespace
{

constexpr int defaultRuns = 300;
constexpr int sabotageRuns = 150;

std::string replay(std::uint64_t seed)
{
    return "MUTOSCOPE_SIM_SEED=" + std::to_string(seed) + " tst_sim_swarm_swarm invariantsHold\n";
}

} // namespace

class TestSwarm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        crypto::initialise();
        if (qEnvironmentVariableIsEmpty("MUTOSCOPE_SIM_SEED"))
            QLoggingCategory::setFilterRules(QStringLiteral("mutoscope.*=false"));
    }

    void invariantsHold()
    {
        const int only = qEnvironmentVariableIntValue("MUTOSCOPE_SIM_SEED");
        const int wanted = qEnvironmentVariableIntValue("MUTOSCOPE_SIM_RUNS");
        const int first = only > 0 ? only : 1;
        const int last = only > 0 ? only : wanted > 0 ? wanted : defaultRuns;
        Theatre theatre;
        QElapsedTimer timer;
        timer.start();
        Outcome sum;
        for (int seed = first; seed <= last; ++seed) {
            if (only > 0)
                qInfo().noquote() << Plan(static_cast<std::uint64_t>(seed)).inWords().c_str();
            const Outcome outcome = theatre.run(Plan(static_cast<std::uint64_t>(seed)));
            sum.simulated += outcome.simulated;
            sum.segments += outcome.segments;
            sum.contracts += outcome.contracts;
            if (!outcome.failure.empty()) {
                const std::string text = outcome.story + Plan(static_cast<std::uint64_t>(seed)).inWords() + "\n" +
                                         outcome.failure + "\nonce more: " + replay(static_cast<std::uint64_t>(seed));
                QFAIL(text.c_str());
            }
        }
        report(last - first + 1, sum, static_cast<double>(timer.nsecsElapsed()) / 1e9);
    }

    void mistakesAreFound_data()
    {
        QTest::addColumn<Sabotage>("sabotage");
        QTest::addColumn<QString>("invariant");
        QTest::newRow("a segment without a receipt") << Sabotage::OneSegmentTooMany << "5";
        QTest::newRow("a double payment") << Sabotage::DoublePayment << "1";
        QTest::newRow("tokens from nowhere") << Sabotage::TokensFromNowhere << "1";
        QTest::newRow("a viewer that signs what it likes") << Sabotage::LiarTakenForHonest << "";
        QTest::newRow("a seeder that never closes") << Sabotage::SeederNeverCloses << "";
    }
    void mistakesAreFound()
    {
        QFETCH(Sabotage, sabotage);
        QFETCH(QString, invariant);
        Theatre theatre;
        Options options;
        options.sabotage = sabotage;
        std::string found;
        for (int seed = 1; seed <= sabotageRuns && found.empty(); ++seed)
            found = theatre.run(Plan(static_cast<std::uint64_t>(seed)), options).failure;
        QVERIFY(!found.empty());
        QVERIFY2(QString::fromStdString(found).startsWith(invariant), found.c_str());
    }

    void aSeedRepeatsItself()
    {
        Theatre theatre;
        for (const std::uint64_t seed : {3U, 5U, 8U}) {
            const Outcome once = theatre.run(Plan(seed));
            const Outcome again = theatre.run(Plan(seed));
            QCOMPARE(again.simulated.count(), once.simulated.count());
            QCOMPARE(again.segments, once.segments);
            QCOMPARE(again.contracts, once.contracts);
        }
    }

private:
    static void report(int runs, const Outcome& sum, double seconds)
    {
        const double hours = static_cast<double>(sum.simulated.count()) / 3'600'000;
        qInfo("%d runs in %.1f s: %.0f a minute, %.2f simulated hours a second; %lld segments, %lld contracts", runs,
              seconds, runs * 60 / seconds, hours / seconds, static_cast<long long>(sum.segments),
              static_cast<long long>(sum.contracts));
        QFile file(qEnvironmentVariable("MUTOSCOPE_SIM_JSON"));
        if (file.fileName().isEmpty())
            return;
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            QStringLiteral(
                "{\"runs\":%1,\"seconds\":%2,\"runs_per_minute\":%3,\"simulated_hours_per_second\":%4,\"segments\":%5,"
                "\"contracts\":%6}\n")
                .arg(runs)
                .arg(seconds)
                .arg(runs * 60 / seconds)
                .arg(hours / seconds)
                .arg(sum.segments)
                .arg(sum.contracts)
                .toUtf8());
    }
};

QTEST_GUILESS_MAIN(TestSwarm)
#include "tst_swarm.moc"
