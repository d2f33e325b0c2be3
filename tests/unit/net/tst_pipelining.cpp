#include <QTcpServer>
#include <QTcpSocket>

#include "p2p/net/pinned_client.h"
#include "tests/unit/net/net_fixture.h"

using namespace mutoscope;
using namespace mutoscope::net;
using namespace mutoscope::net::testing;
using namespace std::chrono_literals;
using base::ErrorCode;

static HttpRequest asking(const std::string& target)
{
    return {.method = "GET", .target = target, .body = {}, .peer = {}};
}

/// Several requests on one connection, and what is known of it.
class TestPipelining : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pipelined();
    void othersDoNotWaitForPipelined();
    void whatIsConnectedComesFirst();
    void aCancelledOneIsTakenOut();
    void whatWasPipelinedIsRepeated();
    void timeCountsFromItsTurn();
};

void TestPipelining::pipelined()
{
    TestServer server;
    base::QtExecutor executor;
    PinnedHttpClient client(executor);
    std::vector<int> order;
    std::vector<std::string> bodies;
    const auto ask = [&](int number, const std::string& target) {
        (void)client.send(server.endpoint, {.method = "GET", .target = target, .body = {}, .peer = {}}, {.maxBody = 1 << 20, .pipelined = true},
                          [&, number](base::Result<HttpResponse> answer) {
                              QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
                              order.push_back(number);
                              bodies.push_back(*answer->body);
                          });
    };
    ask(0, "/hold");
    for (int i = 1; i < 8; ++i)
        ask(i, "/size/" + std::to_string(i * 30'000));
    auto held = server.handler.held(1);
    QCOMPARE(held.size(), std::size_t(1));
    QCOMPARE(server.handler.count, 1); // the server takes one after the other
    held[0]({200, "text/plain", TestHandler::text("first")});
    QTRY_COMPARE_WITH_TIMEOUT(order.size(), std::size_t(8), bound);
    QCOMPARE(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
    for (std::size_t i = 1; i < 8; ++i)
        QVERIFY(bodies[i] == pattern(i * 30'000));
    QCOMPARE(client.counters().connections, 1u);
    ask(8, "/size/1"); // and again, on the one that rests now
    QTRY_COMPARE_WITH_TIMEOUT(order.size(), std::size_t(9), bound);
    QCOMPARE(client.counters().connections, 1u);
    QCOMPARE(client.counters().retried, 0u);
}

void TestPipelining::othersDoNotWaitForPipelined()
{
    TestServer server;
    base::QtExecutor executor;
    PinnedHttpClient client(executor);
    bool isHeldAnswered = false;
    (void)client.send(server.endpoint, asking("/hold"), {.pipelined = true}, [&](const auto&) { isHeldAnswered = true; });
    auto held = server.handler.held(1);
    int answered = 0;
    (void)client.send(server.endpoint, asking("/other"), {}, [&](const auto& answer) { answered += answer ? 1 : 0; });
    QTRY_COMPARE_WITH_TIMEOUT(answered, 1, bound);
    QVERIFY(!isHeldAnswered);
    QCOMPARE(client.counters().connections, 2u);
    held.at(0)({});
    QTRY_VERIFY_WITH_TIMEOUT(isHeldAnswered, bound);
}

/// A second connection, which does not come about, was made for somebody who does not wait any more.
void TestPipelining::whatIsConnectedComesFirst()
{
    TestServer server;
    QTcpServer front;
    QVERIFY(front.listen(QHostAddress::LocalHost));
    std::vector<QTcpSocket*> callers;
    QTcpSocket behind;
    connect(&front, &QTcpServer::newConnection, &front, [&] {
        callers.push_back(front.nextPendingConnection());
        if (callers.size() > 1)
            return; // nobody answers there
        behind.connectToHost(QHostAddress::LocalHost, server.endpoint.port);
        connect(callers[0], &QTcpSocket::readyRead, &behind, [&] { behind.write(callers[0]->readAll()); });
        connect(&behind, &QTcpSocket::readyRead, callers[0], [&] { callers[0]->write(behind.readAll()); });
    });
    Endpoint endpoint = server.endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = front.serverPort();
    base::QtExecutor executor;
    PinnedHttpClient client(executor);
    int answered = 0;
    const auto count = [&](const auto& answer) { answered += answer ? 1 : 0; };
    (void)client.send(endpoint, asking("/hold"), {.pipelined = true}, count);
    QTRY_VERIFY_WITH_TIMEOUT(server.handler.count == 1, bound);
    const auto impatient = client.send(endpoint, asking("/other"), {}, [](const auto&) {});
    QTRY_COMPARE_WITH_TIMEOUT(callers.size(), std::size_t(2), bound);
    client.cancel(impatient);
    server.handler.held(1)[0]({200, "text/plain", TestHandler::text("first")});
    QTRY_COMPARE_WITH_TIMEOUT(answered, 1, bound);
    (void)client.send(endpoint, asking("/next"), {.pipelined = true}, count);
    QTRY_COMPARE_WITH_TIMEOUT(answered, 2, bound);
    QCOMPARE(client.counters().connections, 1u);
}

void TestPipelining::aCancelledOneIsTakenOut()
{
    TestServer server;
    base::QtExecutor executor;
    PinnedHttpClient client(executor);
    std::vector<int> answered;
    const auto ask = [&](int number, const std::string& target) {
        return client.send(server.endpoint, asking(target), {.pipelined = true}, [&, number](const auto& answer) {
            QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
            answered.push_back(number);
        });
    };
    const auto first = ask(0, "/hold");
    ask(1, "/a");
    const auto third = ask(2, "/b");
    ask(3, "/c");
    const auto held = server.handler.held(1); // dropped it would close the connection
    QCOMPARE(held.size(), std::size_t(1));
    client.cancel(third);
    client.cancel(first); // the others go on, on another connection
    QTRY_COMPARE_WITH_TIMEOUT(answered.size(), std::size_t(2), bound);
    QCOMPARE(answered, (std::vector<int>{1, 3}));
    QCOMPARE(client.counters().retried, 0u);
}

void TestPipelining::whatWasPipelinedIsRepeated()
{
    TestServer server;
    base::QtExecutor executor;
    PinnedHttpClient client(executor);
    std::map<int, bool> outcome;
    const auto ask = [&](int number, const std::string& target) {
        (void)client.send(server.endpoint, asking(target), {.pipelined = true}, [&, number](const auto& answer) { outcome[number] = answer.has_value(); });
    };
    ask(0, "/drop"); // the server closes instead of an answer
    ask(1, "/a");
    ask(2, "/b");
    QTRY_COMPARE_WITH_TIMEOUT(outcome.size(), std::size_t(3), bound);
    QVERIFY(!outcome[0]);
    QVERIFY(outcome[1] && outcome[2]);
    QCOMPARE(client.counters().connections, 2u);
    QCOMPARE(client.counters().retried, 2u);
    // But not for ever.
    outcome.clear();
    for (int i = 0; i < 4; ++i)
        ask(i, "/drop");
    QTRY_COMPARE_WITH_TIMEOUT(outcome.size(), std::size_t(4), bound);
    for (int i = 0; i < 4; ++i)
        QVERIFY(!outcome[i]);
}

void TestPipelining::timeCountsFromItsTurn()
{
    TestServer server;
    base::QtExecutor executor;
    PinnedHttpClient client(executor);
    int answered = 0;
    std::optional<ErrorCode> failure;
    (void)client.send(server.endpoint, asking("/hold"), {.timeout = 60s, .pipelined = true}, [&](const auto&) { ++answered; });
    (void)client.send(server.endpoint, asking("/a"), {.timeout = 100ms, .pipelined = true}, [&](const auto& answer) { answered += answer ? 1 : 0; });
    auto held = server.handler.held(1);
    int late = 0;
    (void)client.send(server.endpoint, asking("/hold"), {.timeout = 300ms}, [&](const auto& answer) {
        if (!answer)
            failure = answer.error().code;
        ++late;
    });
    QTRY_COMPARE_WITH_TIMEOUT(late, 1, bound); // 300 ms have passed
    QVERIFY(failure == ErrorCode::Timeout);
    QCOMPARE(answered, 0);
    held.at(0)({});
    QTRY_COMPARE_WITH_TIMEOUT(answered, 2, bound);
}

QTEST_GUILESS_MAIN(TestPipelining)
#include "tst_pipelining.moc"
