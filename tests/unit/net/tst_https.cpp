#include <thread>

#include <QSslKey>
#include <QTcpServer>
#include <QTcpSocket>

#include "p2p/net/pinned_client.h"
#include "p2p/net/qt_client.h"
#include "tests/unit/net/net_fixture.h"

using namespace mutoscope;
using namespace mutoscope::net;
using namespace mutoscope::net::testing;
using namespace std::chrono_literals;
using base::ErrorCode;

using Answer = base::Result<HttpResponse>;

namespace
{

/// Says what a test tells it to, whatever it is asked.
class RawServer : public QTcpServer
{
public:
    explicit RawServer(std::function<void(QSslSocket&)> answers) : m_answers(std::move(answers)) {}
    void incomingConnection(qintptr descriptor) override
    {
        auto* const socket = new QSslSocket(this);
        socket->setSocketDescriptor(descriptor);
        socket->setLocalCertificate(QSslCertificate(QByteArray::fromStdString(identity.certificatePem())));
        socket->setPrivateKey(QSslKey(QByteArray::fromStdString(identity.keyPem()), QSsl::Ec));
        socket->setPeerVerifyMode(QSslSocket::VerifyNone);
        connect(socket, &QSslSocket::readyRead, socket, [this, socket] {
            ++asked;
            socket->readAll();
            m_answers(*socket);
        });
        socket->startServerEncryption();
    }
    TlsIdentity identity = TlsIdentity::generate();
    int asked = 0;

private:
    std::function<void(QSslSocket&)> m_answers;
};

} // namespace

/// Server and clients with each other.
class TestHttps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrip_data() { bothClients(); }
    void roundTrip();
    void largeBodies_data() { bothClients(); }
    void largeBodies();
    void ipv6_data() { bothClients(); }
    void ipv6();
    void wrongPin_data() { bothClients(); }
    void wrongPin();
    void rightAndWrongPinsMixed_data() { bothClients(); }
    void rightAndWrongPinsMixed();
    void noPin_data() { bothClients(); }
    void noPin();
    void anyCertificateOnceAsked();
    void answerTooLarge_data() { bothClients(); }
    void answerTooLarge();
    void notSendable_data() { bothClients(); }
    void notSendable();
    void timeLimit_data() { bothClients(); }
    void timeLimit();
    void cancelled_data() { bothClients(); }
    void cancelled();
    void destroyedWithRequests_data() { bothClients(); }
    void destroyedWithRequests();
    void destroyedInCallback_data() { bothClients(); }
    void destroyedInCallback();
    void nobodyThere_data() { bothClients(); }
    void nobodyThere();
    void parallel_data() { bothClients(); }
    void parallel();
    void handlerThrows_data() { bothClients(); }
    void handlerThrows();
    void brokenServers_data();
    void brokenServers();
    void reuse();
    void resumption();
    void waitingHasATimeLimit();
    void clientClosesIdle();
    void theLineIsMeasured();
    void tellsHowMuchIsHere();
    void repeatsAfterRestart();
    void repeatsOnceOnly();
    void otherNodeOnTheSamePort();
    void respondTwice();
    void respondAfterStop();
    void stopLetsAnswersThrough();
    void stopBreaksOff();
    void startErrors();

private:
    void bothClients()
    {
        QTest::addColumn<bool>("qt");
        QTest::newRow("pinned") << false;
        QTest::newRow("qt") << true;
    }
    std::unique_ptr<HttpClient> makeClient()
    {
        QFETCH(bool, qt);
        if (qt)
            return std::make_unique<QtHttpClient>(m_executor);
        return std::make_unique<PinnedHttpClient>(m_executor);
    }
    static HttpRequest get(std::string target) { return {"GET", std::move(target), {}, {}}; }
    static HttpRequest post(std::string target, std::string body) { return {"POST", std::move(target), std::move(body), {}}; }
    static Answer ask(HttpClient& client, const Endpoint& endpoint, HttpRequest request, RequestLimits limits = {20s, 1 << 20})
    {
        std::optional<Answer> answer;
        client.send(endpoint, std::move(request), limits, [&answer](Answer given) { answer = std::move(given); });
        const bool early = answer.has_value(); // never before send() has returned
        if (early || !QTest::qWaitFor([&answer] { return answer.has_value(); }, bound))
            return base::fail(ErrorCode::Internal, early ? "called back from send()" : "never called back");
        return *answer;
    }

    base::QtExecutor m_executor;
};

#define VERIFY_ERROR(answer, errorCode)                                                                                \
    do {                                                                                                               \
        const auto& result = (answer);                                                                                 \
        QVERIFY(!result);                                                                                              \
        QVERIFY2(result.error().code == (errorCode), result.error().message.c_str());                                  \
    } while (false)

void TestHttps::roundTrip()
{
    TestServer server;
    const auto client = makeClient();
    const auto got = ask(*client, server.endpoint, get("/a?b=%20c"));
    QVERIFY2(got, got ? "" : got.error().message.c_str());
    QCOMPARE(got->status, 200);
    QCOMPARE(got->contentType, std::string("text/plain"));
    QCOMPARE(*got->body, std::string("GET /a?b=%20c "));
    const std::string body = pattern(64 * 1024);
    const auto posted = ask(*client, server.endpoint, post("/echo", body));
    QVERIFY(posted);
    QVERIFY(*posted->body == "POST /echo " + body);
    const auto empty = ask(*client, server.endpoint, post("/echo", {}));
    QVERIFY(empty);
    QCOMPARE(*empty->body, std::string("POST /echo "));
    QCOMPARE(*ask(*client, server.endpoint, get("/peer"))->body, std::string("127.0.0.1"));
    for (const int status : {302, 400, 401, 402, 404, 413, 429, 503}) { // values, not errors
        const auto answer = ask(*client, server.endpoint, get("/status/" + std::to_string(status)));
        QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
        QCOMPARE(answer->status, status);
        QCOMPARE(*answer->body, std::string("status"));
    }
}

void TestHttps::largeBodies()
{
    TestServer server;
    const auto client = makeClient();
    for (const std::size_t size : {0, 1, 4000, 4096, 32 * 1024, 32 * 1024 + 1, 1 << 20, 20 << 20}) {
        const auto answer = ask(*client, server.endpoint, get("/size/" + std::to_string(size)), {20s, std::int64_t(size)});
        QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
        QVERIFY(*answer->body == pattern(size));
    }
}

void TestHttps::ipv6()
{
    if (QTcpServer probe; !probe.listen(QHostAddress::LocalHostIPv6))
        QSKIP("no IPv6 here");
    TestServer server({}, "::1");
    const auto client = makeClient();
    const auto answer = ask(*client, server.endpoint, get("/peer"));
    QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
    QCOMPARE(*answer->body, std::string("::1"));
    TestServer both({}, "::"); // takes IPv4 too, and shows it as such
    const auto overIpv4 = ask(*client, {"127.0.0.1", both.endpoint.port, both.endpoint.pin}, get("/peer"));
    QVERIFY2(overIpv4, overIpv4 ? "" : overIpv4.error().message.c_str());
    QCOMPARE(*overIpv4->body, std::string("127.0.0.1"));
}

void TestHttps::wrongPin()
{
    TestServer server;
    const auto client = makeClient();
    Endpoint wrong = server.endpoint;
    wrong.pin->data()[31] ^= 1;
    for (int round = 0; round < 2; ++round) { // before and after there is a good connection to be misused
        int failed = 0;
        const int before = server.handler.count;
        for (int i = 0; i < 50; ++i)
            client->send(wrong, post("/echo", "secret"), {20s, 1000}, [&failed](const Answer& answer) {
                if (!answer && answer.error().code == ErrorCode::Network &&
                    answer.error().message.find("is not the one that it announced") != std::string::npos)
                    ++failed;
            });
        QTRY_COMPARE_WITH_TIMEOUT(failed, 50, bound);
        QCOMPARE(server.handler.count, before);
        QVERIFY(ask(*client, server.endpoint, get("/")));
    }
}

void TestHttps::rightAndWrongPinsMixed()
{
    TestServer server;
    const auto client = makeClient();
    Endpoint wrong = server.endpoint;
    wrong.pin = TlsIdentity::generate().fingerprint();
    int good = 0;
    int bad = 0;
    for (int i = 0; i < 50; ++i) {
        client->send(server.endpoint, get("/right"), {20s, 1000}, [&good](const Answer& answer) { good += answer ? 1 : 0; });
        client->send(wrong, get("/wrong"), {20s, 1000}, [&bad](const Answer& answer) { bad += answer ? 0 : 1; });
    }
    QTRY_COMPARE_WITH_TIMEOUT(good + bad, 100, bound);
    QCOMPARE(good, 50);
    QCOMPARE(server.handler.count, 50);
}

void TestHttps::noPin()
{
    TestServer server;
    const auto client = makeClient();
    Endpoint unknown = server.endpoint;
    unknown.pin.reset(); // the Qt client: no CA knows it
    const auto answer = ask(*client, unknown, get("/"));
    VERIFY_ERROR(answer, ErrorCode::Network);
    QCOMPARE(server.handler.count, 0);
}

void TestHttps::anyCertificateOnceAsked()
{
    TestServer server;
    base::QtExecutor executor;
    PinnedHttpClient client(executor);
    Endpoint unknown = server.endpoint;
    unknown.pin.reset();
    std::optional<Answer> answer;
    client.send(unknown, get("/"), {.timeout = 20s, .maxBody = 1000, .anyCertificate = true}, [&](const Answer& got) { answer = got; });
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), bound);
    QVERIFY(*answer);
    QCOMPARE((*answer)->certificate, *server.endpoint.pin);
    // That connection is nobody's who asks for a certificate: not even for the one of zeros.
    unknown.pin = base::Sha256();
    VERIFY_ERROR(ask(client, unknown, get("/")), ErrorCode::Network);
    // And a pin counts, whatever else is allowed.
    answer.reset();
    client.send(unknown, get("/"), {.timeout = 20s, .maxBody = 1000, .anyCertificate = true}, [&](const Answer& got) { answer = got; });
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), bound);
    VERIFY_ERROR(*answer, ErrorCode::Network);
    QCOMPARE(server.handler.count, 1);
}

void TestHttps::answerTooLarge()
{
    TestServer server;
    const auto client = makeClient();
    VERIFY_ERROR(ask(*client, server.endpoint, get("/size/1001"), {20s, 1000}), ErrorCode::TooLarge);
    VERIFY_ERROR(ask(*client, server.endpoint, get("/size/20000000"), {20s, 1000}), ErrorCode::TooLarge);
    QVERIFY(ask(*client, server.endpoint, get("/size/1000"), {20s, 1000}));
}

void TestHttps::notSendable()
{
    TestServer server;
    const auto client = makeClient();
    VERIFY_ERROR(ask(*client, server.endpoint, {"PUT", "/", {}, {}}), ErrorCode::Malformed);
    VERIFY_ERROR(ask(*client, server.endpoint, {"GET", "/", "body", {}}), ErrorCode::Malformed);
    for (const char* target : {"", "x", "/a b", "/a\r\nX: y", "/\xc3\xa4", "http://a/"})
        VERIFY_ERROR(ask(*client, server.endpoint, get(target)), ErrorCode::Malformed);
    VERIFY_ERROR(ask(*client, server.endpoint, get("/" + std::string(2048, 'a'))), ErrorCode::Malformed);
    QCOMPARE(server.handler.count, 0);
    QVERIFY(ask(*client, server.endpoint, get("/" + std::string(2047, 'a'))));
}

void TestHttps::timeLimit()
{
    TestServer server;
    const auto client = makeClient();
    const auto answer = ask(*client, server.endpoint, get("/hold"), {300ms, 1000});
    VERIFY_ERROR(answer, ErrorCode::Timeout);
    QVERIFY(ask(*client, server.endpoint, get("/")));

    QTcpServer silent; // takes connections and says nothing: the limit holds for the handshake too
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    VERIFY_ERROR(ask(*client, {"127.0.0.1", silent.serverPort(), server.endpoint.pin}, get("/"), {200ms, 1000}),
                 ErrorCode::Timeout);
}

void TestHttps::cancelled()
{
    TestServer server;
    const auto client = makeClient();
    int called = 0;
    const auto count = [&called](const Answer&) { ++called; };
    const auto atOnce = client->send(server.endpoint, get("/"), {}, count);
    client->cancel(atOnce);
    const auto waiting = client->send(server.endpoint, get("/hold"), {}, count);
    std::vector<RequestHandler::Respond> held;
    QVERIFY(QTest::qWaitFor([&] { return !(held = server.handler.held(0)).empty(); }, bound));
    QVERIFY(atOnce != 0 && waiting != 0 && atOnce != waiting);
    client->cancel(waiting);
    client->cancel(waiting);
    client->cancel(0);
    client->cancel(4711);
    held.at(0)({200, {}, nullptr}); // too late for anything: the connection was broken off
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
    QVERIFY(ask(*client, server.endpoint, get("/")));
    QCOMPARE(called, 0);
}

void TestHttps::destroyedWithRequests()
{
    TestServer server;
    int called = 0;
    {
        const auto client = makeClient();
        for (const char* target : {"/hold", "/hold", "/size/20000000", "/"})
            client->send(server.endpoint, get(target), {}, [&called](const Answer&) { ++called; });
        client->send(server.endpoint, get("not sendable"), {}, [&called](const Answer&) { ++called; });
    }
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
    QCOMPARE(called, 0);
}

void TestHttps::destroyedInCallback()
{
    TestServer server;
    auto client = makeClient();
    int called = 0;
    for (int i = 0; i < 8; ++i)
        client->send(server.endpoint, get("/"), {}, [&](const Answer&) {
            ++called;
            client.reset();
        });
    QTRY_COMPARE_WITH_TIMEOUT(called, 1, bound);
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
    QCOMPARE(called, 1);
}

void TestHttps::nobodyThere()
{
    TestServer server;
    server.server.reset();
    const auto client = makeClient();
    const auto answer = ask(*client, server.endpoint, get("/"));
    VERIFY_ERROR(answer, ErrorCode::Network);
    QCOMPARE(answer.error().message, "nobody answers at 127.0.0.1:" + std::to_string(server.endpoint.port));
}

void TestHttps::parallel()
{
    TestServer server;
    const auto client = makeClient();
    std::vector<std::string> answers(200);
    int done = 0;
    for (std::size_t i = 0; i < answers.size(); ++i)
        client->send(server.endpoint, post("/echo", std::to_string(i)), {20s, 1000}, [&answers, &done, i](const Answer& answer) {
            answers[i] = answer ? *answer->body : answer.error().message;
            ++done;
        });
    QTRY_COMPARE_WITH_TIMEOUT(done, 200, bound);
    for (std::size_t i = 0; i < answers.size(); ++i)
        QCOMPARE(answers[i], "POST /echo " + std::to_string(i));
    QVERIFY(server.server->connections() <= 6);
}

void TestHttps::handlerThrows()
{
    TestServer server;
    const auto client = makeClient();
    const auto answer = ask(*client, server.endpoint, get("/throw"));
    QVERIFY(answer);
    QCOMPARE(answer->status, 500);
    QVERIFY(answer->body->empty());
    QVERIFY(ask(*client, server.endpoint, get("/")));
}

void TestHttps::brokenServers_data()
{
    QTest::addColumn<bool>("qt");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("malformed"); // by the pinned client; Qt's reader has its own ideas
    const std::pair<const char*, QByteArray> malformed[] = {
        {"not HTTP", "SSH-2.0-OpenSSH\r\n\r\n"},
        {"no length", "HTTP/1.1 200 OK\r\n\r\nbody"},
        {"bad length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"},
        {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"},
        {"large header", "HTTP/1.1 200 OK\r\nX: " + QByteArray(10'000, 'x') + "\r\nContent-Length: 0\r\n\r\n"},
        {"fields without end", "HTTP/1.1 200 OK\r\n" + QByteArray("X: y\r\n").repeated(40'000)},
        {"interim", "HTTP/1.1 100 Continue\r\n\r\n"},
        {"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
    };
    for (const auto& [name, answer] : malformed)
        QTest::newRow(name) << false << answer << true;
    for (const bool qt : {false, true}) {
        const auto row = [qt](const char* name) { return QByteArray(qt ? "qt, " : "pinned, ") + name; };
        QTest::newRow(row("closed")) << qt << QByteArray() << false;
        QTest::newRow(row("cut off in the header")) << qt << QByteArray("HTTP/1.1 200 OK\r\nContent-Le") << false;
        QTest::newRow(row("cut off in the body")) << qt << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbod") << false;
        QTest::newRow(row("cut off in a chunk"))
            << qt << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nbod") << false;
    }
}

void TestHttps::brokenServers()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, malformed);
    RawServer server([&answer](QSslSocket& socket) {
        socket.write(answer);
        socket.disconnectFromHost();
    });
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const auto client = makeClient();
    const auto outcome = ask(*client, {"127.0.0.1", server.serverPort(), server.identity.fingerprint()}, get("/"), {20s, 1000});
    VERIFY_ERROR(outcome, malformed ? ErrorCode::Malformed : ErrorCode::Network);
    QFETCH(bool, qt);
    if (!qt)
        QCOMPARE(server.asked, 1); // a fresh connection's failure is not repeated
}

void TestHttps::reuse()
{
    TestServer server;
    PinnedHttpClient client(m_executor);
    for (int i = 0; i < 20; ++i)
        QVERIFY(ask(client, server.endpoint, get("/")));
    QCOMPARE(client.counters().connections, 1u);
    QCOMPARE(client.counters().retried, 0u);
    QCOMPARE(server.server->connections(), 1);
}

void TestHttps::resumption()
{
    TestServer server;
    PinnedHttpClient client(m_executor);
    QVERIFY(ask(client, server.endpoint, get("/")));
    int done = 0;
    for (int i = 0; i < 4; ++i)
        client.send(server.endpoint, get("/hold"), {}, [&done](const Answer& answer) { done += answer ? 1 : 0; });
    const auto held = server.handler.held(4);
    QCOMPARE(held.size(), std::size_t(4));
    for (const auto& respond : held)
        respond({200, {}, nullptr});
    QTRY_COMPARE_WITH_TIMEOUT(done, 4, bound);
    QCOMPARE(client.counters().connections, 4u);
    QCOMPARE(client.counters().resumed, 3u);
}

void TestHttps::waitingHasATimeLimit()
{
    TestServer server;
    PinnedClientLimits limits;
    limits.connectionsPerEndpoint = 1;
    PinnedHttpClient client(m_executor, limits);
    std::optional<Answer> first;
    client.send(server.endpoint, get("/hold"), {20s, 1000}, [&first](Answer answer) { first = std::move(answer); });
    const auto held = server.handler.held(1);
    VERIFY_ERROR(ask(client, server.endpoint, get("/"), {100ms, 1000}), ErrorCode::Timeout);
    QCOMPARE(server.handler.count, 1);
    held.at(0)({200, {}, nullptr});
    QTRY_VERIFY_WITH_TIMEOUT(first && *first, bound);
    QVERIFY(ask(client, server.endpoint, get("/")));
    QCOMPARE(server.handler.count, 2);
}

void TestHttps::clientClosesIdle()
{
    TestServer server;
    PinnedClientLimits limits;
    limits.idleTime = 50ms;
    PinnedHttpClient client(m_executor, limits);
    QVERIFY(ask(client, server.endpoint, get("/")));
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
}

void TestHttps::theLineIsMeasured()
{
    TestServer server;
    base::QtExecutor executor;
    PinnedHttpClient client(executor);
    QCOMPARE(client.line(server.endpoint).roundTrip.count(), 0);
    QVERIFY(ask(client, server.endpoint, get("/size/100000")));
    QTRY_VERIFY_WITH_TIMEOUT(client.line(server.endpoint).roundTrip.count() > 0, bound);
    QVERIFY(client.line(server.endpoint).roundTrip < 1s);
    QCOMPARE(client.line(server.endpoint).connections, 1); // nothing is lost on loopback
    Endpoint other = server.endpoint;
    other.pin = base::Sha256();
    QCOMPARE(client.line(other).roundTrip.count(), 0); // that is somebody else
}

void TestHttps::tellsHowMuchIsHere()
{
    QSslSocket* connection = nullptr;
    RawServer server([&connection](QSslSocket& socket) {
        if (std::exchange(connection, &socket) != nullptr) // the second request came behind the first
            return;
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + QByteArray(300, 'a'));
    });
    QVERIFY(server.listen(QHostAddress::LocalHost));
    PinnedHttpClient client(m_executor);
    const Endpoint endpoint{"127.0.0.1", server.serverPort(), server.identity.fingerprint()};
    std::optional<std::size_t> answered;
    const auto first = client.send(endpoint, get("/"), {.timeout = 60s, .pipelined = true}, [&](const auto& answer) { answered = answer ? answer->body->size() : 0; });
    const auto second = client.send(endpoint, get("/"), {.timeout = 60s, .pipelined = true}, [](const auto&) {});
    QTRY_COMPARE_WITH_TIMEOUT(client.received(first), std::optional<std::int64_t>(300), bound);
    QCOMPARE(client.received(second), std::optional<std::int64_t>(0)); // it waits for its turn
    QCOMPARE(client.received(0), std::nullopt);
    connection->write(QByteArray(700, 'b'));
    QTRY_VERIFY_WITH_TIMEOUT(answered, bound);
    QCOMPARE(*answered, std::size_t(1000));
    QCOMPARE(client.received(first), std::nullopt);
}

void TestHttps::repeatsAfterRestart()
{
    TestServer server;
    PinnedHttpClient client(m_executor);
    const std::uint16_t port = server.endpoint.port;
    for (int i = 0; i < 5; ++i) {
        QVERIFY(ask(client, server.endpoint, get("/")));
        server.server.reset();
        server.start({}, "127.0.0.1", port);
        const auto answer = ask(client, server.endpoint, post("/echo", "again"));
        QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
        QCOMPARE(*answer->body, std::string("POST /echo again"));
    }
}

void TestHttps::repeatsOnceOnly()
{
    TestServer server;
    PinnedHttpClient client(m_executor);
    // The server hears the request and closes: on a new connection that is an answer of its kind.
    VERIFY_ERROR(ask(client, server.endpoint, get("/drop")), ErrorCode::Network);
    QCOMPARE(server.handler.count, 1);
    QCOMPARE(client.counters().retried, 0u);
    QVERIFY(ask(client, server.endpoint, get("/")));
    const auto answer = ask(client, server.endpoint, get("/drop")); // on the kept one
    VERIFY_ERROR(answer, ErrorCode::Network);
    QVERIFY(answer.error().message.ends_with("closed the connection without an answer"));
    QCOMPARE(server.handler.count, 4);
    QCOMPARE(client.counters().retried, 1u);
}

void TestHttps::otherNodeOnTheSamePort()
{
    TestServer server;
    PinnedHttpClient client(m_executor);
    QVERIFY(ask(client, server.endpoint, get("/")));
    server.server.reset();
    TestServer other({}, "127.0.0.1", server.endpoint.port); // as good a TLS server, but not the one meant
    const auto answer = ask(client, server.endpoint, get("/"));
    VERIFY_ERROR(answer, ErrorCode::Network);
    QVERIFY(answer.error().message.ends_with("is not the one that it announced"));
    QCOMPARE(other.handler.count, 0);
}

void TestHttps::respondTwice()
{
    TestServer server;
    PinnedHttpClient client(m_executor);
    std::optional<Answer> answer;
    client.send(server.endpoint, get("/hold"), {}, [&answer](Answer given) { answer = std::move(given); });
    const auto held = server.handler.held(1);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([respond = held.at(0)] { respond({200, "text/plain", TestHandler::text("once")}); });
    for (auto& thread : threads)
        thread.join();
    QTRY_VERIFY_WITH_TIMEOUT(answer && *answer, bound);
    QCOMPARE(*(*answer)->body, std::string("once"));
    QCOMPARE(*ask(client, server.endpoint, get("/"))->body, std::string("GET / ")); // no second answer in between
}

void TestHttps::respondAfterStop()
{
    std::vector<RequestHandler::Respond> held;
    std::optional<Answer> answer;
    PinnedHttpClient client(m_executor);
    {
        TestServer server;
        client.send(server.endpoint, get("/hold"), {}, [&answer](Answer given) { answer = std::move(given); });
        held = server.handler.held(1);
        QCOMPARE(held.size(), std::size_t(1));
        server.server->stop(0ms);
        server.server->stop(); // again
    }
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), bound);
    VERIFY_ERROR(*answer, ErrorCode::Network);
    held.at(0)({200, "text/plain", TestHandler::text("late")});
    held.clear();
}

void TestHttps::stopLetsAnswersThrough()
{
    TestServer server;
    PinnedHttpClient client(m_executor);
    std::optional<Answer> answer;
    client.send(server.endpoint, get("/hold"), {20s, 30 << 20}, [&answer](Answer given) { answer = std::move(given); });
    const auto held = server.handler.held(1);
    std::thread stopping([&server] { server.server->stop(20s); });
    QTRY_VERIFY_WITH_TIMEOUT([&server] { // no new ones from here on
        QTcpSocket probe;
        probe.connectToHost(QStringLiteral("127.0.0.1"), server.endpoint.port);
        return !probe.waitForConnected(bound);
    }(), bound);
    held.at(0)({200, "application/octet-stream", TestHandler::text(pattern(5 << 20))});
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), bound);
    stopping.join();
    QVERIFY2(*answer, *answer ? "" : answer->error().message.c_str());
    QVERIFY(*(*answer)->body == pattern(5 << 20));
    QCOMPARE(server.server->connections(), 0);
}

void TestHttps::stopBreaksOff()
{
    TestServer server;
    PinnedHttpClient client(m_executor);
    int failed = 0;
    for (int i = 0; i < 4; ++i)
        client.send(server.endpoint, get("/hold"), {}, [&failed](const Answer& answer) { failed += answer ? 0 : 1; });
    const auto held = server.handler.held(4);
    server.server->stop(10ms);
    QCOMPARE(server.server->connections(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(failed, 4, bound);
}

void TestHttps::startErrors()
{
    TestServer server;
    TestHandler handler;
    const auto start = [&](const std::string& host, std::uint16_t port) {
        return HttpsServer::start(host, port, server.identity, handler);
    };
    VERIFY_ERROR(start("localhost", 0), ErrorCode::Malformed);
    VERIFY_ERROR(start("", 0), ErrorCode::Malformed);
    const auto taken = start("127.0.0.1", server.endpoint.port);
    VERIFY_ERROR(taken, ErrorCode::Network);
    QVERIFY(taken.error().message.find(std::to_string(server.endpoint.port)) != std::string::npos);
}

QTEST_GUILESS_MAIN(TestHttps)
#include "tst_https.moc"
