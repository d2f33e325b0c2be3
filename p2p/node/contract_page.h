#pragma once

#include <optional>
#include <string>

#include "p2p/base/types.h"
#include "p2p/wire/answers.h"

namespace mutoscope::node
{

/// A contract of this node, as its tracker tells it. What it says is to be checked with wire::checkPapers().
struct ContractPage {
    base::ContractId id;
    std::string contract; ///< envelope with both signatures
    std::string receipt;  ///< envelope of the one that it was settled with, or the best so far; empty where there is none
    wire::ContractState state = wire::ContractState::Open;
    base::Tokens paid;     ///< once it is closed
    base::Tokens returned; ///< once it is closed
    base::UnixMs opened;
    std::optional<base::UnixMs> closed;
    std::string problem; ///< why nothing could be looked up, one sentence; empty if all is well
};

} // namespace mutoscope::node
