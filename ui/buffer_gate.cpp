#include "ui/buffer_gate.h"

#include <algorithm>

namespace mutoscope::ui
{

using namespace std::chrono_literals;

namespace
{

constexpr auto soon = 2min; ///< running dry again within this is the same trouble
constexpr int mostTimes = 5;
constexpr double mostOfReadAhead = 0.8; ///< the last segment may not fit into it
constexpr double slack = 1.1;           ///< rates are not steady

} // namespace

void BufferGate::begin()
{
    m_isClosed = false;
}

void BufferGate::ranDry(Ms now)
{
    const bool again = m_last && now - *m_last < soon;
    m_times = again ? std::min(m_times + 1, mostTimes) : 1;
    m_last = now;
    m_isClosed = true;
}

BufferGate::Ms BufferGate::wanted(const Supply& supply) const
{
    auto wanted = least * (1 << std::max(m_times - 1, 0));
    if (supply.times && *supply.times * slack < 1) {
        // While `a` seconds that are here play, a · times more arrive, and so on: a / (1 − times) until it is dry again.
        const double missing = 1 - *supply.times / slack;
        wanted = std::max(wanted, Ms(static_cast<Ms::rep>(static_cast<double>(supply.toEnd.count()) * missing)));
    }
    wanted = std::min(wanted, Ms(longest));
    if (supply.readAhead > 0ms)
        wanted = std::min(wanted, Ms(static_cast<Ms::rep>(static_cast<double>(supply.readAhead.count()) * mostOfReadAhead)));
    return std::min(wanted, supply.toEnd);
}

bool BufferGate::holds(const Supply& supply)
{
    if (m_isClosed && supply.ahead >= wanted(supply))
        m_isClosed = false;
    return m_isClosed;
}

std::chrono::milliseconds aheadOf(std::chrono::milliseconds position, const std::vector<node::TimeRange>& here)
{
    const auto at = std::ranges::find_if(here, [position](const node::TimeRange& range) {
        return range.fromMs <= position.count() && position.count() < range.toMs;
    });
    return at == here.end() ? 0ms : std::chrono::milliseconds(at->toMs) - position;
}

} // namespace mutoscope::ui
