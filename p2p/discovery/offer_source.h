#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "p2p/net/endpoint.h"
#include "p2p/wallet/tracker_client.h"
#include "p2p/wire/content.h"

namespace mutoscope::discovery
{

/// Each with a valid signature. Where an offer was had from its seeder itself, the address that answered stands first among its
/// endpoints, whether or not the seeder names it: the TLS pin, which is signed, says that it is the same.
using Offers = std::vector<wire::Signed<wire::Offer>>;

/// What is looked for, and what is known of it already.
struct Wanted {
    Wanted(const base::ContentId& id, std::vector<net::Endpoint> linkSeeders = {}, std::optional<base::PublicKey> who = {})
        : content(id), seeders(std::move(linkSeeders)), publisher(std::move(who))
    {
    }

    base::ContentId content;
    std::vector<net::Endpoint> seeders;       ///< that a link names
    std::optional<base::PublicKey> publisher; ///< where the manifest is known
};

/// One way to find seeders: a tracker, the local network, a DHT, a link; or all of them. All on one thread.
class OfferSource
{
public:
    /// Called one or more times. Each time with offers that were checked (acceptOffer), or why there are none; `more` tells
    /// whether it will be called again. Their order says nothing.
    using Found = std::function<void(base::Result<Offers> offers, bool more)>;

    virtual ~OfferSource() = default;

    /// Ends by itself within half a minute.
    virtual void find(const Wanted& wanted, Found found) = 0;
};

/// By what an offer is judged.
struct OfferRules {
    std::string network;
    std::function<base::UnixMs()> now;
};
/// Those of a node that is with this tracker, by its clock. It must outlive them.
[[nodiscard]] OfferRules offerRules(const wallet::TrackerClient& tracker, std::string network);

/// The one way in for an offer, wherever it comes from: signed by the seeder that it names, for this content, not expired.
/// Whether it can be paid from here is PayableOffers' matter. WrongData with what does not fit.
[[nodiscard]] base::Result<wire::Signed<wire::Offer>> acceptOffer(std::string_view bytes, const base::ContentId& content,
                                                                  const OfferRules& rules);

/// Asks the wallet tracker.
class TrackerSource final : public OfferSource
{
public:
    TrackerSource(wallet::TrackerClient& tracker, std::string network);

    void find(const Wanted& wanted, Found found) override;

private:
    wallet::TrackerClient& m_tracker;
    OfferRules m_rules;
};

} // namespace mutoscope::discovery
