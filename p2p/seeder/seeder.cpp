#include "p2p/seeder/seeder.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"

namespace mutoscope::seeder
{

using namespace std::chrono_literals;
using base::ContentId;
using base::ContractId;
using base::ErrorCode;
using base::SegmentIndex;

namespace
{

constexpr std::size_t maxContracts = 1'000;
constexpr std::ptrdiff_t maxContractsPerViewer = 8;
constexpr auto idleTime = 15min; ///< an unused contract is closed, so that it does not lock the viewer's tokens
constexpr auto closeAgain = 15s;
/// Shorter than a tracker's grace: a viewer may close there, with an old receipt and without a word to us.
constexpr auto lookInterval = 5s;

std::string shortId(const ContractId& id)
{
    return base::toHex(id).substr(0, 8);
}

} // namespace

base::Result<std::unique_ptr<Seeder>> Seeder::open(Parts parts, const std::filesystem::path& bookFile)
{
    wallet::ContractBook::State state;
    auto book = wallet::ContractBook::open(bookFile, parts.disk, state);
    if (!book)
        return tl::unexpected(book.error());
    return std::unique_ptr<Seeder>(new Seeder(std::move(parts), std::move(*book), std::move(state)));
}

Seeder::Seeder(Parts parts, std::unique_ptr<wallet::ContractBook> book, wallet::ContractBook::State state)
    : m_parts(std::move(parts)), m_book(std::move(book)), m_totals(state.totals)
{
    resume(std::move(state));
}

Seeder::~Seeder()
{
    for (const auto& [id, entry] : m_contracts) {
        m_parts.executor.cancel(entry->timer);
        m_parts.executor.cancel(entry->lookTimer);
    }
    for (const auto& [content, announcement] : m_announcements)
        m_parts.executor.cancel(announcement.timer);
    m_parts.executor.cancel(m_stopTimer);
}

void Seeder::resume(wallet::ContractBook::State state)
{
    for (const auto& [id, left] : state.open) {
        const auto contract =
            wire::open<wire::Contract>(left.contract, m_parts.network, {wire::Role::Viewer, wire::Role::Seeder});
        if (!contract) {
            qCWarning(logSeeder) << "contract" << shortId(id).c_str() << "in the contract book can't be read";
            continue;
        }
        // It is only to be closed: sizes are not needed any more.
        ServedContract served(id, contract->message, [](SegmentIndex) { return std::optional<base::ByteCount>(); });
        auto entry = std::make_shared<Entry>(Entry{std::move(served), left.contract, {}, Phase::Closing, 0, 0, {}});
        if (!left.receipt.empty()) {
            const auto receipt = wire::open<wire::Receipt>(left.receipt, m_parts.network, {wire::Role::Viewer});
            if (receipt)
                entry->contract.restoreBest(*receipt);
        }
        m_contracts[id] = entry;
        m_parts.wallet.whenReady([this, alive = std::weak_ptr(m_alive), entry] {
            if (alive.lock())
                closeAtTracker(entry);
        });
    }
}

// ---- opening ----

void Seeder::propose(const wire::Signed<wire::Contract>& proposal, Respond respond)
{
    const wire::Contract& terms = proposal.message;
    const ContractId id = wire::contractId(proposal);
    if (const auto known = m_contracts.find(id); known != m_contracts.end()) {
        Entry& entry = *known->second;
        if (entry.phase == Phase::Opening)
            entry.waiting.emplace_back(proposal.payload, std::move(respond));
        else if (entry.phase == Phase::Serving)
            answerProposal(entry, proposal.payload, respond);
        else
            refuse({ErrorCode::Gone, "this contract is being closed"}, proposal.payload, respond);
        return;
    }
    const auto refuseWith = [&](ErrorCode code, std::string why) { refuse({code, std::move(why)}, proposal.payload, respond); };
    const auto wanted = title(terms.content);
    if (!wanted || !wanted->seeding)
        return refuseWith(ErrorCode::NotFound, "the seeder does not seed this film any more");
    if (m_stopping)
        return refuseWith(ErrorCode::Unavailable, "the seeder is about to stop");
    if (!m_parts.tracker.identity() || !m_parts.wallet.accounts().incomeAddress)
        return refuseWith(ErrorCode::Unavailable, "the seeder can't reach its wallet tracker just now");
    const auto sameViewer = [&](const auto& each) { return each.second->contract.terms().viewer == terms.viewer; };
    if (m_contracts.size() >= maxContracts || std::ranges::count_if(m_contracts, sameViewer) >= maxContractsPerViewer)
        return refuseWith(ErrorCode::TooMany, "the seeder has too many contracts open; try again in a minute");
    Terms ours;
    ours.network = m_parts.network;
    ours.tracker = m_parts.tracker.identity()->key;
    ours.seeder = m_parts.key.publicKey();
    ours.incomeAddress = *m_parts.wallet.accounts().incomeAddress;
    ours.pricePerMiB = wanted->pricePerMiB;
    if (const auto fine = acceptable(terms, ours, m_parts.tracker.now()); !fine)
        return refuse(fine.error(), proposal.payload, respond);
    if (wanted->stream.manifest().message.access == wire::Access::Permit)
        return refuseWith(ErrorCode::Forbidden, "this film needs a permit, which this version can't check yet");
    auto countersigned = wire::countersign(proposal, m_parts.key);
    if (!countersigned)
        return refuse(countersigned.error(), proposal.payload, respond);

    const auto sizeOf = [stream = wanted->stream](SegmentIndex index) {
        return stream.has(index) ? std::optional(stream.segment(index).bytes) : std::nullopt;
    };
    auto entry = std::make_shared<Entry>(Entry{ServedContract(id, terms, sizeOf), std::move(*countersigned), {}, Phase::Opening, 0, 0, {}});
    entry->waiting.emplace_back(proposal.payload, std::move(respond));
    m_contracts[id] = entry;
    // Durable before the tracker hears of it: it reserves the viewer's tokens, and only we and the viewer can free them.
    m_book->addContract(id, entry->countersigned, [this, alive = std::weak_ptr(m_alive), entry, proposal](const auto& written) {
        m_parts.executor.post([this, alive, entry, proposal, written] {
            if (!alive.lock())
                return;
            if (!written)
                return giveUpOpening(entry, written.error(), true);
            openAtTracker(entry, proposal);
        });
    });
}

void Seeder::openAtTracker(const EntryPtr& entry, const wire::Signed<wire::Contract>& proposal)
{
    m_parts.tracker.openContract(entry->countersigned, proposal.payload, [this, entry](const auto& opened) {
        if (!opened) {
            const ErrorCode code = opened.error().code;
            const bool unknown = code == ErrorCode::Network || code == ErrorCode::Timeout || code == ErrorCode::Unavailable;
            return giveUpOpening(entry, opened.error(), !unknown);
        }
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
        qCInfo(logSeeder) << "contract" << shortId(entry->contract.id()).c_str() << "open";
        entry->phase = Phase::Serving;
        for (const auto& [request, respond] : std::exchange(entry->waiting, {}))
            answerProposal(*entry, request, respond);
        watch(entry);
        lookAtTracker(entry);
        reportChange();
        if (m_stopping)
            close(entry, "the seeder stops");
    });
}

void Seeder::giveUpOpening(const EntryPtr& entry, const base::Error& error, bool neverOpened)
{
    qCInfo(logSeeder) << "contract" << shortId(entry->contract.id()).c_str() << "not opened:" << error.message.c_str();
    for (const auto& [request, respond] : std::exchange(entry->waiting, {}))
        refuse(error, request, respond);
    if (!neverOpened) {
        // The tracker may have opened it. Without a receipt only the viewer, or time, can close it: keep it until then.
        entry->phase = Phase::Closing;
        closeAtTracker(entry);
        return;
    }
    m_book->closeContract(entry->contract.id(), entry->contract.terms().content, {}, {}, [](const auto&) {});
    forget(entry);
}

void Seeder::answerProposal(const Entry& entry, const base::Sha256& request, const Respond& respond)
{
    auto accepted = wire::answerTo<wire::ContractAccepted>(request, m_parts.network, m_parts.key.publicKey(), m_parts.tracker.now());
    accepted.contract = entry.countersigned;
    accepted.opened = entry.opened;
    answer(std::move(accepted), respond);
}

// ---- serving ----

void Seeder::takeReceipt(const ContractId& id, const wire::Signed<wire::Receipt>& receipt, std::optional<SegmentIndex> wanted,
                         Respond respond)
{
    const auto found = m_contracts.find(id);
    if (found == m_contracts.end())
        return refuse({ErrorCode::Gone, "the seeder has no such contract open"}, receipt.payload, respond);
    const EntryPtr entry = found->second;
    if (entry->phase != Phase::Serving) {
        if (entry->phase == Phase::Closing && !wanted && receipt.message.final && entry->contract.best()) {
            entry->waiting.emplace_back(receipt.payload, std::move(respond)); // it learns how the contract was settled
            return;
        }
        return refuse({ErrorCode::Gone, "this contract is being closed"}, receipt.payload, respond);
    }
    const auto outstanding = entry->contract.outstanding().count();
    const auto taken = entry->contract.take(receipt);
    if (!taken) {
        refuse(taken.error(), receipt.payload, respond);
        return close(entry, "invalid receipt: " + taken.error().message);
    }
    if (entry->contract.outstanding().count() < outstanding)
        watch(entry); // for nothing less: old receipts must not put off the timeout
    const bool isNews = *taken == ServedContract::Step::Newer;
    if (wanted) {
        const auto released = entry->contract.release(*wanted, m_parts.tracker.now());
        if (!released) {
            refuse(released.error(), receipt.payload, respond);
            respond = nullptr; // a good receipt counts all the same
            wanted.reset();
            if (released.error().code == ErrorCode::Gone)
                return close(entry, released.error().message);
        }
    }
    if (!isNews && !wanted) {
        if (respond)
            answerReceipt(*entry, receipt.payload, {}, respond);
        return;
    }
    m_book->addReceipt(id, isNews ? receipt.bytes : std::string(), wanted,
                       [this, alive = std::weak_ptr(m_alive), entry, request = receipt.payload, wanted, respond](const auto& written) {
                           // On the disk thread: a segment is read right there, the rest is decided on ours.
                           if (written && wanted)
                               sendSegment(entry, *wanted, respond);
                           m_parts.executor.post([this, alive, entry, request, wanted, respond, written] {
                               if (alive.lock())
                                   receiptIsDurable(entry, request, wanted.has_value(), respond, written);
                           });
                       });
    reportChange();
}

void Seeder::receiptIsDurable(const EntryPtr& entry, const base::Sha256& request, bool segmentSent, const Respond& respond,
                              const base::Result<void>& written)
{
    if (!written) {
        if (respond)
            refuse(written.error(), request, respond);
        return close(entry, written.error().message);
    }
    if (segmentSent)
        return watch(entry);
    if (!entry->contract.best()->message.final) {
        if (respond)
            answerReceipt(*entry, request, {}, respond);
        return;
    }
    if (respond)
        entry->waiting.emplace_back(request, respond); // answered once it is settled
    close(entry, "final receipt");
}

void Seeder::sendSegment(const EntryPtr& entry, SegmentIndex index, const Respond& respond)
{
    const auto film = title(entry->contract.terms().content);
    auto bytes = film ? m_parts.store.get(film->stream.segment(index).sha256)
                      : base::fail(ErrorCode::NotFound, "the film was removed");
    if (!bytes) {
        qCWarning(logSeeder) << "a segment can't be read:" << bytes.error().message.c_str();
        return respond({.status = 503, .contentType = "text/plain", .body = std::make_shared<const std::string>()});
    }
    respond({.status = 200, .contentType = "application/octet-stream", .body = std::move(*bytes)});
}

void Seeder::answerReceipt(const Entry& entry, const base::Sha256& request, std::string closed, const Respond& respond)
{
    auto accepted = wire::answerTo<wire::ReceiptAccepted>(request, m_parts.network, m_parts.key.publicKey(), m_parts.tracker.now());
    accepted.contract = entry.contract.id();
    accepted.seq = entry.contract.best() ? entry.contract.best()->message.seq : 0;
    if (!closed.empty())
        accepted.closed = std::move(closed);
    answer(std::move(accepted), respond);
}

void Seeder::watch(const EntryPtr& entry)
{
    if (entry->phase != Phase::Serving)
        return; // the timer is the closing's
    m_parts.executor.cancel(entry->timer);
    const bool waitsForReceipt = !entry->contract.outstanding().empty();
    const auto time = waitsForReceipt ? std::chrono::milliseconds(entry->contract.terms().receiptTimeoutMs)
                                      : std::chrono::milliseconds(idleTime);
    entry->timer = m_parts.executor.after(time, [this, entry, waitsForReceipt] {
        entry->timer = 0;
        close(entry, waitsForReceipt ? "no receipt came in time" : "it was not used any more");
    });
}

/// While there is something to lose.
void Seeder::lookAtTracker(const EntryPtr& entry)
{
    entry->lookTimer = m_parts.executor.after(lookInterval, [this, entry] {
        entry->lookTimer = 0;
        if (entry->phase != Phase::Serving)
            return;
        const auto& best = entry->contract.best();
        if (entry->contract.outstanding().empty() && (!best || best->message.amount.value() == 0))
            return lookAtTracker(entry);
        askTracker(entry, [this, entry](const auto& answer) {
            if (entry->phase != Phase::Serving)
                return;
            if (answer && answer->message.state == wire::ContractState::Closed)
                return settled(entry, *answer);
            if (answer && answer->message.state == wire::ContractState::Closing)
                return close(entry, "the viewer asked the tracker to close it");
            lookAtTracker(entry);
        });
    });
}

void Seeder::askTracker(const EntryPtr& entry, wallet::TrackerClient::Callback<wire::ContractAnswer> callback)
{
    wire::GetContract question;
    question.contract = entry->contract.id();
    m_parts.tracker.ask<wire::ContractAnswer>("getContract", std::move(question), std::move(callback));
}

// ---- closing ----

void Seeder::close(const EntryPtr& entry, const std::string& why)
{
    if (entry->phase != Phase::Serving)
        return;
    qCInfo(logSeeder) << "closing contract" << shortId(entry->contract.id()).c_str() << ":" << why.c_str();
    entry->phase = Phase::Closing;
    m_parts.executor.cancel(entry->timer);
    entry->timer = 0;
    closeAtTracker(entry);
    reportChange();
}

void Seeder::closeAtTracker(const EntryPtr& entry)
{
    const auto again = [this, entry] {
        m_parts.executor.cancel(entry->timer);
        entry->timer = m_parts.executor.after(closeAgain, [this, entry] {
            entry->timer = 0;
            closeAtTracker(entry);
        });
    };
    const auto take = [this, entry, again](const base::Result<wire::Signed<wire::ContractAnswer>>& answer) {
        if (answer && answer->message.state == wire::ContractState::Closed)
            return settled(entry, *answer);
        const bool isUnknown = !answer && answer.error().code == ErrorCode::NotFound;
        if (isUnknown) {
            // The tracker never opened it.
            m_book->closeContract(entry->contract.id(), entry->contract.terms().content, {}, {}, [](const auto&) {});
            return forget(entry);
        }
        if (!answer)
            qCWarning(logSeeder) << "contract" << shortId(entry->contract.id()).c_str() << "is not closed yet:" << answer.error().message.c_str();
        again();
    };
    const auto ask = [this, entry, take] { askTracker(entry, take); };
    if (!entry->contract.best())
        return ask(); // nothing to close it with: the viewer or the tracker's clock does it
    const auto closing = wire::countersign(*entry->contract.best(), m_parts.key);
    if (!closing) {
        qCCritical(logSeeder) << "a receipt can't be countersigned:" << closing.error().message.c_str();
        return again();
    }
    m_parts.tracker.closeContract(*closing, entry->contract.best()->payload, [take, ask](const auto& answer) {
        if (!answer && answer.error().code == ErrorCode::Conflict)
            return ask(); // settled already, by the viewer's request or by time: how?
        take(answer);
    });
}

void Seeder::settled(const EntryPtr& entry, const wire::Signed<wire::ContractAnswer>& answer)
{
    const wire::ContractAnswer& outcome = answer.message;
    qCInfo(logSeeder) << "contract" << shortId(entry->contract.id()).c_str() << "settled:" << outcome.paid.value()
                      << "micro-tokens for" << outcome.bytes.value() << "bytes";
    const ContentId content = entry->contract.terms().content;
    wallet::ContractBook::Totals& totals = m_totals[content];
    totals.bytes += outcome.bytes;
    totals.amount += outcome.paid;
    ++totals.contracts;
    m_book->closeContract(entry->contract.id(), content, outcome.bytes, outcome.paid, [](const auto&) {});
    for (const auto& [request, respond] : std::exchange(entry->waiting, {}))
        answerReceipt(*entry, request, answer.bytes, respond);
    forget(entry);
    m_parts.wallet.refresh();
}

void Seeder::forget(const EntryPtr& entry)
{
    m_parts.executor.cancel(entry->timer);
    m_parts.executor.cancel(entry->lookTimer);
    entry->timer = 0;
    entry->lookTimer = 0;
    entry->phase = Phase::Closing; // what is still under way for it finds it gone
    m_contracts.erase(entry->contract.id());
    reportChange();
    if (m_stopping && m_contracts.empty() && m_allClosed) {
        m_parts.executor.cancel(m_stopTimer);
        std::exchange(m_allClosed, {})();
    }
}

void Seeder::closeAll(std::chrono::milliseconds deadline, std::function<void()> done)
{
    m_stopping = true;
    m_allClosed = std::move(done);
    const auto contracts = m_contracts; // closing changes the map
    for (const auto& [id, entry] : contracts)
        close(entry, "the seeder stops");
    m_stopTimer = m_parts.executor.after(m_contracts.empty() ? 0ms : deadline, [this] {
        if (m_allClosed)
            std::exchange(m_allClosed, {})();
    });
}

// ---- answers, status ----

void Seeder::refuse(const base::Error& error, const base::Sha256& request, const Respond& respond) const
{
    const auto problem = wire::refusal(error, request, m_parts.network, m_parts.key, m_parts.tracker.now());
    respond({.status = static_cast<int>(problem.message.status), .body = std::make_shared<const std::string>(problem.bytes)});
}

template <class A>
void Seeder::answer(A message, const Respond& respond) const
{
    respond({.status = 200, .body = std::make_shared<const std::string>(wire::sign(std::move(message), m_parts.key).bytes)});
}

void Seeder::reportChange()
{
    if (m_changed)
        m_changed();
}

int Seeder::openContracts() const
{
    return static_cast<int>(m_contracts.size());
}

std::vector<TitleStatus> Seeder::titles() const
{
    std::vector<TitleStatus> result;
    const std::lock_guard lock(m_titlesMutex);
    for (const auto& [content, each] : m_titles) {
        TitleStatus status{.content = content, .pricePerMiB = each.pricePerMiB, .seeding = each.seeding, .problem = {}, .uploaded = {}, .earned = {}};
        if (const auto it = m_announcements.find(content); each.seeding && it != m_announcements.end())
            status.problem = it->second.problem;
        if (const auto it = m_totals.find(content); it != m_totals.end()) {
            status.uploaded = it->second.bytes;
            status.earned = it->second.amount;
        }
        for (const auto& [id, entry] : m_contracts) {
            if (entry->contract.terms().content != content)
                continue;
            status.viewersNow += entry->phase == Phase::Serving ? 1 : 0;
            if (const auto& best = entry->contract.best()) {
                status.uploaded += best->message.bytes;
                status.earned += best->message.amount;
            }
        }
        result.push_back(std::move(status));
    }
    return result;
}

} // namespace mutoscope::seeder
