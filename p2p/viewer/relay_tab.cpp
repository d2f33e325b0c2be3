#include "p2p/viewer/relay_tab.h"

#include <algorithm>

#include "p2p/viewer/closer.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/credit.h"
#include "p2p/wire/relaying.h"

namespace mutoscope::viewer
{

namespace
{

base::ByteCount sizeOf(std::int64_t units)
{
    return base::ByteCount(units * wire::relayedUnit.value());
}

} // namespace

RelayTab::RelayTab(base::ContractId id, wire::Contract terms, base::ByteCount carried)
    : m_terms(std::move(terms)), m_carriedBefore(carried), m_receipt(firstReceipt(m_terms, id))
{
}

bool RelayTab::affords(std::int64_t units) const
{
    const auto due = wire::amountDue(sizeOf(units), m_terms.pricePerMiB);
    return units <= wire::SegmentRanges::maxIndex && due && *due <= m_terms.maxAmount;
}

std::optional<base::SegmentIndex> RelayTab::nextUnit() const
{
    const std::int64_t receipted = m_receipt.segments.count();
    if (m_bought - receipted >= wire::grantedCredit(m_terms.creditWindow, receipted) || !affords(m_bought + 1))
        return std::nullopt;
    return base::SegmentIndex(static_cast<std::uint32_t>(m_bought));
}

wire::Receipt RelayTab::receiptAt(base::ByteCount carried) const
{
    wire::Receipt next = m_receipt;
    const std::int64_t used = std::min(m_bought, std::max<std::int64_t>(0, (carried - m_carriedBefore).value()) / wire::relayedUnit.value());
    const std::int64_t units = std::max(used, m_receipt.segments.count()); // never lower
    for (std::int64_t i = m_receipt.segments.count(); i < units; ++i)
        next.segments.insert(base::SegmentIndex(static_cast<std::uint32_t>(i)));
    ++next.seq;
    next.bytes = sizeOf(units);
    next.amount = wire::amountDue(next.bytes, m_terms.pricePerMiB).value_or(m_receipt.amount); // affords() has seen to it
    return next;
}

std::optional<wire::Receipt> RelayTab::receiptFor(base::ByteCount carried) const
{
    wire::Receipt next = receiptAt(carried);
    return next.bytes == m_receipt.bytes ? std::nullopt : std::optional(std::move(next));
}

wire::Receipt RelayTab::finalReceipt(base::ByteCount carried, const std::string& reason) const
{
    wire::Receipt last = receiptAt(carried);
    last.final = true;
    last.reason = reason.substr(0, 200);
    return last;
}

} // namespace mutoscope::viewer
