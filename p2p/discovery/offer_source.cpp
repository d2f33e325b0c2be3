#include "p2p/discovery/offer_source.h"

namespace mutoscope::discovery
{

using base::ErrorCode;
using base::fail;

OfferRules offerRules(const wallet::TrackerClient& tracker, std::string network)
{
    return {.network = std::move(network), .now = [&tracker] { return tracker.now(); }};
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
    return offer;
}

} // namespace mutoscope::discovery
