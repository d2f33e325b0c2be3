#include "tests/support/virtual_host.h"

#include <algorithm>

namespace mutoscope::test
{

std::chrono::milliseconds VirtualHost::awake() const
{
    return (m_suspended ? m_suspendedAt : m_time.monotonic()) - m_slept;
}

void VirtualHost::post(Task task)
{
    if (m_alive)
        m_time.post([this, life = m_life, task = std::move(task)] { run(life, task); });
}

void VirtualHost::run(std::uint64_t life, Task task)
{
    if (life != m_life || !m_alive)
        return;
    if (m_suspended)
        m_held.push_back(std::move(task));
    else
        task();
}

base::Executor::TimerId VirtualHost::after(std::chrono::milliseconds delay, Task task)
{
    if (!m_alive)
        return 0;
    const TimerId id = ++m_lastId;
    m_timers[id] = {awake() + std::max(delay, std::chrono::milliseconds(0)), 0, std::move(task)};
    if (!m_suspended)
        arm(id);
    return id;
}

void VirtualHost::arm(TimerId id)
{
    Timer& timer = m_timers.at(id);
    timer.underlying =
        m_time.after(std::max(timer.due - awake(), std::chrono::milliseconds(0)), [this, id] { fire(id); });
}

void VirtualHost::fire(TimerId id)
{
    if (const auto timer = m_timers.extract(id))
        timer.mapped().task();
}

void VirtualHost::cancel(TimerId timer)
{
    if (const auto found = m_timers.extract(timer))
        m_time.cancel(found.mapped().underlying);
}

void VirtualHost::suspend()
{
    if (m_suspended || !m_alive)
        return;
    m_suspendedAt = m_time.monotonic();
    m_suspended = true;
    for (auto& [id, timer] : m_timers)
        m_time.cancel(timer.underlying);
}

void VirtualHost::resume()
{
    if (!m_suspended)
        return;
    m_slept += m_time.monotonic() - m_suspendedAt;
    m_suspended = false;
    for (const auto& [id, timer] : m_timers)
        arm(id);
    for (Task& task : std::exchange(m_held, {}))
        post(std::move(task));
}

void VirtualHost::die()
{
    resume();
    m_alive = false;
    ++m_life;
    for (const auto& [id, timer] : m_timers)
        m_time.cancel(timer.underlying);
    m_timers.clear();
}

void VirtualDisk::post(Task task)
{
    if (m_each.count() == 0)
        return m_host.post(std::move(task));
    m_busyUntil = std::max(m_busyUntil, m_host.monotonic()) + m_each;
    m_host.after(m_busyUntil - m_host.monotonic(), std::move(task));
}

} // namespace mutoscope::test
