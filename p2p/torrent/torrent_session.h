#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "p2p/base/executor.h"

namespace mutoscope::torrent
{

/// The one owner of a libtorrent session, which is used for what it does beside BitTorrent: asking routers to pass ports on (NAT-PMP
/// and UPnP). No torrent is ever added. Nothing leaves this computer while every setting is off, as then there is no session.
///
/// libtorrent has threads of its own; all functions and callbacks on the executor's thread.
class TorrentSession
{
public:
    struct Settings {
        bool mapsPorts = false;
        /// Where libtorrent listens itself: it asks the routers of these interfaces only. "0.0.0.0:0" is any port of all.
        std::string listen = "0.0.0.0:0";
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

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace mutoscope::torrent
