#include "p2p/wire/contract.h"

#include "p2p/wire/amount.h"

namespace mutoscope::wire
{

using base::ErrorCode;
using base::fail;

base::Result<void> Contract::check() const
{
    if (seeder == viewer)
        return fail(ErrorCode::Malformed, "the seeder and the viewer are the same");
    if (incomeTracker == tracker) // one contract, one form
        return fail(ErrorCode::Malformed, "both trackers of the contract are the same");
    if (creditWindow < 1 || creditWindow > maxCreditWindow)
        return fail(ErrorCode::Malformed, "the credit window is not within its limits");
    if (closeUntil < serveUntil)
        return fail(ErrorCode::Malformed, "the contract must be closed before serving ends");
    return {};
}

base::Result<void> Receipt::check() const
{
    if (segments.empty() != (bytes.value() == 0))
        return fail(ErrorCode::Malformed, "the receipt names segments without bytes, or bytes without segments");
    return {};
}

base::Result<void> fits(const Receipt& receipt, const Contract& contract, const base::ContractId& id)
{
    if (receipt.contract != id || receipt.seeder != contract.seeder || receipt.viewer != contract.viewer)
        return fail(ErrorCode::Unacceptable, "the receipt belongs to another contract");
    const auto due = amountDue(receipt.bytes, contract.pricePerMiB);
    if (!due || *due != receipt.amount)
        return fail(ErrorCode::Unacceptable, "the receipt's amount is not what its bytes cost");
    if (receipt.amount > contract.maxAmount)
        return fail(ErrorCode::Unacceptable, "the receipt is above the contract's cap");
    return {};
}

} // namespace mutoscope::wire
