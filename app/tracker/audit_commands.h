#pragma once

#include "app/tracker/arguments.h"

/// Commands for whoever checks or moves the books. Each works on the data folder, beside a tracker that serves it.
namespace mutoscope::app
{

/// Everything recomputed from the journal and its documents; 1 and where it breaks.
[[nodiscard]] int audit(const tracker::Settings& settings, const Arguments& arguments);
/// The whole log into a new file.
[[nodiscard]] int exportLog(const tracker::Settings& settings, const Arguments& arguments);
/// A new ledger from a log. Needs the key in the data folder, and no ledger.
[[nodiscard]] int rebuild(const tracker::Settings& settings, const Arguments& arguments);

} // namespace mutoscope::app
