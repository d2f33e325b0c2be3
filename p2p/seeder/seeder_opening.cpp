#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/seeder/seeder.h"
#include "p2p/wire/permit.h"
#include "p2p/wire/relaying.h"

// From a proposal, or from the contract book after a restart, to an open contract.

namespace mutoscope::seeder
{

using namespace std::chrono_literals;
using base::ContentId;
using base::ContractId;
using base::ErrorCode;
using base::fail;
using base::SegmentIndex;

namespace
{

constexpr std::size_t maxContracts = 1'000;
constexpr std::ptrdiff_t maxContractsPerViewer = 8;
constexpr std::ptrdiff_t maxOpening = 100; ///< proposals cost the proposer nothing until the tracker has reserved
constexpr std::size_t maxWaiting = 8;      ///< repeated proposals of one contract
constexpr auto askAgain = 5s;

base::Sha256 payloadOf(const ContractId& id)
{
    return base::Sha256::fromRaw(id.raw());
}

} // namespace

/// Looked up for each segment: after a restart the contract is here before its film.
ServedContract::SizeOf Seeder::sizesOf(const ContentId& content) const
{
    if (content == wire::relayedContent())
        return [](SegmentIndex index) { return index.value() < wire::SegmentRanges::maxIndex ? std::optional(wire::relayedUnit) : std::nullopt; };
    return [this, content](SegmentIndex index) -> std::optional<base::ByteCount> {
        const std::lock_guard lock(m_titlesMutex);
        const auto it = m_titles.find(content);
        if (it == m_titles.end() || !it->second.stream.has(index))
            return std::nullopt;
        return it->second.stream.segment(index).bytes;
    };
}

/// By the segments' usual size; it is what the offer says.
std::int64_t Seeder::windowFor(const content::Stream& film) const
{
    const std::int64_t usual = film.manifest().message.segmentBytes.value() / std::max<std::int64_t>(1, film.segmentCount());
    const std::int64_t byBytes = m_parts.settings.creditBytes / std::max<std::int64_t>(1, usual);
    return std::max(m_parts.settings.creditWindow, std::min(byBytes, wire::maxCreditWindow));
}

base::Result<void> Seeder::mayPropose(const wire::Contract& terms) const
{
    const bool isRelaying = m_relaying && terms.content == wire::relayedContent();
    const auto wanted = title(terms.content);
    if (!isRelaying && (!wanted || !wanted->seeding))
        return fail(ErrorCode::NotFound, "the seeder does not seed this film any more");
    if (m_stopping)
        return fail(ErrorCode::Unavailable, "the seeder is about to stop");
    if (!m_parts.tracker.identity() || !m_parts.wallet.accounts().incomeAddress)
        return fail(ErrorCode::Unavailable, "the seeder can't reach its wallet tracker just now");
    const auto sameViewer = [&](const auto& each) { return each.second->contract.terms().viewer == terms.viewer; };
    const auto isOpening = [](const auto& each) { return each.second->phase == Phase::Opening; };
    if (m_contracts.size() >= maxContracts || std::ranges::count_if(m_contracts, sameViewer) >= maxContractsPerViewer ||
        std::ranges::count_if(m_contracts, isOpening) >= maxOpening)
        return fail(ErrorCode::TooMany, "the seeder has too many contracts open; try again in a minute");
    Terms ours;
    ours.network = m_parts.network;
    ours.tracker = m_parts.tracker.identity()->key;
    ours.seeder = m_parts.key.publicKey();
    ours.incomeAddress = *m_parts.wallet.accounts().incomeAddress;
    ours.pricePerMiB = isRelaying ? m_relaying->pricePerMiB : wanted->pricePerMiB;
    ours.creditWindow = isRelaying ? m_parts.settings.creditWindow : windowFor(wanted->stream);
    if (const auto fine = acceptable(terms, ours, m_parts.tracker.now()); !fine || isRelaying)
        return fine;
    const auto permitted = wire::checkPermit(terms.permit, wanted->stream.manifest(), terms.viewer,
                                             {.now = m_parts.tracker.now(), .until = terms.serveUntil});
    return permitted ? base::Result<void>() : tl::unexpected(permitted.error());
}

/// What may be lost by it is bounded at any moment and over time, whoever asks: keys cost nothing.
bool Seeder::mayServeEarly(const ContractId& id, const wire::Contract& terms) const
{
    if (terms.incomeTracker && !m_payers.contains(terms.tracker)) // anybody can name a tracker that pays nothing
        return false;
    if (std::ranges::find(m_settled, id) != m_settled.end()) // proposed once more: let the tracker say what it is
        return false;
    const auto isEarly = [](const auto& each) {
        return each.second->phase == Phase::Opening && !each.second->contract.outstanding().empty();
    };
    const auto recently = m_parts.clock.monotonic() - 1h;
    return m_parts.settings.serveWhileOpening &&
           std::ranges::count_if(m_contracts, isEarly) < m_parts.settings.earlyAtOnce &&
           std::ranges::count_if(m_earlyLosses, [&](auto at) { return at > recently; }) < m_parts.settings.earlyLossesPerHour;
}

void Seeder::propose(const wire::Signed<wire::Contract>& proposal, OptionalIndex first, Respond respond)
{
    const wire::Contract& terms = proposal.message;
    const ContractId id = wire::contractId(proposal);
    Waiting waiting{proposal.payload, first, std::move(respond)};
    if (const auto known = m_contracts.find(id); known != m_contracts.end())
        return proposeAgain(known->second, std::move(waiting));
    if (const auto fine = mayPropose(terms); !fine)
        return refuse(fine.error(), proposal.payload, waiting.respond);
    auto countersigned = wire::countersign(proposal, m_parts.key);
    if (!countersigned)
        return refuse(countersigned.error(), proposal.payload, waiting.respond);

    const auto entry = std::make_shared<Entry>(
        Entry{.contract = ServedContract(id, terms, sizesOf(terms.content)), .countersigned = std::move(*countersigned)});
    if (first && mayServeEarly(id, terms) && isInOrder(entry, *first)) {
        if (const auto released = entry->contract.releaseFirst(*first, m_parts.tracker.now()); !released)
            return refuse(released.error(), proposal.payload, waiting.respond);
    }
    if (isRelaying(entry))
        closeOlder(terms.viewer);
    const bool isEarly = !entry->contract.outstanding().empty();
    if (!isEarly)
        entry->waiting.push_back(waiting);
    m_contracts[id] = entry;
    // Durable before the tracker hears of it: it reserves the viewer's tokens, and only we and the viewer can free them.
    m_book->addContract(id, entry->countersigned, [this, alive = std::weak_ptr(m_alive), entry, waiting, isEarly](const auto& written) {
        m_parts.executor.post([this, alive, entry, waiting, isEarly, written] {
            if (!alive.lock())
                return;
            if (written)
                return openAtTracker(entry, waiting.request);
            if (isEarly)
                entry->waiting.push_back(waiting); // to be told
            giveUpOpening(entry, written.error(), true);
        });
    });
    if (isEarly) {
        m_book->addReceipt(id, {}, first, [this, entry, waiting](const auto& written) {
            if (written)
                sendSegment(entry, *waiting.first, waiting.respond);
            // else the contract was not written either, and is refused above
        });
    }
}

/// A node buys copying under one contract at a time, so that it can leave no more unpaid than that one's credit.
void Seeder::closeOlder(const base::PublicKey& viewer)
{
    for (const auto& [id, each] : std::map(m_contracts)) {
        if (isRelaying(each) && each->contract.terms().viewer == viewer)
            close(each, "the node has begun another one");
    }
}

void Seeder::proposeAgain(const EntryPtr& entry, Waiting waiting)
{
    switch (entry->phase) {
    case Phase::Opening:
        if (waiting.first && entry->contract.outstanding().contains(*waiting.first))
            return serveFirst(entry, waiting); // its answer was lost
        if (entry->waiting.size() >= maxWaiting)
            return refuse({ErrorCode::TooMany, "the same contract was proposed too often"}, waiting.request, waiting.respond);
        entry->waiting.push_back(std::move(waiting));
        return;
    case Phase::Serving:
        if (waiting.first)
            return serveFirst(entry, waiting);
        return answerProposal(*entry, waiting.request, waiting.respond);
    case Phase::Closing:
        return refuse({ErrorCode::Gone, "this contract is being closed"}, waiting.request, waiting.respond);
    }
}

void Seeder::serveFirst(const EntryPtr& entry, const Waiting& waiting)
{
    const auto released = isInOrder(entry, *waiting.first) ? entry->contract.releaseFirst(*waiting.first, m_parts.tracker.now())
                                                           : fail(ErrorCode::NotFound, "a relay's units are asked for one after the other");
    if (!released)
        return refuse(released.error(), waiting.request, waiting.respond);
    m_book->addReceipt(entry->contract.id(), {}, waiting.first, [this, alive = std::weak_ptr(m_alive), entry, waiting](const auto& written) {
        if (written)
            sendSegment(entry, *waiting.first, waiting.respond);
        m_parts.executor.post([this, alive, entry, waiting, written] {
            if (alive.lock())
                receiptIsDurable(entry, waiting.request, written.has_value(), waiting.respond, written);
        });
    });
}

void Seeder::openAtTracker(const EntryPtr& entry, const base::Sha256& proposal)
{
    m_parts.tracker.openContract(entry->countersigned, proposal, [this, entry](const auto& opened) {
        if (!opened) {
            const ErrorCode code = opened.error().code;
            const bool unknown = code == ErrorCode::Network || code == ErrorCode::Timeout || code == ErrorCode::Unavailable;
            return giveUpOpening(entry, opened.error(), !unknown);
        }
        const wire::Contract& terms = entry->contract.terms();
        if (!wire::isPromised(opened->message, terms, entry->contract.id()))
            return giveUpOpening(entry, {ErrorCode::WrongData, "the tracker where the viewer pays from has promised nothing"}, false);
        if (terms.incomeTracker)
            m_payers.insert(terms.tracker);
        entry->opened = opened->bytes;
        confirmOpen(entry);
    });
}

/// The same request gets the same answer for ever, so that of a contract that was settled long ago says "open", too: a viewer
/// that proposes it once more must not be served under it.
void Seeder::confirmOpen(const EntryPtr& entry)
{
    askTracker(entry, [this, entry](const auto& now) {
        if (!now)
            return giveUpOpening(entry, now.error(), false);
        if (now->message.state != wire::ContractState::Open)
            return giveUpOpening(entry, {ErrorCode::Gone, "the contract is closed at the tracker"}, true);
        isOpen(entry);
    });
}

void Seeder::isOpen(const EntryPtr& entry)
{
    qCInfo(logSeeder) << "contract" << base::shortHex(entry->contract.id()).c_str() << (entry->resumed ? "goes on" : "open");
    entry->phase = Phase::Serving;
    for (const Waiting& each : std::exchange(entry->waiting, {})) {
        entry->resumed = false;
        proposeAgain(entry, each);
    }
    for (const Held& each : std::exchange(entry->held, {}))
        takeReceipt(entry->contract.id(), each.receipt, each.wanted, each.respond);
    watch(entry);
    lookAtTracker(entry);
    reportChange();
    if (m_stopping)
        close(entry, "the seeder stops");
}

void Seeder::giveUpOpening(const EntryPtr& entry, const base::Error& error, bool neverOpened)
{
    qCInfo(logSeeder) << "contract" << base::shortHex(entry->contract.id()).c_str() << "not opened:" << error.message.c_str();
    if (!entry->contract.outstanding().empty()) {
        m_earlyLosses.push_back(m_parts.clock.monotonic());
        while (static_cast<int>(m_earlyLosses.size()) > m_parts.settings.earlyLossesPerHour)
            m_earlyLosses.pop_front();
    }
    const auto held = std::exchange(entry->held, {});
    for (const Waiting& each : std::exchange(entry->waiting, {}))
        refuse(error, each.request, each.respond);
    if (neverOpened) {
        entry->phase = Phase::Closing;
        m_book->closeContract(entry->contract.id(), entry->contract.terms().content, {}, {}, [](const auto&) {});
        forget(entry);
    } else {
        // The tracker may have opened it: what was sent early is paid with the receipt for it. Without one only the viewer, or
        // time, can close it: keep it until then.
        for (const Held& each : held) {
            if (entry->contract.take(each.receipt) == ServedContract::Step::Newer)
                m_book->addReceipt(entry->contract.id(), each.receipt.bytes, {}, [](const auto&) {});
        }
        beginClosing(entry);
    }
    for (const Held& each : held)
        refuse(error, each.receipt.payload, each.respond);
}

void Seeder::answerProposal(const Entry& entry, const base::Sha256& request, const Respond& respond)
{
    auto accepted = wire::answerTo<wire::ContractAccepted>(request, m_parts.network, m_parts.key.publicKey(), m_parts.tracker.now());
    accepted.contract = entry.countersigned;
    accepted.opened = entry.opened;
    answer(std::move(accepted), respond);
}

// ---- after a restart ----

void Seeder::resume(wallet::ContractBook::State state)
{
    for (const auto& [id, left] : state.open) {
        const auto contract =
            wire::open<wire::Contract>(left.contract, m_parts.network, {wire::Role::Viewer, wire::Role::Seeder});
        if (!contract) {
            qCWarning(logSeeder) << "contract" << base::shortHex(id).c_str() << "in the contract book can't be read";
            continue;
        }
        const auto entry = std::make_shared<Entry>(Entry{.contract = ServedContract(id, contract->message, sizesOf(contract->message.content)),
                                                         .countersigned = left.contract,
                                                         .resumed = true,
                                                         .wasClosing = left.closing});
        if (!left.receipt.empty()) {
            if (const auto receipt = wire::open<wire::Receipt>(left.receipt, m_parts.network, {wire::Role::Viewer}))
                entry->contract.restoreBest(*receipt);
        }
        for (const SegmentIndex sent : left.sent)
            entry->contract.restoreSent(sent);
        m_contracts[id] = entry;
        m_parts.wallet.whenReady([this, alive = std::weak_ptr(m_alive), entry] {
            if (alive.lock())
                resumeAtTracker(entry);
        });
    }
}

void Seeder::resumeAtTracker(const EntryPtr& entry)
{
    askTracker(entry, [this, entry](const auto& now) {
        if (!now && now.error().code == ErrorCode::NotFound)
            return giveUpOpening(entry, {ErrorCode::Gone, "the contract was never opened"}, true);
        if (!now) {
            entry->timer = m_parts.executor.after(askAgain, [this, entry] {
                entry->timer = 0;
                resumeAtTracker(entry);
            });
            return;
        }
        const bool isFinal = entry->contract.best() && entry->contract.best()->message.final;
        if (now->message.state != wire::ContractState::Open || isFinal || entry->wasClosing) {
            entry->phase = Phase::Serving;
            for (const Held& each : std::exchange(entry->held, {})) {
                (void)entry->contract.take(each.receipt); // it may be the best one
                refuse({ErrorCode::Gone, "this contract is being closed"}, each.receipt.payload, each.respond);
            }
            return close(entry, "it was left open");
        }
        // The answer that the viewer is to be shown again: the tracker keeps it.
        openAtTracker(entry, payloadOf(entry->contract.id()));
    });
}

} // namespace mutoscope::seeder
