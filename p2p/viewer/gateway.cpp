#include "p2p/viewer/gateway.h"

#include <optional>

#include <QTcpSocket>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"

namespace mutoscope::viewer
{

using base::ErrorCode;
using base::SegmentIndex;

struct Gateway::Request {
    bool isHead = false;
    bool keep = true;
    bool isHttp11 = true;
    std::string path;
    struct Range {
        std::int64_t first = 0;
        std::int64_t last = base::maxInteger; ///< inclusive
    };
    std::optional<Range> range;
};

struct Gateway::Connection {
    QTcpSocket* socket = nullptr;
    QByteArray buffer;
    std::uint64_t waitingFor = 0; ///< id of the segment request under way, 0 if there is none
    bool knowsInterim = false;    ///< the client of that request does: it speaks HTTP/1.1
    std::uint64_t lastUse = 0;    ///< order of the last request
    base::Executor::TimerId timer = 0; ///< until a stranger is closed, or until a player that waits is told so
};

namespace
{

const char* reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 206:
        return "Partial Content";
    case 404:
        return "Not Found";
    case 416:
        return "Range Not Satisfiable";
    default:
        return "";
    }
}

/// "bytes=A-" and "bytes=A-B"; anything else is ignored, as RFC 9110 §14.2 allows.
template <class Range>
std::optional<Range> parseRange(const QByteArray& value)
{
    const std::string text = value.trimmed().toStdString();
    constexpr std::string_view unit = "bytes=";
    const auto dash = text.find('-');
    if (!text.starts_with(unit) || dash == std::string::npos)
        return std::nullopt;
    const auto first = base::parseInteger(std::string_view(text).substr(unit.size(), dash - unit.size()));
    const std::string_view end = std::string_view(text).substr(dash + 1);
    const auto last = end.empty() ? std::optional(base::maxInteger) : base::parseInteger(end);
    if (!first || !last || *last < *first)
        return std::nullopt;
    return Range{*first, *last};
}

/// Nothing where the head is not an HTTP/1.x GET or HEAD.
template <class Request>
std::optional<Request> parseHead(const QByteArray& head)
{
    const QList<QByteArray> lines = head.split('\n');
    const QList<QByteArray> start = lines.first().trimmed().split(' ');
    if (start.size() != 3 || (start[0] != "GET" && start[0] != "HEAD") || !start[2].startsWith("HTTP/1."))
        return std::nullopt;
    Request request;
    request.isHead = start[0] == "HEAD";
    request.path = start[1].toStdString();
    request.isHttp11 = start[2] == "HTTP/1.1";
    request.keep = request.isHttp11;
    for (const QByteArray& line : lines.mid(1)) {
        const auto colon = line.indexOf(':');
        if (colon < 0)
            continue;
        const QByteArray name = line.left(colon).trimmed().toLower();
        const QByteArray value = line.mid(colon + 1);
        if (name == "connection")
            request.keep = value.trimmed().toLower() != "close";
        else if (name == "range")
            request.range = parseRange<typename Request::Range>(value);
    }
    return request;
}

} // namespace

Gateway::Gateway(base::Executor& executor, crypto::Random& random, content::Stream stream, Source& source)
    : m_executor(executor), m_stream(std::move(stream)), m_source(source),
      m_secret(base::toHex(random.make<base::Nonce>()))
{
    connect(&m_server, &QTcpServer::newConnection, this, &Gateway::accept);
}

Gateway::~Gateway()
{
    m_server.close();
    while (!m_connections.empty())
        drop(m_connections.begin()->first);
}

base::Result<void> Gateway::start()
{
    if (!m_server.listen(QHostAddress::LocalHost, 0)) {
        return base::fail(ErrorCode::Network,
                          "the player's address on this computer can't be opened: " + m_server.errorString().toStdString());
    }
    return {};
}

QUrl Gateway::url() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1/%2/p/0.m3u8").arg(m_server.serverPort()).arg(QString::fromStdString(m_secret)));
}

QUrl Gateway::stillUrl() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1/%2/k/").arg(m_server.serverPort()).arg(QString::fromStdString(m_secret)));
}

void Gateway::accept()
{
    while (QTcpSocket* socket = m_server.nextPendingConnection()) {
        if (!makeRoom()) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        socket->setReadBufferSize(maxHeader);
        auto connection = std::make_unique<Connection>();
        connection->socket = socket;
        connection->lastUse = ++m_lastId;
        connection->timer = m_executor.after(idleTime, [this, socket] { drop(socket); });
        m_connections.emplace(socket, std::move(connection));
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::bytesWritten, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] { drop(socket); });
    }
}

void Gateway::drop(QTcpSocket* socket)
{
    const auto it = m_connections.find(socket);
    if (it == m_connections.end())
        return;
    settle(*it->second);
    m_connections.erase(it);
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater();
}

/// False where all connections wait for segments.
bool Gateway::makeRoom()
{
    if (m_connections.size() < static_cast<std::size_t>(maxConnections))
        return true;
    const Connection* oldest = nullptr;
    for (const auto& [socket, connection] : m_connections) {
        if (connection->waitingFor == 0 && socket->bytesToWrite() == 0 && (!oldest || connection->lastUse < oldest->lastUse))
            oldest = connection.get();
    }
    if (oldest)
        drop(oldest->socket);
    return oldest != nullptr;
}

void Gateway::waitForSegment(Connection& connection)
{
    m_executor.cancel(connection.timer);
    connection.timer = m_executor.after(keepAlive, [this, &connection] {
        connection.timer = 0;
        if (connection.knowsInterim)
            connection.socket->write("HTTP/1.1 102 Processing\r\n\r\n");
        waitForSegment(connection);
    });
}

/// The connection waits for nothing any more.
void Gateway::settle(Connection& connection)
{
    if (connection.waitingFor != 0)
        m_source.takeBack(std::exchange(connection.waitingFor, 0));
    m_executor.cancel(std::exchange(connection.timer, 0));
}

void Gateway::read(QTcpSocket* socket)
{
    const auto it = m_connections.find(socket);
    if (it == m_connections.end())
        return;
    Connection& connection = *it->second;
    // One request at a time: what a client sends ahead stays in the buffers until the answer is written.
    while (connection.waitingFor == 0 && socket->bytesToWrite() == 0) {
        connection.buffer += socket->read(maxHeader - connection.buffer.size());
        const auto end = connection.buffer.indexOf("\r\n\r\n");
        if (end < 0) {
            if (connection.buffer.size() >= maxHeader)
                drop(socket);
            return;
        }
        const auto request = parseHead<Request>(connection.buffer.left(end));
        connection.buffer.remove(0, end + 4);
        if (!request)
            return drop(socket);
        connection.lastUse = ++m_lastId;
        handle(connection, *request);
        if (!m_connections.contains(socket))
            return;
    }
}

void Gateway::handle(Connection& connection, const Request& request)
{
    const auto notFound = [&] { respond(connection, request, 404, "text/plain", {}); };
    std::string_view path = request.path;
    const std::string prefix = "/" + m_secret + "/";
    if (!path.starts_with(prefix))
        return notFound();
    path.remove_prefix(prefix.size());
    m_executor.cancel(std::exchange(connection.timer, 0)); // it is the player: it may pause as long as it likes
    if (path.starts_with("p/") && path.ends_with(".m3u8")) {
        const auto number = base::parseInteger(path.substr(2, path.size() - 7));
        if (!number || *number >= static_cast<std::int64_t>(m_stream.playlistCount()))
            return notFound();
        auto text = m_stream.renderPlaylist(
            static_cast<std::size_t>(*number), [&](SegmentIndex index) { return prefix + "s/" + std::to_string(index.value()); },
            [&](std::size_t playlist) { return prefix + "p/" + std::to_string(playlist) + ".m3u8"; });
        return respond(connection, request, 200, "application/vnd.apple.mpegurl", std::make_shared<const std::string>(std::move(text)));
    }
    if (path.starts_with("k/")) {
        const auto ms = base::parseInteger(path.substr(2));
        return ms ? giveStill(connection, request, *ms) : notFound();
    }
    const auto number = path.starts_with("s/") ? base::parseInteger(path.substr(2)) : std::nullopt;
    if (!number || *number >= m_stream.segmentCount())
        return notFound();

    const std::uint64_t id = ++m_lastId;
    QTcpSocket* socket = connection.socket;
    connection.waitingFor = id;
    connection.knowsInterim = request.isHttp11;
    waitForSegment(connection);
    m_source.want(id, SegmentIndex(static_cast<std::uint32_t>(*number)), [this, socket, id, request](const net::Body& body) {
        const auto it = m_connections.find(socket);
        if (it == m_connections.end() || it->second->waitingFor != id)
            return;
        it->second->waitingFor = 0;
        m_executor.cancel(std::exchange(it->second->timer, 0));
        respond(*it->second, request, 200, "application/octet-stream", body);
        read(socket); // what came in meanwhile
    });
}

void Gateway::giveStill(Connection& connection, const Request& request, std::int64_t ms)
{
    const std::uint64_t id = ++m_lastId;
    QTcpSocket* socket = connection.socket;
    connection.waitingFor = id;
    m_source.still(id, ms, [this, socket, id, request](const net::Body& body) {
        const auto it = m_connections.find(socket);
        if (it == m_connections.end() || it->second->waitingFor != id)
            return;
        it->second->waitingFor = 0;
        respond(*it->second, request, body ? 200 : 404, "application/octet-stream", body);
        read(socket);
    });
}

void Gateway::respond(Connection& connection, const Request& request, int status, const char* contentType, const net::Body& body)
{
    const std::string_view all = body ? std::string_view(*body) : std::string_view();
    std::string_view part = all;
    QByteArray head;
    if (status == 200 && request.range) {
        if (request.range->first >= static_cast<std::int64_t>(all.size())) {
            status = 416;
            part = {};
            head = "Content-Range: bytes */" + QByteArray::number(static_cast<qint64>(all.size())) + "\r\n";
        } else {
            status = 206;
            part = all.substr(static_cast<std::size_t>(request.range->first));
            part = part.substr(0, static_cast<std::size_t>(std::min(request.range->last - request.range->first, base::maxInteger - 1) + 1));
            head = "Content-Range: bytes " + QByteArray::number(static_cast<qint64>(request.range->first)) + '-' +
                   QByteArray::number(static_cast<qint64>(request.range->first + static_cast<std::int64_t>(part.size()) - 1)) + '/' +
                   QByteArray::number(static_cast<qint64>(all.size())) + "\r\n";
        }
    }
    head = "HTTP/1.1 " + QByteArray::number(status) + ' ' + reason(status) + "\r\nContent-Type: " + contentType +
           "\r\nContent-Length: " + QByteArray::number(static_cast<qint64>(part.size())) +
           "\r\nAccept-Ranges: bytes\r\nCache-Control: no-store\r\n" + head + (request.keep ? "" : "Connection: close\r\n") + "\r\n";
    connection.socket->write(head);
    if (!request.isHead)
        connection.socket->write(part.data(), static_cast<qint64>(part.size()));
    if (!request.keep)
        connection.socket->disconnectFromHost();
}

} // namespace mutoscope::viewer
