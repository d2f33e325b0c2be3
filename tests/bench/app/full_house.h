#pragma once

#include "app/demo/private_network.h"

namespace mutoscope::bench
{

/// What a year leaves behind, written through the classes that the programs use.
struct FullHouse {
    int films = 1'000; ///< on the shelf: half an hour to two and a half, with a poster; of each some segments are here
    int rows = 10'000; ///< of the history: films that were watched, contracts that have earned, transfers
};

/// Into the data folder of a node that was never started, and into the books of the network's tracker, which must not run. Takes its time.
[[nodiscard]] base::Result<void> furnish(app::PrivateNetwork& network, const QString& viewer, const FullHouse& house);

} // namespace mutoscope::bench
