#include <QTest>

#include "p2p/viewer/ladder.h"
#include "tests/unit/viewer/film.h"

using namespace mutoscope;
using base::SegmentIndex;
using viewer::Ladder;

namespace
{

/// Two renditions with these lines of their own; the second one's segments are half as large.
content::Stream pair(const std::string& first, const std::string& second, const std::vector<std::string>& segments)
{
    std::vector<wire::PlaylistDocument> documents(3);
    documents[0].hls = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000" + first + "\n{p:1}\n#EXT-X-STREAM-INF:BANDWIDTH=500" + second + "\n{p:2}\n";
    std::uint32_t index = 0;
    for (std::size_t k = 1; k <= 2; ++k) {
        documents[k].hls = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n" + segments[k - 1] + "#EXT-X-ENDLIST\n";
        for (auto at = documents[k].hls.find("URI"); at != std::string::npos; at = documents[k].hls.find("URI")) {
            const auto inf = documents[k].hls.rfind("#EXTINF:", at) + 8;
            const double seconds = std::stod(documents[k].hls.substr(inf));
            documents[k].hls.replace(at, 3, "{s:" + std::to_string(index++) + "}");
            documents[k].segments.push_back({crypto::sha256(std::to_string(index)), base::ByteCount(10'000 / static_cast<std::int64_t>(k)),
                                             std::llround(seconds * 1000)});
        }
    }
    return test::streamOf(documents);
}

const std::string plain = "#EXTINF:4,\nURI\n#EXTINF:4,\nURI\n";

} // namespace

class TestLadder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void rungsAreInTheOrderOfTheirRate()
    {
        const auto stream = pair(",RESOLUTION=640x360", ",RESOLUTION=320x180", {plain, plain});
        const Ladder ladder(stream);
        QCOMPARE(ladder.rungs(), (std::vector<Ladder::Rung>{{2, 320, 180, 10'000}, {1, 640, 360, 20'000}}));
        QCOMPARE(ladder.positions(), 2U);
        QCOMPARE(ladder.segment(0, 1), SegmentIndex(3));
        QCOMPARE(ladder.segment(1, 0), SegmentIndex(0));
        QCOMPARE(ladder.positionOf(SegmentIndex(3)), std::optional<std::size_t>(1));
        QCOMPARE(ladder.rungOf(1), std::optional<std::size_t>(1));
        QVERIFY(!ladder.rungOf(0));
    }

    void whatFitsTogether_data()
    {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("second");
        QTest::addColumn<QByteArray>("segments");
        QTest::addColumn<bool>("fits");
        const QByteArray same = QByteArray::fromStdString(plain);
        const auto row = [&](const char* name, const QByteArray& first, const QByteArray& second, const QByteArray& segments, bool fits) {
            QTest::newRow(name) << first << second << segments << fits;
        };
        row("nothing is said", "", "", same, true);
        row("other profiles", ",CODECS=\"avc1.4d401f,mp4a.40.2\"", ",CODECS=\"mp4a.40.5, avc1.64001f\"", same, true);
        row("other codecs", ",CODECS=\"avc1.4d401f\"", ",CODECS=\"hvc1.1.6\"", same, false);
        row("sound only", ",RESOLUTION=640x360", "", same, false);
        row("sound within one of them", ",AUDIO=\"a\"", "", same, false);
        row("rounded otherwise", "", "", "#EXTINF:4.04,\nURI\n#EXTINF:3.96,\nURI\n", true);
        row("cut elsewhere", "", "", "#EXTINF:4.2,\nURI\n#EXTINF:3.8,\nURI\n", false);
        row("more pieces", "", "", "#EXTINF:4,\nURI\n#EXTINF:2,\nURI\n#EXTINF:2,\nURI\n", false);
        row("a break in one of them", "", "", "#EXTINF:4,\nURI\n#EXT-X-DISCONTINUITY\n#EXTINF:4,\nURI\n", false);
        row("a longer one", "", "", "#EXTINF:4,\nURI\n#EXTINF:5,\nURI\n", false);
    }
    void whatFitsTogether()
    {
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, second);
        QFETCH(QByteArray, segments);
        QFETCH(bool, fits);
        const auto stream = pair(first.toStdString(), second.toStdString(), {plain, segments.toStdString()});
        QCOMPARE(!Ladder(stream).isEmpty(), fits);
    }

    void oneQualityIsNoLadder()
    {
        QVERIFY(Ladder(test::film({3})).isEmpty());
        QVERIFY(Ladder(test::film({3}, {3, 3})).isEmpty());
        QCOMPARE(Ladder(test::film({3})).positions(), 0U);
    }

    void soundAndText()
    {
        const auto stream = test::film({2}, {2, 2}, {2});
        QCOMPARE(viewer::audioOf(stream).size(), 2U);
        QCOMPARE(viewer::audioOf(stream)[1].playlist, std::optional<std::size_t>(3));
        QCOMPARE(viewer::subtitlesOf(stream).size(), 1U);
        QCOMPARE(viewer::subtitlesOf(stream)[0].name, std::string("text 0"));
        // With init sections it is not WebVTT.
        QVERIFY(viewer::subtitlesOf(test::film({2}, {}, {2}, test::Container::Fmp4)).empty());
    }
};

QTEST_GUILESS_MAIN(TestLadder)
#include "tst_ladder.moc"
