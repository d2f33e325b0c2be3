#include <QTest>

#include "tests/unit/tracker/service_world.h"

using namespace mutoscope;
using namespace mutoscope::test;

/// probeReach: whom the tracker connects to, and how often.
class TestReach : public QObject
{
    Q_OBJECT

    struct Dialled {
        std::string address;
        std::uint16_t port;
        base::Sha256 pin;
    };

    static wire::Signed<wire::ProbeReach> asking(Tracker& tracker, const crypto::NodeKey& key, std::vector<std::int64_t> ports)
    {
        auto message = tracker.request<wire::ProbeReach>(key);
        for (const std::int64_t port : ports)
            message.ports.push_back({port});
        message.tlsPin = crypto::sha256("pin");
        return wire::sign(std::move(message), key);
    }

private Q_SLOTS:
    void onlyTheAddressThatAsksIsConnectedTo()
    {
        Tracker tracker;
        std::vector<Dialled> dialled;
        tracker.service.setDialBack([&](const std::string& address, std::uint16_t port, const base::Sha256& pin, const auto& done) {
            dialled.push_back({address, port, pin});
            done(port == 7747 ? wire::ReachOutcome::Reachable : wire::ReachOutcome::Silent);
        });
        const auto answer = tracker.ask<wire::ReachAnswer>("probeReach", asking(tracker, keyOf(2), {7747, 51'000}));
        QVERIFY(answer);
        QCOMPARE(answer->observed, std::string("test")); // as the server names who asked
        QCOMPARE(answer->ports.size(), 2U);
        QCOMPARE(answer->ports[0].port, 7747);
        QCOMPARE(answer->ports[0].outcome, wire::ReachOutcome::Reachable);
        QCOMPARE(answer->ports[1].outcome, wire::ReachOutcome::Silent);
        QCOMPARE(dialled.size(), 2U);
        for (const Dialled& each : dialled) {
            QCOMPARE(each.address, std::string("test"));
            QCOMPARE(each.pin, crypto::sha256("pin"));
        }
    }

    void withoutPortsTheAddressIsTold()
    {
        Tracker tracker;
        tracker.service.setDialBack([](const auto&, auto, const auto&, const auto&) { qFatal("nobody was to be called"); });
        const auto answer = tracker.ask<wire::ReachAnswer>("probeReach", asking(tracker, keyOf(2), {}));
        QVERIFY(answer);
        QCOMPARE(answer->observed, std::string("test"));
    }

    void whoAsksTooOftenIsRefused()
    {
        Tracker tracker;
        int dialled = 0;
        tracker.service.setDialBack([&](const auto&, auto, const auto&, const auto& done) {
            ++dialled;
            done(wire::ReachOutcome::Silent);
        });
        base::Result<wire::ReachAnswer> answer;
        for (int i = 0; i < 7; ++i)
            answer = tracker.ask<wire::ReachAnswer>("probeReach", asking(tracker, keyOf(2), {7747}));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, base::ErrorCode::TooMany);
        QCOMPARE(dialled, 6);
    }

    void badPortsAreDropped_data()
    {
        QTest::addColumn<QList<qint64>>("ports");
        QTest::newRow("none") << QList<qint64>{0};
        QTest::newRow("too high") << QList<qint64>{65'536};
        QTest::newRow("too many") << QList<qint64>{1, 2, 3, 4, 5};
    }

    void badPortsAreDropped()
    {
        QFETCH(QList<qint64>, ports);
        Tracker tracker;
        tracker.service.setDialBack([](const auto&, auto, const auto&, const auto&) { qFatal("nobody was to be called"); });
        const auto request = asking(tracker, keyOf(2), {ports.begin(), ports.end()});
        QCOMPARE(tracker.call("probeReach", request.bytes).status, 400);
    }

    void aTrackerThatDoesNotDialSaysSo()
    {
        Tracker tracker;
        const auto answer = tracker.ask<wire::ReachAnswer>("probeReach", asking(tracker, keyOf(2), {7747}));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, base::ErrorCode::Unavailable);
    }
};

QTEST_GUILESS_MAIN(TestReach)
#include "tst_reach.moc"
