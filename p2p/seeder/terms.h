#pragma once

#include "p2p/wire/contract.h"

namespace mutoscope::seeder
{

/// What this seeder agrees to for one film.
struct Terms {
    std::string network;
    base::PublicKey tracker; ///< of the income address
    base::PublicKey seeder;
    base::Address incomeAddress;
    base::Tokens pricePerMiB;
    std::int64_t creditWindow = 1;                            ///< the largest granted
    std::int64_t longestServingMs = 24 * 60 * 60 * 1000;      ///< serve_until − now
    std::int64_t shortestReceiptTimeoutMs = 1'000;
    std::int64_t longestReceiptTimeoutMs = 120'000;
    std::int64_t closingMarginMs = 60'000;                    ///< close_until − serve_until at least: time to bring the receipt
    std::int64_t longestClosingMs = 7 * 24 * 60 * 60 * 1000LL; ///< close_until − serve_until at most
};

/// Whether a proposed contract may be countersigned at `now` (tracker's clock). Pure. Unacceptable or Gone, with a
/// sentence that the viewer is shown.
[[nodiscard]] base::Result<void> acceptable(const wire::Contract& contract, const Terms& terms, base::UnixMs now);

} // namespace mutoscope::seeder
