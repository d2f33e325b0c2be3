#include "p2p/net/https_server.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "p2p/net/https_worker.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <sys/resource.h>
#include <sys/socket.h>

#include "p2p/base/log.h"
#include "p2p/net/peer_address.h"

namespace mutoscope::net
{

namespace
{

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds retryAccept{100};

// Leaves open files for the rest of the process: a full table would stop it from writing a receipt.
int affordableConnections(int wanted)
{
    constexpr int rest = 128;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
        return wanted;
    const auto room = static_cast<std::int64_t>(files.rlim_cur) - rest;
    return static_cast<int>(std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(room, 16)));
}

} // namespace

class HttpsServer::Impl
{
public:
    Impl(RequestHandler& handler, const ServerLimits& limits)
        : m_shared(std::make_shared<ServerShared>(handler, limits, affordableConnections(limits.maxConnections))),
          m_workers(makeWorkers(limits.threads))
    {
    }

    ~Impl() { stop(milliseconds(0)); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    base::Result<void> start(const std::string& host, std::uint16_t port, const TlsIdentity& identity)
    {
        error_code error;
        const auto address = asio::ip::make_address(host, error);
        if (error)
            return base::fail(base::ErrorCode::Malformed, "\"" + host + "\" is not an IP address to listen on");
        if (!useIdentity(identity))
            return base::fail(base::ErrorCode::Internal, "the TLS identity cannot be used");

        const tcp::endpoint endpoint(address, port);
        const auto step = [&error](auto&& what) {
            if (!error)
                what();
        };
        m_acceptor.open(endpoint.protocol(), error);
        step([&] { m_acceptor.set_option(tcp::acceptor::reuse_address(true), error); });
        step([&] {
            if (address.is_v6())
                m_acceptor.set_option(asio::ip::v6_only(false), error);
        });
        step([&] { m_acceptor.bind(endpoint, error); });
        step([&] { m_acceptor.listen(tcp::acceptor::max_listen_connections, error); });
        step([&] { m_port = m_acceptor.local_endpoint(error).port(); });
        if (error)
            return base::fail(base::ErrorCode::Network, "cannot listen on " + host + " port " + std::to_string(port) +
                                                            ": " + error.message());
        accept();
        for (const auto& worker : m_workers)
            worker->start();
        m_running = true;
        return {};
    }

    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] int connections() const { return m_shared->admission->total(); }
    void setConnectionLimits(int all, int perAddress)
    {
        m_shared->admission->setLimits(affordableConnections(all), perAddress);
    }

    [[nodiscard]] std::int64_t bytesSent() const { return m_shared->upload.taken(); }
    void setUploadLimit(std::int64_t bytesPerSecond) { m_shared->upload.setRate(bytesPerSecond); }

    void adopt(SocketHandle socket, const std::string& peer, const std::shared_ptr<ByteMeter>& meter)
    {
        if (!m_running || m_shared->stopping)
            return;
        asio::post(m_workers.front()->context(), [this, socket = std::move(socket), peer, meter]() mutable {
            const auto worker = m_workers[m_next++ % m_workers.size()];
            error_code error;
            const auto address = asio::ip::make_address(peer, error);
            sockaddr_storage local{};
            socklen_t size = sizeof local;
            if (error || m_shared->stopping || ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&local), &size) != 0)
                return;
            tcp::socket adopted(worker->context());
            adopted.assign(local.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), socket.get(), error);
            if (error)
                return;
            (void)socket.release(); // the other has it now
            welcome(worker, std::move(adopted), plainAddress(address), meter);
        });
    }

    void setReturned(Returned returned)
    {
        const std::lock_guard lock(m_shared->returnedMutex);
        m_shared->returned = std::move(returned);
    }

    void stop(milliseconds grace)
    {
        if (!m_running || m_shared->stopping.exchange(true))
            return;
        asio::post(m_workers.front()->context(), [this] {
            error_code ignored;
            m_acceptor.close(ignored);
            m_retry.cancel();
        });
        for (const auto& worker : m_workers)
            asio::post(worker->context(), [worker = worker.get()] { worker->closeIdle(); });
        m_shared->admission->waitUntilEmpty(grace);
        for (const auto& worker : m_workers)
            asio::post(worker->context(), [worker = worker.get()] { worker->closeAll(); });
        for (const auto& worker : m_workers)
            worker->join();
    }

private:
    static std::vector<std::shared_ptr<ServerWorker>> makeWorkers(int count)
    {
        std::vector<std::shared_ptr<ServerWorker>> workers;
        for (int i = 0; i < std::max(1, count); ++i)
            workers.push_back(std::make_shared<ServerWorker>());
        return workers;
    }

    bool useIdentity(const TlsIdentity& identity)
    {
        error_code error;
        m_shared->tls.use_certificate(asio::buffer(identity.certificatePem()), asio::ssl::context::pem, error);
        if (!error)
            m_shared->tls.use_private_key(asio::buffer(identity.keyPem()), asio::ssl::context::pem, error);
        SSL_CTX* const context = m_shared->tls.native_handle();
        // Sessions are resumed from tickets, which need no memory here; no early data, it could be replayed.
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
        return !error && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
               SSL_CTX_set_num_tickets(context, 1) == 1 && SSL_CTX_set_max_early_data(context, 0) == 1;
    }

    void accept()
    {
        const auto worker = m_workers[m_next++ % m_workers.size()];
        m_acceptor.async_accept(worker->context(), [this, worker](error_code error, tcp::socket socket) {
            if (m_shared->stopping || error == asio::error::operation_aborted)
                return;
            if (error && error != asio::error::connection_aborted) {
                // No file or memory left: at once again would only fail again and burn the processor.
                qCDebug(logNet, "cannot accept: %s", error.message().c_str());
                m_retry.expires_after(retryAccept);
                m_retry.async_wait([this](error_code cancelled) {
                    if (!cancelled)
                        accept();
                });
                return;
            }
            if (!error) {
                const auto address = plainAddress(socket.remote_endpoint(error).address());
                if (!error) // else it is gone already
                    welcome(worker, std::move(socket), address);
            }
            accept();
        });
    }

    void welcome(const std::shared_ptr<ServerWorker>& worker, tcp::socket socket, const asio::ip::address& address,
                 const std::shared_ptr<ByteMeter>& meter = nullptr)
    {
        auto ticket = m_shared->admission->admit(networkOf(address));
        if (!ticket)
            return; // closes it
        error_code error;
        socket.set_option(tcp::no_delay(true), error);
        const bool crowded = m_shared->admission->isCrowded();
        asio::post(worker->context(), [shared = m_shared, worker = worker.get(), socket = std::move(socket),
                                     peer = address.to_string(), ticket = std::move(ticket), crowded, meter]() mutable {
            if (crowded)
                worker->dropOneIdle();
            if (!shared->stopping)
                worker->adopt(std::move(socket), shared, std::move(peer), std::move(ticket), meter);
        });
    }

    const std::shared_ptr<ServerShared> m_shared;
    const std::vector<std::shared_ptr<ServerWorker>> m_workers;
    tcp::acceptor m_acceptor{m_workers.front()->context()};
    asio::steady_timer m_retry{m_workers.front()->context()};
    bool m_running = false;
    std::size_t m_next = 0;
    std::uint16_t m_port = 0;
};

HttpsServer::HttpsServer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

HttpsServer::~HttpsServer()
{
    stop();
}

base::Result<std::unique_ptr<HttpsServer>> HttpsServer::start(const std::string& host, std::uint16_t port,
                                                              const TlsIdentity& identity, RequestHandler& handler,
                                                              ServerLimits limits)
{
    auto impl = std::make_unique<Impl>(handler, limits);
    if (const auto started = impl->start(host, port, identity); !started)
        return tl::unexpected(started.error());
    return std::unique_ptr<HttpsServer>(new HttpsServer(std::move(impl)));
}

std::uint16_t HttpsServer::port() const
{
    return m_impl->port();
}

int HttpsServer::connections() const
{
    return m_impl->connections();
}

void HttpsServer::setConnectionLimits(int all, int perAddress)
{
    m_impl->setConnectionLimits(all, perAddress);
}

void HttpsServer::setUploadLimit(std::int64_t bytesPerSecond)
{
    m_impl->setUploadLimit(bytesPerSecond);
}

std::int64_t HttpsServer::bytesSent() const
{
    return m_impl->bytesSent();
}

void HttpsServer::adopt(SocketHandle socket, const std::string& peer, std::shared_ptr<ByteMeter> meter)
{
    m_impl->adopt(std::move(socket), peer, meter);
}

void HttpsServer::setReturned(Returned returned)
{
    m_impl->setReturned(std::move(returned));
}

void HttpsServer::stop(std::chrono::milliseconds grace)
{
    m_impl->stop(grace);
}

} // namespace mutoscope::net
