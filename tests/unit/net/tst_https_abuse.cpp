#include <algorithm>

#include <QTcpSocket>

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "p2p/net/admission.h"
#include "p2p/net/message_rules.h"
#include "tests/unit/net/net_fixture.h"

using namespace mutoscope;
using namespace mutoscope::net;
using namespace mutoscope::net::testing;
using namespace std::chrono_literals;

/// The server against clients that are broken, slow, greedy or gone.
class TestHttpsAbuse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data();
    void refuses();
    void takes_data();
    void takes();
    void answerHead();
    void expectContinue();
    void expectContinueTooLarge();
    void pipelined();
    void bodyThatGrows();
    void notTls_data();
    void notTls();
    void oldTls();
    void leavesMidBody();
    void leavesBeforeTheAnswer();
    void leavesMidAnswer();
    void slow_data();
    void slow();
    void silentHandshake();
    void readsNothing();
    void capPerAddress();
    void crowdPushesOutIdle();
    void thousandsIdle();
    void firstRecordsAreSmall();
    void admission();
    void headsCannotBeSplit();

private:
    /// Another client is served as if nothing had happened.
    static bool serves(TestServer& server)
    {
        RawClient client(server.endpoint);
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        return client.answer().status == 200 && client.isClosed();
    }
    /// TCP only, as many as it takes.
    static int connectPlain(std::uint16_t port)
    {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            return -1;
        return fd;
    }
};

void TestHttpsAbuse::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QByteArray host = "Host: a\r\n";
    const auto post = [&host](const QByteArray& fields) { return "POST / HTTP/1.1\r\n" + host + fields + "\r\n"; };
    const auto target = [&host](const QByteArray& name) { return "GET " + name + " HTTP/1.1\r\n" + host + "\r\n"; };
    struct Row {
        const char* name;
        int status;
        QByteArray bytes;
    };
    const Row rows[] = {
        {"PUT", 405, "PUT / HTTP/1.1\r\n" + host + "Content-Length: 1\r\n\r\nx"},
        {"HEAD", 405, "HEAD / HTTP/1.1\r\n" + host + "\r\n"},
        {"DELETE", 405, "DELETE / HTTP/1.1\r\n" + host + "\r\n"},
        {"unknown method", 405, "BREW / HTTP/1.1\r\n" + host + "\r\n"},
        {"CONNECT", 405, "CONNECT a:1 HTTP/1.1\r\n" + host + "\r\n"},
        {"absolute target", 400, target("http://a/")},
        {"asterisk", 400, target("*")},
        {"relative target", 400, target("a")},
        {"long target", 400, target("/" + QByteArray(2048, 'a'))},
        {"control character", 400, target("/a\x01")},
        {"DEL", 400, target("/a\x7f")},
        {"NUL", 400, target(QByteArray("/a\0b", 4))},
        {"not ASCII", 400, target("/\xc3\xa4")},
        {"tab", 400, target("/a\tb")},
        {"no Host", 400, "GET / HTTP/1.1\r\n\r\n"},
        {"two Hosts", 400, "GET / HTTP/1.1\r\n" + host + host + "\r\n"},
        {"HTTP/1.0", 505, "GET / HTTP/1.0\r\n" + host + "\r\n"},
        {"HTTP/2 preface", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        {"not HTTP", 400, "\x01\x02\x03\x04 hello\r\n\r\n"},
        {"large field", 431, "GET / HTTP/1.1\r\n" + host + "X: " + QByteArray(9000, 'x') + "\r\n\r\n"},
        {"large field without end", 431, "GET / HTTP/1.1\r\n" + host + "X: " + QByteArray(30'000, 'x')},
        {"many fields", 431, "GET / HTTP/1.1\r\n" + host + QByteArray("X: y\r\n").repeated(2000) + "\r\n"},
        {"fields without end", 431, "GET / HTTP/1.1\r\n" + host + QByteArray("X: y\r\n").repeated(40'000)},
        {"trailers without end", 400, post("Transfer-Encoding: chunked\r\n") + "0\r\n" + QByteArray("X: y\r\n").repeated(40'000)},
        {"large target", 431, target("/" + QByteArray(20'000, 'a'))},
        {"a little too large", 431, "GET / HTTP/1.1\r\n" + host + "X: " + QByteArray(8'192 - 16 - 9 - 3 - 4 + 1, 'x') + "\r\n\r\n"},
        {"large body", 413, post("Content-Length: 65537\r\n")},
        {"enormous body", 413, post("Content-Length: 18446744073709551615\r\n")},
        {"large chunk", 413, post("Transfer-Encoding: chunked\r\n") + "10001\r\n"},
        {"large chunks", 413, post("Transfer-Encoding: chunked\r\n") + ("4000\r\n" + QByteArray(0x4000, 'x') + "\r\n").repeated(5)},
        {"bad length", 400, post("Content-Length: x\r\n")},
        {"negative length", 400, post("Content-Length: -1\r\n")},
        {"length overflow", 400, post("Content-Length: 18446744073709551617\r\n")},
        {"different lengths", 400, post("Content-Length: 1\r\nContent-Length: 2\r\n") + "xx"},
        {"length, then chunked", 400, post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"},
        {"chunked, then length", 400, post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n"},
        {"gzip, chunked", 400, post("Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n"},
        {"chunked, chunked", 400, post("Transfer-Encoding: chunked, chunked\r\n") + "0\r\n\r\n"},
        {"chunked twice", 400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"},
        {"chunked;q", 400, post("Transfer-Encoding: chunked;q=1\r\n") + "0\r\n\r\n"},
        {"identity", 400, post("Transfer-Encoding: identity\r\nContent-Length: 1\r\n") + "x"},
        {"xchunked", 400, post("Transfer-Encoding: xchunked\r\n") + "0\r\n\r\n"},
        {"empty encoding", 400, post("Transfer-Encoding:\r\nContent-Length: 1\r\n") + "x"},
        {"space before colon", 400, post("Transfer-Encoding : chunked\r\n") + "0\r\n\r\n"},
        {"bad chunk", 400, post("Transfer-Encoding: chunked\r\n") + "xyz\r\n"},
        {"chunk without end", 400, post("Transfer-Encoding: chunked\r\n") + "1\r\nxyz\r\n0\r\n\r\n"},
        {"GET with a body", 400, "GET / HTTP/1.1\r\n" + host + "Content-Length: 1\r\n\r\nx"},
        {"GET with chunks", 400, "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"other expectation", 417, post("Expect: 200-ok\r\nContent-Length: 1\r\n") + "x"},
    };
    for (const Row& row : rows)
        QTest::newRow(row.name) << row.bytes << row.status;
}

void TestHttpsAbuse::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    TestServer server;
    RawClient client(server.endpoint);
    QVERIFY(client.encrypted);
    // What follows must not be taken for a request of its own.
    client.send(bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, status);
    QVERIFY(answer.head.contains("\r\nConnection: close\r\n"));
    QVERIFY(answer.body.isEmpty());
    QVERIFY(client.isClosed());
    QCOMPARE(server.handler.count, 0);
}

void TestHttpsAbuse::takes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("body");
    const QByteArray head = "POST /p HTTP/1.1\r\nHost: a\r\n";
    QTest::newRow("length") << head + "Content-Length: 3\r\n\r\nabc" << QByteArray("abc");
    QTest::newRow("nothing") << head + "\r\n" << QByteArray();
    QTest::newRow("chunks") << head + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n" << QByteArray("abc");
    QTest::newRow("Chunked") << head + "transfer-encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nTrailer: x\r\n\r\n" << QByteArray("abc");
    QTest::newRow("largest") << head + "Content-Length: 65536\r\n\r\n" + QByteArray(65'536, 'x') << QByteArray(65'536, 'x');
    QTest::newRow("largest header") << head + "X: " + QByteArray(8'192 - 19 - 9 - 3 - 4, 'x') + "\r\n\r\n" << QByteArray();
}

void TestHttpsAbuse::takes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, body);
    TestServer server;
    RawClient client(server.endpoint);
    for (int i = 0; i < 2; ++i) {
        client.send(bytes);
        const RawAnswer answer = client.answer();
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, "POST /p " + body);
    }
    for (const char byte : bytes.first(100 > bytes.size() ? bytes.size() : 100)) // byte by byte
        client.send(QByteArray(1, byte));
    client.send(bytes.mid(100));
    QCOMPARE(client.answer().body, "POST /p " + body);
}

void TestHttpsAbuse::answerHead()
{
    TestServer server;
    RawClient client(server.endpoint);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QCOMPARE(client.answer().head, QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n"
                                              "Cache-Control: no-store\r\n"));
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    QVERIFY(client.answer().head.endsWith("\r\nConnection: close\r\n"));
    QVERIFY(client.isClosed());
}

void TestHttpsAbuse::expectContinue()
{
    TestServer server;
    RawClient client(server.endpoint);
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    QCOMPARE(client.answer().status, 100);
    QCOMPARE(server.handler.count, 0);
    client.send("abc");
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, QByteArray("POST /p abc"));
}

void TestHttpsAbuse::expectContinueTooLarge()
{
    TestServer server;
    RawClient client(server.endpoint);
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n");
    QCOMPARE(client.answer().status, 413);
    QVERIFY(client.isClosed());
}

void TestHttpsAbuse::pipelined()
{
    TestServer server;
    RawClient client(server.endpoint);
    QByteArray bytes;
    for (int i = 0; i < 50; ++i)
        bytes += "GET /" + QByteArray::number(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(bytes);
    for (int i = 0; i < 50; ++i)
        QCOMPARE(client.answer().body, "GET /" + QByteArray::number(i) + " ");
    QCOMPARE(server.server->connections(), 1);
}

// The refusal must arrive although the client goes on sending.
void TestHttpsAbuse::bodyThatGrows()
{
    TestServer server;
    RawClient client(server.endpoint);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + QByteArray(200'000, 'x'));
    QCOMPARE(client.answer().status, 413);
    QCOMPARE(server.handler.count, 0);
}

void TestHttpsAbuse::notTls_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QTest::newRow("zeros") << QByteArray(100'000, '\0');
    QTest::newRow("noise") << QByteArray::fromStdString(pattern(100'000));
    QTest::newRow("cut handshake") << QByteArray::fromHex("16030100fa010000f60303");
    QTest::newRow("nothing") << QByteArray();
}

void TestHttpsAbuse::notTls()
{
    QFETCH(QByteArray, bytes);
    TestServer server;
    for (int i = 0; i < 10; ++i) {
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), server.endpoint.port);
        QVERIFY(socket.waitForConnected(bound));
        socket.write(bytes);
        socket.disconnectFromHost();
        if (socket.state() != QAbstractSocket::UnconnectedState)
            socket.waitForDisconnected(bound);
    }
    QVERIFY(serves(server));
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
    QCOMPARE(server.handler.count, 1);
}

void TestHttpsAbuse::oldTls()
{
    TestServer server;
    QSslSocket socket;
    socket.setPeerVerifyMode(QSslSocket::VerifyNone);
    socket.setProtocol(QSsl::TlsV1_2);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server.endpoint.port);
    QVERIFY(!socket.waitForEncrypted(bound));
    QVERIFY(serves(server));
}

void TestHttpsAbuse::leavesMidBody()
{
    TestServer server;
    for (int i = 0; i < 50; ++i) {
        RawClient client(server.endpoint);
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc");
        client.socket.abort();
    }
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
    QCOMPARE(server.handler.count, 0);
    QVERIFY(serves(server));
}

void TestHttpsAbuse::leavesBeforeTheAnswer()
{
    TestServer server;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.endpoint));
        clients.back()->send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    const auto held = server.handler.held(50);
    QCOMPARE(held.size(), std::size_t(50));
    clients.clear();
    for (const auto& respond : held)
        respond({200, "text/plain", TestHandler::text(pattern(1 << 20))});
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
    QVERIFY(serves(server));
}

void TestHttpsAbuse::leavesMidAnswer()
{
    TestServer server;
    for (int i = 0; i < 20; ++i) {
        RawClient client(server.endpoint);
        client.socket.setReadBufferSize(1000);
        client.send("GET /size/20000000 HTTP/1.1\r\nHost: a\r\n\r\n");
        QVERIFY(client.socket.waitForReadyRead(bound));
        client.socket.abort();
    }
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
    QVERIFY(serves(server));
}

void TestHttpsAbuse::slow_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("which");
    QTest::newRow("idle") << QByteArray() << 0;
    QTest::newRow("idle after a request") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << 0;
    QTest::newRow("header") << QByteArray("GET / HTTP/1.1\r\nHo") << 1;
    QTest::newRow("body") << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc") << 2;
    QTest::newRow("chunks") << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n") << 2;
    QTest::newRow("handler") << QByteArray("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n") << 2;
}

void TestHttpsAbuse::slow()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, which);
    ServerLimits limits; // only one of them can be what closes
    (which == 0 ? limits.idleTime : which == 1 ? limits.headerTime : limits.requestTime) = 200ms;
    TestServer server(limits);
    RawClient client(server.endpoint);
    QVERIFY(client.encrypted);
    client.send(bytes);
    if (which == 0 && !bytes.isEmpty())
        QCOMPARE(client.answer().status, 200);
    QVERIFY(client.isClosed());
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
}

void TestHttpsAbuse::silentHandshake()
{
    ServerLimits limits;
    limits.handshakeTime = 100ms;
    TestServer server(limits);
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), server.endpoint.port);
    QVERIFY(socket.waitForConnected(bound));
    QVERIFY(socket.waitForDisconnected(bound));
}

void TestHttpsAbuse::readsNothing()
{
    ServerLimits limits;
    limits.requestTime = 300ms;
    TestServer server(limits);
    RawClient client(server.endpoint);
    client.socket.setReadBufferSize(1000);
    client.send("GET /size/20000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE_WITH_TIMEOUT(server.handler.count, 1, bound);
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
}

void TestHttpsAbuse::capPerAddress()
{
    ServerLimits limits;
    limits.maxConnectionsPerAddress = 3;
    TestServer server(limits);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.endpoint));
        QVERIFY(clients.back()->encrypted);
    }
    QVERIFY(!RawClient(server.endpoint).encrypted);
    for (const auto& client : clients) { // those that are in notice nothing
        client->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        QCOMPARE(client->answer().status, 200);
    }
    clients.pop_back();
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 2, bound);
    QVERIFY(serves(server));
}

void TestHttpsAbuse::crowdPushesOutIdle()
{
    ServerLimits limits;
    limits.maxConnections = 16;
    limits.threads = 1;
    TestServer server(limits);
    RawClient busy(server.endpoint);
    busy.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto held = server.handler.held(1);
    std::vector<std::unique_ptr<RawClient>> idle;
    for (int i = 0; i < 40; ++i) {
        idle.push_back(std::make_unique<RawClient>(server.endpoint));
        QVERIFY2(idle.back()->encrypted, qPrintable(QStringLiteral("%1: %2").arg(i).arg(idle.back()->socket.errorString())));
        QVERIFY(server.server->connections() <= 16);
    }
    QVERIFY(serves(server));
    QVERIFY(idle.front()->isClosed());
    held.at(0)({200, "text/plain", TestHandler::text("still here")}); // who waits for an answer is not pushed out
    QCOMPARE(busy.answer().body, QByteArray("still here"));
}

void TestHttpsAbuse::thousandsIdle()
{
    rlimit files{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &files), 0);
    const rlimit before = files;
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8'192);
    if (files.rlim_cur < 5'000 || ::setrlimit(RLIMIT_NOFILE, &files) != 0)
        QSKIP("not enough open files allowed here");
    ServerLimits limits;
    limits.maxConnections = 3'000;
    limits.maxConnectionsPerAddress = 3'000;
    TestServer server(limits);
    std::vector<int> sockets;
    for (int i = 0; i < 2'000; ++i)
        sockets.push_back(connectPlain(server.endpoint.port));
    QVERIFY(std::ranges::find(sockets, -1) == sockets.end());
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 2'000, bound);
    QVERIFY(serves(server));
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 2'000, bound); // none of them had to go

    TestServer careful; // with the usual limits they don't even come in
    std::vector<int> more;
    for (int i = 0; i < 500; ++i)
        more.push_back(connectPlain(careful.endpoint.port));
    const int cap = ServerLimits().maxConnectionsPerAddress;
    QTRY_COMPARE_WITH_TIMEOUT(careful.server->connections(), cap, bound);
    for (const int fd : sockets)
        ::close(fd);
    for (const int fd : more)
        ::close(fd);
    QTRY_COMPARE_WITH_TIMEOUT(server.server->connections(), 0, bound);
    QTRY_COMPARE_WITH_TIMEOUT(careful.server->connections(), 0, bound);
    QVERIFY(serves(careful));
    ::setrlimit(RLIMIT_NOFILE, &before);
}

// Looks at the record headers with OpenSSL, as Qt does not show them.
void TestHttpsAbuse::firstRecordsAreSmall()
{
    TestServer server;
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
    const int fd = connectPlain(server.endpoint.port);
    QVERIFY(fd >= 0);
    SSL_set_fd(ssl.get(), fd);
    QCOMPARE(SSL_connect(ssl.get()), 1);
    std::vector<int> records;
    SSL_set_msg_callback_arg(ssl.get(), &records);
    SSL_set_msg_callback(ssl.get(), [](int written, int, int type, const void* bytes, size_t size, SSL*, void* list) {
        const auto* const header = static_cast<const unsigned char*>(bytes);
        if (written == 0 && type == SSL3_RT_HEADER && size == 5 && header[0] == SSL3_RT_APPLICATION_DATA)
            static_cast<std::vector<int>*>(list)->push_back(header[3] << 8 | header[4]);
    });
    const std::string request = "GET /size/1000000 HTTP/1.1\r\nHost: a\r\n\r\n";
    QCOMPARE(SSL_write(ssl.get(), request.data(), int(request.size())), int(request.size()));
    std::string answer;
    char buffer[16 * 1024];
    while (answer.size() < 1'000'000) {
        const int got = SSL_read(ssl.get(), buffer, sizeof buffer);
        QVERIFY(got > 0);
        answer.append(buffer, std::size_t(got));
    }
    QVERIFY(answer.ends_with(pattern(1'000'000)));
    ::close(fd);
    constexpr int overhead = 64;
    QVERIFY(records.size() > 20);
    int sum = 0;
    for (const int size : records) {
        if (sum + size > 32 * 1024)
            break;
        QVERIFY(size <= 4096 + overhead);
        sum += size;
    }
    QVERIFY(std::ranges::max(records) > 16'000); // later they grow
}

void TestHttpsAbuse::admission()
{
    const auto admission = std::make_shared<Admission>(16, 2);
    auto first = admission->admit("a");
    const auto second = admission->admit("a");
    QVERIFY(first && second && !admission->admit("a"));
    QVERIFY(admission->admit("b")); // and goes at once
    QCOMPARE(admission->total(), 2);
    first.reset();
    QVERIFY(admission->admit("a"));
    std::vector<std::unique_ptr<Admission::Ticket>> others;
    for (char name = 'c'; name < 'c' + 13; ++name)
        others.push_back(admission->admit({name}));
    QCOMPARE(admission->total(), 14);
    QVERIFY(!admission->isCrowded());
    others.push_back(admission->admit("x"));
    QVERIFY(admission->isCrowded());
    others.push_back(admission->admit("y"));
    QVERIFY(others.back() && !admission->admit("z"));
    QVERIFY(!std::make_shared<Admission>(16, 0)->admit("a"));
}

void TestHttpsAbuse::headsCannotBeSplit()
{
    QVERIFY(formatResponseHead(200, "a\r\nSet-Cookie: x", 1, false).find("Set-Cookie") == std::string::npos);
    for (const int status : {-1, 0, 100, 199, 600, 123'456})
        QVERIFY(formatResponseHead(status, "a", 1, false).starts_with("HTTP/1.1 500 "));
    QVERIFY(isAcceptableTarget("/" + std::string(maxTarget - 1, 'a')));
    QVERIFY(!isAcceptableTarget("/" + std::string(maxTarget, 'a')));
}

QTEST_GUILESS_MAIN(TestHttpsAbuse)
#include "tst_https_abuse.moc"
