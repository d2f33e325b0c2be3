#include "p2p/base/executor.h"

#include <algorithm>

#include <QThread>
#include <QTimerEvent>

namespace mutoscope::base
{

namespace
{

/// What one Qt timer can wait of it: an int of milliseconds, and nothing negative.
std::chrono::milliseconds firstPart(std::chrono::milliseconds delay)
{
    using namespace std::chrono_literals;
    return std::clamp<std::chrono::milliseconds>(delay, 0ms, 1'000'000s);
}

} // namespace

QtExecutor::QtExecutor(QObject* parent) : QObject(parent) {}

void QtExecutor::post(Task task)
{
    QMetaObject::invokeMethod(this, std::move(task), Qt::QueuedConnection);
}

Executor::TimerId QtExecutor::after(std::chrono::milliseconds delay, Task task)
{
    Q_ASSERT(thread() == QThread::currentThread());
    const auto first = firstPart(delay);
    m_pending.push_back({++m_lastId, startTimer(first, Qt::PreciseTimer), delay - first, std::move(task)});
    return m_lastId;
}

void QtExecutor::cancel(TimerId timer)
{
    Q_ASSERT(thread() == QThread::currentThread());
    const auto it = std::ranges::find(m_pending, timer, &Pending::id);
    if (it == m_pending.end())
        return;
    killTimer(it->qtTimer);
    m_pending.erase(it);
}

void QtExecutor::timerEvent(QTimerEvent* event)
{
    const auto it = std::ranges::find(m_pending, event->timerId(), &Pending::qtTimer);
    if (it == m_pending.end())
        return;
    killTimer(it->qtTimer);
    if (it->rest > std::chrono::milliseconds::zero()) {
        const auto part = firstPart(it->rest);
        it->qtTimer = startTimer(part, Qt::PreciseTimer);
        it->rest -= part;
        return;
    }
    const Task task = std::move(it->task);
    m_pending.erase(it); // before the call: the task may add timers
    task();
}

} // namespace mutoscope::base
