#include <QDBusInterface>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

#include "app/desktop/mpris.h"
#include "app/desktop/notifier.h"
#include "app/desktop/sleep_inhibitor.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr auto player = "org.mpris.MediaPlayer2.Player";
constexpr auto root = "org.mpris.MediaPlayer2";

class FakeRemote final : public ui::RemoteControl
{
public:
    QStringList calls;
    Status now = Status::Stopped;
    QString film;
    double pace = 1;
    double loudness = 0.8;
    bool full = false;

    void become(Status status)
    {
        now = status;
        Q_EMIT changed();
    }

    [[nodiscard]] Status status() const override { return now; }
    [[nodiscard]] QString title() const override { return film.isEmpty() ? QString() : u"Nosferatu"_s; }
    [[nodiscard]] QString filmId() const override { return film; }
    [[nodiscard]] std::chrono::milliseconds duration() const override { return 90min; }
    [[nodiscard]] std::chrono::milliseconds position() const override { return 60s; }
    [[nodiscard]] double speed() const override { return pace; }
    [[nodiscard]] double volume() const override { return loudness; }
    [[nodiscard]] bool isFullScreen() const override { return full; }
    bool hasNext = false;
    bool hasPrevious = false;
    [[nodiscard]] bool canGoNext() const override { return hasNext; }
    [[nodiscard]] bool canGoPrevious() const override { return hasPrevious; }
    void next() override { calls << u"next"_s; }
    void previous() override { calls << u"previous"_s; }
    void play() override { calls << u"play"_s; }
    void pause() override { calls << u"pause"_s; }
    void playPause() override { calls << u"playPause"_s; }
    void stop() override { calls << u"stop"_s; }
    void seek(std::chrono::milliseconds position) override { calls << u"seek %1"_s.arg(position.count()); }
    void setSpeed(double speed) override { calls << u"speed %1"_s.arg(speed); }
    void setVolume(double volume) override { calls << u"volume %1"_s.arg(volume); }
    void setFullScreen(bool on) override { calls << u"fullScreen %1"_s.arg(on); }
    void openLink(const QString& link) override { calls << u"open "_s + link; }
    void raise() override { calls << u"raise"_s; }
    void quit() override { calls << u"quit"_s; }
};

/// What a desktop offers, and remembers who asked.
class FakeScreenSaver : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.ScreenSaver")

public:
    QList<uint> held;

public Q_SLOTS:
    uint Inhibit(const QString& application, const QString& reason)
    {
        if (application != u"mutoscope"_s || reason.isEmpty())
            return 0;
        held << ++m_last;
        return m_last;
    }
    void UnInhibit(uint cookie) { held.removeAll(cookie); }

private:
    uint m_last = 40;
};

/// Takes notices, as a desktop does.
class FakeNotifications : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    QStringList shown;

public Q_SLOTS:
    uint Notify(const QString& application, uint, const QString& icon, const QString& title, const QString& body, const QStringList&,
                const QVariantMap& hints, int)
    {
        shown << QStringList{application, icon, title, body, hints.value(u"desktop-entry"_s).toString()}.join(u'|');
        return 1;
    }
};

} // namespace

/// Against a session bus of its own.
class TestSessionBus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_daemon.start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
        QVERIFY2(m_daemon.waitForStarted(), "the package dbus is missing");
        QVERIFY(m_daemon.waitForReadyRead());
        m_address = QString::fromUtf8(m_daemon.readLine()).trimmed();
    }
    void cleanupTestCase()
    {
        m_daemon.kill();
        m_daemon.waitForFinished();
    }

    void theProgramIsFoundAndControlled()
    {
        FakeRemote remote;
        auto bus = connection();
        auto client = connection();
        const app::Mpris mpris(remote, bus);
        QCOMPARE(mpris.service(), u"org.mpris.MediaPlayer2.mutoscope"_s);
        QCOMPARE(property(client, root, "Identity"), QVariant(u"Mutoscope"_s));
        QCOMPARE(property(client, root, "SupportedUriSchemes").toStringList(), QStringList{u"mutoscope"_s});
        QCOMPARE(property(client, player, "PlaybackStatus"), QVariant(u"Stopped"_s));
        QCOMPARE(property(client, player, "CanPlay"), QVariant(false));
        QCOMPARE(property(client, player, "CanGoNext"), QVariant(false));
        remote.hasNext = true;
        QCOMPARE(property(client, player, "CanGoNext"), QVariant(true));
        QCOMPARE(property(client, player, "CanGoPrevious"), QVariant(false));

        remote.film = u"ab12"_s;
        remote.become(ui::RemoteControl::Status::Playing);
        QCOMPARE(property(client, player, "PlaybackStatus"), QVariant(u"Playing"_s));
        QCOMPARE(property(client, player, "Position"), QVariant(60'000'000LL));
        const auto metadata = qdbus_cast<QVariantMap>(property(client, player, "Metadata"));
        QCOMPARE(metadata.value(u"xesam:title"_s).toString(), u"Nosferatu"_s);
        QCOMPARE(metadata.value(u"mpris:length"_s).toLongLong(), 5'400'000'000LL);

        for (const char* method : {"Play", "Pause", "PlayPause", "Stop", "Next", "Previous"})
            call(client, player, method);
        call(client, root, "Raise");
        call(client, root, "Quit");
        call(client, player, "Seek", {QVariant(-5'000'000LL)});
        call(client, player, "Seek", {QVariant(-500'000'000LL)});
        const auto track = metadata.value(u"mpris:trackid"_s);
        call(client, player, "SetPosition", {track, QVariant(7'000'000LL)});
        call(client, player, "SetPosition", {track, QVariant(9'000'000'000LL)});                                              // behind the end
        call(client, player, "SetPosition", {QVariant::fromValue(QDBusObjectPath(u"/another/film"_s)), QVariant(7'000'000LL)}); // not this one
        call(client, player, "OpenUri", {u"mutoscope:ab"_s});
        call(client, player, "OpenUri", {u"file:///etc/passwd"_s});
        set(client, player, "Volume", 0.5);
        set(client, player, "Rate", 1.5);
        set(client, player, "Rate", 0.0);
        set(client, root, "Fullscreen", true);
        QCOMPARE(remote.calls, (QStringList{u"play"_s, u"pause"_s, u"playPause"_s, u"stop"_s, u"next"_s, u"previous"_s, u"raise"_s, u"quit"_s, u"seek 55000"_s, u"seek 0"_s, u"seek 7000"_s,
                                            u"open mutoscope:ab"_s, u"volume 0.5"_s, u"speed 1.5"_s, u"pause"_s, u"fullScreen 1"_s}));
    }

    void changesAreTold()
    {
        FakeRemote remote;
        remote.film = u"ab12"_s;
        auto bus = connection();
        auto client = connection();
        const app::Mpris mpris(remote, bus);
        m_told.clear();
        m_sought.clear();
        QVERIFY(client.connect(mpris.service(), u"/org/mpris/MediaPlayer2"_s, u"org.freedesktop.DBus.Properties"_s, u"PropertiesChanged"_s, this,
                               SLOT(take(QString, QVariantMap, QStringList))));
        QVERIFY(client.connect(mpris.service(), u"/org/mpris/MediaPlayer2"_s, QString::fromLatin1(player), u"Seeked"_s, this, SLOT(takeSought(qlonglong))));
        remote.become(ui::RemoteControl::Status::Paused);
        QTRY_COMPARE(m_told.size(), 1);
        QCOMPARE(m_told[0].value(u"PlaybackStatus"_s).toString(), u"Paused"_s);
        Q_EMIT remote.sought(42s);
        QTRY_COMPARE(m_sought, QList<qlonglong>{42'000'000});
    }

    void aSecondProcessHasItsOwnName()
    {
        FakeRemote remote;
        const app::Mpris first(remote, connection());
        const app::Mpris second(remote, connection());
        QVERIFY(second.service().startsWith(u"org.mpris.MediaPlayer2.mutoscope.instance"_s));
    }

    void theScreenStaysOnWhileAFilmPlays()
    {
        FakeScreenSaver desktop;
        auto bus = connection();
        QVERIFY(bus.registerObject(u"/org/freedesktop/ScreenSaver"_s, &desktop, QDBusConnection::ExportAllSlots));
        QVERIFY(bus.registerService(u"org.freedesktop.ScreenSaver"_s));
        FakeRemote remote;
        {
            const app::SleepInhibitor inhibitor(remote, connection());
            remote.become(ui::RemoteControl::Status::Paused);
            remote.become(ui::RemoteControl::Status::Playing);
            QTRY_COMPARE(desktop.held, QList<uint>{41});
            remote.become(ui::RemoteControl::Status::Playing); // nothing new
            remote.become(ui::RemoteControl::Status::Paused);
            QTRY_COMPARE(desktop.held, QList<uint>());
            // Quicker than the desktop answers.
            remote.become(ui::RemoteControl::Status::Playing);
            remote.become(ui::RemoteControl::Status::Paused);
            remote.become(ui::RemoteControl::Status::Playing);
            QTRY_COMPARE(desktop.held, QList<uint>{42});
        }
        QTRY_COMPARE(desktop.held, QList<uint>()); // closed while it played
        bus.unregisterService(u"org.freedesktop.ScreenSaver"_s);
    }

    void noticesAreShown()
    {
        FakeNotifications desktop;
        auto bus = connection();
        QVERIFY(bus.registerObject(u"/org/freedesktop/Notifications"_s, &desktop, QDBusConnection::ExportAllSlots));
        QVERIFY(bus.registerService(u"org.freedesktop.Notifications"_s));
        app::Notifier notifier(connection());
        notifier.show(u"Published"_s, u"<b>Sintel</b> & more"_s);
        QTRY_COMPARE(desktop.shown, QStringList{u"Mutoscope|mutoscope|Published|&lt;b&gt;Sintel&lt;/b&gt; &amp; more|mutoscope"_s});
        bus.unregisterService(u"org.freedesktop.Notifications"_s);
    }

    void withoutADesktop()
    {
        app::Notifier(QDBusConnection(u"not connected"_s)).show(u"Nobody"_s, u"listens"_s);
        FakeRemote remote;
        const app::SleepInhibitor nobody(remote, connection());
        const app::Mpris none(remote, QDBusConnection(u"not connected"_s));
        remote.become(ui::RemoteControl::Status::Playing);
        remote.become(ui::RemoteControl::Status::Stopped);
        QVERIFY(none.service().isEmpty());
    }

    void take(const QString&, const QVariantMap& changed, const QStringList&) { m_told << changed; }
    void takeSought(qlonglong position) { m_sought << position; }

private:
    QDBusConnection connection() { return QDBusConnection::connectToBus(m_address, u"c%1"_s.arg(++m_connections)); }

    /// Both ends are in this thread, so nothing may block it.
    QDBusMessage ask(QDBusConnection& client, const char* interface, const QString& method, const QVariantList& arguments)
    {
        auto message = QDBusMessage::createMethodCall(u"org.mpris.MediaPlayer2.mutoscope"_s, u"/org/mpris/MediaPlayer2"_s, QString::fromLatin1(interface), method);
        message.setArguments(arguments);
        const QDBusPendingCall pending = client.asyncCall(message);
        if (!QTest::qWaitFor([&] { return pending.isFinished(); }))
            qFatal("no answer to %s", qPrintable(method));
        if (pending.isError())
            qFatal("%s: %s", qPrintable(method), qPrintable(pending.error().message()));
        return pending.reply();
    }
    void call(QDBusConnection& client, const char* interface, const char* method, const QVariantList& arguments = {})
    {
        ask(client, interface, QString::fromLatin1(method), arguments);
    }
    QVariant property(QDBusConnection& client, const char* interface, const char* name)
    {
        const auto reply = ask(client, "org.freedesktop.DBus.Properties", u"Get"_s, {QString::fromLatin1(interface), QString::fromLatin1(name)});
        return qvariant_cast<QDBusVariant>(reply.arguments().at(0)).variant();
    }
    void set(QDBusConnection& client, const char* interface, const char* name, const QVariant& value)
    {
        ask(client, "org.freedesktop.DBus.Properties", u"Set"_s,
            {QString::fromLatin1(interface), QString::fromLatin1(name), QVariant::fromValue(QDBusVariant(value))});
    }

    QProcess m_daemon;
    QString m_address;
    int m_connections = 0;
    QList<QVariantMap> m_told;
    QList<qlonglong> m_sought;
};

QTEST_GUILESS_MAIN(TestSessionBus)
#include "tst_session_bus.moc"
