#include "player/packager_tracks.h"

#include <QFile>

namespace mutoscope::player
{
namespace
{

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr milliseconds pieceOfText = 60s;

QByteArray timeText(milliseconds at)
{
    const auto two = [](qint64 value) { return QByteArray::number(value).rightJustified(2, '0'); };
    const qint64 ms = at.count();
    return two(ms / 3'600'000) + ":" + two(ms / 60'000 % 60) + ":" + two(ms / 1'000 % 60) + "." +
           QByteArray::number(ms % 1'000).rightJustified(3, '0');
}

QByteArray escaped(QStringView text)
{
    QString result = text.toString();
    result.replace(u'&', QStringLiteral("&amp;")).replace(u'<', QStringLiteral("&lt;")).replace(u'>', QStringLiteral("&gt;"));
    return result.toUtf8();
}

QByteArray bodyOf(const Cue& cue)
{
    QByteArray body;
    qsizetype at = 0;
    const QStringView text(cue.text);
    for (const Cue::Format& format : cue.formats) {
        body += escaped(text.mid(at, format.start - at));
        body += QByteArray(format.isItalic ? "<i>" : "") + (format.isBold ? "<b>" : "");
        body += escaped(text.mid(format.start, format.length));
        body += QByteArray(format.isBold ? "</b>" : "") + (format.isItalic ? "</i>" : "");
        at = format.start + format.length;
    }
    body += escaped(text.mid(at));
    while (body.contains("\n\n")) // a blank line ends a cue
        body.replace("\n\n", "\n");
    return body;
}

bool write(const QDir& folder, const QString& name, const QByteArray& bytes)
{
    QFile file(folder.filePath(name));
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.flush();
}

/// Names are what people and players know renditions by: never twice in a group (RFC 8216 §4.3.4.1.1).
QStringList namesOf(const std::vector<NamedPlaylist>& list, const QString& kind)
{
    QStringList names;
    for (const NamedPlaylist& each : list) {
        const QString wanted = !each.title.isEmpty()      ? each.title
                               : !each.language.isEmpty() ? each.language
                                                          : QStringLiteral("%1 %2").arg(kind).arg(names.size() + 1);
        QString name = wanted;
        for (int number = 2; names.contains(name); ++number)
            name = QStringLiteral("%1 %2").arg(wanted).arg(number);
        names << name;
    }
    return names;
}

QByteArray mediaLines(const char* type, const char* group, const std::vector<NamedPlaylist>& list, const QString& kind, bool hasDefault)
{
    QByteArray text;
    const QStringList names = namesOf(list, kind);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const bool isDefault = (hasDefault && i == 0) || list[i].isForced;
        text += QByteArray("#EXT-X-MEDIA:TYPE=") + type + ",GROUP-ID=\"" + group + "\",NAME=\"" +
                names[static_cast<qsizetype>(i)].toUtf8() + "\"";
        text += list[i].language.isEmpty() ? "" : ",LANGUAGE=\"" + list[i].language.toUtf8() + "\"";
        text += QByteArray(",DEFAULT=") + (isDefault ? "YES" : "NO") + ",AUTOSELECT=YES";
        text += list[i].isForced ? ",FORCED=YES" : "";
        text += ",URI=\"" + list[i].playlist.toUtf8() + "\"\n";
    }
    return text;
}

} // namespace

std::optional<PackagedRendition> writeText(const QDir& folder, const QString& name, const std::vector<Cue>& cues, milliseconds duration)
{
    PackagedRendition result{.playlist = name + QStringLiteral(".m3u8"), .init = {}, .streams = {}};
    QByteArray list = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:" + QByteArray::number(pieceOfText / 1s) +
                      "\n#EXT-X-PLAYLIST-TYPE:VOD\n";
    for (milliseconds from(0); from < duration; from += pieceOfText) {
        const milliseconds to = std::min(from + pieceOfText, duration);
        QByteArray text = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n";
        for (const Cue& cue : cues) {
            if (cue.from < to && cue.to > from)
                text += timeText(cue.from) + " --> " + timeText(cue.to) + (cue.isOnTop ? " line:0\n" : "\n") + bodyOf(cue) + "\n\n";
        }
        const QString segment = QStringLiteral("%1_%2.vtt").arg(name).arg(result.segments.size(), 5, 10, QChar(u'0'));
        if (!write(folder, segment, text))
            return std::nullopt;
        result.segments << segment;
        result.bytes += text.size();
        list += "#EXTINF:" + QByteArray::number(static_cast<double>((to - from).count()) / 1000, 'f', 3) + ",\n" + segment.toUtf8() + "\n";
    }
    result.duration = duration;
    return write(folder, result.playlist, list + "#EXT-X-ENDLIST\n") ? std::optional(result) : std::nullopt;
}

QByteArray multivariantPlaylist(const MediaInfo& plan, const PackagedRendition& picture, qint64 bitsPerSecond,
                                const std::vector<NamedPlaylist>& sounds, const std::vector<NamedPlaylist>& texts)
{
    QByteArray text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n";
    text += mediaLines("AUDIO", "sound", sounds, QStringLiteral("Sound"), true);
    text += mediaLines("SUBTITLES", "text", texts, QStringLiteral("Text"), false);
    text += "#EXT-X-STREAM-INF:BANDWIDTH=" + QByteArray::number(bitsPerSecond);
    text += ",RESOLUTION=" + QByteArray::number(plan.video->size.width()) + "x" + QByteArray::number(plan.video->size.height());
    text += sounds.empty() ? "" : ",AUDIO=\"sound\"";
    text += texts.empty() ? "" : ",SUBTITLES=\"text\"";
    return text + "\n" + picture.playlist.toUtf8() + "\n";
}

} // namespace mutoscope::player
