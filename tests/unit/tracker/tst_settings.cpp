#include <QTest>

#include "p2p/tracker/settings.h"

using namespace mutoscope;
using tracker::parseSettings;

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAllKeys();
    void hasDefaults();
    void peersHaveKeyPinAndLimit();
    void namesTheLine_data();
    void namesTheLine();
    void missingDataAndFile();
    void shortGraceAndOpenMetricsAreDeliberate();
    void reloadTakesWhatItCan();
};

void TestSettings::readsAllKeys()
{
    const auto settings =
        parseSettings("# a comment\n\n network = test \r\nname = My = tracker\nlisten = [::1]:0\n"
                      "link_host=tracker.example\ndata = /var/lib/t\nclose_grace_ms = 15000\nlog = debug\n"
                      "max_connections = 7\nmax_connections_per_address = 3\nreserves_interval_s = 60\naddresses_per_minute = 7\n"
                      "searches_per_minute = 8\nrelay = [::]:7481\nrelay_mib_per_node_hour = 5\nrelay_price = 0.002\n"
                      "relay_pay_to = 06184adff6ac0e289aed531431634ebcea7b55c9d33acbec8a93b3b1361b4d6a\n"
                      "metrics = [::1]:0\nlog_format = json\n"
                      "database = postgresql://t@db.example/ledger",
                      "/etc");
    QVERIFY2(settings, settings ? "" : settings.error().message.c_str());
    QCOMPARE(settings->network, std::string("test"));
    QCOMPARE(settings->name, std::string("My = tracker"));
    QCOMPARE(settings->listenHost, std::string("::1"));
    QCOMPARE(settings->listenPort, 0);
    QCOMPARE(settings->linkHost, std::string("tracker.example"));
    QCOMPARE(settings->data.string(), std::string("/var/lib/t"));
    QCOMPARE(settings->closeGrace.count(), 15'000);
    QCOMPARE(settings->maxConnections, 7);
    QCOMPARE(settings->maxConnectionsPerAddress, 3);
    QCOMPARE(settings->reservesInterval.count(), 60);
    QCOMPARE(settings->addressesPerMinute, 7);
    QCOMPARE(settings->searchesPerMinute, 8);
    QCOMPARE(settings->relayHost, std::string("::"));
    QCOMPARE(settings->relayPort, 7481);
    QCOMPARE(settings->relayMiBPerNodeHour, 5);
    QCOMPARE(settings->relayPrice, base::Tokens(2'000));
    QVERIFY(settings->relayPayTo);
    QCOMPARE(settings->metricsHost, std::string("::1"));
    QCOMPARE(settings->logFormat, tracker::LogFormat::Json);
    QCOMPARE(settings->log, tracker::LogLevel::Debug);
    QCOMPARE(settings->database, std::string("postgresql://t@db.example/ledger"));
}

void TestSettings::hasDefaults()
{
    const auto settings = parseSettings("data = t", "/etc");
    QVERIFY(settings);
    QCOMPARE(settings->data.string(), std::string("/etc/t"));
    QCOMPARE(settings->linkHost, std::string("127.0.0.1"));
    QCOMPARE(settings->closeGrace.count(), 30'000);
    QVERIFY(settings->database.empty());
    QVERIFY(parseSettings("data = t\ndatabase = sqlite", "/")->database.empty());
    QVERIFY(settings->metricsHost.empty());
    QCOMPARE(parseSettings("data = t\nlisten = 0.0.0.0:1", "/")->linkHost, std::string("127.0.0.1"));
    QCOMPARE(parseSettings("data = t\nlisten = [::]:1", "/")->linkHost, std::string("::1"));
}

void TestSettings::peersHaveKeyPinAndLimit()
{
    const std::string pin(64, 'a');
    const std::string one = "https://t.example:7480/#key=" + std::string(43, 'A') + "&pin=" + pin;
    const std::string two = "https://[::1]:1/#key=" + std::string(42, 'A') + "E&pin=" + pin;
    const auto read = [](const std::string& lines) { return parseSettings("data = t\n" + lines, "/"); };
    const auto settings = read("peer = " + one + "  5000000\npeer = " + two + " 0\n");
    QVERIFY2(settings, settings ? "" : settings.error().message.c_str());
    QCOMPARE(settings->peers.size(), 2U);
    QCOMPARE(settings->peers[0].limit.value(), 5'000'000);
    QCOMPARE(settings->peers[0].link.endpoint.host, std::string("t.example"));
    QCOMPARE(settings->peers[1].limit.value(), 0);
    for (const std::string& bad : {one, one + " much", one + " -1", one + " 1.5", "https://t.example:7480/#pin=" + pin + " 5",
                                   "https://t.example:7480/#key=" + std::string(43, 'A') + " 5", std::string("5")})
        QVERIFY2(!read("peer = " + bad), bad.c_str());
    QVERIFY(!read("peer = " + one + " 1\npeer = " + one + " 2")); // whose limit?
    std::vector<std::string> others;
    QCOMPARE(tracker::reloaded(*parseSettings("data = t", "/"), *settings, others).peers, settings->peers);
    QVERIFY(others.empty());
}

void TestSettings::namesTheLine_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const char* line : {"nothing",
                             "colour = red",
                             "network =",
                             "network = 123456789012345678901234567890123",
                             "data =",
                             "listen = 127.0.0.1",
                             "listen = 127.0.0.1:65536",
                             "listen = 127.0.0.1:-1",
                             "listen = :80",
                             "listen = ::1:80",
                             "listen = a/b:80",
                             "link_host = a b",
                             "close_grace_ms = 1.5",
                             "close_grace_ms = 3600001",
                             "database = mysql://host/db",
                             "log = loud",
                             "log_format = xml",
                             "max_connections = 0",
                             "metrics = 1",
                             "allow_short_grace = 1",
                             "reserves_interval_s = soon",
                             "addresses_per_minute = -1", "searches_per_minute = many",
                             "data = twice",
                             "name = a\1b",
                             "name = caf\xe9"})
        QTest::newRow(line) << QByteArray(line);
}

void TestSettings::namesTheLine()
{
    QFETCH(QByteArray, line);
    const auto settings = parseSettings("# first\ndata = d\n" + line.toStdString() + "\n", "/");
    QVERIFY(!settings);
    QVERIFY2(settings.error().message.starts_with("line 3: "), settings.error().message.c_str());
}

void TestSettings::missingDataAndFile()
{
    QVERIFY(!parseSettings("network = test", "/"));
    QCOMPARE(tracker::readSettings("/no/such/file").error().code, base::ErrorCode::NotFound);
}

void TestSettings::shortGraceAndOpenMetricsAreDeliberate()
{
    const auto brief = parseSettings("data = d\nclose_grace_ms = 14999", "/");
    QVERIFY(!brief);
    QVERIFY(brief.error().message.find("allow_short_grace") != std::string::npos);
    QVERIFY(parseSettings("data = d\nclose_grace_ms = 14999\nallow_short_grace = yes", "/"));
    QVERIFY(parseSettings("data = d\nmetrics = 127.0.0.1:9100", "/"));
    for (const char* address : {"0.0.0.0:9100", "[::]:9100", "10.0.0.1:9100", "example.org:1"}) {
        const std::string text = "data = d\nmetrics = " + std::string(address);
        const auto open = parseSettings(text, "/");
        QVERIFY2(!open && open.error().message.find("metrics_anywhere") != std::string::npos, address);
        QVERIFY2(parseSettings(text + "\nmetrics_anywhere = yes", "/"), address);
    }
}

void TestSettings::reloadTakesWhatItCan()
{
    const auto current = *parseSettings("data = d\nname = one\nlisten = 127.0.0.1:1\nlog = info", "/");
    const auto wanted =
        *parseSettings("data = e\nname = two\nlisten = 127.0.0.1:2\nlog = debug\nclose_grace_ms = 20000\n"
                       "max_connections = 5\nlog_format = json\nmetrics = 127.0.0.1:1",
                       "/");
    std::vector<std::string> others;
    const auto result = tracker::reloaded(current, wanted, others);
    QCOMPARE(result.name, std::string("two"));
    QCOMPARE(result.log, tracker::LogLevel::Debug);
    QCOMPARE(result.logFormat, tracker::LogFormat::Json);
    QCOMPARE(result.closeGrace.count(), 20'000);
    QCOMPARE(result.maxConnections, 5);
    QCOMPARE(result.listenPort, 1); // as it was
    QCOMPARE(result.data, current.data);
    QCOMPARE(others, (std::vector<std::string>{"listen", "data", "metrics"}));
    others.clear();
    QVERIFY(tracker::reloaded(current, current, others) == current);
    QVERIFY(others.empty());
}

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
