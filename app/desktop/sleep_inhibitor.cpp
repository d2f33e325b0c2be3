#include "app/desktop/sleep_inhibitor.h"

#include <QDBusMessage>
#include <QDBusPendingReply>

namespace mutoscope::app
{

using namespace Qt::StringLiterals;

namespace
{

QDBusMessage call(const QString& method)
{
    return QDBusMessage::createMethodCall(u"org.freedesktop.ScreenSaver"_s, u"/org/freedesktop/ScreenSaver"_s, u"org.freedesktop.ScreenSaver"_s, method);
}

} // namespace

SleepInhibitor::SleepInhibitor(ui::RemoteControl& remote, QDBusConnection bus, QObject* parent)
    : QObject(parent), m_remote(remote), m_bus(std::move(bus))
{
    if (m_bus.isConnected())
        connect(&m_remote, &ui::RemoteControl::changed, this, &SleepInhibitor::follow);
}

SleepInhibitor::~SleepInhibitor()
{
    release(); // the bus would do it as well, when the process ends
}

void SleepInhibitor::follow()
{
    const bool wanted = m_remote.status() == ui::RemoteControl::Status::Playing;
    if (wanted == std::exchange(m_wanted, wanted))
        return;
    if (wanted)
        inhibit();
    else
        release();
}

void SleepInhibitor::inhibit()
{
    if (m_asking || m_cookie != 0)
        return;
    m_asking = true;
    auto message = call(u"Inhibit"_s);
    message << u"mutoscope"_s << tr("A film is playing");
    auto* watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(message), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        m_asking = false;
        const QDBusPendingReply<quint32> reply = *watcher;
        m_cookie = reply.isError() ? 0 : reply.value();
        if (!m_wanted) // it was paused meanwhile
            release();
    });
}

void SleepInhibitor::release()
{
    if (m_cookie == 0)
        return;
    auto message = call(u"UnInhibit"_s);
    message << std::exchange(m_cookie, 0U);
    m_bus.send(message);
}

} // namespace mutoscope::app
