#pragma once

#include "app/tracker/arguments.h"

/// The operator's daily commands. Each works on the data folder itself, beside a tracker that serves it.
namespace mutoscope::app
{

/// Makes the data folder, keys and ledger where they are missing; prints the tracker's key and certificate.
[[nodiscard]] int init(const tracker::Settings& settings, const Arguments& arguments);
/// New tokens for an address; prints one JSON line.
[[nodiscard]] int issue(const tracker::Settings& settings, const Arguments& arguments);
/// All accounts and contracts, their totals and the result of the check: one JSON line, or a table for people.
[[nodiscard]] int accounts(const tracker::Settings& settings, const Arguments& arguments);
/// 0 where the books are right; else 1 and where they break.
[[nodiscard]] int check(const tracker::Settings& settings, const Arguments& arguments);

} // namespace mutoscope::app
