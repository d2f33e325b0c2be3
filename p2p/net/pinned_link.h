#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility> // before Asio: 1.74 relies on it for std::exchange with g++ 12
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "p2p/base/result.h"
#include "p2p/net/http.h"
#include "p2p/net/link_spread.h"
#include "p2p/net/pinned_client.h"
#include "p2p/net/tcp_figures.h"

/// What PinnedHttpClient is made of; everything here belongs to its I/O thread. Internal to p2p/net: only
/// pinned_client.cpp and pinned_link.cpp include it.
namespace mutoscope::net
{

/// A request on its way.
struct PinnedJob {
    /// Bytes of its answer's body; the client's owner looks at them, too.
    using Received = std::shared_ptr<std::atomic<std::int64_t>>;

    PinnedJob(boost::asio::io_context& context, HttpClient::RequestId jobId, Endpoint to, HttpRequest&& what, RequestLimits jobLimits,
              Received count)
        : id(jobId), endpoint(std::move(to)), request(std::move(what)), limits(jobLimits), received(std::move(count)), timer(context)
    {
    }

    HttpClient::RequestId id;
    Endpoint endpoint;
    HttpRequest request;
    RequestLimits limits;
    Received received;
    boost::asio::steady_timer timer;
    bool repeated = false;
};

class PinnedLink;

/// What the connections to one endpoint share: its pin, its TLS session, and the requests that wait.
struct PinnedPool {
    PinnedPool(boost::asio::io_context& io, Endpoint to, std::size_t mostSpread);
    PinnedPool(const PinnedPool&) = delete;
    PinnedPool& operator=(const PinnedPool&) = delete;

    struct FreeSession {
        void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
    };

    const Endpoint endpoint; ///< without a pin any certificate will do
    boost::asio::ssl::context tls{boost::asio::ssl::context::tls_client};
    std::unique_ptr<SSL_SESSION, FreeSession> session;
    std::deque<std::shared_ptr<PinnedJob>> queue;
    std::vector<std::shared_ptr<PinnedLink>> links;
    LinkSpread spread;
    boost::asio::steady_timer sampling; ///< of `spread`, while anything is under way
    bool isSampled = false;
};

/// What a connection needs of its client.
class PinnedLinkOwner
{
public:
    virtual ~PinnedLinkOwner() = default;

    virtual void finish(const std::shared_ptr<PinnedJob>& job, base::Result<HttpResponse> result) = 0;
    /// Their connection ended before the first byte of their answers: once more, on a new one, in this order.
    virtual void repeat(const std::vector<std::shared_ptr<PinnedJob>>& jobs) = 0;
    /// Its answer is awaited from now on; what was waited for others before does not count. Or: it waits behind others.
    virtual void began(const std::shared_ptr<PinnedJob>& job) = 0;
    virtual void waits(const std::shared_ptr<PinnedJob>& job) = 0;
    /// A connection became idle or ended: others may go on.
    virtual void pump(const std::shared_ptr<PinnedPool>& pool) = 0;
    virtual void connected(bool resumed) = 0;
    /// For endpoints behind a relay; null where none is used. It calls back from a thread of its own, perhaps when the owner is gone.
    [[nodiscard]] virtual Dialer* dialer() const = 0;
    [[nodiscard]] virtual std::shared_ptr<boost::asio::io_context> context() const = 0;
};

/// One connection, with one request, or several pipelined ones (RFC 9112 §9.3.2).
class PinnedLink
{
public:
    /// `owner` outlives the link's last call to it; there are none after close().
    static std::shared_ptr<PinnedLink> make(PinnedLinkOwner& owner, boost::asio::io_context& context,
                                            const PinnedClientLimits& limits, std::shared_ptr<PinnedPool> pool);
    virtual ~PinnedLink() = default;

    static constexpr std::size_t maxPipelined = 64;

    [[nodiscard]] virtual bool isIdle() const = 0;
    /// TLS is there; an idle one may still be on its way to that.
    [[nodiscard]] virtual bool isConnected() const = 0;
    /// In the order of their answers; none while idle.
    [[nodiscard]] virtual const std::deque<std::shared_ptr<PinnedJob>>& jobs() const = 0;
    /// Behind what it has.
    [[nodiscard]] virtual bool accepts(const PinnedJob& job) const = 0;
    /// One that it accepts.
    virtual void start(std::shared_ptr<PinnedJob> job) = 0;
    /// Forgets a job whose request has not left; false where it has.
    [[nodiscard]] virtual bool withdraw(const std::shared_ptr<PinnedJob>& job) = 0;
    /// Takes it out of its pool; its jobs are no longer its concern.
    virtual void close() = 0;
    /// Nothing before it is connected, and where that can't be known.
    [[nodiscard]] virtual std::optional<TcpFigures> figures() = 0;
    /// As they were asked for the time before.
    TcpFigures seen;
};

} // namespace mutoscope::net
