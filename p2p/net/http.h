#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "p2p/base/result.h"
#include "p2p/base/types.h"

/// The interfaces between the protocol's parts and the network. No socket, TLS or Qt type crosses them, so that the
/// same code runs over Boost.Beast, Qt Network, or a network that a test makes up.
namespace mutoscope::net
{

using Body = std::shared_ptr<const std::string>;

/// Where a node listens, and how to know that it is the one meant.
struct Endpoint {
    std::string host;        ///< name, IPv4 or IPv6 address without brackets
    std::uint16_t port = 0;
    /// SHA-256 of the DER certificate. Without it the certificate must be valid for `host` by the system's CAs
    /// (only the Qt client does that; the pinned client refuses such an endpoint, but see RequestLimits::anyCertificate).
    std::optional<base::Sha256> pin;

    /// Then host and port are a relay's, at which the node waits under this key. The pin is the node's own all the same.
    std::optional<base::PublicKey> relayed{};

    bool operator==(const Endpoint&) const = default;
};

struct HttpRequest {
    std::string method = "GET"; ///< GET or POST
    std::string target;         ///< path with its leading slash, at most 2 KiB
    std::string body;           ///< POST only; sent as application/jose+json
    std::string peer;           ///< server side: the client's IP address, for logs and limits
};

struct HttpResponse {
    int status = 200;
    std::string contentType = "application/jose+json";
    Body body = std::make_shared<const std::string>();
    base::Sha256 certificate{}; ///< client side: SHA-256 of the one that the other side showed; only PinnedHttpClient tells it
};

/// What a server calls for each complete request.
class RequestHandler
{
public:
    /// Call exactly once, from any thread; the client may have gone by then. Dropping it unanswered closes the connection.
    using Respond = std::function<void(HttpResponse)>;

    virtual ~RequestHandler() = default;

    /// On one of the server's I/O threads, several at once. Must not block on anything slower than the local disk.
    virtual void handle(HttpRequest request, Respond respond) = 0;
};

struct RequestLimits {
    std::chrono::milliseconds timeout{15'000}; ///< whole request: name, connection, TLS, answer to its last byte
    std::int64_t maxBody = 256 * 1024;         ///< of the answer; more is ErrorCode::TooLarge
    /// PinnedHttpClient: an endpoint without a pin is asked all the same. For questions that anybody may hear, and whose answers
    /// prove themselves: HttpResponse::certificate tells who answered.
    bool anyCertificate = false;
    /// PinnedHttpClient: goes behind others of its kind on their connection, without waiting for their answers, and is answered after them.
    /// For what is asked for one after the other, and lasts: the line never runs dry between two answers.
    bool pipelined = false;
};

/// What a client has learnt of the way to a server.
struct LineFigures {
    std::chrono::microseconds roundTrip{0}; ///< the least that was seen; 0: not known
    std::int64_t bytesPerSecond = 0;        ///< that came while something was asked for all the time; 0: not known
    std::int64_t connections = 1;           ///< over which pipelined requests are spread
};

/// Sends requests and keeps connections for the next ones. All calls and callbacks on the thread of the executor that
/// the implementation was made with.
class HttpClient
{
public:
    using RequestId = std::uint64_t; ///< 0 is never a request
    /// Any answer of the other side, whatever its status, is a value. Errors: Timeout, Network, TooLarge, Malformed.
    using Callback = std::function<void(base::Result<HttpResponse>)>;

    virtual ~HttpClient() = default;

    /// Never calls back before it has returned.
    virtual RequestId send(const Endpoint& endpoint, HttpRequest request, RequestLimits limits, Callback callback) = 0;
    /// The callback is not called any more; what was under way is broken off. Unknown and 0 are ignored.
    virtual void cancel(RequestId request) = 0;
    /// Nothing is known where the implementation does not measure.
    [[nodiscard]] virtual LineFigures line(const Endpoint& endpoint) const
    {
        static_cast<void>(endpoint);
        return {};
    }
    /// Bytes of the answer's body that are here so far, while the request is under way. None where that isn't known.
    [[nodiscard]] virtual std::optional<std::int64_t> received(RequestId request) const
    {
        static_cast<void>(request);
        return std::nullopt;
    }
};

} // namespace mutoscope::net
