// Links: mutoscope_player mutoscope_crypto
#include "player/subtitles.h"
#include "tests/fuzz/fuzz.h"

namespace
{

using namespace mutoscope::player;

QByteArray time(std::chrono::milliseconds at)
{
    const auto ms = at.count();
    return QByteArray::number(ms / 3'600'000) + ":" + QByteArray::number(ms / 60'000 % 60) + ":" + QByteArray::number(ms / 1'000 % 60) + "." +
           QByteArray::number(ms % 1'000).rightJustified(3, '0');
}

/// As WebVTT that means the same.
QByteArray written(const std::vector<Cue>& cues)
{
    QByteArray text = "WEBVTT\n\n";
    for (const Cue& cue : cues) {
        QString body = cue.text;
        body.replace(u'&', QStringLiteral("&amp;")).replace(u'<', QStringLiteral("&lt;"));
        while (body.contains(QStringLiteral("\n\n"))) // a blank line ends a cue
            body.replace(QStringLiteral("\n\n"), QStringLiteral("\n \n"));
        text += time(cue.from) + " --> " + time(cue.to) + (cue.isOnTop ? " line:0" : "") + "\n" + body.toUtf8() + "\n\n";
    }
    return text;
}

} // namespace

// What is read is within its limits and in order; written plainly it is read as the same times.
void fuzzOne(std::string_view input)
{
    const auto read = parseSubtitles(QByteArray(input.data(), static_cast<qsizetype>(input.size())));
    if (!read)
        return;
    HOLDS(read->cues.size() <= Subtitles::maxCues);
    std::chrono::milliseconds last(0);
    for (const Cue& cue : read->cues) {
        HOLDS(cue.from >= last && cue.to > cue.from);
        last = cue.from;
        HOLDS(!cue.text.isEmpty() && cue.text.size() <= Subtitles::maxText);
        HOLDS(cue.text.count(u'\n') < Subtitles::maxLines);
        HOLDS(!cue.text.front().isSpace() && !cue.text.back().isSpace());
        qsizetype end = 0;
        for (const Cue::Format& format : cue.formats) {
            HOLDS(format.start >= end && format.length > 0 && (format.isItalic || format.isBold));
            end = format.start + format.length;
        }
        HOLDS(end <= cue.text.size());
    }
    const auto moved = inFilmTime(*read, std::chrono::seconds(100), std::chrono::seconds(110));
    HOLDS(moved.size() == read->cues.size());
    const auto again = parseSubtitles(written(read->cues));
    HOLDS(again && again->leftOut == 0 && again->cues.size() == read->cues.size());
    for (std::size_t i = 0; i < read->cues.size(); ++i)
        HOLDS(again->cues[i].from == read->cues[i].from && again->cues[i].to == read->cues[i].to);
}
