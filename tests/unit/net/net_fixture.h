#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <QSslConfiguration>
#include <QSslSocket>
#include <QTest>

#include "p2p/base/executor.h"
#include "p2p/net/https_server.h"

namespace mutoscope::net::testing
{

inline constexpr int bound = 20'000; ///< ms until a condition must hold; never waited for when all is well

/// Bytes that show it when a piece is lost, repeated or moved.
inline std::string pattern(std::size_t size)
{
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (char& c : bytes) {
        state = state * 1'664'525u + 1'013'904'223u;
        c = static_cast<char>(state >> 24);
    }
    return bytes;
}

/// Answers by target: /echo the body, /size/N pattern(N), /hold later, /drop never, /throw with an exception,
/// /status/N with that status.
class TestHandler final : public RequestHandler
{
public:
    void handle(HttpRequest request, Respond respond) override
    {
        ++count;
        if (request.target == "/drop")
            return;
        if (request.target == "/throw")
            throw std::runtime_error("secret detail");
        if (request.target == "/hold") {
            const std::scoped_lock lock(m_mutex);
            m_held.push_back(std::move(respond));
            m_changed.notify_all();
            return;
        }
        if (request.target.starts_with("/size/"))
            return respond({200, "application/octet-stream", sized(std::stoul(request.target.substr(6)))});
        if (request.target.starts_with("/status/"))
            return respond({std::stoi(request.target.substr(8)), "text/plain", text("status")});
        if (request.target == "/peer")
            return respond({200, "text/plain", text(request.peer)});
        respond({200, "text/plain", text(request.method + " " + request.target + " " + request.body)});
    }

    /// The Respond of /hold requests once there are `n`; fewer if they don't come.
    std::vector<Respond> held(std::size_t n)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, std::chrono::milliseconds(bound), [&] { return m_held.size() >= n; });
        return std::exchange(m_held, {});
    }

    static Body text(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

    std::atomic<int> count{0};

private:
    Body sized(std::size_t size)
    {
        const std::scoped_lock lock(m_mutex);
        Body& body = m_sized[size];
        if (!body)
            body = text(pattern(size));
        return body;
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<Respond> m_held;
    std::map<std::size_t, Body> m_sized;
};

/// One server on any port of 127.0.0.1, with a handler.
struct TestServer {
    explicit TestServer(ServerLimits limits = {}, const std::string& host = "127.0.0.1", std::uint16_t port = 0)
    {
        start(limits, host, port);
    }
    ~TestServer()
    {
        if (server)
            server->stop(std::chrono::milliseconds(0)); // tests leave requests unanswered
    }

    void start(ServerLimits limits, const std::string& host, std::uint16_t port)
    {
        auto started = HttpsServer::start(host, port, identity, handler, limits);
        if (!started)
            qFatal("%s", started.error().message.c_str());
        server = std::move(*started);
        endpoint = {host, server->port(), identity.fingerprint()};
    }

    TlsIdentity identity = TlsIdentity::generate();
    TestHandler handler;
    Endpoint endpoint;
    std::unique_ptr<HttpsServer> server;
};

struct RawAnswer {
    int status = 0;
    QByteArray head;
    QByteArray body;
};

/// A client that says exactly what a test tells it to.
class RawClient
{
public:
    explicit RawClient(const Endpoint& endpoint)
    {
        socket.setPeerVerifyMode(QSslSocket::VerifyNone);
        socket.connectToHostEncrypted(QString::fromStdString(endpoint.host), endpoint.port);
        encrypted = socket.waitForEncrypted(bound);
        send({}); // the end of the handshake may still lie in its buffer
    }

    void send(const QByteArray& bytes)
    {
        socket.write(bytes);
        while (socket.encryptedBytesToWrite() + socket.bytesToWrite() > 0 && socket.waitForBytesWritten(bound)) {
        }
    }

    /// One answer with Content-Length; status 0 if the connection ends before.
    RawAnswer answer()
    {
        RawAnswer answer;
        qsizetype end = -1;
        while ((end = m_in.indexOf("\r\n\r\n")) < 0)
            if (!more())
                return answer;
        answer.head = m_in.first(end + 2);
        m_in.remove(0, end + 4);
        const qsizetype field = answer.head.indexOf("Content-Length: ");
        const qsizetype size =
            field < 0 ? 0 : answer.head.sliced(field + 16, answer.head.indexOf('\r', field) - field - 16).toLongLong();
        while (m_in.size() < size)
            if (!more())
                return answer;
        answer.body = m_in.first(size);
        m_in.remove(0, size);
        answer.status = answer.head.sliced(9, 3).toInt();
        return answer;
    }

    /// Whether the server ends the connection, with nothing more to read.
    bool isClosed()
    {
        while (more()) {
        }
        return socket.state() == QAbstractSocket::UnconnectedState && m_in.isEmpty();
    }

    QSslSocket socket;
    bool encrypted = false;

private:
    bool more()
    {
        if (socket.bytesAvailable() == 0 && !socket.waitForReadyRead(bound))
            return false;
        m_in += socket.readAll();
        return true;
    }

    QByteArray m_in;
};

} // namespace mutoscope::net::testing
