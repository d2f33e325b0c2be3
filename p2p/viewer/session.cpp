#include "p2p/viewer/session.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/wire/amount.h"

namespace mutoscope::viewer
{

using base::ByteCount;
using base::ErrorCode;
using base::SegmentIndex;
using base::Tokens;

namespace
{

constexpr std::size_t seedersPaidFor = 3;   ///< at the dearest one's price a cap suffices
constexpr std::int64_t contractsRounded = 64; ///< micro-tokens, one for each

} // namespace

Session::Session(Parts parts, discovery::ContentLink link, SessionOptions options, std::function<void()> changed)
    : m_parts(std::move(parts)), m_link(std::move(link)), m_options(options), m_changed(std::move(changed)),
      m_readAhead(options.readAheadMs),
      m_swarm({.channel = m_parts.channel, .clock = m_parts.clock, .wallet = m_parts.wallet}, static_cast<Swarm::Film&>(*this))
{
}

Session::~Session()
{
    m_gateway.reset(); // takes its requests back, so before everything else
    m_parts.channel.executor.cancel(m_findTimer);
    m_parts.channel.executor.cancel(m_calmTimer);
}

void Session::start()
{
    find();
}

void Session::setStage(Stage stage)
{
    m_stage = stage;
    if (stage != Stage::Failed)
        m_problem.reset();
    m_changed();
}

void Session::fail(ErrorCode code, std::string sentence, std::vector<WayOut> waysOut)
{
    qCInfo(logViewer) << "viewing failed:" << sentence.c_str();
    m_awaitsOffers = false;
    m_fromLink.reset();
    m_fromOffer.reset();
    m_problem = Problem{code, std::move(sentence), std::move(waysOut)};
    setStage(Stage::Failed);
}

// ---- terms ----

void Session::haveStream(content::Stream stream)
{
    if (!takePermit(stream))
        return;
    m_stream = std::move(stream);
    m_plan.emplace(*m_stream, m_parts.library.heldSegments(*m_stream), m_readAhead.depthMs());
    const Ladder& ladder = m_plan->ladder();
    if (!ladder.isEmpty()) {
        std::vector<std::int64_t> rates;
        for (const Ladder::Rung& rung : ladder.rungs())
            rates.push_back(rung.bitsPerSecond + m_plan->soundBitsPerSecond());
        m_choice.emplace(std::move(rates));
        decideQuality();
    }
    if (m_plan->hasAll()) {
        startGateway();
        if (m_gateway)
            setStage(Stage::Playing);
        return;
    }
    if (m_plan->hasAny())
        startGateway(); // what is here can be watched, whatever becomes of the rest
    if (m_awaitsOffers)
        return;
    if (m_offers.empty())
        find();
    else
        chooseTerms();
}

/// Price, cap and balance, before anything is asked of the seeder: each failure names its cause and the way out.
void Session::chooseTerms()
{
    const auto& accounts = m_parts.wallet.accounts();
    if (!accounts.spend || !accounts.spendAddress) {
        m_parts.wallet.whenReady([this, alive = std::weak_ptr(m_alive)] {
            if (alive.lock() && !m_finishing)
                chooseTerms();
        });
        return;
    }
    if (m_options.limit && !m_limitIsKnown) {
        return m_options.limit([this, alive = std::weak_ptr(m_alive)](const base::Result<std::optional<Tokens>>& most) {
            if (!alive.lock() || m_finishing)
                return;
            if (!most)
                return fail(most.error().code, "It can't be counted what was spent today, and there is a limit for that: " + most.error().message + ".", {WayOut::Retry});
            m_limitIsKnown = true;
            m_mostCap = *most;
            chooseTerms();
        });
    }
    if (m_approved)
        return buy();
    const auto rest = wire::amountDue(m_plan->missingBytes(), m_offers.front().message.pricePerMiB);
    if (!rest)
        return fail(rest.error().code, "The price of this film is not sensible: " + rest.error().message, {WayOut::OtherSeeder});
    if (accounts.spend->value() <= 0 && rest->value() > 0) {
        return fail(ErrorCode::PaymentRequired,
                    "All of this film costs " + wire::inWords(*rest) + ", and the spend address is empty.", {WayOut::TopUp, WayOut::Retry});
    }
    m_cap = proposedCap(*rest);
    if (m_mostCap && *m_mostCap <= m_swarm.budget().committed() && rest->value() > 0) {
        return fail(ErrorCode::PaymentRequired, "Today's limit of spending is used up. It can be raised in the settings; tomorrow there is a new one.",
                    {}); // opened anew, by the limit as it is then
    }
    const bool isLimited = m_mostCap && *m_mostCap < m_cap;
    if (isLimited)
        m_cap = *m_mostCap;
    if (!isLimited && m_cap <= m_options.approveUpTo)
        return approve(m_cap);
    setStage(Stage::Approval);
}

/// For all of the viewing, what is spent or reserved already included. It carries a change in the middle, and several seeders: what
/// is not spent comes back.
Tokens Session::proposedCap(Tokens rest) const
{
    const Tokens before = m_swarm.budget().committed();
    const std::int64_t lowest = m_offers.front().message.pricePerMiB.value();
    // The dearest of the first few, if that is not much more.
    const auto& dearest = m_offers[std::min(m_offers.size(), seedersPaidFor) - 1].message.pricePerMiB;
    const auto all = priceOfRest(std::min(dearest, Tokens(lowest + lowest / 2)));
    const bool isOneContract = m_offers.size() == 1 && m_plan->bitsPerSecond() / 8 * 60 >= m_plan->missingBytes().value();
    // Each contract's amount is rounded up.
    Tokens most = (all ? *all : rest) + Tokens(isOneContract || rest.value() == 0 ? 0 : contractsRounded);
    if (m_offers.size() > 1) { // what one that vanishes had reserved comes back late; nobody is asked for that alone
        const Tokens more = most + Tokens(most.value() / static_cast<std::int64_t>(std::min(m_offers.size(), seedersPaidFor) + 1));
        const Tokens unasked = m_options.approveUpTo - std::min(before, m_options.approveUpTo);
        most = most <= unasked ? std::min(more, unasked) : more;
    }
    return before + std::min(most, *m_parts.wallet.accounts().spend);
}

void Session::approve(Tokens cap)
{
    if (m_finishing || !m_stream || m_offers.empty() || m_swarm.isBuying())
        return;
    m_cap = m_mostCap ? std::min(cap, *m_mostCap) : cap;
    m_approved = true;
    chooseTerms();
}

void Session::retry(WayOut how)
{
    if (m_stage != Stage::Failed || m_finishing)
        return;
    m_offers.clear();
    m_lastFailure.clear();
    if (m_swarm.budget().committed() == Tokens())
        m_limitIsKnown = false; // it may be another day
    if (how != WayOut::OtherSeeder)
        m_swarm.forgive();
    if (how == WayOut::RaiseCap) {
        m_approved = false;
        m_options.approveUpTo = Tokens(-1); // asks
    }
    m_parts.wallet.refresh();
    find();
}

void Session::setReadAhead(std::int64_t ms)
{
    m_readAhead.setMost(ms);
    if (!m_plan)
        return;
    m_plan->setReadAhead(m_readAhead.depthMs());
    m_changed();
    m_swarm.pump();
}

void Session::buy()
{
    startGateway();
    if (!m_gateway)
        return;
    if (needs().empty())
        setStage(Stage::Playing); // until the player asks for something
    if (!std::exchange(m_hasCalmed, true))
        keepCalm();
    m_swarm.start(*m_stream, m_cap);
    findMore();
}

// ---- what the swarm buys for ----

std::vector<Need> Session::needs()
{
    if (m_finishing)
        return {};
    const auto now = m_parts.clock.monotonic();
    auto all = m_plan->needs(now);
    if (const auto first = all.empty() && !m_options.waitForPlayer ? m_plan->first() : std::nullopt)
        all.push_back(m_plan->need(*first, now + std::chrono::milliseconds(m_stream->segment(*first).durationMs)));
    if (m_calmTimer != 0 && m_plan->wasAsked())
        std::erase_if(all, [this](const Need& each) { return !each.isWaitedFor && !m_plan->isFetching(each.index); });
    return all;
}

base::Result<Tokens> Session::priceOfRest(Tokens pricePerMiB) const
{
    const auto rest = wire::amountDue(m_plan->missingBytes(), pricePerMiB);
    const auto more = wire::amountDue(m_plan->reserveBytes(), pricePerMiB);
    return rest && more ? base::Result<Tokens>(*rest + *more) : rest;
}

std::int64_t Session::rate() const
{
    return m_plan ? m_plan->bitsPerSecond() / 8 : 0;
}

void Session::asked(SegmentIndex index)
{
    m_plan->fetching(index);
}

void Session::notAsked(SegmentIndex index)
{
    m_checked.erase(index);
    m_plan->failed(index);
}

void Session::opening()
{
    if (!m_finishing && m_stage != Stage::OpeningContract)
        setStage(Stage::OpeningContract);
}

void Session::opened()
{
    if (m_stage == Stage::OpeningContract)
        setStage(Stage::FirstSegment);
}

void Session::nobodyLeft(const std::string& lastFailure)
{
    m_lastFailure = lastFailure;
    find();
}

void Session::failed(Problem problem)
{
    m_checked.clear();
    fail(problem.code, std::move(problem.sentence), std::move(problem.waysOut));
}

void Session::changed()
{
    if (m_finishing && isSettled() && m_stage != Stage::Finished)
        setStage(Stage::Finished);
    else
        m_changed();
}

void Session::checked(SegmentIndex index, const net::Body& body)
{
    if (m_finishing)
        return;
    m_checked[index] = body;
    handOutAll(index, body);
}

void Session::arrived(SegmentIndex index)
{
    m_plan->arrived(index);
    if (m_finishing)
        return;
    if (m_plan->hasAll() && !m_plan->isFetchingAny())
        m_swarm.stop("everything was received");
    if (const auto rate = m_swarm.bytesPerSecond()) {
        m_readAhead.measured(*rate, this->rate());
        m_plan->setReadAhead(m_readAhead.depthMs());
    }
    decideQuality();
    m_checked.erase(index);
    if (m_stage == Stage::OpeningContract || m_stage == Stage::FirstSegment)
        setStage(Stage::Playing);
    else
        m_changed();
    m_swarm.pump();
}

void Session::finish(const std::string& reason)
{
    if (m_finishing)
        return;
    m_finishing = true;
    m_fromLink.reset();
    m_fromOffer.reset();
    m_parts.channel.executor.cancel(std::exchange(m_findTimer, 0));
    m_swarm.stop(reason);
    if (isSettled())
        setStage(m_swarm.anyOpened() ? Stage::Finished : Stage::Idle);
    else
        m_changed();
}

// ---- the player's side ----

void Session::startGateway()
{
    if (m_gateway)
        return;
    auto gateway = std::make_unique<Gateway>(m_parts.channel.executor, m_parts.channel.random, *m_stream, static_cast<Gateway::Source&>(*this));
    if (const auto started = gateway->start(); !started)
        return fail(started.error().code, started.error().message, {WayOut::Retry});
    m_gateway = std::move(gateway);
}

void Session::want(std::uint64_t id, SegmentIndex index, Gateway::SegmentCallback callback)
{
    m_waiting[id] = {index, std::move(callback)};
    m_plan->wanted(index, m_parts.clock.monotonic());
    decideQuality();
    if (const auto checked = m_checked.find(index); checked != m_checked.end())
        handOutAll(index, net::Body(checked->second));
    else if (m_plan->has(index))
        serve(id, index);
    else if (!m_swarm.isBuying() && !needs().empty())
        fetchAgain();
    m_swarm.pump();
}

void Session::fetchSubtitles(std::size_t playlist, std::int64_t ms, PieceCallback callback)
{
    takeBack(m_textRequest);
    if (!m_stream || m_finishing)
        return;
    const auto tracks = subtitlesOf(*m_stream);
    if (std::ranges::none_of(tracks, [&](const content::Rendition& track) { return track.playlist == playlist; }))
        return;
    const SegmentIndex index = *m_stream->segmentAt(playlist, ms);
    SubtitlePiece piece{.content = m_stream->id(), .playlist = playlist, .fromMs = m_stream->startMs(index), .text = {}};
    piece.toMs = piece.fromMs + m_stream->segment(index).durationMs;
    piece.isLast = !m_stream->next(index);
    want(++m_textRequest, index, [piece = std::move(piece), callback = std::move(callback)](const net::Body& body) mutable {
        piece.text = *body;
        callback(piece);
    });
}

/// Something is wanted after all was here: another quality or sound, or what was lost on the disk.
void Session::fetchAgain()
{
    if (m_stage != Stage::Playing || m_finishing)
        return;
    if (m_approved && !m_offers.empty())
        buy();
    else
        find();
}

SegmentIndex Session::choose(std::size_t position)
{
    decideQuality();
    const SegmentIndex index = m_plan->choose(position);
    const auto played = m_plan->ladder().rungOf(m_stream->playlistOf(index));
    if (std::exchange(m_playedQuality, played) != played)
        m_changed();
    return index;
}

void Session::setQuality(std::optional<std::size_t> quality)
{
    if (!m_choice || (quality && *quality >= m_plan->ladder().rungs().size()))
        return;
    m_quality = quality;
    decideQuality();
    m_swarm.pump();
    m_changed();
}

/// The demuxer can't decide: what it measures is this computer's loopback, on which all that was bought ahead comes at once.
void Session::decideQuality()
{
    if (!m_choice)
        return;
    if (m_quality)
        return m_plan->prefer(*m_quality, true);
    m_choice->decide(m_swarm.bytesPerSecond(), reserveMs(), m_readAhead.depthMs());
    m_plan->prefer(m_choice->rung(), false);
}

std::int64_t Session::reserveMs() const
{
    return m_plan->aheadMs().value_or(0);
}

/// Where the line gets slow, what the player waits for, but nobody was asked for so far, is bought in a quality that the line carries.
void Session::measured()
{
    if (!m_choice || m_quality || !m_choice->follow(m_swarm.bytesPerSecond(), reserveMs()))
        return;
    m_plan->prefer(m_choice->rung(), false);
    m_parts.channel.executor.post([this, alive = std::weak_ptr(m_alive)] {
        if (alive.lock() && m_gateway && !m_finishing)
            m_gateway->chooseAgain();
    });
}

void Session::takeBack(std::uint64_t id)
{
    const auto waiting = m_waiting.find(id);
    if (waiting == m_waiting.end())
        return;
    const SegmentIndex index = waiting->second.index;
    m_waiting.erase(waiting);
    if (std::ranges::none_of(m_waiting, [index](const auto& each) { return each.second.index == index; }))
        m_plan->released(index);
}

// ---- what is to be seen ----

Viewing Session::viewing() const
{
    Viewing view;
    view.stage = m_stage;
    view.content = m_link.content;
    view.problem = m_problem;
    const Swarm::Sums receipted = m_swarm.receipted();
    view.spent = receipted.amount;
    view.bytes = receipted.bytes;
    view.segmentsReceipted = receipted.segments;
    view.contractState = m_swarm.contractState();
    if (m_stream) {
        view.title = m_stream->manifest().message.title;
        view.durationMs = m_stream->durationMs();
        view.segmentsTotal = m_plan->totalCount();
        view.segmentsHere = m_plan->haveCount();
        view.here = m_plan->here();
        view.bought = m_plan->bought();
        for (const Ladder::Rung& rung : m_plan->ladder().rungs())
            view.qualities.push_back({rung.width, rung.height, rung.bitsPerSecond + m_plan->soundBitsPerSecond()});
        for (const content::Rendition& text : subtitlesOf(*m_stream))
            view.subtitles.push_back({*text.playlist, text.name, text.language, text.isDefault, text.isForced});
        view.chosenQuality = m_quality;
        view.playedQuality = m_playedQuality;
    }
    if (m_permit && m_permit->message.publisher != m_permit->message.viewer) // one's own film needs none that could end
        view.permitExpires = m_permit->message.expires;
    if (m_gateway) {
        view.gateway = m_gateway->url();
        view.stills = m_gateway->stillUrl();
    }
    if (!m_offers.empty() && m_stream) {
        view.pricePerMiB = m_offers.front().message.pricePerMiB;
        if (const auto rest = wire::amountDue(m_plan->missingBytes(), *view.pricePerMiB))
            view.priceOfRest = *rest;
    }
    if (m_approved || m_stage == Stage::Approval)
        view.cap = m_cap;
    view.mostCap = m_mostCap;
    view.seeders = m_swarm.seeders();
    if (!view.seeders.empty())
        view.seeder = view.seeders.front().name;
    if (const auto& settled = m_swarm.settled(); settled && isSettled()) {
        view.paid = settled->paid;
        view.returned = settled->returned;
    }
    view.bytesPerSecond = m_swarm.bytesPerSecond().value_or(0);
    view.filmBytesPerSecond = rate();
    if (m_plan) {
        view.bufferMs = m_readAhead.depthMs();
        view.readAheadMs = view.pricePerMiB && view.cap
                               ? m_readAhead.reachMs(*view.cap - std::min(*view.cap, view.spent), *view.pricePerMiB, rate())
                               : m_readAhead.mostMs();
    }
    return view;
}

} // namespace mutoscope::viewer
