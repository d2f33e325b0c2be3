#pragma once

#include "p2p/node/snapshot.h"

namespace mutoscope::node
{

/// How a film of the list of seeded ones does, and where it earns nothing just now, why.
enum class SeedingState {
    Problem,     ///< SeededTitle::problem says it
    Off,
    OutOfHours,
    RatioReached,
    TimeReached,
    Unreachable, ///< nobody can connect to this node
    Watched,     ///< by somebody, just now
    TooDear,     ///< somebody else offers it for less
    NobodyAsked, ///< ever
    Waiting,     ///< somebody has watched it before
};

[[nodiscard]] SeedingState stateOf(const SeededTitle& title, const ReachStatus& reach);

} // namespace mutoscope::node
