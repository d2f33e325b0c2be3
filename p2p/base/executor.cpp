#include "p2p/base/executor.h"

#include <algorithm>

#include <QThread>
#include <QTimerEvent>

namespace mutoscope::base
{

QtExecutor::QtExecutor(QObject* parent) : QObject(parent) {}

void QtExecutor::post(Task task)
{
    QMetaObject::invokeMethod(this, std::move(task), Qt::QueuedConnection);
}

Executor::TimerId QtExecutor::after(std::chrono::milliseconds delay, Task task)
{
    Q_ASSERT(thread() == QThread::currentThread());
    const int qtTimer = startTimer(delay, Qt::PreciseTimer);
    m_pending.push_back({++m_lastId, qtTimer, std::move(task)});
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
    const Task task = std::move(it->task);
    m_pending.erase(it); // before the call: the task may add timers
    task();
}

} // namespace mutoscope::base
