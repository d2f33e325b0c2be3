#include "p2p/viewer/gateway.h"

#include <algorithm>
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
    struct Part {
        std::uint64_t id = 0;
        net::Body body; ///< none as long as it is under way
    };
    std::vector<Part> parts;      ///< of the answer that is being waited for: an init section and its segment, or one
    std::size_t partsAway = 0;    ///< of these
    struct Chosen {
        Request request;
        std::size_t position = 0;
        SegmentIndex index;
    };
    std::optional<Chosen> chosen; ///< where it is of the ladder
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

/// Players built on ffmpeg refuse addresses in a playlist whose ending they don't know.
std::string_view endingOf(const content::Stream& stream, SegmentIndex index)
{
    if (stream.initOf(index) || stream.segment(index).durationMs == 0)
        return ".mp4";
    const auto texts = subtitlesOf(stream);
    const bool isText = std::ranges::find(texts, stream.playlistOf(index), &content::Rendition::playlist) != texts.end();
    return isText ? ".vtt" : ".ts";
}

/// As it is asked for, with its ending or without.
std::string_view withoutEnding(std::string_view number)
{
    for (const std::string_view ending : {".mp4", ".vtt", ".ts"}) {
        if (number.ends_with(ending))
            return number.substr(0, number.size() - ending.size());
    }
    return number;
}

} // namespace

Gateway::Gateway(base::Executor& executor, crypto::Random& random, content::Stream stream, Source& source)
    : m_executor(executor), m_stream(std::move(stream)), m_ladder(m_stream), m_source(source),
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
        if (connection->partsAway == 0 && socket->bytesToWrite() == 0 && (!oldest || connection->lastUse < oldest->lastUse))
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
    connection.partsAway = 0;
    connection.chosen.reset();
    for (const Connection::Part& part : std::exchange(connection.parts, {})) {
        if (!part.body)
            m_source.takeBack(part.id);
    }
    m_executor.cancel(std::exchange(connection.timer, 0));
}

void Gateway::read(QTcpSocket* socket)
{
    const auto it = m_connections.find(socket);
    if (it == m_connections.end())
        return;
    Connection& connection = *it->second;
    // One request at a time: what a client sends ahead stays in the buffers until the answer is written.
    while (connection.partsAway == 0 && socket->bytesToWrite() == 0) {
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
    path = path.substr(0, path.find('?'));
    m_executor.cancel(std::exchange(connection.timer, 0)); // it is the player: it may pause as long as it likes
    const auto giveText = [&](std::string text) {
        respond(connection, request, 200, "application/vnd.apple.mpegurl", std::make_shared<const std::string>(std::move(text)));
    };
    const auto segmentUri = [&](SegmentIndex index) { return (prefix + "s/" + std::to_string(index.value())).append(endingOf(m_stream, index)); };
    const auto playlistUri = [&](std::size_t playlist) { return prefix + "p/" + std::to_string(playlist) + ".m3u8"; };
    if (path == "p/0.m3u8")
        return giveText(topPlaylist(m_stream, m_ladder, prefix + "l.m3u8", playlistUri, segmentUri));
    if (path == "l.m3u8" && !m_ladder.isEmpty()) {
        const auto first = m_stream.segmentAt(m_ladder.rungs().front().playlist, 0);
        const std::string ending(first ? endingOf(m_stream, *first) : std::string_view());
        return giveText(ladderPlaylist(m_stream, m_ladder, [&](std::size_t position) { return prefix + "l/" + std::to_string(position) + ending; }));
    }
    if (path.starts_with("p/") && path.ends_with(".m3u8")) {
        const auto number = base::parseInteger(path.substr(2, path.size() - 7));
        // The ladder's renditions are bought by position only.
        if (!number || *number >= static_cast<std::int64_t>(m_stream.playlistCount()) || m_ladder.rungOf(static_cast<std::size_t>(*number)))
            return notFound();
        return giveText(m_stream.renderPlaylist(static_cast<std::size_t>(*number), segmentUri, playlistUri));
    }
    if (path.starts_with("l/")) {
        const auto position = base::parseInteger(withoutEnding(path.substr(2)));
        if (!position || *position >= static_cast<std::int64_t>(m_ladder.positions()))
            return notFound();
        return giveChosen(connection, request, static_cast<std::size_t>(*position), m_source.choose(static_cast<std::size_t>(*position)));
    }
    if (path.starts_with("k/")) {
        const auto ms = base::parseInteger(path.substr(2));
        return ms ? giveStill(connection, request, *ms) : notFound();
    }
    const auto number = path.starts_with("s/") ? base::parseInteger(withoutEnding(path.substr(2))) : std::nullopt;
    if (!number || *number >= m_stream.segmentCount())
        return notFound();
    give(connection, request, {SegmentIndex(static_cast<std::uint32_t>(*number))});
}

/// Answers with these one after the other, once all are here.
void Gateway::give(Connection& connection, const Request& request, const std::vector<SegmentIndex>& segments)
{
    QTcpSocket* socket = connection.socket;
    connection.knowsInterim = request.isHttp11;
    connection.partsAway = segments.size();
    std::vector<std::uint64_t> ids;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        ids.push_back(++m_lastId);
        connection.parts.push_back({ids.back(), {}});
    }
    waitForSegment(connection);
    for (std::size_t i = 0; i < segments.size(); ++i) // the last one may answer, and the connection be gone
        m_source.want(ids[i], segments[i], [this, socket, id = ids[i], request](const net::Body& body) { came(socket, id, request, body); });
}

void Gateway::giveChosen(Connection& connection, const Request& request, std::size_t position, SegmentIndex chosen)
{
    connection.chosen = {request, position, chosen};
    const auto init = m_stream.initOf(chosen);
    give(connection, request, init ? std::vector{*init, chosen} : std::vector{chosen});
}

void Gateway::chooseAgain()
{
    std::vector<QTcpSocket*> holding;
    for (const auto& [socket, connection] : m_connections) {
        if (connection->chosen && connection->partsAway > 0)
            holding.push_back(socket);
    }
    for (QTcpSocket* const socket : holding) {
        const auto it = m_connections.find(socket);
        if (it == m_connections.end() || !it->second->chosen || it->second->partsAway == 0)
            continue;
        const Connection::Chosen before = *it->second->chosen;
        const SegmentIndex now = m_source.choose(before.position);
        if (now == before.index)
            continue;
        settle(*it->second);
        giveChosen(*it->second, before.request, before.position, now);
    }
}

void Gateway::came(QTcpSocket* socket, std::uint64_t id, const Request& request, const net::Body& body)
{
    const auto it = m_connections.find(socket);
    if (it == m_connections.end())
        return;
    Connection& connection = *it->second;
    const auto part = std::ranges::find(connection.parts, id, &Connection::Part::id);
    if (part == connection.parts.end() || part->body)
        return;
    part->body = body;
    if (--connection.partsAway > 0)
        return;
    m_executor.cancel(std::exchange(connection.timer, 0));
    connection.chosen.reset();
    const auto parts = std::exchange(connection.parts, {});
    net::Body whole = parts.front().body;
    if (parts.size() > 1) {
        auto joined = std::make_shared<std::string>();
        for (const Connection::Part& each : parts)
            *joined += *each.body;
        whole = joined;
    }
    respond(connection, request, 200, "application/octet-stream", whole);
    read(socket); // what came in meanwhile
}

void Gateway::giveStill(Connection& connection, const Request& request, std::int64_t ms)
{
    const std::uint64_t id = ++m_lastId;
    QTcpSocket* socket = connection.socket;
    connection.parts = {{id, {}}};
    connection.partsAway = 1;
    m_source.still(id, ms, [this, socket, id, request](const net::Body& body) {
        const auto it = m_connections.find(socket);
        if (it == m_connections.end() || it->second->parts.empty() || it->second->parts.front().id != id)
            return;
        it->second->parts.clear();
        it->second->partsAway = 0;
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
