#include "p2p/viewer/proposal.h"

#include <algorithm>

#include "p2p/wire/answers.h"

namespace mutoscope::viewer
{

using base::ErrorCode;

namespace
{

constexpr std::int64_t receiptTimeoutMs = 60'000;
constexpr std::int64_t servingMs = 6 * 60 * 60 * 1000;
/// Many requests under way cost the viewer nothing, but more than this brings no speed on any line that was measured.
constexpr std::int64_t widestWindow = 8;

} // namespace

wire::Contract draftContract(const wire::Offer& offer, const wallet::TrackerClient& tracker, const std::string& network)
{
    wire::Contract contract;
    contract.network = network;
    contract.content = offer.content;
    contract.tracker = offer.tracker;
    if (const auto& own = tracker.identity(); own && own->key != offer.tracker) { // which takes contracts with that one
        contract.tracker = own->key;
        contract.incomeTracker = offer.tracker;
    }
    contract.seeder = offer.seeder;
    contract.incomeAddress = offer.incomeAddress;
    contract.pricePerMiB = offer.pricePerMiB;
    contract.creditWindow = std::clamp<std::int64_t>(offer.creditWindow, 1, widestWindow);
    contract.receiptTimeoutMs = receiptTimeoutMs;
    contract.serveUntil = tracker.now() + base::UnixMs(servingMs);
    contract.closeUntil = contract.serveUntil + base::UnixMs(closingMs);
    return contract;
}

base::Result<void> checkAccepted(const net::HttpResponse& response, const wire::Signed<wire::Contract>& contract)
{
    const wire::Contract& terms = contract.message;
    const auto accepted =
        wire::openAnswer<wire::ContractAccepted>(response.status, *response.body, terms.network, terms.seeder, contract.payload);
    if (!accepted)
        return tl::unexpected(accepted.error());
    const auto lie = [](const char* what) {
        return base::fail(ErrorCode::WrongData, std::string("the seeder's answer is not right: ") + what);
    };
    const auto both = wire::open<wire::Contract>(accepted->message.contract, terms.network, {wire::Role::Viewer, wire::Role::Seeder});
    if (!both || both->payload != contract.payload)
        return lie("it has not signed the contract that was proposed");
    const auto opened =
        wire::openAnswer<wire::ContractAnswer>(200, accepted->message.opened, terms.network, terms.seedersTracker(), contract.payload);
    if (!opened || opened->message.contract != wire::contractId(contract) || opened->message.state != wire::ContractState::Open ||
        opened->message.reserved != terms.maxAmount)
        return lie("the tracker has not opened the contract");
    if (!wire::isPromised(opened->message, terms, wire::contractId(contract)))
        return lie("our tracker has not promised to pay");
    return {};
}

std::optional<wire::ContractAnswer> settlementIn(const net::HttpResponse& response, const wire::Signed<wire::Contract>& contract,
                                                 const base::Sha256& receipt)
{
    const wire::Contract& terms = contract.message;
    const auto accepted = wire::openAnswer<wire::ReceiptAccepted>(response.status, *response.body, terms.network, terms.seeder, receipt);
    if (!accepted || !accepted->message.closed)
        return std::nullopt;
    if (terms.incomeTracker) // that is the seeder's tracker's word; ours has our tokens
        return std::nullopt;
    const auto closed = wire::open<wire::ContractAnswer>(*accepted->message.closed, terms.network, {wire::Role::Node});
    const bool isRight = closed && closed->message.node == terms.tracker && closed->message.contract == wire::contractId(contract) &&
                         closed->message.state == wire::ContractState::Closed;
    return isRight ? std::optional(closed->message) : std::nullopt;
}

} // namespace mutoscope::viewer
