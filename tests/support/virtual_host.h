#pragma once

#include <deque>
#include <map>

#include "tests/support/virtual_time.h"

namespace mutoscope::test
{

/// One party's computer on virtual time: its own wall clock, and an executor that can be suspended or die.
class VirtualHost final : public Time
{
public:
    explicit VirtualHost(VirtualTime& time, std::chrono::milliseconds skew = {}) : m_time(time), m_skew(skew) {}
    VirtualHost(const VirtualHost&) = delete;
    VirtualHost& operator=(const VirtualHost&) = delete;

    [[nodiscard]] base::UnixMs now() const override { return m_time.now() + base::UnixMs(m_skew.count()); }
    [[nodiscard]] std::chrono::milliseconds monotonic() const override { return m_time.monotonic(); }
    /// The wall clock jumps.
    void jump(std::chrono::milliseconds by) { m_skew += by; }

    void post(Task task) override;
    TimerId after(std::chrono::milliseconds delay, Task task) override;
    void cancel(TimerId timer) override;

    /// Nothing runs here until resume(). Clocks go on, timers don't: as an operating system's they count the time
    /// awake.
    void suspend();
    void resume();
    [[nodiscard]] bool isSuspended() const { return m_suspended; }

    /// As by kill -9 or a power cut: what is posted and every timer is gone, and nothing runs until revive().
    void die();
    void revive() { m_alive = true; }
    [[nodiscard]] bool isAlive() const { return m_alive; }

private:
    struct Timer {
        std::chrono::milliseconds due{}; ///< on awake()
        TimerId underlying = 0;
        Task task;
    };
    [[nodiscard]] std::chrono::milliseconds awake() const;
    void arm(TimerId id);
    void fire(TimerId id);
    void run(std::uint64_t life, Task task);

    VirtualTime& m_time;
    std::chrono::milliseconds m_skew;
    std::chrono::milliseconds m_slept{0};
    std::chrono::milliseconds m_suspendedAt{0};
    bool m_suspended = false;
    bool m_alive = true;
    std::uint64_t m_life = 0; ///< what an earlier one has posted is not run
    std::map<TimerId, Timer> m_timers;
    std::deque<Task> m_held; ///< posted while suspended
    TimerId m_lastId = 0;
};

/// The thread of a host that waits for its disk: one task after the other, each takes its time.
class VirtualDisk final : public base::Executor
{
public:
    VirtualDisk(VirtualHost& host, std::chrono::milliseconds each) : m_host(host), m_each(each) {}

    void post(Task task) override;
    TimerId after(std::chrono::milliseconds delay, Task task) override { return m_host.after(delay, std::move(task)); }
    void cancel(TimerId timer) override { m_host.cancel(timer); }

private:
    VirtualHost& m_host;
    std::chrono::milliseconds m_each;
    std::chrono::milliseconds m_busyUntil{0};
};

} // namespace mutoscope::test
