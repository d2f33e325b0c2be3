#include "p2p/viewer/read_ahead.h"

#include <algorithm>

namespace mutoscope::viewer
{

namespace
{

constexpr std::int64_t enoughMs = 15'000;
constexpr double plenty = 4;     ///< times the film's rate
constexpr double barely = 1.25;
constexpr std::int64_t stepMs = 4'000; ///< a smaller change is none
constexpr std::int64_t mebibyte = 1 << 20;

} // namespace

std::int64_t ReadAhead::shallowMs() const
{
    return std::min(m_mostMs, std::max(m_mostMs / 2, enoughMs));
}

void ReadAhead::setMost(std::int64_t ms)
{
    m_mostMs = std::clamp(ms, leastMs, longestMs);
    m_depthMs = shallowMs(); // as long as nothing is measured: beginnings are often left again
}

void ReadAhead::measured(std::int64_t rate, std::int64_t filmRate)
{
    if (filmRate <= 0)
        return;
    const double times = static_cast<double>(std::max<std::int64_t>(rate, 1)) / static_cast<double>(filmRate);
    const double share = std::clamp((1 / times - 1 / plenty) / (1 / barely - 1 / plenty), 0.0, 1.0);
    const auto wanted = shallowMs() + static_cast<std::int64_t>(share * static_cast<double>(m_mostMs - shallowMs()));
    const bool isEnd = wanted == m_mostMs || wanted == shallowMs();
    if (isEnd || std::abs(wanted - m_depthMs) >= stepMs)
        m_depthMs = wanted;
}

std::int64_t ReadAhead::reachMs(base::Tokens left, base::Tokens pricePerMiB, std::int64_t filmRate) const
{
    if (pricePerMiB.value() <= 0 || filmRate <= 0)
        return m_mostMs;
    const double mebibytes = static_cast<double>(std::max<std::int64_t>(left.value(), 0)) / static_cast<double>(pricePerMiB.value());
    const double ms = mebibytes * mebibyte / static_cast<double>(filmRate) * 1000;
    return ms >= static_cast<double>(m_mostMs) ? m_mostMs : static_cast<std::int64_t>(ms);
}

} // namespace mutoscope::viewer
