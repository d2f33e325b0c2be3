#include "p2p/discovery/offer_finder.h"

#include <algorithm>

#include "p2p/base/log.h"

namespace mutoscope::discovery
{

using base::ErrorCode;

OfferFinder::OfferFinder(std::function<void()> changed) : m_changed(std::move(changed))
{
    for (const SourceKind kind : allSources)
        m_sources[kind].status.kind = kind;
}

OfferFinder::~OfferFinder() = default;

void OfferFinder::put(SourceKind kind, std::unique_ptr<OfferSource> source)
{
    m_sources[kind] = {.source = std::move(source), .status = {.kind = kind, .state = SourceState::Ready, .found = 0, .problem = {}}};
    m_changed();
}

void OfferFinder::turnOff(SourceKind kind)
{
    m_sources[kind] = {.source = nullptr, .status = {.kind = kind, .state = SourceState::Off, .found = 0, .problem = {}}};
    m_changed();
}

void OfferFinder::setProblem(SourceKind kind, std::string problem)
{
    m_sources[kind] = {.source = nullptr,
                       .status = {.kind = kind, .state = SourceState::Cannot, .found = 0, .problem = std::move(problem)}};
    m_changed();
}

std::vector<SourceStatus> OfferFinder::status() const
{
    std::vector<SourceStatus> all;
    for (const SourceKind kind : allSources)
        all.push_back(m_sources.at(kind).status);
    return all;
}

void OfferFinder::find(const Wanted& wanted, Found found)
{
    const auto search = std::make_shared<Search>();
    search->found = std::move(found);
    const std::uint64_t number = ++m_searches;
    std::vector<std::pair<SourceKind, std::shared_ptr<OfferSource>>> asked;
    for (auto& [kind, source] : m_sources) {
        if (!source.source)
            continue;
        source.search = number;
        source.status.state = SourceState::Looking;
        source.status.found = 0;
        source.status.problem.clear();
        asked.emplace_back(kind, source.source);
    }
    m_changed();
    if (asked.empty())
        return search->found(base::fail(ErrorCode::Unavailable, "all ways to find seeders are switched off"), false);
    search->underWay = static_cast<int>(asked.size()); // before the first is asked: it may answer at once
    for (const auto& [kind, source] : asked) {
        source->find(wanted, [this, alive = std::weak_ptr(m_alive), search, number, of = kind](base::Result<Offers> offers, bool more) {
            if (alive.lock())
                take(search, of, number, std::move(offers), more);
        });
    }
}

void OfferFinder::take(const std::shared_ptr<Search>& search, SourceKind kind, std::uint64_t number, base::Result<Offers> offers, bool more)
{
    if (!more)
        --search->underWay;
    const bool ended = search->underWay == 0;
    // A later search, or another source in its place, says how it stands.
    Source& source = m_sources[kind];
    if (source.search == number) {
        if (offers)
            source.status.found += static_cast<int>(offers->size());
        if (!more) {
            source.status.state = offers ? SourceState::Found : SourceState::Cannot;
            source.status.problem = offers ? std::string() : offers.error().message;
        }
        m_changed();
    }
    if (!offers) {
        qCInfo(logDiscovery) << "no offers from" << std::string(wire::enumName(kind)).c_str() << "-" << offers.error().message.c_str();
        search->error = offers.error();
    }
    Offers fresh = offers ? onlyNew(*search, kind, std::move(*offers)) : Offers();
    if (fresh.empty() && !ended)
        return;
    const Found call = search->found; // it may begin another search
    if (fresh.empty() && search->seen.empty() && search->error)
        call(tl::unexpected(*search->error), false);
    else
        call(std::move(fresh), !ended);
}

Offers OfferFinder::onlyNew(Search& search, SourceKind kind, Offers offers)
{
    const bool isDirect = kind != SourceKind::Tracker;
    std::erase_if(offers, [&search, isDirect](const wire::Signed<wire::Offer>& offer) {
        const auto it = search.seen.find(offer.message.seeder);
        if (it == search.seen.end() && search.seen.size() >= maxSeeders)
            return true;
        if (it != search.seen.end()) {
            const Search::Seen& seen = it->second;
            const bool isBetter = offer.message.expires > seen.expires || (offer.message.expires == seen.expires && isDirect && !seen.isDirect);
            if (!isBetter)
                return true;
        }
        search.seen[offer.message.seeder] = {offer.message.expires, isDirect};
        return false;
    });
    return offers;
}

} // namespace mutoscope::discovery
