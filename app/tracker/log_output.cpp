#include "app/tracker/log_output.h"

#include <atomic>

#include <QLoggingCategory>

#include <unistd.h>

#include "p2p/base/clock.h"
#include "p2p/tracker/log_event.h"

namespace mutoscope::app
{

namespace
{

std::atomic<tracker::LogFormat> format = tracker::LogFormat::Text;

const char* nameOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        return "info";
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
    case QtFatalMsg:
        break;
    }
    return "critical";
}

void print(QtMsgType type, const QMessageLogContext& context, const QString& message)
{
    const std::string text = message.toStdString();
    const tracker::LogLine line{.time = base::SystemClock().now(),
                                .level = nameOf(type),
                                .category = context.category != nullptr ? context.category : "default",
                                .message = text};
    std::string out = format == tracker::LogFormat::Json ? jsonLine(line) : textLine(line);
    out += '\n';
    // One call, so that lines of several threads don't mix; where nobody reads them, there is nobody to tell.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, out.data(), out.size());
}

} // namespace

void setLogLevel(tracker::LogLevel level)
{
    switch (level) {
    case tracker::LogLevel::Debug:
        return QLoggingCategory::setFilterRules(QStringLiteral("mutoscope.*.debug=true"));
    case tracker::LogLevel::Info:
        return QLoggingCategory::setFilterRules(QString());
    case tracker::LogLevel::Warning:
        return QLoggingCategory::setFilterRules(QStringLiteral("mutoscope.*.info=false"));
    }
}

void setLogFormat(tracker::LogFormat wanted)
{
    format = wanted;
    qInstallMessageHandler(print);
}

} // namespace mutoscope::app
