#pragma once

#include <functional>
#include <vector>

#include "p2p/wallet/tracker_client.h"
#include "p2p/wire/content.h"

namespace mutoscope::discovery
{

using Offers = std::vector<wire::Signed<wire::Offer>>;

/// One way to find seeders: a tracker, the local network, a DHT, a link. All on one thread.
class OfferSource
{
public:
    virtual ~OfferSource() = default;

    /// Offers whose signatures were checked, that are for this content and have not expired. Their order says nothing.
    virtual void find(const base::ContentId& content, std::function<void(base::Result<Offers>)> callback) = 0;
};

/// Asks the wallet tracker.
class TrackerSource final : public OfferSource
{
public:
    TrackerSource(wallet::TrackerClient& tracker, std::string network);

    void find(const base::ContentId& content, std::function<void(base::Result<Offers>)> callback) override;

private:
    wallet::TrackerClient& m_tracker;
    std::string m_network;
};

} // namespace mutoscope::discovery
