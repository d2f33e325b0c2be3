#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility> // before Asio: 1.74 relies on it for std::exchange with g++ 12

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "p2p/net/admission.h"
#include "p2p/net/http.h"
#include "p2p/net/https_server.h"
#include "p2p/net/token_bucket.h"

/// What HttpsServer is made of. Internal to p2p/net: only https_server.cpp and https_worker.cpp include it.
namespace mutoscope::net
{

/// What all threads of a server use.
struct ServerShared {
    ServerShared(RequestHandler& requestHandler, const ServerLimits& serverLimits, int maxConnections)
        : handler(requestHandler), limits(serverLimits),
          admission(std::make_shared<Admission>(maxConnections, serverLimits.maxConnectionsPerAddress))
    {
    }

    RequestHandler& handler;
    const ServerLimits limits;
    boost::asio::ssl::context tls{boost::asio::ssl::context::tls_server}; ///< unchanged once connections use it
    const std::shared_ptr<Admission> admission;
    std::atomic<bool> stopping{false};
    TokenBucket upload; ///< of all answers' bodies

    std::mutex returnedMutex;
    HttpsServer::Returned returned; ///< guarded by it
};

class ServerConnection;

/// A thread with its io_context and the connections that live there. Everything but start(), join() and context() on
/// that thread.
class ServerWorker : public std::enable_shared_from_this<ServerWorker>
{
public:
    void start();
    void join();
    [[nodiscard]] boost::asio::io_context& context() { return m_context; }

    void adopt(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerShared> shared, std::string peer,
               std::unique_ptr<Admission::Ticket> ticket, std::shared_ptr<ByteMeter> meter);
    void forget(const std::shared_ptr<ServerConnection>& connection);
    /// Closes the one that has waited longest for a request, if any waits.
    void dropOneIdle();
    void closeIdle();
    /// Closes all and lets the thread end.
    void closeAll();

private:
    void sweep();

    boost::asio::io_context m_context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> m_guard{m_context.get_executor()};
    boost::asio::steady_timer m_timer{m_context};
    std::unordered_set<std::shared_ptr<ServerConnection>> m_connections;
    std::thread m_thread;
};

} // namespace mutoscope::net
