#include "p2p/node/known_tracker.h"

#include "p2p/base/file.h"
#include "p2p/base/log.h"
#include "p2p/discovery/content_link.h"

namespace mutoscope::node
{

namespace
{

constexpr std::size_t longestLink = 4096;

std::filesystem::path fileIn(const std::filesystem::path& dataFolder)
{
    return dataFolder / "tracker-link";
}

} // namespace

QString knownTracker(const std::filesystem::path& dataFolder, const QString& filmLink)
{
    if (const auto last = base::readFile(fileIn(dataFolder), longestLink); last && net::parseTrackerLink(*last))
        return QString::fromStdString(*last);
    return trackerIn(filmLink);
}

QString trackerIn(const QString& text)
{
    const std::string link = text.trimmed().toStdString();
    if (const auto tracker = net::parseTrackerLink(link))
        return QString::fromStdString(net::toString(*tracker));
    const auto film = discovery::parseContentLink(link);
    return film && film->tracker ? QString::fromStdString(net::toString(*film->tracker)) : QString();
}

void rememberTracker(const std::filesystem::path& dataFolder, const net::TrackerLink& tracker)
{
    const std::string link = net::toString(tracker);
    if (const auto last = base::readFile(fileIn(dataFolder), longestLink); last && *last == link)
        return;
    if (const auto written = base::writeFileDurably(fileIn(dataFolder), link); !written)
        qCWarning(logNode) << "the tracker's address can't be remembered:" << written.error().message.c_str();
}

} // namespace mutoscope::node
