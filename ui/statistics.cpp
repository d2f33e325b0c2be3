#include "ui/statistics.h"

#include <QLocale>
#include <QRegularExpression>
#include <QStringList>

#include "ui/format.h"
#include "ui/playback.h"
#include "ui/words.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

namespace
{

/// Milliseconds of film from the position on without a gap.
std::int64_t aheadMs(const node::Viewing& viewing, std::int64_t positionMs)
{
    for (const node::TimeRange& range : viewing.here) {
        if (range.fromMs <= positionMs && positionMs < range.toMs)
            return range.toMs - positionMs;
    }
    return 0;
}

/// "1280 × 720, 2.4 Mbit/s"; of a film in one quality its bit rate.
QString qualityWords(const node::Viewing& viewing)
{
    const bool isOne = viewing.playedQuality && *viewing.playedQuality < viewing.qualities.size();
    const node::Quality played = isOne ? viewing.qualities[*viewing.playedQuality] : node::Quality{.bitsPerSecond = viewing.filmBytesPerSecond * 8};
    QStringList parts;
    if (played.width > 0)
        parts << Words::tr("%1 × %2").arg(played.width).arg(played.height);
    if (played.bitsPerSecond > 0)
        parts << formatBitRate(played.bitsPerSecond);
    return parts.join(u", "_s);
}

QString contractWords(wire::ContractState state)
{
    switch (state) {
    case wire::ContractState::Open:
        return Words::tr("open");
    case wire::ContractState::Closing:
        return Words::tr("closing");
    case wire::ContractState::Closed:
        return Words::tr("closed");
    }
    return {};
}

} // namespace

QString statisticsText(const node::Viewing& viewing, const Playback& playback)
{
    const QLocale locale;
    QStringList lines;
    const auto add = [&](const QString& name, const QString& value) {
        if (!value.isEmpty())
            lines << u"<tr><td style='color:#9b988f; padding-right:14px'>%1</td><td>%2</td></tr>"_s.arg(name.toHtmlEscaped(), value.toHtmlEscaped());
    };
    const player::PipelineInfo pipeline = playback.pipeline();
    const player::Frames frames = playback.frames();
    add(Words::tr("Quality"), qualityWords(viewing));
    add(Words::tr("Video"), pipeline.videoDecoder);
    add(Words::tr("Sound"), QStringList{pipeline.audioDecoder, pipeline.audioSink}.filter(QRegularExpression(u"."_s)).join(u" → "_s));
    add(Words::tr("Pictures"), Words::tr("%1 decoded, %2 shown").arg(locale.toString(frames.decoded), locale.toString(frames.presented)));
    add(Words::tr("Speed"), locale.toString(playback.speed()) + u" ×"_s);
    const auto ahead = aheadMs(viewing, playback.position().count()) / 1000;
    add(Words::tr("Buffer"), viewing.bufferMs > 0 ? Words::tr("%1 s ahead, bought up to %2 s").arg(ahead).arg(std::min(viewing.bufferMs, viewing.readAheadMs) / 1000)
                                                  : Words::tr("%1 s ahead").arg(ahead));
    add(Words::tr("Here"), Words::tr("%1 of %2 segments").arg(viewing.segmentsHere).arg(viewing.segmentsTotal));
    if (viewing.bytesPerSecond > 0)
        add(Words::tr("Arrives with"), formatRate(viewing.bytesPerSecond));
    for (const node::SeederInUse& seeder : viewing.seeders) {
        QStringList parts{fromUtf8(seeder.name), Words::tr("%1 per MiB").arg(formatTokens(seeder.pricePerMiB))};
        if (seeder.bytesPerSecond > 0)
            parts << formatRate(seeder.bytesPerSecond);
        add(Words::tr("Seeder"), parts.join(u", "_s));
    }
    if (viewing.contractState)
        add(Words::tr("Contract"), contractWords(*viewing.contractState));
    add(Words::tr("Receipts"), Words::tr("%1 for %2, %3 tokens")
                                   .arg(locale.toString(static_cast<qlonglong>(viewing.segmentsReceipted)), formatBytes(viewing.bytes),
                                        formatTokens(viewing.spent)));
    return u"<table>"_s + lines.join(QString()) + u"</table>"_s;
}

} // namespace mutoscope::ui
