#include <QTest>

#include "p2p/discovery/offer_finder.h"

using namespace mutoscope;
using namespace mutoscope::discovery;
using base::ErrorCode;

namespace
{

const base::ContentId film = base::ContentId::fromRaw(std::string(32, 'f'));

/// Answers when a test says so.
struct Told final : OfferSource {
    std::vector<Found> asked;
    void find(const Wanted&, Found found) override { asked.push_back(std::move(found)); }
};

wire::Signed<wire::Offer> offerOf(char seeder, std::int64_t expires)
{
    wire::Offer offer;
    offer.seeder = base::PublicKey::fromRaw(std::string(32, seeder));
    offer.content = film;
    offer.expires = base::UnixMs(expires);
    return {offer, {}, {}};
}

struct World {
    int changes = 0;
    OfferFinder finder{[this] { ++changes; }};
    std::map<SourceKind, Told*> sources;
    std::vector<std::pair<char, std::int64_t>> found; ///< seeder, expiry
    std::vector<std::string> errors;
    int ends = 0;

    World()
    {
        for (const SourceKind kind : {SourceKind::Tracker, SourceKind::LocalNetwork, SourceKind::Dht}) {
            auto source = std::make_unique<Told>();
            sources[kind] = source.get();
            finder.put(kind, std::move(source));
        }
    }
    void find()
    {
        finder.find(film, [this](const base::Result<Offers>& offers, bool more) {
            ends += more ? 0 : 1;
            if (!offers) {
                errors.push_back(offers.error().message);
                return;
            }
            for (const auto& offer : *offers)
                found.emplace_back(offer.message.seeder.raw().front(), offer.message.expires.value());
        });
    }
    void tell(SourceKind kind, base::Result<Offers> offers, bool more = false) { sources[kind]->asked.back()(std::move(offers), more); }
    [[nodiscard]] SourceStatus status(SourceKind kind) const
    {
        for (const SourceStatus& each : finder.status()) {
            if (each.kind == kind)
                return each;
        }
        return {};
    }
};

} // namespace

class TestOfferFinder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSlowSourceKeepsNobodyWaiting()
    {
        World world;
        world.find();
        QCOMPARE(world.status(SourceKind::Dht).state, SourceState::Looking);
        world.tell(SourceKind::LocalNetwork, Offers{offerOf('a', 10)}, true);
        QCOMPARE(world.found.size(), 1u);
        QCOMPARE(world.ends, 0);
        world.tell(SourceKind::LocalNetwork, Offers{offerOf('b', 10)});
        QCOMPARE(world.found.size(), 2u);
        QCOMPARE(world.status(SourceKind::LocalNetwork), (SourceStatus{SourceKind::LocalNetwork, SourceState::Found, 2, {}}));
        world.tell(SourceKind::Tracker, Offers{});
        world.tell(SourceKind::Dht, Offers{});
        QCOMPARE(world.ends, 1);
        QCOMPARE(world.status(SourceKind::Dht), (SourceStatus{SourceKind::Dht, SourceState::Found, 0, {}}));
    }
    void anAddressThatWorksFromHereCounts()
    {
        World world;
        world.find();
        world.tell(SourceKind::Tracker, Offers{offerOf('a', 10)});
        world.tell(SourceKind::LocalNetwork, Offers{offerOf('a', 10)}, true); // the seeder itself has answered
        world.tell(SourceKind::LocalNetwork, Offers{offerOf('a', 10)});
        world.tell(SourceKind::Dht, Offers{offerOf('a', 10)});
        QCOMPARE(world.found.size(), 2U);
        world.find();
        world.tell(SourceKind::LocalNetwork, Offers{offerOf('a', 10)});
        world.tell(SourceKind::Tracker, Offers{offerOf('a', 10)}); // says nothing that is better
        QCOMPARE(world.found.size(), 3U);
    }
    void aSeederComesOnceAndAgainWithANewerOffer()
    {
        World world;
        world.find();
        world.tell(SourceKind::LocalNetwork, Offers{offerOf('a', 10), offerOf('b', 10)});
        world.tell(SourceKind::Tracker, Offers{offerOf('a', 10), offerOf('b', 9)});
        world.tell(SourceKind::Dht, Offers{offerOf('b', 11)});
        const std::vector<std::pair<char, std::int64_t>> expected{{'a', 10}, {'b', 10}, {'b', 11}};
        QCOMPARE(world.found, expected);
    }
    void nobodyFloodsIt()
    {
        World world;
        world.find();
        Offers many;
        for (std::size_t i = 0; i < OfferFinder::maxSeeders + 50; ++i) {
            auto offer = offerOf('a', 10);
            std::memcpy(offer.message.seeder.data(), &i, sizeof i);
            many.push_back(std::move(offer));
        }
        world.tell(SourceKind::Dht, many);
        QCOMPARE(world.found.size(), OfferFinder::maxSeeders);
    }
    void anErrorCountsOnlyWhereNothingWasFound()
    {
        World world;
        world.find();
        world.tell(SourceKind::Tracker, base::fail(ErrorCode::Unavailable, "the tracker is away"));
        QVERIFY(world.errors.empty());
        QCOMPARE(world.status(SourceKind::Tracker).problem, "the tracker is away");
        world.tell(SourceKind::LocalNetwork, Offers{offerOf('a', 10)});
        world.tell(SourceKind::Dht, Offers{});
        QVERIFY(world.errors.empty());
        QCOMPARE(world.ends, 1);

        world.find();
        world.tell(SourceKind::LocalNetwork, Offers{});
        world.tell(SourceKind::Dht, Offers{});
        world.tell(SourceKind::Tracker, base::fail(ErrorCode::Unavailable, "still away"));
        QCOMPARE(world.errors, std::vector<std::string>{"still away"});
    }
    void whatIsOffIsNotAsked()
    {
        World world;
        world.finder.turnOff(SourceKind::Dht);
        world.finder.setProblem(SourceKind::LocalNetwork, "no network");
        QCOMPARE(world.status(SourceKind::Dht).state, SourceState::Off);
        world.find();
        world.tell(SourceKind::Tracker, Offers{offerOf('a', 10)});
        QCOMPARE(world.ends, 1);
        QCOMPARE(world.status(SourceKind::LocalNetwork), (SourceStatus{SourceKind::LocalNetwork, SourceState::Cannot, 0, "no network"}));
        world.finder.turnOff(SourceKind::Tracker);
        world.find();
        QCOMPARE(world.errors, std::vector<std::string>{"all ways to find seeders are switched off"});
    }
    void aSourceThatWentAwayIsNotHeard()
    {
        World world;
        world.find();
        const auto late = world.sources[SourceKind::Dht]->asked.back();
        world.finder.turnOff(SourceKind::Dht);
        late(Offers{offerOf('a', 10)}, false);
        QCOMPARE(world.status(SourceKind::Dht).state, SourceState::Off);
        QCOMPARE(world.found.size(), 1u); // for the search it is as good as any
        world.tell(SourceKind::Tracker, Offers{});
        world.tell(SourceKind::LocalNetwork, Offers{});
        QCOMPARE(world.ends, 1);
    }
};

QTEST_GUILESS_MAIN(TestOfferFinder)
#include "tst_offer_finder.moc"
