#pragma once

#include <chrono>

#include <QDir>
#include <QFile>
#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>

namespace mutoscope::player
{

/// Gives a folder's files over HTTP on loopback, with the errors and pauses that a test asks for.
class FilmServer : public QObject
{
public:
    explicit FilmServer(const QString& folder) : m_folder(folder)
    {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        });
        m_server.listen(QHostAddress::LocalHost);
    }

    QUrl url(const QString& path) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1/%2").arg(m_server.serverPort()).arg(path));
    }

    /// Holds answers for names that end so, and says all the while that they are coming, as our gateway does.
    void delay(const QString& suffix, std::chrono::milliseconds by) { m_delays[suffix] = by; }
    /// Answers requests for names that end so with this status. 0: takes the request and never answers.
    void answer(const QString& suffix, int status) { m_answers[suffix] = status; }
    void heal() { m_answers.clear(); }
    int requests(const QString& suffix) const
    {
        int count = 0;
        for (const QString& path : m_requests)
            count += path.endsWith(suffix) ? 1 : 0;
        return count;
    }

private:
    void read(QTcpSocket* socket)
    {
        QByteArray& buffer = m_buffers[socket];
        buffer += socket->readAll();
        qsizetype end = 0;
        while ((end = buffer.indexOf("\r\n\r\n")) >= 0) {
            const QByteArray head = buffer.left(end);
            buffer.remove(0, end + 4);
            respond(socket, head);
        }
    }

    void respond(QTcpSocket* socket, const QByteArray& head)
    {
        const QString path = QString::fromUtf8(head.split(' ').value(1)).mid(1);
        m_requests << path;
        for (auto it = m_answers.cbegin(); it != m_answers.cend(); ++it) {
            if (path.endsWith(it.key())) {
                if (it.value() != 0)
                    socket->write("HTTP/1.1 " + QByteArray::number(it.value()) + " X\r\nContent-Length: 0\r\n\r\n");
                return;
            }
        }
        for (auto it = m_delays.cbegin(); it != m_delays.cend(); ++it) {
            if (!path.endsWith(it.key()))
                continue;
            for (auto at = interim; at < it.value(); at += interim)
                QTimer::singleShot(at, socket, [socket] { socket->write("HTTP/1.1 102 Processing\r\n\r\n"); });
            QTimer::singleShot(it.value(), socket, [this, socket, path] { give(socket, path); });
            return;
        }
        give(socket, path);
    }

    void give(QTcpSocket* socket, const QString& path)
    {
        QFile file(QDir(m_folder).filePath(path));
        if (!file.open(QIODevice::ReadOnly)) {
            socket->write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        const QByteArray body = file.readAll();
        const QByteArray type = path.endsWith(u".m3u8") ? "application/vnd.apple.mpegurl" : "video/mp4";
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: " + type +
                      "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    QString m_folder;
    QTcpServer m_server;
    QHash<QTcpSocket*, QByteArray> m_buffers;
    QHash<QString, int> m_answers;
    QHash<QString, std::chrono::milliseconds> m_delays;
    static constexpr std::chrono::milliseconds interim{100};
    QStringList m_requests;
};

} // namespace mutoscope::player
