#pragma once

#include "app/tracker/arguments.h"

namespace mutoscope::app
{

/// Serves until SIGTERM or SIGINT, then finishes what it has accepted; prints the tracker's link on standard output once it
/// listens, and writes it to the file of --write-link if that is given. SIGHUP reads the configuration again. Needs a
/// QCoreApplication; the three signals must be blocked in all threads.
[[nodiscard]] int serve(const tracker::Settings& settings, const Arguments& arguments);

} // namespace mutoscope::app
