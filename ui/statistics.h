#pragma once

#include <QString>

#include "p2p/node/snapshot.h"

namespace mutoscope::ui
{

class Playback;

/// What the statistics over the film say, as rich text: pipeline, pictures, buffer, network, contract. One fact a row; what is
/// not known is left out.
[[nodiscard]] QString statisticsText(const node::Viewing& viewing, const Playback& playback);

} // namespace mutoscope::ui
