#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/seeder/seeder.h"
#include "p2p/wire/papers.h"

// Watching over contracts that are open, and closing them.

namespace mutoscope::seeder
{

using namespace std::chrono_literals;
using base::ContentId;
using base::ErrorCode;

namespace
{

constexpr auto idleTime = 15min;  ///< an unused contract is closed, so that it does not lock the viewer's tokens
constexpr auto resumeTime = 60s;  ///< for the viewer of a contract that an earlier process left open
constexpr auto closeAgain = 15s;
constexpr std::size_t settledKept = 1'000;
/// Shorter than a tracker's grace: a viewer may close there, with an old receipt and without a word to us.
constexpr auto lookInterval = 5s;

} // namespace

void Seeder::watch(const EntryPtr& entry)
{
    if (entry->phase != Phase::Serving)
        return; // the timer is the closing's
    m_parts.executor.cancel(entry->timer);
    const wire::Contract& terms = entry->contract.terms();
    const bool waitsForReceipt = !entry->contract.outstanding().empty();
    const auto patience = waitsForReceipt  ? std::chrono::milliseconds(terms.receiptTimeoutMs)
                          : entry->resumed ? std::chrono::milliseconds(resumeTime)
                                           : std::chrono::milliseconds(idleTime);
    // The tracker takes no receipt after close_until: half of the time for closing is for the viewer's last one, half is ours.
    const std::int64_t margin = waitsForReceipt ? (terms.closeUntil - terms.serveUntil).value() / 2 : 0;
    const std::chrono::milliseconds left((terms.serveUntil - m_parts.tracker.now()).value() + margin);
    entry->timer = m_parts.executor.after(std::min(patience, left), [this, entry, waitsForReceipt, isOver = left <= patience] {
        entry->timer = 0;
        close(entry, isOver            ? "its time is over"
                     : waitsForReceipt ? "no receipt came in time"
                                       : "it was not used any more");
    });
}

/// Before there is something to lose, too: a viewer may ask the tracker to close, wait until the grace is all but over, and take
/// what it can until the next look.
void Seeder::lookAtTracker(const EntryPtr& entry)
{
    entry->lookTimer = m_parts.executor.after(lookInterval, [this, entry] {
        entry->lookTimer = 0;
        if (entry->phase != Phase::Serving)
            return;
        askTracker(entry, [this, entry](const auto& answer) {
            if (entry->phase != Phase::Serving)
                return;
            if (answer && answer->message.state == wire::ContractState::Closed)
                return settled(entry, *answer);
            if (answer && answer->message.state == wire::ContractState::Closing)
                return close(entry, "the viewer asked the tracker to close it");
            if (!answer && answer.error().code == ErrorCode::NotFound)
                return close(entry, "the tracker does not know it any more"); // what is served now is never paid
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
    qCInfo(logSeeder) << "closing contract" << base::shortHex(entry->contract.id()).c_str() << ":" << why.c_str();
    beginClosing(entry);
}

void Seeder::beginClosing(const EntryPtr& entry)
{
    entry->phase = Phase::Closing;
    m_parts.executor.cancel(entry->timer);
    entry->timer = 0;
    // Durable before the tracker hears of it: if the contract went on after a restart, this request could still arrive there and
    // settle it with what is then an old receipt.
    m_book->beginClosing(entry->contract.id(), [this, alive = std::weak_ptr(m_alive), entry](const auto&) {
        m_parts.executor.post([this, alive, entry] {
            if (alive.lock())
                closeAtTracker(entry);
        });
    });
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
            qCWarning(logSeeder) << "contract" << base::shortHex(entry->contract.id()).c_str() << "is not closed yet:" << answer.error().message.c_str();
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
    qCInfo(logSeeder) << "contract" << base::shortHex(entry->contract.id()).c_str() << "settled:" << outcome.paid.value()
                      << "micro-tokens for" << outcome.bytes.value() << "bytes";
    const ContentId content = entry->contract.terms().content;
    wallet::ContractBook::Totals& totals = m_totals[content];
    totals.bytes += outcome.bytes;
    totals.amount += outcome.paid;
    ++totals.contracts;
    m_book->closeContract(entry->contract.id(), content, outcome.bytes, outcome.paid, [](const auto&) {});
    for (const Waiting& each : std::exchange(entry->waiting, {}))
        answerReceipt(*entry, each.request, answer.bytes, each.respond);
    if (const auto& other = entry->contradiction) // the tracker keeps what proves that the viewer signed both
        m_parts.tracker.closeContract(other->bytes, other->payload, [](const auto&) {});
    if (entry->contract.terms().incomeTracker && entry->contract.best() && m_parts.keepPapers)
        m_parts.keepPapers(entry->contract.id(), wire::papersFile(entry->countersigned, entry->contract.best()->bytes));
    m_settled.push_back(entry->contract.id());
    if (m_settled.size() > settledKept)
        m_settled.pop_front();
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
    if (m_relaying && isRelaying(entry))
        m_relaying->end(entry->contract.id());
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

void Seeder::answerReceipt(const Entry& entry, const base::Sha256& request, std::string closed, const Respond& respond)
{
    auto accepted = wire::answerTo<wire::ReceiptAccepted>(request, m_parts.network, m_parts.key.publicKey(), m_parts.tracker.now());
    accepted.contract = entry.contract.id();
    accepted.seq = entry.contract.best() ? entry.contract.best()->message.seq : 0;
    accepted.outstanding = entry.contract.outstanding();
    if (!closed.empty())
        accepted.closed = std::move(closed);
    answer(std::move(accepted), respond);
}

} // namespace mutoscope::seeder
