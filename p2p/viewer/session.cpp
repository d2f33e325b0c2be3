#include "p2p/viewer/session.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/wire/amount.h"

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ByteCount;
using base::ErrorCode;
using base::SegmentIndex;
using base::Tokens;

Session::Session(Parts parts, discovery::ContentLink link, SessionOptions options, std::function<void()> changed)
    : m_parts(std::move(parts)), m_link(std::move(link)), m_options(options), m_changed(std::move(changed)),
      m_readAhead(options.readAheadMs)
{
}

Session::~Session()
{
    m_gateway.reset(); // takes its requests back, so before everything else
    m_parts.channel.http.cancel(m_request);
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
    m_problem = Problem{code, std::move(sentence), std::move(waysOut)};
    setStage(Stage::Failed);
}

// ---- terms ----

void Session::haveStream(content::Stream stream)
{
    m_stream = std::move(stream);
    m_plan.emplace(*m_stream, m_parts.library.heldSegments(m_stream->id()), m_readAhead.depthMs());
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
    if (m_approved)
        return openContract();
    const auto rest = wire::amountDue(m_plan->missingBytes(), m_offers.front().message.pricePerMiB);
    if (!rest)
        return fail(rest.error().code, "The price of this film is not sensible: " + rest.error().message, {WayOut::OtherSeeder});
    if (accounts.spend->value() <= 0 && rest->value() > 0) {
        return fail(ErrorCode::PaymentRequired,
                    "All of this film costs " + wire::inWords(*rest) + ", and the spend address is empty.", {WayOut::TopUp, WayOut::Retry});
    }
    m_cap = std::min(withReserve(*rest), *accounts.spend);
    if (m_cap <= m_options.approveUpTo)
        return approve(m_cap);
    setStage(Stage::Approval);
}

void Session::approve(Tokens cap)
{
    if (m_finishing || !m_stream || m_offers.empty() || m_channel || m_openWhenSettled)
        return;
    m_cap = cap;
    m_approved = true;
    chooseTerms();
}

void Session::retry(WayOut how)
{
    if (m_stage != Stage::Failed || m_finishing)
        return;
    m_offers.clear();
    m_lastFailure.clear();
    if (how != WayOut::OtherSeeder)
        m_avoid.clear();
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
    pump();
}

/// What may be spent where the rest costs so much: enough for another sound or quality in the middle. What is not spent comes back.
Tokens Session::withReserve(Tokens rest) const
{
    const auto more = wire::amountDue(m_plan->reserveBytes(), m_offers.front().message.pricePerMiB);
    return more ? rest + *more : rest;
}

void Session::openContract()
{
    const Tokens left = m_cap - std::min(m_cap, m_spentBefore);
    const wire::Offer& offer = m_offers.front().message;
    const auto rest = wire::amountDue(m_plan->missingBytes(), offer.pricePerMiB);
    const Tokens cap = rest ? std::min(left, withReserve(*rest)) : left;
    if (cap.value() == 0 && rest && rest->value() > 0)
        return fail(ErrorCode::PaymentRequired, "The cap of " + wire::inWords(m_cap) + " for this film is used up.", {WayOut::RaiseCap});
    startGateway();
    if (!m_gateway)
        return;
    setStage(Stage::OpeningContract);
    m_channel = std::make_unique<Channel>(m_parts.channel, *m_stream, m_offers.front(),
                                          m_offers.size() > 1 ? Channel::Patience::Short : Channel::Patience::Long);
    if (resumeContract(left))
        return;
    const auto first = m_plan->first();
    if (first)
        m_plan->fetching(*first);
    m_channel->open(cap, *m_parts.wallet.accounts().spendAddress, [this](const auto& result) { opened(result); }, first,
                    [this, first](const auto& result) { fetched(*first, result); });
}

/// Goes on with a contract that an earlier process left open, where it costs no more than was agreed to now.
bool Session::resumeContract(Tokens left)
{
    const auto leftover = m_parts.channel.closer.takeOver(m_stream->id(), m_offers.front().message.seeder);
    if (!leftover)
        return false;
    const wire::Contract& terms = leftover->contract.message;
    const Tokens before = leftover->receipt ? leftover->receipt->message.amount : Tokens();
    if (terms.pricePerMiB != m_offers.front().message.pricePerMiB || terms.maxAmount - before > left) {
        m_parts.channel.closer.close(leftover->contract, leftover->receipt, [](const auto&) {});
        return false;
    }
    if (leftover->receipt) { // what was bought then is not of this viewing
        m_spentBefore -= before;
        m_bytesBefore -= leftover->receipt->message.bytes;
        m_segmentsBefore -= leftover->receipt->message.segments.count();
    }
    m_channel->resume(*leftover, [this](const auto& result) {
        if (result)
            return opened(result);
        qCInfo(logViewer) << "an earlier contract can't be continued:" << result.error().message.c_str();
        closeChannel("it could not be continued");
        openContract();
    });
    return true;
}

void Session::opened(const base::Result<void>& result)
{
    if (!result) {
        if (result.error().code == ErrorCode::PaymentRequired) {
            // The contract of the seeder before may still hold what this one needs.
            m_openWhenSettled = std::ranges::any_of(m_closing, [](const auto& each) { return each->wasOpened(); });
            closeChannel("not opened");
            m_parts.wallet.refresh();
            if (m_openWhenSettled)
                return;
            return fail(ErrorCode::PaymentRequired, "The contract could not be opened: " + result.error().message + ".",
                        {WayOut::TopUp, WayOut::Retry});
        }
        return seederFailed(result.error());
    }
    m_anyOpened = true;
    m_contractState = wire::ContractState::Open;
    m_parts.wallet.refresh();
    if (m_stage == Stage::OpeningContract)
        setStage(Stage::FirstSegment);
    pump();
}

/// This seeder is no good: its contract is closed, and the next one takes over.
void Session::seederFailed(const base::Error& error)
{
    const std::string who = m_offers.empty() ? "The seeder" : "The seeder at " + (m_offers.front().message.endpoints.empty()
                                                                                       ? std::string("an unknown address")
                                                                                       : m_offers.front().message.endpoints.front());
    m_lastFailure = who + " failed: " + error.message + ".";
    qCInfo(logViewer) << m_lastFailure.c_str();
    closeChannel("the seeder failed");
    if (!m_offers.empty()) {
        m_avoid.insert(m_offers.front().message.seeder);
        m_offers.erase(m_offers.begin());
    }
    if (m_offers.empty())
        return find();
    if (m_stream)
        chooseTerms();
    else
        fetchManifest(m_offers.front());
}

// ---- buying ----

void Session::pump()
{
    if (m_finishing || !m_channel)
        return;
    while (m_channel->canFetch()) {
        const auto index = m_plan->next();
        if (!index) {
            if (m_plan->hasAll() && !m_plan->isFetchingAny())
                closeChannel("everything was received");
            return;
        }
        // A place stays free for what the player will wait for: after a seek the target does not stand behind what was bought ahead.
        const bool isLastPlace = m_channel->freePlaces() == 1 && m_channel->contract()->message.creditWindow > 1;
        if (isLastPlace && !m_plan->isWaitedFor(*index))
            return;
        m_plan->fetching(*index);
        m_rate.asked(m_parts.clock.monotonic());
        m_channel->fetch(*index, [this, index = *index](const auto& result) {
            const auto now = m_parts.clock.monotonic();
            if (result)
                m_rate.arrived(now, static_cast<std::int64_t>((*result)->size()));
            else
                m_rate.failed(now);
            fetched(index, result);
        });
    }
}

void Session::fetched(SegmentIndex index, const base::Result<net::Body>& result)
{
    if (!result) {
        m_plan->failed(index);
        const ErrorCode code = result.error().code;
        if (code == ErrorCode::PaymentRequired) {
            closeChannel("the cap is reached");
            return fail(code, "The cap of " + wire::inWords(m_cap) + " for this film is reached.", {WayOut::RaiseCap});
        }
        if (code == ErrorCode::Io) {
            closeChannel("the disk failed");
            return fail(code, "The film can't be kept on this disk: " + result.error().message + ".", {WayOut::Retry});
        }
        if (code == ErrorCode::Gone && m_channel->receipt().seq > 0) {
            // The seeder has closed it after a pause: the same one again, under a new contract, within the same cap.
            closeChannel("the seeder has closed");
            return openContract();
        }
        return seederFailed(result.error());
    }
    m_plan->arrived(index);
    if (const auto rate = m_rate.bytesPerSecond()) {
        m_readAhead.measured(*rate, filmRate());
        m_plan->setReadAhead(m_readAhead.depthMs());
    }
    decideQuality();
    std::vector<Gateway::SegmentCallback> ready;
    std::erase_if(m_waiting, [&](auto& each) {
        if (each.second.index != index)
            return false;
        ready.push_back(std::move(each.second.callback));
        return true;
    });
    if (m_stage == Stage::OpeningContract || m_stage == Stage::FirstSegment)
        setStage(Stage::Playing);
    else
        m_changed();
    pump(); // the next request leaves before the player is served
    for (const auto& callback : ready)
        callback(*result);
}

void Session::closeChannel(const std::string& reason)
{
    if (!m_channel)
        return;
    m_spentBefore += m_channel->receipt().amount;
    m_bytesBefore += m_channel->receipt().bytes;
    m_segmentsBefore += m_channel->receipt().segments.count();
    Channel* const channel = m_channel.get();
    const bool everOpen = channel->contract().has_value();
    m_anyOpened = m_anyOpened || channel->wasOpened();
    if (m_plan)
        m_plan->allFailed();
    m_rate.stop();
    m_closing.push_back(std::move(m_channel));
    if (!everOpen) {
        m_closing.pop_back();
        return;
    }
    m_contractState = wire::ContractState::Closing;
    channel->finish(reason, [this, channel, alive = std::weak_ptr(m_alive)](const wire::ContractAnswer& answer) {
        if (!alive.lock())
            return;
        m_paid += answer.paid;
        m_returned += answer.returned;
        m_anySettled = true;
        if (!m_channel)
            m_contractState = wire::ContractState::Closed;
        m_parts.wallet.refresh();
        // Not at once: it is the channel that calls.
        m_parts.channel.executor.post([this, channel, still = std::weak_ptr(m_alive)] {
            if (!still.lock())
                return;
            std::erase_if(m_closing, [channel](const auto& each) { return each.get() == channel; });
            const bool isAnyOpen = std::ranges::any_of(m_closing, [](const auto& each) { return each->wasOpened(); });
            if (m_finishing && isSettled())
                setStage(Stage::Finished);
            else if (!m_finishing && !isAnyOpen && std::exchange(m_openWhenSettled, false))
                openContract();
            else
                m_changed();
        });
    });
}

void Session::finish(const std::string& reason)
{
    if (m_finishing)
        return;
    m_finishing = true;
    m_parts.channel.http.cancel(std::exchange(m_request, 0));
    closeChannel(reason);
    if (isSettled())
        setStage(m_anyOpened ? Stage::Finished : Stage::Idle);
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
    if (m_plan->has(index))
        serve(id, index);
    else if (!m_channel)
        fetchAgain();
    pump();
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
    if (m_stage != Stage::Playing || m_finishing || m_openWhenSettled)
        return;
    if (m_approved && !m_offers.empty())
        openContract();
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
    pump();
    m_changed();
}

/// The demuxer can't decide: what it measures is this computer's loopback, on which all that was bought ahead comes at once.
void Session::decideQuality()
{
    if (!m_choice)
        return;
    if (m_quality)
        return m_plan->prefer(*m_quality, true);
    m_choice->decide(m_rate.bytesPerSecond(), m_plan->aheadMs().value_or(0), m_readAhead.depthMs());
    m_plan->prefer(m_choice->rung(), false);
}

void Session::serve(std::uint64_t id, SegmentIndex index)
{
    m_parts.channel.disk.post([this, alive = std::weak_ptr(m_alive), id, index, &executor = m_parts.channel.executor,
                               &store = m_parts.channel.store, hash = m_stream->segment(index).sha256] {
        auto bytes = store.get(hash);
        executor.post([this, alive, id, index, bytes = std::move(bytes)] {
            if (!alive.lock())
                return;
            const auto waiting = m_waiting.find(id);
            if (waiting == m_waiting.end())
                return;
            if (bytes) {
                const auto callback = std::move(waiting->second.callback);
                m_waiting.erase(waiting);
                return callback(*bytes);
            }
            m_plan->lost(index); // damaged or removed behind our back: it has to be bought again
            m_plan->wanted(index, m_parts.clock.monotonic());
            if (m_channel)
                pump();
            else
                fetchAgain();
        });
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

Tokens Session::owed() const
{
    Tokens sum = m_channel ? m_channel->receipt().amount : Tokens();
    for (const auto& channel : m_closing)
        sum += channel->receipt().amount;
    return sum;
}

Viewing Session::viewing() const
{
    Viewing view;
    view.stage = m_stage;
    view.content = m_link.content;
    view.problem = m_problem;
    view.spent = m_spentBefore;
    view.bytes = m_bytesBefore;
    view.segmentsReceipted = m_segmentsBefore;
    view.contractState = m_contractState;
    if (m_stream) {
        view.title = m_stream->manifest().message.title;
        view.durationMs = m_stream->durationMs();
        view.segmentsTotal = m_plan->totalCount();
        view.segmentsHere = m_plan->haveCount();
        view.here = m_plan->here();
        for (const Ladder::Rung& rung : m_plan->ladder().rungs())
            view.qualities.push_back({rung.width, rung.height, rung.bitsPerSecond + m_plan->soundBitsPerSecond()});
        for (const content::Rendition& text : subtitlesOf(*m_stream))
            view.subtitles.push_back({*text.playlist, text.name, text.language, text.isDefault, text.isForced});
        view.chosenQuality = m_quality;
        view.playedQuality = m_playedQuality;
    }
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
    if (m_channel) {
        view.spent += m_channel->receipt().amount;
        view.bytes += m_channel->receipt().bytes;
        view.segmentsReceipted += m_channel->receipt().segments.count();
        view.seeder = base::toBase64Url(m_channel->offer().seeder.raw()).substr(0, 8) + " at " + m_channel->address();
    }
    if (m_anySettled && isSettled()) {
        view.paid = m_paid;
        view.returned = m_returned;
    }
    view.bytesPerSecond = m_rate.bytesPerSecond().value_or(0);
    view.filmBytesPerSecond = filmRate();
    if (m_plan) {
        view.bufferMs = m_readAhead.depthMs();
        view.readAheadMs = view.pricePerMiB && view.cap
                               ? m_readAhead.reachMs(*view.cap - std::min(*view.cap, view.spent), *view.pricePerMiB, filmRate())
                               : m_readAhead.mostMs();
    }
    return view;
}

/// Bytes that a second of the film takes on average, as it is watched now; 0 where unknown.
std::int64_t Session::filmRate() const
{
    return m_plan ? m_plan->bitsPerSecond() / 8 : 0;
}

} // namespace mutoscope::viewer
