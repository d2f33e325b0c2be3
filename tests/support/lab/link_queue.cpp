#include "tests/support/lab/link_queue.h"

#include <algorithm>

namespace mutoscope::test
{

LinkQueue::Time LinkQueue::onTheLine(std::size_t bytes) const
{
    return Time(static_cast<std::int64_t>(static_cast<double>(bytes) * 8e9 / m_spec.bitsPerSecond));
}

std::optional<LinkQueue::Time> LinkQueue::pass(Time now, std::size_t packetBytes)
{
    m_freeAt = std::max(m_freeAt, now);
    const std::size_t frame = packetBytes + frameOverhead;
    if (m_freeAt - now + onTheLine(frame) > onTheLine(m_spec.queueBytes)) {
        ++m_counters.dropped;
        return std::nullopt;
    }
    m_freeAt += onTheLine(frame); // one that is lost has been on the line all the same
    if (m_spec.loss > 0 && std::uniform_real_distribution<>(0, 1)(m_random) < m_spec.loss) {
        ++m_counters.lost;
        return std::nullopt;
    }
    ++m_counters.passed;
    return m_freeAt + m_spec.delay;
}

} // namespace mutoscope::test
