#pragma once

#include <memory>

#include <QDBusAbstractAdaptor>
#include <QDBusConnection>
#include <QDBusObjectPath>
#include <QVariantMap>

#include "ui/remote_control.h"

namespace mutoscope::app
{

/// org.mpris.MediaPlayer2 (MPRIS 2.2): the program itself.
class MprisRoot : public QDBusAbstractAdaptor
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.mpris.MediaPlayer2")
    Q_PROPERTY(bool CanQuit READ yes)
    Q_PROPERTY(bool CanRaise READ yes)
    Q_PROPERTY(bool CanSetFullscreen READ yes)
    Q_PROPERTY(bool Fullscreen READ fullscreen WRITE setFullscreen)
    Q_PROPERTY(bool HasTrackList READ no)
    Q_PROPERTY(QString Identity READ identity)
    Q_PROPERTY(QString DesktopEntry READ desktopEntry)
    Q_PROPERTY(QStringList SupportedUriSchemes READ uriSchemes)
    Q_PROPERTY(QStringList SupportedMimeTypes READ mimeTypes)

public:
    MprisRoot(ui::RemoteControl& remote, QObject* parent);

    [[nodiscard]] bool yes() const { return true; }
    [[nodiscard]] bool no() const { return false; }
    [[nodiscard]] bool fullscreen() const { return m_remote.isFullScreen(); }
    void setFullscreen(bool on) { m_remote.setFullScreen(on); }
    [[nodiscard]] QString identity() const;
    [[nodiscard]] QString desktopEntry() const;
    [[nodiscard]] QStringList uriSchemes() const;
    [[nodiscard]] QStringList mimeTypes() const { return {}; }

public Q_SLOTS:
    void Raise() { m_remote.raise(); }
    void Quit() { m_remote.quit(); }

private:
    ui::RemoteControl& m_remote;
};

/// org.mpris.MediaPlayer2.Player: the film. Times are microseconds.
class MprisPlayer : public QDBusAbstractAdaptor
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.mpris.MediaPlayer2.Player")
    Q_PROPERTY(QString PlaybackStatus READ playbackStatus)
    Q_PROPERTY(double Rate READ rate WRITE setRate)
    Q_PROPERTY(double MinimumRate READ minimumRate)
    Q_PROPERTY(double MaximumRate READ maximumRate)
    Q_PROPERTY(QVariantMap Metadata READ metadata)
    Q_PROPERTY(double Volume READ volume WRITE setVolume)
    Q_PROPERTY(qlonglong Position READ position)
    Q_PROPERTY(bool CanGoNext READ canGoNext)
    Q_PROPERTY(bool CanGoPrevious READ canGoPrevious)
    Q_PROPERTY(bool CanPlay READ hasFilm)
    Q_PROPERTY(bool CanPause READ hasFilm)
    Q_PROPERTY(bool CanSeek READ hasFilm)
    Q_PROPERTY(bool CanControl READ yes)

public:
    MprisPlayer(ui::RemoteControl& remote, QDBusConnection bus, QObject* parent);

    [[nodiscard]] bool yes() const { return true; }
    [[nodiscard]] bool canGoNext() const { return m_remote.canGoNext(); }
    [[nodiscard]] bool canGoPrevious() const { return m_remote.canGoPrevious(); }
    [[nodiscard]] bool hasFilm() const { return !m_remote.filmId().isEmpty(); }
    [[nodiscard]] QString playbackStatus() const;
    [[nodiscard]] double rate() const { return m_remote.speed(); }
    void setRate(double rate);
    [[nodiscard]] double minimumRate() const { return 0.5; }
    [[nodiscard]] double maximumRate() const { return 2; }
    [[nodiscard]] QVariantMap metadata() const;
    [[nodiscard]] double volume() const { return m_remote.volume(); }
    void setVolume(double volume) { m_remote.setVolume(volume); }
    [[nodiscard]] qlonglong position() const;

public Q_SLOTS:
    void Next() { m_remote.next(); }
    void Previous() { m_remote.previous(); }
    void Pause() { m_remote.pause(); }
    void PlayPause() { m_remote.playPause(); }
    void Stop() { m_remote.stop(); }
    void Play() { m_remote.play(); }
    void Seek(qlonglong offset);
    void SetPosition(const QDBusObjectPath& track, qlonglong position);
    void OpenUri(const QString& uri);

Q_SIGNALS:
    void Seeked(qlonglong position);

private:
    [[nodiscard]] QDBusObjectPath track() const;
    void tell();

    ui::RemoteControl& m_remote;
    QDBusConnection m_bus;
};

/// Offers the window on the session bus as org.mpris.MediaPlayer2.mutoscope; a second process gets a name with its number. Where
/// there is no bus, or no room on it, nothing happens.
class Mpris : public QObject
{
    Q_OBJECT

public:
    explicit Mpris(ui::RemoteControl& remote, QDBusConnection bus = QDBusConnection::sessionBus(), QObject* parent = nullptr);
    ~Mpris() override;

    /// The name on the bus; empty where there is none.
    [[nodiscard]] const QString& service() const { return m_service; }

private:
    QDBusConnection m_bus;
    QString m_service;
};

} // namespace mutoscope::app
