#include <condition_variable>
#include <mutex>

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include "p2p/net/pinned_client.h"
#include "p2p/net/relay_server.h"
#include "p2p/net/rendezvous.h"
#include "tests/unit/net/net_fixture.h"

using namespace mutoscope;
using namespace mutoscope::net;
using namespace std::chrono_literals;

namespace
{

base::PublicKey keyOf(char letter)
{
    return base::PublicKey::fromRaw(std::string(base::PublicKey::size, letter));
}

/// A registration is the key, and the challenge as it was given.
base::Result<base::PublicKey> verify(std::string_view message, std::string_view challenge)
{
    if (message.size() != base::PublicKey::size + challenge.size() || !message.ends_with(challenge))
        return base::fail(base::ErrorCode::BadSignature, "the registration is not signed right");
    return base::PublicKey::fromRaw(message.substr(0, base::PublicKey::size));
}

/// A relay on any port of 127.0.0.1.
struct Relay {
    explicit Relay(RelayLimits limits = {}, std::uint16_t port = 0)
    {
        auto started = RelayServer::start("127.0.0.1", port, &verify, limits);
        if (!started)
            qFatal("%s", started.error().message.c_str());
        server = std::move(*started);
    }
    std::unique_ptr<RelayServer> server;
};

/// A node that serves, but nobody knows where: who wants something calls it at the relay.
struct Hidden {
    explicit Hidden(char letter = 'b', bool honest = true)
        : rendezvous({.registration =
                          [letter, honest](std::string_view challenge) {
                              return std::string(keyOf(letter).raw()) + std::string(honest ? challenge : std::string(challenge.size(), 'x'));
                          },
                      .accepted = [this](SocketHandle socket, const std::string& address, Path) { server.server->adopt(std::move(socket), address, meter); },
                      .changed =
                          [this] {
                              const std::scoped_lock lock(mutex);
                              changed.notify_all();
                          },
                      .terms =
                          [this](std::string offer) {
                              const std::scoped_lock lock(mutex);
                              terms = std::move(offer);
                              changed.notify_all();
                          },
                      .due =
                          [this] {
                              const std::scoped_lock lock(mutex);
                              ++dues;
                              changed.notify_all();
                          }})
    {
    }
    bool waitUntil(const std::function<bool(const Rendezvous::Status&)>& condition)
    {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::milliseconds(testing::bound), [&] { return condition(rendezvous.status()); });
    }
    void arrive(const Relay& relay)
    {
        rendezvous.waitAt("127.0.0.1", relay.server->port());
        if (!waitUntil([](const auto& status) { return status.waiting; }))
            qFatal("it never waits");
    }
    [[nodiscard]] Endpoint at(const Relay& relay, char letter = 'b') const
    {
        return {"127.0.0.1", relay.server->port(), server.identity.fingerprint(), keyOf(letter)};
    }

    testing::TestServer server;
    const std::shared_ptr<ByteMeter> meter = std::make_shared<ByteMeter>();
    std::mutex mutex;
    std::condition_variable changed;
    std::string terms; ///< guarded by it, as dues
    int dues = 0;
    Rendezvous rendezvous;
};

/// A node that asks others.
struct Caller {
    explicit Caller(Rendezvous::Limits limits = {})
        : rendezvous({.registration = [](std::string_view) { return std::string(); }, .accepted = [](SocketHandle, const std::string&, Path) {}, .changed = [] {}}, limits),
          client(executor, {}, &rendezvous)
    {
        // Those whom it calls may connect to it.
        server.server->setReturned([this](const std::string& call, SocketHandle socket) { rendezvous.returned(call, std::move(socket)); });
    }
    ~Caller() { server.server->stop(0ms); }

    base::Result<HttpResponse> get(const Endpoint& endpoint, const std::string& target = "/hello", std::int64_t maxBody = 64 << 20)
    {
        std::optional<base::Result<HttpResponse>> result;
        client.send(endpoint, {.target = target, .body = {}, .peer = {}}, {.timeout = 30s, .maxBody = maxBody}, [&](base::Result<HttpResponse> given) { result = std::move(given); });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), 2 * testing::bound); }();
        return result ? std::move(*result) : base::fail(base::ErrorCode::Timeout, "no answer at all");
    }
    [[nodiscard]] std::uint64_t made(Path path) const { return rendezvous.status().called[static_cast<std::size_t>(path)]; }

    testing::TestServer server;
    base::QtExecutor executor;
    Rendezvous rendezvous;
    PinnedHttpClient client;
};

/// Without routers between them both refuse what they did not wait for: tests/lab/reach tries it with routers.
constexpr Rendezvous::Limits noPunching{.punchTime = 0ms};

} // namespace

/// Nodes that meet at a relay.
class TestRendezvous : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNodeThatCanBeReachedIsConnectedBackTo()
    {
        Relay relay;
        Hidden hidden;
        hidden.arrive(relay);
        Caller caller;
        caller.rendezvous.setReturnPort(caller.server.endpoint.port);
        const auto answer = caller.get(hidden.at(relay));
        QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
        QCOMPARE(*answer->body, std::string("GET /hello "));
        QCOMPARE(caller.made(Path::Returned), 1U);
        QCOMPARE(relay.server->counters().copiedBytes, 0U);
        QVERIFY(hidden.waitUntil([](const auto& status) { return status.answered[static_cast<std::size_t>(Path::Returned)] == 1; }));
    }

    void elseTheRelayCopies()
    {
        Relay relay;
        Hidden hidden;
        hidden.arrive(relay);
        Caller caller(noPunching);
        constexpr std::size_t size = 3'000'000;
        const auto answer = caller.get(hidden.at(relay), "/size/" + std::to_string(size));
        QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
        QVERIFY(*answer->body == testing::pattern(size));
        QCOMPARE(caller.made(Path::Relayed), 1U);
        QVERIFY(relay.server->counters().copiedBytes > size);
        QVERIFY(caller.get(hidden.at(relay))); // the connection is kept
        QCOMPARE(caller.made(Path::Relayed), 1U);
    }

    void aWayThatFailedIsPassedOver()
    {
        Relay relay;
        Hidden hidden;
        hidden.arrive(relay);
        Caller caller({.returnTime = 50ms, .punchTime = 0ms});
        {
            QTcpServer closed;
            QVERIFY(closed.listen(QHostAddress::LocalHost));
            caller.rendezvous.setReturnPort(closed.serverPort());
        } // nobody listens there any more
        QVERIFY(caller.get(hidden.at(relay)));
        QCOMPARE(caller.made(Path::Returned), 0U);
        QCOMPARE(caller.made(Path::Relayed), 1U);
    }

    void theRelayIsNotTheNode()
    {
        Relay relay;
        Hidden hidden;
        hidden.arrive(relay);
        Endpoint other = hidden.at(relay);
        other.pin = TlsIdentity::generate().fingerprint();
        Caller caller(noPunching);
        const auto answer = caller.get(other);
        QVERIFY(!answer);
        QVERIFY2(answer.error().message.find("certificate") != std::string::npos, answer.error().message.c_str());
        QCOMPARE(hidden.server.handler.count.load(), 0);
    }

    void whoIsNotThereIsNotReached()
    {
        Relay relay;
        Hidden hidden;
        hidden.arrive(relay);
        Caller caller(noPunching);
        const auto answer = caller.get(hidden.at(relay, 'z'));
        QVERIFY(!answer);
        QVERIFY2(answer.error().message.find("not at this relay") != std::string::npos, answer.error().message.c_str());
    }

    void aRegistrationThatIsNotSignedForThisRelayIsRefused()
    {
        Relay relay;
        Hidden liar('b', false);
        liar.rendezvous.waitAt("127.0.0.1", relay.server->port());
        QVERIFY(liar.waitUntil([](const auto& status) { return status.problem.find("not signed right") != std::string::npos; }));
        QCOMPARE(relay.server->counters().nodes, 0);
    }

    void theSameNodeAgainTakesItsPlace()
    {
        Relay relay;
        Hidden first;
        first.arrive(relay);
        Hidden second;
        second.arrive(relay);
        QCOMPARE(relay.server->counters().nodes, 1);
        Caller caller(noPunching);
        QVERIFY(caller.get(second.at(relay)));
        QCOMPARE(second.server.handler.count.load(), 1);
    }

    void aRelayThatComesBackIsFoundAgain()
    {
        auto relay = std::make_unique<Relay>();
        const std::uint16_t port = relay->server->port();
        Hidden hidden;
        hidden.arrive(*relay);
        relay.reset();
        QVERIFY(hidden.waitUntil([](const auto& status) { return !status.waiting && !status.problem.empty(); }));
        relay = std::make_unique<Relay>(RelayLimits(), port);
        QVERIFY(hidden.waitUntil([](const auto& status) { return status.waiting; }));
    }

    void noMoreIsCopiedThanIsAllowed()
    {
        Relay relay({.bytesPerNodeHour = base::ByteCount(200'000)});
        Hidden hidden;
        hidden.arrive(relay);
        Caller caller(noPunching);
        QVERIFY(caller.get(hidden.at(relay), "/size/50000"));
        QVERIFY(!caller.get(hidden.at(relay), "/size/3000000")); // broken off
        QVERIFY(relay.server->counters().copiedBytes < 400'000);
        const auto refused = caller.get(hidden.at(relay));
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("in an hour") != std::string::npos, refused.error().message.c_str());
        // The other ways cost the relay nothing.
        Caller reachable;
        reachable.rendezvous.setReturnPort(reachable.server.endpoint.port);
        QVERIFY(reachable.get(hidden.at(relay)));
    }

    void whatIsBoughtIsCopied()
    {
        Relay relay({.bytesPerNodeHour = base::ByteCount(100'000)});
        QVERIFY(relay.server->setTerms("an offer"));
        Hidden hidden;
        hidden.arrive(relay);
        QVERIFY(hidden.waitUntil([&](const auto&) { return hidden.terms == "an offer"; }));
        // Time to pay is said while there is still something left.
        Caller caller(noPunching);
        QVERIFY(caller.get(hidden.at(relay), "/size/1000"));
        QVERIFY(hidden.waitUntil([&](const auto&) { return hidden.dues > 0; }));
        const auto contract = base::ContractId::fromRaw(std::string(32, 'c'));
        constexpr std::size_t size = 3'000'000;
        constexpr base::ByteCount unit(1 << 20);
        relay.server->allow(contract, keyOf('b'), 0, unit);
        relay.server->allow(contract, keyOf('b'), 0, unit); // its answer was lost
        // It waits for the rest in the middle of the answer.
        std::optional<base::Result<HttpResponse>> result;
        caller.client.send(hidden.at(relay), {.target = "/size/" + std::to_string(size), .body = {}, .peer = {}}, {.timeout = 30s, .maxBody = 64 << 20},
                           [&](base::Result<HttpResponse> given) { result = std::move(given); });
        QTRY_VERIFY_WITH_TIMEOUT(relay.server->counters().boughtBytes == static_cast<std::uint64_t>(unit.value()), testing::bound);
        QVERIFY(!result);
        relay.server->allow(contract, keyOf('b'), 1, unit);
        relay.server->allow(contract, keyOf('b'), 2, unit);
        QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), testing::bound);
        QVERIFY(*result && *(**result).body == testing::pattern(size));
        // The node has counted the same, but for what the relay and the network had taken already.
        QTRY_VERIFY_WITH_TIMEOUT(hidden.meter->bytes() >= static_cast<std::int64_t>(size), testing::bound);
        QVERIFY(hidden.meter->bytes() <= static_cast<std::int64_t>(relay.server->counters().copiedBytes));
        QVERIFY(relay.server->counters().boughtBytes <= relay.server->counters().copiedBytes);
        QCOMPARE(relay.server->counters().unpaid, 0U);
    }

    void whatIsNotPaidEnds()
    {
        Relay relay({.bytesPerNodeHour = base::ByteCount(0), .paymentTime = 300ms});
        QVERIFY(relay.server->setTerms("an offer"));
        Hidden hidden;
        hidden.arrive(relay);
        Caller caller(noPunching);
        QVERIFY(!caller.get(hidden.at(relay)));
        QVERIFY(hidden.waitUntil([&](const auto&) { return hidden.dues > 0; }));
        QVERIFY(relay.server->counters().unpaid > 0);
        QVERIFY(relay.server->counters().copiedBytes < 100'000);
        // What was bought ends with its contract.
        const auto contract = base::ContractId::fromRaw(std::string(32, 'c'));
        relay.server->allow(contract, keyOf('b'), 0, base::ByteCount(1 << 20));
        QVERIFY(caller.get(hidden.at(relay)));
        relay.server->end(contract);
        Caller another(noPunching);
        QVERIFY(!another.get(hidden.at(relay)));
    }

    void termsFitIntoAFrame()
    {
        Relay relay;
        QVERIFY(!relay.server->setTerms(std::string(5'000, 'x')));
    }

    void callsOfANodeAreCounted()
    {
        Relay relay({.maxCallsPerNode = 1});
        Hidden hidden;
        hidden.arrive(relay);
        Caller first(noPunching);
        QVERIFY(first.get(hidden.at(relay)));
        Caller second(noPunching);
        const auto answer = second.get(hidden.at(relay));
        QVERIFY(!answer);
        QVERIFY2(answer.error().message.find("too many") != std::string::npos, answer.error().message.c_str());
    }

    void nodesAreCounted()
    {
        Relay relay({.maxNodes = 1});
        Hidden first('b');
        first.arrive(relay);
        Hidden second('c');
        second.rendezvous.waitAt("127.0.0.1", relay.server->port());
        QVERIFY(second.waitUntil([](const auto& status) { return status.problem.find("as many nodes") != std::string::npos; }));
    }

    void whoSaysSomethingElseIsHungUpOn_data()
    {
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1\r\n\r\n");
        QTest::newRow("a frame without end") << QByteArray("MUTOREL1R\xff\xff");
        QTest::newRow("an unknown frame") << QByteArray("MUTOREL1x\0\0", 11);
        QTest::newRow("a short key") << QByteArray("MUTOREL1C\0\1x", 12);
        QTest::newRow("a ping before anything") << QByteArray("MUTOREL1P\0\0", 11);
        QTest::newRow("a way without a call") << QByteArray("MUTOREL1M\0\3d\0\0", 14);
        QTest::newRow("nothing") << QByteArray();
    }

    void whoSaysSomethingElseIsHungUpOn()
    {
        QFETCH(QByteArray, words);
        Relay relay({.handshakeTime = 300ms});
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), relay.server->port());
        QVERIFY(socket.waitForConnected(testing::bound));
        socket.write(words);
        if (socket.state() != QAbstractSocket::UnconnectedState)
            QTRY_COMPARE_WITH_TIMEOUT(socket.state(), QAbstractSocket::UnconnectedState, testing::bound);
    }

    void anAnswerToNoCallIsRefused()
    {
        Relay relay;
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), relay.server->port());
        QVERIFY(socket.waitForConnected(testing::bound));
        socket.write(QByteArray("MUTOREL1A\0\x10", 11) + QByteArray(16, 'i'));
        QTRY_COMPARE_WITH_TIMEOUT(socket.state(), QAbstractSocket::UnconnectedState, testing::bound);
        QVERIFY(socket.readAll().contains("no such call"));
    }

    void whoComesBackUncalledIsHungUpOn()
    {
        Caller caller;
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), caller.server.endpoint.port);
        QVERIFY(socket.waitForConnected(testing::bound));
        socket.write(QByteArray("MUTOREV1") + QByteArray(16, 'i'));
        QTRY_COMPARE_WITH_TIMEOUT(socket.state(), QAbstractSocket::UnconnectedState, testing::bound);
    }

    void withoutADialerARelayIsNoUse()
    {
        base::QtExecutor executor;
        PinnedHttpClient client(executor);
        std::optional<base::Result<HttpResponse>> result;
        client.send({"127.0.0.1", 1, base::Sha256(), keyOf('b')}, {}, {}, [&](base::Result<HttpResponse> given) { result = std::move(given); });
        QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), testing::bound);
        QVERIFY(!*result);
    }
};

QTEST_GUILESS_MAIN(TestRendezvous)
#include "tst_rendezvous.moc"
