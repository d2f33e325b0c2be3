#include "p2p/discovery/payable_offers.h"

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"

namespace mutoscope::discovery
{

using namespace std::chrono_literals;

namespace
{

constexpr auto believed = 60s;
constexpr std::size_t maxKnown = 1'000; ///< offers can name any key

} // namespace

PayableOffers::PayableOffers(OfferSource& source, wallet::TrackerClient& tracker, const base::Clock& clock)
    : m_source(source), m_tracker(tracker), m_clock(clock)
{
}

void PayableOffers::find(const Wanted& wanted, Found found)
{
    const auto search = std::make_shared<Search>(Search{std::move(found), 1});
    m_source.find(wanted, [this, alive = std::weak_ptr(m_alive), search](base::Result<Offers> offers, bool more) {
        if (alive.lock())
            take(search, std::move(offers), more);
    });
}

void PayableOffers::hand(const SearchPtr& search, Offers offers) const
{
    search->anyPayable = search->anyPayable || !offers.empty();
    if (search->underWay == 0 && search->anyOther && !search->anyPayable)
        return search->found(base::fail(base::ErrorCode::Unacceptable, "its seeders are paid at another wallet tracker, with which yours takes no contracts"), false);
    search->found(std::move(offers), search->underWay > 0);
}

void PayableOffers::take(const SearchPtr& search, base::Result<Offers> offers, bool more)
{
    if (!more)
        --search->underWay;
    if (!offers)
        return search->found(std::move(offers), search->underWay > 0);
    const auto own = m_tracker.identity() ? std::optional(m_tracker.identity()->key) : m_tracker.link().key;
    Offers payable;
    std::map<base::PublicKey, Offers> unknown;
    for (auto& offer : *offers) {
        const base::PublicKey& tracker = offer.message.tracker;
        const auto known = m_known.find(tracker);
        if (tracker == own)
            payable.push_back(std::move(offer));
        else if (known == m_known.end() || known->second.until <= m_clock.monotonic())
            unknown[tracker].push_back(std::move(offer));
        else if (known->second.accepted)
            payable.push_back(std::move(offer));
        else
            search->anyOther = true;
    }
    search->underWay += static_cast<int>(unknown.size());
    if (!payable.empty() || search->underWay == 0)
        hand(search, std::move(payable));
    for (auto& [tracker, each] : unknown)
        ask(search, tracker, std::move(each));
}

void PayableOffers::ask(const SearchPtr& search, const base::PublicKey& tracker, Offers offers)
{
    wire::GetPeer message;
    message.peer = tracker;
    m_tracker.ask<wire::PeerAnswer>(
        "getPeer", std::move(message),
        [this, alive = std::weak_ptr(m_alive), search, tracker, offers = std::move(offers)](const auto& answer) {
            if (!alive.lock())
                return;
            if (answer) {
                if (m_known.size() >= maxKnown)
                    m_known.clear();
                m_known[tracker] = {answer->message.accepted, m_clock.monotonic() + believed};
            }
            const bool accepted = answer && answer->message.accepted;
            if (!accepted)
                qCInfo(logDiscovery) << "an offer is to be paid for at another wallet tracker, which ours does not know";
            search->anyOther = search->anyOther || !accepted;
            --search->underWay;
            if (accepted || search->underWay == 0)
                hand(search, accepted ? offers : Offers());
        });
}

} // namespace mutoscope::discovery
