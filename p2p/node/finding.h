#pragma once

#include <filesystem>
#include <set>

#include "p2p/discovery/dht_source.h"
#include "p2p/discovery/local_network.h"
#include "p2p/discovery/multicast_sockets.h"
#include "p2p/discovery/offer_finder.h"
#include "p2p/discovery/payable_offers.h"

namespace mutoscope::node
{

/// The node's ways to find seeders: makes those that are switched on, and keeps what the person has chosen in a small JSON
/// file. In the node's thread.
class Finding
{
public:
    using Kinds = std::set<discovery::SourceKind>;

    struct Parts {
        discovery::OfferAsker::Parts asker;
        wallet::TrackerClient& tracker;
        const base::Clock& clock;
        crypto::Random& random;
        const crypto::NodeKey& key;
        torrent::TorrentSession& torrents; ///< the key must outlive it
        std::filesystem::path file;  ///< what is switched on; none as long as nothing was chosen
        Kinds otherwise;             ///< then
        std::function<void()> changed;
    };

    explicit Finding(Parts parts);
    ~Finding();
    Finding(const Finding&) = delete;
    Finding& operator=(const Finding&) = delete;

    [[nodiscard]] discovery::OfferSource& offers() { return m_payable; }
    [[nodiscard]] std::vector<discovery::SourceStatus> status() const { return m_finder.status(); }
    /// From the next search on; the choice outlives the process.
    void turn(discovery::SourceKind kind, bool on);
    [[nodiscard]] bool isOn(discovery::SourceKind kind) const { return m_on.contains(kind); }
    struct Served {
        std::uint16_t port = 0;
        std::string host;                   ///< IP address that the server listens at
        std::vector<std::string> endpoints; ///< host:port where others reach it, as its offers say
        std::set<discovery::DhtAnnouncer::Film> films;
    };
    /// What this node seeds, and where: others find it by the same ways.
    void serve(Served served);

private:
    void start(discovery::SourceKind kind);
    void stop(discovery::SourceKind kind);
    void startLocalNetwork();
    void startDht();
    void tellOthers();
    [[nodiscard]] Kinds load() const;

    Parts m_parts;
    std::optional<Served> m_served;
    std::unique_ptr<discovery::MulticastSockets> m_sockets;
    std::unique_ptr<discovery::LocalNetwork> m_localNetwork;
    discovery::TrackerSource m_tracker; ///< for the lists of own films' seeders
    std::unique_ptr<discovery::DhtAnnouncer> m_announcer;
    discovery::OfferFinder m_finder;
    discovery::PayableOffers m_payable;
    Kinds m_on;
};

} // namespace mutoscope::node
