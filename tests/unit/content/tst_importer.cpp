#include <sys/stat.h>

#include <QtTest>

#include "tests/unit/content/fixture.h"

using namespace mutoscope;
using namespace mutoscope::content;
using namespace mutoscope::content::testing;
using base::ErrorCode;
using base::SegmentIndex;
namespace fs = std::filesystem;

#define VERIFY_RESULT(result) QVERIFY2(result, (result) ? "" : (result).error().message.c_str())

namespace
{

std::string media(const std::string& uri)
{
    return "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n" + uri + "\n#EXT-X-ENDLIST\n";
}

} // namespace

class TestImporter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void transportStreams()
    {
        Home home;
        QVERIFY(runFfmpeg(home.path("ts"), transportStream));
        const auto manifest = home.import(home.path("ts/index.m3u8"));
        VERIFY_RESULT(manifest);
        QVERIFY(wire::open<wire::Manifest>(manifest->bytes, "test", {wire::Role::Publisher}));
        QCOMPARE(manifest->message.durationMs, 5000);
        QCOMPARE(manifest->message.title, std::string("A film"));
        QCOMPARE(manifest->message.published, home.clock.now());
        const auto stream = home.stream(*manifest);
        VERIFY_RESULT(stream);
        QCOMPARE(stream->segmentCount(), 5U);
        std::int64_t bytes = 0;
        for (std::uint32_t i = 0; i < 5; ++i) {
            const std::string file = readText(home.path("ts/index" + std::to_string(i) + ".ts"));
            const auto stored = home.store->get(stream->segment(SegmentIndex(i)).sha256);
            QVERIFY(stored && **stored == file);
            bytes += static_cast<std::int64_t>(file.size());
            QVERIFY(!stream->isInit(SegmentIndex(i)));
            QVERIFY(!stream->initOf(SegmentIndex(i)));
        }
        QCOMPARE(stream->bytes(), base::ByteCount(bytes));
    }

    void rangesOfOneFileWithItsInitSection()
    {
        Home home;
        QVERIFY(runFfmpeg(home.path("mp4"), byteRanges));
        const auto manifest = home.import(home.path("mp4/index.m3u8"));
        VERIFY_RESULT(manifest);
        const auto stream = home.stream(*manifest);
        VERIFY_RESULT(stream);
        QCOMPARE(stream->segmentCount(), 6U);
        QVERIFY(stream->isInit(SegmentIndex(0)));
        std::string whole;
        for (std::uint32_t i = 0; i < 6; ++i)
            whole += **home.store->get(stream->segment(SegmentIndex(i)).sha256);
        const std::string file = readText(home.path("mp4/index.m4s"));
        QVERIFY(whole.size() > 1000);
        QVERIFY(file.starts_with(whole)); // without the index that ffmpeg writes behind
        QCOMPARE(stream->initOf(SegmentIndex(3)), std::optional(SegmentIndex(0)));
    }

    void renditionsWithAnAudioGroup()
    {
        Home home;
        QVERIFY(runFfmpeg(home.path("multi"), renditions));
        const auto manifest = home.import(home.path("multi/master.m3u8"));
        VERIFY_RESULT(manifest);
        QCOMPARE(manifest->message.playlists.size(), std::size_t{4});
        QCOMPARE(manifest->message.playlists[0].segments, 0);
        const auto stream = home.stream(*manifest);
        VERIFY_RESULT(stream);
        const std::string master = stream->renderPlaylist(
            0, [](SegmentIndex) { return std::string("wrong"); },
            [](std::size_t k) { return "k" + std::to_string(k); });
        QVERIFY(master.find("URI=\"k1\"") != std::string::npos); // audio stands first in ffmpeg's
        QVERIFY(master.find("\nk2\n") != std::string::npos);
        QVERIFY(master.find("\nk3\n") != std::string::npos);
        QVERIFY(master.find("m3u8") == std::string::npos);
        QVERIFY(master.find("wrong") == std::string::npos);
        base::ByteCount sum;
        for (std::size_t k = 1; k < 4; ++k) {
            QVERIFY(stream->durationMs(k) >= 4900);
            sum += stream->bytes(k);
        }
        QCOMPARE(sum, stream->bytes());
        for (std::uint32_t i = 0; i < stream->segmentCount(); ++i)
            QVERIFY(home.store->contains(stream->segment(SegmentIndex(i)).sha256));
    }

    void subtitlesAreSegmentsLikeAllOthers()
    {
        Home home;
        writeText(home.path("words.srt"), "1\n00:00:01,000 --> 00:00:03,000\nA word\n");
        // The inputs come first, so in two steps.
        QVERIFY(runFfmpeg(home.path("film"), transportStream));
        QProcess ffmpeg;
        fs::create_directories(home.path("text"));
        ffmpeg.setWorkingDirectory(QString::fromStdString(home.path("text").string()));
        ffmpeg.start(QStringLiteral("ffmpeg"), words("-v error -i ../film/index.m3u8 -i ../words.srt -map 0 -map 1 -c:v libx264 -preset ultrafast -g 10 -b:v 99k -c:a aac -c:s webvtt "
                                                     "-f hls -hls_time 1 -hls_playlist_type vod -master_pl_name master.m3u8 "
                                                     "-var_stream_map v:0,a:0,s:0,sgroup:subs,language:de "
                                                     "-hls_segment_filename s%d.ts index.m3u8"));
        QVERIFY(ffmpeg.waitForFinished(60'000) && ffmpeg.exitCode() == 0);
        const auto manifest = home.import(home.path("text/master.m3u8"));
        VERIFY_RESULT(manifest);
        const auto stream = home.stream(*manifest);
        VERIFY_RESULT(stream);
        const auto& others = stream->renditions().others;
        QCOMPARE(others.size(), std::size_t{1});
        QCOMPARE(others[0].kind, Rendition::Kind::Subtitles);
        QVERIFY(others[0].playlist);
        const auto first = stream->firstSegment(*others[0].playlist);
        QVERIFY(first);
        const auto text = home.store->get(stream->segment(*first).sha256);
        QVERIFY(text && (*text)->starts_with("WEBVTT"));
        // One that is not there is no less an error than a missing picture.
        fs::remove(home.path("text/index_vtt.m3u8"));
        QCOMPARE(home.import(home.path("text/master.m3u8")).error().code, ErrorCode::Unacceptable);
    }

    void isDeterministic()
    {
        Home one;
        Home two;
        QVERIFY(runFfmpeg(one.path("hls"), byteRanges));
        fs::copy(one.path("hls"), two.path("elsewhere"), fs::copy_options::recursive);
        QCOMPARE(one.import(one.path("hls/index.m3u8"))->bytes, two.import(two.path("elsewhere/index.m3u8"))->bytes);
    }

    void takesAPosterAndTexts()
    {
        Home home;
        writeText(home.path("a/a.ts"), "segment");
        writeText(home.path("a/i.m3u8"), media("a.ts"));
        const std::string jpeg = "\xff\xd8\xff picture";
        writeText(home.path("poster.jpg"), jpeg);
        ImportOptions options{
            .network = "test", .title = "Фильм", .description = "d", .poster = home.path("poster.jpg")};
        options.access = wire::Access::Permit;
        const auto manifest = importHls(home.path("a/i.m3u8"), options, *home.store, home.key, home.clock, {});
        VERIFY_RESULT(manifest);
        QCOMPARE(manifest->message.access, wire::Access::Permit);
        QCOMPARE(**home.store->get(manifest->message.poster->sha256), jpeg);

        const auto refuses = [&](auto change) {
            ImportOptions changed = options;
            change(changed);
            return !importHls(home.path("a/i.m3u8"), changed, *home.store, home.key, home.clock, {});
        };
        QVERIFY(refuses([](auto& o) { o.title.clear(); }));
        QVERIFY(refuses([](auto& o) { o.title = std::string(301, 'x'); }));
        QVERIFY(refuses([](auto& o) { o.title = "\xff"; })); // no JSON can carry it
        QVERIFY(refuses([](auto& o) { o.description = "\xc3"; }));
        QVERIFY(refuses([](auto& o) { o.description = std::string(4001, 'x'); }));
        QVERIFY(refuses([&](auto& o) { o.poster = home.path("a/a.ts"); }));
        QVERIFY(refuses([&](auto& o) { o.poster = home.path("none.jpg"); }));
        writeText(home.path("large.jpg"), jpeg + std::string(wire::maxPosterBytes, 'x'));
        QVERIFY(refuses([&](auto& o) { o.poster = home.path("large.jpg"); }));
        QVERIFY(refuses([](auto& o) { o.network = std::string(33, 'n'); }));
    }

    void findsEscapedNamesAndFoldersWithin()
    {
        Home home;
        writeText(home.path("a/sub/one two.ts"), "1");
        writeText(home.path("a/100%.ts"), "2");
        writeText(home.path("a/lists/i.m3u8"),
                  "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n../sub/one%20two.ts\n#EXTINF:1,\n../sub/one two.ts\n"
                  "#EXTINF:1,\n../100%.ts\n#EXT-X-ENDLIST\n");
        writeText(home.path("a/master.m3u8"), "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlists/i.m3u8\n");
        const auto imported = home.import(home.path("a/master.m3u8"));
        VERIFY_RESULT(imported);
        QVERIFY(!home.import(home.path("a/lists/i.m3u8"))); // from here it leads out
    }

    void refusesHostileUris_data()
    {
        QTest::addColumn<QByteArray>("uri");
        QTest::newRow("http") << QByteArray("http://example.org/a.ts");
        QTest::newRow("HTTPS") << QByteArray("HTTPS://example.org/a.ts");
        QTest::newRow("file") << QByteArray("file:///etc/passwd");
        QTest::newRow("data") << QByteArray("data:text/plain,a");
        QTest::newRow("host") << QByteArray("//example.org/a.ts");
        QTest::newRow("absolute") << QByteArray("/etc/passwd");
        QTest::newRow("parent") << QByteArray("../secret");
        QTest::newRow("parent within") << QByteArray("sub/../../secret");
        QTest::newRow("escaped parent") << QByteArray("%2e%2e/secret");
        QTest::newRow("escaped slash") << QByteArray("%2e%2e%2Fsecret");
        QTest::newRow("escaped absolute") << QByteArray("%2fetc%2fpasswd");
        QTest::newRow("symlink") << QByteArray("link.ts");
        QTest::newRow("symlink to a folder") << QByteArray("folder/secret");
        QTest::newRow("sibling with the same start") << QByteArray("../hls2/secret");
        QTest::newRow("missing") << QByteArray("missing.ts");
        QTest::newRow("folder") << QByteArray("sub");
        QTest::newRow("itself") << QByteArray(".");
        QTest::newRow("pipe") << QByteArray("pipe");
        QTest::newRow("empty file") << QByteArray("empty.ts");
        QTest::newRow("NUL") << QByteArray("a%00.ts");
    }
    void refusesHostileUris()
    {
        QFETCH(QByteArray, uri);
        Home home;
        writeText(home.path("secret"), "secret");
        writeText(home.path("hls2/secret"), "secret");
        writeText(home.path("hls/empty.ts"), "");
        fs::create_directory(home.path("hls/sub"));
        fs::create_symlink(home.path("secret"), home.path("hls/link.ts"));
        fs::create_symlink(home.path(""), home.path("hls/folder"));
        QCOMPARE(::mkfifo(home.path("hls/pipe").c_str(), 0600), 0);
        writeText(home.path("hls/i.m3u8"), media(uri.toStdString()));
        const auto refused = home.import(home.path("hls/i.m3u8"));
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::Unacceptable || refused.error().code == ErrorCode::Malformed);
        QVERIFY(!home.store->contains(crypto::sha256("secret")));

        writeText(home.path("hls/master.m3u8"), "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + uri.toStdString() + "\n");
        QVERIFY(!home.import(home.path("hls/master.m3u8")));
    }

    void refusesRangesBeyondTheFile()
    {
        Home home;
        writeText(home.path("a/a.ts"), "0123456789");
        const auto import = [&](const std::string& range) {
            writeText(home.path("a/i.m3u8"), media("a.ts").insert(8, "#EXT-X-BYTERANGE:" + range + "\n"));
            return home.import(home.path("a/i.m3u8")).has_value();
        };
        QVERIFY(import("10@0"));
        QVERIFY(import("1@9"));
        QVERIFY(!import("11@0"));
        QVERIFY(!import("1@10"));
        QVERIFY(!import("9007199254740991@9007199254740991"));
    }

    void refusesASegmentThatIsTooLargeByItsName()
    {
        Home home;
        writeText(home.path("a/i.m3u8"), media("large.ts"));
        writeText(home.path("a/large.ts"), "");
        fs::resize_file(home.path("a/large.ts"), wire::PlaylistDocument::maxSegmentBytes + 1);
        const auto refused = home.import(home.path("a/i.m3u8"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::TooLarge);
        QVERIFY(refused.error().message.find("large.ts") != std::string::npos);
    }

    void refusesNestedMultivariantPlaylists()
    {
        Home home;
        writeText(home.path("a/m.m3u8"), "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nm.m3u8\n");
        QVERIFY(!home.import(home.path("a/m.m3u8")));
    }

    void namesWhatIsNotThere()
    {
        Home home;
        const auto refused = home.import(home.path("none.m3u8"));
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("none.m3u8") != std::string::npos);
        QVERIFY(!home.import(home.path(""))); // a folder
    }

    void tellsItsProgressAndCanBeBrokenOff()
    {
        Home home;
        QVERIFY(runFfmpeg(home.path("ts"), transportStream));
        std::vector<double> seen;
        const auto imported = home.import(home.path("ts/index.m3u8"), [&](double fraction) {
            seen.push_back(fraction);
            return true;
        });
        VERIFY_RESULT(imported);
        QVERIFY(seen.size() >= 5 && std::ranges::is_sorted(seen));
        QCOMPARE(seen.front(), 0.0);
        QCOMPARE(seen.back(), 1.0);
        const auto cancelled = home.import(home.path("ts/index.m3u8"), [](double fraction) { return fraction < 0.5; });
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
    }

    void aFullStoreIsNamedAndNothingStaysPinned()
    {
        Home home({.quota = base::ByteCount(100)});
        writeText(home.path("a/a.ts"), std::string(60, 'a'));
        writeText(home.path("a/b.ts"), std::string(60, 'b'));
        writeText(home.path("a/i.m3u8"),
                  "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\na.ts\n#EXTINF:1,\nb.ts\n#EXT-X-ENDLIST\n");
        const auto refused = home.import(home.path("a/i.m3u8"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Io);
        QVERIFY(home.store->contains(crypto::sha256(std::string(60, 'a')))); // not evicted by its own successor
        QVERIFY(home.store->put(crypto::sha256(std::string(90, 'c')), std::string(90, 'c'))); // but by a later one
    }
};

QTEST_GUILESS_MAIN(TestImporter)
#include "tst_importer.moc"
