#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "p2p/base/executor.h"
#include "p2p/base/types.h"

namespace mutoscope::torrent
{

/// The one owner of a libtorrent session, which is used for what it does beside BitTorrent: asking routers to pass ports on (NAT-PMP
/// and UPnP), and the Mainline DHT (BEP 5, BEP 44). No torrent is ever added. Nothing leaves this computer while neither is switched
/// on, as then there is no session.
///
/// libtorrent has threads of its own; all functions and callbacks on the executor's thread.
class TorrentSession
{
public:
    /// An IP address (for private networks also a name) and a port.
    struct Peer {
        std::string host;
        std::uint16_t port = 0;

        bool operator==(const Peer&) const = default;
    };
    struct Settings {
        bool mapsPorts = false; ///< mapPort() may ask routers
        /// Where libtorrent listens itself, with commas between; it asks the routers of these interfaces only. "0.0.0.0:0" is any port
        /// of all.
        std::string listen = "0.0.0.0:0";
        /// Nodes of a private DHT to begin with; then nothing is ever sent to the public one. Nodes are taken for what they say there,
        /// also several at one address, which on the public one would let a single machine pretend to be many.
        std::optional<std::vector<Peer>> privateDht{};
        /// Keeps the DHT's nodes for the next start, so that it need not begin with the well-known ones. Empty: nothing is kept.
        std::filesystem::path nodesFile{};
    };
    enum class Protocol { NatPmp, Upnp };
    struct Mapping {
        std::uint16_t port = 0; ///< outside
        Protocol by = Protocol::NatPmp;

        bool operator==(const Mapping&) const = default;
    };

    TorrentSession(base::Executor& executor, Settings settings);
    /// Takes mappings back, as far as the router answers within a second or so.
    ~TorrentSession();
    TorrentSession(const TorrentSession&) = delete;
    TorrentSession& operator=(const TorrentSession&) = delete;

    /// Asks all routers to pass this TCP port on to this computer, the same one outside if it is free, and keeps it so. `changed` comes
    /// whenever there is another mapping, or none any more. Once only. Does nothing where mapsPorts is off.
    void mapPort(std::uint16_t port, std::function<void(const std::optional<Mapping>&)> changed);
    /// Why the routers did not do it, as they said it last; empty if they did, or have not answered.
    [[nodiscard]] const std::string& mappingProblem() const;

    // ---- the DHT: everything below does nothing, and finds nothing, while it is switched off ----

    /// Off at first. Switching it off forgets all searches, and the nodes that were known but for those in nodesFile.
    void switchDht(bool on);
    /// Nodes that this one knows to be there, not older than a minute.
    [[nodiscard]] int dhtNodes() const;

    /// 20 bytes, under which peers are announced.
    using Key = std::array<std::uint8_t, 20>;
    /// SHA-1.
    [[nodiscard]] static Key keyOf(std::string_view text);

    /// Tells the nodes nearest to the key that this machine, at the address that they see, has it, at this TCP port. They forget it
    /// after half an hour.
    void announce(const Key& key, std::uint16_t port);

    using SearchId = std::uint64_t;
    /// `found` is called each time that a node names peers, the same ones maybe again, until forget(). Of the public DHT only
    /// addresses of the world are told, so that nobody makes this machine knock at its neighbours' doors.
    SearchId findPeers(const Key& key, std::function<void(const std::vector<Peer>&)> found);
    void askAgain(SearchId search);

    /// A mutable item (BEP 44): a string under a key pair and a salt, so that nobody else can replace it.
    struct Item {
        static constexpr std::size_t maxValue = 900;
        static constexpr std::size_t maxSalt = 64;

        base::PublicKey key;
        std::string salt;
        std::string value;
    };
    /// `sign` is called on a thread of libtorrent's, soon or never; what it needs must outlive this session. What is longer than allowed
    /// is not put.
    void putItem(const Item& item, std::function<base::Signature(std::string_view)> sign);
    /// Called for each newer value that comes, its signature checked, until forget().
    SearchId findItem(const base::PublicKey& key, const std::string& salt, std::function<void(const std::string&)> found);
    /// Unknown ones are ignored.
    void forget(SearchId search);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace mutoscope::torrent
