#pragma once

#include <QDBusConnection>
#include <QDBusPendingCallWatcher>
#include <QObject>

#include "ui/remote_control.h"

namespace mutoscope::app
{

/// Keeps the screen from going dark while a film plays, and only then, by org.freedesktop.ScreenSaver (the idle inhibition that
/// GNOME, KDE, Xfce and others offer on the session bus). Where nobody offers it, nothing happens.
class SleepInhibitor : public QObject
{
    Q_OBJECT

public:
    explicit SleepInhibitor(ui::RemoteControl& remote, QDBusConnection bus = QDBusConnection::sessionBus(), QObject* parent = nullptr);
    ~SleepInhibitor() override;

private:
    void follow();
    void inhibit();
    void release();

    ui::RemoteControl& m_remote;
    QDBusConnection m_bus;
    bool m_wanted = false;
    bool m_asking = false;
    quint32 m_cookie = 0; ///< 0: none
};

} // namespace mutoscope::app
