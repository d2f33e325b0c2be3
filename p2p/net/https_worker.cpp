#include "p2p/net/https_worker.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <pthread.h>
#include <sys/socket.h>

#include "p2p/base/log.h"
#include "p2p/net/http_head.h"
#include "p2p/net/message_rules.h"
#include "p2p/net/relay_frames.h"

namespace mutoscope::net
{

namespace
{

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Time = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds sweepInterval{100};
constexpr milliseconds closingTime{2'000};
constexpr milliseconds tooYoungToDrop{2'000};
constexpr std::size_t firstRead = 4 * 1024;
constexpr std::size_t readBuffer = 16 * 1024; // what is read ahead of the parser, beside the header
constexpr std::size_t maxDrain = 256 * 1024;
// A TLS record can be used only when its last byte is there. While the window of TCP is small, records that fit into a packet save
// a round trip to the first bytes; afterwards they are as large as TLS has them, and several at a time. 1369 bytes are what remains
// of an IPv6 packet of 1480 (a tunnel's) without the headers of IP, TCP with timestamps, and TLS.
constexpr std::size_t smallRecord = 1369;
constexpr std::size_t largeRecord = 16 * 1024;
constexpr std::size_t smallUntil = 64 * 1024;
constexpr milliseconds forgetsWindow{1'000}; // about when TCP begins with a small one again
constexpr std::size_t largeWrite = 64 * 1024;
constexpr std::size_t leastWrite = 2 * 1024;
constexpr std::int64_t writesPerSecond = 8; // at least, where the rate is limited: it should be even

/// What stands behind a Respond: carries the answer to the connection's thread, once, or the news that none will come.
/// Keeps the io_context alive, as it may be called long after the server has gone.
class Answer
{
public:
    Answer(std::shared_ptr<ServerWorker> worker, std::weak_ptr<ServerConnection> connection)
        : m_worker(std::move(worker)), m_connection(std::move(connection))
    {
    }
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer();

    void give(HttpResponse response);

private:
    std::shared_ptr<ServerWorker> m_worker;
    std::weak_ptr<ServerConnection> m_connection;
    std::atomic<bool> m_given{false};
};

} // namespace

/// One client. Everything on its worker's thread. Only one operation of the socket is under way at any time; the worker
/// compares m_deadline with the time and closes, which ends that operation.
class ServerConnection : public std::enable_shared_from_this<ServerConnection>
{
public:
    ServerConnection(tcp::socket socket, std::shared_ptr<ServerShared> shared, ServerWorker& worker, std::string peer,
               std::unique_ptr<Admission::Ticket> ticket, std::shared_ptr<ByteMeter> meter)
        : m_shared(std::move(shared)), m_worker(worker), m_peer(std::move(peer)), m_ticket(std::move(ticket)), m_meter(std::move(meter)),
          m_metered(m_meter ? carriedBytes(socket.native_handle()) : 0), m_stream(std::move(socket), m_shared->tls), m_buffer(m_shared->limits.maxHeader + readBuffer),
          m_pause(m_stream.get_executor())
    {
    }

    void start()
    {
        enter(Phase::Handshake, m_shared->limits.handshakeTime);
        m_stream.next_layer().async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
            if (self->goesOn(error))
                self->lookAtFirstByte();
        });
    }

    void close()
    {
        if (m_phase == Phase::Closed)
            return;
        const auto self = shared_from_this(); // the worker's may be the last one
        measure();
        m_phase = Phase::Closed;
        error_code ignored;
        m_stream.next_layer().close(ignored);
        m_pause.cancel();
        m_ticket.reset();
        m_worker.forget(self);
    }

    /// Tells the meter what came and went since the last time.
    void measure()
    {
        if (!m_meter)
            return;
        const std::int64_t carried = carriedBytes(m_stream.next_layer().native_handle());
        m_meter->add(std::max<std::int64_t>(0, carried - m_metered));
        m_metered = std::max(m_metered, carried);
    }

    void answer(const HttpResponse& response)
    {
        if (m_phase == Phase::Handling)
            send(response.status, response.contentType, response.body);
    }

    void unanswered()
    {
        if (m_phase == Phase::Handling)
            close();
    }

    [[nodiscard]] bool isLate(Time::time_point now) const { return now >= m_deadline; }
    [[nodiscard]] bool isIdle() const { return m_phase == Phase::Handshake || m_phase == Phase::Idle; }
    [[nodiscard]] bool mayBeDropped(Time::time_point now) const
    {
        return m_phase == Phase::Idle || (m_phase == Phase::Handshake && now - m_since > tooYoungToDrop);
    }
    [[nodiscard]] Time::time_point since() const { return m_since; }

private:
    enum class Phase { Handshake, Idle, Reading, Handling, Writing, Closing, Closed };

    void enter(Phase phase, Time::duration atMost)
    {
        m_phase = phase;
        m_since = Time::now();
        m_deadline = m_since + atMost;
    }

    void lookAtFirstByte()
    {
        char first = 0;
        const ssize_t size = ::recv(m_stream.next_layer().native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
        if (size == 1 && first == returnGreeting[0])
            return takeReturned();
        m_stream.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](error_code error) {
            if (self->goesOn(error))
                self->awaitRequest();
        });
    }

    /// Somebody whom this node has called: whoever waits for that takes the socket.
    void takeReturned()
    {
        m_head.assign(returnGreeting.size() + callIdSize, '\0');
        asio::async_read(m_stream.next_layer(), asio::buffer(m_head), [self = shared_from_this()](error_code error, std::size_t) {
            if (!self->goesOn(error))
                return;
            HttpsServer::Returned returned;
            {
                const std::lock_guard lock(self->m_shared->returnedMutex);
                returned = self->m_shared->returned;
            }
            if (returned && self->m_head.starts_with(returnGreeting)) {
                error_code failure;
                SocketHandle socket(self->m_stream.next_layer().release(failure));
                if (!failure)
                    returned(self->m_head.substr(returnGreeting.size()), std::move(socket));
            }
            self->close();
        });
    }

    bool goesOn(error_code error)
    {
        if (m_phase == Phase::Closed)
            return false;
        if (!error)
            return true;
        qCDebug(logNet, "%s: %s", m_peer.c_str(), error.message().c_str());
        close();
        return false;
    }

    void awaitRequest()
    {
        if (m_shared->stopping)
            return finish();
        m_parser.reset();
        m_body.reset();
        if (m_buffer.size() > 0) // the client did not wait for the last answer
            return readHeader();
        m_buffer = boost::beast::flat_buffer(m_buffer.max_size()); // thousands may be idle: keep no memory for them
        enter(Phase::Idle, m_shared->limits.idleTime);
        readSome(&ServerConnection::readHeader);
    }

    void readSome(void (ServerConnection::*then)())
    {
        const auto space = m_buffer.prepare(std::min(firstRead, m_buffer.max_size() - m_buffer.size()));
        m_stream.async_read_some(space, [self = shared_from_this(), then](error_code error, std::size_t n) {
            if (!self->goesOn(error))
                return;
            self->m_buffer.commit(n);
            (self.get()->*then)();
        });
    }

    void readHeader()
    {
        const ServerLimits& limits = m_shared->limits;
        m_requestDeadline = Time::now() + limits.requestTime;
        enter(Phase::Reading, std::min(limits.headerTime, limits.requestTime));
        m_parser.emplace();
        m_parser->header_limit(noHeaderLimit);
        m_parser->body_limit(limits.maxBody);
        m_headerBytes = 0;
        parseHeader();
    }

    void parseHeader()
    {
        const error_code error = parseHead(*m_parser, m_buffer, m_headerBytes, m_shared->limits.maxHeader);
        if (error != http::error::need_more) {
            if (readOn(error))
                checkHeader();
            return;
        }
        readSome(&ServerConnection::parseHeader);
    }

    // Like goesOn, but a request that broke a rule of HTTP or a limit gets its answer.
    bool readOn(error_code error)
    {
        static const auto& httpErrors = http::make_error_code(http::error::bad_method).category();
        if (m_phase == Phase::Closed)
            return false;
        if (error == http::error::header_limit)
            refuse(431);
        else if (error == http::error::body_limit)
            refuse(413);
        else if (error.category() == httpErrors && error != http::error::end_of_stream &&
                 error != http::error::partial_message)
            refuse(400);
        else
            return goesOn(error);
        return false;
    }

    [[nodiscard]] int whyRefused() const
    {
        const auto& head = m_parser->get();
        const auto count = [&head](http::field field) {
            const auto [first, last] = head.equal_range(field);
            return std::distance(first, last);
        };
        if (head.version() != 11)
            return 505;
        if (head.method() != http::verb::get && head.method() != http::verb::post)
            return 405;
        const auto target = head.target();
        if (!isAcceptableTarget({target.data(), target.size()}) || count(http::field::host) != 1)
            return 400;
        // Beast takes "gzip, chunked" for chunked and refuses a length beside it only where both are well formed: what one
        // reader takes for a body and another for the next request is how requests are smuggled.
        const auto encodings = count(http::field::transfer_encoding);
        if (encodings > 1 || (encodings == 1 && (!boost::beast::iequals(head[http::field::transfer_encoding], "chunked") ||
                                                 count(http::field::content_length) > 0)))
            return 400;
        if (head.method() == http::verb::get && (encodings > 0 || m_parser->content_length().value_or(0) > 0))
            return 400;
        const auto expectations = count(http::field::expect);
        if (expectations > 1 || (expectations == 1 && !boost::beast::iequals(head[http::field::expect], "100-continue")))
            return 417;
        return 0;
    }

    void checkHeader()
    {
        if (const int status = whyRefused(); status != 0)
            return refuse(status);
        m_deadline = m_requestDeadline;
        const bool awaited = m_parser->get().count(http::field::expect) > 0 && !m_parser->is_done() && m_buffer.size() == 0;
        if (!awaited)
            return readBody();
        static constexpr std::string_view goOn = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(m_stream, asio::buffer(goOn), [self = shared_from_this()](error_code error, std::size_t) {
            if (self->goesOn(error))
                self->readBody();
        });
    }

    void readBody()
    {
        if (m_parser->is_done())
            return handle();
        http::async_read(m_stream, m_buffer, *m_parser, [self = shared_from_this()](error_code error, std::size_t) {
            if (self->readOn(error))
                self->handle();
        });
    }

    void handle()
    {
        m_phase = Phase::Handling; // its time is the whole request's
        m_keepAlive = m_parser->keep_alive();
        auto message = m_parser->release();
        m_parser.reset();
        HttpRequest request{std::string(message.method_string()), std::string(message.target()), std::move(message.body()),
                            m_peer};
        // Held here too: an exception destroys the handler's, and dropped would mean closed.
        const auto answer = std::make_shared<Answer>(m_worker.shared_from_this(), weak_from_this());
        try {
            m_shared->handler.handle(std::move(request),
                                     [answer](HttpResponse response) { answer->give(std::move(response)); });
        } catch (const std::exception& error) {
            qCWarning(logNet, "a request's handler failed: %s", error.what());
            answer->give({500, {}, nullptr});
        } catch (...) {
            qCWarning(logNet, "a request's handler failed");
            answer->give({500, {}, nullptr});
        }
    }

    // Whatever else the client sends can't be told apart any more: the connection ends with this answer.
    void refuse(int status)
    {
        qCDebug(logNet, "%s: refused with %d", m_peer.c_str(), status);
        m_keepAlive = false;
        send(status, {}, nullptr);
    }

    void send(int status, const std::string& contentType, Body body)
    {
        m_phase = Phase::Writing;
        m_keepAlive = m_keepAlive && !m_shared->stopping;
        m_body = body ? std::move(body) : std::make_shared<const std::string>();
        m_head = formatResponseHead(status, contentType, m_body->size(), !m_keepAlive);
        if (Time::now() - m_lastWrite > forgetsWindow)
            m_sinceStart = 0;
        setRecordSize(m_sinceStart < smallUntil ? smallRecord : largeRecord);
        m_sent = std::min(m_body->size(), smallRecord - std::min(smallRecord, m_head.size()));
        m_head.append(*m_body, 0, m_sent);
        write(asio::buffer(m_head));
    }

    void setRecordSize(std::size_t bytes)
    {
        SSL_set_max_send_fragment(m_stream.native_handle(), bytes);
        SSL_set_split_send_fragment(m_stream.native_handle(), bytes); // is lowered by the other, and not raised
    }

    void write(asio::const_buffer bytes)
    {
        m_sinceStart += bytes.size();
        asio::async_write(m_stream, bytes, [self = shared_from_this()](error_code error, std::size_t) {
            if (self->goesOn(error))
                self->written();
        });
    }

    /// How much may be written at once.
    [[nodiscard]] std::size_t evenWrite() const
    {
        const auto rate = m_shared->upload.rate();
        return rate == 0 ? largeWrite : std::clamp(static_cast<std::size_t>(rate / writesPerSecond), leastWrite, largeWrite);
    }

    /// Not before the upload limit allows it; that time is not the client's.
    void writeInTime(asio::const_buffer bytes)
    {
        const auto wait = m_shared->upload.take(bytes.size(), Time::now());
        if (wait == Time::duration{})
            return write(bytes);
        m_deadline += wait;
        m_pause.expires_after(wait);
        m_pause.async_wait([self = shared_from_this(), bytes](error_code error) {
            if (self->goesOn(error))
                self->write(bytes);
        });
    }

    void written()
    {
        if (m_sent < m_body->size()) {
            const std::size_t left = m_body->size() - m_sent;
            const bool small = m_sinceStart < smallUntil;
            const auto bytes = asio::buffer(m_body->data() + m_sent,
                                            std::min({left, small ? smallUntil - m_sinceStart : largeWrite, evenWrite()}));
            if (!small)
                setRecordSize(largeRecord);
            m_sent += bytes.size();
            return writeInTime(bytes);
        }
        m_lastWrite = Time::now();
        if (m_keepAlive)
            return awaitRequest();
        finish();
    }

    // Closing with unread bytes in the socket would reset it, and the reset overtakes the answer: read on for a while.
    void finish()
    {
        enter(Phase::Closing, closingTime);
        m_body.reset();
        m_stream.async_shutdown([self = shared_from_this()](error_code error) {
            if (self->m_phase == Phase::Closed)
                return;
            if (error.category() != asio::error::get_ssl_category()) // its close_notify, or the end: nothing more will come
                return self->close();
            self->m_head.assign(firstRead, '\0');
            self->drain(0);
        });
        // Asio has put our close_notify into the socket by now, unless that is full, and waits for the client's, which many
        // clients send only when they see the end. Without a place for the close_notify nothing is lost that counts.
        error_code ignored;
        m_stream.next_layer().shutdown(tcp::socket::shutdown_send, ignored);
    }

    void drain(std::size_t sofar)
    {
        m_stream.next_layer().async_read_some(
            asio::buffer(m_head), [self = shared_from_this(), sofar](error_code error, std::size_t n) {
                if (self->m_phase == Phase::Closed)
                    return;
                if (error || sofar + n > maxDrain)
                    self->close();
                else
                    self->drain(sofar + n);
            });
    }

    const std::shared_ptr<ServerShared> m_shared;
    ServerWorker& m_worker; // not touched by the destructor: a worker that ends takes its connections along
    const std::string m_peer;
    std::unique_ptr<Admission::Ticket> m_ticket;
    const std::shared_ptr<ByteMeter> m_meter; ///< may be none
    std::int64_t m_metered;
    asio::ssl::stream<tcp::socket> m_stream;
    boost::beast::flat_buffer m_buffer;
    asio::steady_timer m_pause; ///< of writing
    std::optional<http::request_parser<http::string_body>> m_parser;
    Phase m_phase = Phase::Handshake;
    Time::time_point m_since;
    Time::time_point m_deadline;
    Time::time_point m_requestDeadline;
    std::size_t m_headerBytes = 0;
    bool m_keepAlive = false;
    std::string m_head; // and the first bytes of the body
    Body m_body;
    std::size_t m_sent = 0; // of the body
    std::size_t m_sinceStart = 0; // sent since TCP began with a small window
    Time::time_point m_lastWrite;
};

Answer::~Answer()
{
    if (!m_given.exchange(true))
        asio::post(m_worker->context(), [connection = m_connection] {
            if (const auto alive = connection.lock())
                alive->unanswered();
        });
}

void Answer::give(HttpResponse response)
{
    if (m_given.exchange(true))
        return;
    asio::post(m_worker->context(), [connection = m_connection, response = std::move(response)] {
        if (const auto alive = connection.lock())
            alive->answer(response);
    });
}

void ServerWorker::start()
{
    m_thread = std::thread([this] {
        ::pthread_setname_np(::pthread_self(), "https"); // for top -H, and the bench
        for (;;) {
            try {
                m_context.run();
                return;
            } catch (const std::exception& error) { // no memory, most likely; the others' connections go on
                qCWarning(logNet, "a connection failed: %s", error.what());
            }
        }
    });
}

void ServerWorker::join()
{
    if (m_thread.joinable())
        m_thread.join();
}

void ServerWorker::adopt(tcp::socket socket, std::shared_ptr<ServerShared> shared, std::string peer,
                         std::unique_ptr<Admission::Ticket> ticket, std::shared_ptr<ByteMeter> meter)
{
    const auto connection = std::make_shared<ServerConnection>(std::move(socket), std::move(shared), *this,
                                                               std::move(peer), std::move(ticket), std::move(meter));
    if (m_connections.empty())
        sweep();
    m_connections.insert(connection);
    connection->start();
}

void ServerWorker::forget(const std::shared_ptr<ServerConnection>& connection)
{
    m_connections.erase(connection);
}

void ServerWorker::sweep()
{
    m_timer.expires_after(sweepInterval);
    m_timer.async_wait([this](error_code error) {
        if (error)
            return;
        const auto now = Time::now();
        std::vector<std::shared_ptr<ServerConnection>> late;
        for (const auto& connection : m_connections)
            connection->measure();
        std::ranges::copy_if(m_connections, std::back_inserter(late), [now](const auto& c) { return c->isLate(now); });
        for (const auto& connection : late)
            connection->close();
        if (!m_connections.empty())
            sweep();
    });
}

void ServerWorker::dropOneIdle()
{
    const auto now = Time::now();
    std::shared_ptr<ServerConnection> oldest;
    for (const auto& connection : m_connections)
        if (connection->mayBeDropped(now) && (!oldest || connection->since() < oldest->since()))
            oldest = connection;
    if (oldest)
        oldest->close();
}

void ServerWorker::closeIdle()
{
    const std::vector<std::shared_ptr<ServerConnection>> all(m_connections.begin(), m_connections.end());
    for (const auto& connection : all)
        if (connection->isIdle())
            connection->close();
}

void ServerWorker::closeAll()
{
    const std::vector<std::shared_ptr<ServerConnection>> all(m_connections.begin(), m_connections.end());
    for (const auto& connection : all)
        connection->close();
    m_timer.cancel();
    m_guard.reset(); // run() returns when the last broken-off operation has been told
}

} // namespace mutoscope::net
