#include "p2p/discovery/offer_source.h"

namespace mutoscope::discovery
{

using base::ErrorCode;
using base::fail;

base::Result<wire::Signed<wire::Offer>> acceptOffer(std::string_view bytes, const base::ContentId& content, std::string_view network,
                                                    const wallet::TrackerClient& tracker)
{
    auto offer = wire::open<wire::Offer>(bytes, network, {wire::Role::Seeder});
    if (!offer)
        return fail(ErrorCode::WrongData, "the offer can't be read: " + offer.error().message);
    if (offer->message.content != content)
        return fail(ErrorCode::WrongData, "the offer is for another film");
    if (offer->message.expires <= tracker.now())
        return fail(ErrorCode::WrongData, "the offer has expired");
    // One with another tracker can't be paid for from this wallet.
    if (!tracker.identity() || offer->message.tracker != tracker.identity()->key)
        return fail(ErrorCode::WrongData, "the offer is to be paid for at another wallet tracker");
    return offer;
}

} // namespace mutoscope::discovery
