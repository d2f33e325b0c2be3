#pragma once

#include <algorithm>
#include <cstdint>

namespace mutoscope::wire
{

/// Segments that a stranger gets before the first one is paid for.
inline constexpr std::int64_t firstCredit = 2;

/// How many segments may be sent and not receipted, protocol §4: the contract's `credit_window`, but no more than what was paid
/// for under it, and two. So what somebody can take along grows with what that person has paid.
[[nodiscard]] constexpr std::int64_t grantedCredit(std::int64_t creditWindow, std::int64_t receipted)
{
    return receipted >= creditWindow ? creditWindow : std::min(creditWindow, firstCredit + receipted);
}

} // namespace mutoscope::wire
