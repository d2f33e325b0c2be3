#pragma once

#include <memory>
#include <vector>

#include <QProcess>
#include <QString>

#include "app/demo/private_network.h"
#include "p2p/base/result.h"
#include "tests/bench/players/film.h"
#include "tests/bench/players/screen.h"

namespace mutoscope::bench
{

/// A player with an empty window over the whole screen that waits for orders. Orders don't wait for their effect.
class Contender
{
public:
    virtual ~Contender() = default;
    virtual void open() = 0;
    virtual void seek(int second) = 0;

    /// Of the process, since it began.
    [[nodiscard]] double cpuSeconds() const;
    /// Proportional set size, KiB.
    [[nodiscard]] qint64 memory() const;
    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }

protected:
    QProcess m_process;
};

/// Seconds of processor that this process has used.
[[nodiscard]] double cpuSeconds(qint64 pid);
/// Proportional set size of a process, KiB.
[[nodiscard]] qint64 memoryOf(qint64 pid);
/// To be called before it is started: it does not run as root.
void beNobody(QProcess& process);
/// SIGTERM, and SIGKILL after 5 s.
void end(QProcess& process);

/// Three players, and whence each gets the same film: mpv and VLC from nginx, free; Mutoscope from a seeder of a private
/// network, paid, each time as another viewer that has nothing yet. All on this machine.
class Arena
{
public:
    /// `name` of a contender: "mutoscope", "mpv" or "vlc".
    static const QStringList names;

    [[nodiscard]] static base::Result<std::unique_ptr<Arena>> make(const Film& film, QSize screen);
    ~Arena();

    [[nodiscard]] const Screen& screen() const { return *m_screen; }
    /// Started, and left alone for a moment.
    [[nodiscard]] base::Result<std::unique_ptr<Contender>> enter(const QString& name);

    /// Of whatever is shown here.
    [[nodiscard]] QProcessEnvironment environment() const;
    [[nodiscard]] app::PrivateNetwork& network() { return *m_network; }
    /// Everybody may write there.
    [[nodiscard]] QString folder() const { return m_folder.path(); }

private:
    Arena() = default;
    [[nodiscard]] base::Result<void> serve(const Film& film);
    [[nodiscard]] base::Result<void> startDesktop();
    [[nodiscard]] base::Result<QStringList> viewerArguments(const QString& viewer);

    QTemporaryDir m_folder;
    std::unique_ptr<Screen> m_screen;
    QProcess m_nginx;
    QProcess m_bus;
    QProcess m_windowManager;
    QString m_busAddress;
    QString m_url;
    QString m_link;
    std::unique_ptr<app::PrivateNetwork> m_network;
    int m_entered = 0;
};

} // namespace mutoscope::bench
