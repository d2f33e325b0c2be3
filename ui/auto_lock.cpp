#include "ui/auto_lock.h"

#include <algorithm>

#include <QCoreApplication>
#include <QEvent>

#include "ui/overlay.h"

using namespace std::chrono_literals;

namespace mutoscope::ui
{

namespace
{

constexpr std::chrono::milliseconds between = 15s; ///< looks

} // namespace

AutoLock::AutoLock(node::Node& node, const base::Clock& clock, QObject* parent)
    : QObject(parent), m_node(node), m_clock(clock), m_touched(clock.monotonic())
{
    m_timer.setTimerType(Qt::VeryCoarseTimer);
    m_timer.setInterval(between);
    connect(&m_timer, &QTimer::timeout, this, &AutoLock::look);
}

void AutoLock::setAfter(std::chrono::minutes time)
{
    if (m_after == time)
        return;
    m_after = time;
    m_touched = m_clock.monotonic();
    if (time > 0min) {
        QCoreApplication::instance()->installEventFilter(this);
        m_timer.start();
    } else {
        QCoreApplication::instance()->removeEventFilter(this);
        m_timer.stop(); // a program at rest shall not wake up for nothing
    }
}

bool AutoLock::isBusy() const
{
    const node::Snapshot& now = m_node.snapshot();
    return isActive(now.viewing.stage) || std::ranges::any_of(now.seeding, &node::SeededTitle::seeding);
}

void AutoLock::look()
{
    if (m_after == 0min || m_node.snapshot().keys.state != node::KeyState::Open)
        return;
    if (isBusy())
        m_touched = m_clock.monotonic(); // the time counts from its end
    else if (m_clock.monotonic() - m_touched >= m_after)
        m_node.lock();
}

bool AutoLock::eventFilter(QObject* watched, QEvent* event)
{
    const QEvent::Type type = event->type();
    if (type == QEvent::KeyPress || type == QEvent::MouseButtonPress || type == QEvent::MouseMove || type == QEvent::Wheel || type == QEvent::TouchBegin)
        m_touched = m_clock.monotonic();
    return QObject::eventFilter(watched, event);
}

} // namespace mutoscope::ui
