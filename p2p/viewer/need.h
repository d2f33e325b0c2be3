#pragma once

#include <chrono>
#include <cstdint>

#include "p2p/base/types.h"

namespace mutoscope::viewer
{

/// A segment that is to be bought.
struct Need {
    base::SegmentIndex index;
    std::int64_t bytes = 0;
    std::chrono::milliseconds due{0}; ///< by the monotonic clock: when the player is expected to run out of film without it
    bool isWaitedFor = false;         ///< the player has asked for it; otherwise it is bought ahead
    bool asap = false;                ///< somebody has jumped there and looks at a standing picture
};

} // namespace mutoscope::viewer
