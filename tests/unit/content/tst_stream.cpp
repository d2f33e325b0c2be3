#include <QtTest>

#include "tests/unit/content/fixture.h"

using namespace mutoscope;
using namespace mutoscope::content;
using namespace mutoscope::content::testing;
using base::ErrorCode;
using base::SegmentIndex;

namespace
{

/// A stream as a stranger could publish it: the manifest fits the playlists, whatever they say.
struct Forged {
    std::vector<wire::PlaylistDocument> documents;
    std::function<void(wire::Manifest&)> change = [](wire::Manifest&) {};

    [[nodiscard]] base::Result<Stream> make() const
    {
        wire::Manifest manifest;
        manifest.network = "test";
        const auto key = publisherKey();
        manifest.publisher = key.publicKey();
        manifest.title = "A film";
        std::vector<std::string> bytes;
        for (const wire::PlaylistDocument& document : documents) {
            bytes.push_back(wire::encodeFields(document));
            manifest.playlists.push_back({crypto::sha256(bytes.back()),
                                          base::ByteCount(static_cast<std::int64_t>(bytes.back().size())),
                                          static_cast<std::int64_t>(document.segments.size())});
            std::int64_t durationMs = 0;
            for (const wire::SegmentRef& segment : document.segments) {
                durationMs += segment.durationMs;
                manifest.segmentBytes += segment.bytes;
            }
            manifest.durationMs = std::max(manifest.durationMs, durationMs);
        }
        change(manifest);
        return Stream::make(wire::sign(manifest, key), bytes);
    }
};

wire::SegmentRef segment(std::int64_t durationMs, std::int64_t bytes = 10)
{
    return {crypto::sha256(std::to_string(durationMs) + "/" + std::to_string(bytes)), base::ByteCount(bytes),
            durationMs};
}

std::string media(const std::string& body)
{
    return "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + body + "#EXT-X-ENDLIST\n";
}

Forged onePlaylist(const std::string& body)
{
    return {.documents = {{.hls = media(body), .segments = {segment(1000), segment(2000)}}}};
}

/// Multivariant, then TS with 2 segments, then fMP4: init 2, segments 3 and 4, init 5, segment 6, and init 2 again,
/// segment 7.
Forged severalPlaylists()
{
    return {
        .documents = {
            {.hls = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{p:2}\n#EXT-X-STREAM-INF:BANDWIDTH=2\n{p:1}\n",
             .segments = {}},
            {.hls = media("#EXTINF:1,\n{s:0}\n#EXTINF:2,\n{s:1}\n"), .segments = {segment(1000), segment(2000)}},
            {.hls = media("#EXT-X-MAP:URI=\"{s:2}\"\n#EXTINF:1,\n{s:3}\n#EXTINF:1.5,\n{s:4}\n#EXT-X-MAP:URI=\"{s:5}\"\n"
                          "#EXTINF:2,\n{s:6}\n#EXT-X-MAP:URI=\"{s:2}\"\n#EXTINF:0.5,\n{s:7}\n"),
             .segments = {segment(0, 3), segment(1000), segment(1500), segment(0, 4), segment(2000), segment(500)}}}};
}

constexpr const char* good = "#EXTINF:1,\n{s:0}\n#EXTINF:2,\n{s:1}\n";

} // namespace

class TestStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsItsSegments()
    {
        const auto stream = severalPlaylists().make();
        QVERIFY2(stream, stream ? "" : stream.error().message.c_str());
        const auto index = [](std::uint32_t i) { return std::optional(SegmentIndex(i)); };
        QCOMPARE(stream->segmentCount(), 8U);
        QVERIFY(stream->has(SegmentIndex(7)));
        QVERIFY(!stream->has(SegmentIndex(8)));
        const std::vector<std::size_t> playlists{1, 1, 2, 2, 2, 2, 2, 2};
        const std::vector<std::int64_t> starts{0, 1000, 0, 0, 1000, 2500, 2500, 4500};
        const std::vector<std::optional<SegmentIndex>> inits{{}, {}, {}, index(2), index(2), {}, index(5), index(2)};
        const std::vector<std::optional<SegmentIndex>> nexts{index(1), {},       index(3), index(4),
                                                             index(6), index(6), index(7), {}};
        for (std::uint32_t i = 0; i < 8; ++i) {
            QCOMPARE(stream->playlistOf(SegmentIndex(i)), playlists[i]);
            QCOMPARE(stream->startMs(SegmentIndex(i)), starts[i]);
            QCOMPARE(stream->isInit(SegmentIndex(i)), i == 2 || i == 5);
            QCOMPARE(stream->initOf(SegmentIndex(i)), inits[i]);
            QCOMPARE(stream->next(SegmentIndex(i)), nexts[i]);
        }
        QCOMPARE(stream->segment(SegmentIndex(6)), segment(2000));
        QCOMPARE(stream->durationMs(), 5000);
        QCOMPARE(stream->durationMs(0), 0);
        QCOMPARE(stream->durationMs(1), 3000);
        QCOMPARE(stream->bytes(1), base::ByteCount(20));
        QCOMPARE(stream->bytes(2), base::ByteCount(47));
        QCOMPARE(stream->bytes(), base::ByteCount(67));
        QVERIFY(!stream->firstSegment(0));
        QCOMPARE(stream->firstSegment(1), index(0));
        QCOMPARE(stream->firstSegment(2), index(3));
        QVERIFY(!stream->segmentAt(0, 0));
        const std::vector<std::pair<std::int64_t, std::uint32_t>> times{
            {-5, 3}, {0, 3}, {999, 3}, {1000, 4}, {2499, 4}, {2500, 6}, {4499, 6}, {4500, 7}, {999'999, 7}};
        for (const auto& [ms, expected] : times)
            QCOMPARE(stream->segmentAt(2, ms), index(expected));
    }

    void rendersWithTheUrisItIsGiven()
    {
        const auto stream = severalPlaylists().make();
        QVERIFY(stream);
        const auto segmentUri = [](SegmentIndex i) { return "/x/" + std::to_string(i.value()); };
        const auto playlistUri = [](std::size_t k) { return "/k/" + std::to_string(k); };
        QCOMPARE(stream->renderPlaylist(0, segmentUri, playlistUri),
                 std::string("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/k/2\n#EXT-X-STREAM-INF:BANDWIDTH=2\n/k/1\n"));
        QCOMPARE(stream->renderPlaylist(2, segmentUri, playlistUri),
                 media("#EXT-X-MAP:URI=\"/x/2\"\n#EXTINF:1,\n/x/3\n#EXTINF:1.5,\n/x/4\n#EXT-X-MAP:URI=\"/x/5\"\n"
                       "#EXTINF:2,\n/x/6\n#EXT-X-MAP:URI=\"/x/2\"\n#EXTINF:0.5,\n/x/7\n"));
    }

    void whatASingleRealPlaylistSays()
    {
        Home home;
        QVERIFY(runFfmpeg(home.path("mp4"), byteRanges));
        const auto manifest = home.import(home.path("mp4/index.m3u8"));
        QVERIFY(manifest);
        const auto stream = home.stream(*manifest);
        QVERIFY(stream);
        QCOMPARE(stream->id(), wire::contentId(*manifest));
        QCOMPARE(stream->firstSegment(0), std::optional(SegmentIndex(1)));
        QCOMPARE(stream->segmentAt(0, 3200), std::optional(SegmentIndex(4)));
        QCOMPARE(stream->startMs(SegmentIndex(5)), 4000);
        const std::string text = stream->renderPlaylist(
            0, [](SegmentIndex i) { return "s" + std::to_string(i.value()); },
            [](std::size_t) { return std::string(); });
        QVERIFY(text.find("BYTERANGE") == std::string::npos);
        QVERIFY(text.find("index.m4s") == std::string::npos);
    }

    void refusesOtherBytesThanTheManifestNames()
    {
        Home home;
        QVERIFY(runFfmpeg(home.path("ts"), transportStream));
        const auto manifest = home.import(home.path("ts/index.m3u8"));
        QVERIFY(manifest);
        const std::string bytes = **home.store->get(manifest->message.playlists[0].sha256);
        QVERIFY(Stream::make(*manifest, {bytes}));
        std::string changed = bytes;
        changed[changed.size() / 2] ^= 1;
        QCOMPARE(Stream::make(*manifest, {changed}).error().code, ErrorCode::WrongData);
        QCOMPARE(Stream::make(*manifest, {bytes + " "}).error().code, ErrorCode::WrongData);
        QVERIFY(!Stream::make(*manifest, {}));
        QVERIFY(!Stream::make(*manifest, {bytes, bytes}));
    }

    void refusesWhatMayNotReachAPlayer_data()
    {
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* name, const char* body) { QTest::newRow(name) << QByteArray(body); };
        row("http", "#EXTINF:1,\nhttp://example.org/\n#EXTINF:2,\n{s:1}\n");
        row("file", "#EXTINF:1,\nfile:///etc/passwd\n#EXTINF:2,\n{s:1}\n");
        row("relative", "#EXTINF:1,\na.ts\n#EXTINF:2,\n{s:1}\n");
        row("placeholder and more", "#EXTINF:1,\n{s:0}/../x\n#EXTINF:2,\n{s:1}\n");
        row("more and placeholder", "#EXTINF:1,\nhttp://x/{s:0}\n#EXTINF:2,\n{s:1}\n");
        row("playlist placeholder", "#EXTINF:1,\n{p:0}\n#EXTINF:2,\n{s:1}\n");
        row("leading zero", "#EXTINF:1,\n{s:00}\n#EXTINF:2,\n{s:1}\n");
        row("no number", "#EXTINF:1,\n{s:}\n#EXTINF:2,\n{s:1}\n");
        row("negative", "#EXTINF:1,\n{s:-0}\n#EXTINF:2,\n{s:1}\n");
        row("blank", "#EXTINF:1,\n{s:0} \n#EXTINF:2,\n{s:1}\n");
        row("key", "#EXT-X-KEY:METHOD=AES-128,URI=\"http://x\"\n#EXTINF:1,\n{s:0}\n#EXTINF:2,\n{s:1}\n");
        row("init from elsewhere", "#EXT-X-MAP:URI=\"http://x\"\n#EXTINF:1,\n{s:0}\n#EXTINF:2,\n{s:1}\n");
        row("range", "#EXTINF:1,\n#EXT-X-BYTERANGE:5@0\n{s:0}\n#EXTINF:2,\n{s:1}\n");
        row("unknown tag",
            "#EXT-X-DATERANGE:ID=\"a\",X-ASSET-URI=\"http://x\"\n#EXTINF:1,\n{s:0}\n#EXTINF:2,\n{s:1}\n");
        row("comment", "# http://x\n#EXTINF:1,\n{s:0}\n#EXTINF:2,\n{s:1}\n");
        row("segment twice", "#EXTINF:1,\n{s:0}\n#EXTINF:2,\n{s:0}\n");
        row("other order", "#EXTINF:1,\n{s:1}\n#EXTINF:2,\n{s:0}\n");
        row("beyond the end", "#EXTINF:1,\n{s:0}\n#EXTINF:2,\n{s:2}\n");
        row("too few", "#EXTINF:1,\n{s:0}\n");
        row("too many", "#EXTINF:1,\n{s:0}\n#EXTINF:2,\n{s:1}\n#EXTINF:1,\n{s:2}\n");
        row("other duration", "#EXTINF:1,\n{s:0}\n#EXTINF:2.001,\n{s:1}\n");
        row("segment as init", "#EXT-X-MAP:URI=\"{s:0}\"\n#EXTINF:2,\n{s:1}\n");
    }
    void refusesWhatMayNotReachAPlayer()
    {
        QVERIFY(onePlaylist(good).make()); // else the rows would prove nothing
        QFETCH(QByteArray, body);
        const auto stream = onePlaylist(body.toStdString()).make();
        QVERIFY(!stream);
        QCOMPARE(stream.error().code, ErrorCode::Malformed);
    }

    void refusesVariantsThatAreNotItsPlaylists()
    {
        for (const char* uri : {"{p:0}", "{p:3}", "{s:1}", "http://x", "{p:99999999999999999999}", "{p:1}x"}) {
            Forged forged = severalPlaylists();
            forged.documents[0].hls = std::string("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n") + uri + "\n";
            QVERIFY2(!forged.make(), uri);
        }
    }

    void refusesPlaylistsInTheWrongPlace()
    {
        Forged forged = severalPlaylists();
        forged.documents[2] = forged.documents[0]; // a multivariant one within another
        QVERIFY(!forged.make());
        forged = severalPlaylists();
        forged.documents.erase(forged.documents.begin()); // two media playlists, none to start from
        QVERIFY(!forged.make());
        forged = severalPlaylists();
        forged.documents.resize(1); // nothing but a multivariant one
        QVERIFY(!forged.make());
        forged = severalPlaylists();
        forged.documents[0].segments.push_back(segment(1));
        QVERIFY(!forged.make());
        forged.documents.clear();
        QVERIFY(!forged.make());
    }

    void refusesAManifestThatPromisesSomethingElse()
    {
        Forged forged = onePlaylist(good);
        forged.change = [](wire::Manifest& manifest) { manifest.segmentBytes -= base::ByteCount(1); };
        QVERIFY(!forged.make());
        forged.change = [](wire::Manifest& manifest) { manifest.durationMs += 1; };
        QVERIFY(!forged.make());
        forged.change = [](wire::Manifest& manifest) { manifest.playlists[0].segments = 3; };
        QVERIFY(!forged.make());
        forged.change = [](wire::Manifest& manifest) { manifest.playlists[0].bytes += base::ByteCount(1); };
        QCOMPARE(forged.make().error().code, ErrorCode::WrongData);
    }

    void refusesSegmentsOfImpossibleSizes()
    {
        for (const std::int64_t bytes : {std::int64_t{0}, wire::PlaylistDocument::maxSegmentBytes + 1}) {
            Forged forged = onePlaylist(good);
            forged.documents[0].segments[1] = segment(2000, bytes);
            QVERIFY(!forged.make());
        }
        Forged forged = onePlaylist(good);
        forged.documents[0].segments[1] = segment(2000, wire::PlaylistDocument::maxSegmentBytes);
        QVERIFY(forged.make());
    }
};

QTEST_GUILESS_MAIN(TestStream)
#include "tst_stream.moc"
