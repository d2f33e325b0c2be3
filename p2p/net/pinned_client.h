#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "p2p/base/executor.h"
#include "p2p/net/dialer.h"
#include "p2p/net/http.h"

namespace mutoscope::net
{

struct PinnedClientLimits {
    std::size_t maxHeader = 8 * 1024;             ///< bytes of an answer's status line and fields: Malformed
    std::size_t connectionsPerEndpoint = 4;       ///< further requests wait for one of them; their time runs meanwhile
    std::chrono::milliseconds idleTime{30'000};   ///< a kept connection without a request is closed after it
};

/// HTTP/1.1 over TLS 1.3 between nodes. The other side is whoever holds the key of the one certificate whose SHA-256 is
/// the endpoint's pin; no CA and no name counts, and not a byte of a request leaves before the pin has been compared.
/// An endpoint without a pin is refused (Network), but for RequestLimits::anyCertificate.
///
/// Connections are kept, one request at a time on each, or several that are pipelined (RequestLimits::pipelined); of these the time
/// limit counts from the end of the answer before. Pipelined requests share one connection, or several where packets get lost on the
/// way (LinkSpread). A request that finds its kept connection dead before the first
/// byte of an answer, or whose connection ends before its turn has come, is sent once more on a new one: the protocol's requests are
/// idempotent. Where one of several is cancelled, the others are sent again, too. Nothing else is repeated,
/// redirects are values like any status. Answers without a length are Malformed, as they could be cut off unseen.
///
/// Endpoints that are behind a relay are connected to by the dialer, and refused (Network) without one.
///
/// Made, used, called back and destroyed on the executor's thread; sockets have a thread of the client's own. The
/// executor must outlive the client. Destruction calls nobody back; it may wait for the system to resolve a name
/// (never for an address).
class PinnedHttpClient final : public HttpClient
{
public:
    /// The dialer outlives the client.
    explicit PinnedHttpClient(base::Executor& executor, PinnedClientLimits limits = {}, Dialer* dialer = nullptr);
    ~PinnedHttpClient() override;
    PinnedHttpClient(const PinnedHttpClient&) = delete;
    PinnedHttpClient& operator=(const PinnedHttpClient&) = delete;

    RequestId send(const Endpoint& endpoint, HttpRequest request, RequestLimits limits, Callback callback) override;
    void cancel(RequestId request) override;
    [[nodiscard]] LineFigures line(const Endpoint& endpoint) const override;
    [[nodiscard]] std::optional<std::int64_t> received(RequestId request) const override;

    /// For tests and statistics. Any thread.
    struct Counters {
        std::uint64_t connections = 0; ///< connections made whose pin fitted
        std::uint64_t resumed = 0;     ///< of them, with a TLS session that was resumed
        std::uint64_t retried = 0;     ///< requests sent again as their kept connection was dead
    };
    [[nodiscard]] Counters counters() const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace mutoscope::net
