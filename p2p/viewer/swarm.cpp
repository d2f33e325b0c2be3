#include "p2p/viewer/swarm.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/net/endpoint.h"
#include "p2p/wire/amount.h"

// What is asked of whom. How contracts come and go stands in swarm_contracts.cpp.

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::SegmentIndex;

namespace
{

constexpr auto lookAgainAfter = 200ms; ///< whether something that is under way will be late
constexpr auto firstRest = 3s;         ///< of a seeder that failed, twice as long the next time
constexpr int longestRest = 5;         ///< doublings
constexpr int roundsAtOnce = 8;

} // namespace

Swarm::~Swarm()
{
    m_parts.channel.executor.cancel(m_timer);
}

// ---- who offers the film ----

Swarm::Id Swarm::idOf(const base::PublicKey& seeder)
{
    return m_ids.emplace(seeder, static_cast<Id>(m_ids.size()) + 1).first->second;
}

void Swarm::expectOffers()
{
    for (auto& [id, each] : m_known)
        each.isSeen = false;
}

void Swarm::addOffers(const discovery::Offers& offers)
{
    for (const auto& offer : offers) {
        if (offer.message.seeder == m_parts.channel.key.publicKey())
            continue;
        Known& each = m_known[idOf(offer.message.seeder)];
        // Of several offers of one seeder, from several sources, the cheapest counts.
        if (std::exchange(each.isSeen, true) && each.offer.message.pricePerMiB < offer.message.pricePerMiB)
            continue;
        if (each.offer.message.expires < offer.message.expires)
            each.restsUntil = 0ms; // it has announced itself anew: it is back
        each.offer = offer;
        each.isOffered = true;
    }
}

void Swarm::allOffersCame()
{
    for (auto& [id, each] : m_known)
        each.isOffered = each.isSeen;
}

discovery::Offers Swarm::offers() const
{
    discovery::Offers all;
    for (const auto& [id, each] : m_known) {
        if (mayAsk(each))
            all.push_back(each.offer);
    }
    std::ranges::stable_sort(all, {}, [](const auto& offer) { return offer.message.pricePerMiB; });
    return all;
}

bool Swarm::mayAsk(const Known& known) const
{
    return known.isOffered && !known.lied && known.restsUntil <= m_parts.clock.monotonic();
}

bool Swarm::isAvoided(const base::PublicKey& seeder) const
{
    const auto id = m_ids.find(seeder);
    const auto known = id == m_ids.end() ? m_known.end() : m_known.find(id->second);
    return known != m_known.end() && (known->second.lied || known->second.restsUntil > m_parts.clock.monotonic());
}

void Swarm::avoid(const base::PublicKey& seeder, const base::Error& why)
{
    Known& each = m_known[idOf(seeder)];
    each.lied = each.lied || why.code == ErrorCode::WrongData;
    each.restsUntil = m_parts.clock.monotonic() + firstRest * (1 << std::min(each.failures++, longestRest));
}

void Swarm::forgive()
{
    m_lastFailure.clear();
    for (auto& [id, each] : m_known) {
        each.failures = 0;
        each.restsUntil = 0ms;
    }
}

// ---- buying ----

std::vector<Need> Swarm::needs() const
{
    auto all = m_film.needs();
    std::erase_if(all, [this](const Need& each) { return m_claimed.contains(each.index); });
    return all;
}

std::map<Swarm::Id, Scheduler::Means> Swarm::means(const std::vector<Need>& needs) const
{
    std::int64_t largest = 0;
    for (const Need& each : needs)
        largest = std::max(largest, each.bytes);
    std::map<Id, Scheduler::Means> all;
    for (const auto& [id, known] : m_known) {
        const auto member = m_members.find(id);
        if (member != m_members.end()) {
            all[id].places = member->second.deal->channel->freePlaces();
            for (const SegmentIndex index : member->second.deal->channel->owed()) {
                if (!m_film.has(index))
                    all[id].owed.push_back(index);
            }
        } else if (mayAsk(known)) {
            all[id].canOpen = canOpen(id, largest);
            all[id].isConnected = isConnected(known.offer.message);
        }
    }
    return all;
}

/// By the address that is tried first.
bool Swarm::isConnected(const wire::Offer& offer) const
{
    auto seeder = offer.endpoints.empty() ? base::fail(ErrorCode::NotFound, "no address") : net::parseEndpoint("https://" + offer.endpoints.front());
    if (!seeder)
        return false;
    seeder->pin = offer.tlsPin;
    return m_parts.channel.http.line(*seeder).roundTrip.count() > 0;
}

void Swarm::pump()
{
    if (!m_isBuying || std::exchange(m_isPumping, true))
        return;
    for (int round = 0; std::exchange(m_again, false) || round == 0; ++round) {
        for (const auto& [id, known] : m_known) {
            if (mayAsk(known))
                m_scheduler.offered(id, known.offer.message.pricePerMiB);
            else if (!m_members.contains(id))
                m_scheduler.withdrawn(id);
        }
        leaveBlocked();
        measure();
        const auto wanted = needs();
        const auto decision = m_scheduler.decide(wanted, m_film.rate(), means(wanted));
        m_isShort = decision.isShort;
        for (const Scheduler::Close& each : decision.close) {
            if (each.why == Scheduler::Why::Stuck)
                seederFailed(each.seeder, {ErrorCode::Timeout, "nothing comes from it"});
            else
                leave(each.seeder, "not needed just now");
        }
        for (const Scheduler::Ask& each : decision.cancel)
            cancel(each.seeder, each.index);
        for (const Scheduler::Open& each : decision.open)
            open(each.seeder, each.index);
        for (const Scheduler::Ask& each : decision.ask)
            ask(each.seeder, each.index);
        if (!m_isBuying || round >= roundsAtOnce)
            break;
    }
    m_again = false;
    m_isPumping = false;
    endDrained();
    giveUpIfNothingGoesOn();
    m_parts.channel.executor.cancel(std::exchange(m_timer, 0));
    if (m_isBuying && !needs().empty()) {
        m_timer = m_parts.channel.executor.after(lookAgainAfter, [this] {
            m_timer = 0;
            pump();
        });
    }
}

/// How much is here of what is under way.
void Swarm::measure()
{
    std::optional<std::int64_t> more;
    for (const auto& [id, member] : m_members) {
        for (const auto& [index, deal] : member.requests) {
            if (const auto bytes = deal->channel->received(index))
                more = more.value_or(0) + m_scheduler.received(id, index, *bytes);
        }
    }
    if (!more)
        return;
    m_rate.received(m_parts.clock.monotonic(), *more);
    m_film.measured();
}

/// What came from elsewhere first keeps its place with the seeder, as it won't be paid there. Where no other is left it takes a new
/// contract.
void Swarm::leaveBlocked()
{
    std::vector<Id> blocked;
    for (const auto& [id, member] : m_members) {
        if (member.deal->channel->isBlocked())
            blocked.push_back(id);
    }
    for (const Id id : blocked)
        leave(id, "it was too slow");
}

void Swarm::ask(Id seeder, SegmentIndex index)
{
    const auto found = m_members.find(seeder);
    if (found == m_members.end())
        return;
    const DealPtr deal = found->second.deal;
    if (!deal->channel->canFetch() && !deal->channel->owed().contains(index))
        return;
    if (!deal->channel->affords(index)) {
        if (deal->channel->isOpening()) // another contract before this one is known to be open would lead to the next, and so on
            return;
        m_ending.push_back(deal); // closed when all is here that was asked for under it
        m_again = true;
        if (canOpen(seeder, m_stream->segment(index).bytes.value()))
            return open(seeder, index);
        found->second.deal.reset();
        return leave(seeder, "the cap is reached");
    }
    track(found->second, deal, index);
    deal->channel->fetch(index, [this, weak = std::weak_ptr(deal), index](const auto& result) {
        if (const auto alive = weak.lock())
            fetched(alive, index, result);
    });
}

void Swarm::track(Member& member, const DealPtr& deal, SegmentIndex index)
{
    member.requests[index] = deal;
    m_scheduler.asked(deal->seeder, index, m_stream->segment(index).bytes.value());
    qCDebug(logViewer, "segment %u is asked of seeder %d (%lld kB/s)", index.value(), deal->seeder, m_scheduler.rate(deal->seeder).value_or(0) / 1000LL);
    m_rate.asked(m_parts.clock.monotonic());
    m_film.asked(index);
}

/// Nobody needs it any more. What is verified already is no need either, but comes.
void Swarm::cancel(Id seeder, SegmentIndex index)
{
    if (m_claimed.contains(index))
        return;
    const auto member = m_members.find(seeder);
    const auto node = member == m_members.end() ? std::map<SegmentIndex, DealPtr>::node_type() : member->second.requests.extract(index);
    if (!node)
        return;
    node.mapped()->channel->cancel(index);
    m_scheduler.cancelled(seeder, index);
    m_rate.cancelled(m_parts.clock.monotonic());
    if (!m_scheduler.isUnderWay(index))
        m_film.notAsked(index);
}

/// Somebody had been asked for it and is not any more.
void Swarm::forget(Id seeder, SegmentIndex index)
{
    const auto member = m_members.find(seeder);
    if (member == m_members.end() || member->second.requests.erase(index) == 0)
        return;
    m_scheduler.failed(seeder, index);
    m_rate.failed(m_parts.clock.monotonic());
    if (!m_scheduler.isUnderWay(index) && !m_claimed.contains(index))
        m_film.notAsked(index);
}

/// It is here, and will be paid there: nobody else is.
void Swarm::verified(const DealPtr& deal, SegmentIndex index)
{
    m_claimed.insert(index);
    for (auto& [id, member] : m_members) {
        const auto request = member.requests.find(index);
        if (request == member.requests.end() || request->second == deal)
            continue;
        member.requests.erase(request);
        m_scheduler.overtaken(id, index);
        m_rate.cancelled(m_parts.clock.monotonic());
    }
    for (const DealPtr& each : deals()) {
        if (each != deal)
            each->channel->cancel(index);
    }
}

void Swarm::fetched(const DealPtr& deal, SegmentIndex index, const base::Result<net::Body>& result)
{
    m_claimed.erase(index);
    const auto member = m_members.find(deal->seeder);
    const auto request = member == m_members.end() ? std::map<SegmentIndex, DealPtr>::iterator() : member->second.requests.find(index);
    const bool isOurs = member != m_members.end() && request != member->second.requests.end() && request->second == deal;
    if (result) {
        if (isOurs) {
            member->second.requests.erase(request);
            const std::int64_t rest = m_scheduler.arrived(deal->seeder, index);
            qCDebug(logViewer, "segment %u is here from seeder %d (%lld kB/s)", index.value(), deal->seeder, m_scheduler.rate(deal->seeder).value_or(0) / 1000LL);
            m_known[deal->seeder].failures = 0;
            m_rate.arrived(m_parts.clock.monotonic(), rest);
        }
        m_film.arrived(index);
        return pump();
    }
    if (!isOurs || deal->isClosing)
        return pump();
    forget(deal->seeder, index);
    const base::Error& error = result.error();
    if (error.code == ErrorCode::Io) {
        stop("the disk failed");
        return m_film.failed({error.code, "The film can't be kept on this disk: " + error.message + ".", {WayOut::Retry}});
    }
    const bool wasPaused = error.code == ErrorCode::Gone && deal->channel->receipt().seq > 0;
    if (wasPaused || error.code == ErrorCode::PaymentRequired)
        leave(deal->seeder, "the seeder has closed"); // the same one again, under a new contract, if it is still the best
    else
        seederFailed(deal->seeder, error);
    pump();
}

void Swarm::seederFailed(Id seeder, const base::Error& error)
{
    const wire::Offer& offer = m_known.at(seeder).offer.message;
    m_lastFailure = "The seeder at " + (offer.endpoints.empty() ? std::string("an unknown address") : offer.endpoints.front()) + " failed: " +
                    error.message + ".";
    qCInfo(logViewer) << m_lastFailure.c_str();
    avoid(offer.seeder, error);
    leave(seeder, "the seeder failed");
}

void Swarm::giveUpIfNothingGoesOn()
{
    if (!m_isBuying || !m_members.empty() || needs().empty())
        return;
    if (std::ranges::none_of(m_known, [this](const auto& each) { return mayAsk(each.second); })) {
        m_isBuying = false;
        return m_film.nobodyLeft(m_lastFailure);
    }
    if (m_waitsForSettlement || m_leftovers > 0 || !m_ending.empty())
        return; // what they leave comes back
    m_isBuying = false;
    m_film.failed({ErrorCode::PaymentRequired, "The cap of " + wire::inWords(m_budget.cap()) + " for this film is used up.", {WayOut::RaiseCap}});
}

// ---- figures ----

bool Swarm::hasContracts() const
{
    return std::ranges::any_of(m_members, [](const auto& each) { return each.second.deal->channel->wasOpened(); });
}

std::vector<Swarm::DealPtr> Swarm::deals() const
{
    std::vector<DealPtr> all = m_ending;
    for (const auto& [id, member] : m_members)
        all.push_back(member.deal);
    return all;
}

Swarm::Sums Swarm::receipted() const
{
    Sums sum = m_done;
    for (const DealPtr& deal : deals()) {
        const wire::Receipt& receipt = deal->channel->receipt();
        sum.amount += receipt.amount - deal->before.amount;
        sum.bytes += receipt.bytes - deal->before.bytes;
        sum.segments += receipt.segments.count() - deal->before.segments;
    }
    return sum;
}

base::Tokens Swarm::owed() const
{
    base::Tokens sum;
    for (const DealPtr& deal : deals())
        sum += deal->channel->receipt().amount;
    return sum;
}

std::optional<wire::ContractState> Swarm::contractState() const
{
    if (hasContracts())
        return wire::ContractState::Open;
    if (!m_ending.empty())
        return wire::ContractState::Closing;
    return m_settled ? std::optional(wire::ContractState::Closed) : std::nullopt;
}

std::vector<SeederInUse> Swarm::seeders() const
{
    std::vector<SeederInUse> all;
    for (const auto& [id, member] : m_members) {
        const wire::Offer& offer = member.deal->channel->offer();
        all.push_back({base::toBase64Url(offer.seeder.raw()).substr(0, 8) + " at " + member.deal->channel->address(), offer.pricePerMiB,
                       m_scheduler.rate(id).value_or(0)});
    }
    std::ranges::stable_sort(all, {}, &SeederInUse::pricePerMiB);
    return all;
}

} // namespace mutoscope::viewer
