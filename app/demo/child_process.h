#pragma once

#include <QByteArray>
#include <QProcess>
#include <QStringList>

#include "p2p/base/result.h"

namespace mutoscope::app
{

/// A program that ends with us, however we end. Its standard error goes to ours.
class ChildProcess
{
public:
    /// Io where it can't be started.
    [[nodiscard]] base::Result<void> start(const QString& program, const QStringList& arguments);
    /// The next whole line of its standard output. Timeout, or Unavailable where it has ended before.
    [[nodiscard]] base::Result<QByteArray> readLine(int timeoutMs);
    /// SIGTERM, then after `graceMs` SIGKILL.
    void stop(int graceMs = 5'000);
    /// SIGKILL, at once.
    void kill();

    [[nodiscard]] QProcess& process() { return m_process; }
    ~ChildProcess() { stop(); }

private:
    QProcess m_process;
};

/// Runs a program to its end and gives its standard output; an exit status other than 0 is an error with what it said.
[[nodiscard]] base::Result<QByteArray> runToEnd(const QString& program, const QStringList& arguments, int timeoutMs);

} // namespace mutoscope::app
