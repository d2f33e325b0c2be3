#include <QTest>

#include "p2p/tracker/settings.h"

using namespace mutoscope;
using tracker::parseSettings;
using tracker::parseTokens;

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAllKeys();
    void hasDefaults();
    void namesTheLine_data();
    void namesTheLine();
    void missingDataAndFile();
    void tokensAreExact_data();
    void tokensAreExact();
};

void TestSettings::readsAllKeys()
{
    const auto settings = parseSettings("# a comment\n\n network = test \r\nname = My = tracker\nlisten = [::1]:0\n"
                                        "link_host=tracker.example\ndata = /var/lib/t\nclose_grace_ms = 5\nlog = debug\n"
                                        "database = postgresql://t@db.example/ledger",
                                        "/etc");
    QVERIFY2(settings, settings ? "" : settings.error().message.c_str());
    QCOMPARE(settings->network, std::string("test"));
    QCOMPARE(settings->name, std::string("My = tracker"));
    QCOMPARE(settings->listenHost, std::string("::1"));
    QCOMPARE(settings->listenPort, 0);
    QCOMPARE(settings->linkHost, std::string("tracker.example"));
    QCOMPARE(settings->data.string(), std::string("/var/lib/t"));
    QCOMPARE(settings->closeGrace.count(), 5);
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
    QCOMPARE(parseSettings("data = t\nlisten = 0.0.0.0:1", "/")->linkHost, std::string("127.0.0.1"));
    QCOMPARE(parseSettings("data = t\nlisten = [::]:1", "/")->linkHost, std::string("::1"));
}

void TestSettings::namesTheLine_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const char* line : {"nothing", "colour = red", "network =", "network = 123456789012345678901234567890123", "data =",
                             "listen = 127.0.0.1", "listen = 127.0.0.1:65536", "listen = 127.0.0.1:-1", "listen = :80",
                             "listen = ::1:80", "listen = a/b:80", "link_host = a b", "close_grace_ms = 1.5",
                             "close_grace_ms = 3600001", "database = mysql://host/db", "log = loud", "data = twice", "name = a\1b", "name = caf\xe9"})
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

void TestSettings::tokensAreExact_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("micro"); // -1: refused
    const auto row = [](const char* text, qint64 micro) { QTest::newRow(text) << QByteArray(text) << micro; };
    row("0", 0);
    row("1", 1'000'000);
    row("1.5", 1'500'000);
    row("0.000001", 1);
    row("9007199254.740991", 9'007'199'254'740'991);
    row("9007199254.740992", -1);
    row("9007199255", -1);
    row("99999999999999999999", -1);
    row("0.0000001", -1);
    row("1.", -1);
    row(".5", -1);
    row("-1", -1);
    row("1e3", -1);
    row("1,5", -1);
    row("", -1);
}

void TestSettings::tokensAreExact()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, micro);
    const auto tokens = parseTokens(text.toStdString());
    QCOMPARE(tokens ? static_cast<qint64>(tokens->value()) : -1, micro);
}

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
