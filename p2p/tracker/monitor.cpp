#include "p2p/tracker/monitor.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

namespace mutoscope::tracker
{

namespace
{

constexpr int maxConnections = 16;
constexpr qint64 maxRequest = 4 * 1024;
constexpr std::chrono::milliseconds maxTime{5'000};

QByteArray response(int status, const char* reason, const std::string& body,
                    const char* type = "text/plain; charset=utf-8")
{
    QByteArray text = "HTTP/1.1 " + QByteArray::number(status) + " " + reason + "\r\nContent-Type: " + type +
                      "\r\nContent-Length: " + QByteArray::number(static_cast<qlonglong>(body.size())) +
                      "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
    return text.append(body.data(), static_cast<qsizetype>(body.size()));
}

} // namespace

class Monitor::Impl
{
public:
    explicit Impl(Answers answers) : m_answers(std::move(answers))
    {
        m_server.setMaxPendingConnections(maxConnections);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection())
                welcome(socket);
        });
    }

    QTcpServer m_server;

private:
    void welcome(QTcpSocket* socket)
    {
        if (m_connections == maxConnections) {
            socket->abort();
            socket->deleteLater();
            return;
        }
        ++m_connections;
        socket->setReadBufferSize(maxRequest);
        QObject::connect(socket, &QObject::destroyed, &m_server, [this] { --m_connections; });
        QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(maxTime, socket, [socket] {
            socket->abort();
            socket->deleteLater();
        });
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
            const QByteArray head = socket->peek(maxRequest);
            if (!head.contains("\r\n\r\n")) {
                if (head.size() == maxRequest)
                    socket->abort();
                return;
            }
            QObject::disconnect(socket, &QTcpSocket::readyRead, nullptr, nullptr);
            (void)socket->readAll(); // closing with unread bytes would be a reset
            socket->write(answer(head.left(head.indexOf("\r\n"))));
            socket->disconnectFromHost();
        });
    }

    [[nodiscard]] QByteArray answer(const QByteArray& requestLine) const
    {
        const QList<QByteArray> words = requestLine.split(' ');
        if (words.size() != 3 || !words[2].startsWith("HTTP/1."))
            return response(400, "Bad Request", "");
        if (words[0] != "GET")
            return response(405, "Method Not Allowed", "");
        if (words[1] == "/healthz") {
            const std::string trouble = m_answers.trouble();
            return trouble.empty() ? response(200, "OK", "ok\n") : response(503, "Service Unavailable", trouble + "\n");
        }
        if (words[1] == "/metrics")
            return response(200, "OK", m_answers.metrics(), "text/plain; version=0.0.4; charset=utf-8");
        return response(404, "Not Found", "");
    }

    const Answers m_answers;
    int m_connections = 0;
};

Monitor::Monitor(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Monitor::~Monitor() = default;

base::Result<std::unique_ptr<Monitor>> Monitor::start(const std::string& host, std::uint16_t port, Answers answers)
{
    auto impl = std::make_unique<Impl>(std::move(answers));
    const QHostAddress address =
        host == "localhost" ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(QString::fromStdString(host));
    if (address.isNull() || !impl->m_server.listen(address, port))
        return base::fail(base::ErrorCode::Network, "cannot tell metrics on " + host + " port " + std::to_string(port) +
                                                        ": " + impl->m_server.errorString().toStdString());
    return std::unique_ptr<Monitor>(new Monitor(std::move(impl)));
}

std::uint16_t Monitor::port() const
{
    return m_impl->m_server.serverPort();
}

} // namespace mutoscope::tracker
