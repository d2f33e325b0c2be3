#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include <QObject>

namespace mutoscope::base
{

/// One thread's queue of work and its timers. Tests pass one that runs on virtual time.
class Executor
{
public:
    using Task = std::function<void()>;
    using TimerId = std::uint64_t; ///< 0 is never a timer

    virtual ~Executor() = default;

    /// Runs `task` later on the executor's thread, in the order of posting. Any thread.
    virtual void post(Task task) = 0;
    /// Runs `task` once, not earlier than after `delay` (a negative one counts as none). On the executor's thread only.
    virtual TimerId after(std::chrono::milliseconds delay, Task task) = 0;
    /// After this call the task is not run. Unknown and 0 are ignored. On the executor's thread only.
    virtual void cancel(TimerId timer) = 0;
};

/// The event loop of the Qt thread in which it was made. Destroy it there; tasks still waiting are dropped.
class QtExecutor final : public QObject, public Executor
{
public:
    explicit QtExecutor(QObject* parent = nullptr);

    void post(Task task) override;
    TimerId after(std::chrono::milliseconds delay, Task task) override;
    void cancel(TimerId timer) override;

protected:
    void timerEvent(QTimerEvent* event) override;

private:
    struct Pending {
        TimerId id = 0;
        int qtTimer = 0;
        std::chrono::milliseconds rest{}; ///< what is left when the Qt timer fires: it can't wait longer than 24 days
        Task task;
    };
    std::vector<Pending> m_pending;
    TimerId m_lastId = 0;
};

} // namespace mutoscope::base
