#pragma once

#include "app/tracker/arguments.h"

namespace mutoscope::app
{

/// Prints the signed statement, and with --address the proof for it, or with --leaves everything, as one JSON line.
[[nodiscard]] int reserves(const tracker::Settings& settings, const Arguments& arguments);
/// Checks such a line. Needs nothing but it; with --tracker that it is this tracker's.
[[nodiscard]] int verifyReserves(const tracker::Settings& settings, const Arguments& arguments);

} // namespace mutoscope::app
