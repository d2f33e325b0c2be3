#pragma once

#include "p2p/tracker/settings.h"

namespace mutoscope::app
{

/// Which events are told, from now on. Main thread.
void setLogLevel(tracker::LogLevel level);
/// Events go to standard error in this form from now on, one line each.
void setLogFormat(tracker::LogFormat format);

} // namespace mutoscope::app
