#include "tests/bench/app/programs.h"

#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include "tests/bench/app/full_house.h"

namespace mutoscope::bench
{

using base::ErrorCode;
using base::fail;

namespace
{

const QString viewer = QStringLiteral("person");
constexpr int patience = 120'000;

base::Result<void> write(const QString& path, const QByteArray& text)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        return fail(ErrorCode::Io, path.toStdString() + " can't be written");
    return {};
}

/// Words of a shell, for a program in a network where only the loopback device is.
QStringList apart(const QString& program, const QStringList& arguments)
{
    QStringList words{QStringLiteral("--net")};
    if (::geteuid() != 0)
        words << QStringLiteral("--map-root-user");
    return words + QStringList{QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("ip link set lo up && exec \"$0\" \"$@\""), program} + arguments;
}

} // namespace

QString Programs::folderOf(const QString& name) const
{
    return m_arena.folder() + QStringLiteral("/home-") + name;
}

QStringList Programs::names()
{
    QStringList names{QStringLiteral("mutoscope")};
    for (const char* other : {"vlc", "qbittorrent", "electrum"}) {
        if (!QStandardPaths::findExecutable(QLatin1String(other)).isEmpty())
            names << QLatin1String(other);
    }
    return names;
}

base::Result<std::unique_ptr<Programs>> Programs::make(Arena& arena)
{
    std::unique_ptr<Programs> programs(new Programs(arena));
    arena.network().stopTracker();
    if (const auto filled = furnish(arena.network(), viewer, {}); !filled)
        return tl::unexpected(filled.error());
    if (const auto again = arena.network().restartTracker(); !again)
        return tl::unexpected(again.error());

    const QString torrents = programs->folderOf(QStringLiteral("qbittorrent"));
    if (const auto written = write(torrents + QStringLiteral("/.config/qBittorrent/qBittorrent.conf"), "[LegalNotice]\nAccepted=true\n"); !written)
        return tl::unexpected(written.error());
    if (names().contains(QStringLiteral("electrum"))) {
        const QString folder = programs->folderOf(QStringLiteral("electrum"));
        QDir().mkpath(folder);
        const QStringList where{QStringLiteral("--offline"), QStringLiteral("-D"), folder};
        for (const QStringList& command : {QStringList{QStringLiteral("create")}, QStringList{QStringLiteral("setconfig"), QStringLiteral("check_updates"), QStringLiteral("false")}}) {
            const auto done = app::runToEnd(QStringLiteral("unshare"), apart(QStringLiteral("electrum"), command + where), patience);
            if (!done)
                return tl::unexpected(done.error());
        }
    }
    return programs;
}

base::Result<void> Programs::prepareApart(QProcess& process, const QString& program, const QStringList& arguments) const
{
    QProcessEnvironment environment = process.processEnvironment();
    environment.insert(QStringLiteral("HOME"), folderOf(program));
    environment.remove(QStringLiteral("XDG_CONFIG_HOME"));
    process.setProcessEnvironment(environment);
    process.setProgram(QStringLiteral("unshare"));
    process.setArguments(apart(program, arguments));
    return {};
}

base::Result<void> Programs::prepare(const QString& name, QProcess& process) const
{
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.setProcessEnvironment(m_arena.environment());
    if (name == u"vlc") {
        process.setProgram(name);
        process.setArguments({QStringLiteral("-I"), QStringLiteral("qt"), QStringLiteral("--no-qt-privacy-ask"),
                              QStringLiteral("--no-metadata-network-access"), QStringLiteral("--aout=adummy"), QStringLiteral("--quiet")});
        beNobody(process);
        return {};
    }
    if (name == u"qbittorrent")
        return prepareApart(process, name, {QStringLiteral("--no-splash")});
    if (name == u"electrum")
        return prepareApart(process, name, {QStringLiteral("--offline"), QStringLiteral("-D"), folderOf(name)});
    process.setProgram(m_arena.network().program(name));
    process.setArguments(m_arena.network().nodeArguments(viewer) + QStringList{QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0")});
    return {};
}

base::Result<int> Programs::fetchWholeHistory() const
{
    const auto all = app::runToEnd(m_arena.network().program(QStringLiteral("mutoscope-node")),
                                   {QStringLiteral("--data"), m_arena.network().dataFolder(viewer), QStringLiteral("wallet"), QStringLiteral("history")},
                                   patience);
    if (!all)
        return tl::unexpected(all.error());
    return static_cast<int>(all->count('\n'));
}

} // namespace mutoscope::bench
