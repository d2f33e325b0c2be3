#include "p2p/seeder/terms.h"

namespace mutoscope::seeder
{

using base::ErrorCode;
using base::fail;

base::Result<void> acceptable(const wire::Contract& contract, const Terms& terms, base::UnixMs now)
{
    const auto refuse = [](std::string why) { return fail(ErrorCode::Unacceptable, std::move(why)); };
    if (contract.seedersTracker() != terms.tracker) // whether it takes the one that pays, it will say itself
        return refuse("the seeder keeps its account at another wallet tracker");
    if (contract.seeder != terms.seeder || contract.incomeAddress != terms.incomeAddress)
        return refuse("the contract names another seeder or another income address; ask for the newest offer");
    if (contract.pricePerMiB < terms.pricePerMiB)
        return refuse("the seeder asks for " + std::to_string(terms.pricePerMiB.value()) + " micro-tokens per MiB, the contract offers " +
                      std::to_string(contract.pricePerMiB.value()));
    if (contract.creditWindow > terms.creditWindow)
        return refuse("the seeder grants a credit window of " + std::to_string(terms.creditWindow) + " at most");
    if (contract.receiptTimeoutMs < terms.shortestReceiptTimeoutMs || contract.receiptTimeoutMs > terms.longestReceiptTimeoutMs)
        return refuse("the contract's receipt timeout is not within the seeder's limits");
    if (contract.serveUntil <= now)
        return fail(ErrorCode::Gone, "the contract has expired before it began");
    if (contract.serveUntil.value() - now.value() > terms.longestServingMs)
        return refuse("the contract runs longer than the seeder agrees to");
    const std::int64_t closing = contract.closeUntil.value() - contract.serveUntil.value();
    if (closing < terms.closingMarginMs || closing > terms.longestClosingMs)
        return refuse("the contract's time for closing is not within the seeder's limits");
    return {};
}

} // namespace mutoscope::seeder
