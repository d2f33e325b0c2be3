#include "p2p/node/seeding_state.h"

namespace mutoscope::node
{

SeedingState stateOf(const SeededTitle& title, const ReachStatus& reach)
{
    if (!title.problem.empty())
        return SeedingState::Problem;
    if (!title.seeding)
        return SeedingState::Off;
    switch (title.pause) {
    case Pause::Schedule:
        return SeedingState::OutOfHours;
    case Pause::Ratio:
        return SeedingState::RatioReached;
    case Pause::Time:
        return SeedingState::TimeReached;
    case Pause::None:
        break;
    }
    if (title.viewersNow > 0)
        return SeedingState::Watched;
    if (reach.way == Way::None)
        return SeedingState::Unreachable;
    if (title.cheapestOther && *title.cheapestOther < title.pricePerMiB)
        return SeedingState::TooDear;
    return title.uploaded.value() == 0 ? SeedingState::NobodyAsked : SeedingState::Waiting;
}

} // namespace mutoscope::node
