#include "player/tool_process.h"

#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <QDeadlineTimer>
#include <QFileInfo>

namespace mutoscope::player
{
namespace
{

constexpr int niceness = 10;
/// A hostile file can make a parser ask for any amount. Address space, so well above what a 4K transcoding uses.
constexpr rlim_t maxMemory = 8ULL << 30;

} // namespace

void prepareTool(QProcess& process, const QString& program, const QStringList& arguments, ToolPace pace,
                 const QString& folder)
{
    process.setProgram(program);
    process.setArguments(arguments);
    process.setStandardInputFile(QProcess::nullDevice());
    if (!folder.isEmpty())
        process.setWorkingDirectory(folder);
    process.setChildProcessModifier([parent = ::getpid(), pace] { // between fork and exec: only async-signal-safe calls
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent)
            ::_exit(1); // we ended before the line above
        if (pace == ToolPace::InTheBackground)
            ::setpriority(PRIO_PROCESS, 0, niceness);
        const rlimit noCore{0, 0};
        ::setrlimit(RLIMIT_CORE, &noCore);
        const rlimit memory{maxMemory, maxMemory};
        ::setrlimit(RLIMIT_AS, &memory);
    });
}

ToolResult runTool(const QString& program, const QStringList& arguments, ToolLimits limits)
{
    QProcess process;
    prepareTool(process, program, arguments, ToolPace::SomebodyWaits);
    process.start(QProcess::ReadOnly);
    ToolResult result;
    if (!process.waitForStarted()) {
        result.end = ToolResult::End::NotStarted;
        return result;
    }
    const QDeadlineTimer deadline(limits.time);
    bool running = true;
    while (running) {
        running = process.waitForReadyRead(static_cast<int>(deadline.remainingTime())) ||
                  (process.state() != QProcess::NotRunning && !deadline.hasExpired());
        result.output += process.readAllStandardOutput();
        result.errors = (result.errors + process.readAllStandardError()).right(maxToolErrors);
        if (result.output.size() > limits.output) {
            result.end = ToolResult::End::TooMuch;
            break;
        }
    }
    if (process.state() != QProcess::NotRunning) {
        if (result.end == ToolResult::End::Exited && !process.waitForFinished(0))
            result.end = ToolResult::End::Timeout;
        process.kill();
        process.waitForFinished();
    }
    if (result.end == ToolResult::End::Exited && process.exitStatus() == QProcess::CrashExit)
        result.end = ToolResult::End::Crashed;
    result.status = process.exitCode();
    return result;
}

QStringList inputArguments(const QString& file)
{
    // Only containers that hold their data themselves: playlists and scripts (hls, concat, sdp …) would read other
    // files in our name, and "tty" takes any text for a film.
    static const QString formats = QStringLiteral("mov,matroska,avi,mpegts,mpeg,flv,asf,ogg,wav,w64,mp3,aac,flac,ac3,"
                                                  "eac3,aiff,caf,wv,ape,tta,amr,au,rm,nut,dv,mxf,"
                                                  "wtv,ivf,gxf");
    // The protocol's prefix keeps names from being options ("-x") or protocols ("a:b").
    return {QStringLiteral("-protocol_whitelist"),
            QStringLiteral("file"),
            QStringLiteral("-format_whitelist"),
            formats,
            QStringLiteral("-i"),
            QStringLiteral("file:") + QFileInfo(file).absoluteFilePath()};
}

} // namespace mutoscope::player
