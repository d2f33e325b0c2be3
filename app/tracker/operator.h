#pragma once

#include <string>

#include "p2p/base/types.h"
#include "p2p/tracker/settings.h"

/// The operator's commands. Each works on the data folder itself, beside a tracker that serves it, and returns the
/// process's exit status.
namespace mutoscope::app
{

/// Makes the data folder, keys and ledger where they are missing; prints the tracker's key and certificate.
[[nodiscard]] int init(const tracker::Settings& settings);
/// New tokens for an address; prints one JSON line.
[[nodiscard]] int issue(const tracker::Settings& settings, const base::Address& to, base::Tokens amount,
                        const std::string& memo);
/// All accounts and contracts, their totals and the result of the check: one JSON line, or a table for people.
[[nodiscard]] int accounts(const tracker::Settings& settings, bool json);
/// 0 where the books are right; else 1 and where they break.
[[nodiscard]] int check(const tracker::Settings& settings);

} // namespace mutoscope::app
