#pragma once

#include "app/tracker/arguments.h"

namespace mutoscope::app
{

/// Ledger, key and TLS identity of a tracker, which may be running, into a new folder; the copy is audited.
[[nodiscard]] int backup(const tracker::Settings& settings, const Arguments& arguments);
/// Such a folder into a data folder that has none of them.
[[nodiscard]] int restore(const tracker::Settings& settings, const Arguments& arguments);

} // namespace mutoscope::app
