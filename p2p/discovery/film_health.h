#pragma once

#include <optional>
#include <string>
#include <vector>

#include "p2p/base/types.h"

namespace mutoscope::discovery
{

/// A seeder as it was found just now.
struct SeederHealth {
    std::string name; ///< shortened key
    base::Tokens pricePerMiB;
    bool complete = true; ///< has every segment
    std::optional<std::int64_t> answeredMs; ///< so long its answer took, its connection included; none: it did not answer in time
};

/// Whether those who seed a film are there.
struct FilmHealth {
    base::ContentId content;
    std::vector<SeederHealth> seeders; ///< who answered first stands first, then the cheapest; not more than a few are asked
    std::string problem;               ///< why nobody could be asked, one sentence; empty if all is well
};

} // namespace mutoscope::discovery
