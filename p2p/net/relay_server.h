#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "p2p/base/result.h"
#include "p2p/base/types.h"

namespace mutoscope::net
{

/// What strangers may take of a relay.
struct RelayLimits {
    int maxConnections = 1'024;
    int maxConnectionsPerAddress = 64; ///< per IPv4 address or IPv6 /64 network
    int maxNodes = 256;                ///< that wait to be called
    int maxCallsPerNode = 32;          ///< asked for and copied, at a time
    /// Copied for a node in an hour, both directions together, and so many at once; then its calls end until there is some again.
    base::ByteCount bytesPerNodeHour{std::int64_t{1} << 30};
    std::chrono::milliseconds handshakeTime{10'000}; ///< connection to registration, call or answer
    std::chrono::milliseconds callTime{30'000};      ///< a caller's first word to the copying, or its end
    std::chrono::milliseconds quietTime{90'000};     ///< a waiting node without a ping, a copied connection without a byte
    /// With terms: what is copied waits so long for the node to pay, then it ends.
    std::chrono::milliseconds paymentTime{15'000};
    base::ByteCount dueBelow{std::int64_t{2} << 20}; ///< of the free bytes: the node is told to pay while there is still so much
};

/// Brings nodes together that can't connect to each other, protocol §10: a node keeps a connection here and is called by its key; the
/// relay tells both ends each other's addresses, so that they may connect (the node to a caller that can be reached, or both
/// at the same time), and else copies bytes between two connections. It can't read or change them unseen, as the two speak TLS through it.
///
/// A node is only ever told to connect to the address that its caller has. A thread of its own.
class RelayServer
{
public:
    /// The key that has signed a registration with this challenge; an error becomes a refusal. On the relay's thread.
    using Verify = std::function<base::Result<base::PublicKey>(std::string_view message, std::string_view challenge)>;

    /// Listens on an IPv4 or IPv6 address ("::" takes IPv4 too); port 0 is any. Errors: Malformed, Network.
    [[nodiscard]] static base::Result<std::unique_ptr<RelayServer>> start(const std::string& host, std::uint16_t port, Verify verify,
                                                                          RelayLimits limits = {});
    /// Closes all connections.
    ~RelayServer();
    RelayServer(const RelayServer&) = delete;
    RelayServer& operator=(const RelayServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;

    // What is copied beyond the free bytes can be bought (protocol §10); who sells it calls these, from any thread.
    /// The signed offer that nodes are told, those that wait now and those that come. TooLarge where it does not fit into a frame.
    [[nodiscard]] base::Result<void> setTerms(std::string offer);
    /// The node has bought its unit of this number under this contract: so much more is copied for it. They come in order; the same
    /// one again changes nothing.
    void allow(const base::ContractId& contract, const base::PublicKey& node, std::uint32_t unit, base::ByteCount bytes);
    /// The contract has ended: what is left of it is not copied any more.
    void end(const base::ContractId& contract);

    /// For metrics. Any thread.
    struct Counters {
        std::int64_t nodes = 0;   ///< waiting now
        std::int64_t copying = 0; ///< pairs of connections now
        std::uint64_t calls = 0;  ///< so far
        std::uint64_t copiedBytes = 0;
        std::uint64_t boughtBytes = 0; ///< of those
        std::uint64_t unpaid = 0;      ///< connections that ended as nobody paid
        std::uint64_t refused = 0;
    };
    [[nodiscard]] Counters counters() const;

private:
    class Impl;
    explicit RelayServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace mutoscope::net
