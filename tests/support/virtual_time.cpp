#include "tests/support/virtual_time.h"

#include <algorithm>

namespace mutoscope::test
{

base::Executor::TimerId VirtualTime::after(std::chrono::milliseconds delay, Task task)
{
    m_timers.emplace(m_now + delay, Timer{++m_lastId, std::move(task)});
    return m_lastId;
}

void VirtualTime::cancel(TimerId timer)
{
    const auto it = std::ranges::find_if(m_timers, [timer](const auto& each) { return each.second.id == timer; });
    if (it != m_timers.end())
        m_timers.erase(it);
}

/// One task, or one timer that falls due by `end`.
bool VirtualTime::step(std::chrono::milliseconds end)
{
    if (!m_posted.empty()) {
        const Task task = std::move(m_posted.front());
        m_posted.pop_front();
        task();
        return true;
    }
    const auto next = m_timers.begin();
    if (next == m_timers.end() || next->first > end)
        return false;
    m_now = std::max(m_now, next->first);
    const Task task = std::move(next->second.task);
    m_timers.erase(next);
    task();
    return true;
}

bool VirtualTime::runUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit)
{
    const std::chrono::milliseconds end = m_now + limit;
    while (!condition()) {
        if (!step(end)) {
            m_now = end;
            return condition();
        }
    }
    return true;
}

void VirtualTime::advance(std::chrono::milliseconds by)
{
    runUntil([] { return false; }, by);
}

} // namespace mutoscope::test
