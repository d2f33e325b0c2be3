#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/viewer/channel.h"
#include "p2p/viewer/pipeline_depth.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/credit.h"

// Segments, each paid for by the receipt that leaves with a later request.

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::SegmentIndex;

namespace
{

constexpr auto segmentTimeout = 25s; // below the receipt timeout, so that a lost answer can be asked for again
constexpr std::size_t smallBody = 64 * 1024;         ///< hashed in no time
constexpr auto firstPause = 300ms;
constexpr auto longestPause = 4'000ms;
constexpr auto bringAfter = 5s; ///< a receipt that no request carries: the seeder waits for it
constexpr auto bringTimeout = 10s;

} // namespace

int Channel::attempts() const
{
    return m_patience == Patience::Short ? 3 : 7;
}

std::chrono::milliseconds Channel::pauseAfter(int attempt) const
{
    return std::min(firstPause * (1 << (attempt - 1)), std::chrono::milliseconds(longestPause));
}

/// By the receipt that the next request brings.
std::int64_t Channel::credit() const
{
    return wire::grantedCredit(m_contract->message.creditWindow, m_signedReceipt->message.segments.count());
}

std::int64_t Channel::freePlaces() const
{
    const bool mayAsk = m_state == State::Ready || (m_asksAhead && (m_state == State::Fresh || m_state == State::Proposed));
    if (!mayAsk || m_finishing)
        return 0;
    const auto used = static_cast<std::int64_t>(m_fetches.size() + m_owed.size());
    return std::min(credit(), pipelineDepth(m_parts.http.line(m_endpoint), usualSegment())) - used;
}

std::int64_t Channel::usualSegment() const
{
    return m_stream.manifest().message.segmentBytes.value() / std::max<std::int64_t>(1, m_stream.segmentCount());
}

std::optional<std::int64_t> Channel::received(SegmentIndex index) const
{
    const auto fetch = m_fetches.find(index);
    if (fetch == m_fetches.end())
        return std::nullopt;
    if (fetch->second.isHere)
        return m_stream.segment(index).bytes.value();
    return m_parts.http.received(m_first == index ? m_request : fetch->second.request);
}

bool Channel::affords(SegmentIndex index) const
{
    std::vector<SegmentIndex> all{index};
    for (const auto& [other, fetch] : m_fetches)
        all.push_back(other);
    return m_contract && receiptWith(all).has_value();
}

void Channel::cancel(SegmentIndex index)
{
    if (m_receipt.segments.contains(index)) // paid by now, and delivered as soon as the receipt is durable
        return;
    const auto node = m_fetches.extract(index);
    if (!node)
        return;
    m_parts.http.cancel(node.mapped().request);
    m_parts.executor.cancel(node.mapped().timer);
    m_owed.insert(index);
}

/// The newest receipt and these segments, those under way not counted. Errors: PaymentRequired (over the cap), Gone (it does not
/// fit into a receipt any more).
base::Result<wire::Receipt> Channel::receiptWith(const std::vector<SegmentIndex>& more) const
{
    wire::Receipt next = m_receipt;
    ++next.seq;
    for (const SegmentIndex index : more) {
        if (next.segments.contains(index)) // on its way to the disk
            continue;
        next.segments.insert(index);
        next.bytes += m_stream.segment(index).bytes;
    }
    const auto due = wire::amountDue(next.bytes, m_contract->message.pricePerMiB);
    if (!due || *due > m_contract->message.maxAmount)
        return base::fail(ErrorCode::PaymentRequired, "the cap that was agreed to is reached");
    if (next.segments.ranges().size() > wire::SegmentRanges::maxRanges)
        return base::fail(ErrorCode::Gone, "this contract can't hold more segments");
    next.amount = *due;
    return next;
}

void Channel::fetch(SegmentIndex index, Fetched fetched)
{
    Q_ASSERT((canFetch() || m_owed.contains(index)) && !m_fetches.contains(index));
    std::vector<SegmentIndex> all{index};
    for (const auto& [other, fetch] : m_fetches)
        all.push_back(other);
    const auto fits = receiptWith(all);
    m_owed.erase(index);
    Fetch& fetch = m_fetches[index];
    fetch.fetched = std::move(fetched);
    if (!fits) {
        fetch.timer = m_parts.executor.after(0ms, [this, index, error = fits.error()] { deliver(index, tl::unexpected(error)); });
        return;
    }
    if (m_state == State::Ready || m_request != 0 || m_confirmation != 0) // else it leaves with the proposal
        request(index);
}

void Channel::request(SegmentIndex index)
{
    m_parts.executor.cancel(std::exchange(m_timer, 0)); // this request brings the newest receipt
    Fetch& fetch = m_fetches.at(index);
    fetch.timer = 0;
    const std::string target = path("/segments/") + std::to_string(index.value());
    // The segment, or a signed refusal, which is small.
    const std::int64_t maxBody = std::max<std::int64_t>(m_stream.segment(index).bytes.value(), wire::Problem::maxBytes);
    const auto answered = [this, index, seq = m_signedReceipt->message.seq,
                           carried = m_signedReceipt->payload](const base::Result<net::HttpResponse>& response) {
        Fetch& each = m_fetches.at(index);
        each.request = 0;
        if (response && response->status == 200) {
            m_broughtSeq = std::max(m_broughtSeq, seq);
            return received(index, response->body);
        }
        if (m_state == State::Proposed) // once more when it is open
            return;
        const bool mayPass = !response || response->status == 503;
        if (mayPass && each.attempt < attempts()) {
            each.timer = m_parts.executor.after(pauseAfter(each.attempt++), [this, index] { request(index); });
            return;
        }
        if (!response)
            return deliver(index, tl::unexpected(response.error()));
        const auto refusal = wire::openAnswer<wire::ReceiptAccepted>(response->status, *response->body, m_parts.network,
                                                                     m_offer.message.seeder, carried);
        base::Error error = refusal ? base::Error{ErrorCode::WrongData, "the seeder answered without the segment"} : refusal.error();
        if (error.code == ErrorCode::PaymentRequired) // within the cap: the two sides don't agree on what was sent
            error.code = ErrorCode::Gone;
        deliver(index, tl::unexpected(std::move(error)));
    };
    fetch.request = post(target, m_signedReceipt->bytes, {.timeout = segmentTimeout, .maxBody = maxBody, .pipelined = true}, answered);
}

void Channel::received(SegmentIndex index, const net::Body& body)
{
    const wire::SegmentRef& expected = m_stream.segment(index);
    if (static_cast<std::int64_t>(body->size()) != expected.bytes.value())
        return deliver(index, base::fail(ErrorCode::WrongData, "the seeder sent a segment of the wrong size"));
    const auto fetch = m_fetches.find(index);
    if (fetch == m_fetches.end()) // cancelled, while it came with the contract
        return;
    fetch->second.isHere = true;
    if (body->size() <= smallBody && crypto::sha256(*body) == expected.sha256)
        checked(index, body); // sooner than a disk that still writes a large one
    ++m_storing;
    m_parts.disk.post([this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor, &store = m_parts.store, index, body, hash = expected.sha256] {
        const auto put = store.put(hash, *body, [&] { // checks the hash before anything else
            executor.post([this, alive, index, body] {
                if (alive.lock())
                    checked(index, body);
            });
        });
        executor.post([this, alive, index, body, put] {
            if (!alive.lock())
                return;
            --m_storing;
            if (put)
                stored(index, body);
            else if (put.error().code == ErrorCode::WrongData)
                deliver(index, base::fail(ErrorCode::WrongData, "the seeder sent other bytes than the film's"));
            else
                deliver(index, tl::unexpected(put.error()));
            if (m_finishLater && m_storing == 0)
                std::exchange(m_finishLater, nullptr)();
        });
    });
}

void Channel::checked(SegmentIndex index, const net::Body& body)
{
    const auto fetch = m_fetches.find(index);
    if (fetch != m_fetches.end() && !std::exchange(fetch->second.isChecked, true) && m_checked)
        m_checked(index, body);
}

void Channel::stored(SegmentIndex index, const net::Body& body)
{
    if (!m_fetches.contains(index)) // cancelled: it is here from elsewhere
        return;
    const auto next = receiptWith({index});
    if (!next)
        return deliver(index, tl::unexpected(next.error()));
    if (m_verified)
        m_verified(index);
    makeDurable(*next, [this, index, body](const auto& written) {
        if (written)
            deliver(index, body);
        else
            deliver(index, tl::unexpected(written.error()));
    });
}

/// Durable before it leaves, and before the player has the segment: after a crash we never sign lower.
void Channel::makeDurable(const wire::Receipt& receipt, Done done)
{
    m_receipt = receipt;
    auto signedReceipt = wire::sign(receipt, m_parts.key);
    m_parts.book.addReceipt(receipt.contract, signedReceipt.bytes, std::nullopt,
                            [this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor, signedReceipt, done = std::move(done)](const auto& written) {
                                executor.post([this, alive, signedReceipt, written, done] {
                                    if (!alive.lock())
                                        return;
                                    if (written && m_signedReceipt->message.seq < signedReceipt.message.seq)
                                        m_signedReceipt = signedReceipt;
                                    done(written);
                                });
                            });
}

void Channel::deliver(SegmentIndex index, base::Result<net::Body> result)
{
    const auto node = m_fetches.extract(index);
    if (!node)
        return;
    m_parts.http.cancel(node.mapped().request); // asked for once more, while it was on its way to the disk
    if (result && m_fetches.empty() && !m_finishing)
        bringLater();
    if (node.mapped().fetched)
        node.mapped().fetched(std::move(result));
}

/// The player has enough for now, but the seeder waits for its receipt.
void Channel::bringLater()
{
    m_parts.executor.cancel(m_timer);
    m_timer = m_parts.executor.after(bringAfter, [this] {
        m_timer = 0;
        if (m_finishing || !m_fetches.empty() || m_signedReceipt->message.seq <= m_broughtSeq)
            return;
        if (m_state != State::Ready || m_request != 0)
            return bringLater();
        m_request = post(path("/receipts"), m_signedReceipt->bytes, {.timeout = bringTimeout, .maxBody = wire::ReceiptAccepted::maxBytes},
                         [this, seq = m_signedReceipt->message.seq](const base::Result<net::HttpResponse>& response) {
                             m_request = 0;
                             if (response && response->status == 200)
                                 m_broughtSeq = std::max(m_broughtSeq, seq);
                             else if (!response || response->status == 503)
                                 bringLater();
                             // A refusal comes again, with its reason, to the next request for a segment.
                         });
    });
}

} // namespace mutoscope::viewer
