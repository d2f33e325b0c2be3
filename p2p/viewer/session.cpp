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

namespace
{

constexpr std::size_t rateSamples = 8;

} // namespace

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
    if (m_plan->hasAll()) {
        startGateway();
        if (m_gateway)
            setStage(Stage::Playing);
        return;
    }
    if (m_plan->haveCount() > 0)
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
    m_cap = std::min(*rest, *accounts.spend);
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

void Session::openContract()
{
    const Tokens left = m_cap - std::min(m_cap, m_spentBefore);
    const wire::Offer& offer = m_offers.front().message;
    const auto rest = wire::amountDue(m_plan->missingBytes(), offer.pricePerMiB);
    const Tokens cap = rest ? std::min(left, *rest) : left;
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
    if (m_plan->hasAll() && m_channel->canFetch())
        return closeChannel("everything was received");
    while (m_channel->canFetch()) {
        const auto index = m_plan->next();
        if (!index)
            return;
        // A place stays free for what the player will wait for: after a seek the target does not stand behind what was bought ahead.
        const bool isLastPlace = m_channel->freePlaces() == 1 && m_channel->contract()->message.creditWindow > 1;
        if (isLastPlace && !m_plan->isWaitedFor(*index))
            return;
        m_plan->fetching(*index);
        m_channel->fetch(*index, [this, index = *index](const auto& result) { fetched(index, result); });
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
    m_arrivals.push_back({m_parts.clock.monotonic(), ByteCount(static_cast<std::int64_t>((*result)->size()))});
    if (m_arrivals.size() > rateSamples)
        m_arrivals.pop_front();
    if (const auto rate = measuredRate(); rate > 0) {
        m_readAhead.measured(rate, filmRate());
        m_plan->setReadAhead(m_readAhead.depthMs());
    }
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
    if (m_plan->has(index))
        serve(id, index);
    pump();
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
            else if (m_stage == Stage::Playing && !m_finishing)
                find();
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
        view.segmentsTotal = m_stream->segmentCount();
        view.segmentsHere = m_plan->haveCount();
        view.here = m_plan->here();
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
    view.bytesPerSecond = measuredRate();
    view.filmBytesPerSecond = filmRate();
    if (m_plan) {
        view.bufferMs = m_readAhead.depthMs();
        view.readAheadMs = view.pricePerMiB && view.cap
                               ? m_readAhead.reachMs(*view.cap - std::min(*view.cap, view.spent), *view.pricePerMiB, filmRate())
                               : m_readAhead.mostMs();
    }
    return view;
}

/// Bytes per second over the last segments; 0 before two have come.
std::int64_t Session::measuredRate() const
{
    if (m_arrivals.size() < 2)
        return 0;
    ByteCount sum;
    for (std::size_t i = 1; i < m_arrivals.size(); ++i)
        sum += m_arrivals[i].bytes;
    const auto time = std::max(m_arrivals.back().at - m_arrivals.front().at, 1ms);
    return sum.value() * 1000 / time.count();
}

/// Bytes that a second of the film takes on average, in the rendition that takes most; 0 where unknown.
std::int64_t Session::filmRate() const
{
    std::int64_t most = 0;
    for (std::size_t playlist = 0; m_stream && playlist < m_stream->playlistCount(); ++playlist) {
        if (const std::int64_t ms = m_stream->durationMs(playlist); ms > 0)
            most = std::max(most, m_stream->bytes(playlist).value() * 1000 / ms);
    }
    return most;
}

} // namespace mutoscope::viewer
