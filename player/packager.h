#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QSize>
#include <QString>
#include <tl/expected.hpp>

/// A plain video file → a folder with an HLS presentation, by Debian's ffmpeg in a child process, so that a crash in a
/// parser stays out of the node. QtCore only.
///
/// Segments are fragmented MP4 (EXT-X-MAP), about 1 MiB or 4 s, cut at key frames. Packaged by Debian 12's ffmpeg 5.1
/// and played through by GStreamer 1.22's hlsdemux2, every packet and frame counted:
/// - picture: H.264, H.265, VP9, AV1 as they are; all others (MPEG-1/2/4, VP8, Theora, WMV, MJPEG …) become H.264
/// - sound: AAC, MP3, AC-3, E-AC-3, Opus, FLAC as they are; all others (MP2, Vorbis, PCM, ALAC, WMA …) become AAC
/// Of a film with several sounds each becomes a rendition of its own, with its language and title. Text subtitles (SubRip, ASS,
/// WebVTT, MP4's) become WebVTT renditions: their words, italics and bold, not their fonts and places. Subtitles that are pictures
/// (DVD, Blu-ray) can't be packaged.
/// A phone's rotation and the pixel aspect ratio are kept; the film's title, places and other metadata and chapters are not.
namespace mutoscope::player
{

enum class PackagerErrorKind {
    NotFound,    ///< no such file, or not readable
    NotAFilm,    ///< a folder, text, an empty file, only subtitles …
    Damaged,     ///< looks like a film, but cannot be read, or what came out is not what went in
    ToolMissing, ///< ffmpeg or ffprobe is not installed
    Timeout,
    Cancelled,
    Disk, ///< the output folder cannot be written, or is full
    Failed,
};

struct PackagerError {
    PackagerErrorKind kind = PackagerErrorKind::Failed;
    QString sentence; ///< for a person, names the file
    QString detail;   ///< what the tool said, at most 4 KiB

    bool operator==(const PackagerError&) const = default;
};

template <class T>
using Result = tl::expected<T, PackagerError>;

struct VideoStream {
    int index = 0;    ///< in the file
    QString codec;    ///< ffmpeg's name: h264, hevc, vp9, av1, mpeg4 …
    QSize size;       ///< as seen: pixel aspect ratio and rotation applied
    int rotation = 0; ///< degrees clockwise: 0, 90, 180, 270
    double frameRate = 0;
    bool transcode = false; ///< → H.264
};

struct AudioStream {
    int index = 0;
    QString codec; ///< aac, mp3, ac3, opus …
    int channels = 0;
    int sampleRate = 0;     ///< Hz
    bool transcode = false; ///< → AAC
    QString language{};     ///< as the file says it, mostly ISO 639-2; may be empty
    QString title{};        ///< of this sound; may be empty
};

/// Subtitles that are text.
struct TextStream {
    int index = 0;
    QString language; ///< as of an AudioStream
    QString title;
    bool isForced = false; ///< belongs to the film even for those who understand it
};

/// What a file holds and what will be made of it. Of several pictures the default one is taken, or the first.
struct MediaInfo {
    QString file; ///< absolute
    qint64 bytes = 0;
    std::chrono::milliseconds duration{0};
    QString container;                ///< ffmpeg's name, e.g. "mov,mp4,m4a,3gp,3g2,mj2"
    std::optional<VideoStream> video; ///< at least one of video and audio is there
    std::optional<AudioStream> audio;    ///< the default one, or the first
    std::vector<AudioStream> moreAudio;  ///< beside it, in the file's order; only with a picture
    std::vector<TextStream> texts;       ///< in the file's order; only with a picture
    std::optional<std::chrono::milliseconds> posterAt; ///< a person's choice: which picture becomes the poster; else one after a tenth of it
    QString transcoding; ///< a sentence for a person if anything is re-encoded or left out, and why; empty otherwise

    static constexpr std::size_t maxAudio = 16; ///< more are left out
    static constexpr std::size_t maxTexts = 40;

    [[nodiscard]] bool needsTranscoding() const
    {
        return (video && video->transcode) || (audio && audio->transcode) ||
               std::ranges::any_of(moreAudio, &AudioStream::transcode);
    }
};

struct PackagedHls {
    QString playlist; ///< path in the output folder; its resources lie beside it
    std::chrono::milliseconds duration{0};
    int segments = 0; ///< of all renditions, without initialisation segments
    qint64 bytes = 0; ///< of all segments and initialisation segments
    QString poster;   ///< path of a JPEG at most 640 px wide, outside the playlist; empty for sound only

    bool operator==(const PackagedHls&) const = default;
};

/// Reads the file with ffprobe (at most 30 s and 4 MiB of answer). Blocks: any thread but the UI's.
[[nodiscard]] Result<MediaInfo> probe(const QString& file);
/// The same in a pool thread; `done` runs on the main thread as long as `context`, which lives there, exists.
void probeAsync(const QString& file, QObject* context, std::function<void(Result<MediaInfo>)> done);

/// Packages one film. Lives on any thread with an event loop; one start() per object. The child is niced (probe()'s is
/// not) and dies with us.
class Packager : public QObject
{
    Q_OBJECT
public:
    explicit Packager(QObject* parent = nullptr);
    ~Packager() override; ///< cancels; waits for the child's end, which is killed

    /// `plan` is what probe() said of the file. `outputFolder` is made if missing and must be empty. Ends in
    /// finished(), never before start() has returned. After a failure or cancel() nothing of ours is left in the
    /// folder.
    void start(const MediaInfo& plan, const QString& outputFolder);
    void cancel();

Q_SIGNALS:
    void progressed(double fraction); ///< 0 … 1, a few times a second
    void finished(const mutoscope::player::Result<mutoscope::player::PackagedHls>& result);

private:
    class Job;
    std::unique_ptr<Job> m_job;
};

} // namespace mutoscope::player
