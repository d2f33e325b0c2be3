#pragma once

#include <chrono>
#include <map>
#include <memory>

#include "p2p/base/clock.h"
#include "p2p/discovery/offer_source.h"

namespace mutoscope::discovery
{

/// Hands on what another source finds, without the offers that can't be paid from this wallet: those of another tracker that
/// ours takes no contracts with (protocol §9); Unacceptable where there are no others. Ours is asked about each such tracker, at most once in a minute. All on the
/// executor's thread.
class PayableOffers final : public OfferSource
{
public:
    /// All must outlive it.
    PayableOffers(OfferSource& source, wallet::TrackerClient& tracker, const base::Clock& clock);

    void find(const Wanted& wanted, Found found) override;

private:
    struct Search {
        Found found;
        int underWay = 0; ///< questions, and the search itself
        bool anyPayable = false;
        bool anyOther = false; ///< of a tracker that ours takes no contracts with
    };
    using SearchPtr = std::shared_ptr<Search>;
    struct Known {
        bool accepted = false;
        std::chrono::milliseconds until{}; ///< monotonic
    };

    void hand(const SearchPtr& search, Offers offers) const;
    void take(const SearchPtr& search, base::Result<Offers> offers, bool more);
    void ask(const SearchPtr& search, const base::PublicKey& tracker, Offers offers);

    OfferSource& m_source;
    wallet::TrackerClient& m_tracker;
    const base::Clock& m_clock;
    std::map<base::PublicKey, Known> m_known;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::discovery
