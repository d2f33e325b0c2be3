#include <QTest>

#include "tests/lab/reach/programs.h"

using namespace mutoscope::test;

/// What nodes behind routers say of how they are reached.
class TestDialBack : public QObject
{
    Q_OBJECT

    static QString outcome(const QJsonObject& reach) { return reach[u"ports"_s].toArray().at(0)[u"outcome"_s].toString(); }

private Q_SLOTS:
    void initTestCase()
    {
        if (const std::string why = Lab::whyNot(); !why.empty())
            QSKIP(why.c_str());
    }

    void aRouterThatLetsNobodyInIsNoWay()
    {
        const Network network(Lab::Nat::PortPreserving, Lab::Nat::None);
        const QJsonObject reach = network.node("alice")->reach(u"none"_s);
        QCOMPARE(reach[u"observed"_s].toString(), u"198.51.100.10"_s);
        QCOMPARE(outcome(reach), u"silent"_s);
    }

    void anOpenAddressIsDirect()
    {
        const Network network(Lab::Nat::PortPreserving, Lab::Nat::None);
        const auto node = network.node("bob");
        // Its address is a private one, so that it can't be sure of the world; that it is reached is true.
        const QJsonObject reach = node->reach(u"local_network"_s);
        QCOMPARE(outcome(reach), u"reachable"_s);
        QCOMPARE(reach[u"endpoints"_s].toArray().at(0).toString(), u"192.168.20.2:7747"_s);
    }

    void anOpenIpv6AddressIsDirect()
    {
        const Network network(Lab::Nat::PortPreserving, Lab::Nat::None, "2001:db8::1");
        const QJsonObject reach = network.node("bob")->reach(u"direct"_s);
        QCOMPARE(reach[u"observed"_s].toString(), u"2001:db8:20::2"_s);
        QCOMPARE(reach[u"endpoints"_s].toArray().at(0).toString(), u"[2001:db8:20::2]:7747"_s);
    }

    void aRelayIsTheWayWhereThereIsNoOther()
    {
        const Network network(Lab::Nat::PortPreserving, Lab::Nat::PortPreserving, "198.51.100.1", "relay = [::]:7481\n");
        const QJsonObject reach = network.node("alice")->reach(u"relay"_s);
        const QString endpoint = reach[u"endpoints"_s].toArray().at(0).toString();
        QVERIFY2(endpoint.startsWith(u"198.51.100.1:7481/#relay="_s), qPrintable(endpoint));
        QCOMPARE(outcome(reach), u"silent"_s);
        // Who does not want one has none.
        const QJsonObject without = network.node("bob", {u"--no-relay"_s})->reach(u"none"_s);
        QCOMPARE(outcome(without), u"silent"_s);
    }

    void aPortThatIsForwardedIsReached()
    {
        Network network(Lab::Nat::PortPreserving, Lab::Nat::None);
        network.homes.lab.forwardPort("router-a", "net", 7747, "192.168.10.2");
        const QJsonObject reach = network.node("alice")->reach(u"direct"_s);
        QCOMPARE(outcome(reach), u"reachable"_s);
        QCOMPARE(reach[u"endpoints"_s].toArray().at(0).toString(), u"198.51.100.10:7747"_s);
    }
};

QTEST_GUILESS_MAIN(TestDialBack)
#include "tst_dial_back.moc"
