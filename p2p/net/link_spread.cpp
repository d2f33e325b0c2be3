#include "p2p/net/link_spread.h"

#include <algorithm>

namespace mutoscope::net
{

using namespace std::chrono_literals;

namespace
{

constexpr auto period = 1s;
constexpr std::uint64_t leastPackets = 100; ///< fewer say nothing
constexpr double lossyShare = 0.06;         ///< out of order: two or three of a thousand are lost; that a slow line's queue is full now and then makes 4 %
constexpr int lossyPeriods = 4;             ///< one after the other; the end of a slow start alone takes less
constexpr int calmPeriods = 20;
constexpr auto settles = 2s; ///< until a new connection that is busy has its rate
constexpr int trialPeriods = 3;
constexpr double leastGain = 1.15;
constexpr auto firstRest = 30s;
constexpr auto longestRest = 8min;

} // namespace

void LinkSpread::pause(Ms now)
{
    m_since = now;
    m_sum = {};
}

void LinkSpread::sample(Ms now, const Sample& sample)
{
    if (!m_since)
        pause(now);
    const bool isFirst = m_sum.busy == 0;
    m_sum.bytes += sample.bytes;
    m_sum.packets += sample.packets;
    m_sum.outOfOrder += sample.outOfOrder;
    m_sum.busy = isFirst ? sample.busy : std::min(m_sum.busy, sample.busy);
    if (now - *m_since >= period && m_sum.packets >= leastPackets)
        endPeriod(now);
}

void LinkSpread::endPeriod(Ms now)
{
    const Sample sum = m_sum;
    const auto rate = static_cast<std::int64_t>(static_cast<double>(sum.bytes) * 1000 / static_cast<double>((now - *m_since).count()));
    pause(now);
    m_rates[1] = m_rates[0];
    m_rates[0] = rate;
    const bool isLossy = static_cast<double>(sum.outOfOrder) >= lossyShare * static_cast<double>(sum.packets);
    m_lossy = isLossy ? m_lossy + 1 : 0;
    m_calm = isLossy ? 0 : m_calm + 1;
    if (m_trial) {
        if (sum.busy < m_connections) // there was not enough to be asked for
            m_trial->since = now;
        else if (now - m_trial->since >= settles)
            judgeTrial(now, rate);
        return;
    }
    if (m_lossy >= lossyPeriods && m_connections < m_most && (!m_notBefore || now >= *m_notBefore)) {
        m_trial = Trial{.since = now, .before = (m_rates[0] + m_rates[1]) / 2};
        ++m_connections;
    } else if (m_calm >= calmPeriods && m_connections > 1) {
        --m_connections;
        m_calm = 0;
    }
}

void LinkSpread::judgeTrial(Ms now, std::int64_t rate)
{
    m_trial->sum += rate;
    if (++m_trial->periods < trialPeriods)
        return;
    const auto with = static_cast<double>(m_trial->sum) / trialPeriods;
    const bool helps = with >= leastGain * static_cast<double>(m_trial->before);
    m_trial.reset();
    if (helps) {
        m_rest = 0ms;
        return;
    }
    --m_connections;
    m_rest = std::min(std::max(Ms(firstRest), 2 * m_rest), Ms(longestRest));
    m_notBefore = now + m_rest;
}

} // namespace mutoscope::net
