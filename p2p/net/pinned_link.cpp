#include "p2p/net/pinned_link.h"

#include <algorithm>
#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <openssl/x509.h>
#include <sys/socket.h>

#include "p2p/net/endpoint.h"
#include "p2p/net/http_head.h"
#include "p2p/net/message_rules.h"

namespace mutoscope::net
{

namespace
{

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using base::ErrorCode;
using boost::system::error_code;

constexpr std::size_t readBuffer = 64 * 1024; // what is read ahead of the parser, beside the header
constexpr std::size_t firstRead = 16 * 1024;

base::Sha256 digestOf(const X509* certificate)
{
    base::Sha256 digest;
    unsigned size = 0;
    if (!certificate || X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1)
        return {};
    return digest;
}

int ownIndex()
{
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

int checkPin(X509_STORE_CTX* store, void* pool)
{
    const auto& pin = static_cast<PinnedPool*>(pool)->endpoint.pin;
    const bool fits = !pin || digestOf(X509_STORE_CTX_get0_cert(store)) == *pin;
    X509_STORE_CTX_set_error(store, fits ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return fits ? 1 : 0;
}

int keepSession(SSL* ssl, SSL_SESSION* session)
{
    auto* const pool = static_cast<PinnedPool*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), ownIndex()));
    pool->session.reset(session);
    return 1; // it is ours now
}

/// After close() it does nothing more.
class Link final : public PinnedLink, public std::enable_shared_from_this<Link>
{
public:
    Link(PinnedLinkOwner& owner, asio::io_context& context, const PinnedClientLimits& limits,
         std::shared_ptr<PinnedPool> pool)
        : m_owner(owner), m_limits(limits), m_pool(std::move(pool)), m_resolver(context), m_stream(context, m_pool->tls),
          m_idleTimer(context), m_buffer(limits.maxHeader + readBuffer)
    {
    }

    [[nodiscard]] bool isIdle() const override { return !m_closed && m_jobs.empty(); }
    [[nodiscard]] bool isConnected() const override { return m_connected && !m_closed; }
    [[nodiscard]] const std::deque<std::shared_ptr<PinnedJob>>& jobs() const override { return m_jobs; }
    [[nodiscard]] bool accepts(const PinnedJob& job) const override
    {
        // All that it has is pipelined where the last one is.
        return !m_closed && (m_jobs.empty() || (job.limits.pipelined && m_jobs.back()->limits.pipelined && m_jobs.size() < maxPipelined));
    }

    void start(std::shared_ptr<PinnedJob> job) override
    {
        m_jobs.push_back(std::move(job));
        if (m_jobs.size() > 1)
            m_owner.waits(m_jobs.back());
        ++m_round; // what waits for the idle connection's end is obsolete
        m_idleTimer.cancel();
        if (m_connected) {
            if (m_jobs.size() == 1) {
                error_code ignored;
                m_stream.next_layer().cancel(ignored);
            }
            exchange();
        } else if (!std::exchange(m_isConnecting, true)) {
            resolve();
        }
    }

    bool withdraw(const std::shared_ptr<PinnedJob>& job) override
    {
        const auto it = std::ranges::find(m_jobs, job);
        if (it == m_jobs.end() || static_cast<std::size_t>(it - m_jobs.begin()) < m_sent)
            return false;
        m_jobs.erase(it);
        return true;
    }

    void close() override
    {
        if (m_closed)
            return;
        const auto self = shared_from_this();
        m_closed = true;
        m_jobs.clear();
        m_resolver.cancel();
        m_idleTimer.cancel();
        error_code ignored;
        m_stream.next_layer().close(ignored);
        std::erase(m_pool->links, self);
    }

    [[nodiscard]] std::optional<TcpFigures> figures() override
    {
        return m_connected && !m_closed ? tcpFigures(m_stream.next_layer().native_handle()) : std::nullopt;
    }

private:
    [[nodiscard]] std::string peer() const { return hostAndPort(m_pool->endpoint); }

    // A connection that failed is never used again. The first request has failed with it, unless `again` says that it may be repeated;
    // those behind it have not been answered.
    void fail(ErrorCode code, std::string message, bool again = false)
    {
        const auto self = shared_from_this();
        const auto jobs = m_jobs;
        const auto pool = m_pool;
        const bool wasConnected = m_connected;
        close();
        std::vector<std::shared_ptr<PinnedJob>> repeated;
        for (const auto& job : jobs) {
            const bool isFirst = job == jobs.front();
            if (wasConnected && !job->repeated && (again || !isFirst)) {
                job->repeated = true;
                repeated.push_back(job);
            } else {
                m_owner.finish(job, base::fail(code, message));
            }
        }
        if (!repeated.empty())
            m_owner.repeat(repeated);
        m_owner.pump(pool);
    }

    void dial()
    {
        Dialer* const dialer = m_owner.dialer();
        if (!dialer)
            return fail(ErrorCode::Network, peer() + " is a relay, and this node uses none");
        dialer->dial(m_pool->endpoint, [weak = weak_from_this(), context = m_owner.context()](base::Result<std::shared_ptr<Dialed>> dialed) {
            asio::post(*context, [weak, dialed = std::move(dialed)] {
                const auto self = weak.lock();
                if (self && !self->m_closed)
                    self->dialed(dialed);
            });
        });
    }

    void dialed(const base::Result<std::shared_ptr<Dialed>>& dialed)
    {
        if (!dialed)
            return fail(dialed.error().code, dialed.error().message);
        sockaddr_storage local{};
        socklen_t size = sizeof local;
        const int file = (*dialed)->socket.get();
        error_code error;
        if (::getsockname(file, reinterpret_cast<sockaddr*>(&local), &size) == 0)
            m_stream.next_layer().assign(local.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), file, error);
        if (!m_stream.next_layer().is_open() || error)
            return fail(ErrorCode::Network, "the connection by " + peer() + " is lost already");
        (void)(*dialed)->socket.release(); // the stream has it now
        handshake();
    }

    void resolve()
    {
        if (m_pool->endpoint.relayed)
            return dial();
        error_code notAnAddress;
        const auto address = asio::ip::make_address(m_pool->endpoint.host, notAnAddress);
        if (!notAnAddress)
            return connect(std::vector{tcp::endpoint(address, m_pool->endpoint.port)});
        SSL_set_tlsext_host_name(m_stream.native_handle(), m_pool->endpoint.host.c_str()); // names only, RFC 6066 §3
        m_resolver.async_resolve(
            m_pool->endpoint.host, std::to_string(m_pool->endpoint.port), tcp::resolver::numeric_service,
            [self = shared_from_this()](error_code error, const tcp::resolver::results_type& results) {
                if (self->m_closed)
                    return;
                if (error)
                    return self->fail(ErrorCode::Network, "the name " + self->m_pool->endpoint.host +
                                                              " is not known: " + error.message());
                self->connect(std::vector<tcp::endpoint>(results.begin(), results.end()));
            });
    }

    void connect(std::vector<tcp::endpoint> addresses)
    {
        m_addresses = std::move(addresses);
        asio::async_connect(m_stream.next_layer(), m_addresses,
                            [self = shared_from_this()](error_code error, const tcp::endpoint&) {
                                if (self->m_closed)
                                    return;
                                if (error == asio::error::connection_refused)
                                    self->fail(ErrorCode::Network, "nobody answers at " + self->peer());
                                else if (error)
                                    self->fail(ErrorCode::Network,
                                               "no way to " + self->peer() + ": " + error.message());
                                else
                                    self->handshake();
                            });
    }

    void handshake()
    {
        error_code ignored;
        m_stream.next_layer().set_option(tcp::no_delay(true), ignored);
        if (m_pool->session)
            SSL_set_session(m_stream.native_handle(), m_pool->session.get());
        m_stream.async_handshake(asio::ssl::stream_base::client, [self = shared_from_this()](error_code error) {
            if (!self->m_closed)
                self->secured(error);
        });
    }

    void secured(error_code error)
    {
        SSL* const ssl = m_stream.native_handle();
        if (error)
            m_pool->session.reset(); // in case that it was the reason
        if (SSL_get_verify_result(ssl) == X509_V_ERR_CERT_REJECTED)
            return fail(ErrorCode::Network, "the certificate of " + peer() + " is not the one that it announced");
        if (error)
            return fail(ErrorCode::Network, peer() + " does not speak TLS 1.3 with us: " + error.message());
        // Once more, as a resumed session shows no certificate: it carries the one that it was made with.
        m_certificate = digestOf(SSL_get0_peer_certificate(ssl));
        if (m_pool->endpoint.pin && m_certificate != *m_pool->endpoint.pin)
            return fail(ErrorCode::Network, "the certificate of " + peer() + " is not the one that it announced");
        m_owner.connected(SSL_session_reused(ssl) == 1);
        m_connected = true;
        if (m_jobs.empty()) // nobody wants anything any more
            rest();
        else
            exchange();
    }

    // Writes and reads at the same time: a server may refuse a request, and close, before it has taken it all.
    void exchange()
    {
        write();
        if (!m_parser)
            await();
    }

    void write()
    {
        if (m_isWriting || m_sent == m_jobs.size())
            return;
        m_out.clear();
        for (; m_sent < m_jobs.size(); ++m_sent)
            m_out += formatRequest(m_pool->endpoint, m_jobs[m_sent]->request);
        m_isWriting = true;
        asio::async_write(m_stream, asio::buffer(m_out), [self = shared_from_this()](error_code error, std::size_t) {
            if (self->m_closed || error) // the answer, or its failure, tells more
                return;
            self->m_isWriting = false;
            self->write();
        });
    }

    /// The answer to the first request.
    void await()
    {
        const auto& job = m_jobs.front();
        job->received->store(0, std::memory_order_relaxed);
        m_owner.began(job);
        m_parser.emplace();
        m_parser->header_limit(noHeaderLimit);
        m_parser->body_limit(static_cast<std::uint64_t>(std::max<std::int64_t>(0, job->limits.maxBody)));
        m_headerBytes = 0;
        if (m_buffer.size() > 0)
            parseHeader();
        else
            readHeader();
    }

    void readHeader()
    {
        m_stream.async_read_some(m_buffer.prepare(firstRead), [self = shared_from_this()](error_code error, std::size_t n) {
            if (self->m_closed)
                return;
            self->m_buffer.commit(n);
            if (error)
                self->readFailed(error);
            else
                self->parseHeader();
        });
    }

    void parseHeader()
    {
        const error_code error = parseHead(*m_parser, m_buffer, m_headerBytes, m_limits.maxHeader);
        if (error == http::error::need_more)
            readHeader();
        else if (error)
            readFailed(error);
        else
            checkHeader();
    }

    void checkHeader()
    {
        const int status = static_cast<int>(m_parser->get().result_int());
        if (status < 200 || status > 599 || m_parser->need_eof())
            return fail(ErrorCode::Malformed, peer() + " answered with HTTP that has no status or length");
        m_parser->eager(true);
        readBody();
    }

    /// In pieces, so that one can see how far it is.
    void readBody()
    {
        m_jobs.front()->received->store(static_cast<std::int64_t>(m_parser->get().body().size()), std::memory_order_relaxed);
        if (m_parser->is_done())
            return answered();
        http::async_read_some(m_stream, m_buffer, *m_parser, [self = shared_from_this()](error_code error, std::size_t) {
            if (self->m_closed)
                return;
            if (error)
                self->readFailed(error);
            else
                self->readBody();
        });
    }

    void readFailed(error_code error)
    {
        static const auto& httpErrors = http::make_error_code(http::error::bad_method).category();
        const bool brokenOff = error == http::error::end_of_stream || error == http::error::partial_message;
        if (error == http::error::body_limit)
            return fail(ErrorCode::TooLarge, "the answer of " + peer() + " is larger than " +
                                                 std::to_string(m_jobs.front()->limits.maxBody) + " bytes");
        if (error.category() == httpErrors && !brokenOff)
            return fail(ErrorCode::Malformed, "the answer of " + peer() + " is not HTTP: " + error.message());
        const bool silent = !m_parser->got_some() && m_buffer.size() == 0;
        fail(ErrorCode::Network, peer() + (silent ? " closed the connection without an answer"
                                                  : " closed the connection in the middle of its answer"),
             silent && m_used);
    }

    void answered()
    {
        const auto self = shared_from_this();
        const auto pool = m_pool;
        const auto job = m_jobs.front();
        const bool isLast = m_jobs.size() == 1;
        const bool keep = m_parser->keep_alive() && (!isLast || (!m_isWriting && m_buffer.size() == 0));
        auto message = m_parser->release();
        m_parser.reset();
        HttpResponse response;
        response.status = static_cast<int>(message.result_int());
        response.contentType = std::string(message[http::field::content_type]);
        response.body = std::make_shared<const std::string>(std::move(message.body()));
        response.certificate = m_certificate;
        m_jobs.pop_front();
        --m_sent;
        m_used = true;
        const std::vector<std::shared_ptr<PinnedJob>> behind(m_jobs.begin(), m_jobs.end());
        if (!keep)
            close();
        else if (isLast)
            rest();
        else
            await();
        m_owner.finish(job, std::move(response));
        if (!keep && !behind.empty())
            m_owner.repeat(behind); // it was asked for them, and said that it does not go on
        m_owner.pump(pool);
    }

    void rest()
    {
        m_buffer = boost::beast::flat_buffer(m_buffer.max_size());
        m_out = {};
        const auto obsolete = [self = shared_from_this(), round = ++m_round] {
            return self->m_closed || self->m_round != round;
        };
        m_idleTimer.expires_after(m_limits.idleTime);
        m_idleTimer.async_wait([self = shared_from_this(), obsolete](error_code) {
            if (!obsolete())
                self->close();
        });
        // Nobody was asked anything: what comes now is the end of the connection.
        m_stream.next_layer().async_wait(tcp::socket::wait_read, [self = shared_from_this(), obsolete](error_code) {
            if (!obsolete())
                self->close();
        });
    }

    PinnedLinkOwner& m_owner;
    const PinnedClientLimits m_limits;
    const std::shared_ptr<PinnedPool> m_pool;
    std::deque<std::shared_ptr<PinnedJob>> m_jobs;
    std::size_t m_sent = 0; ///< of m_jobs: written, or being written
    tcp::resolver m_resolver;
    asio::ssl::stream<tcp::socket> m_stream;
    asio::steady_timer m_idleTimer;
    boost::beast::flat_buffer m_buffer;
    std::optional<http::response_parser<http::string_body>> m_parser;
    std::vector<tcp::endpoint> m_addresses;
    std::string m_out;
    std::size_t m_headerBytes = 0;
    std::uint64_t m_round = 0;
    base::Sha256 m_certificate;
    bool m_connected = false;
    bool m_used = false; // has carried an answer
    bool m_isWriting = false;
    bool m_isConnecting = false;
    bool m_closed = false;
};

} // namespace

PinnedPool::PinnedPool(asio::io_context& io, Endpoint to, std::size_t mostSpread)
    : endpoint(std::move(to)), spread(mostSpread), sampling(io)
{
    SSL_CTX* const context = tls.native_handle();
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    // Replaces the whole verification: neither a CA nor a name nor a date counts. The handshake fails before anything of a
    // request has been written.
    SSL_CTX_set_cert_verify_callback(context, &checkPin, this);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_ex_data(context, ownIndex(), this);
    SSL_CTX_sess_set_new_cb(context, &keepSession);
}

std::shared_ptr<PinnedLink> PinnedLink::make(PinnedLinkOwner& owner, asio::io_context& context,
                                             const PinnedClientLimits& limits, std::shared_ptr<PinnedPool> pool)
{
    return std::make_shared<Link>(owner, context, limits, std::move(pool));
}

} // namespace mutoscope::net
