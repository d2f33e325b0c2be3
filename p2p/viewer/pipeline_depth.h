#pragma once

#include <algorithm>
#include <cstdint>

#include "p2p/net/http.h"
#include "p2p/wire/contract.h"
#include "p2p/wire/credit.h"

namespace mutoscope::viewer
{

/// How many segments are to be asked of one seeder at a time: so many that its line never runs dry between two of them, and no more, as
/// they would stand in the way of a seek. What is on a line is its rate times its round trip; twice that, as a rate that was measured
/// while too little was asked for is too low, and grows only if more is asked for. Beside it, on each connection, the segment that is
/// on its way and the one that comes then.
[[nodiscard]] inline std::int64_t pipelineDepth(const net::LineFigures& line, std::int64_t segmentBytes)
{
    constexpr std::int64_t usualLine = 4 * 1024 * 1024; ///< bytes: 100 Mbit/s for 200 ms, and a segment and a half
    const std::int64_t segment = std::max<std::int64_t>(1, segmentBytes);
    const auto segments = [segment](std::int64_t bytes) { return (bytes + segment - 1) / segment; };
    if (line.bytesPerSecond <= 0 || line.roundTrip.count() <= 0)
        return std::clamp(segments(usualLine), wire::firstCredit, wire::maxCreditWindow);
    const double onTheLine = static_cast<double>(line.bytesPerSecond) * static_cast<double>(line.roundTrip.count()) / 1e6;
    constexpr double most = 1e12; ///< whatever a kernel claims
    return std::clamp(segments(static_cast<std::int64_t>(std::min(2 * onTheLine, most))) + 2 * std::max<std::int64_t>(1, line.connections), wire::firstCredit,
                      wire::maxCreditWindow);
}

} // namespace mutoscope::viewer
