#include "player/packager_job.h"

#include <algorithm>
#include <cmath>

#include <QFile>
#include <QFileInfo>
#include <QStorageInfo>

#include "player/fmp4.h"
#include "player/tool_process.h"
#include "player/film_picture.h"
#include "player/words.h"

namespace mutoscope::player
{
namespace
{

using namespace std::chrono_literals;
using Kind = PackagerErrorKind;
using std::chrono::milliseconds;

constexpr auto maxSilence = 60s; ///< ffmpeg reports progress twice a second, however slow it encodes
constexpr double segmentBytes = 1024 * 1024;
constexpr double minSegmentSeconds = 2;
constexpr double maxSegmentSeconds = 4;
constexpr double packagingShare = 0.9; ///< of the progress; checks are quick

constexpr QStringView playlistName = u"index.m3u8";
constexpr QStringView initName = u"init.mp4";
constexpr QStringView multivariantName = u"film.m3u8"; ///< where there is more than one rendition
constexpr QStringView toolsMultivariantName = u"renditions.m3u8"; ///< ffmpeg's, which names nothing and goes
constexpr QStringView posterName = u"poster.jpg";

QStringList words(const QString& line)
{
    return line.split(u' ', Qt::SkipEmptyParts);
}

QString seconds(double value)
{
    return QString::number(value, 'f', 3);
}

/// About 1 MiB or 4 s, whichever is shorter, so that little is paid ahead; not under 2 s. The muxer cuts at the first
/// key frame after that, so a film with rare ones gets longer segments. A short film is cut in three if its key frames
/// allow: players start unreliably from one segment.
double segmentSeconds(const MediaInfo& plan)
{
    const double length = static_cast<double>(plan.duration.count()) / 1000;
    const double rate = static_cast<double>(plan.bytes) / std::max(length, 0.001);
    return std::min(std::clamp(segmentBytes / std::max(rate, 1.0), minSegmentSeconds, maxSegmentSeconds), length / 3);
}

} // namespace

Packager::Job::Job(Packager& owner, MediaInfo plan, const QString& folder)
    : m_owner(owner), m_plan(std::move(plan)), m_folder(QDir(folder).absolutePath())
{
    m_stalled.setSingleShot(true);
    m_stalled.setInterval(maxSilence);
    connect(&m_stalled, &QTimer::timeout, this, [this] {
        finish(error(Kind::Timeout, QStringLiteral("cannot be packaged: the tool has stopped answering.")));
    });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &Job::onOutput);
    connect(&m_process, &QProcess::readyReadStandardError, this,
            [this] { m_errors = (m_errors + m_process.readAllStandardError()).right(maxToolErrors); });
    connect(&m_process, &QProcess::finished, this, &Job::onFinished);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError what) {
        if (what == QProcess::FailedToStart)
            finish(PackagerError{Kind::ToolMissing,
                                 Words::tr("Films cannot be published: the package ffmpeg is not installed."),
                                 {}});
    });
}

Packager::Job::~Job()
{
    m_process.disconnect(this);
    if (m_process.state() != QProcess::NotRunning) {
        m_process.kill();
        m_process.waitForFinished();
    }
    if (!m_finished)
        removeOutput();
}

void Packager::Job::begin()
{
    if (m_finished)
        return;
    if (!m_plan.video && !m_plan.audio) {
        finish(error(Kind::NotAFilm, QStringLiteral("has neither video nor sound.")));
        return;
    }
    m_madeFolder = !m_folder.exists();
    if (!m_folder.mkpath(QStringLiteral(".")) || !QFileInfo(m_folder.path()).isWritable()) {
        m_madeFolder = false;
        m_finished = true; // nothing to remove
        tell(tl::unexpected(
            PackagerError{Kind::Disk, Words::tr("The folder %1 cannot be written.").arg(m_folder.path()), {}}));
        return;
    }
    if (!m_folder.isEmpty()) {
        m_finished = true;
        tell(tl::unexpected(
            PackagerError{Kind::Disk, Words::tr("The folder %1 is not empty.").arg(m_folder.path()), {}}));
        return;
    }

    const QString ffmpeg = QStringLiteral("ffmpeg");
    const double length = static_cast<double>(m_plan.duration.count()) / 1000;
    planRenditions();
    m_steps.push_back({ffmpeg, packageArguments(),
                       [this, length](const QByteArray& line) {
                           if (line.startsWith("out_time_us=") && length > 0)
                               setProgress(line.mid(12).toDouble() / 1e6 / length * packagingShare);
                       },
                       [this] {
                           auto problem = readPlaylists();
                           return problem ? problem : checkSegments();
                       }});
    if (!m_plan.texts.empty())
        m_steps.push_back({ffmpeg, textArguments(), {}, [this] { return takeTexts(); }});
    m_steps.push_back(countStep(inputArguments(m_plan.file), m_packetsIn));
    for (const PackagedRendition& rendition : m_renditions) {
        auto out = countStep({QStringLiteral("-protocol_whitelist"), QStringLiteral("file"), QStringLiteral("-i"),
                              QStringLiteral("file:") + rendition.playlist},
                             m_packetsOut);
        out.done = [this, &rendition] {
            auto problem = comparePackets(rendition);
            m_packetsOut.clear();
            return problem;
        };
        m_steps.push_back(std::move(out));
    }
    if (hasSoundsBeside() || !m_plan.texts.empty())
        m_steps.back().done = [this, compare = m_steps.back().done] {
            auto problem = compare();
            return problem ? problem : writeMultivariant();
        };
    if (m_plan.video) {
        const auto taken = [this] {
            if (QFileInfo(path(posterName.toString())).size() > 0)
                m_result.poster = path(posterName.toString());
            return std::optional<PackagerError>();
        };
        const auto at = m_plan.posterAt.value_or(m_plan.duration / 10);
        for (const auto each : {at, std::chrono::milliseconds(0)}) // if there was none
            m_steps.push_back({ffmpeg, pictureArguments(m_plan, each, QStringLiteral("file:") + posterName.toString()), {}, taken, true});
    }
    next();
}

void Packager::Job::cancel()
{
    finish(PackagerError{Kind::Cancelled, Words::tr("Packaging was cancelled."), {}});
}

void Packager::Job::next()
{
    if (!m_result.poster.isEmpty())
        m_steps.clear();
    if (m_steps.empty()) {
        finish(std::nullopt);
        return;
    }
    m_line.clear();
    m_errors.clear();
    m_stalled.start();
    prepareTool(m_process, m_steps.front().program, m_steps.front().arguments, ToolPace::InTheBackground,
                m_folder.path());
    m_process.start(QProcess::ReadOnly);
}

void Packager::Job::onOutput()
{
    m_stalled.start();
    m_line += m_process.readAllStandardOutput();
    qsizetype end = 0;
    while ((end = m_line.indexOf('\n')) >= 0) {
        const QByteArray line = m_line.left(end).trimmed();
        m_line.remove(0, end + 1);
        if (!m_finished && m_steps.front().lines)
            m_steps.front().lines(line);
    }
}

void Packager::Job::onFinished(int status, QProcess::ExitStatus how)
{
    if (m_finished)
        return;
    m_stalled.stop();
    onOutput();
    m_errors = (m_errors + m_process.readAllStandardError()).right(maxToolErrors);
    const Step step = std::move(m_steps.front());
    m_steps.pop_front();
    const bool good = how == QProcess::NormalExit && status == 0;
    if (!good && !step.mayFail) {
        const bool full = m_errors.contains("No space left on device") ||
                          QStorageInfo(m_folder.path()).bytesAvailable() < 1024 * 1024;
        finish(full ? PackagerError{Kind::Disk, Words::tr("The disk is full."), QString::fromUtf8(m_errors)}
                    : error(Kind::Failed, QStringLiteral("cannot be packaged."), QString::fromUtf8(m_errors)));
        return;
    }
    if (step.done) {
        if (auto problem = step.done()) {
            finish(std::move(problem));
            return;
        }
    }
    setProgress(packagingShare + (1 - packagingShare) / (1.0 + static_cast<double>(m_steps.size())));
    next();
}

void Packager::Job::finish(std::optional<PackagerError> error)
{
    if (m_finished)
        return;
    m_finished = true;
    m_stalled.stop();
    if (m_process.state() != QProcess::NotRunning) {
        m_process.kill();
        m_process.waitForFinished();
    }
    if (error) {
        removeOutput();
        tell(tl::unexpected(*error));
        return;
    }
    setProgress(1);
    tell(m_result);
}

/// Later, as whoever hears it may destroy the packager, and with it the process whose signal we may be in.
void Packager::Job::tell(Result<PackagedHls> result)
{
    QMetaObject::invokeMethod(
        &m_owner, [owner = &m_owner, result = std::move(result)] { Q_EMIT owner->finished(result); },
        Qt::QueuedConnection);
}

/// Only names that we gave, so that a mistake elsewhere cannot cost a person's files.
void Packager::Job::removeOutput()
{
    const QStringList ours{playlistName.toString(),         initName.toString(),
                           posterName.toString(),           multivariantName.toString(),
                           toolsMultivariantName.toString(), QStringLiteral("segment*.m4s"),
                           QStringLiteral("track*.m3u8"),   QStringLiteral("track*.m4s"),
                           QStringLiteral("track*.mp4"),    QStringLiteral("text*.vtt"),
                           QStringLiteral("text*.m3u8"),    QStringLiteral("*.tmp")};
    for (const QString& name : m_folder.entryList(ours, QDir::Files))
        m_folder.remove(name);
    if (m_madeFolder)
        QDir().rmdir(m_folder.path());
}

void Packager::Job::setProgress(double fraction)
{
    fraction = std::clamp(fraction, m_progress, 1.0);
    if (fraction == m_progress)
        return;
    m_progress = fraction;
    Q_EMIT m_owner.progressed(fraction);
}

PackagerError Packager::Job::error(Kind kind, const QString& why, const QString& detail) const
{
    return {kind, QStringLiteral("“%1” %2").arg(QFileInfo(m_plan.file).fileName(), why), detail};
}

QStringList Packager::Job::packageArguments() const
{
    const double target = segmentSeconds(m_plan);
    // Absolute input, output relative to the tool's folder: the muxer would read "%" in a folder's name as a pattern.
    QStringList arguments = words(QStringLiteral("-nostdin -hide_banner -v error -nostats -progress pipe:1 -y"));
    arguments += inputArguments(m_plan.file);
    if (m_plan.video) {
        arguments += words(QStringLiteral("-map 0:%1").arg(m_plan.video->index));
        if (m_plan.video->transcode)
            // Even sizes for 4:2:0; a key frame where each segment is to start; square pixels stay what they were.
            arguments += words(QStringLiteral("-c:v libx264 -preset veryfast -crf 21 -pix_fmt yuv420p -fps_mode vfr "
                                              "-vf scale=trunc(iw/2)*2:trunc(ih/2)*2 "
                                              "-force_key_frames expr:gte(t,n_forced*%1)")
                                   .arg(seconds(target)));
        else
            arguments += words(QStringLiteral("-c:v copy"));
        if (m_plan.video->codec == u"hevc" && !m_plan.video->transcode)
            arguments += words(QStringLiteral("-tag:v hvc1")); // parameter sets in the header, as HLS wants them
    }
    for (std::size_t number = 0; number < sounds().size(); ++number)
        arguments += soundArguments(number);
    // A phone's film carries its owner's name and position: not for publication.
    arguments += words(QStringLiteral("-map_metadata -1 -map_chapters -1 -fflags +bitexact -strict experimental"));
    arguments += words(QStringLiteral("-f hls -hls_playlist_type vod -hls_flags independent_segments "
                                      "-hls_segment_type fmp4 -hls_time %1")
                           .arg(seconds(target)));
    if (!hasSoundsBeside())
        return arguments + words(QStringLiteral("-hls_fmp4_init_filename %1 -hls_segment_filename segment%05d.m4s %2")
                                     .arg(initName, playlistName));
    QStringList map{QStringLiteral("v:0,agroup:sound,name:track0")};
    for (std::size_t number = 0; number < sounds().size(); ++number)
        map << QStringLiteral("a:%1,agroup:sound,name:track%2").arg(number).arg(number + 1);
    return arguments + words(QStringLiteral("-hls_fmp4_init_filename %v_init.mp4 -hls_segment_filename %v_%05d.m4s -master_pl_name %1 "
                                            "-var_stream_map")
                                 .arg(toolsMultivariantName))
           << map.join(u' ') << QStringLiteral("%v.m3u8");
}

std::vector<AudioStream> Packager::Job::sounds() const
{
    std::vector<AudioStream> all;
    if (m_plan.audio)
        all.push_back(*m_plan.audio);
    all.insert(all.end(), m_plan.moreAudio.begin(), m_plan.moreAudio.end());
    return all;
}

/// Options of the output's sound `number`.
QStringList Packager::Job::soundArguments(std::size_t number) const
{
    const AudioStream audio = sounds()[number];
    QStringList arguments = words(QStringLiteral("-map 0:%1").arg(audio.index));
    if (audio.transcode)
        arguments += words(QStringLiteral("-c:a:%1 aac -b:a:%1 %2 -ac:a:%1 %3")
                               .arg(number)
                               .arg(audio.channels > 1 ? QStringLiteral("160k") : QStringLiteral("96k"))
                               .arg(std::min(2, audio.channels)));
    else
        arguments += words(QStringLiteral("-c:a:%1 copy").arg(number));
    if (audio.codec == u"aac" && !audio.transcode)
        arguments += words(QStringLiteral("-bsf:a:%1 aac_adtstoasc").arg(number)); // out of TS; leaves others as they are
    return arguments;
}

/// All texts in one run, as the whole file has to be read for each.
QStringList Packager::Job::textArguments() const
{
    QStringList arguments = words(QStringLiteral("-nostdin -hide_banner -v error -nostats -progress pipe:1 -y")) + inputArguments(m_plan.file);
    for (std::size_t number = 0; number < m_plan.texts.size(); ++number)
        arguments += words(QStringLiteral("-map 0:%1 -c:s webvtt -map_metadata -1 -fflags +bitexact -f webvtt file:text%2.vtt")
                               .arg(m_plan.texts[number].index)
                               .arg(number));
    return arguments;
}

void Packager::Job::planRenditions()
{
    PackagedRendition first{.playlist = playlistName.toString(), .init = initName.toString(), .streams = {}};
    if (m_plan.video)
        first.streams.push_back(m_plan.video->index);
    if (m_plan.audio && !hasSoundsBeside())
        first.streams.push_back(m_plan.audio->index);
    m_renditions.push_back(std::move(first));
    if (!hasSoundsBeside())
        return;
    const auto named = [](PackagedRendition& rendition, std::size_t number) {
        rendition.playlist = QStringLiteral("track%1.m3u8").arg(number);
        rendition.init = QStringLiteral("track%1_init.mp4").arg(number);
    };
    named(m_renditions.front(), 0);
    for (const AudioStream& audio : sounds()) {
        m_renditions.push_back({.playlist = {}, .init = {}, .streams = {audio.index}});
        named(m_renditions.back(), m_renditions.size() - 1);
    }
}

Packager::Job::Step Packager::Job::countStep(const QStringList& input, std::map<int, qint64>& counts)
{
    // "12,3456": index and packets.
    return {QStringLiteral("ffprobe"),
            words(QStringLiteral(
                "-v error -hide_banner -count_packets -show_entries stream=index,nb_read_packets -of csv=p=0")) +
                input,
            [&counts](const QByteArray& line) {
                const auto fields = line.split(',');
                if (fields.size() >= 2)
                    counts[fields[0].toInt()] = fields[1].toLongLong();
            },
            {}};
}

std::optional<PackagerError> Packager::Job::readPlaylists()
{
    m_folder.remove(toolsMultivariantName.toString());
    for (PackagedRendition& rendition : m_renditions) {
        if (auto problem = readPlaylist(rendition))
            return problem;
        m_result.segments += static_cast<int>(rendition.segments.size());
        m_result.bytes += rendition.bytes;
    }
    m_result.playlist = path(m_renditions.front().playlist);
    m_result.duration = m_renditions.front().duration;

    // A file that breaks off in the middle still says in its head how long it was.
    const auto missing = m_plan.duration - m_result.duration;
    if (missing > std::max<milliseconds>(2s, m_plan.duration / 50))
        return error(Kind::Damaged,
                     QStringLiteral("is incomplete: only %1 of its %2 seconds can be read.")
                         .arg(m_result.duration.count() / 1000)
                         .arg(m_plan.duration.count() / 1000),
                     QString::fromUtf8(m_errors));
    return std::nullopt;
}

std::optional<PackagerError> Packager::Job::readPlaylist(PackagedRendition& rendition)
{
    QFile file(path(rendition.playlist));
    if (!file.open(QIODevice::ReadOnly))
        return error(Kind::Failed, QStringLiteral("cannot be packaged: no playlist came out."),
                     QString::fromUtf8(m_errors));
    double length = 0;
    bool ended = false;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine(4096).trimmed();
        if (line.startsWith("#EXTINF:"))
            length += line.mid(8, line.indexOf(',') - 8).toDouble();
        else if (line == "#EXT-X-ENDLIST")
            ended = true;
        else if (!line.isEmpty() && !line.startsWith('#'))
            rendition.segments << QString::fromUtf8(line);
    }
    if (rendition.segments.isEmpty() || !ended)
        return error(Kind::Damaged, QStringLiteral("is damaged: it could not be read to its end."),
                     QString::fromUtf8(m_errors));
    rendition.duration = milliseconds(std::llround(length * 1000));
    rendition.bytes = QFileInfo(path(rendition.init)).size();
    for (const QString& name : rendition.segments)
        rendition.bytes += QFileInfo(path(name)).size();
    return std::nullopt;
}

std::optional<PackagerError> Packager::Job::checkSegments()
{
    if (!m_plan.video)
        return std::nullopt;
    const PackagedRendition& picture = m_renditions.front();
    const quint32 track = videoTrackOf(path(picture.init));
    if (track == 0)
        return error(Kind::Failed, QStringLiteral("cannot be packaged: what came out has no video track."));
    // A converted picture has been turned already.
    if (!m_plan.video->transcode && m_plan.video->rotation != 0 &&
        !setRotation(path(picture.init), track, m_plan.video->rotation))
        return error(Kind::Failed, QStringLiteral("cannot be packaged: its rotation cannot be kept."));
    for (const QString& name : picture.segments) {
        if (segmentStart(path(name), track) != SegmentStart::KeyFrame)
            return error(Kind::Damaged,
                         QStringLiteral("cannot be packaged: %1 does not start with a key frame.").arg(name));
    }
    return std::nullopt;
}

/// A copied stream must have as many packets as it had. Tolerance: two, or one in a thousand of the sound's, for what
/// lies before the file's own edit list or is cut off at its end. A converted stream only has to have any.
std::optional<PackagerError> Packager::Job::comparePackets(const PackagedRendition& rendition)
{
    const auto check = [this](int in, int out, bool transcoded, bool video) -> std::optional<PackagerError> {
        const qint64 before = m_packetsIn[in];
        const qint64 after = m_packetsOut[out];
        const qint64 tolerance = std::max<qint64>(2, video ? 0 : before / 1000);
        if (after > 0 && (transcoded || std::abs(before - after) <= tolerance))
            return std::nullopt;
        return error(Kind::Damaged, QStringLiteral("cannot be packaged whole: %1 of %2 packets of its %3 came out.")
                                        .arg(after)
                                        .arg(before)
                                        .arg(video ? QStringLiteral("picture") : QStringLiteral("sound")));
    };
    int out = 0;
    for (const int in : rendition.streams) {
        const bool isVideo = m_plan.video && m_plan.video->index == in;
        const auto all = sounds();
        const auto audio = std::ranges::find(all, in, &AudioStream::index);
        const bool isTranscoded = isVideo ? m_plan.video->transcode : audio != all.end() && audio->transcode;
        if (auto problem = check(in, out++, isTranscoded, isVideo))
            return problem;
    }
    return std::nullopt;
}

/// ffmpeg has written each text whole; it becomes pieces, so that nobody pays for all of it at once.
std::optional<PackagerError> Packager::Job::takeTexts()
{
    for (std::size_t number = 0; number < m_plan.texts.size(); ++number) {
        const QString name = QStringLiteral("text%1").arg(number);
        QFile file(path(name + QStringLiteral(".vtt")));
        if (!file.open(QIODevice::ReadOnly))
            return error(Kind::Failed, QStringLiteral("cannot be packaged: its subtitles cannot be read."), QString::fromUtf8(m_errors));
        const auto read = parseSubtitles(file.read(Subtitles::maxBytes + 1));
        file.remove();
        if (!read)
            return error(Kind::Failed, QStringLiteral("cannot be packaged: its subtitles cannot be read."), read.error());
        if (read->cues.empty())
            continue; // a track without a word
        const auto written = writeText(m_folder, name, read->cues, m_result.duration);
        if (!written)
            return PackagerError{Kind::Disk, Words::tr("The disk is full."), {}};
        const TextStream& text = m_plan.texts[number];
        m_texts.push_back({written->playlist, text.language, text.title, text.isForced});
        m_result.segments += static_cast<int>(written->segments.size());
        m_result.bytes += written->bytes;
    }
    return std::nullopt;
}

std::optional<PackagerError> Packager::Job::writeMultivariant()
{
    if (!hasSoundsBeside() && m_texts.empty())
        return std::nullopt; // of one rendition its own playlist says all
    std::vector<NamedPlaylist> named;
    qint64 mostSoundBytes = 0;
    const auto all = sounds();
    for (std::size_t i = 1; i < m_renditions.size(); ++i) {
        named.push_back({m_renditions[i].playlist, all[i - 1].language, all[i - 1].title});
        mostSoundBytes = std::max(mostSoundBytes, m_renditions[i].bytes);
    }
    const qint64 ms = std::max<qint64>(1, m_result.duration.count());
    const QByteArray text = multivariantPlaylist(m_plan, m_renditions.front(),
                                                 (m_renditions.front().bytes + mostSoundBytes) * 8'000 / ms, named, m_texts);
    QFile file(path(multivariantName.toString()));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.flush())
        return PackagerError{Kind::Disk, Words::tr("The disk is full."), {}};
    m_result.playlist = file.fileName();
    return std::nullopt;
}

} // namespace mutoscope::player
