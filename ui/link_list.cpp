#include "ui/link_list.h"

#include <QFile>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

namespace
{

constexpr qsizetype longestTitle = 200;

} // namespace

bool isLink(const QString& text)
{
    return text.startsWith(u"mutoscope:"_s, Qt::CaseInsensitive) && text.size() > 10;
}

std::vector<FilmLink> linksIn(const QString& text)
{
    std::vector<FilmLink> links;
    QString title;
    QString whole = text.left(longestList);
    whole.replace(u'\u2028', u'\n'); // what a text field makes of a line's end
    for (const QString& line : whole.split(u'\n')) {
        const QString trimmed = line.trimmed();
        if (trimmed.startsWith(u"#EXTINF:"_s)) {
            const auto comma = trimmed.indexOf(u',');
            title = comma < 0 ? QString() : trimmed.mid(comma + 1).trimmed().left(longestTitle);
        } else if (!trimmed.startsWith(u'#')) {
            for (const QString& word : trimmed.simplified().split(u' ')) {
                if (isLink(word) && links.size() < mostLinks)
                    links.push_back({word, std::exchange(title, {})});
            }
        }
    }
    return links;
}

std::vector<FilmLink> linksInFile(const QString& file)
{
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly) || source.size() > longestList)
        return {};
    return linksIn(QString::fromUtf8(source.read(longestList)));
}

QString withoutPermit(const QString& link)
{
    const qsizetype question = link.indexOf(u'?');
    if (question < 0)
        return link;
    QStringList parts = link.mid(question + 1).split(u'&');
    parts.removeIf([](const QString& part) { return part.startsWith(u"permit="); });
    return parts.isEmpty() ? link.left(question) : link.left(question + 1) + parts.join(u'&');
}

} // namespace mutoscope::ui
