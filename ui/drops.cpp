#include "ui/drops.h"

#include <algorithm>
#include <iterator>

#include <QDir>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

namespace mutoscope::ui
{

namespace
{

constexpr int mostFiles = 50;

} // namespace

bool mayBeTaken(const QMimeData& data)
{
    const QList<QUrl> urls = data.urls();
    if (std::ranges::any_of(urls, [](const QUrl& url) { return url.isLocalFile() || isLink(url.toString()); }))
        return true;
    return data.hasText() && !linksIn(data.text()).empty();
}

Drop readDrop(const QMimeData& data)
{
    Drop drop;
    QStringList others;
    for (const QUrl& url : data.urls().mid(0, mostFiles)) {
        if (!url.isLocalFile()) {
            std::ranges::move(linksIn(url.toString(QUrl::FullyEncoded)), std::back_inserter(drop.links));
            continue;
        }
        const QString file = url.toLocalFile();
        auto links = linksInFile(file);
        const bool isHls = !QDir(file).entryList({QStringLiteral("*.m3u8")}, QDir::Files).isEmpty();
        if (links.empty() && (isHls || QFileInfo(file).isFile()))
            others << file;
        std::ranges::move(links, std::back_inserter(drop.links));
    }
    if (drop.links.empty() && data.hasText())
        drop.links = linksIn(data.text());
    if (drop.links.empty() && others.size() == 1) // several are not published at once
        drop.file = others.first();
    return drop;
}

} // namespace mutoscope::ui
