#pragma once

#include <filesystem>
#include <set>

#include "p2p/discovery/offer_asker.h"
#include "p2p/discovery/local_network.h"
#include "p2p/discovery/multicast_sockets.h"
#include "p2p/discovery/offer_finder.h"

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
        base::PublicKey node;
        std::filesystem::path file;  ///< what is switched on; none as long as nothing was chosen
        Kinds otherwise;             ///< then
        std::function<void()> changed;
    };

    explicit Finding(Parts parts);
    ~Finding();
    Finding(const Finding&) = delete;
    Finding& operator=(const Finding&) = delete;

    [[nodiscard]] discovery::OfferSource& offers() { return m_finder; }
    [[nodiscard]] std::vector<discovery::SourceStatus> status() const { return m_finder.status(); }
    /// From the next search on; the choice outlives the process.
    void turn(discovery::SourceKind kind, bool on);
    /// What this node seeds, and where: others find it by the same ways.
    void serve(discovery::LocalNetwork::Service service);

private:
    void start(discovery::SourceKind kind);
    void stop(discovery::SourceKind kind);
    void startLocalNetwork();
    [[nodiscard]] Kinds load() const;

    Parts m_parts;
    std::optional<discovery::LocalNetwork::Service> m_service;
    std::unique_ptr<discovery::MulticastSockets> m_sockets;
    std::unique_ptr<discovery::LocalNetwork> m_localNetwork;
    discovery::OfferFinder m_finder;
    Kinds m_on;
};

} // namespace mutoscope::node
