#include "p2p/seeder/seeder.h"

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/wire/relaying.h"

namespace mutoscope::seeder
{

using namespace std::chrono_literals;
using base::ContentId;
using base::ContractId;
using base::ErrorCode;

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

// ---- serving ----

void Seeder::takeReceipt(const ContractId& id, const wire::Signed<wire::Receipt>& receipt, OptionalIndex wanted, Respond respond)
{
    const auto found = m_contracts.find(id);
    if (found == m_contracts.end())
        return refuse({ErrorCode::Gone, "the seeder has no such contract open"}, receipt.payload, respond);
    const EntryPtr entry = found->second;
    if (entry->phase == Phase::Opening) {
        if (static_cast<std::int64_t>(entry->held.size()) > 2 * entry->contract.terms().creditWindow)
            return refuse({ErrorCode::TooMany, "the contract is not open yet"}, receipt.payload, respond);
        entry->held.push_back({receipt, wanted, std::move(respond)});
        return;
    }
    if (entry->phase == Phase::Closing) {
        if (!wanted && receipt.message.final && entry->contract.best()) {
            entry->waiting.push_back({receipt.payload, {}, std::move(respond)}); // it learns how the contract was settled
            return;
        }
        return refuse({ErrorCode::Gone, "this contract is being closed"}, receipt.payload, respond);
    }
    entry->resumed = false;
    const auto outstanding = entry->contract.outstanding().count();
    const auto taken = entry->contract.take(receipt);
    if (!taken) {
        refuse(taken.error(), receipt.payload, respond);
        if (taken.error().code == ErrorCode::Conflict)
            entry->contradiction = receipt;
        return close(entry, "invalid receipt: " + taken.error().message);
    }
    if (entry->contract.outstanding().count() < outstanding)
        watch(entry); // for nothing less: old receipts must not put off the timeout
    const bool isNews = *taken == ServedContract::Step::Newer;
    if (wanted) {
        const auto released = isInOrder(entry, *wanted) ? entry->contract.release(*wanted, m_parts.tracker.now())
                                                        : base::fail(ErrorCode::NotFound, "a relay's units are asked for one after the other");
        if (!released) {
            refuse(released.error(), receipt.payload, respond);
            respond = nullptr; // a good receipt counts all the same
            wanted.reset();
            if (released.error().code == ErrorCode::Gone)
                return close(entry, released.error().message);
        }
    }
    if (!isNews && !wanted && !respond)
        return;
    // Also where it says nothing new: its first copy may still be on its way to the disk, and the answer says that it is there.
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
        entry->waiting.push_back({request, {}, respond}); // answered once it is settled
    close(entry, "final receipt");
}

bool Seeder::isRelaying(const EntryPtr& entry)
{
    return entry->contract.terms().content == wire::relayedContent();
}

/// A film's segments come in any order. A relay's units one after the other, so that it need not remember which ones were bought.
bool Seeder::isInOrder(const EntryPtr& entry, base::SegmentIndex index)
{
    if (!isRelaying(entry))
        return true;
    const auto& best = entry->contract.best();
    const std::int64_t bought = entry->contract.outstanding().count() + (best ? best->message.segments.count() : 0);
    return index.value() <= bought;
}

void Seeder::sendSegment(const EntryPtr& entry, base::SegmentIndex index, const Respond& respond)
{
    if (isRelaying(entry)) {
        if (!m_relaying) // any more
            return respond({.status = 503, .contentType = "text/plain", .body = std::make_shared<const std::string>()});
        m_relaying->allow(entry->contract.id(), entry->contract.terms().viewer, index.value());
        return respond({.status = 200, .contentType = "application/octet-stream", .body = std::make_shared<const std::string>()});
    }
    const auto film = title(entry->contract.terms().content);
    auto bytes = film ? m_parts.store.get(film->stream.segment(index).sha256)
                      : base::fail(ErrorCode::NotFound, "the film was removed");
    if (!bytes) {
        qCWarning(logSeeder) << "a segment can't be read:" << bytes.error().message.c_str();
        return respond({.status = 503, .contentType = "text/plain", .body = std::make_shared<const std::string>()});
    }
    respond({.status = 200, .contentType = "application/octet-stream", .body = std::move(*bytes)});
}

// ---- answers, status ----

void Seeder::refuse(const base::Error& error, const base::Sha256& request, const Respond& respond) const
{
    const auto problem = wire::refusal(error, request, m_parts.network, m_parts.key, m_parts.tracker.now());
    respond({.status = static_cast<int>(problem.message.status), .body = std::make_shared<const std::string>(problem.bytes)});
}

void Seeder::reportChange()
{
    if (m_changed)
        m_changed();
}

std::optional<TitleStatus> Seeder::relaying() const
{
    if (!m_relaying)
        return std::nullopt;
    TitleStatus status = statusOf(wire::relayedContent());
    status.pricePerMiB = m_relaying->pricePerMiB;
    status.seeding = true;
    return status;
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
        TitleStatus status = statusOf(content);
        status.pricePerMiB = each.pricePerMiB;
        status.seeding = each.seeding;
        if (!each.seeding)
            status.problem.clear();
        result.push_back(std::move(status));
    }
    return result;
}

/// What was announced and earned.
TitleStatus Seeder::statusOf(const ContentId& content) const
{
    TitleStatus status{.content = content, .pricePerMiB = {}, .problem = {}, .uploaded = {}, .earned = {}};
    if (const auto it = m_announcements.find(content); it != m_announcements.end())
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
    return status;
}

} // namespace mutoscope::seeder
