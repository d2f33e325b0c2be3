#include <QTest>

#include "p2p/content/film_key.h"
#include "tests/sim/contract/fixture.h"

// Films that are for some only: who gets them, and that whoever seeds them can't watch them.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ErrorCode;
using base::SegmentIndex;
using base::Tokens;
using base::UnixMs;
using viewer::Stage;

namespace
{

constexpr UnixMs day(24 * 60 * 60 * 1000);

std::string plainSegment(const Fixture& world, int index)
{
    return need(base::readFile(world.path("seeder") + "/hls/segment" + std::to_string(index) + ".ts", 1 << 20));
}

/// The seeder has a film of somebody else's, which needs a permit. It has a playlist of text, too.
struct Permits {
    Fixture world;
    crypto::NodeKey publisher;
    wire::Signed<wire::Manifest> manifest;
    int proposals = 0;

    explicit Permits(crypto::NodeKey by = keyOf(50)) : publisher(std::move(by))
    {
        NodeBasics& node = world.seeder->basics;
        const std::string hls = world.path("seeder") + "/hls/";
        need(base::writeFileDurably(hls + "words.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nA word\n"));
        need(base::writeFileDurably(hls + "text.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:48\n#EXTINF:48,\nwords.vtt\n#EXT-X-ENDLIST\n"));
        need(base::writeFileDurably(hls + "master.m3u8",
                                    "#EXTM3U\n#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"t\",NAME=\"words\",LANGUAGE=\"de\",URI=\"text.m3u8\"\n"
                                    "#EXT-X-STREAM-INF:BANDWIDTH=100000,SUBTITLES=\"t\"\nindex.m3u8\n"));
        manifest = need(content::importHls(
            hls + "master.m3u8", {.network = network, .title = "Secret", .description = {}, .poster = {}, .access = wire::Access::Permit},
            *node.store, publisher, world.time, {}));
        need(node.library->add(manifest));
        world.film = wire::contentId(manifest);
        need(world.seeder->seeder->setTitle(world.film, price, true));
        const auto announced = [this] {
            const auto titles = world.seeder->seeder->titles();
            return titles.size() == 2 && std::ranges::all_of(titles, [](const auto& title) { return title.problem.empty(); });
        };
        if (!world.time.runUntil(announced, 60s))
            qFatal("the film is not announced");
        world.wires.setFault([this](const auto&, const net::HttpRequest& request) {
            proposals += request.target.starts_with("/v1/contracts") && request.target.find("receipts") == std::string::npos ? 1 : 0;
            return VirtualNetwork::Fate::Deliver;
        });
    }
    [[nodiscard]] base::PublicKey viewersKey() const { return world.viewer->basics.key.publicKey(); }
    [[nodiscard]] wire::Signed<wire::Permit> permit(UnixMs expiresIn = day) const
    {
        const UnixMs now = world.time.now(); // of which the viewer's idea of the tracker's clock may be a little behind
        return need(content::makePermit(manifest, viewersKey(), now - UnixMs(60'000), now + expiresIn, publisher));
    }
    /// What the player is given; none where it does not come.
    [[nodiscard]] std::optional<std::string> get(std::uint32_t index)
    {
        std::optional<std::string> got;
        static std::uint64_t requests = 0;
        world.session->want(++requests, SegmentIndex(index), [&](const net::Body& body) { got = *body; });
        world.time.runUntil([&] { return got.has_value(); }, 30s);
        world.session->takeBack(requests);
        return got;
    }
    [[nodiscard]] std::uint32_t firstOf(std::size_t playlist) { return world.stream().firstSegment(playlist)->value(); }
    [[nodiscard]] std::size_t textPlaylist() { return *world.stream().renditions().others.front().playlist; }
    [[nodiscard]] std::uint32_t film() { return firstOf(world.stream().renditions().variants.front().playlist); }
    void watch()
    {
        world.startSession(funds);
        world.time.runUntil([&] { return world.session->viewing().stage >= Stage::FirstSegment; }, 60s);
    }
};

} // namespace

class TestPermits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void withAPermitItIsPaidForAndWatched()
    {
        Permits film;
        Fixture& world = film.world;
        world.permit = film.permit().bytes;
        film.watch();
        const std::uint32_t first = film.film();
        for (int i = 0; i < Film::segments; ++i) {
            const auto got = film.get(first + static_cast<std::uint32_t>(i));
            QVERIFY(got);
            QVERIFY(*got == plainSegment(world, i)); // too long to be printed
        }
        // Again, from the disk this time, where it is as it came.
        QVERIFY(film.get(first) == plainSegment(world, 0));
        const auto& reference = world.stream().segment(SegmentIndex(first));
        QCOMPARE(reference.bytes.value(), Film::segmentBytes + 16);
        const auto stored = need(world.viewer->basics.store->get(reference.sha256));
        QVERIFY(*stored != plainSegment(world, 0));
        QCOMPARE(crypto::sha256(*stored), reference.sha256);
        world.session->finish("seen");
        QVERIFY(world.reaches(Stage::Finished));
        const auto paid = world.session->viewing().spent;
        QVERIFY(paid.value() > 0);
        world.verifyBooks(paid); // the seeder has earned it, though it has no key
    }

    void picturesAndTextAreDecryptedToo()
    {
        Permits film;
        Fixture& world = film.world;
        world.permit = film.permit().bytes;
        film.watch();
        QVERIFY(film.get(film.film()));
        std::optional<std::string> text;
        world.session->fetchSubtitles(film.textPlaylist(), 1'000, [&](const viewer::SubtitlePiece& piece) { text = piece.text; });
        QVERIFY(world.time.runUntil([&] { return text.has_value(); }, 30s));
        QVERIFY(text->starts_with("WEBVTT"));
        std::optional<net::Body> still;
        world.session->still(1, 1'000, [&](const net::Body& body) { still = body; });
        QVERIFY(world.time.runUntil([&] { return still.has_value(); }, 30s));
        QVERIFY(*still && **still == plainSegment(world, 0));
    }

    void withoutAPermitNothingIsProposed()
    {
        Permits film;
        film.watch();
        const auto view = film.world.session->viewing();
        QCOMPARE(view.stage, Stage::Failed);
        QCOMPARE(view.problem->code, ErrorCode::Forbidden);
        QVERIFY(view.problem->sentence.find("Secret") != std::string::npos);
        QVERIFY(view.problem->permit->publisher == film.publisher.publicKey()); // who can give one
        QCOMPARE(film.proposals, 0);
        film.world.verifyBooks(Tokens(0));

        film.world.permit = film.permit().bytes; // it came
        film.world.session->retry(viewer::WayOut::Retry);
        QVERIFY(film.world.time.runUntil([&] { return film.world.session->viewing().stage == Stage::Playing; }, 60s));
        QVERIFY(film.get(film.film()) == plainSegment(film.world, 0));
    }

    void thePublisherNeedsNone()
    {
        Permits film(keyOf(3)); // the viewer's
        film.watch();
        QVERIFY(film.get(film.film()) == plainSegment(film.world, 0));
        QVERIFY(film.proposals > 0); // it has bought it from the seeder, who checks
    }

    void aPermitToSeedShowsNothing()
    {
        Permits film;
        auto without = film.permit().message;
        without.sealedKey.reset();
        film.world.permit = wire::sign(without, film.publisher).bytes;
        film.watch();
        QCOMPARE(film.world.session->viewing().stage, Stage::Failed);
        QVERIFY(film.world.session->viewing().problem->sentence.find("seeded") != std::string::npos);
        QCOMPARE(film.proposals, 0);
    }

    void anotherKeyThanTheFilmsIsNotPaidFor()
    {
        Permits film;
        auto wrong = film.permit().message;
        wrong.sealedKey = wire::SealedKey::fromRaw(*crypto::sealTo(film.viewersKey(), crypto::SecretBytes::random(32)));
        film.world.permit = wire::sign(wrong, film.publisher).bytes;
        film.watch();
        QCOMPARE(film.world.session->viewing().stage, Stage::Failed);
        QCOMPARE(film.proposals, 0);
    }

    void theSeederChecksBeforeItSigns_data()
    {
        using Change = std::function<void(Permits&, wire::Signed<wire::Permit>&)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("reason");
        const auto with = [](auto change) {
            return Change([change](Permits& film, wire::Signed<wire::Permit>& permit) {
                change(film, permit.message);
                permit = wire::sign(permit.message, film.publisher);
            });
        };
        QTest::newRow("another viewer's") << with([](Permits&, wire::Permit& p) { p.viewer = keyOf(60).publicKey(); }) << "another viewer";
        QTest::newRow("another film's") << with([](Permits&, wire::Permit& p) { p.content = {}; }) << "another film";
        QTest::newRow("by somebody else") << Change([](Permits&, wire::Signed<wire::Permit>& p) {
            p.message.publisher = keyOf(60).publicKey();
            p = wire::sign(p.message, keyOf(60));
        }) << "not of this film's publisher";
        QTest::newRow("forged") << Change([](Permits&, wire::Signed<wire::Permit>& p) { p = wire::sign(p.message, keyOf(60)); })
                                << "can't be read";
        QTest::newRow("garbage") << Change([](Permits&, wire::Signed<wire::Permit>& p) { p.bytes = "{}"; }) << "can't be read";
        QTest::newRow("of another network") << with([](Permits&, wire::Permit& p) { p.network = "other"; }) << "can't be read";
        QTest::newRow("not yet") << with([](Permits& film, wire::Permit& p) { p.notBefore = film.world.time.now() + UnixMs(60'000); })
                                 << "does not hold yet";
        QTest::newRow("expired") << Change([](Permits& film, wire::Signed<wire::Permit>& p) {
            p.message.notBefore = film.world.time.now() - UnixMs(2);
            p.message.expires = film.world.time.now() - UnixMs(1);
            p.bytes = wire::sign(p.message, film.publisher).bytes;
            p.message.expires = film.world.time.now() + day; // what the contract is made by
        }) << "has expired";
        QTest::newRow("too short") << Change([](Permits& film, wire::Signed<wire::Permit>& p) {
            p.message.expires = film.world.time.now() + UnixMs(60'000);
            p.bytes = wire::sign(p.message, film.publisher).bytes;
            p.message.expires = film.world.time.now() + day;
        }) << "outlast";
    }

    void theSeederChecksBeforeItSigns()
    {
        using Change = std::function<void(Permits&, wire::Signed<wire::Permit>&)>;
        QFETCH(Change, change);
        QFETCH(QString, reason);
        Permits film;
        {
            const auto channel = film.world.channel();
            const auto none = film.world.open(*channel, Tokens(1'000'000));
            QVERIFY(!none);
            QCOMPARE(none.error().code, ErrorCode::Forbidden);
        }
        const auto channel = film.world.channel();
        auto permit = film.permit();
        change(film, permit);
        channel->usePermit(permit);
        const auto refused = film.world.open(*channel, Tokens(1'000'000));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Forbidden);
        QVERIFY2(refused.error().message.find(reason.toStdString()) != std::string::npos, refused.error().message.c_str());
        film.world.verifyBooks(Tokens(0)); // the tracker was not asked
    }

    void whenItExpiresNothingMoreIsBought()
    {
        Permits film;
        Fixture& world = film.world;
        world.permit = film.permit(UnixMs(60'000)).bytes;
        film.watch();
        const std::uint32_t first = film.film();
        QVERIFY(film.get(first) == plainSegment(world, 0));
        world.time.advance(70s);
        QVERIFY(film.get(first) == plainSegment(world, 0)); // what was bought can be seen to the end
        QVERIFY(!film.get(first + Film::segments - 1));
        QVERIFY(world.reaches(Stage::Failed, 120s));
        QCOMPARE(world.session->viewing().problem->code, ErrorCode::Forbidden);
        QVERIFY(world.session->viewing().problem->permit);

        world.permit = film.permit().bytes;
        world.session->retry(viewer::WayOut::Retry);
        QVERIFY(film.get(first + Film::segments - 1) == plainSegment(world, Film::segments - 1));
        world.session->finish("seen");
        QVERIFY(world.reaches(Stage::Finished, 200s));
        world.verifyBooks(world.session->viewing().spent);
    }
};

QTEST_GUILESS_MAIN(TestPermits)
#include "tst_permits.moc"
