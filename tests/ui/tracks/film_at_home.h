#pragma once

#include <map>

#include <QProcess>
#include <QTemporaryDir>

#include "p2p/content/importer.h"
#include "p2p/viewer/gateway.h"
#include "tests/unit/content/fixture.h"

namespace mutoscope::tests
{

/// A film that ffmpeg packages, imported, and given out by a gateway from the store: all that is between a publisher's
/// folder and the player, but for the network.
class FilmAtHome final : public viewer::Gateway::Source
{
public:
    std::vector<base::SegmentIndex> given;
    std::int64_t holdBeforeMs = 0;       ///< segments that end by then never come
    std::vector<std::size_t> rungs{0}; ///< of the ladder's positions one after the other, again and again

    /// `arguments` as for testing::runFfmpeg(); the film's first playlist is `playlist`.
    explicit FilmAtHome(const QStringList& arguments, const std::string& playlist = "master.m3u8")
    {
        crypto::initialise();
        QProcess ffmpeg;
        ffmpeg.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        std::filesystem::create_directories(m_home.path("hls"));
        ffmpeg.setWorkingDirectory(QString::fromStdString(m_home.path("hls").string()));
        ffmpeg.start(QStringLiteral("ffmpeg"), QStringList{QStringLiteral("-nostdin"), QStringLiteral("-v"), QStringLiteral("error")} + arguments);
        if (!ffmpeg.waitForFinished(60'000) || ffmpeg.exitCode() != 0)
            qFatal("ffmpeg failed");
        open(m_home.path("hls/" + playlist));
    }
    /// Of a folder that somebody else has packaged.
    explicit FilmAtHome(const std::filesystem::path& playlist)
    {
        crypto::initialise();
        open(playlist);
    }
    [[nodiscard]] QUrl url() const { return m_gateway->url(); }
    [[nodiscard]] const content::Stream& stream() const { return *m_stream; }
    [[nodiscard]] std::string bytesOf(base::SegmentIndex index) const { return **m_home.store->get(m_stream->segment(index).sha256); }
    [[nodiscard]] const viewer::Ladder& ladder() const { return m_ladder; }
    /// How many segments of this playlist were given out.
    [[nodiscard]] std::ptrdiff_t givenOf(std::size_t playlist) const
    {
        return std::ranges::count_if(given, [&](base::SegmentIndex index) { return m_stream->playlistOf(index) == playlist; });
    }

    void want(std::uint64_t, base::SegmentIndex index, viewer::Gateway::SegmentCallback callback) override
    {
        if (!m_stream->isInit(index) && m_stream->startMs(index) + m_stream->segment(index).durationMs <= holdBeforeMs)
            return;
        given.push_back(index);
        callback(*m_home.store->get(m_stream->segment(index).sha256));
    }
    void takeBack(std::uint64_t) override {}
    void still(std::uint64_t, std::int64_t, viewer::Gateway::SegmentCallback callback) override { callback(nullptr); }
    base::SegmentIndex choose(std::size_t position) override { return m_ladder.segment(rungs[position % rungs.size()], position); }

private:
    void open(const std::filesystem::path& playlist)
    {
        const auto manifest = m_home.import(playlist);
        if (!manifest)
            qFatal("%s", manifest.error().message.c_str());
        m_stream = m_home.stream(*manifest).value();
        m_ladder = viewer::Ladder(*m_stream);
        m_gateway = std::make_unique<viewer::Gateway>(m_executor, m_random, *m_stream, static_cast<viewer::Gateway::Source&>(*this));
        if (!m_gateway->start())
            qFatal("the gateway does not start");
    }

    content::testing::Home m_home;
    base::QtExecutor m_executor;
    crypto::SystemRandom m_random;
    std::optional<content::Stream> m_stream;
    viewer::Ladder m_ladder;
    std::unique_ptr<viewer::Gateway> m_gateway;
};

} // namespace mutoscope::tests
