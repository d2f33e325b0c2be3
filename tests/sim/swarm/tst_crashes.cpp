#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QTest>

#include "tests/sim/swarm/theatre.h"

// kill -9, power cut and full disk at every write of the tracker, the seeder and the viewer, one run for each.
//
// Of the tracker, which writes most, the second and third scenario have torn writes only.
//
//     MUTOSCOPE_CRASH=all tst_sim_swarm_crashes         these too
//     MUTOSCOPE_CRASH=0/2/17/1 tst_sim_swarm_crashes    one of them: scenario, party, write, kind; with what happened

using namespace mutoscope;
using namespace mutoscope::test;
using namespace mutoscope::test::swarm;
using namespace std::chrono_literals;
using Kind = Accident::Kind;

namespace
{

// The parties of Plan::fair.
constexpr int T = 1;
constexpr int B = 2;
constexpr int C = 3;

enum class Scenario {
    Watched,         ///< all goes well: opened, watched, closed by the seeder
    ClosedAlone,     ///< the seeder is gone: the viewer closes at the tracker
    SeederComesBack, ///< it is killed and started again in the middle
};

Plan planOf(Scenario scenario)
{
    Plan plan = Plan::fair(4, 9s);
    switch (scenario) {
    case Scenario::Watched:
        break;
    case Scenario::ClosedAlone:
        plan.calm = 60s;
        plan.troubles.push_back({Trouble::Kind::Restart, 5s, 59s, B, 0, {}});
        break;
    case Scenario::SeederComesBack:
        plan.troubles.push_back({Trouble::Kind::Restart, 5s, 6s, B, 0, {}});
        break;
    }
    return plan;
}

Options countingWrites(std::optional<Accident> accident = {})
{
    Options options;
    options.countsWrites = true;
    options.accident = accident;
    return options;
}

std::string inWords(Scenario scenario, const Accident& accident)
{
    return std::to_string(static_cast<int>(scenario)) + "/" + std::to_string(accident.party) + "/" +
           std::to_string(accident.boundary) + "/" + std::to_string(static_cast<int>(accident.kind));
}

} // namespace

class TestCrashes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        crypto::initialise();
        watchSqlite();
        if (qEnvironmentVariableIsEmpty("MUTOSCOPE_CRASH"))
            QLoggingCategory::setFilterRules(QStringLiteral("mutoscope.*=false"));
        m_timer.start();
    }
    void cleanupTestCase() const
    {
        const double seconds = static_cast<double>(m_timer.nsecsElapsed()) / 1e9;
        qInfo("%d accidents in %.1f s", m_accidents, seconds);
    }

    void nothingIsLost_data()
    {
        QTest::addColumn<int>("scenario");
        QTest::addColumn<int>("party");
        const std::array scenarios{"watched", "closed by the viewer alone", "the seeder comes back"};
        const std::array parties{"tracker", "seeder", "viewer"};
        for (int scenario = 0; scenario < 3; ++scenario) {
            for (int party = T; party <= C; ++party) {
                const auto name = std::string(scenarios[static_cast<std::size_t>(scenario)]) + ", " +
                                  parties[static_cast<std::size_t>(party - 1)];
                QTest::newRow(name.c_str()) << scenario << party;
            }
        }
    }
    void nothingIsLost()
    {
        QFETCH(int, scenario);
        QFETCH(int, party);
        const auto which = static_cast<Scenario>(scenario);
        const Outcome undisturbed = m_theatre.run(planOf(which), countingWrites());
        QVERIFY2(undisturbed.failure.empty(), undisturbed.failure.c_str());
        QVERIFY(undisturbed.contracts > 0);
        QVERIFY(undisturbed.segments > 1);
        const int writes = undisturbed.writes.at(party);
        QVERIFY(writes > 20);
        for (const Kind kind : {Kind::Before, Kind::Torn, Kind::After, Kind::PowerCut, Kind::FullDisk}) {
            for (int boundary = 1; boundary <= writes; ++boundary) {
                const Accident accident{party, boundary, kind};
                const std::string name = inWords(which, accident);
                if (!isWanted(which, accident))
                    continue;
                const Outcome outcome = m_theatre.run(planOf(which), countingWrites(accident));
                ++m_accidents;
                const std::string text = outcome.story + outcome.failure + "\nonce more: MUTOSCOPE_CRASH=" + name;
                QVERIFY2(outcome.failure.empty(), text.c_str());
            }
        }
        qInfo("%d writes", writes);
    }

    /// What a person reads when the disk is full.
    void aFullDiskIsNamed()
    {
        std::set<std::string> problems;
        const Plan plan = planOf(Scenario::Watched);
        const int writes = m_theatre.run(plan, countingWrites()).writes.at(C);
        for (int boundary = 1; boundary <= writes; ++boundary)
            problems.merge(m_theatre.run(plan, countingWrites(Accident{C, boundary, Kind::FullDisk})).problems);
        const auto names = [](const std::string& problem) {
            return problem.find("No space left on device") != std::string::npos;
        };
        QVERIFY(std::ranges::any_of(problems, names));
    }

private:
    [[nodiscard]] static bool isWanted(Scenario scenario, const Accident& accident)
    {
        const QByteArray only = qgetenv("MUTOSCOPE_CRASH");
        if (only.isEmpty())
            return accident.party != T || scenario == Scenario::Watched || accident.kind == Kind::Torn;
        return only == "all" || inWords(scenario, accident) == only.toStdString();
    }

    Theatre m_theatre;
    QElapsedTimer m_timer;
    int m_accidents = 0;
};

QTEST_GUILESS_MAIN(TestCrashes)
#include "tst_crashes.moc"
