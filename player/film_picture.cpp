#include "player/film_picture.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include "player/tool_process.h"

using namespace Qt::StringLiterals;

namespace mutoscope::player
{
namespace
{

constexpr ToolLimits limits{.time = std::chrono::seconds(10), .output = 4 * 1024 * 1024};

} // namespace

QStringList pictureArguments(const MediaInfo& info, std::chrono::milliseconds at, const QString& output)
{
    const QString seconds = QString::number(static_cast<double>(at.count()) / 1000, 'f', 3);
    const QString picture = u"-map 0:%1 -frames:v 1 -vf scale=iw*max(sar\\,0.01):ih,scale=min(640\\,iw):-2,setsar=1 -map_metadata -1 "
                            "-fflags +bitexact -q:v 4 -update 1 -c:v mjpeg -f image2"_s.arg(info.video ? info.video->index : 0);
    return u"-nostdin -hide_banner -v error -y -ss"_s.split(u' ') + QStringList{seconds} + inputArguments(info.file) + picture.split(u' ') + QStringList{output};
}

void pictureAsync(const MediaInfo& info, std::chrono::milliseconds at, QObject* context, std::function<void(QByteArray)> done)
{
    QThreadPool::globalInstance()->start([arguments = pictureArguments(info, at, u"pipe:1"_s), guard = QPointer<QObject>(context), done = std::move(done)]() mutable {
        ToolResult result = runTool(u"ffmpeg"_s, arguments, limits);
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [guard, done = std::move(done), picture = result.succeeded() ? std::move(result.output) : QByteArray()]() mutable {
                if (guard)
                    done(std::move(picture));
            },
            Qt::QueuedConnection);
    });
}

} // namespace mutoscope::player
