#include "p2p/viewer/rendition_choice.h"

#include <algorithm>
#include <utility>

namespace mutoscope::viewer
{

namespace
{

/// What most lines carry; before anything was measured.
constexpr double startBitsPerSecond = 4'000'000;
constexpr double marginUp = 1.3;
constexpr double marginDown = 1.05;
/// With next to nothing in reserve it is refilled faster than it is played.
constexpr double marginEmpty = 1.8;
constexpr std::int64_t emptyMs = 2'000;
constexpr std::int64_t reserveMs = 8'000; ///< for a step up
constexpr std::int64_t longMs = 15'000;   ///< a slump may pass before this is played

} // namespace

RenditionChoice::RenditionChoice(std::vector<std::int64_t> bitsPerSecond)
    : m_bitsPerSecond(std::move(bitsPerSecond)), m_rung(highestWithin(startBitsPerSecond))
{
}

std::size_t RenditionChoice::highestWithin(double bitsPerSecond) const
{
    const auto above = std::ranges::upper_bound(m_bitsPerSecond, bitsPerSecond, {},
                                                [](std::int64_t each) { return static_cast<double>(each); });
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - m_bitsPerSecond.begin() - 1, 0));
}

void RenditionChoice::decide(std::optional<std::int64_t> bytesPerSecond, std::int64_t aheadMs, std::int64_t readAheadMs)
{
    if (!bytesPerSecond)
        return;
    const double rate = static_cast<double>(*bytesPerSecond) * 8;
    if (aheadMs < std::min(emptyMs, readAheadMs / 4)) {
        m_rung = std::min(m_rung, highestWithin(rate / marginEmpty));
        return;
    }
    if (aheadMs >= std::min(reserveMs, readAheadMs / 2))
        m_rung = std::max(m_rung, highestWithin(rate / marginUp));
    if (aheadMs < longMs)
        m_rung = std::min(m_rung, highestWithin(rate / marginDown));
}

bool RenditionChoice::follow(std::optional<std::int64_t> bytesPerSecond, std::int64_t aheadMs)
{
    if (!bytesPerSecond || aheadMs >= longMs)
        return false;
    const std::size_t carried = highestWithin(static_cast<double>(*bytesPerSecond) * 8 / marginDown);
    return carried < std::exchange(m_rung, std::min(m_rung, carried));
}

} // namespace mutoscope::viewer
