#include <QTest>

#include "tests/sim/contract/fixture.h"

// A film in three qualities with two sounds: what is bought of it, and that it is no more than what is watched.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::SegmentIndex;
using base::Tokens;
using viewer::Stage;

namespace
{

constexpr int segments = 12;

/// Playlists 1 … 3 are the qualities, 10, 20 and 30 kB each four seconds; 4 and 5 the sounds; 6 is text.
base::ContentId publish(NodeBasics& node, const Time& time, const std::string& folder)
{
    const std::string hls = folder + "/many/";
    std::string top = "#EXTM3U\n";
    for (int playlist = 1; playlist <= 6; ++playlist) {
        std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n";
        for (int i = 0; i < segments; ++i) {
            const std::string name = std::to_string(playlist) + "-" + std::to_string(i) + ".ts";
            const auto size = static_cast<std::size_t>(playlist <= 3 ? playlist * 10'000 : 1'000);
            need(base::writeFileDurably(hls + name, std::string(size, static_cast<char>(playlist * 16 + i))));
            text += "#EXTINF:4,\n" + name + "\n";
        }
        need(base::writeFileDurably(hls + "p" + std::to_string(playlist) + ".m3u8", text + "#EXT-X-ENDLIST\n"));
        if (playlist <= 3)
            top += "#EXT-X-STREAM-INF:BANDWIDTH=" + std::to_string(playlist * 20'000) + ",AUDIO=\"a\"\np" + std::to_string(playlist) + ".m3u8\n";
    }
    top += "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"one\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"p4.m3u8\"\n"
           "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"two\",LANGUAGE=\"de\",URI=\"p5.m3u8\"\n"
           "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"t\",NAME=\"words\",LANGUAGE=\"de\",URI=\"p6.m3u8\"\n";
    need(base::writeFileDurably(hls + "master.m3u8", top));
    const auto manifest = need(content::importHls(
        hls + "master.m3u8", {.network = network, .title = "Film", .description = {}, .poster = {}, .access = wire::Access::Open},
        *node.store, node.key, time, [](double) { return true; }));
    need(node.library->add(manifest));
    return wire::contentId(manifest);
}

struct Watching {
    Fixture world;
    std::uint64_t requests = 0;

    Watching()
    {
        world.film = publish(world.seeder->basics, world.time, world.path("seeder"));
        need(world.seeder->seeder->setTitle(world.film, price, true));
        const auto announced = [this] {
            const auto titles = world.seeder->seeder->titles();
            return std::ranges::all_of(titles, [](const auto& title) { return title.problem.empty(); }) && titles.size() == 2;
        };
        if (!world.time.runUntil(announced, 60s))
            qFatal("the film is not announced");
        world.startSession(funds);
        if (!world.reaches(Stage::FirstSegment) && !world.reaches(Stage::Playing))
            qFatal("no contract");
    }
    /// As the player does: asks, and waits for the answer.
    [[nodiscard]] bool get(SegmentIndex index)
    {
        bool came = false;
        world.session->want(++requests, index, [&](const net::Body&) { came = true; });
        return world.time.runUntil([&] { return came; }, 60s);
    }
    [[nodiscard]] bool watch(std::size_t position, std::size_t sound = 4)
    {
        return get(world.session->choose(position)) && get(*world.stream().segmentAt(sound, static_cast<std::int64_t>(position) * 4'000));
    }
    /// Until nothing is under way any more.
    void settle() { world.time.advance(5s); }
    /// How many segments of this playlist were bought.
    [[nodiscard]] int bought(std::size_t playlist)
    {
        const auto stream = world.stream();
        int count = 0;
        for (auto index = stream.firstSegment(playlist); index; index = stream.next(*index))
            count += world.viewer->basics.store->contains(stream.segment(*index).sha256) ? 1 : 0;
        return count;
    }
};

} // namespace

class TestRenditions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void onlyWhatIsWatchedIsBought()
    {
        Watching film;
        const auto view = film.world.session->viewing();
        QCOMPARE(view.qualities.size(), 3U);
        QCOMPARE(view.qualities[0].bitsPerSecond, 22'000);
        QVERIFY(!view.chosenQuality);
        QCOMPARE(view.segmentsTotal, 2 * segments);
        QVERIFY(film.watch(0));
        film.settle();
        // All three are within what a line is taken to carry, so it is the best; 15 s ahead are four segments.
        QCOMPARE(film.bought(3), 4);
        QCOMPARE(film.bought(4), 4);
        QCOMPARE(film.bought(1) + film.bought(2) + film.bought(5), 0);
        QCOMPARE(film.world.session->viewing().playedQuality, std::optional<std::size_t>(2));
        QCOMPARE(film.world.session->viewing().here, (std::vector<viewer::TimeRange>{{0, 16'000}}));

        film.world.session->setQuality(0);
        QVERIFY(film.watch(1, 5)); // and another sound
        film.settle();
        QCOMPARE(film.bought(1), 4); // 1 … 4
        QCOMPARE(film.bought(5), 4);
        QCOMPARE(film.bought(3), 4);
        QCOMPARE(film.bought(4), 4);
        QCOMPARE(film.world.session->viewing().chosenQuality, std::optional<std::size_t>(0));
        QCOMPARE(film.world.session->viewing().here, (std::vector<viewer::TimeRange>{{4'000, 20'000}}));

        film.world.session->setQuality(99); // there is none
        QCOMPARE(film.world.session->viewing().chosenQuality, std::optional<std::size_t>(0));
        film.world.session->setQuality(std::nullopt);
        QVERIFY(film.watch(2, 5));
        QCOMPARE(film.world.session->viewing().playedQuality, std::optional<std::size_t>(2)); // here already
        film.world.session->finish("done");
        QVERIFY(film.world.reaches(Stage::Finished, 120s));
        const auto paid = film.world.session->viewing();
        QCOMPARE(paid.bytes.value(), film.bought(1) * 10'000 + film.bought(3) * 30'000 + (film.bought(4) + film.bought(5)) * 1'000);
        film.world.verifyBooks(*paid.paid);
    }

    void anotherQualityAfterAllWasHere()
    {
        Watching film;
        film.world.session->setQuality(0);
        for (std::size_t position = 0; position < segments; ++position)
            QVERIFY(film.watch(position));
        film.settle();
        QCOMPARE(film.bought(1), segments);
        QCOMPARE(film.world.locked().value(), 0); // nothing is left to buy: the contract is closed
        QCOMPARE(film.world.session->viewing().segmentsHere, film.world.session->viewing().segmentsTotal);
        film.world.session->setQuality(1);
        QVERIFY(film.watch(3)); // a new contract, within the cap that was agreed to
        film.settle();
        QCOMPARE(film.bought(2), 4);
        QVERIFY(film.world.locked().value() > 0);
        film.world.session->finish("done");
        QVERIFY(film.world.reaches(Stage::Finished, 120s));
        film.world.verifyBooks(*film.world.session->viewing().paid);
    }

    void theCapCarriesAChangeInTheMiddle()
    {
        Watching film;
        const auto view = film.world.session->viewing();
        QVERIFY(*view.cap > *view.priceOfRest); // what is told as the price is that of one sound
        for (std::size_t position = 0; position < segments; ++position)
            QVERIFY(film.watch(position, position < segments / 2 ? 4 : 5));
        film.world.session->finish("done");
        QVERIFY(film.world.reaches(Stage::Finished, 120s));
        const auto paid = film.world.session->viewing();
        QVERIFY(*paid.paid <= *view.cap);
        QVERIFY(paid.returned->value() > 0);
        film.world.verifyBooks(*paid.paid);
    }

    void textIsFetchedWhereItIsRead()
    {
        Watching film;
        QCOMPARE(film.world.session->viewing().subtitles,
                 (std::vector<viewer::SubtitleTrack>{{.playlist = 6, .name = "words", .language = "de"}}));
        QVERIFY(film.watch(0));
        film.settle();
        QCOMPARE(film.bought(6), 0);
        std::vector<viewer::SubtitlePiece> pieces;
        const auto take = [&](const viewer::SubtitlePiece& piece) { pieces.push_back(piece); };
        film.world.session->fetchSubtitles(6, 5'000, [](const auto&) { QFAIL("it was taken back"); });
        film.world.session->fetchSubtitles(6, 9'000, take);
        film.world.session->fetchSubtitles(5, 9'000, take); // that is sound
        film.world.session->fetchSubtitles(6, 9'000, take);
        QVERIFY(film.world.time.runUntil([&] { return !pieces.empty(); }, 60s));
        film.settle();
        QCOMPARE(pieces.size(), 1U);
        QCOMPARE(pieces[0].fromMs, 8'000);
        QCOMPARE(pieces[0].toMs, 12'000);
        QVERIFY(!pieces[0].isLast);
        QVERIFY(pieces[0].content == film.world.film);
        QCOMPARE(pieces[0].text, std::string(1'000, static_cast<char>(6 * 16 + 2)));
        film.world.session->fetchSubtitles(6, 1'000'000, take);
        QVERIFY(film.world.time.runUntil([&] { return pieces.size() == 2; }, 60s));
        QVERIFY(pieces[1].isLast);
        film.world.session->finish("done");
        QVERIFY(film.world.reaches(Stage::Finished, 120s));
        film.world.verifyBooks(*film.world.session->viewing().paid); // paid for as all else
        film.world.session->fetchSubtitles(6, 0, take);
    }

    void whatIsHereNeedsNoContract()
    {
        Watching film;
        film.world.session->setQuality(1);
        for (std::size_t position = 0; position < segments; ++position)
            QVERIFY(film.watch(position));
        film.world.session->finish("done");
        QVERIFY(film.world.reaches(Stage::Finished, 120s));
        const auto paid = film.world.earned();
        film.world.startSession(funds);
        QVERIFY(film.world.reaches(Stage::Playing));
        for (std::size_t position = 0; position < segments; ++position)
            QVERIFY(film.watch(position)); // in the quality that is here
        QCOMPARE(film.world.session->viewing().playedQuality, std::optional<std::size_t>(1));
        film.settle();
        QCOMPARE(film.world.earned().value(), paid.value());
        QCOMPARE(film.bought(3), 1); // what came with the contract, before it was chosen
    }
};

QTEST_GUILESS_MAIN(TestRenditions)
#include "tst_renditions.moc"
