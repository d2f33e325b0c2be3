#include "app/desktop/mpris.h"

#include <algorithm>

#include <QCoreApplication>
#include <QDBusMessage>

namespace mutoscope::app
{

using namespace Qt::StringLiterals;

namespace
{

const QString objectPath = u"/org/mpris/MediaPlayer2"_s;
const QString noTrack = u"/org/mpris/MediaPlayer2/TrackList/NoTrack"_s;

qlonglong micro(std::chrono::milliseconds time)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

std::chrono::milliseconds milli(qlonglong microseconds)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(microseconds));
}

} // namespace

MprisRoot::MprisRoot(ui::RemoteControl& remote, QObject* parent) : QDBusAbstractAdaptor(parent), m_remote(remote) {}

QString MprisRoot::identity() const
{
    return u"Mutoscope"_s;
}

QString MprisRoot::desktopEntry() const
{
    return u"mutoscope"_s;
}

QStringList MprisRoot::uriSchemes() const
{
    return {u"mutoscope"_s};
}

MprisPlayer::MprisPlayer(ui::RemoteControl& remote, QDBusConnection bus, QObject* parent)
    : QDBusAbstractAdaptor(parent), m_remote(remote), m_bus(std::move(bus))
{
    connect(&m_remote, &ui::RemoteControl::changed, this, &MprisPlayer::tell);
    connect(&m_remote, &ui::RemoteControl::sought, this, [this](auto position) { Q_EMIT Seeked(micro(position)); });
}

/// Qt does not send org.freedesktop.DBus.Properties.PropertiesChanged by itself.
void MprisPlayer::tell()
{
    auto message = QDBusMessage::createSignal(objectPath, u"org.freedesktop.DBus.Properties"_s, u"PropertiesChanged"_s);
    const QVariantMap now{{u"PlaybackStatus"_s, playbackStatus()}, {u"Metadata"_s, metadata()}, {u"Rate"_s, rate()}, {u"Volume"_s, volume()},
                          {u"CanPlay"_s, hasFilm()},               {u"CanPause"_s, hasFilm()},  {u"CanSeek"_s, hasFilm()},
                          {u"CanGoNext"_s, canGoNext()},           {u"CanGoPrevious"_s, canGoPrevious()}};
    message << u"org.mpris.MediaPlayer2.Player"_s << now << QStringList();
    m_bus.send(message);
}

QString MprisPlayer::playbackStatus() const
{
    switch (m_remote.status()) {
    case ui::RemoteControl::Status::Playing:
        return u"Playing"_s;
    case ui::RemoteControl::Status::Paused:
        return u"Paused"_s;
    case ui::RemoteControl::Status::Stopped:
        break;
    }
    return u"Stopped"_s;
}

QDBusObjectPath MprisPlayer::track() const
{
    return QDBusObjectPath(hasFilm() ? u"/io/mutoscope/film/"_s + m_remote.filmId() : noTrack);
}

QVariantMap MprisPlayer::metadata() const
{
    QVariantMap map{{u"mpris:trackid"_s, QVariant::fromValue(track())}};
    if (!hasFilm())
        return map;
    map[u"xesam:title"_s] = m_remote.title();
    if (m_remote.duration().count() > 0)
        map[u"mpris:length"_s] = micro(m_remote.duration());
    return map;
}

qlonglong MprisPlayer::position() const
{
    return micro(m_remote.position());
}

/// "If the media player has no ability to play at 0, a value of 0.0 should act as though Pause was called."
void MprisPlayer::setRate(double rate)
{
    if (rate == 0)
        m_remote.pause();
    else
        m_remote.setSpeed(std::clamp(rate, minimumRate(), maximumRate()));
}

void MprisPlayer::Seek(qlonglong offset)
{
    if (hasFilm())
        m_remote.seek(std::max(m_remote.position() + milli(offset), std::chrono::milliseconds(0)));
}

/// For another film, or outside of this one: ignored, as the specification says.
void MprisPlayer::SetPosition(const QDBusObjectPath& wanted, qlonglong position)
{
    if (hasFilm() && wanted == track() && position >= 0 && milli(position) <= m_remote.duration())
        m_remote.seek(milli(position));
}

void MprisPlayer::OpenUri(const QString& uri)
{
    if (uri.startsWith(u"mutoscope:"_s))
        m_remote.openLink(uri);
}

Mpris::Mpris(ui::RemoteControl& remote, QDBusConnection bus, QObject* parent) : QObject(parent), m_bus(std::move(bus))
{
    if (!m_bus.isConnected())
        return;
    new MprisRoot(remote, this);
    new MprisPlayer(remote, m_bus, this);
    if (!m_bus.registerObject(objectPath, this))
        return;
    const QString name = u"org.mpris.MediaPlayer2.mutoscope"_s;
    for (const QString& candidate : {name, u"%1.instance%2"_s.arg(name).arg(QCoreApplication::applicationPid())}) {
        if (m_bus.registerService(candidate)) {
            m_service = candidate;
            return;
        }
    }
}

Mpris::~Mpris()
{
    if (!m_service.isEmpty())
        m_bus.unregisterService(m_service);
    m_bus.unregisterObject(objectPath);
}

} // namespace mutoscope::app
