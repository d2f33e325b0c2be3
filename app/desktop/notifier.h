#pragma once

#include <QDBusConnection>
#include <QObject>

namespace mutoscope::app
{

/// Shows notices as the desktop shows them (Desktop Notifications Specification 1.2). Where there is no such service they are dropped:
/// nothing is said there that the window doesn't say as well. UI thread; never waits.
class Notifier : public QObject
{
    Q_OBJECT

public:
    explicit Notifier(QDBusConnection bus = QDBusConnection::sessionBus(), QObject* parent = nullptr);

    void show(const QString& title, const QString& sentence);

private:
    QDBusConnection m_bus;
};

} // namespace mutoscope::app
