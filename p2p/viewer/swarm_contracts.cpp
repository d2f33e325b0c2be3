#include <algorithm>

#include "p2p/base/log.h"
#include "p2p/viewer/swarm.h"
#include "p2p/wire/amount.h"

// How contracts are opened, gone on with and closed, and what of the budget each may reserve.

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::SegmentIndex;
using base::Tokens;

namespace
{

/// What a contract is for at least: film for so long.
constexpr std::int64_t leastSecondsAlone = 60;
constexpr std::int64_t leastSecondsOfSeveral = 16;
constexpr std::int64_t leastSecondsOfLine = 2; ///< and what the seeder's line carries in so long
constexpr std::int64_t mostParts = 5;
constexpr auto restWithoutTokens = 10s;

} // namespace

void Swarm::start(const content::Stream& stream, Tokens cap)
{
    m_stream = stream;
    m_budget.approve(cap);
    m_waitsForSettlement = false;
    if (!std::exchange(m_isBuying, true))
        goOnWithLeftovers();
    pump();
}

void Swarm::stop(const std::string& reason)
{
    m_isBuying = false;
    m_parts.channel.executor.cancel(std::exchange(m_timer, 0));
    while (!m_members.empty())
        leave(m_members.begin()->first, reason);
    for (const DealPtr& deal : std::vector(m_ending))
        end(deal, reason);
}

// ---- what an earlier process left ----

/// Contracts that it left open go on where they cost no more than is agreed to now; the others are closed, and count until they are.
void Swarm::goOnWithLeftovers()
{
    Closer& closer = m_parts.channel.closer;
    for (const Closer::Leftover& leftover : closer.takeOver(m_stream->id())) {
        const wire::Contract& terms = leftover.contract.message;
        const Tokens before = leftover.receipt ? leftover.receipt->message.amount : Tokens();
        const Id id = idOf(terms.seeder);
        const auto known = m_known.find(id);
        if (known != m_known.end() && mayAsk(known->second) && !m_members.contains(id) && closer.canGoOn(leftover) &&
            terms.pricePerMiB == known->second.offer.message.pricePerMiB && terms.maxAmount - before <= m_budget.free()) {
            resume(id, leftover);
            continue;
        }
        ++m_leftovers;
        const Budget::Contract reserved = m_budget.reserve(terms.maxAmount - before);
        closer.close(leftover.contract, leftover.receipt, [this, alive = std::weak_ptr(m_alive), reserved, before](const wire::ContractAnswer& answer) {
            if (!alive.lock())
                return;
            --m_leftovers;
            m_budget.settle(reserved, answer.paid - std::min(before, answer.paid));
            m_parts.wallet.refresh();
            pump();
        });
    }
}

void Swarm::resume(Id seeder, const Closer::Leftover& leftover)
{
    const wire::Contract& terms = leftover.contract.message;
    Sums before; // what was bought then is not of this viewing
    if (leftover.receipt) {
        const wire::Receipt& receipt = leftover.receipt->message;
        before = {receipt.amount, receipt.bytes, receipt.segments.count()};
    }
    const DealPtr deal = makeDeal(seeder, terms.maxAmount - before.amount);
    deal->before = before;
    m_members[seeder].deal = deal;
    m_scheduler.opening(seeder, terms.pricePerMiB);
    m_film.opening();
    deal->channel->resume(leftover, [this, weak = std::weak_ptr(deal)](const base::Result<void>& result) {
        const auto alive = weak.lock();
        if (!alive || alive->isClosing)
            return;
        if (result)
            return opened(alive, result);
        qCInfo(logViewer) << "an earlier contract can't be continued:" << result.error().message.c_str();
        leave(alive->seeder, "it could not be continued");
        pump();
    });
}

// ---- opening ----

/// What a further contract reserves. Of several seeders each gets a part and one is left over, for whoever has to step in: what a
/// seeder that vanished had reserved comes back late. One more of which nobody knows how fast it is gets no more than the least: at the
/// end what the slow ones have left would be missing where it goes quickly.
Tokens Swarm::share(Id seeder, Tokens pricePerMiB) const
{
    const auto rest = m_film.priceOfRest(pricePerMiB);
    if (!rest)
        return m_budget.free();
    const std::int64_t others = std::ranges::count_if(m_known, [this](const auto& each) { return mayAsk(each.second) || m_members.contains(each.first); });
    const std::int64_t seconds = others > 1 ? leastSecondsOfSeveral : leastSecondsAlone;
    const auto least = wire::amountDue(base::ByteCount(m_film.rate() * seconds), pricePerMiB).value_or(*rest);
    const std::int64_t parts = std::clamp<std::int64_t>(others, 1, mostParts) + 1;
    const Tokens even((rest->value() + parts - 1) / parts);
    Tokens part = std::max(even, least);
    if (!m_members.empty() && !m_scheduler.rate(seeder))
        part = std::min(part, least);
    if (others > 1) // towards the end a small one rather than all that is left: the others could sell nothing any more
        part = std::min(part, std::max(even, Tokens(m_budget.free().value() / others)));
    if (const auto rate = m_scheduler.rate(seeder)) // a quick one opens another contract no more than every few seconds
        part = std::max(part, wire::amountDue(base::ByteCount(*rate * leastSecondsOfLine), pricePerMiB).value_or(part));
    if (*rest <= part + least) // the remainder would not be worth a contract
        part = others > 1 ? part : *rest;
    return std::min({part, *rest, m_budget.free()});
}

bool Swarm::canOpen(Id seeder, std::int64_t bytes) const
{
    if (m_waitsForSettlement || !m_parts.wallet.accounts().spendAddress)
        return false;
    const Tokens price = m_known.at(seeder).offer.message.pricePerMiB;
    const auto due = wire::amountDue(base::ByteCount(bytes), price);
    return due && *due <= m_budget.free();
}

Swarm::DealPtr Swarm::makeDeal(Id seeder, Tokens reserved)
{
    const auto deal = std::make_shared<Deal>();
    const bool hasOthers = std::ranges::any_of(m_known, [&](const auto& each) { return each.first != seeder && mayAsk(each.second); });
    deal->channel = std::make_unique<Channel>(m_parts.channel, *m_stream, m_known.at(seeder).offer,
                                              hasOthers ? Channel::Patience::Short : Channel::Patience::Long);
    deal->channel->onVerified([this, weak = std::weak_ptr(deal)](SegmentIndex index) {
        if (const auto alive = weak.lock())
            verified(alive, index);
    });
    deal->channel->onChecked([this](SegmentIndex index, const net::Body& body) { m_film.checked(index, body); });
    deal->seeder = seeder;
    deal->reserved = m_budget.reserve(reserved);
    return deal;
}

/// Where the seeder has one already, which is used up, the new one takes its place.
void Swarm::open(Id seeder, std::optional<SegmentIndex> first)
{
    const Tokens price = m_known.at(seeder).offer.message.pricePerMiB;
    const auto due = wire::amountDue(m_stream->segment(first.value_or(SegmentIndex(0))).bytes, price);
    if (!due)
        return seederFailed(seeder, due.error());
    if (*due > m_budget.free()) // another contract, opened just before, has it now
        return;
    const Tokens cap = std::min(std::max(share(seeder, price), *due), m_budget.free());
    const bool isFirst = m_members.empty();
    const DealPtr deal = makeDeal(seeder, cap);
    m_members[seeder].deal = deal;
    m_again = true; // the next segment may go along
    m_scheduler.opening(seeder, price);
    qCDebug(logViewer, "a contract with seeder %d is proposed%s", seeder, first ? "" : ", for later");
    if (first)
        track(m_members[seeder], deal, *first);
    if (isFirst)
        m_film.opening();
    if (m_film.permit())
        deal->channel->usePermit(*m_film.permit());
    const auto weak = std::weak_ptr(deal);
    deal->channel->open(
        cap, *m_parts.wallet.accounts().spendAddress,
        [this, weak](const auto& result) {
            if (const auto alive = weak.lock())
                opened(alive, result);
        },
        first,
        [this, weak, first](const auto& result) {
            const auto alive = weak.lock();
            if (alive && first)
                fetched(alive, *first, result);
        });
}

void Swarm::opened(const DealPtr& deal, const base::Result<void>& result)
{
    if (deal->isClosing)
        return;
    const Id seeder = deal->seeder;
    if (!result && result.error().code != ErrorCode::PaymentRequired) {
        seederFailed(seeder, result.error());
        return pump();
    }
    m_parts.wallet.refresh();
    if (result) {
        m_anyOpened = true;
        m_scheduler.opened(seeder);
        m_film.opened();
        return pump();
    }
    // Another contract may still hold what this one needs.
    m_waitsForSettlement = m_leftovers > 0 || std::ranges::any_of(m_ending, [](const auto& each) { return each->channel->wasOpened(); });
    leave(seeder, "not opened");
    if (m_waitsForSettlement || !m_members.empty()) {
        m_known.at(seeder).restsUntil = m_parts.clock.monotonic() + (m_waitsForSettlement ? 0s : restWithoutTokens);
        return pump();
    }
    stop("not opened");
    m_film.failed({ErrorCode::PaymentRequired, "The contract could not be opened: " + result.error().message + ".", {WayOut::TopUp, WayOut::Retry}});
}

// ---- closing ----

/// This seeder is not in use any more.
void Swarm::leave(Id seeder, const std::string& reason)
{
    const auto found = m_members.find(seeder);
    if (found == m_members.end())
        return;
    std::vector<SegmentIndex> underWay;
    for (const auto& [index, deal] : found->second.requests)
        underWay.push_back(index);
    for (const SegmentIndex index : underWay)
        forget(seeder, index);
    if (const DealPtr deal = m_members.at(seeder).deal)
        end(deal, reason);
    m_members.erase(seeder);
    m_scheduler.closed(seeder);
    for (const DealPtr& deal : std::vector(m_ending)) {
        if (deal->seeder == seeder)
            end(deal, reason);
    }
}

/// Contracts that take no more requests, once all has come that was asked for under them.
void Swarm::endDrained()
{
    for (const DealPtr& deal : std::vector(m_ending)) {
        const bool isAwaited = std::ranges::any_of(m_members, [&](const auto& member) {
            return std::ranges::any_of(member.second.requests, [&](const auto& request) { return request.second == deal; });
        });
        if (!isAwaited)
            end(deal, "it is used up");
    }
}

void Swarm::end(const DealPtr& deal, const std::string& reason)
{
    if (std::exchange(deal->isClosing, true))
        return;
    if (std::ranges::find(m_ending, deal) == m_ending.end())
        m_ending.push_back(deal);
    m_anyOpened = m_anyOpened || deal->channel->wasOpened();
    deal->channel->finish(reason, [this, alive = std::weak_ptr(m_alive), weak = std::weak_ptr(deal)](const wire::ContractAnswer& answer) {
        const auto settled = weak.lock();
        if (alive.lock() && settled)
            settledAs(settled, answer);
    });
}

void Swarm::settledAs(const DealPtr& deal, const wire::ContractAnswer& answer)
{
    m_budget.settle(deal->reserved, answer.paid - std::min(deal->before.amount, answer.paid));
    if (!m_settled)
        m_settled.emplace();
    m_settled->paid += answer.paid;
    m_settled->returned += answer.returned;
    m_parts.wallet.refresh();
    // Not at once: it is the channel that calls.
    m_parts.channel.executor.post([this, weak = std::weak_ptr(deal), alive = std::weak_ptr(m_alive)] {
        const DealPtr ended = alive.lock() ? weak.lock() : nullptr;
        if (!ended)
            return;
        const wire::Receipt& receipt = ended->channel->receipt();
        m_done.amount += receipt.amount - ended->before.amount;
        m_done.bytes += receipt.bytes - ended->before.bytes;
        m_done.segments += receipt.segments.count() - ended->before.segments;
        std::erase(m_ending, ended);
        if (m_leftovers == 0 && std::ranges::none_of(m_ending, [](const auto& each) { return each->channel->wasOpened(); }))
            m_waitsForSettlement = false;
        m_film.changed();
        pump();
    });
}

} // namespace mutoscope::viewer
