#include "app/desktop/notifier.h"

#include <QDBusMessage>
#include <QVariantMap>

namespace mutoscope::app
{

using namespace Qt::StringLiterals;

Notifier::Notifier(QDBusConnection bus, QObject* parent) : QObject(parent), m_bus(std::move(bus)) {}

void Notifier::show(const QString& title, const QString& sentence)
{
    if (!m_bus.isConnected())
        return;
    auto message = QDBusMessage::createMethodCall(u"org.freedesktop.Notifications"_s, u"/org/freedesktop/Notifications"_s,
                                                  u"org.freedesktop.Notifications"_s, u"Notify"_s);
    const quint32 replaces = 0; // nothing
    const qint32 byTheDesktop = -1; // how long it is shown
    // The body may be taken for markup.
    message << u"Mutoscope"_s << replaces << u"mutoscope"_s << title << sentence.toHtmlEscaped() << QStringList()
            << QVariantMap{{u"desktop-entry"_s, u"mutoscope"_s}} << byTheDesktop;
    m_bus.send(message);
}

} // namespace mutoscope::app
