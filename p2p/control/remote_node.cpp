#include "p2p/control/remote_node.h"

#include <QDeadlineTimer>

#include "p2p/control/control_server.h"

namespace mutoscope::control
{

using base::ErrorCode;
using base::fail;

namespace
{

constexpr qint64 maxUnsent = 1024 * 1024; ///< calls that the node does not take

} // namespace

RemoteNode::RemoteNode()
{
    m_socket.setReadBufferSize(static_cast<qint64>(maxNews) + 1);
    QObject::connect(&m_socket, &QLocalSocket::readyRead, this, &RemoteNode::read);
    QObject::connect(this, &Node::changed, this, [this] { m_isKnown = true; });
    QObject::connect(&m_socket, &QLocalSocket::disconnected, this, [this] {
        Q_EMIT lost(m_problem.isEmpty() ? QStringLiteral("The node has ended.") : m_problem);
    });
}

base::Result<std::unique_ptr<RemoteNode>> RemoteNode::connect(const std::filesystem::path& dataFolder, std::chrono::milliseconds patience)
{
    std::unique_ptr<RemoteNode> node(new RemoteNode);
    QLocalSocket& socket = node->m_socket;
    const QDeadlineTimer deadline(patience);
    socket.connectToServer(socketName(dataFolder));
    if (!socket.waitForConnected(static_cast<int>(patience.count()))) {
        const auto error = socket.error();
        if (error == QLocalSocket::ServerNotFoundError || error == QLocalSocket::ConnectionRefusedError)
            return fail(ErrorCode::NotFound, "no node runs with this data folder");
        return fail(ErrorCode::Io, "the socket of the running node can't be opened: " + socket.errorString().toStdString());
    }
    while (!node->m_isKnown) {
        if (deadline.hasExpired())
            return fail(ErrorCode::Timeout, "a node runs with this data folder, and does not answer");
        if (!socket.waitForReadyRead(static_cast<int>(deadline.remainingTime())) && socket.state() != QLocalSocket::ConnectedState)
            return fail(ErrorCode::WrongData, node->m_problem.isEmpty() ? "the running node takes no more visitors" : node->m_problem.toStdString());
    }
    return node;
}

void RemoteNode::transmit(std::string line)
{
    if (m_socket.state() != QLocalSocket::ConnectedState)
        return;
    line += '\n';
    m_socket.write(line.data(), static_cast<qint64>(line.size()));
    m_socket.flush();
    if (m_socket.bytesToWrite() > maxUnsent) {
        m_problem = QStringLiteral("The node does not take calls any more.");
        m_socket.abort();
    }
}

void RemoteNode::read()
{
    const auto giveUp = [this](const std::string& why) {
        m_problem = QStringLiteral("What the running node says can't be read; is it of another version? %1").arg(QString::fromStdString(why));
        m_socket.abort();
    };
    while (m_socket.canReadLine()) {
        QByteArray line = m_socket.readLine();
        line.chop(1);
        if (const auto taken = take({line.constData(), static_cast<std::size_t>(line.size())}); !taken)
            return giveUp(taken.error().message);
    }
    if (m_socket.bytesAvailable() > static_cast<qint64>(maxNews))
        giveUp("a line is too long");
}

} // namespace mutoscope::control
