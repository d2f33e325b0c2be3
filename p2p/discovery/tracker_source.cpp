#include "p2p/base/log.h"
#include "p2p/discovery/offer_source.h"

namespace mutoscope::discovery
{

TrackerSource::TrackerSource(wallet::TrackerClient& tracker, std::string network)
    : m_tracker(tracker), m_rules(offerRules(tracker, std::move(network)))
{
}

void TrackerSource::find(const Wanted& wanted, Found found)
{
    wire::FindSeeders message;
    message.content = wanted.content;
    const auto take = [this, content = wanted.content,
                       found = std::move(found)](const base::Result<wire::Signed<wire::SeedersAnswer>>& answer) {
        if (!answer)
            return found(tl::unexpected(answer.error()), false);
        Offers offers;
        for (const std::string& bytes : answer->message.offers) {
            auto offer = acceptOffer(bytes, content, m_rules);
            if (offer)
                offers.push_back(std::move(*offer));
            else
                qCInfo(logDiscovery) << "not taken from the tracker:" << offer.error().message.c_str();
        }
        found(std::move(offers), false);
    };
    m_tracker.ask<wire::SeedersAnswer>("findSeeders", std::move(message), take);
}

} // namespace mutoscope::discovery
