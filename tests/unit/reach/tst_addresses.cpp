#include <QTest>

#include "p2p/reach/addresses.h"

using namespace mutoscope::reach;
using Endpoints = std::vector<std::string>;

/// Which addresses others can use, and where a node is announced.
class TestAddresses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scopes_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<int>("scope");
        const auto row = [](const char* address, Scope scope) { QTest::newRow(address) << QString::fromLatin1(address) << static_cast<int>(scope); };
        for (const char* address : {"127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"})
            row(address, Scope::Loopback);
        for (const char* address : {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.0.1", "fd00::1", "fc00::1"})
            row(address, Scope::Private);
        for (const char* address : {"11.0.0.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "198.51.100.1", "2001:db8::1"})
            row(address, Scope::World);
        for (const char* address : {"0.0.0.0", "::", "169.254.1.1", "fe80::1", "224.0.0.1", "255.255.255.255", "ff02::1", "localhost", ""})
            row(address, Scope::Nowhere);
    }

    void scopes()
    {
        QFETCH(QString, address);
        QFETCH(int, scope);
        QCOMPARE(static_cast<int>(scopeOf(address.toStdString())), scope);
    }

    void theOneAddressWhereItListens()
    {
        QCOMPARE(endpointsToAnnounce({.listenHost = "192.168.1.5", .listenPort = 7747, .advertised = {}, .local = {"203.0.113.7"}, .confirmed = {}, .relay = {}}),
                 Endpoints{"192.168.1.5:7747"});
        QCOMPARE(endpointsToAnnounce({.listenHost = "2001:db8::5", .listenPort = 7747, .advertised = {}, .local = {}, .confirmed = {}, .relay = {}}),
                 Endpoints{"[2001:db8::5]:7747"});
    }

    void whatThePersonSaysComesFirst()
    {
        QCOMPARE(endpointsToAnnounce({.listenHost = "::",
                                      .listenPort = 7747,
                                      .advertised = {"node.example:443"},
                                      .local = {"192.168.1.5"},
                                      .confirmed = {"203.0.113.7:7747"},
                                      .relay = "relay"}),
                 (Endpoints{"node.example:443", "203.0.113.7:7747", "relay"}));
    }

    void aWildcardIsNeverAnnounced()
    {
        const Candidates behindARouter{
            .listenHost = "0.0.0.0", .listenPort = 1, .advertised = {}, .local = {"192.168.1.5", "fd00::5"}, .confirmed = {}, .relay = {}};
        QCOMPARE(endpointsToAnnounce(behindARouter), Endpoints{"192.168.1.5:1"}); // IPv4 only
        Candidates both = behindARouter;
        both.listenHost = "::";
        QCOMPARE(endpointsToAnnounce(both), (Endpoints{"192.168.1.5:1", "[fd00::5]:1"}));
        both.local.emplace_back("2001:db8::5"); // then nobody needs the others
        QCOMPARE(endpointsToAnnounce(both), Endpoints{"[2001:db8::5]:1"});
        both.local.clear();
        QCOMPARE(endpointsToAnnounce(both), Endpoints{"[::1]:1"});
    }

    void whatWorksComesBeforeWhatMay()
    {
        QCOMPARE(endpointsToAnnounce({.listenHost = "::",
                                      .listenPort = 7747,
                                      .advertised = {},
                                      .local = {"2001:db8::5", "192.168.1.5"},
                                      .confirmed = {"203.0.113.7:50000"},
                                      .relay = {}}),
                 (Endpoints{"203.0.113.7:50000", "[2001:db8::5]:7747"}));
    }

    void thereAreEightAtMostAndEachOnce()
    {
        Candidates many{.listenHost = "::", .listenPort = 1, .advertised = {}, .local = {}, .confirmed = {"[2001:db8::1]:1"}, .relay = {}};
        for (int i = 1; i < 10; ++i)
            many.local.push_back("2001:db8::" + std::to_string(i));
        const Endpoints endpoints = endpointsToAnnounce(many);
        QCOMPARE(endpoints.size(), 8U);
        QCOMPARE(std::ranges::count(endpoints, "[2001:db8::1]:1"), 1);
    }
};

QTEST_GUILESS_MAIN(TestAddresses)
#include "tst_addresses.moc"
