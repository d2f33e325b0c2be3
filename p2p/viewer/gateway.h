#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <QTcpServer>
#include <QUrl>

#include "p2p/base/executor.h"
#include "p2p/content/stream.h"
#include "p2p/crypto/random.h"
#include "p2p/net/http.h"
#include "p2p/viewer/ladder.h"

class QTcpSocket;

namespace mutoscope::viewer
{

/// Gives one stream to a player on this machine as plain HLS over HTTP/1.1: `http://127.0.0.1:PORT/SECRET/p/K.m3u8` and
/// `…/s/N`, with an ending that players know behind it. Loopback only, under a path of 128 random bits, so that no other user or web page can play what was paid for.
///
/// The player is offered one picture and its sound (see topPlaylist()). Where the film has a Ladder, the picture is `…/l.m3u8`, and
/// of which rendition a segment `…/l/POSITION` is, the source says when it is asked for: it comes with its init section in front.
///
/// A player is never told that a segment failed: GStreamer asks again at once after a 503, and may abort the process after
/// any other error. A request is held until its segment is here, however long that takes; every `keepAlive` an interim answer
/// (RFC 9110 §15.2) keeps the client from giving up. Why it takes long is told beside the player, by the session. A
/// connection that closes takes back what it asked for. GET, HEAD, single ranges (RFC 9110 §14), connections are kept.
///
/// Against careless local programs: a connection that has not shown in `idleTime` that it knows the address is closed, and where
/// there are too many, the one idle for longest; what is sent ahead waits until the answer before it is taken.
///
/// All on the executor's thread, which must be a Qt thread.
class Gateway : public QObject
{
    Q_OBJECT

public:
    using SegmentCallback = std::function<void(net::Body)>;

    /// Where segments come from.
    class Source
    {
    public:
        virtual ~Source() = default;
        /// Calls back later or at once, unless taken back. `id` is unique among the requests under way.
        virtual void want(std::uint64_t id, base::SegmentIndex index, SegmentCallback callback) = 0;
        virtual void takeBack(std::uint64_t id) = 0;
        /// A segment that can be decoded by itself and plays at this time of the film, if it is on the disk; else null. Nothing is
        /// bought for it. Calls back later or at once.
        virtual void still(std::uint64_t id, std::int64_t ms, SegmentCallback callback) = 0;
        /// What is to be played at this position of the film's ladder.
        virtual base::SegmentIndex choose(std::size_t position) = 0;
    };

    static constexpr std::chrono::milliseconds keepAlive{4'000};
    static constexpr std::chrono::milliseconds idleTime{10'000};
    static constexpr int maxConnections = 32;
    static constexpr qint64 maxHeader = 8 * 1024;

    Gateway(base::Executor& executor, crypto::Random& random, content::Stream stream, Source& source);
    ~Gateway() override;

    /// Network where no port can be listened on.
    [[nodiscard]] base::Result<void> start();
    [[nodiscard]] QUrl url() const;
    /// The source would choose otherwise now: what is held of the ladder is asked for anew where that is so.
    void chooseAgain();
    /// With milliseconds of film behind it the address of a few seconds of film, for a still picture; 404 where they are not here.
    [[nodiscard]] QUrl stillUrl() const;

private:
    struct Connection;
    struct Request;

    void accept();
    void read(QTcpSocket* socket);
    void handle(Connection& connection, const Request& request);
    void respond(Connection& connection, const Request& request, int status, const char* contentType, const net::Body& body);
    void settle(Connection& connection);
    void giveStill(Connection& connection, const Request& request, std::int64_t ms);
    void waitForSegment(Connection& connection);
    void give(Connection& connection, const Request& request, const std::vector<base::SegmentIndex>& segments);
    void giveChosen(Connection& connection, const Request& request, std::size_t position, base::SegmentIndex chosen);
    void came(QTcpSocket* socket, std::uint64_t id, const Request& request, const net::Body& body);
    [[nodiscard]] bool makeRoom();
    void drop(QTcpSocket* socket);

    base::Executor& m_executor;
    content::Stream m_stream;
    Ladder m_ladder;
    Source& m_source;
    std::string m_secret;
    QTcpServer m_server;
    std::map<QTcpSocket*, std::unique_ptr<Connection>> m_connections;
    std::uint64_t m_lastId = 0;
};

} // namespace mutoscope::viewer
