#pragma once

#include "app/tracker/arguments.h"
#include "p2p/tracker/settings.h"

/// What the operator sees and says of other trackers (docs/operations.md).
namespace mutoscope::app
{

int peers(const tracker::Settings& settings, const Arguments& arguments);
int settle(const tracker::Settings& settings, const Arguments& arguments);

} // namespace mutoscope::app
