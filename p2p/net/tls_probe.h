#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "p2p/base/types.h"

namespace mutoscope::net
{

enum class ProbeOutcome {
    Reachable,        ///< a TLS 1.3 handshake, and the certificate is the one
    Refused,          ///< the address answers that nobody listens there
    Silent,           ///< no answer in time, as behind a router that lets nobody in
    NoRoute,          ///< the network says that there is no way
    NotTls,           ///< somebody listens and doesn't speak TLS 1.3
    OtherCertificate, ///< another node
    Busy,             ///< too many at once here; nothing was sent
};

/// Finds out whether a node can be reached: connects, makes one TLS handshake, compares the certificate and closes. Sends
/// nothing else. A thread of its own; functions from any thread.
class TlsProber
{
public:
    struct Limits {
        std::size_t atOnce = 32;
        std::chrono::milliseconds timeout{4'000}; ///< connection and handshake together
    };
    /// On the prober's thread, once; not at all after destruction has begun.
    using Done = std::function<void(ProbeOutcome)>;

    explicit TlsProber(Limits limits);
    TlsProber() : TlsProber(Limits()) {}
    ~TlsProber();
    TlsProber(const TlsProber&) = delete;
    TlsProber& operator=(const TlsProber&) = delete;

    /// An IPv4 or IPv6 address without brackets; what isn't one is NoRoute.
    void probe(const std::string& address, std::uint16_t port, const base::Sha256& pin, Done done);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace mutoscope::net
