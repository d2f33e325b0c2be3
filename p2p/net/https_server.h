#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "p2p/base/result.h"
#include "p2p/net/byte_meter.h"
#include "p2p/net/http.h"
#include "p2p/net/socket_handle.h"
#include "p2p/net/tls_identity.h"

namespace mutoscope::net
{

/// What a stranger may take of a server. Over a limit: the status named here, or the connection is just closed.
struct ServerLimits {
    std::size_t maxHeader = 8 * 1024; ///< bytes of request line and fields: 431
    std::size_t maxBody = 64 * 1024;  ///< bytes of a request's body: 413
    std::chrono::milliseconds handshakeTime{10'000}; ///< TCP connection to the end of the TLS handshake
    std::chrono::milliseconds idleTime{60'000};      ///< without a request's first byte on a kept connection
    std::chrono::milliseconds headerTime{10'000};    ///< a request's first byte to the end of its fields
    std::chrono::milliseconds requestTime{120'000};  ///< a request's first byte to its answer's last, handler included
    /// Of the whole server; also never more than the process may have open files. When seven eighths are taken, a new
    /// connection pushes out one that has been idle for longest.
    int maxConnections = 1'024;
    int maxConnectionsPerAddress = 64; ///< per IPv4 address or IPv6 /64 network; more are closed at once
    int threads = 2;
};

/// HTTP/1.1 over TLS 1.3, GET and POST, for requests that fit in memory. Every byte of a stranger is counted and timed.
/// Refused before the handler hears of it: other methods (405), targets that don't start with '/' or are longer than
/// 2 KiB or hold anything but printable ASCII (400), any Transfer-Encoding but exactly "chunked" (400), Content-Length
/// beside Transfer-Encoding (400), a GET with a body (400), a missing or second Host (400), other versions (505).
/// The first 64 KiB of a connection, and those after a second's silence, leave in TLS records that fit into one packet each, so that
/// the other side can read each at once; then records are as large as TLS has them.
/// Answers carry Content-Length and Cache-Control: no-store; their bodies are sent from the shared memory they came in.
class HttpsServer
{
public:
    /// Listens on one address, an IPv4 or IPv6 literal ("0.0.0.0", "::" takes IPv4 too, "127.0.0.1"); port 0 is any.
    /// `handler` must outlive the server and is called on its I/O threads; what it throws becomes a bare 500.
    /// Errors: Malformed (not an address), Network (the address can't be listened on), Internal.
    [[nodiscard]] static base::Result<std::unique_ptr<HttpsServer>> start(const std::string& host, std::uint16_t port,
                                                                          const TlsIdentity& identity,
                                                                          RequestHandler& handler,
                                                                          ServerLimits limits = {});

    /// stop()
    ~HttpsServer();
    HttpsServer(const HttpsServer&) = delete;
    HttpsServer& operator=(const HttpsServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// Open connections, for tests and statistics. Any thread.
    [[nodiscard]] int connections() const;

    /// ServerLimits::maxConnections and maxConnectionsPerAddress, for whoever connects from now on. Any thread.
    void setConnectionLimits(int all, int perAddress);

    /// Most that answers' bodies take, in bytes a second over all connections; 0: no limit, as at the start. Any thread.
    void setUploadLimit(std::int64_t bytesPerSecond);
    /// Of all answers' bodies so far. Any thread.
    [[nodiscard]] std::int64_t bytesSent() const;

    /// A connection that was made elsewhere, as if it had come in from this IP address. What it carries from now on is counted
    /// by `meter`, some tenths of a second late. Any thread.
    void adopt(SocketHandle socket, const std::string& peer, std::shared_ptr<ByteMeter> meter = nullptr);
    /// Who takes connections that begin with the greeting of one who was called through a relay, and the call's id, in place of TLS
    /// (protocol §10); without, they are closed. Any thread; it is called on the server's.
    using Returned = std::function<void(const std::string& call, SocketHandle socket)>;
    void setReturned(Returned returned);

    /// Takes no more connections, closes idle ones, gives requests under way `grace` to be answered, closes the rest and
    /// joins the threads. Afterwards the handler is not called any more; a Respond that is still held may be called and
    /// does nothing. From any thread but the server's own; later calls return at once.
    void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(2'000));

private:
    class Impl;
    explicit HttpsServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace mutoscope::net
