#include <random>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "tests/functional/tracker/tracker_process.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace Qt::StringLiterals;

namespace
{

/// Bytes straight into the port, without TLS; whatever comes back doesn't matter.
void throwAt(std::uint16_t port, const std::string& bytes)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0)
        (void)::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ::close(fd);
}

} // namespace

class TestTrackerProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }
    void servesAWholeContract();
    void garbageChangesNothing();
    void viewersCloseIsSettledInTime();
    void stopFinishesWhatItAccepted();
    void restartsAsItWas();
    void oneServerPerFolder();
    void misuseIsNamed();
};

void TestTrackerProcess::servesAWholeContract()
{
    Tracker t;
    QVERIFY(t.start());
    QFile file(t.linkFile());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().trimmed(), t.line());

    const auto viewer = crypto::NodeKey::generate();
    const auto seeder = crypto::NodeKey::generate();
    auto hello = t.request<wire::Handshake>(viewer);
    hello.tracker = {};
    const auto answer = t.ask<wire::HandshakeAnswer>("handshake", wire::sign(hello, viewer));
    QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
    QCOMPARE(answer->name, std::string("Functional"));
    QCOMPARE(answer->tlsPin, *t.link.endpoint.pin);

    const auto spend = t.ask<wire::AddressAnswer, wire::GetSpendAddress>("getSpendAddress", viewer);
    QVERIFY(spend);
    QCOMPARE(t.openContract(viewer, seeder, 300).error().code, base::ErrorCode::PaymentRequired);
    // The operator issues tokens beside the running tracker.
    const auto issued = t.issue(spend->address, "--tokens", "0.001");
    QCOMPARE(issued.status, 0);
    QCOMPARE(json::parse(issued.out.toStdString())["balance"].get<int>(), 1'000);

    const auto contract = t.openContract(viewer, seeder, 300);
    QVERIFY2(contract, contract ? "" : contract.error().message.c_str());
    auto balance = t.ask<wire::BalanceAnswer, wire::GetBalance>("getBalance", viewer);
    QCOMPARE(balance->spend.value(), 700);
    QCOMPARE(balance->locked.value(), 300);
    auto close = wire::sign(Tracker::receipt(*contract, 1 << 20), viewer);
    close.bytes = *wire::countersign(close, seeder);
    const auto closed = t.ask<wire::ContractAnswer>("closeContract", close);
    QVERIFY2(closed, closed ? "" : closed.error().message.c_str());
    QCOMPARE(closed->paid.value(), 100);

    const json books = t.accounts();
    QCOMPARE(books["check"].get<std::string>(), std::string("ok"));
    QCOMPARE(books["issued"].get<int>(), 1'000);
    QCOMPARE(books["totals"]["spend"].get<int>(), 900);
    QCOMPARE(books["totals"]["income"].get<int>(), 100);
    QCOMPARE(books["totals"]["contract"].get<int>(), 0);
    QCOMPARE(books["contract_states"]["closed"].get<int>(), 1);
    QCOMPARE(run({u"check"_s, u"--config"_s, t.config()}).status, 0);
    QCOMPARE(t.stop(), 0);
    QVERIFY(t.accounts() == books);
}

void TestTrackerProcess::garbageChangesNothing()
{
    Tracker t;
    QVERIFY(t.start());
    const auto viewer = crypto::NodeKey::generate();
    QVERIFY(t.ask<wire::AddressAnswer>("getSpendAddress", wire::sign(t.request<wire::GetSpendAddress>(viewer), viewer)));
    QCOMPARE(t.issue(crypto::ordinaryAddress(viewer.publicKey()), "--amount", "50").status, 0);
    const json before = t.accounts();

    std::mt19937 random(1); // the same garbage each time
    const auto garbage = [&](std::size_t size) {
        std::string bytes(size, '\0');
        for (char& c : bytes)
            c = static_cast<char>(random());
        return bytes;
    };
    const std::uint16_t port = t.link.endpoint.port;
    throwAt(port, "");
    throwAt(port, "POST /v1/transfer HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"); // no TLS
    for (std::size_t size = 1; size < 100'000; size = size * 3 + 1)
        throwAt(port, garbage(size));
    throwAt(port, "\x16\x03\x01" + garbage(600)); // begins as TLS does
    for (const std::string method : {"handshake", "transfer", "openContract", "closeContract", "announce", "getHistory"}) {
        const auto good = wire::sign(t.request<wire::GetBalance>(viewer), viewer).bytes;
        for (std::string body : {std::string(), garbage(1), garbage(3'000), std::string("{}"), std::string("[[[[[[[[[["), good}) {
            const auto response = t.post("/v1/" + method, body);
            QCOMPARE(response.status, 400);
            QVERIFY(response.body->empty());
        }
    }
    QCOMPARE(t.post("/v1/nothing", "{}").status, 404);
    QCOMPARE(t.post("/v1/transfer", std::string(70'000, ' ')).status, 413);
    QVERIFY(t.accounts() == before);
    // And it still serves.
    QCOMPARE((t.ask<wire::BalanceAnswer, wire::GetBalance>("getBalance", viewer)->ordinary.value()), 50);
    QCOMPARE(t.stop(), 0);
}

void TestTrackerProcess::viewersCloseIsSettledInTime()
{
    Tracker t;
    QVERIFY(t.start());
    const auto viewer = crypto::NodeKey::generate();
    const auto seeder = crypto::NodeKey::generate();
    const auto spend = t.ask<wire::AddressAnswer, wire::GetSpendAddress>("getSpendAddress", viewer);
    QCOMPARE(t.issue(spend->address, "--amount", "1000").status, 0);
    const auto contract = t.openContract(viewer, seeder, 300);
    QVERIFY(contract);
    const auto closing = t.ask<wire::ContractAnswer>("closeContract", wire::sign(Tracker::receipt(*contract, 1 << 20), viewer));
    QVERIFY(closing);
    QCOMPARE(closing->state, wire::ContractState::Closing);
    QTRY_VERIFY_WITH_TIMEOUT([&] {
        auto message = t.request<wire::GetContract>(viewer);
        message.contract = wire::contractId(*contract);
        return t.ask<wire::ContractAnswer>("getContract", wire::sign(message, viewer))->state == wire::ContractState::Closed;
    }(), 20'000);
    QCOMPARE((t.ask<wire::BalanceAnswer, wire::GetBalance>("getBalance", viewer)->spend.value()), 900);
    QCOMPARE(t.stop(), 0);
}

void TestTrackerProcess::stopFinishesWhatItAccepted()
{
    Tracker t;
    QVERIFY(t.start());
    const auto viewer = crypto::NodeKey::generate();
    const auto mine = crypto::ordinaryAddress(viewer.publicKey());
    const auto theirs = crypto::hash<base::Address>("somebody");
    QCOMPARE(t.issue(mine, "--amount", "1000").status, 0);
    int paid = 0;
    int finished = 0;
    constexpr int count = 200;
    for (int i = 0; i < count; ++i) {
        auto transfer = t.request<wire::Transfer>(viewer);
        transfer.from = mine;
        transfer.to = theirs;
        transfer.amount = base::Tokens(1);
        t.client.send(t.link.endpoint,
                      {.method = "POST", .target = "/v1/transfer", .body = wire::sign(transfer, viewer).bytes, .peer = {}}, {},
                      [&](const base::Result<net::HttpResponse>& response) {
                          ++finished;
                          paid += response && response->status == 200 ? 1 : 0;
                      });
    }
    QTRY_VERIFY_WITH_TIMEOUT(paid >= 20, 20'000);
    t.signalStop(); // in the middle
    QVERIFY(t.waitForEnd());
    QTRY_COMPARE_WITH_TIMEOUT(finished, count, 20'000);
    const json books = t.accounts();
    QCOMPARE(books["check"].get<std::string>(), std::string("ok"));
    std::int64_t received = 0;
    for (const json& account : books["accounts"]) {
        if (account["address"] == base::toHex(theirs))
            received = account["balance"].get<std::int64_t>();
    }
    QVERIFY(received >= paid); // what was answered is there
    QVERIFY(paid >= 20);
}

void TestTrackerProcess::restartsAsItWas()
{
    Tracker t;
    QVERIFY(t.start());
    const auto first = t.link;
    const auto viewer = crypto::NodeKey::generate();
    const auto spend = t.ask<wire::AddressAnswer, wire::GetSpendAddress>("getSpendAddress", viewer);
    QCOMPARE(t.issue(crypto::ordinaryAddress(viewer.publicKey()), "--amount", "10").status, 0);
    auto transfer = t.request<wire::Transfer>(viewer);
    transfer.from = crypto::ordinaryAddress(viewer.publicKey());
    transfer.to = spend->address;
    transfer.amount = base::Tokens(4);
    const auto message = wire::sign(transfer, viewer);
    const auto answer = t.post("/v1/transfer", message.bytes);
    QCOMPARE(answer.status, 200);
    QCOMPARE(t.stop(), 0);

    QVERIFY(t.start());
    QCOMPARE(*t.link.key, *first.key);
    QCOMPARE(*t.link.endpoint.pin, *first.endpoint.pin);
    QCOMPARE(*t.post("/v1/transfer", message.bytes).body, *answer.body); // the same request, the same answer
    QCOMPARE((t.ask<wire::BalanceAnswer, wire::GetBalance>("getBalance", viewer)->spend.value()), 4);
    QCOMPARE(t.stop(), 0);
}

void TestTrackerProcess::oneServerPerFolder()
{
    Tracker t;
    QVERIFY(t.start());
    const auto second = run({u"--config"_s, t.config()});
    QCOMPARE(second.status, 1);
    QVERIFY(second.out.isEmpty());
    QVERIFY(second.err.contains("another mutoscope-tracker serves the folder"));
    QCOMPARE(t.stop(), 0);
}

void TestTrackerProcess::misuseIsNamed()
{
    const Tracker t; // not started: there is no data yet
    QCOMPARE(run({u"--help"_s}).status, 0);
    QVERIFY(run({u"--version"_s}).out.startsWith("mutoscope-tracker "));
    QCOMPARE(run({}).status, 2);
    QCOMPARE(run({u"dance"_s, u"--config"_s, t.config()}).status, 2);
    QCOMPARE(run({u"--config"_s, u"/no/such/file"_s}).status, 2);
    QCOMPARE(run({u"check"_s, u"--config"_s, t.config(), u"--json"_s}).status, 2);
    const auto early = run({u"check"_s, u"--config"_s, t.config()});
    QCOMPARE(early.status, 1);
    QVERIFY(early.err.contains("init"));
    QCOMPARE(run({u"init"_s, u"--config"_s, t.config()}).status, 0);
    const auto address = crypto::hash<base::Address>("x");
    QCOMPARE(t.issue(address, "--amount", "0").status, 2);
    QCOMPARE(t.issue(address, "--amount", "-1").status, 2);
    QCOMPARE(t.issue(address, "--tokens", "0.0000001").status, 2);
    QCOMPARE(t.issue(address, "--amount", "9007199254740991").status, 0);
    QCOMPARE(t.issue(address, "--amount", "1").status, 1); // more than any amount can be
    QCOMPARE(run({u"check"_s, u"--config"_s, t.config()}).status, 0);
}

QTEST_GUILESS_MAIN(TestTrackerProcess)
#include "tst_tracker_process.moc"
