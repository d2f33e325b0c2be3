#include <memory>
#include <random>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <arpa/inet.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "p2p/base/clock.h"
#include "p2p/base/encoding.h"
#include "p2p/base/executor.h"
#include "p2p/crypto/hash.h"
#include "p2p/crypto/random.h"
#include "p2p/net/endpoint.h"
#include "p2p/net/pinned_client.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/answers.h"
#include "p2p/wire/requests.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;
using nlohmann::json;

namespace
{

const std::string network = "test";

QString program()
{
    const QString folder = qEnvironmentVariable("MUTOSCOPE_BIN_DIR", QCoreApplication::applicationDirPath());
    return folder + u"/mutoscope-tracker"_s;
}

struct Output {
    int status = -1;
    QByteArray out;
    QByteArray err;
};

Output run(const QStringList& arguments)
{
    QProcess process;
    process.start(program(), arguments);
    if (!process.waitForFinished(30'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

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

/// A configured data folder, and the real program on it.
class Tracker
{
public:
    Tracker()
    {
        QFile file(config());
        if (!file.open(QIODevice::WriteOnly))
            qFatal("no config file");
        file.write("data = data\nlisten = 127.0.0.1:0\nnetwork = test\nname = Functional\nclose_grace_ms = 200\n");
    }

    ~Tracker()
    {
        if (m_process && m_process->state() != QProcess::NotRunning) { // a test has failed
            m_process->kill();
            m_process->waitForFinished();
        }
    }

    [[nodiscard]] QString config() const { return m_folder.filePath(u"tracker.conf"_s); }
    [[nodiscard]] QString linkFile() const { return m_folder.filePath(u"link"_s); }

    bool start()
    {
        m_process = std::make_unique<QProcess>();
        m_process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process->start(program(), {u"--config"_s, config(), u"--write-link"_s, linkFile()});
        QElapsedTimer time;
        time.start();
        while (!m_process->canReadLine()) {
            if (time.elapsed() > 30'000 || !m_process->waitForReadyRead(30'000))
                return false;
        }
        m_line = m_process->readLine().trimmed();
        const auto parsed = net::parseTrackerLink(m_line.toStdString());
        if (!parsed || !parsed->key || !parsed->endpoint.pin)
            return false;
        link = *parsed;
        return true;
    }
    /// The exit status after SIGTERM; -1 where it takes longer than it may.
    int stop()
    {
        m_process->terminate();
        return m_process->waitForFinished(3'000) && m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode() : -1;
    }
    void signalStop() { m_process->terminate(); }
    bool waitForEnd() { return m_process->state() == QProcess::NotRunning || m_process->waitForFinished(3'000); }

    [[nodiscard]] json accounts() const
    {
        const auto output = run({u"accounts"_s, u"--config"_s, config(), u"--json"_s});
        return output.status == 0 ? json::parse(output.out.toStdString()) : json();
    }
    [[nodiscard]] Output issue(const base::Address& to, const char* option, const char* amount) const
    {
        return run({u"issue"_s, u"--config"_s, config(), u"--to"_s, QString::fromStdString(base::toHex(to)),
                    QString::fromLatin1(option), QString::fromLatin1(amount)});
    }

    template <class M>
    M request(const crypto::NodeKey& key)
    {
        M message;
        message.network = network;
        message.node = key.publicKey();
        message.tracker = *link.key;
        message.time = clock.now();
        message.nonce = random.make<base::Nonce>();
        return message;
    }
    net::HttpResponse post(const std::string& target, const std::string& body)
    {
        std::optional<base::Result<net::HttpResponse>> result;
        client.send(link.endpoint, {.method = "POST", .target = target, .body = body, .peer = {}}, {.maxBody = 1 << 20},
                    [&](base::Result<net::HttpResponse> given) { result = std::move(given); });
        while (!result)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (!*result)
            qWarning("%s", result->error().message.c_str());
        return result->value_or(net::HttpResponse{.status = 0});
    }
    template <class A, class M>
    base::Result<A> ask(const std::string& method, const wire::Signed<M>& message)
    {
        const auto response = post("/v1/" + method, message.bytes);
        auto answer = wire::openAnswer<A>(response.status, *response.body, network, *link.key, message.payload);
        if (!answer)
            return tl::unexpected(answer.error());
        return answer->message;
    }
    template <class A, class M>
    base::Result<A> ask(const std::string& method, const crypto::NodeKey& key)
    {
        return ask<A>(method, wire::sign(request<M>(key), key));
    }
    base::Result<wire::Signed<wire::Contract>> openContract(const crypto::NodeKey& viewer, const crypto::NodeKey& seeder,
                                                            std::int64_t cap)
    {
        const auto spend = ask<wire::AddressAnswer, wire::GetSpendAddress>("getSpendAddress", viewer);
        const auto income = ask<wire::AddressAnswer, wire::GetIncomeAddress>("getIncomeAddress", seeder);
        if (!spend || !income)
            return base::fail(base::ErrorCode::Network, "no addresses");
        wire::Contract terms;
        terms.network = network;
        terms.content = crypto::hash<base::ContentId>("film");
        terms.tracker = *link.key;
        terms.seeder = seeder.publicKey();
        terms.incomeAddress = income->address;
        terms.viewer = viewer.publicKey();
        terms.spendAddress = spend->address;
        terms.pricePerMiB = base::Tokens(100);
        terms.maxAmount = base::Tokens(cap);
        terms.serveUntil = base::UnixMs(clock.now().value() + 600'000);
        terms.closeUntil = base::UnixMs(clock.now().value() + 900'000);
        terms.nonce = random.make<base::Nonce>();
        auto contract = wire::sign(terms, viewer);
        contract.bytes = *wire::countersign(contract, seeder);
        const auto opened = ask<wire::ContractAnswer>("openContract", contract);
        if (!opened)
            return tl::unexpected(opened.error());
        return contract;
    }
    static wire::Receipt receipt(const wire::Signed<wire::Contract>& contract, std::int64_t bytes)
    {
        wire::Receipt receipt;
        receipt.network = network;
        receipt.contract = wire::contractId(contract);
        receipt.seeder = contract.message.seeder;
        receipt.viewer = contract.message.viewer;
        receipt.seq = 1;
        receipt.segments.insert(base::SegmentIndex(0));
        receipt.bytes = base::ByteCount(bytes);
        receipt.amount = *wire::amountDue(receipt.bytes, contract.message.pricePerMiB);
        return receipt;
    }

    net::TrackerLink link;
    base::SystemClock clock;
    crypto::SystemRandom random;
    base::QtExecutor executor;
    net::PinnedHttpClient client{executor};
    [[nodiscard]] QByteArray line() const { return m_line; }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<QProcess> m_process;
    QByteArray m_line;
};

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
