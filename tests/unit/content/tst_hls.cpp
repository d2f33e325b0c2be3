#include <QtTest>

#include "p2p/content/hls.h"
#include "p2p/content/renditions.h"

using namespace mutoscope;
using namespace mutoscope::content;
using base::ErrorCode;
using Kind = HlsResource::Kind;

namespace
{

std::string media(const std::string& body)
{
    return "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + body + "#EXT-X-ENDLIST\n";
}

std::string multivariant(const std::string& body)
{
    return "#EXTM3U\n" + body + "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";
}

std::string rewritten(const HlsPlaylist& playlist)
{
    return writeHls(playlist, [](std::size_t i) { return "<" + std::to_string(i) + ">"; });
}

} // namespace

class TestHls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAMediaPlaylist()
    {
        const auto hls =
            parseHls("#EXTM3U\r\n#EXT-X-VERSION:7\r\n#EXT-X-TARGETDURATION:2\r\n#EXT-X-MEDIA-SEQUENCE:3\r\n"
                     "#EXT-X-PLAYLIST-TYPE:VOD\n\n#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"10@0\"\n"
                     "#EXTINF:1.5,a title\n#EXT-X-BYTERANGE:100@10\none.mp4\n"
                     "#EXTINF:2.0004,\n#EXT-X-BYTERANGE:50\none.mp4\n"
                     "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"other.mp4\"\n#EXTINF:0.25,\ntwo 2.mp4\n"
                     "#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"10@0\"\n#EXTINF:1\nthree.mp4\n#EXT-X-ENDLIST");
        QVERIFY2(hls, hls ? "" : hls.error().message.c_str());
        QVERIFY(!hls->isMultivariant);
        QCOMPARE(hls->resources.size(), std::size_t{6});
        const auto& r = hls->resources;
        QCOMPARE(r[0].kind, Kind::Init);
        QCOMPARE(r[0].range, std::optional(HlsByteRange{0, 10}));
        QCOMPARE(r[1].durationMs, 1500);
        QCOMPARE(r[1].range, std::optional(HlsByteRange{10, 100}));
        QCOMPARE(r[1].init, std::size_t{0});
        QCOMPARE(r[2].durationMs, 2000);
        QCOMPARE(r[2].range, std::optional(HlsByteRange{110, 50})); // follows the one before
        QCOMPARE(r[3].kind, Kind::Init);
        QVERIFY(!r[3].range);
        QCOMPARE(r[4].uri, std::string("two 2.mp4"));
        QCOMPARE(r[4].init, std::size_t{3});
        QCOMPARE(r[5].init, std::size_t{0}); // the first init section again
        QCOMPARE(hls->leftOut, std::size_t{0});
        QCOMPARE(
            rewritten(*hls),
            std::string("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:3\n"
                        "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI=\"<0>\"\n#EXTINF:1.5,\n<1>\n#EXTINF:2.0004,\n<2>\n"
                        "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"<3>\"\n#EXTINF:0.25,\n<4>\n"
                        "#EXT-X-MAP:URI=\"<0>\"\n#EXTINF:1,\n<5>\n#EXT-X-ENDLIST\n"));
    }

    void readsAMultivariantPlaylist()
    {
        const auto hls = parseHls(
            "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-START:TIME-OFFSET=-1.5,PRECISE=NO\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English, 2\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"en.m3u8\"\n"
            "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"CC\",INSTREAM-ID=\"CC1\"\n"
            "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"de\",URI=\"http://elsewhere/de.m3u8\"\n"
            "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=5,URI=\"http://elsewhere/i.m3u8\"\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=1000, RESOLUTION=640x360,CODECS=\"avc1.4d401f,mp4a.40.2\",AUDIO=\"a\","
            "SUBTITLES=\"s\",CLOSED-CAPTIONS=NONE\nlow.m3u8\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=2000,FRAME-RATE=25.000\n# a comment\nhigh.m3u8\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=1500\nlow.m3u8\n");
        QVERIFY2(hls, hls ? "" : hls.error().message.c_str());
        QVERIFY(hls->isMultivariant);
        QCOMPARE(hls->resources.size(), std::size_t{4}); // low.m3u8 once
        QCOMPARE(hls->leftOut, std::size_t{2});
        const std::string text = rewritten(*hls);
        QCOMPARE(
            text,
            std::string(
                "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-START:TIME-OFFSET=-1.5,PRECISE=NO\n"
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English, 2\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"<0>\"\n"
                "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"CC\",INSTREAM-ID=\"CC1\"\n"
                "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"de\",URI=\"<1>\"\n"
                "#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS=\"avc1.4d401f,mp4a.40.2\",RESOLUTION=640x360,AUDIO=\"a\","
                "SUBTITLES=\"s\",CLOSED-CAPTIONS=NONE\n<2>\n"
                "#EXT-X-STREAM-INF:BANDWIDTH=2000,FRAME-RATE=25.000\n<3>\n"
                "#EXT-X-STREAM-INF:BANDWIDTH=1500\n<2>\n"));

        const Renditions found = readRenditions(*hls);
        QCOMPARE(found.variants, (std::vector<Variant>{{.playlist = 2,
                                                        .bandwidth = 1000,
                                                        .width = 640,
                                                        .height = 360,
                                                        .codecs = "avc1.4d401f,mp4a.40.2",
                                                        .audioGroup = "a"},
                                                       {.playlist = 3, .bandwidth = 2000, .codecs = {}, .audioGroup = {}}}));
        QCOMPARE(found.others.size(), std::size_t{2}); // captions in the picture are none
        QCOMPARE(found.others[0], (Rendition{.kind = Rendition::Kind::Audio,
                                             .group = "a",
                                             .name = "English, 2",
                                             .language = "en",
                                             .isDefault = true,
                                             .playlist = 0}));
        QCOMPARE(found.others[1].kind, Rendition::Kind::Subtitles);
        QCOMPARE(found.others[1].name, std::string("de"));
        QCOMPARE(found.others[1].playlist, std::optional<std::size_t>(1));
    }

    void soundWithinTheVariants()
    {
        const auto hls = parseHls("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"n\",LANGUAGE=\"de\"\n"
                                  "#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=99999999999999x1\nv.m3u8\n");
        QVERIFY(hls);
        const Renditions found = readRenditions(*hls);
        QCOMPARE(found.others.size(), std::size_t{1});
        QVERIFY(!found.others[0].playlist);
        QCOMPARE(found.others[0].language, std::string("de"));
        QCOMPARE(found.variants[0].width, 1 << 20);
    }

    void whatItWritesItReadsWithoutLoss()
    {
        const auto once = parseHls(media("#EXT-X-DATERANGE:ID=\"x\",X-ASSET-URI=\"http://a\"\n#EXTINF:1,t\na.ts\n"));
        QVERIFY(once);
        QCOMPARE(once->leftOut, std::size_t{1});
        const auto again = parseHls(rewritten(*once));
        QVERIFY(again);
        QCOMPARE(again->leftOut, std::size_t{0});
        QCOMPARE(rewritten(*again), rewritten(*once));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, const std::string& text, ErrorCode code = ErrorCode::Malformed) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << static_cast<int>(code);
        };
        const std::string segment = "#EXTINF:1,\na.ts\n";
        row("empty", "");
        row("another file", "RIFF....");
        row("header only", "#EXTM3U\n");
        row("header with a tail", "#EXTM3U8\n#EXT-X-TARGETDURATION:2\n" + segment + "#EXT-X-ENDLIST\n");
        row("byte order mark", "\xef\xbb\xbf" + media(segment));
        row("no segment", media(""));
        row("NUL", media("#EXTINF:1,\na" + std::string(1, '\0') + ".ts\n"));
        row("control character", media("#EXTINF:1,\na\x1b.ts\n"));
        row("lone CR", media("#EXTINF:1,\na.ts\r#EXT-X-KEY:METHOD=AES-128\n"));
        row("not UTF-8", media("#EXTINF:1,\n\xff.ts\n"));
        row("quote in a URI", media("#EXTINF:1,\na\".ts\n"));
        row("URI without duration", media("a.ts\n"));
        row("duration without URI", media(segment + "#EXTINF:1,\n"));
        row("negative duration", media("#EXTINF:-1,\na.ts\n"));
        row("no number", media("#EXTINF:nan,\na.ts\n"));
        row("exponent", media("#EXTINF:1e3,\na.ts\n"));
        row("hex", media("#EXTINF:0x10,\na.ts\n"));
        row("more than a day", media("#EXTINF:86401,\na.ts\n"));
        row("endless number", media("#EXTINF:1." + std::string(400, '1') + ",\na.ts\n"));
        row("range of nothing", media("#EXT-X-BYTERANGE:0@5\n" + segment));
        row("range without start", media("#EXT-X-BYTERANGE:5\n" + segment));
        row("range after another file",
            media("#EXT-X-BYTERANGE:5@0\n#EXTINF:1,\nb.ts\n#EXT-X-BYTERANGE:5\n" + segment));
        row("range after a whole file", media(segment + "#EXT-X-BYTERANGE:5\n" + segment));
        row("negative range", media("#EXT-X-BYTERANGE:5@-1\n" + segment));
        row("enormous range", media("#EXT-X-BYTERANGE:99999999999999999999@0\n" + segment));
        row("map without URI", media("#EXT-X-MAP:BYTERANGE=\"1@0\"\n" + segment));
        row("map unquoted", media("#EXT-X-MAP:URI=init.mp4\n" + segment));
        row("map twice", media("#EXT-X-MAP:URI=\"a\"\n#EXT-X-MAP:URI=\"b\"\n" + segment));
        row("map at the end", media(segment + "#EXT-X-MAP:URI=\"a\"\n"));
        row("attribute twice", media("#EXT-X-MAP:URI=\"a\",URI=\"b\"\n" + segment));
        row("open quote", media("#EXT-X-MAP:URI=\"a\n" + segment));
        row("comma at the end", media("#EXT-X-MAP:URI=\"a\",\n" + segment));
        row("no target duration", "#EXTM3U\n" + segment + "#EXT-X-ENDLIST\n");
        row("version not a number", media("#EXT-X-VERSION:7 #EXT\n" + segment));
        row("value of a flag", media("#EXT-X-DISCONTINUITY:http://a\n" + segment));
        row("date with a URI", media("#EXT-X-PROGRAM-DATE-TIME:http://a\n" + segment));
        row("long line", media("#" + std::string(HlsPlaylist::maxLineBytes, 'x') + "\n" + segment));
        row("long URI", media("#EXTINF:1,\n" + std::string(HlsPlaylist::maxUriBytes + 1, 'x') + "\n"));
        row("variant without URI", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n");
        row("two variants, one URI", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-STREAM-INF:BANDWIDTH=2\na\n");
        row("variant without bandwidth", multivariant("#EXT-X-STREAM-INF:CODECS=\"a\"\nb\n"));
        row("bandwidth is a text", multivariant("#EXT-X-STREAM-INF:BANDWIDTH=\"1\"\nb\n"));
        row("resolution", multivariant("#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=1x2x3\nb\n"));
        row("unknown rendition", multivariant("#EXT-X-MEDIA:TYPE=EVIL,GROUP-ID=\"g\",NAME=\"n\",URI=\"u\"\n"));
        row("renditions only", "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",NAME=\"n\",URI=\"u\"\n");
        row("media and multivariant", multivariant(segment));
        row("end of a multivariant", multivariant("") + "#EXT-X-ENDLIST\n");
        row("live", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + segment, ErrorCode::Unacceptable);
        row("encrypted", media("#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n" + segment), ErrorCode::Unacceptable);
        row("encrypted later", media(segment + "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n" + segment),
            ErrorCode::Unacceptable);
        row("session key", multivariant("#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"k\"\n"), ErrorCode::Unacceptable);
        row("variables", media("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"http://b\"\n" + segment), ErrorCode::Unacceptable);
        row("key frames only", media("#EXT-X-I-FRAMES-ONLY\n" + segment), ErrorCode::Unacceptable);
        row("delta", media("#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n" + segment), ErrorCode::Unacceptable);
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, code);
        const auto hls = parseHls(text.toStdString());
        QVERIFY(!hls);
        QCOMPARE(static_cast<int>(hls.error().code), code);
        QVERIFY(!hls.error().message.empty());
    }

    void aKeyOfNoneIsNoEncryption()
    {
        const auto hls = parseHls(media("#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\na.ts\n"));
        QVERIFY(hls);
        QVERIFY(rewritten(*hls).find("KEY") == std::string::npos);
    }

    void hasLimits()
    {
        std::string lines(HlsPlaylist::maxLines + 1, '\n');
        QVERIFY(!parseHls(media(lines)));
        QVERIFY(!parseHls(media("#EXTINF:1,\na.ts\n") + std::string(HlsPlaylist::maxBytes, '#')));
        QVERIFY(parseHls(media("#EXTINF:1,\n" + std::string(HlsPlaylist::maxUriBytes, 'x') + "\n")));
    }

    /// Whatever a damaged playlist is read as: no line comes out that could carry a URI but in its place.
    void damageNeverPassesText()
    {
        const std::string original = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI=\"http\"\n#EXTINF:1,http\nhttp\n"
                                     "#EXT-X-UNKNOWN:http\n# http\n#EXT-X-ENDLIST\n";
        std::size_t accepted = 0;
        for (std::size_t bit = 0; bit < original.size() * 8; ++bit) {
            std::string text = original;
            text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
            const auto hls = parseHls(text);
            if (!hls)
                continue;
            ++accepted;
            const std::string out = rewritten(*hls);
            QVERIFY2(out.find("ttp") == std::string::npos && out.find("htt") == std::string::npos, out.c_str());
        }
        QVERIFY(accepted > 50);
        for (std::size_t size = 0; size < original.size(); ++size)
            QVERIFY(!parseHls(original.substr(0, size)) || size == original.size() - 1);
    }
};

QTEST_GUILESS_MAIN(TestHls)
#include "tst_hls.moc"
