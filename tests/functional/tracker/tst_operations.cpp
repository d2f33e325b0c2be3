// What an operator does: look at it, reload it, stop it, back it up, move it, fill its disk.
#include <csignal>

#include <QDir>
#include <QScopeGuard>
#include <QTcpSocket>

#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/functional/tracker/tracker_process.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace Qt::StringLiterals;

namespace
{

constexpr int patience = 30'000; ///< ms, for anything that a real process does

struct Page {
    int status = 0;
    QByteArray body;
};

/// Plain HTTP, as a monitoring program does it.
Page get(quint16 port, const QByteArray& request)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!socket.waitForConnected(patience))
        return {};
    socket.write(request);
    while (socket.state() == QTcpSocket::ConnectedState && socket.waitForReadyRead(patience)) {
    }
    const QByteArray answer = socket.readAll();
    return {answer.mid(9, 3).toInt(), answer.mid(answer.indexOf("\r\n\r\n") + 4)};
}

Page page(quint16 port, const char* path)
{
    return get(port, "GET " + QByteArray(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
}

/// The value behind a name, labels included; nothing where it isn't there.
std::optional<double> figure(quint16 port, const QByteArray& name)
{
    for (const QByteArray& line : page(port, "/metrics").body.split('\n')) {
        if (line.startsWith(name + " "))
            return line.mid(name.size() + 1).toDouble();
    }
    return std::nullopt;
}

quint16 metricsPort(const Tracker& t)
{
    const QByteArray log = t.log();
    const qsizetype at = log.lastIndexOf("\"metrics_port\":\"");
    return log.mid(at + 16, log.indexOf('"', at + 16) - at - 16).toUShort();
}

/// Waits for what the tracker logs.
bool logs(const Tracker& t, const QByteArray& text)
{
    return QTest::qWaitFor([&] { return t.log().contains(text); }, patience);
}

const QByteArray watched = "metrics = 127.0.0.1:0\nlog_format = json\n";

/// Another process that writes the database, and takes its time.
class Blocker
{
public:
    explicit Blocker(const QString& file)
    {
        sqlite3_open(file.toUtf8().constData(), &m_database);
        sqlite3_busy_timeout(m_database, 5'000);
        m_holds = sqlite3_exec(m_database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    ~Blocker() { sqlite3_close(m_database); }
    [[nodiscard]] bool holds() const { return m_holds; }
    void release() { sqlite3_exec(m_database, "ROLLBACK", nullptr, nullptr, nullptr); }

private:
    sqlite3* m_database = nullptr;
    bool m_holds = false;
};

wire::Signed<wire::Transfer> payment(Tracker& t, const crypto::NodeKey& from, const base::Address& to,
                                     std::int64_t amount)
{
    auto transfer = t.request<wire::Transfer>(from);
    transfer.from = crypto::ordinaryAddress(from.publicKey());
    transfer.to = to;
    transfer.amount = base::Tokens(amount);
    return wire::sign(transfer, from);
}

std::int64_t balanceOf(const Tracker& t, const base::Address& address)
{
    const json books = t.accounts();
    for (const json& account : books["accounts"]) {
        if (account["address"] == base::toHex(address))
            return account["balance"].get<std::int64_t>();
    }
    return 0;
}

int audit(const QString& config)
{
    const auto output = run({u"audit"_s, u"--config"_s, config});
    if (output.status != 0)
        qWarning("%s", output.err.constData());
    return output.status;
}

} // namespace

class TestOperations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }
    void healthAndMetricsAreReal();
    void reloadChangesWhatItCan();
    void requestsUnderWayAreAnsweredAtStop();
    void backupUnderLoadIsRestored();
    void exportedLogBecomesALedger();
    void reservesAreVerifiedWithoutTheLedger();
    void nodeChecksItsOwnBalance();
    void auditNamesTheEntry();
    void fullDiskLosesNothing_data();
    void fullDiskLosesNothing();
};

void TestOperations::healthAndMetricsAreReal()
{
    Tracker t(watched);
    QVERIFY(t.start());
    const quint16 port = metricsPort(t);
    QVERIFY(port != 0);
    QCOMPARE(page(port, "/healthz").status, 200);
    const auto viewer = crypto::NodeKey::generate();
    const auto seeder = crypto::NodeKey::generate();
    const auto spend = t.ask<wire::AddressAnswer, wire::GetSpendAddress>("getSpendAddress", viewer);
    QCOMPARE(t.issue(spend->address, "--amount", "1000").status, 0);
    QVERIFY(t.openContract(viewer, seeder, 300));
    QCOMPARE(t.post("/v1/transfer", "rubbish").status, 400);
    QCOMPARE(t.post("/v1/made-up-by-a-stranger", "rubbish").status, 404);
    QCOMPARE(figure(port, "mutoscope_issued_microtokens"), std::optional(1000.0));
    QCOMPARE(figure(port, "mutoscope_open_contracts"), std::optional(1.0));
    QCOMPARE(figure(port, "mutoscope_reserved_microtokens"), std::optional(300.0));
    QCOMPARE(figure(port, "mutoscope_ledger_head{chain=\"0\"}"), std::optional(4.0));
    QCOMPARE(figure(port, "mutoscope_requests_total{method=\"openContract\",status=\"200\"}"), std::optional(1.0));
    QCOMPARE(figure(port, "mutoscope_requests_total{method=\"transfer\",status=\"400\"}"), std::optional(1.0));
    QCOMPARE(figure(port, "mutoscope_requests_total{method=\"other\",status=\"404\"}"), std::optional(1.0));
    QCOMPARE(figure(port, "mutoscope_healthy"), std::optional(1.0));
    QCOMPARE(figure(port, "mutoscope_queue_jobs"), std::optional(0.0));
    QVERIFY(figure(port, "mutoscope_commit_seconds_count").value_or(0) >= 3);
    QVERIFY(figure(port, "mutoscope_commit_seconds_sum").value_or(0) > 0);
    QVERIFY(figure(port, "mutoscope_batch_jobs_count").value_or(0) >= 3);
    QVERIFY(figure(port, "mutoscope_database_bytes").value_or(0) > 10'000);
    QVERIFY(!page(port, "/metrics").body.contains("made-up"));
    QCOMPARE(page(port, "/").status, 404);
    QCOMPARE(get(port, "POST /metrics HTTP/1.1\r\n\r\n").status, 405);
    QCOMPARE(get(port, "nonsense\r\n\r\n").status, 400);
    QCOMPARE(get(port, QByteArray(10'000, 'x')).status, 0); // cut off
    QCOMPARE(page(port, "/healthz").status, 200);
    // Each line of the log is an object with what every event has.
    for (const QByteArray& line : t.log().trimmed().split('\n')) {
        const json event = json::parse(line.toStdString(), nullptr, false);
        QVERIFY2(event.is_object() && event.contains("time") && event.contains("level") && event.contains("category") &&
                     event.contains("message"),
                 line.constData());
    }
    QVERIFY(!t.log().contains(t.link.key ? base::toBase64Url(t.link.key->raw()).c_str() : "?")); // shortened
    QCOMPARE(t.stop(), 0);
}

void TestOperations::reloadChangesWhatItCan()
{
    Tracker t("log_format = json\n");
    QVERIFY(t.start());
    const auto nameNow = [&] {
        auto hello = t.request<wire::Handshake>(crypto::NodeKey::generate());
        hello.tracker = {};
        const auto key = crypto::NodeKey::generate();
        hello.node = key.publicKey();
        return t.ask<wire::HandshakeAnswer>("handshake", wire::sign(hello, key))->name;
    };
    QCOMPARE(nameNow(), std::string("Functional"));
    t.configure("data = data\nname = Another\nlog = debug\nlink_host = example.org\nreserves_interval_s = 5\n");
    QCOMPARE(::kill(t.pid(), SIGHUP), 0);
    QVERIFY(logs(t, "configuration read again"));
    QCOMPARE(nameNow(), std::string("Another"));
    QVERIFY(logs(t, "this change needs a restart key=link_host"));
    QVERIFY(logs(t, "this change needs a restart key=reserves_interval_s"));
    QVERIFY(logs(t, "debug mutoscope.tracker: request method=handshake status=200")); // level and form have changed
    t.configure("data = data\nname = Third\ncolour = red\n");
    QCOMPARE(::kill(t.pid(), SIGHUP), 0);
    QVERIFY(logs(t, "the configuration is not taken, the old one stays"));
    QVERIFY(t.log().contains("colour: there is no such key"));
    QCOMPARE(nameNow(), std::string("Another"));
    t.configure("data = data\nname = Third\n"); // or it could not be stopped and looked at
    QCOMPARE(t.stop(), 0);
}

void TestOperations::requestsUnderWayAreAnsweredAtStop()
{
    Tracker t(watched);
    QVERIFY(t.start());
    const quint16 port = metricsPort(t);
    const auto viewer = crypto::NodeKey::generate();
    const auto theirs = crypto::hash<base::Address>("somebody");
    QCOMPARE(t.issue(crypto::ordinaryAddress(viewer.publicKey()), "--amount", "1000").status, 0);
    Blocker blocker(t.path("data/ledger.db"));
    QVERIFY(blocker.holds());
    constexpr int count = 8;
    std::vector<std::unique_ptr<net::PinnedHttpClient>> clients; // a connection each, so that all are under way at once
    int good = 0;
    int finished = 0;
    for (int i = 0; i < count; ++i) {
        const auto message = payment(t, viewer, theirs, 1);
        clients.push_back(std::make_unique<net::PinnedHttpClient>(t.executor));
        clients.back()->send(
            t.link.endpoint, {.method = "POST", .target = "/v1/transfer", .body = message.bytes, .peer = {}}, {},
            [&, payload = message.payload](const base::Result<net::HttpResponse>& response) {
                ++finished;
                good += response && wire::openAnswer<wire::TransferAnswer>(response->status, *response->body, network,
                                                                           *t.link.key, payload)
                            ? 1
                            : 0;
            });
    }
    QTRY_COMPARE_WITH_TIMEOUT(figure(port, "mutoscope_requests_under_way"), std::optional(double(count)), patience);
    QCOMPARE(finished, 0);
    t.signalStop();
    QVERIFY(logs(t, "\"stopping\""));
    blocker.release();
    QTRY_COMPARE_WITH_TIMEOUT(finished, count, patience);
    QCOMPARE(good, count);
    QVERIFY(t.waitForEnd());
    QCOMPARE(t.exitCode(), 0);
    QCOMPARE(balanceOf(t, theirs), count);
    QCOMPARE(audit(t.config()), 0);
}

void TestOperations::backupUnderLoadIsRestored()
{
    Tracker t;
    QVERIFY(t.start());
    const auto viewer = crypto::NodeKey::generate();
    const auto theirs = crypto::hash<base::Address>("somebody");
    QCOMPARE(t.issue(crypto::ordinaryAddress(viewer.publicKey()), "--amount", "1000000").status, 0);
    int paid = 0;
    bool more = true;
    std::function<void()> payAgain = [&] {
        t.client.send(
            t.link.endpoint,
            {.method = "POST", .target = "/v1/transfer", .body = payment(t, viewer, theirs, 1).bytes, .peer = {}}, {},
            [&](const base::Result<net::HttpResponse>& response) {
                paid += response && response->status == 200 ? 1 : 0;
                if (more)
                    payAgain();
            });
    };
    for (int i = 0; i < 4; ++i)
        payAgain();
    QTRY_VERIFY_WITH_TIMEOUT(paid > 20, patience);
    const int before = paid;
    QProcess backup;
    backup.start(program(), {u"backup"_s, u"--config"_s, t.config(), u"--to"_s, t.path("backup")});
    QTRY_COMPARE_WITH_TIMEOUT(backup.state(), QProcess::NotRunning, patience);
    QVERIFY2(backup.exitCode() == 0, backup.readAllStandardError().constData());
    const int after = paid;
    QVERIFY(after > before); // nobody had to wait for it
    more = false;
    QCOMPARE(t.stop(), 0);

    struct stat info {
    };
    for (const char* name : {"backup/tracker.key", "backup/tls-identity.pem"}) {
        QCOMPARE(::stat(t.path(name).toUtf8().constData(), &info), 0);
        QCOMPARE(static_cast<int>(info.st_mode & 0777), 0600);
    }
    QCOMPARE(run({u"backup"_s, u"--config"_s, t.config(), u"--to"_s, t.path("backup")}).status, 1); // not empty

    Tracker other;
    QCOMPARE(run({u"restore"_s, u"--config"_s, other.config(), u"--from"_s, t.path("backup")}).status, 0);
    const auto again = run({u"restore"_s, u"--config"_s, other.config(), u"--from"_s, t.path("backup")});
    QCOMPARE(again.status, 1);
    QVERIFY(again.err.contains("already"));
    QVERIFY(balanceOf(other, theirs) >= before);
    QVERIFY(balanceOf(other, theirs) <= after + 4);
    QCOMPARE(audit(other.config()), 0);
    QVERIFY(other.start());
    QCOMPARE(*other.link.key, *t.link.key);
    QCOMPARE(*other.link.endpoint.pin, *t.link.endpoint.pin);
    QCOMPARE(other.stop(), 0);
    // A backup that was changed is not restored.
    sqlite3* database = nullptr;
    sqlite3_open(t.path("backup/ledger.db").toUtf8().constData(), &database);
    QCOMPARE(sqlite3_exec(database, "UPDATE accounts SET balance = balance + 1 WHERE kind = 'ordinary'", nullptr,
                          nullptr, nullptr),
             SQLITE_OK);
    sqlite3_close(database);
    const Tracker third;
    const auto refused = run({u"restore"_s, u"--config"_s, third.config(), u"--from"_s, t.path("backup")});
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains("the balance"), refused.err.constData());
    QVERIFY(!QFile::exists(third.path("data/ledger.db")));
}

void TestOperations::exportedLogBecomesALedger()
{
    Tracker t;
    QVERIFY(t.start());
    const auto viewer = crypto::NodeKey::generate();
    const auto seeder = crypto::NodeKey::generate();
    const auto spend = t.ask<wire::AddressAnswer, wire::GetSpendAddress>("getSpendAddress", viewer);
    QCOMPARE(t.issue(spend->address, "--amount", "1000").status, 0);
    QCOMPARE(t.issue(crypto::ordinaryAddress(viewer.publicKey()), "--amount", "50").status, 0);
    const auto contract = t.openContract(viewer, seeder, 300);
    QVERIFY(contract);
    const auto message = payment(t, viewer, crypto::hash<base::Address>("somebody"), 5);
    const auto answer = t.post("/v1/transfer", message.bytes);
    QCOMPARE(answer.status, 200);
    QCOMPARE(run({u"export"_s, u"--config"_s, t.config(), u"--to"_s, t.path("book")}).status, 0); // while it runs
    QCOMPARE(run({u"export"_s, u"--config"_s, t.config(), u"--to"_s, t.path("book")}).status, 1); // is there already
    QCOMPARE(run({u"rebuild"_s, u"--config"_s, t.config(), u"--from"_s, t.path("book")}).status, 1);
    const json before = t.accounts();
    QCOMPARE(t.stop(), 0);
    const auto onOld = run({u"rebuild"_s, u"--config"_s, t.config(), u"--from"_s, t.path("book")});
    QCOMPARE(onOld.status, 1);
    QVERIFY(onOld.err.contains("already"));

    Tracker fresh;
    const auto keyless = run({u"rebuild"_s, u"--config"_s, fresh.config(), u"--from"_s, t.path("book")});
    QCOMPARE(keyless.status, 1);
    QVERIFY2(keyless.err.contains("tracker.key"), keyless.err.constData());
    QDir().mkpath(fresh.path("data"));
    QVERIFY(QFile::copy(t.path("data/tracker.key"), fresh.path("data/tracker.key")));
    QVERIFY(QFile::copy(t.path("data/tls-identity.pem"), fresh.path("data/tls-identity.pem")));
    QFile cut(t.path("cut"));
    QFile whole(t.path("book"));
    QVERIFY(cut.open(QIODevice::WriteOnly) && whole.open(QIODevice::ReadOnly));
    cut.write(whole.readAll().chopped(100));
    cut.close();
    const auto broken = run({u"rebuild"_s, u"--config"_s, fresh.config(), u"--from"_s, t.path("cut")});
    QCOMPARE(broken.status, 1);
    QVERIFY2(broken.err.contains("cut"), broken.err.constData());
    QVERIFY(!QFile::exists(fresh.path("data/ledger.db")));
    const auto done = run({u"rebuild"_s, u"--config"_s, fresh.config(), u"--from"_s, t.path("book")});
    QVERIFY2(done.status == 0, done.err.constData());
    QCOMPARE(audit(fresh.config()), 0);
    QCOMPARE(fresh.accounts()["accounts"].dump(), before["accounts"].dump());
    QVERIFY(fresh.start());
    QCOMPARE(*fresh.post("/v1/transfer", message.bytes).body, *answer.body);
    const auto receipt = wire::sign(Tracker::receipt(*contract, 1 << 20), viewer);
    auto both = receipt;
    both.bytes = *wire::countersign(receipt, seeder);
    const auto closed = fresh.ask<wire::ContractAnswer>("closeContract", both);
    QVERIFY(closed);
    QCOMPARE(closed->paid.value(), 100);
    QCOMPARE(fresh.stop(), 0);
}

void TestOperations::reservesAreVerifiedWithoutTheLedger()
{
    const Tracker t;
    QCOMPARE(run({u"init"_s, u"--config"_s, t.config()}).status, 0);
    const auto address = crypto::hash<base::Address>("somebody");
    for (int i = 0; i < 5; ++i)
        QCOMPARE(t.issue(crypto::hash<base::Address>(std::to_string(i)), "--amount", "10").status, 0);
    QCOMPARE(t.issue(address, "--amount", "1234").status, 0);
    const auto verify = [&](const QByteArray& text) {
        QFile file(t.path("proof"));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            return Output();
        file.close();
        return run({u"verify-reserves"_s, u"--proof"_s, t.path("proof")});
    };
    const QString hex = QString::fromStdString(base::toHex(address));
    const auto proof = run({u"reserves"_s, u"--config"_s, t.config(), u"--address"_s, hex, u"--leaves"_s});
    QVERIFY2(proof.status == 0, proof.err.constData());
    const auto fine = verify(proof.out);
    QVERIFY2(fine.status == 0, fine.err.constData());
    QVERIFY(fine.out.contains("owes 1284 micro-tokens on 6 addresses"));
    QVERIFY(fine.out.contains("with 1234"));
    json lie = json::parse(proof.out.toStdString());
    lie["proofs"][0]["balance"] = 1235;
    QCOMPARE(verify(QByteArray::fromStdString(lie.dump())).status, 1);
    lie = json::parse(proof.out.toStdString());
    lie["leaves"].erase(0);
    QCOMPARE(verify(QByteArray::fromStdString(lie.dump())).status, 1);
    lie = json::parse(proof.out.toStdString());
    lie["tracker"] = base::toBase64Url(crypto::NodeKey::generate().publicKey().raw());
    QCOMPARE(verify(QByteArray::fromStdString(lie.dump())).status, 1);
    QCOMPARE(verify("not even JSON").status, 1);
    QCOMPARE(run({u"reserves"_s, u"--config"_s, t.config(), u"--address"_s, QString(64, u'0')}).status,
             1); // owes it nothing
}

void TestOperations::nodeChecksItsOwnBalance()
{
    Tracker t;
    QVERIFY(t.start());
    const QStringList node{u"--network"_s, u"test"_s,      u"--tracker"_s, QString::fromUtf8(t.line()),
                           u"--data"_s,    t.path("node"), u"--sources"_s, u"tracker"_s, u"--no-passphrase"_s};
    const QString nodeProgram = program().replace(u"mutoscope-tracker"_s, u"mutoscope-node"_s);
    const auto ask = [&] {
        QProcess process;
        process.start(nodeProgram, node + QStringList{u"reserves"_s});
        const bool ended = process.waitForFinished(patience);
        return Output{ended ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
    };
    QVERIFY(logs(t, "serving"));
    Output output;
    QTRY_VERIFY_WITH_TIMEOUT((output = ask()).status == 0, patience); // until the first proof is made
    const json said = json::parse(output.out.toStdString());
    QCOMPARE(said["proven"]["ordinary"].get<int>(), 0);
    QCOMPARE(t.stop(), 0);
    const auto key = crypto::NodeKey::loadOrCreate(t.path("node/node-key").toStdString());
    QVERIFY(key);
    QCOMPARE(t.issue(crypto::ordinaryAddress(key->publicKey()), "--amount", "77").status, 0);
    QVERIFY(t.start());
    const QString link = QString::fromUtf8(t.line());
    const QStringList again{u"--network"_s, u"test"_s,      u"--tracker"_s, link,
                            u"--data"_s,    t.path("node"), u"--sources"_s, u"tracker"_s, u"reserves"_s};
    QProcess process;
    const auto ended = [&] {
        process.start(nodeProgram, again);
        return process.waitForFinished(patience) && process.exitCode() == 0;
    };
    QTRY_VERIFY_WITH_TIMEOUT(ended(), patience);
    QCOMPARE(json::parse(process.readAllStandardOutput().toStdString())["proven"]["ordinary"].get<int>(), 77);
    QCOMPARE(t.stop(), 0);
}

void TestOperations::auditNamesTheEntry()
{
    const Tracker t;
    QCOMPARE(run({u"init"_s, u"--config"_s, t.config()}).status, 0);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(t.issue(crypto::hash<base::Address>(std::to_string(i)), "--amount", "10").status, 0);
    const auto fine = run({u"audit"_s, u"--config"_s, t.config(), u"--json"_s});
    QCOMPARE(fine.status, 0);
    QCOMPARE(json::parse(fine.out.toStdString())["entries"].get<int>(), 5);
    sqlite3* database = nullptr;
    sqlite3_open(t.path("data/ledger.db").toUtf8().constData(), &database);
    QCOMPARE(sqlite3_exec(database,
                          "DROP TRIGGER postings_fixed; UPDATE postings SET amount = 9 WHERE number = 3 AND amount > 0",
                          nullptr, nullptr, nullptr),
             SQLITE_OK);
    sqlite3_close(database);
    const auto broken = run({u"audit"_s, u"--config"_s, t.config(), u"--json"_s});
    QCOMPARE(broken.status, 1);
    const json report = json::parse(broken.out.toStdString());
    QCOMPARE(report["ok"].get<bool>(), false);
    QCOMPARE(report["broken"]["entry"]["number"].get<int>(), 3);
    QCOMPARE(report["broken"]["entry"]["chain"].get<int>(), 0);
    QVERIFY2(broken.err.contains("entry 3 of chain 0: what it moves"), broken.err.constData());
}

void TestOperations::fullDiskLosesNothing_data()
{
    QTest::addColumn<bool>("realDisk");
    QTest::newRow("files may not grow") << false;
    QTest::newRow("a small disk") << true;
}

void TestOperations::fullDiskLosesNothing()
{
    QFETCH(bool, realDisk);
    Tracker t(watched);
    const QByteArray data = t.path("data").toUtf8();
    QDir().mkpath(t.path("data"));
    if (realDisk && ::mount("tmpfs", data.constData(), "tmpfs", 0, "size=4m,mode=0700") != 0)
        QSKIP("a file system can only be mounted by root");
    const auto unmount = qScopeGuard([&] {
        if (realDisk)
            ::umount2(data.constData(), MNT_DETACH);
    });
    QVERIFY(t.start());
    const quint16 port = metricsPort(t);
    const auto viewer = crypto::NodeKey::generate();
    const auto theirs = crypto::hash<base::Address>("somebody");
    QCOMPARE(t.issue(crypto::ordinaryAddress(viewer.publicKey()), "--amount", "100000").status, 0);
    QCOMPARE(t.post("/v1/transfer", payment(t, viewer, theirs, 1).bytes).status, 200);
    QCOMPARE(page(port, "/healthz").status, 200);

    QFile filler(t.path("data/filler"));
    if (realDisk) {
        QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        while (filler.write(QByteArray(4'096, 'x')) == 4'096) {
        }
    } else {
        const rlimit tight{20'000, RLIM_INFINITY}; // its files are larger than that already
        QCOMPARE(::prlimit(t.pid(), RLIMIT_FSIZE, &tight, nullptr), 0);
    }
    const auto lost = payment(t, viewer, theirs, 10);
    int paid = 1;
    std::optional<base::Result<wire::TransferAnswer>> refused;
    for (int i = 0; i < 2'000 && !refused; ++i) { // what is allocated already may still be used
        auto answer = t.ask<wire::TransferAnswer>("transfer", payment(t, viewer, theirs, 1));
        if (answer)
            ++paid;
        else
            refused = std::move(answer);
    }
    QVERIFY(refused);
    QCOMPARE(refused->error().code, base::ErrorCode::Unavailable); // 503, signed
    QVERIFY2(refused->error().message.find("nothing was done") != std::string::npos, refused->error().message.c_str());
    QCOMPARE(t.ask<wire::TransferAnswer>("transfer", lost).error().code, base::ErrorCode::Unavailable);
    const Page sick = page(port, "/healthz");
    QCOMPARE(sick.status, 503);
    QVERIFY2(sick.body.contains("the ledger can't be written") && sick.body.contains("disk"), sick.body.constData());
    QCOMPARE(figure(port, "mutoscope_healthy"), std::optional(0.0));
    QVERIFY(figure(port, "mutoscope_failed_commits_total").value_or(0) >= 2);

    QVERIFY(logs(t, "unhealthy")); // it looks once a second: what is over before that is not worth a line
    if (realDisk) {
        QVERIFY(filler.remove());
    } else {
        const rlimit wide{RLIM_INFINITY, RLIM_INFINITY};
        QCOMPARE(::prlimit(t.pid(), RLIMIT_FSIZE, &wide, nullptr), 0);
    }
    // Nobody asks for anything: it finds out by itself.
    QTRY_COMPARE_WITH_TIMEOUT(page(port, "/healthz").status, 200, patience);
    QVERIFY(t.ask<wire::TransferAnswer>("transfer", lost)); // the same request again
    QCOMPARE(balanceOf(t, theirs), paid + 10);
    QVERIFY(logs(t, "healthy again"));
    QCOMPARE(audit(t.config()), 0);
    QCOMPARE(t.stop(), 0);
}

QTEST_GUILESS_MAIN(TestOperations)
#include "tst_operations.moc"
