#include <optional>

#include <QTest>

#include "p2p/reach/reachability.h"
#include "tests/unit/wallet/fake_tracker.h"

using namespace mutoscope;
using namespace mutoscope::reach;
using namespace std::chrono_literals;

namespace
{

/// A tracker that sees one address and reaches the ports of a test's choice.
class DialingTracker final : public net::RequestHandler
{
public:
    explicit DialingTracker(test::VirtualTime& time) : inner(time) {}

    void handle(net::HttpRequest request, Respond respond) override
    {
        if (request.target != "/v1/probeReach" || inner.refusals.contains("probeReach"))
            return inner.handle(std::move(request), std::move(respond));
        const auto message = wire::open<wire::ProbeReach>(request.body, test::network, {wire::Role::Node});
        asked.push_back(message->message);
        wire::ReachAnswer answer;
        answer.observed = observed;
        for (const wire::PortToProbe& each : message->message.ports)
            answer.ports.push_back({each.port, outcomes.contains(each.port) ? outcomes[each.port] : wire::ReachOutcome::Silent});
        respond({.body = std::make_shared<const std::string>(inner.sign(answer, message->payload))});
    }

    test::FakeTracker inner;
    std::string observed = "203.0.113.7";
    std::map<std::int64_t, wire::ReachOutcome> outcomes;
    std::vector<wire::ProbeReach> asked;
};

struct Home {
    test::VirtualTime time;
    test::VirtualNetwork wires{time};
    DialingTracker tracker{time};
    crypto::NodeKey key = test::keyOf(2);
    test::CountingRandom random;
    std::unique_ptr<net::HttpClient> http = wires.client();
    std::unique_ptr<wallet::TrackerClient> client;
    std::vector<std::string> local{"192.168.1.5"};
    std::optional<Reachability> reach;

    explicit Home(const std::string& host = "0.0.0.0")
    {
        wires.listen(1, &tracker);
        client = std::make_unique<wallet::TrackerClient>(wallet::TrackerClient::Parts{
            *http, time, time, random, key, test::network, {{.host = "127.0.0.1", .port = 1, .pin = base::Sha256()}, {}}});
        reach.emplace(Reachability::Parts{time, *client, [this] { return local; }},
                      Reachability::Listening{.host = host, .port = 7747, .tlsPin = crypto::sha256("pin"), .advertised = {}});
        reach->start();
    }
    void greet()
    {
        client->handshake([](const auto&) {});
        time.advance(2s);
    }
    [[nodiscard]] Way way() const { return reach->status().way; }
};

} // namespace

/// What a node says of how others reach it.
class TestReachability : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKnownBeforeTheTrackerHasTried()
    {
        Home home;
        home.time.advance(1min);
        QCOMPARE(home.way(), Way::Unknown);
        QVERIFY(home.reach->status().observed.empty());
        QVERIFY(home.tracker.asked.empty());
        QCOMPARE(home.reach->status().endpoints, std::vector<std::string>{"192.168.1.5:7747"});
    }

    void anOpenPortIsDirect()
    {
        Home home;
        home.tracker.outcomes[7747] = wire::ReachOutcome::Reachable;
        home.greet();
        QCOMPARE(home.tracker.asked.size(), 1U);
        QCOMPARE(home.tracker.asked[0].tlsPin, crypto::sha256("pin"));
        QCOMPARE(home.way(), Way::Direct);
        QCOMPARE(home.reach->status().observed, std::string("203.0.113.7"));
        QCOMPARE(home.reach->status().endpoints.front(), std::string("203.0.113.7:7747"));
    }

    void aClosedRouterIsNoWay()
    {
        Home home;
        home.greet();
        QCOMPARE(home.way(), Way::None);
        QCOMPARE(home.reach->status().ports, (std::vector{PortCheck{7747, wire::ReachOutcome::Silent, false}}));
    }

    void aMappedPortIsTriedAtOnce()
    {
        Home home;
        home.greet();
        home.tracker.outcomes[50'000] = wire::ReachOutcome::Reachable;
        home.reach->setMappedPort(50'000);
        home.time.advance(100ms);
        QCOMPARE(home.tracker.asked.size(), 2U);
        QCOMPARE(home.way(), Way::MappedPort);
        QCOMPARE(home.reach->status().endpoints.front(), std::string("203.0.113.7:50000"));
        home.reach->setMappedPort(std::nullopt); // the router has forgotten it
        home.time.advance(100ms);
        QCOMPARE(home.way(), Way::None);
    }

    void aMappedPortOfTheSameNumberIsTheRoutersToo()
    {
        Home home;
        home.tracker.outcomes[7747] = wire::ReachOutcome::Reachable;
        home.reach->setMappedPort(7747);
        home.greet();
        QCOMPARE(home.way(), Way::MappedPort);
        QCOMPARE(home.tracker.asked.back().ports.size(), 1U);
    }

    void aMappingThatDoesNotWorkIsNotBelieved()
    {
        Home home;
        home.reach->setMappedPort(50'000);
        home.greet();
        QCOMPARE(home.way(), Way::None);
    }

    void aRelayIsTheWayWhereThereIsNoOther()
    {
        Home home;
        home.reach->setRelay("relay.example:7481/#relay=KEY");
        home.greet();
        QCOMPARE(home.way(), Way::Relay);
        QCOMPARE(home.reach->status().endpoints.front(), std::string("relay.example:7481/#relay=KEY"));
        home.tracker.outcomes[50'000] = wire::ReachOutcome::Reachable;
        home.reach->setMappedPort(50'000);
        home.time.advance(100ms);
        QCOMPARE(home.way(), Way::MappedPort);
        QCOMPARE(home.reach->status().endpoints.front(), std::string("203.0.113.7:50000"));
    }

    void aTrackerInTheSameNetworkKnowsNothingOfOthers()
    {
        Home home;
        home.tracker.observed = "192.168.1.5";
        home.tracker.outcomes[7747] = wire::ReachOutcome::Reachable;
        home.greet();
        QCOMPARE(home.way(), Way::LocalNetwork);
    }

    void anotherNetworkIsTriedAnew()
    {
        Home home;
        home.tracker.outcomes[7747] = wire::ReachOutcome::Reachable;
        home.greet();
        QCOMPARE(home.way(), Way::Direct);
        home.tracker.outcomes.clear();
        home.local = {"10.0.0.9"};
        QVERIFY(home.time.runUntil([&] { return home.way() == Way::Unknown; }, 15s)); // what was known is not any more
        home.time.advance(2s);
        QCOMPARE(home.way(), Way::None);
        QCOMPARE(home.tracker.asked.size(), 2U);
    }

    void itAsksSeldomWhereNothingChanges()
    {
        Home home;
        home.greet();
        home.time.advance(4h);
        QVERIFY2(home.tracker.asked.size() <= 9, qPrintable(QString::number(home.tracker.asked.size())));
        QVERIFY(home.tracker.asked.size() >= 8);
    }

    void aTrackerThatRefusesIsAskedSlower()
    {
        Home home;
        home.tracker.inner.refusals["probeReach"] = {base::ErrorCode::TooMany, "slow down"};
        home.greet();
        home.time.advance(1h);
        QCOMPARE(home.way(), Way::Unknown);
        QVERIFY(home.reach->status().problem.find("slow down") != std::string::npos);
        const auto asked = home.tracker.inner.count("probeReach");
        QVERIFY2(asked >= 5 && asked <= 15, qPrintable(QString::number(asked)));
    }

    void aBusyTrackerIsAskedAgain()
    {
        Home home;
        home.tracker.outcomes[7747] = wire::ReachOutcome::Busy;
        home.greet();
        QCOMPARE(home.way(), Way::Unknown);
        home.tracker.outcomes[7747] = wire::ReachOutcome::Reachable;
        home.time.advance(1min);
        QCOMPARE(home.way(), Way::Direct);
    }
};

QTEST_GUILESS_MAIN(TestReachability)
#include "tst_reachability.moc"
