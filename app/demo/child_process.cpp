#include "app/demo/child_process.h"

#include <csignal>

#include <QDeadlineTimer>
#include <QFileInfo>

#include <sys/prctl.h>

namespace mutoscope::app
{

using base::ErrorCode;
using base::fail;

namespace
{

void prepare(QProcess& process)
{
    process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

std::string nameOf(const QString& program)
{
    return QFileInfo(program).fileName().toStdString();
}

} // namespace

base::Result<void> ChildProcess::start(const QString& program, const QStringList& arguments)
{
    prepare(m_process);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(program, arguments);
    if (!m_process.waitForStarted())
        return fail(ErrorCode::Io, nameOf(program) + " can't be started: " + m_process.errorString().toStdString());
    return {};
}

base::Result<QByteArray> ChildProcess::readLine(int timeoutMs)
{
    const QDeadlineTimer deadline(timeoutMs);
    while (!m_process.canReadLine()) {
        if (m_process.state() == QProcess::NotRunning)
            return fail(ErrorCode::Unavailable, nameOf(m_process.program()) + " has ended too early");
        const auto left = static_cast<int>(deadline.remainingTime());
        if (left <= 0)
            return fail(ErrorCode::Timeout, nameOf(m_process.program()) + " says nothing");
        m_process.waitForReadyRead(left);
    }
    return m_process.readLine().trimmed();
}

void ChildProcess::stop(int graceMs)
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(graceMs))
        kill();
}

void ChildProcess::kill()
{
    m_process.kill();
    m_process.waitForFinished(5'000);
}

base::Result<QByteArray> runToEnd(const QString& program, const QStringList& arguments, int timeoutMs)
{
    QProcess process;
    prepare(process);
    process.start(program, arguments);
    if (!process.waitForFinished(timeoutMs)) {
        const std::string reason = process.errorString().toStdString();
        process.kill();
        process.waitForFinished(1'000);
        return fail(ErrorCode::Timeout, nameOf(program) + " did not end: " + reason);
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return fail(ErrorCode::Internal, nameOf(program) + " failed: " + process.readAllStandardError().trimmed().toStdString());
    return process.readAllStandardOutput();
}

} // namespace mutoscope::app
