#include "tests/support/virtual_time.h"

#include <algorithm>

namespace mutoscope::test
{

base::Executor::TimerId VirtualTime::after(std::chrono::milliseconds delay, Task task)
{
    const TimerId id = ++m_lastId;
    m_byId[id] = m_timers.emplace(m_now + delay, Timer{id, std::move(task)});
    return id;
}

void VirtualTime::cancel(TimerId timer)
{
    if (const auto it = m_byId.extract(timer))
        m_timers.erase(it.mapped());
}

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
    m_byId.erase(next->second.id);
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
