#include "p2p/viewer/rate_meter.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mutoscope::viewer
{

namespace
{

/// Less says more of the way there and back than of the rate.
constexpr double sampleBytes = 64 * 1024;
constexpr double longestSample = 1'000; ///< ms: where hardly anything comes, that is a measurement, too

} // namespace

void RateMeter::Average::add(double bytesPerMs, double ms)
{
    const double keep = std::exp2(-ms / halfLifeMs);
    sum = sum * keep + bytesPerMs * (1 - keep);
    weight = weight * keep + (1 - keep);
}

void RateMeter::asked(std::chrono::milliseconds now)
{
    if (m_underWay++ > 0)
        return;
    m_since = now;
    m_isFirst = true;
}

void RateMeter::passed(std::chrono::milliseconds now)
{
    m_ms += static_cast<double>((now - m_since).count());
    m_since = now;
}

void RateMeter::count(std::chrono::milliseconds now)
{
    if (m_underWay == 0)
        return;
    passed(now);
    m_isFirst = false;
    --m_underWay;
}

void RateMeter::received(std::chrono::milliseconds now, std::int64_t bytes)
{
    if (m_underWay == 0 || (m_isFirst && bytes == 0))
        return;
    if (std::exchange(m_isFirst, false)) {
        m_since = now;
        return;
    }
    if (bytes > 0 || m_ms + static_cast<double>((now - m_since).count()) >= longestSample)
        passed(now);
    m_bytes += static_cast<double>(bytes);
    if (m_bytes >= sampleBytes || m_ms >= longestSample)
        sample();
}

void RateMeter::arrived(std::chrono::milliseconds now, std::int64_t bytes)
{
    if (m_underWay == 0)
        return;
    count(now);
    m_bytes += static_cast<double>(bytes);
    if (m_bytes >= sampleBytes)
        sample();
}

void RateMeter::sample()
{
    const double ms = std::max(m_ms, 1.0);
    m_quick.add(m_bytes / ms, ms);
    m_slow.add(m_bytes / ms, ms);
    m_bytes = 0;
    m_ms = 0;
}

void RateMeter::failed(std::chrono::milliseconds now)
{
    count(now);
}

void RateMeter::cancelled(std::chrono::milliseconds now)
{
    if (m_underWay == 0)
        return;
    m_since = now;
    --m_underWay;
}

std::optional<std::int64_t> RateMeter::bytesPerSecond() const
{
    if (m_slow.weight == 0)
        return std::nullopt;
    return std::llround(1000 * std::min(m_quick.sum / m_quick.weight, m_slow.sum / m_slow.weight));
}

} // namespace mutoscope::viewer
