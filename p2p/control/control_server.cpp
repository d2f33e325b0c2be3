#include "p2p/control/control_server.h"

#include <QLocalSocket>

#include "p2p/base/file.h"
#include "p2p/base/log.h"

namespace mutoscope::control
{

using base::ErrorCode;
using base::fail;

namespace
{

constexpr int greetingMs = 1'000;

} // namespace

QString socketName(const std::filesystem::path& dataFolder)
{
    return QString::fromStdString((dataFolder / "node.socket").string());
}

ControlServer::ControlServer(node::Node& node, base::Executor& executor, Limits limits, QObject* parent)
    : QObject(parent), m_node(node), m_executor(executor), m_limits(limits)
{
    connect(&m_server, &QLocalServer::newConnection, this, &ControlServer::accept);
    connect(&m_node, &node::Node::changed, this, [this] {
        m_lines = {};
        for (auto& [socket, client] : m_clients)
            tell(client);
    });
    std::apply([this]<auto... signal>(const Named<signal>&...) { (pass<signal>(), ...); }, events);
}

ControlServer::~ControlServer()
{
    for (auto& [socket, client] : m_clients) {
        socket->disconnect(this);
        socket->flush();
        m_executor.cancel(client.patience);
    }
}

base::Result<void> ControlServer::listen(const std::filesystem::path& dataFolder)
{
    if (const auto made = base::makeFolder(dataFolder); !made)
        return made;
    const QString name = socketName(dataFolder);
    QLocalSocket other;
    other.connectToServer(name);
    if (other.waitForConnected(greetingMs))
        return fail(ErrorCode::Conflict, "a node runs with this data folder already");
    QLocalServer::removeServer(name); // of a process that is gone
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    if (!m_server.listen(name))
        return fail(ErrorCode::Io, "other programs can't find this node: " + m_server.errorString().toStdString());
    return {};
}

template <auto signal>
void ControlServer::pass()
{
    connect(&m_node, signal, this, [this](const auto&... arguments) {
        if (m_clients.empty())
            return;
        const std::string line = eventLine<signal>(arguments...);
        for (auto& [socket, client] : m_clients) {
            if (socket->bytesToWrite() + static_cast<qint64>(line.size()) > m_limits.unread)
                dropSoon(socket);
            else
                write(client, line);
        }
    });
}

void ControlServer::accept()
{
    while (QLocalSocket* const socket = m_server.nextPendingConnection()) {
        if (m_clients.size() >= static_cast<std::size_t>(m_limits.clients)) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        Client& client = m_clients[socket];
        client.socket.reset(socket);
        socket->setParent(nullptr);
        socket->setReadBufferSize(static_cast<qint64>(maxCall) + 1);
        connect(socket, &QLocalSocket::readyRead, this, [this, &client] { read(client); });
        connect(socket, &QLocalSocket::bytesWritten, this, [this, &client] { written(client); });
        connect(socket, &QLocalSocket::disconnected, this, [this, socket] { dropSoon(socket); });
        tell(client);
        read(client); // what came before we listened
    }
}

void ControlServer::read(Client& client)
{
    QLocalSocket& socket = *client.socket;
    while (socket.state() == QLocalSocket::ConnectedState && socket.canReadLine()) {
        QByteArray line = socket.readLine();
        line.chop(1);
        if (const auto done = call({line.constData(), static_cast<std::size_t>(line.size())}, m_node); !done)
            write(client, errorLine(done.error().message));
    }
    if (socket.state() == QLocalSocket::ConnectedState && socket.bytesAvailable() > static_cast<qint64>(maxCall)) {
        write(client, errorLine("the line is too long"));
        socket.disconnectFromServer(); // once the error is out
    }
}

/// The latest snapshot, at once or when the client has read what was sent before: never more than one.
void ControlServer::tell(Client& client)
{
    client.isBehind = client.socket->bytesToWrite() > 0;
    if (client.isBehind)
        return;
    const node::Snapshot& snapshot = m_node.snapshot();
    const bool withLibrary = client.library != snapshot.library;
    const bool withHistory = client.history != snapshot.wallet.history;
    std::string& line = m_lines[(withLibrary ? 1 : 0) + (withHistory ? 2 : 0)];
    if (line.empty())
        line = snapshotLine(snapshot, withLibrary, withHistory);
    client.library = snapshot.library;
    client.history = snapshot.wallet.history;
    write(client, line);
}

void ControlServer::write(Client& client, const std::string& line)
{
    QLocalSocket& socket = *client.socket;
    socket.write(line.data(), static_cast<qint64>(line.size()));
    socket.write("\n", 1);
    socket.flush(); // the process may end soon
    if (client.patience == 0)
        watch(client);
}

/// Something has to be read within the patience, if there is anything.
void ControlServer::watch(Client& client)
{
    if (client.socket->bytesToWrite() == 0)
        return;
    client.patience = m_executor.after(m_limits.patience, [this, socket = client.socket.get()] {
        qCInfo(logNode) << "a program that does not read was dropped from the control socket";
        drop(socket);
    });
}

void ControlServer::written(Client& client)
{
    m_executor.cancel(std::exchange(client.patience, 0));
    watch(client);
    if (client.isBehind)
        tell(client);
}

/// Not while it is being read or written.
void ControlServer::dropSoon(QLocalSocket* socket)
{
    QMetaObject::invokeMethod(
        this, [this, socket] { drop(socket); }, Qt::QueuedConnection);
}

void ControlServer::drop(QLocalSocket* socket)
{
    const auto it = m_clients.find(socket);
    if (it == m_clients.end())
        return;
    m_executor.cancel(it->second.patience);
    socket->disconnect(this);
    socket->abort();
    m_clients.erase(it);
}

} // namespace mutoscope::control
