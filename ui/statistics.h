#pragma once

#include <QString>

#include "p2p/node/snapshot.h"

namespace mutoscope::ui
{

class Playback;

/// What the statistics over the film say: pipeline, pictures, buffer, network, contract. One fact a line; what is not known
/// is left out.
[[nodiscard]] QString statisticsText(const node::Viewing& viewing, const Playback& playback);

} // namespace mutoscope::ui
