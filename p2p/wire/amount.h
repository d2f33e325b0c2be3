#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "p2p/base/result.h"
#include "p2p/base/types.h"

namespace mutoscope::wire
{

/// What `bytes` cost at `pricePerMiB`: ceil(bytes × price / 2^20), in whole micro-tokens (protocol §3). The one place
/// where viewer, seeder and tracker take it from. Unacceptable where the result is more than maxInteger.
/// Both arguments within 0 … maxInteger.
[[nodiscard]] base::Result<base::Tokens> amountDue(base::ByteCount bytes, base::Tokens pricePerMiB);

/// The most bytes that cost at most `amount`; maxInteger where the price is 0.
[[nodiscard]] base::ByteCount bytesFor(base::Tokens amount, base::Tokens pricePerMiB);

/// "1.5" tokens, as people write them, are 1,500,000 micro-tokens: digits, at most six of them behind a point; nothing
/// otherwise.
[[nodiscard]] std::optional<base::Tokens> parseTokens(std::string_view text);
/// "1.5 tokens", for sentences.
[[nodiscard]] std::string inWords(base::Tokens amount);

} // namespace mutoscope::wire
