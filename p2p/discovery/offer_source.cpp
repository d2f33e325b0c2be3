#include "p2p/discovery/offer_source.h"

namespace mutoscope::discovery
{

using base::ErrorCode;
using base::fail;

OfferRules offerRules(const wallet::TrackerClient& tracker, std::string network)
{
    return {.network = std::move(network),
            .now = [&tracker] { return tracker.now(); },
            .tracker = [&tracker] { return tracker.identity() ? std::optional(tracker.identity()->key) : tracker.link().key; }};
}

base::Result<wire::Signed<wire::Offer>> acceptOffer(std::string_view bytes, const base::ContentId& content, const OfferRules& rules)
{
    auto offer = wire::open<wire::Offer>(bytes, rules.network, {wire::Role::Seeder});
    if (!offer)
        return fail(ErrorCode::WrongData, "the offer can't be read: " + offer.error().message);
    if (offer->message.content != content)
        return fail(ErrorCode::WrongData, "the offer is for another film");
    if (offer->message.expires <= rules.now())
        return fail(ErrorCode::WrongData, "the offer has expired");
    // One with another tracker can't be paid for from this wallet.
    if (offer->message.tracker != rules.tracker())
        return fail(ErrorCode::WrongData, "the offer is to be paid for at another wallet tracker");
    return offer;
}

} // namespace mutoscope::discovery
