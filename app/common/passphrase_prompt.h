#pragma once

#include "p2p/crypto/secret.h"

namespace mutoscope::app
{

/// Asks on the terminal, without showing what is typed; null where there is no terminal, or nothing was typed. Blocks.
[[nodiscard]] crypto::SharedSecret askPassphrase(const char* question);

} // namespace mutoscope::app
