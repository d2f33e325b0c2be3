#pragma once

#include <memory>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>
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

/// The real program, as tests start and ask it.
namespace mutoscope::test
{

using namespace Qt::StringLiterals;
using nlohmann::json;

inline const std::string network = "test";

inline QString program()
{
    const QString folder = qEnvironmentVariable("MUTOSCOPE_BIN_DIR", QCoreApplication::applicationDirPath());
    return folder + u"/mutoscope-tracker"_s;
}

struct Output {
    int status = -1;
    QByteArray out;
    QByteArray err;
};

inline Output run(const QStringList& arguments)
{
    QProcess process;
    process.start(program(), arguments);
    if (!process.waitForFinished(30'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

/// A configured data folder, and the real program on it.
class Tracker
{
public:
    /// `more`: lines of the configuration beside the usual ones.
    explicit Tracker(const QByteArray& more = {}) { configure("data = data\nname = Functional\n" + more); }

    void configure(const QByteArray& lines) const
    {
        QFile file(config());
        if (!file.open(QIODevice::WriteOnly))
            qFatal("no config file");
        file.write("listen = 127.0.0.1:0\nnetwork = test\nclose_grace_ms = 200\nallow_short_grace = yes\n" + lines);
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
        m_process->setStandardErrorFile(m_folder.filePath(u"log"_s), QIODevice::Append);
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
    /// Of the running process.
    [[nodiscard]] pid_t pid() const { return static_cast<pid_t>(m_process->processId()); }
    [[nodiscard]] int exitCode() const { return m_process->exitCode(); }
    /// Everything that it has logged so far, in all its runs.
    [[nodiscard]] QByteArray log() const
    {
        QFile file(m_folder.filePath(u"log"_s));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    /// The exit status after SIGTERM; -1 where it takes longer than it may.
    int stop()
    {
        m_process->terminate();
        return m_process->waitForFinished(3'000) && m_process->exitStatus() == QProcess::NormalExit
                   ? m_process->exitCode()
                   : -1;
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
    base::Result<wire::Signed<wire::Contract>> openContract(const crypto::NodeKey& viewer,
                                                            const crypto::NodeKey& seeder, std::int64_t cap)
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

} // namespace mutoscope::test
