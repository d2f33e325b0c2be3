#pragma once

#include <optional>

#include "p2p/wire/contract.h"

namespace mutoscope::viewer
{

/// What a node has bought of a relay under one contract, what it owes of that, and what it buys next (protocol §10). A unit is owed
/// once as much was carried, by the node's own count, since the contract was opened. Pure.
class RelayTab
{
public:
    /// `carried` is the count at the opening.
    RelayTab(base::ContractId id, wire::Contract terms, base::ByteCount carried);

    /// To be asked for now; none while the credit is used up or the cap allows no more.
    [[nodiscard]] std::optional<base::SegmentIndex> nextUnit() const;
    /// The relay has sold nextUnit().
    void bought() { ++m_bought; }
    /// For all that is owed at this count; none where the newest one says that already.
    [[nodiscard]] std::optional<wire::Receipt> receiptFor(base::ByteCount carried) const;
    /// The last one at this count: `final`, and with the reason.
    [[nodiscard]] wire::Receipt finalReceipt(base::ByteCount carried, const std::string& reason) const;
    /// It is durable: from now on what it frees may be bought.
    void receipted(const wire::Receipt& receipt) { m_receipt = receipt; }

    [[nodiscard]] const wire::Contract& terms() const { return m_terms; }
    [[nodiscard]] const wire::Receipt& receipt() const { return m_receipt; }
    /// All that the cap allows is bought and receipted.
    [[nodiscard]] bool isUsedUp() const { return !affords(m_bought + 1) && m_receipt.segments.count() == m_bought; }

private:
    [[nodiscard]] bool affords(std::int64_t units) const;
    [[nodiscard]] wire::Receipt receiptAt(base::ByteCount carried) const;

    wire::Contract m_terms;
    base::ByteCount m_carriedBefore;
    std::int64_t m_bought = 0;
    wire::Receipt m_receipt; ///< the newest that is durable
};

} // namespace mutoscope::viewer
