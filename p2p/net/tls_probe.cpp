#include "p2p/net/tls_probe.h"

#include <thread>
#include <utility> // before Asio: 1.74 relies on it for std::exchange with g++ 12

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <openssl/x509.h>


namespace mutoscope::net
{

namespace
{

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

ProbeOutcome outcomeOf(error_code error)
{
    if (error == asio::error::connection_refused || error == asio::error::connection_reset)
        return ProbeOutcome::Refused;
    if (error == asio::error::timed_out)
        return ProbeOutcome::Silent;
    return ProbeOutcome::NoRoute;
}

/// One connection. Tells its outcome once, on the I/O thread.
class Probe : public std::enable_shared_from_this<Probe>
{
public:
    Probe(asio::io_context& context, asio::ssl::context& tls, const base::Sha256& pin, std::function<void(ProbeOutcome)> done)
        : m_stream(context, tls), m_timer(context), m_pin(pin), m_done(std::move(done))
    {
    }

    void start(const tcp::endpoint& to, std::chrono::milliseconds atMost)
    {
        m_timer.expires_after(atMost);
        m_timer.async_wait([self = shared_from_this()](error_code error) {
            if (!error)
                self->finish(ProbeOutcome::Silent);
        });
        m_stream.next_layer().async_connect(to, [self = shared_from_this()](error_code error) {
            if (error)
                return self->finish(outcomeOf(error));
            self->m_stream.async_handshake(asio::ssl::stream_base::client,
                                           [self](error_code failure) { self->finish(failure ? ProbeOutcome::NotTls : self->compare()); });
        });
    }

    void finish(ProbeOutcome outcome)
    {
        const auto self = shared_from_this();
        if (!m_done)
            return;
        m_timer.cancel();
        error_code ignored;
        m_stream.next_layer().close(ignored);
        std::exchange(m_done, nullptr)(outcome);
    }

private:
    ProbeOutcome compare()
    {
        const X509* const certificate = SSL_get0_peer_certificate(m_stream.native_handle());
        base::Sha256 digest;
        unsigned size = 0;
        if (!certificate || X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1 || digest != m_pin)
            return ProbeOutcome::OtherCertificate;
        return ProbeOutcome::Reachable;
    }

    asio::ssl::stream<tcp::socket> m_stream;
    asio::steady_timer m_timer;
    const base::Sha256 m_pin;
    std::function<void(ProbeOutcome)> m_done;
};

} // namespace

class TlsProber::Impl
{
public:
    explicit Impl(Limits limits) : m_limits(limits)
    {
        SSL_CTX_set_min_proto_version(m_tls.native_handle(), TLS1_3_VERSION);
        SSL_CTX_set_verify(m_tls.native_handle(), SSL_VERIFY_NONE, nullptr); // compared afterwards
        m_thread = std::thread([this] { m_context.run(); });
    }
    ~Impl()
    {
        m_context.stop();
        m_thread.join();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void start(const std::string& host, std::uint16_t port, const base::Sha256& pin, Done done)
    {
        error_code error;
        const auto address = asio::ip::make_address(host, error);
        if (error)
            return done(ProbeOutcome::NoRoute);
        if (m_running >= m_limits.atOnce)
            return done(ProbeOutcome::Busy);
        ++m_running;
        std::make_shared<Probe>(m_context, m_tls, pin, [this, done = std::move(done)](ProbeOutcome outcome) {
            --m_running;
            done(outcome);
        })->start({address, port}, m_limits.timeout);
    }

    [[nodiscard]] asio::io_context& context() { return m_context; }

private:
    const Limits m_limits;
    asio::io_context m_context{1};
    asio::executor_work_guard<asio::io_context::executor_type> m_guard{m_context.get_executor()};
    asio::ssl::context m_tls{asio::ssl::context::tls_client};
    std::size_t m_running = 0; // I/O thread
    std::thread m_thread;
};

TlsProber::TlsProber(Limits limits) : m_impl(std::make_unique<Impl>(limits)) {}

TlsProber::~TlsProber() = default;

void TlsProber::probe(const std::string& address, std::uint16_t port, const base::Sha256& pin, Done done)
{
    asio::post(m_impl->context(), [impl = m_impl.get(), address, port, pin, done = std::move(done)]() mutable {
        impl->start(address, port, pin, std::move(done));
    });
}

} // namespace mutoscope::net
