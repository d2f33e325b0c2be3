#pragma once

#include <functional>

#include "p2p/node/node.h"

namespace mutoscope::app
{

/// Asks on the terminal for the passphrase that the wallet's key needs; calls `failed`, once, with a sentence where the wallet
/// can't be opened.
void openKeysAtTerminal(node::Node& node, std::function<void(const QString&)> failed);

} // namespace mutoscope::app
