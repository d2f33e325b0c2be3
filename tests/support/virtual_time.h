#pragma once

#include <deque>
#include <functional>
#include <map>
#include <unordered_map>

#include "p2p/base/clock.h"
#include "p2p/base/executor.h"

namespace mutoscope::test
{

/// A clock and the executor whose timers run by it.
class Time : public base::Clock, public base::Executor
{
};

/// A clock and an executor on which time passes only when a test says so. One thread.
class VirtualTime final : public Time
{
public:
    [[nodiscard]] base::UnixMs now() const override
    {
        return base::UnixMs(1'700'000'000'000 + m_now.count() + m_jump.count());
    }
    [[nodiscard]] std::chrono::milliseconds monotonic() const override { return m_now; }
    /// The wall clock jumps; durations don't.
    void jump(std::chrono::milliseconds by) { m_jump += by; }

    void post(Task task) override { m_posted.push_back(std::move(task)); }
    TimerId after(std::chrono::milliseconds delay, Task task) override;
    void cancel(TimerId timer) override;

    /// Runs what is posted, and timers as they fall due, until the condition holds or `limit` has passed. Time moves
    /// only while there is nothing else to do. Whether the condition holds at the end.
    bool runUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit);
    void advance(std::chrono::milliseconds by);
    /// One task, or one timer that falls due by `end`; false where there is none.
    bool step(std::chrono::milliseconds end);

private:
    struct Timer {
        TimerId id = 0;
        Task task;
    };
    using Timers = std::multimap<std::chrono::milliseconds, Timer>;

    std::chrono::milliseconds m_now{0};
    std::chrono::milliseconds m_jump{0};
    std::deque<Task> m_posted;
    Timers m_timers;
    std::unordered_map<TimerId, Timers::iterator> m_byId;
    TimerId m_lastId = 0;
};

} // namespace mutoscope::test
