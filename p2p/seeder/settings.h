#pragma once

#include <cstdint>

namespace mutoscope::seeder
{

/// What the operator of a seeder risks, and no more.
struct SeederSettings {
    std::int64_t creditWindow = 1; ///< segments sent and not receipted, the largest that is granted; 1 … wire::maxCreditWindow
    /// Where a film's segments are small the window is larger than that, up to so many bytes: else a fast line far away is not filled.
    std::int64_t creditBytes = 0;
    /// The first segment leaves while the tracker still answers, so that paying costs no round trip. If the tracker then
    /// refuses the contract, that segment is lost.
    bool serveWhileOpening = true;
    int earlyAtOnce = 16;       ///< such segments under way at a time; the others wait for the tracker
    int earlyLossesPerHour = 8; ///< after so many lost ones nobody is served early for the rest of the hour
};

} // namespace mutoscope::seeder
