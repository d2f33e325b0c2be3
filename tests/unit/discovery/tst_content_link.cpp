#include <QTest>

#include "p2p/base/encoding.h"
#include "p2p/discovery/content_link.h"

using namespace mutoscope;
using discovery::ContentLink;
using discovery::parseContentLink;

namespace
{

const std::string hex(64, 'a');
const std::string bare = "mutoscope:" + hex;
const std::string anySeeder = "&seeder=https%3A%2F%2F127.0.0.1%3A4455%2F";

ContentLink full()
{
    ContentLink link;
    link.content = *base::fixedFromHex<base::ContentId>(hex);
    link.tracker = net::TrackerLink{{.host = "tracker.example", .port = 443, .pin = base::Sha256::fromRaw(std::string(32, 'p'))},
                                    base::PublicKey::fromRaw(std::string(32, 'k'))};
    link.publisher = base::PublicKey::fromRaw(std::string(32, 'b'));
    link.seeders = {{.host = "::1", .port = 1, .pin = base::Sha256::fromRaw(std::string(32, 'q'))}, {.host = "10.0.0.1", .port = 65'535, .pin = {}}};
    link.permit = "{\"payload\":\"…\"}";
    return link;
}

} // namespace

class TestContentLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrip()
    {
        const ContentLink link = full();
        const std::string text = toString(link);
        const auto read = parseContentLink(text);
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QVERIFY(*read == link);
        QCOMPARE(toString(*read), text);
        QVERIFY(text.find('#') == std::string::npos); // nothing that a mail program or a shell would take apart
        QCOMPARE(std::ranges::count(text, '&'), 4);
        QVERIFY(!parseContentLink(bare + "?publisher=abc"));
        for (const char* permit : {"permit=", "permit=%", "permit=ab==", "permit=YQ&permit=YQ"})
            QVERIFY2(!parseContentLink(bare + "?" + permit), permit);
    }

    void theIdAlone()
    {
        const auto read = parseContentLink(" \t\r\n" + bare + "\n ");
        QVERIFY(read);
        QCOMPARE(base::toHex(read->content), hex);
        QVERIFY(!read->tracker && read->seeders.empty());
        QCOMPARE(toString(*read), bare);
        QVERIFY(parseContentLink(bare + "?"));
    }

    void asManySeedersAsAreAllowed()
    {
        std::string text = bare + "?" + anySeeder.substr(1);
        for (std::size_t i = 1; i < ContentLink::maxSeeders; ++i)
            text += anySeeder;
        const auto read = parseContentLink(text);
        QVERIFY(read);
        QCOMPARE(read->seeders.size(), ContentLink::maxSeeders);
        QVERIFY(!parseContentLink(text + anySeeder));
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const std::string& text) { QTest::newRow(name) << QByteArray::fromStdString(text); };
        const std::string tracker = "tracker=https%3A%2F%2Ft.example%3A1%2F";
        row("nothing", "");
        row("blanks", "  \n ");
        row("scheme only", "mutoscope:");
        row("another scheme", "magnet:" + hex);
        row("scheme in capitals", "MUTOSCOPE:" + hex);
        row("slashes", "mutoscope://" + hex);
        row("a digit short", bare.substr(0, bare.size() - 1));
        row("a digit long", bare + "a");
        row("capitals", "mutoscope:" + std::string(64, 'A'));
        row("not hex", "mutoscope:" + std::string(64, 'g'));
        row("a blank inside", "mutoscope: " + hex);
        row("a zero byte", bare + std::string(1, '\0'));
        row("two trackers", bare + "?" + tracker + "&" + tracker);
        row("unknown part", bare + "?x=1");
        row("part in capitals", bare + "?Tracker=https%3A%2F%2Ft.example%3A1%2F");
        row("no value", bare + "?tracker");
        row("empty value", bare + "?tracker=");
        row("an empty part", bare + "?&" + tracker);
        row("two ampersands", bare + "?" + tracker + "&&" + tracker);
        row("plain http", bare + "?tracker=http%3A%2F%2Ft.example%3A1%2F");
        row("no port", bare + "?tracker=https%3A%2F%2Ft.example%2F");
        row("a user", bare + "?tracker=https%3A%2F%2Fme%40t.example%3A1%2F");
        row("a path", bare + "?tracker=https%3A%2F%2Ft.example%3A1%2Fpath");
        row("encoded twice", bare + "?tracker=https%253A%252F%252Ft.example%253A1%252F");
        row("a line break in the host", bare + "?tracker=https%3A%2F%2Ft.example%0D%0A%3A1%2F");
        row("a zero in the host", bare + "?tracker=https%3A%2F%2Ft%00.example%3A1%2F");
        row("half an escape", bare + "?tracker=https%3A%2F%2Ft.example%3A1%2F%");
        row("a bad pin", bare + "?seeder=https%3A%2F%2F10.0.0.1%3A1%2F%23pin%3D00");
        row("a seeder with a key", bare + "?seeder=https%3A%2F%2F10.0.0.1%3A1%2F%23key%3D" + std::string(43, 'A'));
    }
    void refused()
    {
        QFETCH(QByteArray, text);
        const auto read = parseContentLink(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
        QVERIFY(!read);
        QCOMPARE(read.error().code, base::ErrorCode::Malformed);
        QVERIFY(!read.error().message.empty());
    }

    void tooLong()
    {
        const auto read = parseContentLink(bare + "?seeder=" + std::string(ContentLink::maxBytes, 'x'));
        QVERIFY(!read);
        QCOMPARE(read.error().code, base::ErrorCode::TooLarge);
    }

    /// Every prefix and every flipped bit is read or refused; what is read comes out as it went in.
    void neverSurprised()
    {
        const std::string text = toString(full());
        for (std::size_t i = 0; i < text.size(); ++i) {
            for (std::string variant : {text.substr(0, i), text}) {
                if (variant.size() == text.size())
                    variant[i] = static_cast<char>(variant[i] ^ 1);
                if (const auto read = parseContentLink(variant)) {
                    const auto again = parseContentLink(toString(*read));
                    QVERIFY(again && *again == *read);
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestContentLink)
#include "tst_content_link.moc"
