#include "p2p/base/log.h"
#include "p2p/discovery/offer_source.h"

namespace mutoscope::discovery
{

TrackerSource::TrackerSource(wallet::TrackerClient& tracker, std::string network)
    : m_tracker(tracker), m_network(std::move(network))
{
}

void TrackerSource::find(const base::ContentId& content, std::function<void(base::Result<Offers>)> callback)
{
    wire::FindSeeders message;
    message.content = content;
    const auto take = [this, content, callback = std::move(callback)](const base::Result<wire::Signed<wire::SeedersAnswer>>& answer) {
        if (!answer)
            return callback(tl::unexpected(answer.error()));
        Offers offers;
        for (const std::string& bytes : answer->message.offers) {
            auto offer = wire::open<wire::Offer>(bytes, m_network, {wire::Role::Seeder});
            // One with another tracker can't be paid for from this wallet.
            if (offer && offer->message.content == content && offer->message.expires > m_tracker.now() &&
                offer->message.tracker == answer->message.node)
                offers.push_back(std::move(*offer));
            else
                qCInfo(logDiscovery) << "the tracker gave an offer that is not valid";
        }
        callback(std::move(offers));
    };
    m_tracker.ask<wire::SeedersAnswer>("findSeeders", std::move(message), take);
}

} // namespace mutoscope::discovery
