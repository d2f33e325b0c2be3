#include "app/demo/private_network.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>

namespace mutoscope::app
{

using base::ErrorCode;
using base::fail;

namespace
{

constexpr int startTime = 20'000;
constexpr int packagingTime = 60 * 60 * 1000;

base::Result<QJsonObject> parseObject(const QByteArray& text)
{
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (!document.isObject())
        return fail(ErrorCode::Malformed, "a program's answer is not JSON: " + text.left(200).toStdString());
    return document.object();
}

} // namespace

PrivateNetwork::PrivateNetwork(QString programs, QString folder)
    : m_programs(std::move(programs)), m_folder(std::move(folder)), m_config(m_folder + QStringLiteral("/tracker.conf"))
{
}

PrivateNetwork::~PrivateNetwork()
{
    m_seeders.clear(); // they close their contracts at the tracker, so they end first
    m_tracker.reset();
}

QString PrivateNetwork::dataFolder(const QString& name) const
{
    return m_folder + QLatin1Char('/') + name;
}

QString PrivateNetwork::program(const QString& name) const
{
    return m_programs + QLatin1Char('/') + name;
}

QStringList PrivateNetwork::nodeArguments(const QString& name) const
{
    return {QStringLiteral("--network"), QStringLiteral("private"), QStringLiteral("--data"), dataFolder(name),
            QStringLiteral("--no-passphrase"), QStringLiteral("--tracker"), m_trackerLink, QStringLiteral("--sources"), QStringLiteral("tracker,link")}; // nothing leaves this machine
}

base::Result<void> PrivateNetwork::startTracker()
{
    QDir().mkpath(m_folder);
    QFile config(m_config);
    // All on one machine, where no seeder is late, and nobody wants to wait half a minute for the end of a demo.
    const QByteArray text = "network = private\nname = Private network\nlisten = 127.0.0.1:0\n"
                            "close_grace_ms = 2000\nallow_short_grace = yes\ndata = " +
                            dataFolder(QStringLiteral("tracker")).toUtf8() + "\n";
    if (!config.open(QIODevice::WriteOnly) || config.write(text) != text.size())
        return fail(ErrorCode::Io, m_config.toStdString() + " can't be written: " + config.errorString().toStdString());
    config.close();
    return restartTracker();
}

base::Result<void> PrivateNetwork::restartTracker()
{
    m_tracker = std::make_unique<ChildProcess>();
    if (const auto started = m_tracker->start(program(QStringLiteral("mutoscope-tracker")), {QStringLiteral("--config"), m_config}); !started)
        return started;
    const auto line = m_tracker->readLine(startTime);
    if (!line)
        return tl::unexpected(line.error());
    m_trackerLink = QString::fromUtf8(*line);
    // The same port again after a restart: links that are out name it.
    static const QRegularExpression port(QStringLiteral("^https://127\\.0\\.0\\.1:(\\d+)/"));
    const auto match = port.match(m_trackerLink);
    QFile config(m_config);
    if (!match.hasMatch() || !config.open(QIODevice::ReadWrite))
        return fail(ErrorCode::Internal, "the tracker's link is not one: " + line->toStdString());
    QByteArray text = config.readAll();
    text.replace("listen = 127.0.0.1:0\n", "listen = 127.0.0.1:" + match.captured(1).toUtf8() + "\n");
    config.resize(0);
    config.seek(0);
    config.write(text);
    return {};
}

void PrivateNetwork::stopTracker()
{
    m_tracker.reset();
}

base::Result<void> PrivateNetwork::addPeer(const QString& link, base::Tokens limit)
{
    QFile config(m_config);
    const QByteArray line = "peer = " + link.toUtf8() + ' ' + QByteArray::number(static_cast<qlonglong>(limit.value())) + '\n';
    if (!config.open(QIODevice::Append) || config.write(line) != line.size())
        return fail(ErrorCode::Io, m_config.toStdString() + " can't be written: " + config.errorString().toStdString());
    config.close();
    m_tracker.reset(); // its port is for the next
    return restartTracker();
}

base::Result<QByteArray> PrivateNetwork::command(const QString& name, const QStringList& options)
{
    return runToEnd(program(QStringLiteral("mutoscope-tracker")), QStringList{name, QStringLiteral("--config"), m_config} + options, startTime);
}

QStringList PrivateNetwork::seederArguments(const QString& name) const
{
    return nodeArguments(name) + QStringList{QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0")};
}

base::Result<QString> PrivateNetwork::startSeeder(const QString& name, const QString& film, const QString& title, const QString& pricePerMiB)
{
    auto& seeder = m_seeders[name] = std::make_unique<ChildProcess>();
    const QStringList arguments = seederArguments(name) + QStringList{QStringLiteral("--title"), title, QStringLiteral("--price"), pricePerMiB,
                                                                      QStringLiteral("seed"), film};
    if (const auto started = seeder->start(program(QStringLiteral("mutoscope-node")), arguments); !started)
        return tl::unexpected(started.error());
    base::Result<QJsonObject> event;
    do { // others tell how it is reached
        const auto line = seeder->readLine(packagingTime);
        if (!line) {
            if (line.error().code == ErrorCode::Unavailable)
                return fail(ErrorCode::Unacceptable, "the film can't be published, see above");
            return tl::unexpected(line.error());
        }
        event = parseObject(*line);
        if (!event)
            return tl::unexpected(event.error());
    } while (event->value(QStringLiteral("event")) != QStringLiteral("seeding"));
    m_ports[name] = event->value(QStringLiteral("listening")).toString().section(QLatin1Char(':'), -1).toUShort();
    return event->value(QStringLiteral("link")).toString();
}

base::Result<void> PrivateNetwork::restartSeeder(const QString& name)
{
    auto& seeder = m_seeders[name] = std::make_unique<ChildProcess>();
    return seeder->start(program(QStringLiteral("mutoscope-node")), seederArguments(name) + QStringList{QStringLiteral("run")});
}

bool PrivateNetwork::isRunning(const QString& name) const
{
    const auto it = m_seeders.find(name);
    return it != m_seeders.end() && it->second->process().state() == QProcess::Running;
}

quint16 PrivateNetwork::seederPort(const QString& name) const
{
    const auto it = m_ports.find(name);
    return it == m_ports.end() ? 0 : it->second;
}

qint64 PrivateNetwork::seederPid(const QString& name) const
{
    const auto seeder = m_seeders.find(name);
    return seeder == m_seeders.end() ? 0 : seeder->second->process().processId();
}

void PrivateNetwork::killSeeder(const QString& name)
{
    if (const auto it = m_seeders.find(name); it != m_seeders.end())
        it->second->kill();
}

base::Result<PrivateNetwork::Addresses> PrivateNetwork::addresses(const QString& name)
{
    const auto text = runToEnd(program(QStringLiteral("mutoscope-node")), nodeArguments(name) + QStringList{QStringLiteral("addresses")}, startTime);
    if (!text)
        return tl::unexpected(text.error());
    const auto object = parseObject(*text);
    if (!object)
        return tl::unexpected(object.error());
    return Addresses{object->value(QStringLiteral("ordinary_address")).toString(),
                     object->value(QStringLiteral("spend_address")).toString(),
                     object->value(QStringLiteral("income_address")).toString()};
}

base::Result<void> PrivateNetwork::issue(const QString& address, base::Tokens amount)
{
    const auto done = runToEnd(program(QStringLiteral("mutoscope-tracker")),
                               {QStringLiteral("issue"), QStringLiteral("--config"), m_config, QStringLiteral("--to"), address,
                                QStringLiteral("--amount"), QString::number(amount.value())},
                               startTime);
    if (!done)
        return tl::unexpected(done.error());
    return {};
}

base::Result<QJsonObject> PrivateNetwork::accounts()
{
    const auto text = runToEnd(program(QStringLiteral("mutoscope-tracker")),
                               {QStringLiteral("accounts"), QStringLiteral("--config"), m_config, QStringLiteral("--json")}, startTime);
    if (!text)
        return tl::unexpected(text.error());
    return parseObject(*text);
}

} // namespace mutoscope::app
