#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QTcpSocket>
#include <QTest>

#include "tests/sim/contract/cheat.h"

// What breaks on the way, and that nothing stays locked, or said to be under way, by it.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ErrorCode;
using base::Tokens;
using viewer::Stage;

namespace
{

/// Knows what a test tells it.
class MadeUpOffers final : public discovery::OfferSource
{
public:
    discovery::Offers offers;
    void find(const discovery::Wanted&, Found found) override
    {
        found(offers, false);
    }
};

/// A second seeder of the fixture's film.
std::unique_ptr<SeederNode> makeSecondSeeder(Fixture& world)
{
    auto second = std::make_unique<SeederNode>(world.place(world.seedersHost), 4, world.path("second"));
    const auto stream = world.stream();
    const auto copy = [&](const base::Sha256& hash) {
        need(second->basics.store->put(hash, *need(world.seeder->basics.store->get(hash))));
    };
    for (const auto& playlist : stream.manifest().message.playlists)
        copy(playlist.sha256);
    for (std::uint32_t i = 0; i < stream.segmentCount(); ++i)
        copy(stream.segment(base::SegmentIndex(i)).sha256);
    need(second->basics.library->add(stream.manifest()));
    need(second->seeder->setTitle(world.film, price + Tokens(1), true)); // dearer, so it comes second
    if (!world.time.runUntil([&] { return second->seeder->titles().front().problem.empty(); }, 60s))
        qFatal("the second seeder is not announced");
    return second;
}

/// The player's side: asks the session's gateway over a real socket. Virtual time stands still until the request is on
/// its way, and then goes on until the answer's head is here.
QByteArray askGateway(Fixture& world, int segment)
{
    const QUrl url = world.session->viewing().gateway;
    QTcpSocket socket;
    socket.connectToHost(url.host(), static_cast<quint16>(url.port()));
    const QString path = url.path().section(u'/', 0, 1) + QStringLiteral("/s/%1").arg(segment);
    socket.write("GET " + path.toLatin1() + " HTTP/1.1\r\n\r\n");
    if (!socket.waitForConnected() || (socket.bytesToWrite() > 0 && !socket.waitForBytesWritten()))
        return "no connection";
    QByteArray answer;
    for (const QDeadlineTimer limit(20'000); !answer.contains("\r\n\r\n") && !limit.hasExpired();) {
        QCoreApplication::processEvents(); // the gateway's end of the socket
        answer += socket.readAll();
        world.time.advance(5ms);
    }
    const auto end = answer.indexOf('\r');
    return end < 0 ? QByteArray("nothing") : answer.left(end);
}

} // namespace

class TestFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void aTrackerThatIsDownWhileClosing()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        world.wires.unplug(TrackerNode::port);
        std::optional<wire::ContractAnswer> settled;
        channel->finish("done", [&](const auto& answer) { settled = answer; });
        world.time.advance(10min);
        QVERIFY(!settled);
        QCOMPARE(world.locked().value(), 5'000'000);
        world.wires.listen(TrackerNode::port, &world.tracker);
        QVERIFY(world.time.runUntil([&] { return settled.has_value(); }, 2min));
        QCOMPARE(settled->paid.value(), world.priceOf(2).value());
        world.verifyBooks(world.priceOf(2));
        QVERIFY(world.time.runUntil([&] { return world.seeder->seeder->openContracts() == 0; }, 2min));
    }

    void aChannelFinishedBeforeItsContractIsWritten()
    {
        Fixture world;
        const auto channel = world.channel();
        bool opened = false;
        std::optional<wire::ContractAnswer> settled;
        channel->open(Tokens(1'000'000), *world.viewer->basics.wallet.accounts().spendAddress,
                      [&](const auto&) { opened = true; });
        channel->finish("at once", [&](const auto& answer) { settled = answer; });
        QVERIFY(world.time.runUntil([&] { return settled.has_value(); }, 60s));
        QCOMPARE(settled->paid.value(), 0);
        world.time.advance(60s);
        QVERIFY(!opened);
        QCOMPARE(std::ranges::count(world.wires.log(), "POST /v1/contracts"), 0);
        world.verifyBooks(Tokens(0));
    }

    void aChannelFinishedWhileItIsOpening()
    {
        Fixture world;
        for (const auto after : {1ms, 2ms, 3ms, 4ms, 5ms, 6ms}) {
            const auto channel = world.channel();
            std::optional<wire::ContractAnswer> settled;
            channel->open(Tokens(1'000'000), *world.viewer->basics.wallet.accounts().spendAddress, [](const auto&) {});
            world.time.advance(after);
            channel->finish("soon", [&](const auto& answer) { settled = answer; });
            QVERIFY(world.time.runUntil([&] { return settled && world.locked().value() == 0; }, 10min));
        }
        world.verifyBooks(Tokens(0));
    }

    void aSessionFinishedAtAnyMoment()
    {
        Fixture world;
        for (int moment = 0; moment < 20; ++moment) {
            world.startSession(funds);
            world.time.advance(std::chrono::milliseconds(moment));
            world.session->finish("enough");
            QVERIFY(world.time.runUntil(
                [&] {
                    const Stage stage = world.session->viewing().stage;
                    return world.session->isSettled() && (stage == Stage::Finished || stage == Stage::Idle);
                },
                10min));
            QCOMPARE(world.locked().value(), 0);
        }
        world.verifyBooks(world.earned()); // what left the one arrived at the other
    }

    void anOfferWithoutAddressesAfterTheEnd()
    {
        Fixture world;
        MadeUpOffers source;
        source.offers.push_back(world.offer());
        source.offers.front().message.endpoints.clear();
        world.session = std::make_unique<viewer::Session>(
            viewer::Session::Parts{world.viewer->channelParts(), world.time, source, world.viewer->basics.wallet,
                                   *world.viewer->basics.library},
            discovery::ContentLink{.content = world.film, .tracker = {}, .seeders = {}},
            viewer::SessionOptions{.approveUpTo = funds}, [] {});
        world.session->start();
        world.session->finish("never mind");
        world.time.advance(1s);
        QCOMPARE(world.session->viewing().stage, Stage::Idle);
        world.session.reset();
        world.time.advance(1s);
    }

    void approvedTwiceIsOneContract()
    {
        Fixture world;
        world.startSession(Tokens(0));
        QVERIFY(world.reaches(Stage::Approval));
        world.session->approve(Tokens(500'000));
        world.session->approve(Tokens(500'000));
        QVERIFY(world.reaches(Stage::Playing));
        world.session->approve(Tokens(500'000));
        world.time.advance(5s);
        QCOMPARE(std::ranges::count(world.wires.log(), "POST /v1/contracts/segments/0"), 1);
        QCOMPARE(world.locked().value(), 500'000);
        world.session->finish("enough");
        QVERIFY(world.reaches(Stage::Finished));
        world.verifyBooks(world.priceOf(1));
    }

    void aDayCostsNoMoreThanItsLimit()
    {
        Fixture world;
        const auto limitedTo = [&world](Tokens left) {
            world.startSession(funds, [left](const auto& answer) { answer(left); });
        };
        limitedTo(Tokens(100'000)); // approved without asking, but for the limit
        QVERIFY(world.reaches(Stage::Approval));
        QCOMPARE(world.session->viewing().cap->value(), 100'000);
        QCOMPARE(world.session->viewing().mostCap->value(), 100'000);
        world.session->approve(funds); // no more than that all the same
        QVERIFY(world.reaches(Stage::Playing));
        world.time.advance(5s);
        QCOMPARE(world.locked().value(), 100'000);
        world.session->finish("enough");
        QVERIFY(world.reaches(Stage::Finished));
        world.verifyBooks(world.priceOf(1));
        world.session.reset();

        limitedTo(Tokens(0));
        QVERIFY(world.reaches(Stage::Failed));
        QVERIFY(world.session->viewing().problem->sentence.starts_with("Today's limit"));
        world.session.reset();

        limitedTo(funds);
        QVERIFY(world.reaches(Stage::Playing));
    }

    /// Nothing is bought where nobody can say what the day has cost; asked again it may be known.
    void aDayThatCannotBeReckoned()
    {
        Fixture world;
        int asked = 0;
        world.startSession(funds, [&asked](const auto& answer) {
            if (++asked == 1)
                answer(base::fail(ErrorCode::Unavailable, "nobody answers"));
            else
                answer(std::optional(funds));
        });
        QVERIFY(world.reaches(Stage::Failed));
        QVERIFY(world.session->viewing().problem->sentence.find("nobody answers") != std::string::npos);
        QCOMPARE(world.locked().value(), 0);
        world.session->retry(viewer::WayOut::Retry);
        QVERIFY(world.reaches(Stage::Playing));
        QCOMPARE(asked, 2);
    }

    /// The disk takes less than half of the film: what was played goes, and nothing is bought twice.
    void theQuotaHoldsWhileAFilmPlays()
    {
        Fixture world;
        const std::int64_t quota = 5 * Film::segmentBytes + 20'000;
        content::SegmentStore& store = *world.viewer->basics.store;
        store.setLimits({.quota = base::ByteCount(quota), .minFreeDisk = base::ByteCount(0)});
        world.startSession(funds);
        world.session->setReadAhead(8'000);
        QVERIFY(world.reaches(Stage::Playing));
        std::int64_t most = 0;
        for (std::uint32_t index = 0; index < Film::segments; ++index) {
            bool came = false;
            world.session->want(index + 1, base::SegmentIndex(index), [&came](const auto& body) { came = static_cast<bool>(body); });
            const auto isHere = [&] {
                most = std::max(most, store.usage().value());
                return came;
            };
            QVERIFY(world.time.runUntil(isHere, 60s));
        }
        QVERIFY2(most > quota / 2 && most <= quota, qPrintable(QString::number(most)));
        world.session->finish("the end");
        QVERIFY(world.reaches(Stage::Finished));
        world.verifyBooks(world.priceOf(Film::segments));
    }

    void theNextSeederTakesOverThoughAllTokensAreReserved()
    {
        Fixture world;
        const auto second = makeSecondSeeder(world);
        const Tokens rest = world.priceOf(Film::segments);
        const auto hog = world.channel(); // leaves just what the film costs
        QVERIFY(world.open(*hog, funds - rest - Tokens(12)));
        world.viewer->basics.wallet.refresh();
        world.time.advance(1s);
        world.startSession(funds);
        QVERIFY(world.reaches(Stage::Playing));
        QCOMPARE(askGateway(world, 0), "HTTP/1.1 200 OK");
        world.wires.unplug(world.seeder->port);
        const auto switched = [&] { return world.session->viewing().seeder.find("104") != std::string::npos; };
        static_cast<void>(askGateway(world, 8)); // wakes it; the answer takes longer than the player's patience
        QVERIFY(
            world.time.runUntil([&] { return switched() && world.session->viewing().stage == Stage::Playing; }, 10min));
        QCOMPARE(askGateway(world, 8), "HTTP/1.1 200 OK");
        world.session->finish("enough");
        QVERIFY(world.reaches(Stage::Finished));
        QVERIFY(world.tracker.check());
    }

    void aSeederThatNeverSends()
    {
        Fixture world;
        world.startSession(funds);
        QVERIFY(world.reaches(Stage::Playing));
        world.wires.setFault([&](const auto&, const net::HttpRequest& request) {
            return request.target.find("/segments/") != std::string::npos ? VirtualNetwork::Fate::LoseRequest
                                                                          : VirtualNetwork::Fate::Deliver;
        });
        QCOMPARE(askGateway(world, 3), "HTTP/1.1 102 Processing"); // the player goes on waiting
        QVERIFY(world.reaches(Stage::Failed, 5min));
        const auto problem = world.session->viewing().problem;
        QVERIFY(problem);
        QCOMPARE(problem->code, ErrorCode::NotFound);
        QVERIFY(problem->sentence.find("Nobody else seeds this film") != std::string::npos);
        QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 5min));
        world.verifyBooks(world.priceOf(1)); // what came with the contract
    }

    /// Its seeder has both signatures and may bring it to the tracker long after the viewer has given up.
    void aContractThatIsOpenedTooLateDoesNotStayLocked()
    {
        Fixture world;
        Cheat cheat(world);
        const auto contract = cheat.sign(cheat.terms(Tokens(5'000'000)));
        bool settled = false;
        world.viewer->closer.close(contract, std::nullopt, [&](const auto&) { settled = true; });
        QVERIFY(world.time.runUntil([&] { return settled; }, 2min));
        QCOMPARE(cheat.tellTracker("openContract", need(wire::countersign(contract, keyOf(2)))), 200);
        QCOMPARE(world.locked().value(), 5'000'000);
        QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 10min));
        world.verifyBooks(Tokens(0));
    }

    void anOfferOfATrackerThatOursDoesNotKnowIsNotTaken()
    {
        Fixture world;
        const auto offer = world.offer();
        QCOMPARE(offer.message.tracker, keyOf(1).publicKey());
        auto foreign = offer.message;
        foreign.tracker = keyOf(9).publicKey();
        const auto bytes = wire::sign(foreign, keyOf(2)).bytes;
        world.wires.setTamper([&](const net::HttpRequest& request, net::HttpResponse& response) {
            if (request.target != "/v1/findSeeders")
                return;
            auto answer = need(wire::open<wire::SeedersAnswer>(*response.body, network, {wire::Role::Node}));
            answer.message.offers = {bytes, "{}", offer.bytes};
            response.body = std::make_shared<const std::string>(wire::sign(answer.message, keyOf(1)).bytes);
        });
        discovery::Offers found;
        bool ended = false;
        world.viewer->offers.find(world.film, [&](auto offers, bool more) {
            std::ranges::move(need(std::move(offers)), std::back_inserter(found));
            ended = !more;
        });
        QVERIFY(world.time.runUntil([&] { return ended; }, 10s));
        QCOMPARE(found.size(), 1U);
        QCOMPARE(found.front().bytes, offer.bytes);
    }
};

QTEST_GUILESS_MAIN(TestFailures)
#include "tst_failures.moc"
