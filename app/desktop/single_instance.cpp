#include "app/desktop/single_instance.h"

#include <QLocalSocket>
#include <QTimer>

#include "p2p/base/file.h"
#include "p2p/base/log.h"

namespace mutoscope::app
{

namespace
{

constexpr int patienceMs = 2'000;
constexpr char understood = '\n';

} // namespace

SingleInstance::SingleInstance(const std::filesystem::path& dataFolder)
    : m_name(QString::fromStdString((dataFolder / "window.socket").string()))
{
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::accept);
}

bool SingleInstance::handOver(const QString& link)
{
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(patienceMs))
        return false;
    socket.write(link.toUtf8().left(maxLink - 1) + '\n');
    // Only its answer shows that somebody is there and not just a socket that was left behind.
    return socket.waitForBytesWritten(patienceMs) && socket.waitForReadyRead(patienceMs) && socket.read(1) == QByteArray(1, understood);
}

void SingleInstance::listen()
{
    if (const auto made = base::makeFolder(std::filesystem::path(m_name.toStdString()).parent_path()); !made)
        return; // the node will say so
    QLocalServer::removeServer(m_name); // of a process that is gone: a living one would have answered handOver()
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    if (!m_server.listen(m_name))
        qCWarning(logNode) << "further starts of the program can't find this one:" << m_server.errorString();
}

void SingleInstance::accept()
{
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
            if (!socket->canReadLine()) {
                if (socket->bytesAvailable() > maxLink)
                    socket->abort();
                return;
            }
            const QString link = QString::fromUtf8(socket->readLine(maxLink)).trimmed();
            socket->write(QByteArray(1, understood));
            socket->disconnectFromServer();
            Q_EMIT asked(link);
        });
        QTimer::singleShot(patienceMs, socket, &QLocalSocket::abort); // who connects and says nothing
    }
}

} // namespace mutoscope::app
