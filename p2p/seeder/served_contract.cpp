#include "p2p/seeder/served_contract.h"

#include "p2p/wire/amount.h"
#include "p2p/wire/credit.h"

namespace mutoscope::seeder
{

using base::ByteCount;
using base::ErrorCode;
using base::fail;
using base::SegmentIndex;

ServedContract::ServedContract(base::ContractId id, wire::Contract terms, SizeOf sizeOf)
    : m_id(id), m_terms(std::move(terms)), m_sizeOf(std::move(sizeOf))
{
}

std::optional<ByteCount> ServedContract::sizeOf(const wire::SegmentRanges& segments) const
{
    ByteCount sum;
    for (const auto& range : segments.ranges()) {
        for (std::uint32_t i = range.first; i <= range.last; ++i) {
            const auto size = m_sizeOf(SegmentIndex(i));
            if (!size)
                return std::nullopt;
            sum += *size;
        }
    }
    return sum;
}

base::Result<ServedContract::Step> ServedContract::take(const Receipt& receipt)
{
    const wire::Receipt& claim = receipt.message;
    if (const auto fitting = wire::fits(claim, m_terms, m_id); !fitting)
        return tl::unexpected(fitting.error());
    if (m_best && claim.seq <= m_best->message.seq) {
        if (claim.seq == m_best->message.seq && receipt.payload != m_best->payload)
            return fail(ErrorCode::Conflict, "two different receipts have the same number");
        return Step::Known;
    }
    const wire::SegmentRanges none;
    const wire::SegmentRanges& before = m_best ? m_best->message.segments : none;
    if (!claim.segments.includes(before))
        return fail(ErrorCode::Unacceptable, "a later receipt must include the segments of an earlier one");
    wire::SegmentRanges known = before;
    for (const auto& range : m_outstanding.ranges()) {
        for (std::uint32_t i = range.first; i <= range.last; ++i)
            known.insert(SegmentIndex(i));
    }
    if (!known.includes(claim.segments))
        return fail(ErrorCode::Unacceptable, "the receipt names segments that were not sent");
    if (sizeOf(claim.segments) != claim.bytes)
        return fail(ErrorCode::Unacceptable, "the receipt's bytes are not those of its segments");
    m_best = receipt;
    settleOutstanding();
    return Step::Newer;
}

void ServedContract::settleOutstanding()
{
    wire::SegmentRanges rest;
    for (const auto& range : m_outstanding.ranges()) {
        for (std::uint32_t i = range.first; i <= range.last; ++i) {
            if (!m_best->message.segments.contains(SegmentIndex(i)))
                rest.insert(SegmentIndex(i));
        }
    }
    std::erase_if(m_resends, [&](const auto& each) { return !rest.contains(each.first); });
    m_outstanding = rest;
}

base::Result<void> ServedContract::release(SegmentIndex index, base::UnixMs now)
{
    if (!m_best)
        return fail(ErrorCode::PaymentRequired, "no receipt has come under this contract");
    if (m_best->message.final)
        return fail(ErrorCode::Conflict, "the last receipt was final");
    if (m_best->message.segments.contains(index))
        return fail(ErrorCode::Conflict, "this segment was received and receipted before");
    return send(index, now, wire::grantedCredit(m_terms.creditWindow, m_best->message.segments.count()));
}

base::Result<void> ServedContract::releaseFirst(SegmentIndex index, base::UnixMs now)
{
    if (!m_best)
        return send(index, now, 1);
    if (m_best->message.final || m_best->message.segments.count() > 0)
        return fail(ErrorCode::Conflict, "the contract is under way; ask for segments with a receipt");
    return send(index, now, wire::grantedCredit(m_terms.creditWindow, 0)); // what went along on another connection was here before
}

base::Result<void> ServedContract::send(SegmentIndex index, base::UnixMs now, std::int64_t window)
{
    const auto size = m_sizeOf(index);
    if (!size)
        return fail(ErrorCode::NotFound, "the film has no such segment");
    if (now >= m_terms.serveUntil)
        return fail(ErrorCode::Gone, "the contract's time is over");
    if (m_outstanding.contains(index)) {
        if (++m_resends[index] > maxResends)
            return fail(ErrorCode::Conflict, "this segment was sent too often");
        return {};
    }
    if (m_outstanding.count() >= window)
        return fail(ErrorCode::PaymentRequired, "a receipt for what was sent before is missing");
    const ByteCount receipted = m_best ? m_best->message.bytes : ByteCount();
    const auto due = wire::amountDue(receipted + sizeOf(m_outstanding).value_or(ByteCount()) + *size, m_terms.pricePerMiB);
    if (!due || *due > m_terms.maxAmount)
        return fail(ErrorCode::PaymentRequired, "the contract's cap is reached");
    m_outstanding.insert(index);
    return {};
}

void ServedContract::restoreSent(SegmentIndex index)
{
    if (!m_best || !m_best->message.segments.contains(index))
        m_outstanding.insert(index);
}

} // namespace mutoscope::seeder
