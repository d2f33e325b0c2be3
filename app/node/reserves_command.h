#pragma once

#include <string>

#include "p2p/node/local_node.h"

namespace mutoscope::app
{

/// Asks the tracker for its proof of reserves, and checks that this node's balances are in it; prints one JSON line.
/// Beside a node that runs with the same folder. Needs a QCoreApplication. Exit status: 0 all is well, 1 not, or it
/// can't be said.
[[nodiscard]] int checkReserves(const node::NodeConfig& config);

} // namespace mutoscope::app
