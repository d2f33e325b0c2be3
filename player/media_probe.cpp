// probe() of packager.h: what ffprobe says of a file, and what follows from it.

#include "player/packager.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QPointer>
#include <QThreadPool>
#include <nlohmann/json.hpp>

#include "player/codec_table.h"
#include "player/tool_process.h"
#include "player/words.h"

namespace mutoscope::player
{
namespace
{

using nlohmann::json;
using Kind = PackagerErrorKind;

constexpr qsizetype longestTitle = 80;

QString text(const json& object, const char* name)
{
    const auto it = object.find(name);
    return it != object.end() && it->is_string() ? QString::fromStdString(it->get_ref<const std::string&>())
                                                 : QString();
}

int number(const json& object, const char* name)
{
    const auto it = object.find(name);
    return it != object.end() && it->is_number_integer() ? it->get<int>() : 0;
}

bool disposition(const json& stream, const char* name)
{
    const auto it = stream.find("disposition");
    return it != stream.end() && it->is_object() && number(*it, name) != 0;
}

/// "30000/1001" or "4:3"; 0 if it is neither or unknown ("0/0", "N/A").
double ratio(const QString& value)
{
    const qsizetype at = value.indexOf(value.contains(u'/') ? u'/' : u':');
    const double above = value.left(at).toDouble();
    const double below = value.mid(at + 1).toDouble();
    return at > 0 && below > 0 ? above / below : 0;
}

/// Degrees clockwise, a multiple of 90: other turns no player shows.
int rotationOf(const json& stream)
{
    const auto list = stream.find("side_data_list");
    if (list == stream.end() || !list->is_array())
        return 0;
    for (const json& entry : *list) {
        const auto it = entry.is_object() ? entry.find("rotation") : entry.end();
        if (entry.is_object() && it != entry.end() && it->is_number())
            return (static_cast<int>(std::lround(-it->get<double>() / 90.0)) * 90 % 360 + 360) % 360;
    }
    return 0;
}

/// A title's or language's letters, fit for a line of a playlist.
QString tag(const json& stream, const char* name, qsizetype longest)
{
    const auto tags = stream.find("tags");
    QString value = tags != stream.end() && tags->is_object() ? text(*tags, name).simplified().left(longest) : QString();
    value.removeIf([](QChar c) { return c == u'"' || !c.isPrint(); });
    return value;
}

QString languageOf(const json& stream)
{
    const QString language = tag(stream, "language", 35);
    return language == u"und" ? QString() : language;
}

VideoStream videoOf(const json& stream)
{
    VideoStream video;
    video.index = number(stream, "index");
    video.codec = text(stream, "codec_name");
    video.rotation = rotationOf(stream);
    video.frameRate = ratio(text(stream, "avg_frame_rate"));
    const double aspect = ratio(text(stream, "sample_aspect_ratio"));
    const QSize pixels(number(stream, "width"), number(stream, "height"));
    video.size = QSize(static_cast<int>(std::lround(pixels.width() * (aspect > 0 ? aspect : 1))), pixels.height());
    if (video.rotation % 180 != 0)
        video.size.transpose();
    video.transcode = !canCopyVideo(video.codec);
    return video;
}

AudioStream audioOf(const json& stream)
{
    AudioStream audio;
    audio.index = number(stream, "index");
    audio.codec = text(stream, "codec_name");
    audio.channels = number(stream, "channels");
    audio.sampleRate = text(stream, "sample_rate").toInt();
    audio.transcode = !canCopyAudio(audio.codec);
    audio.language = languageOf(stream);
    audio.title = tag(stream, "title", longestTitle);
    return audio;
}

bool isText(const QString& codec)
{
    return codec == u"subrip" || codec == u"ass" || codec == u"ssa" || codec == u"webvtt" || codec == u"mov_text" || codec == u"text";
}

bool isProtected(const json& stream)
{
    const QString tag = text(stream, "codec_tag_string");
    return tag == u"encv" || tag == u"enca" || tag == u"drmi" || tag == u"drms";
}

QString transcodingSentence(const MediaInfo& info, int pictureTexts)
{
    const QString leftOut = pictureTexts == 0 ? QString()
                                              : Words::tr("Subtitles that are pictures (%1 in this file) are left out: streams "
                                                               "carry text only.")
                                                    .arg(pictureTexts);
    QStringList parts;
    if (info.video && info.video->transcode)
        parts << Words::tr("the picture (%1) to H.264").arg(info.video->codec);
    QStringList codecs;
    for (std::size_t i = 0; i <= info.moreAudio.size() && info.audio; ++i) {
        const AudioStream& audio = i == 0 ? *info.audio : info.moreAudio[i - 1];
        if (audio.transcode && !codecs.contains(audio.codec))
            codecs << audio.codec;
    }
    if (!codecs.isEmpty())
        parts << Words::tr("the sound (%1) to AAC").arg(codecs.join(QStringLiteral(", ")));
    if (parts.isEmpty())
        return leftOut;
    const QString converted = Words::tr("Streams cannot carry this file as it is, so %1 will be converted, which takes a while "
                                             "and costs a little quality.")
                                  .arg(parts.join(Words::tr(" and ")));
    return leftOut.isEmpty() ? converted : converted + u' ' + leftOut;
}

tl::unexpected<PackagerError> refuse(Kind kind, const QString& file, const QString& why, const QByteArray& detail = {})
{
    const QString name = QFileInfo(file).fileName();
    return tl::unexpected(PackagerError{kind, QStringLiteral("“%1” %2").arg(name.isEmpty() ? file : name, why),
                                        QString::fromUtf8(detail)});
}

/// By its first bytes, whatever it is called: an MP4 or a Matroska file, which has its head at the end or broke off.
bool beginsLikeAFilm(const QString& file)
{
    QFile opened(file);
    const QByteArray start = opened.open(QIODevice::ReadOnly) ? opened.read(8) : QByteArray();
    const QByteArray box = start.mid(4);
    return box == "ftyp" || box == "moov" || box == "mdat" || box == "wide" || start.startsWith("\x1a\x45\xdf\xa3");
}

Result<json> ask(const QString& file)
{
    const auto result =
        runTool(QStringLiteral("ffprobe"),
                QStringList{QStringLiteral("-v"), QStringLiteral("error"), QStringLiteral("-hide_banner"),
                            QStringLiteral("-print_format"), QStringLiteral("json"), QStringLiteral("-show_format"),
                            QStringLiteral("-show_streams")} +
                    inputArguments(file),
                ToolLimits());
    switch (result.end) {
    case ToolResult::End::NotStarted:
        return tl::unexpected(PackagerError{
            Kind::ToolMissing, Words::tr("Films cannot be published: the package ffmpeg is not installed."), {}});
    case ToolResult::End::Timeout:
        return refuse(Kind::Timeout, file, QStringLiteral("takes too long to read."));
    case ToolResult::End::TooMuch:
    case ToolResult::End::Crashed:
        return refuse(Kind::Damaged, file, QStringLiteral("is damaged: it cannot be read."), result.errors);
    case ToolResult::End::Exited:
        break;
    }
    if (result.status != 0) {
        const bool film = beginsLikeAFilm(file);
        return film ? refuse(Kind::Damaged, file, QStringLiteral("is damaged or incomplete: its head is missing."),
                             result.errors)
                    : refuse(Kind::NotAFilm, file, QStringLiteral("is not a film: no video or sound was found in it."),
                             result.errors);
    }
    auto answer = json::parse(result.output.constBegin(), result.output.constEnd(), nullptr, false);
    if (!answer.is_object() || !answer.contains("streams") || !answer["streams"].is_array() ||
        !answer.contains("format") || !answer["format"].is_object())
        return refuse(Kind::Failed, file, QStringLiteral("cannot be read: ffprobe's answer makes no sense."));
    return answer;
}

} // namespace

Result<MediaInfo> probe(const QString& file)
{
    const QFileInfo entry(file);
    if (!entry.exists())
        return refuse(Kind::NotFound, file, QStringLiteral("does not exist."));
    if (entry.isDir())
        return refuse(Kind::NotAFilm, file, QStringLiteral("is a folder, not a film."));
    if (!entry.isFile())
        return refuse(Kind::NotAFilm, file, QStringLiteral("is not a plain file."));
    if (!entry.isReadable())
        return refuse(Kind::NotFound, file, QStringLiteral("cannot be opened: no permission."));
    if (entry.size() == 0)
        return refuse(Kind::NotAFilm, file, QStringLiteral("is empty."));

    const auto answer = ask(file);
    if (!answer)
        return tl::unexpected(answer.error());

    MediaInfo info;
    info.file = entry.absoluteFilePath();
    info.bytes = entry.size();
    const json& format = (*answer)["format"];
    info.container = text(format, "format_name");
    info.duration = std::chrono::milliseconds(std::llround(std::min(text(format, "duration").toDouble(), 1e9) * 1000));
    bool subtitles = false;
    int pictureTexts = 0;
    bool videoIsDefault = false;
    std::vector<AudioStream> sounds;
    std::size_t mainSound = 0;
    bool audioIsDefault = false;
    for (const json& stream : (*answer)["streams"]) {
        if (!stream.is_object())
            continue;
        const QString type = text(stream, "codec_type");
        subtitles |= type == u"subtitle";
        if (isProtected(stream))
            return refuse(Kind::NotAFilm, file, QStringLiteral("is copy-protected and cannot be published."));
        const bool isDefault = disposition(stream, "default");
        if (type == u"video" && !disposition(stream, "attached_pic") &&
            (!info.video || (isDefault && !videoIsDefault))) {
            const VideoStream video = videoOf(stream);
            if (!video.codec.isEmpty() && !video.size.isEmpty()) {
                info.video = video;
                videoIsDefault = isDefault;
            }
        } else if (type == u"audio") {
            AudioStream audio = audioOf(stream);
            if (audio.codec.isEmpty() || audio.channels <= 0)
                continue;
            if (isDefault && !audioIsDefault) {
                mainSound = sounds.size();
                audioIsDefault = true;
            }
            sounds.push_back(std::move(audio));
        } else if (type == u"subtitle" && isText(text(stream, "codec_name"))) {
            if (info.texts.size() < MediaInfo::maxTexts)
                info.texts.push_back({number(stream, "index"), languageOf(stream), tag(stream, "title", longestTitle),
                                      disposition(stream, "forced")});
        } else if (type == u"subtitle") {
            ++pictureTexts;
        }
    }
    if (!sounds.empty()) {
        info.audio = sounds[mainSound];
        sounds.erase(sounds.begin() + static_cast<std::ptrdiff_t>(mainSound));
        sounds.resize(std::min(sounds.size(), MediaInfo::maxAudio - 1));
    }
    if (info.video)
        info.moreAudio = std::move(sounds);
    else
        info.texts.clear();
    if (!info.video && !info.audio)
        return refuse(Kind::NotAFilm, file,
                      subtitles ? QStringLiteral("has only subtitles, no video or sound.")
                                : QStringLiteral("is not a film: no video or sound was found in it."));
    if (info.duration <= std::chrono::milliseconds(0))
        return refuse(Kind::Damaged, file, QStringLiteral("is damaged or incomplete: its length cannot be found."));
    info.transcoding = transcodingSentence(info, pictureTexts);
    return info;
}

void probeAsync(const QString& file, QObject* context, std::function<void(Result<MediaInfo>)> done)
{
    QThreadPool::globalInstance()->start([file, guard = QPointer<QObject>(context), done = std::move(done)]() mutable {
        auto result = probe(file);
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [guard, done = std::move(done), result = std::move(result)]() mutable {
                if (guard)
                    done(std::move(result));
            },
            Qt::QueuedConnection);
    });
}

} // namespace mutoscope::player
