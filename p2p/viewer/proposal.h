#pragma once

#include <optional>
#include <string>

#include "p2p/net/http.h"
#include "p2p/wallet/tracker_client.h"
#include "p2p/wire/content.h"

/// What C proposes to B, and what it takes for an answer (protocol §4), whatever is bought.
namespace mutoscope::viewer
{

/// From the end of its serving to the end of the contract.
inline constexpr std::int64_t closingMs = 10 * 60 * 1000;

/// A contract as the offer wants it, paid from this tracker's wallet. Viewer, spend address, cap and nonce are missing, and close_until
/// is closingMs behind a serve_until that may still be shortened.
[[nodiscard]] wire::Contract draftContract(const wire::Offer& offer, const wallet::TrackerClient& tracker, const std::string& network);

/// Whether B has countersigned the contract and the tracker has opened it. The refusal otherwise, or WrongData.
[[nodiscard]] base::Result<void> checkAccepted(const net::HttpResponse& response, const wire::Signed<wire::Contract>& contract);

/// The word of the tracker that rules over our tokens that the contract is settled, as B's answer to the final receipt brings it.
[[nodiscard]] std::optional<wire::ContractAnswer> settlementIn(const net::HttpResponse& response, const wire::Signed<wire::Contract>& contract,
                                                               const base::Sha256& receipt);

} // namespace mutoscope::viewer
