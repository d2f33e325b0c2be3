#include "p2p/net/token_bucket.h"

#include <algorithm>

namespace mutoscope::net
{

void TokenBucket::setRate(std::int64_t bytesPerSecond)
{
    const std::lock_guard lock(m_mutex);
    m_rate = std::max<std::int64_t>(bytesPerSecond, 0);
    m_paidOff = {};
}

std::int64_t TokenBucket::rate() const
{
    const std::lock_guard lock(m_mutex);
    return m_rate;
}

std::int64_t TokenBucket::taken() const
{
    const std::lock_guard lock(m_mutex);
    return m_taken;
}

TokenBucket::Clock::duration TokenBucket::take(std::size_t bytes, Clock::time_point now)
{
    const std::lock_guard lock(m_mutex);
    m_taken += static_cast<std::int64_t>(bytes);
    if (m_rate == 0)
        return {};
    m_paidOff = std::max(m_paidOff, now - burst);
    const auto wait = std::max(m_paidOff - now, Clock::duration{});
    m_paidOff += std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(static_cast<double>(bytes) / static_cast<double>(m_rate)));
    return wait;
}

} // namespace mutoscope::net
