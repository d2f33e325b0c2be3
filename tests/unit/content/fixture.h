#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <QByteArray>
#include <QProcess>
#include <QTemporaryDir>

#include "p2p/base/clock.h"
#include "p2p/content/importer.h"
#include "p2p/content/segment_store.h"
#include "p2p/content/stream.h"
#include "p2p/crypto/hash.h"
#include "p2p/crypto/node_key.h"

/// What the tests of content share: a folder that goes with the test, films out of ffmpeg, a fixed key and clock.
namespace mutoscope::content::testing
{

class FixedClock final : public base::Clock
{
public:
    [[nodiscard]] base::UnixMs now() const override { return base::UnixMs(1'700'000'000'000); }
    [[nodiscard]] std::chrono::milliseconds monotonic() const override { return std::chrono::milliseconds(0); }
};

inline crypto::NodeKey publisherKey()
{
    const std::string seed(crypto::NodeKey::seedSize, 'p');
    return crypto::NodeKey::fromSeed(reinterpret_cast<const std::uint8_t*>(seed.data()));
}

inline void writeText(const std::filesystem::path& file, std::string_view text)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

inline std::string readText(const std::filesystem::path& file)
{
    std::ifstream input(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(input), {}};
}

/// Split at blanks; '|' stands for a blank within a word.
inline QStringList words(const QByteArray& text)
{
    return QString::fromLatin1(text)
        .split(u' ', Qt::SkipEmptyParts)
        .replaceInStrings(QStringLiteral("|"), QStringLiteral(" "));
}

/// Five seconds of a test picture with a tone, a segment a second. `arguments` follow the inputs; false where ffmpeg
/// fails.
inline bool runFfmpeg(const std::filesystem::path& folder, const QByteArray& arguments)
{
    std::filesystem::create_directories(folder);
    QProcess ffmpeg;
    ffmpeg.setWorkingDirectory(QString::fromStdString(folder.string()));
    ffmpeg.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const QByteArray all = "-v error -y -f lavfi -i testsrc2=size=160x90:rate=10 -f lavfi -i sine=frequency=440 -t 5 "
                           "-c:v libx264 -preset ultrafast -g 10 -c:a aac -f hls -hls_time 1 -hls_playlist_type vod " +
                           arguments;
    ffmpeg.start(QStringLiteral("ffmpeg"), words(all));
    return ffmpeg.waitForFinished(60'000) && ffmpeg.exitStatus() == QProcess::NormalExit && ffmpeg.exitCode() == 0;
}

constexpr const char* transportStream = "index.m3u8";
constexpr const char* byteRanges = "-hls_segment_type fmp4 -hls_flags single_file index.m3u8";
constexpr const char* renditions =
    "-map 0:v -map 0:v -map 1:a -b:v:0 100k -b:v:1 50k -hls_segment_type fmp4 -master_pl_name master.m3u8 "
    "-var_stream_map v:0,agroup:aud|v:1,agroup:aud|a:0,agroup:aud,default:yes,language:en "
    "-hls_segment_filename v%v/s%d.m4s v%v/index.m3u8";

struct Home {
    QTemporaryDir folder;
    crypto::NodeKey key = publisherKey();
    FixedClock clock;
    std::unique_ptr<SegmentStore> store;

    explicit Home(StoreLimits limits = {}) { store = std::move(SegmentStore::open(path("store"), limits).value()); }

    [[nodiscard]] std::filesystem::path path(const std::string& name) const
    {
        return std::filesystem::path(folder.path().toStdString()) / name;
    }

    [[nodiscard]] base::Result<wire::Signed<wire::Manifest>> import(const std::filesystem::path& playlist,
                                                                    const ImportProgress& progress = {})
    {
        return importHls(playlist, {.network = "test", .title = "A film", .description = {}, .poster = {}}, *store, key,
                         clock, progress);
    }

    /// The stream of a manifest out of the store; an error where something is missing.
    [[nodiscard]] base::Result<Stream> stream(const wire::Signed<wire::Manifest>& manifest) const
    {
        std::vector<std::string> playlists;
        for (const wire::PlaylistRef& playlist : manifest.message.playlists) {
            const auto bytes = store->get(playlist.sha256);
            if (!bytes)
                return tl::unexpected(bytes.error());
            playlists.push_back(**bytes);
        }
        return Stream::make(manifest, playlists);
    }
};

} // namespace mutoscope::content::testing
