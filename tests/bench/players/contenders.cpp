#include "tests/bench/players/contenders.h"

#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QDBusObjectPath>
#include <QFile>
#include <QLocalSocket>
#include <QTcpServer>

namespace mutoscope::bench
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::fail;

namespace
{

constexpr int startTime = 20'000;
constexpr auto settleTime = 2s;
constexpr uid_t nobody = 65534;

base::Result<void> started(QProcess& process)
{
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QIODevice::ReadOnly);
    if (!process.waitForStarted(startTime))
        return fail(ErrorCode::Unavailable, process.program().toStdString() + " can't be started: " + process.errorString().toStdString());
    return {};
}

/// mpv and VLC take orders as lines on a socket of their own.
class LinePlayer : public Contender
{
public:
    ~LinePlayer() override { end(m_process); }

    [[nodiscard]] base::Result<void> begin(const QString& program, const QStringList& arguments, const QProcessEnvironment& environment,
                                           const QString& socket)
    {
        m_process.setProgram(program);
        m_process.setArguments(arguments);
        m_process.setProcessEnvironment(environment);
        beNobody(m_process);
        if (auto ok = started(m_process); !ok)
            return ok;
        const auto connected = [&] {
            m_socket.connectToServer(socket);
            return m_socket.waitForConnected(100);
        };
        if (!timeUntil(connected, std::chrono::milliseconds(startTime)))
            return fail(ErrorCode::Timeout, program.toStdString() + " does not listen");
        return {};
    }

protected:
    void order(const QByteArray& line)
    {
        (void)m_socket.readAll();
        m_socket.write(line + '\n');
        (void)m_socket.waitForBytesWritten(1'000);
    }

private:
    QLocalSocket m_socket;
};

class Mpv final : public LinePlayer
{
public:
    explicit Mpv(QString url) : m_url(std::move(url)) {}
    void open() override { order("{\"command\":[\"loadfile\",\"" + m_url.toUtf8() + "\"]}"); }
    void seek(int second) override { order("{\"command\":[\"seek\"," + QByteArray::number(second) + ",\"absolute+exact\"]}"); }

private:
    QString m_url;
};

class Vlc final : public LinePlayer
{
public:
    explicit Vlc(QString url) : m_url(std::move(url)) {}
    void open() override { order("add " + m_url.toUtf8()); }
    void seek(int second) override { order("seek " + QByteArray::number(second)); }

private:
    QString m_url;
};

/// By MPRIS.
class Mutoscope final : public Contender
{
public:
    Mutoscope(QString bus, QString link) : m_bus(QDBusConnection::connectToBus(bus, QStringLiteral("arena"))), m_link(std::move(link)) {}
    ~Mutoscope() override
    {
        end(m_process);
        QDBusConnection::disconnectFromBus(QStringLiteral("arena"));
    }

    [[nodiscard]] base::Result<void> begin(const QString& program, const QStringList& arguments, const QProcessEnvironment& environment)
    {
        m_process.setProgram(program);
        m_process.setArguments(arguments);
        m_process.setProcessEnvironment(environment);
        if (auto ok = started(m_process); !ok)
            return ok;
        const auto isThere = [&] { return m_bus.interface()->isServiceRegistered(service()).value(); };
        if (!timeUntil(isThere, std::chrono::milliseconds(startTime)))
            return fail(ErrorCode::Timeout, "mutoscope does not come");
        QDBusMessage full = call(QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Set"));
        full << QStringLiteral("org.mpris.MediaPlayer2") << QStringLiteral("Fullscreen") << QVariant::fromValue(QDBusVariant(true));
        (void)m_bus.call(full);
        return {};
    }

    void open() override { send(QStringLiteral("OpenUri"), {m_link}); }
    void seek(int second) override
    {
        QDBusMessage question = call(QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
        question << QStringLiteral("org.mpris.MediaPlayer2.Player") << QStringLiteral("Metadata");
        if (m_track.path().isEmpty()) {
            const QVariant metadata = m_bus.call(question).arguments().value(0).value<QDBusVariant>().variant();
            QVariantMap map;
            metadata.value<QDBusArgument>() >> map;
            m_track = map.value(QStringLiteral("mpris:trackid")).value<QDBusObjectPath>();
        }
        send(QStringLiteral("SetPosition"), {QVariant::fromValue(m_track), QVariant::fromValue<qlonglong>(second * 1'000'000LL)});
    }

private:
    [[nodiscard]] static QString service() { return QStringLiteral("org.mpris.MediaPlayer2.mutoscope"); }
    [[nodiscard]] static QDBusMessage call(const QString& interface, const QString& method)
    {
        return QDBusMessage::createMethodCall(service(), QStringLiteral("/org/mpris/MediaPlayer2"), interface, method);
    }
    void send(const QString& method, const QVariantList& arguments)
    {
        QDBusMessage message = call(QStringLiteral("org.mpris.MediaPlayer2.Player"), method);
        message.setArguments(arguments);
        (void)m_bus.send(message);
    }

    QDBusConnection m_bus;
    QString m_link;
    QDBusObjectPath m_track;
};

quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : quint16{0};
}

} // namespace

void beNobody(QProcess& process)
{
    if (::geteuid() == 0) // VLC does not run as root
        process.setChildProcessModifier([] {
            if (::setgid(nobody) != 0 || ::setuid(nobody) != 0)
                ::_exit(1);
        });
}

void end(QProcess& process)
{
    if (process.state() == QProcess::NotRunning)
        return;
    process.terminate();
    if (!process.waitForFinished(5'000)) {
        process.kill();
        (void)process.waitForFinished(5'000);
    }
}

// ---- figures of a process ----

double cpuSeconds(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' '); // proc(5): from field 3, the state
    return (fields.value(11).toDouble() + fields.value(12).toDouble()) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double Contender::cpuSeconds() const
{
    return bench::cpuSeconds(m_process.processId());
}

qint64 Contender::memory() const
{
    return memoryOf(m_process.processId());
}

qint64 memoryOf(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/smaps_rollup").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith("Pss:"))
            return line.mid(4).trimmed().split(' ').value(0).toLongLong();
    }
    return 0;
}

// ---- the arena ----

const QStringList Arena::names{QStringLiteral("mutoscope"), QStringLiteral("mpv"), QStringLiteral("vlc")};

base::Result<std::unique_ptr<Arena>> Arena::make(const Film& film, QSize screen)
{
    std::unique_ptr<Arena> arena(new Arena);
    ::chmod(arena->m_folder.path().toUtf8().constData(), 0777); // for those that don't run as root
    auto shown = Screen::start(screen);
    if (!shown)
        return tl::unexpected(shown.error());
    arena->m_screen = std::move(*shown);
    if (const auto ok = arena->startDesktop(); !ok)
        return tl::unexpected(ok.error());
    if (const auto ok = arena->serve(film); !ok)
        return tl::unexpected(ok.error());
    arena->m_network = std::make_unique<app::PrivateNetwork>(QCoreApplication::applicationDirPath(), arena->m_folder.filePath(QStringLiteral("network")));
    if (const auto ok = arena->m_network->startTracker(); !ok)
        return tl::unexpected(ok.error());
    const auto link = arena->m_network->startSeeder(QStringLiteral("seeder"), film.folder + QStringLiteral("/index.m3u8"), QStringLiteral("A film"),
                                                    QStringLiteral("0.001"));
    if (!link)
        return tl::unexpected(link.error());
    arena->m_link = *link;
    return arena;
}

Arena::~Arena()
{
    m_network.reset();
    end(m_nginx);
    end(m_windowManager);
    end(m_bus);
}

base::Result<void> Arena::startDesktop()
{
    m_bus.setProgram(QStringLiteral("dbus-daemon"));
    m_bus.setArguments({QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address=1")});
    if (auto ok = started(m_bus); !ok)
        return ok;
    while (!m_bus.canReadLine()) {
        if (!m_bus.waitForReadyRead(startTime))
            return fail(ErrorCode::Unavailable, "dbus-daemon says nothing");
    }
    m_busAddress = QString::fromLatin1(m_bus.readLine().trimmed());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("DISPLAY"), m_screen->display());
    environment.insert(QStringLiteral("HOME"), m_folder.path());
    m_windowManager.setProgram(QStringLiteral("openbox"));
    m_windowManager.setProcessEnvironment(environment);
    return started(m_windowManager);
}

base::Result<void> Arena::serve(const Film& film)
{
    const quint16 port = freePort();
    const QString config = m_folder.filePath(QStringLiteral("nginx.conf"));
    QFile file(config);
    const QByteArray folder = m_folder.path().toUtf8();
    const QByteArray text = "daemon off;\nmaster_process off;\nerror_log stderr;\npid " + folder +
                            "/nginx.pid;\nevents {}\nhttp {\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n"
                            "  types { application/vnd.apple.mpegurl m3u8; video/mp4 mp4 m4s; }\n"
                            "  client_body_temp_path " + folder + "/t1; proxy_temp_path " + folder + "/t2; fastcgi_temp_path " + folder +
                            "/t3; uwsgi_temp_path " + folder + "/t4; scgi_temp_path " + folder + "/t5;\n  server { listen 127.0.0.1:" +
                            QByteArray::number(port) + "; root " + film.folder.toUtf8() + "; }\n}\n";
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        return fail(ErrorCode::Io, "nginx's configuration can't be written");
    file.close();
    m_nginx.setProgram(QStringLiteral("/usr/sbin/nginx"));
    m_nginx.setArguments({QStringLiteral("-c"), config, QStringLiteral("-e"), QStringLiteral("stderr")});
    m_url = QStringLiteral("http://127.0.0.1:%1/index.m3u8").arg(port);
    return started(m_nginx);
}

QProcessEnvironment Arena::environment() const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("WAYLAND_DISPLAY"));
    environment.remove(QStringLiteral("QT_QPA_PLATFORM"));
    environment.insert(QStringLiteral("DISPLAY"), m_screen->display());
    environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), m_busAddress);
    environment.insert(QStringLiteral("HOME"), m_folder.path());
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), m_folder.path());
    return environment;
}

base::Result<QStringList> Arena::viewerArguments(const QString& viewer)
{
    const auto addresses = m_network->addresses(viewer);
    if (!addresses)
        return tl::unexpected(addresses.error());
    if (const auto issued = m_network->issue(addresses->spend, base::Tokens(5'000'000)); !issued)
        return tl::unexpected(issued.error());
    return m_network->nodeArguments(viewer) +
           QStringList{QStringLiteral("--approve-up-to"), QStringLiteral("5"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0")};
}

base::Result<std::unique_ptr<Contender>> Arena::enter(const QString& name)
{
    const QString number = QString::number(++m_entered);
    const QProcessEnvironment environment = this->environment();
    const QString socket = m_folder.filePath(QStringLiteral("socket") + number);
    const auto settled = [](auto player) -> base::Result<std::unique_ptr<Contender>> {
        std::this_thread::sleep_for(settleTime);
        if (!player->isRunning())
            return fail(ErrorCode::Unavailable, "the player has ended");
        return player;
    };
    if (name == u"mpv") {
        auto player = std::make_unique<Mpv>(m_url);
        const auto ok = player->begin(QStringLiteral("mpv"),
                                      {QStringLiteral("--no-config"), QStringLiteral("--idle=yes"), QStringLiteral("--force-window=yes"), QStringLiteral("--vo=x11"),
                                       QStringLiteral("--ao=null"), QStringLiteral("--fs"), QStringLiteral("--osc=no"), QStringLiteral("--osd-level=0"),
                                       QStringLiteral("--really-quiet"), QStringLiteral("--no-terminal"), QStringLiteral("--input-ipc-server=") + socket},
                                      environment, socket);
        return ok ? settled(std::move(player)) : tl::unexpected(ok.error());
    }
    if (name == u"vlc") {
        auto player = std::make_unique<Vlc>(m_url);
        const auto ok = player->begin(QStringLiteral("vlc"),
                                      {QStringLiteral("-I"), QStringLiteral("oldrc"), QStringLiteral("--rc-fake-tty"), QStringLiteral("--rc-unix=") + socket, QStringLiteral("--fullscreen"),
                                       QStringLiteral("--vout=xcb_x11"), QStringLiteral("--aout=adummy"), QStringLiteral("--no-video-title-show"), QStringLiteral("--no-osd"),
                                       QStringLiteral("--no-metadata-network-access"), QStringLiteral("--quiet")},
                                      environment, socket);
        return ok ? settled(std::move(player)) : tl::unexpected(ok.error());
    }
    const auto arguments = viewerArguments(QStringLiteral("viewer") + number);
    if (!arguments)
        return tl::unexpected(arguments.error());
    auto player = std::make_unique<Mutoscope>(m_busAddress, m_link);
    const auto ok = player->begin(m_network->program(QStringLiteral("mutoscope")), *arguments, environment);
    return ok ? settled(std::move(player)) : tl::unexpected(ok.error());
}

} // namespace mutoscope::bench
