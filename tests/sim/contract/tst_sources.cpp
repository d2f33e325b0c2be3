#include <QTest>

#include "p2p/discovery/offer_asker.h"
#include "p2p/discovery/offer_finder.h"
#include "tests/sim/contract/fixture.h"

// Seeders that are found without the tracker: somebody names an address, and what answers there proves itself.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::Tokens;
using viewer::Stage;

namespace
{

struct Asked {
    discovery::Offers offers;
    std::optional<base::Result<discovery::Offers>> end;
};

struct World : Fixture {
    discovery::LinkSource source{{*viewer->basics.http, viewersHost, discovery::offerRules(viewer->basics.trackerClient, network)}};

    [[nodiscard]] net::Endpoint at(std::uint16_t port) const { return {.host = "127.0.0.1", .port = port, .pin = {}}; }
    Asked ask(std::vector<net::Endpoint> endpoints)
    {
        Asked asked;
        source.find({film, std::move(endpoints)}, [&asked](auto offers, bool more) {
            if (offers)
                asked.offers.insert(asked.offers.end(), offers->begin(), offers->end());
            if (!more)
                asked.end = offers;
        });
        time.runUntil([&] { return asked.end.has_value(); }, 30s);
        return asked;
    }
};

/// Answers for all that is asked of it.
struct Echo final : net::RequestHandler {
    net::HttpResponse answer;
    void handle(net::HttpRequest, Respond respond) override { respond(answer); }
};

} // namespace

class TestSources : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void aSeederTellsItsOfferToWhoeverAsks()
    {
        World world;
        const Asked asked = world.ask({world.at(world.seeder->port)});
        QCOMPARE(asked.offers.size(), 1u);
        QCOMPARE(asked.offers.front().message.seeder, world.seeder->basics.key.publicKey());
        QCOMPARE(asked.offers.front().message.pricePerMiB, price);
        QVERIFY(asked.end && *asked.end);
    }
    void theAddressThatAnsweredComesFirst()
    {
        World world;
        world.seeder->seeder->setReach({"seeder.example:7747"}, base::Sha256());
        const Asked asked = world.ask({world.at(world.seeder->port)});
        const std::vector<std::string> expected{"127.0.0.1:" + std::to_string(world.seeder->port), "seeder.example:7747"};
        QCOMPARE(asked.offers.front().message.endpoints, expected);
    }
    void whatIsNotSeededIsNotOffered()
    {
        World world;
        need(world.seeder->seeder->setTitle(world.film, price, false));
        const Asked asked = world.ask({world.at(world.seeder->port), world.at(999)});
        QVERIFY(asked.offers.empty());
        QVERIFY(asked.end && *asked.end);
    }
    void anotherNodeWithTheSeedersOfferIsRefused()
    {
        World world;
        Echo thief;
        thief.answer.body = std::make_shared<const std::string>(world.offer().bytes);
        thief.answer.certificate = base::Sha256::fromRaw(std::string(32, 't'));
        world.wires.listen(500, &thief);
        QVERIFY(world.ask({world.at(500)}).offers.empty());
        thief.answer.certificate = {}; // the seeder's own, in this network
        QCOMPARE(world.ask({world.at(500)}).offers.size(), 1u);
        thief.answer.body = std::make_shared<const std::string>("{}");
        QVERIFY(world.ask({world.at(500)}).offers.empty());
    }
    void anOldOfferIsRefused()
    {
        World world;
        Echo late;
        late.answer.body = std::make_shared<const std::string>(world.offer().bytes);
        world.wires.listen(500, &late);
        QCOMPARE(world.ask({world.at(500)}).offers.size(), 1u);
        world.time.advance(2h);
        QVERIFY(world.ask({world.at(500)}).offers.empty());
    }
    void manyAddressesAreNotAllAsked()
    {
        World world;
        std::vector<net::Endpoint> many;
        for (std::uint16_t i = 0; i < 200; ++i)
            many.push_back(world.at(static_cast<std::uint16_t>(2'000 + i)));
        const auto before = world.wires.log().size();
        const Asked asked = world.ask(many);
        QVERIFY(asked.end);
        QVERIFY(world.wires.log().size() - before <= 2 * discovery::OfferAsker::maxEndpoints);
    }
    void aLostQuestionIsAskedAgainSoon()
    {
        World world;
        int questions = 0;
        world.wires.setFault([&](const auto&, const net::HttpRequest& request) {
            const bool first = request.target.ends_with("/offer") && ++questions == 1;
            return first ? VirtualNetwork::Fate::LoseRequest : VirtualNetwork::Fate::Deliver;
        });
        const auto begun = world.time.monotonic();
        QCOMPARE(world.ask({world.at(world.seeder->port)}).offers.size(), 1u);
        QVERIFY(world.time.monotonic() - begun < 1s);
    }
    /// The tracker knows no seeder, the link does: the film is opened, paid for, and bought.
    void aFilmIsWatchedThroughTheSeederOfItsLink()
    {
        World world;
        discovery::OfferFinder finder([] {});
        finder.put(discovery::SourceKind::Link, std::make_unique<discovery::LinkSource>(discovery::OfferAsker::Parts{
                                                    *world.viewer->basics.http, world.viewersHost,
                                                    discovery::offerRules(world.viewer->basics.trackerClient, network)}));
        viewer::Session session({world.viewer->channelParts(), world.time, finder, world.viewer->basics.wallet, *world.viewer->basics.library},
                                {.content = world.film, .tracker = {}, .seeders = {world.at(world.seeder->port)}},
                                viewer::SessionOptions{.approveUpTo = funds}, [] {});
        session.start();
        QVERIFY(world.time.runUntil([&] { return session.viewing().stage == Stage::Playing; }, 60s));
        QCOMPARE(finder.status()[1].found, 1);
        session.finish("seen");
        QVERIFY(world.time.runUntil([&] { return session.isSettled(); }, 60s));
    }
    /// What is free is fetched from the seeder that the link names while the tracker is still asked who else there is. Where it does not
    /// answer, or gives something else, nothing is lost but the try.
    void theSeederOfTheLinkIsAskedAtOnce_data()
    {
        QTest::addColumn<bool>("isThere");
        QTest::addColumn<bool>("lies");
        QTest::newRow("it answers") << true << false;
        QTest::newRow("nobody there") << false << false;
        QTest::newRow("a liar there") << true << true;
    }
    void theSeederOfTheLinkIsAskedAtOnce()
    {
        QFETCH(bool, isThere);
        QFETCH(bool, lies);
        World world;
        Echo liar;
        liar.answer.body = std::make_shared<const std::string>("5\nnothing");
        net::Endpoint named = world.at(lies ? 500 : isThere ? world.seeder->port : 501);
        named.pin = base::Sha256();
        world.wires.listen(500, &liar);
        world.wires.setDelay([](const auto&, const net::HttpRequest& request) { return request.target == "/v1/findSeeders" ? 3'000ms : 0ms; });
        viewer::Session session({world.viewer->channelParts(), world.time, world.viewer->offers, world.viewer->basics.wallet, *world.viewer->basics.library},
                                {.content = world.film, .tracker = {}, .seeders = {named}}, viewer::SessionOptions{.approveUpTo = funds}, [] {});
        const auto begun = world.time.monotonic();
        const auto before = world.wires.log().size();
        session.start();
        world.time.advance(1s);
        const auto asked = [&] { return std::count_if(world.wires.log().begin() + static_cast<std::ptrdiff_t>(before), world.wires.log().end(), [](const std::string& line) { return line.ends_with("/description"); }); };
        QCOMPARE(asked(), isThere ? 1 : 0);
        QCOMPARE(session.viewing().title.empty(), lies || !isThere);
        QCOMPARE(session.viewing().stage, Stage::FindingSeeder); // who may be paid nobody has said yet
        QVERIFY(world.time.runUntil([&] { return session.viewing().stage == Stage::Playing; }, 60s));
        QVERIFY(world.time.monotonic() - begun < 3'500ms);
        QCOMPARE(asked(), lies ? 2 : 1);
        session.finish("seen");
        QVERIFY(world.time.runUntil([&] { return session.isSettled(); }, 60s));
        QVERIFY(world.viewer->basics.library->load(world.film)); // and is kept
    }
};

QTEST_GUILESS_MAIN(TestSources)
#include "tst_sources.moc"
