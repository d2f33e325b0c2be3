#include <QTest>

#include "p2p/net/endpoint.h"

using namespace mutoscope;
using namespace mutoscope::net;

class TestEndpoint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void trackerLink();
};

namespace
{
const std::string pinText = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const std::string keyText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
} // namespace

void TestEndpoint::reads_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<bool>("pinned");
    QTest::addColumn<QByteArray>("canonical");
    const QByteArray pin = "#pin=" + QByteArray::fromStdString(pinText);
    QTest::newRow("IPv4") << "https://127.0.0.1:4455/" + pin << QByteArray("127.0.0.1") << 4455 << true
                          << "https://127.0.0.1:4455/" + pin;
    QTest::newRow("IPv6") << "https://[0:0::1]:1/" + pin << QByteArray("::1") << 1 << true << "https://[::1]:1/" + pin;
    QTest::newRow("name") << "https://A.example-x.ORG:65535/" + pin << QByteArray("a.example-x.org") << 65535 << true
                          << "https://a.example-x.org:65535/" + pin;
    QTest::newRow("no pin") << QByteArray("https://tracker.example:443/") << QByteArray("tracker.example") << 443 << false
                            << QByteArray("https://tracker.example:443/");
    const QByteArray relay = "relay=" + QByteArray::fromStdString(keyText);
    QTest::newRow("behind a relay") << "https://relay.example:7481/" + pin + "&" + relay << QByteArray("relay.example") << 7481 << true
                                    << "https://relay.example:7481/" + pin + "&" + relay;
    QTest::newRow("of an offer") << "https://[::1]:7481/#" + relay << QByteArray("::1") << 7481 << false << "https://[::1]:7481/#" + relay;
    QTest::newRow("no slash") << QByteArray("https://localhost:443") << QByteArray("localhost") << 443 << false
                              << QByteArray("https://localhost:443/");
}

void TestEndpoint::reads()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, host);
    QFETCH(int, port);
    QFETCH(bool, pinned);
    QFETCH(QByteArray, canonical);
    const auto endpoint = parseEndpoint(text.toStdString());
    QVERIFY(endpoint);
    QCOMPARE(QByteArray::fromStdString(endpoint->host), host);
    QCOMPARE(int(endpoint->port), port);
    QCOMPARE(endpoint->pin.has_value(), pinned);
    QCOMPARE(QByteArray::fromStdString(toString(*endpoint)), canonical);
    QVERIFY(parseEndpoint(toString(*endpoint)) == *endpoint);
}

void TestEndpoint::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    const QByteArray pin = QByteArray::fromStdString(pinText);
    const std::pair<const char*, QByteArray> rows[] = {
        {"empty", ""},
        {"http", "http://a:1/"},
        {"no port", "https://a/"},
        {"empty port", "https://a:/"},
        {"port 0", "https://a:0/"},
        {"port 65536", "https://a:65536/"},
        {"leading zero", "https://a:01/"},
        {"negative port", "https://a:-1/"},
        {"port overflow", "https://a:18446744073709551617/"},
        {"empty host", "https://:1/"},
        {"user", "https://u@a:1/"},
        {"path", "https://a:1/x"},
        {"query", "https://a:1/?x"},
        {"bare IPv6", "https://::1:1/"},
        {"bad IPv6", "https://[::g]:1/"},
        {"zone", "https://[fe80::1%eth0]:1/"},
        {"IPv4 in brackets", "https://[1.2.3.4]:1/"},
        {"bad IPv4", "https://1.2.3.256:1/"},
        {"number", "https://12345:1/"},
        {"empty label", "https://a..b:1/"},
        {"final dot", "https://a.:1/"},
        {"hyphen", "https://-a:1/"},
        {"hyphen at the end", "https://a-.b:1/"},
        {"space", "https://a b:1/"},
        {"not ASCII", "https://\xc3\xa4:1/"},
        {"NUL", QByteArray("https://a\0b:1/", 14)},
        {"long label", "https://" + QByteArray(64, 'a') + ":1/"},
        {"long name", "https://" + QByteArray("abc.").repeated(64) + "a:1/"},
        {"long text", "https://a:1/#pin=" + QByteArray(600, 'a')},
        {"short pin", "https://a:1/#pin=" + pin.chopped(2)},
        {"long pin", "https://a:1/#pin=" + pin + "00"},
        {"upper-case pin", "https://a:1/#pin=" + pin.toUpper()},
        {"two pins", "https://a:1/#pin=" + pin + "&pin=" + pin},
        {"unknown", "https://a:1/#pan=" + pin},
        {"final &", "https://a:1/#pin=" + pin + "&"},
        {"double &", "https://a:1/#&pin=" + pin},
        {"a tracker's key", "https://a:1/#key=" + QByteArray::fromStdString(keyText)},
    };
    for (const auto& [name, text] : rows)
        QTest::newRow(name) << text;
}

void TestEndpoint::refuses()
{
    QFETCH(QByteArray, text);
    const auto endpoint = parseEndpoint(text.toStdString());
    QVERIFY(!endpoint);
    QCOMPARE(endpoint.error().code, base::ErrorCode::Malformed);
    QVERIFY(!endpoint.error().message.empty());
}

void TestEndpoint::trackerLink()
{
    const std::string text = "https://[2001:db8::1]:4455/#key=" + keyText + "&pin=" + pinText;
    const auto link = parseTrackerLink(text);
    QVERIFY(link);
    QVERIFY(link->key && link->endpoint.pin);
    QCOMPARE(int(link->key->data()[31]), 31);
    QCOMPARE(QByteArray::fromStdString(toString(*link)), QByteArray::fromStdString(text));
    QVERIFY(parseTrackerLink("https://[2001:db8::1]:4455/#pin=" + pinText + "&key=" + keyText) == *link);

    const auto keyOnly = parseTrackerLink("https://a:1/#key=" + keyText);
    QVERIFY(keyOnly && keyOnly->key && !keyOnly->endpoint.pin);
    QCOMPARE(QByteArray::fromStdString(toString(*keyOnly)), QByteArray::fromStdString("https://a:1/#key=" + keyText));
    QVERIFY(!parseTrackerLink("https://a:1/#key=" + keyText + "="));
    QVERIFY(!parseTrackerLink("https://a:1/#key=" + keyText.substr(1)));
    QVERIFY(!parseTrackerLink("https://a:1/#key=" + keyText + "&key=" + keyText));
}

QTEST_GUILESS_MAIN(TestEndpoint)
#include "tst_endpoint.moc"
