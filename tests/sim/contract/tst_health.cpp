#include <QTest>

#include "p2p/discovery/health_check.h"
#include "tests/sim/contract/fixture.h"

// Whether a film's seeders are there, asked before anything is opened.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;

namespace
{

struct World : Fixture {
    std::vector<discovery::FilmHealth> came;
    discovery::HealthCheck check{
        discovery::HealthCheck::Parts{viewersHost, time, *viewer->basics.http, viewer->basics.trackerClient, viewer->basics.wallet, network},
        [this](const discovery::FilmHealth& health) { came.push_back(health); }};

    discovery::FilmHealth ask(const base::ContentId& content)
    {
        came.clear();
        check.check(content);
        time.runUntil([&] { return !came.empty(); }, 60s);
        return came.empty() ? discovery::FilmHealth{} : came.front();
    }
};

} // namespace

class TestHealth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void aSeederThatIsThereAnswers()
    {
        World world;
        const auto health = world.ask(world.film);
        QVERIFY(health.problem.empty());
        QCOMPARE(health.content, world.film);
        QCOMPARE(health.seeders.size(), 1u);
        QVERIFY(health.seeders.front().answeredMs.has_value());
        QCOMPARE(health.seeders.front().pricePerMiB, price);
        QVERIFY(health.seeders.front().complete);
    }
    /// The tracker still names it: its offer has not expired.
    void oneThatIsGoneDoesNot()
    {
        World world;
        world.wires.unplug(world.seeder->port);
        const auto health = world.ask(world.film);
        QCOMPARE(health.seeders.size(), 1u);
        QVERIFY(!health.seeders.front().answeredMs);
    }
    void oneThatNeverAnswersIsNotWaitedFor()
    {
        World world;
        world.wires.setFault([](const auto&, const net::HttpRequest& request) {
            return request.target.ends_with("/offer") ? VirtualNetwork::Fate::LoseRequest : VirtualNetwork::Fate::Deliver;
        });
        const auto begun = world.time.monotonic();
        const auto health = world.ask(world.film);
        QCOMPARE(health.seeders.size(), 1u);
        QVERIFY(!health.seeders.front().answeredMs);
        QVERIFY(world.time.monotonic() - begun <= discovery::HealthCheck::patience + 1s);
    }
    void isNotAskedAgainAtOnce()
    {
        World world;
        QVERIFY(world.ask(world.film).seeders.front().answeredMs);
        world.wires.unplug(world.seeder->port);
        QVERIFY2(world.ask(world.film).seeders.front().answeredMs, "the answer of just now");
        world.time.advance(discovery::HealthCheck::keptFor);
        QVERIFY(!world.ask(world.film).seeders.front().answeredMs);
    }
    void whatNobodySeedsHasNoSeeders()
    {
        World world;
        const auto health = world.ask(base::ContentId::fromRaw(std::string(32, 'x')));
        QVERIFY(health.problem.empty());
        QVERIFY(health.seeders.empty());
    }
    /// However many are wished for, few are asked at a time, and each is told.
    void manyFilmsComeOneAfterTheOther()
    {
        World world;
        const auto lookups = [&world] {
            return std::ranges::count_if(world.wires.log(), [](const auto& each) { return each.find("findSeeders") != std::string::npos; });
        };
        const auto before = lookups();
        std::set<base::ContentId> wished;
        for (char id = 'a'; id <= 'z'; ++id) {
            wished.insert(base::ContentId::fromRaw(std::string(32, id)));
            world.check.check(*std::prev(wished.end()));
        }
        world.time.advance(1ms);
        QCOMPARE(static_cast<std::size_t>(lookups() - before), discovery::HealthCheck::filmsAtOnce);
        QVERIFY(world.time.runUntil([&] { return world.came.size() >= wished.size(); }, 60s));
        std::set<base::ContentId> told;
        for (const auto& each : world.came)
            told.insert(each.content);
        QCOMPARE(told, wished);
    }
};

QTEST_GUILESS_MAIN(TestHealth)
#include "tst_health.moc"
