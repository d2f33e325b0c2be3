#pragma once

#include <chrono>

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>

/// ffmpeg and ffprobe as child processes: without our standard input, killed when the thread that started them
/// ends, and given only files, by names that no option or protocol can hide in.
namespace mutoscope::player
{

struct ToolLimits {
    std::chrono::milliseconds time{30'000};
    qint64 output = 4 * 1024 * 1024; ///< bytes of standard output
};

struct ToolResult {
    enum class End { Exited, NotStarted, Timeout, TooMuch, Crashed };
    End end = End::Exited;
    int status = 0;
    QByteArray output;
    QByteArray errors; ///< the last 4 KiB

    [[nodiscard]] bool succeeded() const { return end == End::Exited && status == 0; }
};

inline constexpr qsizetype maxToolErrors = 4096;

enum class ToolPace {
    SomebodyWaits,
    InTheBackground, ///< niced: long work that nobody should notice
};

/// Sets everything but the signals. `folder`: where the tool runs, empty = anywhere.
void prepareTool(QProcess& process, const QString& program, const QStringList& arguments, ToolPace pace,
                 const QString& folder = {});

/// Runs to the end, as SomebodyWaits. Blocks.
[[nodiscard]] ToolResult runTool(const QString& program, const QStringList& arguments, ToolLimits limits);

/// "-i" and what must stand before it for reading exactly this file and nothing that it points to.
[[nodiscard]] QStringList inputArguments(const QString& file);

} // namespace mutoscope::player
