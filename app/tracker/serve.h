#pragma once

#include <optional>
#include <string>

#include "p2p/tracker/settings.h"

namespace mutoscope::app
{

/// Serves until SIGTERM or SIGINT; prints the tracker's link on standard output once it listens, and writes it to
/// `linkFile` if that is given. Returns the process's exit status. Needs a QCoreApplication; SIGTERM and SIGINT must be
/// blocked in all threads.
[[nodiscard]] int serve(const tracker::Settings& settings, const std::optional<std::string>& linkFile);

} // namespace mutoscope::app
