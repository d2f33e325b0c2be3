#include <QTcpSocket>
#include <QTest>

#include "p2p/viewer/gateway.h"
#include "tests/support/virtual_time.h"
#include "tests/unit/viewer/film.h"

using namespace mutoscope;
using namespace std::chrono_literals;
using base::SegmentIndex;
using viewer::Gateway;

namespace
{

class CountingRandom final : public crypto::Random
{
public:
    void fill(std::span<std::uint8_t> bytes) override { std::ranges::fill(bytes, std::uint8_t{0xab}); }
};

/// Gives out what a test hands it.
class Shelf final : public Gateway::Source
{
public:
    std::map<std::uint64_t, std::pair<SegmentIndex, Gateway::SegmentCallback>> wanted;
    std::vector<std::uint64_t> takenBack;
    bool atOnce = false;

    void want(std::uint64_t id, SegmentIndex index, Gateway::SegmentCallback callback) override
    {
        if (atOnce)
            return callback(std::make_shared<const std::string>(test::segmentBytes(index.value())));
        wanted[id] = {index, std::move(callback)};
    }
    void takeBack(std::uint64_t id) override
    {
        wanted.erase(id);
        takenBack.push_back(id);
    }
    std::map<std::int64_t, net::Body> stills; ///< by time
    void still(std::uint64_t, std::int64_t ms, Gateway::SegmentCallback callback) override { callback(stills[ms]); }
    SegmentIndex choose(std::size_t position) override
    {
        asked.push_back(position);
        return SegmentIndex(rungStart + static_cast<std::uint32_t>(position));
    }
    std::vector<std::size_t> asked; ///< positions of the ladder
    std::uint32_t rungStart = 0;    ///< the first segment of the rung that is chosen
    void giveAll()
    {
        for (const auto& [id, each] : std::exchange(wanted, {}))
            each.second(std::make_shared<const std::string>(test::segmentBytes(each.first.value())));
    }
};

struct Desk {
    test::VirtualTime time;
    CountingRandom random;
    Shelf shelf;
    Gateway gateway;

    explicit Desk(const content::Stream& stream = test::film({3})) : gateway(time, random, stream, shelf)
    {
        if (!gateway.start())
            qFatal("the gateway does not start");
    }
    [[nodiscard]] QByteArray secret() const { return gateway.url().path().section(u'/', 1, 1).toLatin1(); }
    [[nodiscard]] QByteArray get(const QByteArray& what, const QByteArray& fields = {}) const
    {
        return "GET /" + secret() + "/" + what + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
    }
};

struct Player {
    QTcpSocket socket;
    QByteArray received;

    explicit Player(const Desk& desk)
    {
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), static_cast<quint16>(desk.gateway.url().port()));
        if (!QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }))
            qFatal("no connection");
    }
    /// The next answer: head and body. Empty where none came.
    QByteArray answer(bool isToHead = false)
    {
        qsizetype size = -1;
        const bool came = QTest::qWaitFor([&] {
            received += socket.readAll();
            const auto end = received.indexOf("\r\n\r\n");
            if (end < 0)
                return false;
            const auto field = received.indexOf("Content-Length: ") + 16;
            size = end + 4 + (isToHead ? 0 : received.mid(field, received.indexOf('\r', field) - field).toLongLong());
            return received.size() >= size;
        });
        if (!came)
            return {};
        const QByteArray whole = received.left(size);
        received.remove(0, size);
        return whole;
    }
    QByteArray ask(const QByteArray& request)
    {
        socket.write(request);
        return answer();
    }
    bool isClosed()
    {
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::UnconnectedState; });
    }
};

QByteArray statusOf(const QByteArray& answer)
{
    return answer.mid(9, 3);
}

QByteArray bodyOf(const QByteArray& answer)
{
    return answer.mid(answer.indexOf("\r\n\r\n") + 4);
}

QByteArray segment(std::uint32_t index)
{
    return QByteArray::fromStdString(test::segmentBytes(index));
}

} // namespace

class TestGateway : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void playlists()
    {
        Desk desk(test::film({2}, {2, 2}, {2}));
        QCOMPARE(desk.gateway.url().host(), QStringLiteral("127.0.0.1"));
        QCOMPARE(desk.secret().size(), 32);
        Player player(desk);
        const auto top = player.ask(desk.get("p/0.m3u8"));
        QCOMPARE(statusOf(top), "200");
        QVERIFY(top.contains("Content-Type: application/vnd.apple.mpegurl"));
        QVERIFY(bodyOf(top).contains("\n/" + desk.secret() + "/p/1.m3u8\n"));
        QVERIFY(bodyOf(top).contains("NAME=\"sound 1\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,URI=\"/" + desk.secret() + "/p/3.m3u8\"\n"));
        QVERIFY(!bodyOf(top).contains("SUBTITLES")); // they are drawn by others
        const auto media = player.ask(desk.get("p/1.m3u8"));
        QVERIFY(bodyOf(media).startsWith("#EXTM3U"));
        QVERIFY(bodyOf(media).contains("\n/" + desk.secret() + "/s/1."));
        QVERIFY(!bodyOf(media).contains('{'));
        QVERIFY(bodyOf(media).contains("#EXT-X-ENDLIST"));
        QCOMPARE(statusOf(player.ask(desk.get("l.m3u8"))), "404");
        QCOMPARE(statusOf(player.ask(desk.get("l/0"))), "404");
    }

    void oneOfRenditionsThatDoNotFitTogether()
    {
        Desk desk(test::film({2, 1}));
        Player player(desk);
        const auto top = bodyOf(player.ask(desk.get("p/0.m3u8")));
        QCOMPARE(top.count("#EXT-X-STREAM-INF"), 1);
        QVERIFY(top.contains("RESOLUTION=160x90\n/" + desk.secret() + "/p/1.m3u8\n"));
    }

    void aLadderIsOnePlaylist()
    {
        Desk desk(test::film({3, 3}));
        Player player(desk);
        const auto top = bodyOf(player.ask(desk.get("p/0.m3u8")));
        QVERIFY2(top.endsWith("#EXT-X-STREAM-INF:BANDWIDTH=2000\n/" + desk.secret() + "/l.m3u8\n"), top.constData());
        QCOMPARE(top.count("#EXT-X-STREAM-INF"), 1);
        const auto ladder = bodyOf(player.ask(desk.get("l.m3u8")));
        QVERIFY(ladder.contains("#EXTINF:4,\n/" + desk.secret() + "/l/2."));
        QCOMPARE(statusOf(player.ask(desk.get("p/2.m3u8"))), "404");
        QCOMPARE(statusOf(player.ask(desk.get("l/3"))), "404");

        desk.shelf.atOnce = true;
        QCOMPARE(bodyOf(player.ask(desk.get("l/0"))), segment(0));
        desk.shelf.rungStart = 3;
        QCOMPARE(bodyOf(player.ask(desk.get("l/1"))), segment(4));
        QCOMPARE(bodyOf(player.ask(desk.get("l/1", "Range: bytes=8-\r\n"))), segment(4).mid(8));
        QCOMPARE(desk.shelf.asked, (std::vector<std::size_t>{0, 1, 1}));
    }

    void whatIsHeldIsChosenAgain()
    {
        Desk desk(test::film({3, 3}));
        Player player(desk);
        Player other(desk);
        player.socket.write(desk.get("l/1"));
        other.socket.write(desk.get("s/2"));
        QTRY_COMPARE(desk.shelf.wanted.size(), 2U);
        desk.gateway.chooseAgain(); // as before
        QVERIFY(desk.shelf.takenBack.empty());
        desk.shelf.rungStart = 3;
        desk.gateway.chooseAgain();
        QCOMPARE(desk.shelf.takenBack.size(), 1U);
        QCOMPARE(desk.shelf.wanted.size(), 2U);
        desk.shelf.giveAll();
        QCOMPARE(bodyOf(player.answer()), segment(4));
        QCOMPARE(bodyOf(other.answer()), segment(2));
        desk.shelf.rungStart = 0; // it was given
        desk.gateway.chooseAgain();
        QVERIFY(desk.shelf.wanted.empty());
    }

    void initSectionsComeInFrontOfTheirSegments()
    {
        Desk desk(test::film({3, 3}, {}, {}, test::Container::Fmp4)); // 0 and 4 are init sections
        desk.shelf.rungStart = 5;
        Player player(desk);
        QVERIFY(!bodyOf(player.ask(desk.get("l.m3u8"))).contains("EXT-X-MAP"));
        player.socket.write(desk.get("l/1"));
        QTRY_COMPARE(desk.shelf.wanted.size(), 2U);
        QCOMPARE(desk.shelf.wanted.begin()->second.first, SegmentIndex(4));
        const auto give = [&desk](auto which) {
            const auto callback = std::move(which->second.second);
            const auto index = which->second.first.value();
            desk.shelf.wanted.erase(which);
            callback(std::make_shared<const std::string>(test::segmentBytes(index)));
        };
        give(std::prev(desk.shelf.wanted.end())); // the second first
        QCOMPARE(desk.shelf.wanted.size(), 1U);
        give(desk.shelf.wanted.begin());
        QCOMPARE(bodyOf(player.answer()), segment(4) + segment(6));

        player.socket.write(desk.get("l/2"));
        QTRY_COMPARE(desk.shelf.wanted.size(), 2U);
        give(desk.shelf.wanted.begin());
        player.socket.disconnectFromHost();
        QTRY_COMPARE(desk.shelf.takenBack.size(), 1U); // only what was still away
    }

    void stillPictures()
    {
        Desk desk;
        desk.shelf.stills[4'000] = std::make_shared<const std::string>("a few seconds");
        QVERIFY(desk.gateway.stillUrl().toString().endsWith(QString::fromLatin1(desk.secret()) + QStringLiteral("/k/")));
        Player player(desk);
        const auto there = player.ask(desk.get("k/4000"));
        QCOMPARE(statusOf(there), "200");
        QCOMPARE(bodyOf(there), "a few seconds");
        for (const QByteArray& path : {QByteArray("k/8000"), QByteArray("k/"), QByteArray("k/-1"), QByteArray("k/99999999999999999999")})
            QCOMPARE(statusOf(player.ask(desk.get(path))), "404"); // and the connection stays
        QVERIFY(desk.shelf.wanted.empty()); // nothing is bought
        QCOMPARE(statusOf(player.ask(desk.get("p/0.m3u8"))), "200");
    }
    void whatIsNotThere()
    {
        Desk desk;
        Player player(desk);
        const QByteArray wrong(32, 'a');
        for (const QByteArray& path : {QByteArray("/"), QByteArray("/p/0.m3u8"), "/" + wrong + "/p/0.m3u8", "/" + desk.secret(), "/" + desk.secret() + "/",
                                       "/" + desk.secret() + "/p/1.m3u8", "/" + desk.secret() + "/p/-1.m3u8", "/" + desk.secret() + "/p/.m3u8",
                                       "/" + desk.secret() + "/s/3", "/" + desk.secret() + "/s/", "/" + desk.secret() + "/s/0x1",
                                       "/" + desk.secret() + "/s/99999999999999999999", "//" + desk.secret() + "/s/0", "/" + desk.secret() + "/../s/0",
                                       "http://127.0.0.1/" + desk.secret() + "/s/0"})
            QCOMPARE(statusOf(player.ask("GET " + path + " HTTP/1.1\r\n\r\n")), "404"); // and the connection stays
        QVERIFY(desk.shelf.wanted.empty());
    }

    void aSegmentIsHeldUntilItIsHere()
    {
        Desk desk;
        Player player(desk);
        player.socket.write(desk.get("s/1"));
        QTRY_COMPARE(desk.shelf.wanted.size(), 1U);
        QCOMPARE(desk.shelf.wanted.begin()->second.first.value(), 1U);
        desk.time.advance(Gateway::keepAlive - 1ms);
        QCOMPARE(desk.shelf.wanted.size(), 1U);
        desk.shelf.giveAll();
        const auto answer = player.answer();
        QCOMPARE(statusOf(answer), "200");
        QCOMPARE(bodyOf(answer), segment(1));
        QVERIFY(answer.contains("Cache-Control: no-store"));
        desk.time.advance(10 * Gateway::idleTime); // a player may pause
        QVERIFY(desk.shelf.takenBack.empty());
        desk.shelf.atOnce = true;
        QCOMPARE(bodyOf(player.ask(desk.get("s/2"))), segment(2));
    }

    void howeverLongItTakes()
    {
        Desk desk;
        Player player(desk);
        player.socket.write(desk.get("s/1"));
        QTRY_COMPARE(desk.shelf.wanted.size(), 1U);
        const QByteArray interim = "HTTP/1.1 102 Processing\r\n\r\n";
        for (int i = 0; i < 50; ++i) {
            desk.time.advance(Gateway::keepAlive);
            QVERIFY(QTest::qWaitFor([&] { return (player.received += player.socket.readAll()).size() >= interim.size(); }));
            QCOMPARE(std::exchange(player.received, {}), interim);
        }
        QVERIFY(desk.shelf.takenBack.empty());
        desk.shelf.giveAll();
        QCOMPARE(bodyOf(player.answer()), segment(1));
        desk.time.advance(10 * Gateway::keepAlive);
        desk.shelf.atOnce = true;
        QCOMPARE(bodyOf(player.ask(desk.get("s/0"))), segment(0)); // nothing else in between
    }

    void noInterimAnswerForOlderClients()
    {
        Desk desk;
        Player player(desk);
        player.socket.write("GET /" + desk.secret() + "/s/1 HTTP/1.0\r\n\r\n");
        QTRY_COMPARE(desk.shelf.wanted.size(), 1U);
        desk.time.advance(10 * Gateway::keepAlive);
        desk.shelf.giveAll();
        const auto answer = player.answer();
        QCOMPARE(statusOf(answer), "200");
        QCOMPARE(bodyOf(answer), segment(1));
    }

    void idleOnesAreClosed()
    {
        Desk desk;
        desk.shelf.atOnce = true;
        Player silent(desk);
        Player slow(desk);
        Player used(desk);
        slow.socket.write("GET /" + desk.secret());
        QCOMPARE(bodyOf(used.ask(desk.get("s/0"))), segment(0));
        desk.time.advance(Gateway::idleTime / 2);
        slow.socket.write("/s"); // still no request
        QCOMPARE(bodyOf(used.ask(desk.get("s/1"))), segment(1));
        desk.time.advance(Gateway::idleTime / 2);
        QVERIFY(silent.isClosed());
        QVERIFY(slow.isClosed());
        QCOMPARE(bodyOf(used.ask(desk.get("s/2"))), segment(2));
    }

    void silentOnesMakeRoom()
    {
        Desk desk;
        Player waiting(desk);
        waiting.socket.write(desk.get("s/1"));
        QTRY_COMPARE(desk.shelf.wanted.size(), 1U);
        std::vector<std::unique_ptr<Player>> silent;
        for (int i = 1; i < Gateway::maxConnections; ++i)
            silent.push_back(std::make_unique<Player>(desk));
        Player late(desk);
        late.socket.write(desk.get("s/2"));
        QTRY_COMPARE(desk.shelf.wanted.size(), 2U);
        QVERIFY(silent.front()->isClosed());
        desk.shelf.giveAll();
        QCOMPARE(bodyOf(late.answer()), segment(2));
        QCOMPARE(bodyOf(waiting.answer()), segment(1));
    }

    void whoLeavesTakesHisWishBack()
    {
        Desk desk;
        {
            Player player(desk);
            player.socket.write(desk.get("s/1"));
            QTRY_COMPARE(desk.shelf.wanted.size(), 1U);
            player.socket.abort();
        }
        QTRY_COMPARE(desk.shelf.takenBack.size(), 1U);
        QVERIFY(desk.shelf.wanted.empty());
        desk.time.advance(1min);
        QCOMPARE(desk.shelf.takenBack.size(), 1U);
    }

    void theGatewayGoesFirst()
    {
        auto desk = std::make_unique<Desk>();
        Player player(*desk);
        player.socket.write(desk->get("s/1"));
        QTRY_COMPARE(desk->shelf.wanted.size(), 1U);
        desk.reset();
        QVERIFY(player.isClosed());
    }

    void ranges_data()
    {
        QTest::addColumn<QByteArray>("range");
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("size");
        const int all = static_cast<int>(test::segmentBytes(0).size());
        QTest::newRow("from the start") << QByteArray("bytes=0-") << QByteArray("206") << 0 << all;
        QTest::newRow("a part") << QByteArray("bytes=2-4") << QByteArray("206") << 2 << 3;
        QTest::newRow("one byte") << QByteArray("bytes=0-0") << QByteArray("206") << 0 << 1;
        QTest::newRow("the last byte") << QByteArray("bytes=" + QByteArray::number(all - 1) + "-") << QByteArray("206") << all - 1 << 1;
        QTest::newRow("beyond the end") << QByteArray("bytes=5-99999") << QByteArray("206") << 5 << all - 5;
        QTest::newRow("the largest number") << QByteArray("bytes=0-9007199254740991") << QByteArray("206") << 0 << all;
        QTest::newRow("behind the end") << QByteArray("bytes=" + QByteArray::number(all) + "-") << QByteArray("416") << 0 << 0;
        QTest::newRow("backwards") << QByteArray("bytes=4-2") << QByteArray("200") << 0 << all;
        QTest::newRow("from the end") << QByteArray("bytes=-5") << QByteArray("200") << 0 << all;
        QTest::newRow("several") << QByteArray("bytes=0-1,3-4") << QByteArray("200") << 0 << all;
        QTest::newRow("another unit") << QByteArray("lines=0-1") << QByteArray("200") << 0 << all;
        QTest::newRow("too large a number") << QByteArray("bytes=0-99999999999999999999") << QByteArray("200") << 0 << all;
        QTest::newRow("garbage") << QByteArray("bytes") << QByteArray("200") << 0 << all;
    }
    void ranges()
    {
        QFETCH(QByteArray, range);
        QFETCH(QByteArray, status);
        QFETCH(int, first);
        QFETCH(int, size);
        Desk desk;
        desk.shelf.atOnce = true;
        Player player(desk);
        const auto answer = player.ask(desk.get("s/0", "rAnGe:" + range + "\r\n"));
        QCOMPARE(statusOf(answer), status);
        QCOMPARE(bodyOf(answer), segment(0).mid(first, size));
        const QByteArray all = QByteArray::number(segment(0).size());
        if (status == "206")
            QVERIFY(answer.contains("Content-Range: bytes " + QByteArray::number(first) + '-' + QByteArray::number(first + size - 1) + '/' + all));
        else if (status == "416")
            QVERIFY(answer.contains("Content-Range: bytes */" + all));
        else
            QVERIFY(!answer.contains("Content-Range"));
    }

    void headHasNoBody()
    {
        Desk desk;
        desk.shelf.atOnce = true;
        Player player(desk);
        player.socket.write("HEAD /" + desk.secret() + "/s/0 HTTP/1.1\r\n\r\n");
        const auto head = player.answer(true);
        QCOMPARE(statusOf(head), "200");
        QVERIFY(head.contains("Content-Length: " + QByteArray::number(segment(0).size())));
        QCOMPARE(bodyOf(player.ask(desk.get("s/1"))), segment(1));
    }

    void oneAfterTheOther()
    {
        Desk desk;
        Player player(desk);
        player.socket.write(desk.get("s/0") + desk.get("s/1") + desk.get("p/0.m3u8") + desk.get("s/2", "Connection: Close\r\n"));
        for (std::uint32_t i = 0; i < 3; ++i) {
            QTRY_COMPARE(desk.shelf.wanted.size(), 1U); // one at a time
            QCOMPARE(desk.shelf.wanted.begin()->second.first.value(), i);
            desk.shelf.giveAll();
            QCOMPARE(bodyOf(player.answer()), segment(i));
            if (i == 1)
                QCOMPARE(statusOf(player.answer()), "200");
        }
        QVERIFY(player.isClosed());
    }

    void olderClientsAreClosed()
    {
        Desk desk;
        desk.shelf.atOnce = true;
        Player player(desk);
        const auto answer = player.ask("GET /" + desk.secret() + "/s/0 HTTP/1.0\r\n\r\n");
        QCOMPARE(bodyOf(answer), segment(0));
        QVERIFY(player.isClosed());
    }

    void inPieces()
    {
        Desk desk;
        desk.shelf.atOnce = true;
        Player player(desk);
        for (const char c : desk.get("s/0")) {
            player.socket.write(&c, 1);
            player.socket.flush();
            QCoreApplication::processEvents();
        }
        QCOMPARE(bodyOf(player.answer()), segment(0));
    }

    void garbage_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty head") << QByteArray("\r\n\r\n");
        QTest::newRow("a POST") << QByteArray("POST / HTTP/1.1\r\n\r\n");
        QTest::newRow("another protocol") << QByteArray("GET / FTP/1.1\r\n\r\n");
        QTest::newRow("too many words") << QByteArray("GET / x HTTP/1.1\r\n\r\n");
        QTest::newRow("zeros") << QByteArray(100, '\0') + QByteArray("\r\n\r\n");
        QTest::newRow("TLS") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 13);
        QTest::newRow("no end") << QByteArray(Gateway::maxHeader + 1, 'x');
        QTest::newRow("a long path") << QByteArray("GET /") + QByteArray(20'000, 'x') + QByteArray(" HTTP/1.1\r\n\r\n");
    }
    void garbage()
    {
        QFETCH(QByteArray, bytes);
        Desk desk;
        desk.shelf.atOnce = true;
        Player player(desk);
        player.socket.write(bytes);
        QVERIFY(player.isClosed());
        QVERIFY(player.received.isEmpty());
        Player other(desk);
        QCOMPARE(bodyOf(other.ask(desk.get("s/0"))), segment(0));
    }

    void thousandConnections()
    {
        Desk desk;
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < 1'000; ++i) {
            sockets.push_back(std::make_unique<QTcpSocket>());
            sockets.back()->connectToHost(QHostAddress(QHostAddress::LocalHost), static_cast<quint16>(desk.gateway.url().port()));
            if (i % 20 == 0)
                QCoreApplication::processEvents();
        }
        const auto alive = [&] {
            return std::ranges::count_if(sockets, [](const auto& each) { return each->state() != QAbstractSocket::UnconnectedState; });
        };
        QTRY_COMPARE_WITH_TIMEOUT(alive(), Gateway::maxConnections, 60'000);
        sockets.clear();
        desk.shelf.atOnce = true;
        // There is room again, once the gateway has seen them go.
        QVERIFY(QTest::qWaitFor(
            [&] {
                Player player(desk);
                return bodyOf(player.ask(desk.get("s/0"))) == segment(0);
            },
            20'000));
    }
};

QTEST_GUILESS_MAIN(TestGateway)
#include "tst_gateway.moc"
