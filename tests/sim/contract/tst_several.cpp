#include "tests/sim/contract/crowd.h"

// Several seeders of one film: who is asked for what, what it costs, and that no more is ever reserved than was approved.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::SegmentIndex;
using base::Tokens;
using viewer::Stage;

namespace
{

/// Changes every segment that this seeder sends.
class Forger final : public net::RequestHandler
{
public:
    explicit Forger(net::RequestHandler& seeder) : m_seeder(seeder) {}
    int sent = 0;
    void handle(net::HttpRequest request, Respond respond) override
    {
        m_seeder.handle(std::move(request), [this, respond = std::move(respond)](net::HttpResponse response) {
            if (response.contentType == "application/octet-stream" && response.body->size() == Crowd::bytesEach) {
                std::string bytes = *response.body;
                bytes.back() = static_cast<char>(bytes.back() ^ 1);
                response.body = std::make_shared<const std::string>(std::move(bytes));
                ++sent;
            }
            respond(std::move(response));
        });
    }

private:
    net::RequestHandler& m_seeder;
};

} // namespace

class TestSeveral : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void oneThatCarriesTheFilmIsEnough()
    {
        Crowd world;
        world.addSeeder(4, price);
        world.addSeeder(5, price + Tokens(1));
        world.time.advance(5s);
        world.watch(funds);
        world.play(60s);
        QCOMPARE(world.session->viewing().seeders.size(), 1U);
        QCOMPARE(world.player.stood.count(), 0);
        QVERIFY2(world.locked() < world.priceOf(Crowd::segmentCount), "all was reserved for one");
        world.verifyEnd();
        QCOMPARE(world.earnedBy(5).value(), 0);
    }
    /// Each carries half of what the film takes.
    void threeCarryWhatOneDoesNot()
    {
        Crowd world;
        world.addSeeder(4, price);
        world.addSeeder(5, price);
        for (const int number : {2, 4, 5})
            world.setLine(number, Crowd::filmRate / 2);
        world.time.advance(5s);
        world.watch(funds);
        world.play(180s);
        QCOMPARE(world.player.stood.count(), 0);
        QVERIFY(world.player.played > 120s);
        world.verifyEnd();
        for (const int number : {2, 4, 5})
            QVERIFY(world.earnedBy(number).value() > 0);
    }
    /// What one brings of the first segment tells that the others are needed.
    void theOthersAreAskedBeforeTheFirstSegmentIsHere()
    {
        Crowd world;
        world.addSeeder(4, price);
        world.addSeeder(5, price);
        for (const int number : {2, 4, 5})
            world.setLine(number, Crowd::filmRate / 2);
        world.time.advance(5s);
        world.watch(funds);
        world.play(5s);
        QCOMPARE(world.player.has.size(), 0U);
        QCOMPARE(world.session->viewing().seeders.size(), 3U);
        world.play(7s);
        QCOMPARE(world.player.has.size(), 3U);
        world.verifyEnd();
    }
    /// The cap is what the film costs, and contracts are used up one after the other: none takes all that is left, with which the
    /// others could have gone on.
    void allOfThemSellToTheEnd()
    {
        Crowd world;
        world.addSeeder(4, price);
        world.addSeeder(5, price);
        for (const int number : {2, 4, 5})
            world.setLine(number, Crowd::filmRate / 2);
        world.time.advance(5s);
        world.watch(world.priceOf(Crowd::segmentCount) + Tokens(64));
        world.play(200s);
        QCOMPARE(world.player.stood.count(), 0);
        QCOMPARE(world.player.has.size(), std::size_t(Crowd::segmentCount));
        world.verifyEnd();
    }
    void oneIsKilledEveryTwentySeconds()
    {
        Crowd world;
        for (const int number : {4, 5, 6}) {
            world.addSeeder(number, price);
            world.setLine(number, Crowd::filmRate / 2);
        }
        need(world.seeder->seeder->setTitle(world.film, price, false));
        world.time.advance(2h); // its announcement runs out
        world.watch(funds);
        world.play(40s);
        for (int i = 0; i < 7; ++i) {
            const int victim = 4 + i % 3;
            world.kill(victim);
            world.play(4s);
            world.addSeeder(victim, price);
            world.play(16s);
        }
        QCOMPARE(world.player.stood.count(), 0);
        QVERIFY(world.player.played > 120s);
        world.verifyEnd();
    }
    void aForgerIsNotPaidAndNotAskedAgain()
    {
        Crowd world;
        auto& cheap = world.addSeeder(4, price - Tokens(1'000));
        Forger forger(*cheap.seeder);
        world.wires.listen(cheap.port, &forger, world.hosts[4].get());
        world.time.advance(5s);
        world.watch(funds);
        world.play(60s);
        QCOMPARE(forger.sent, 1);
        QCOMPARE(world.player.stood.count(), 0);
        world.verifyEnd();
        QCOMPARE(world.earnedBy(4).value(), 0);
        QVERIFY(world.earnedBy(2).value() > 0);
    }
    void aCheaperOneThatJoinsLateTakesOver()
    {
        Crowd world;
        world.watch(funds);
        world.play(30s);
        world.addSeeder(4, price - Tokens(400'000));
        world.play(20s); // it is found
        const Tokens before = world.session->viewing().spent;
        QVERIFY(world.session->viewing().pricePerMiB == price - Tokens(400'000));
        world.play(60s);
        QCOMPARE(world.player.stood.count(), 0);
        QCOMPARE(world.session->viewing().seeders.front().pricePerMiB.value(), 600'000);
        const Tokens after = world.session->viewing().spent - before;
        QVERIFY2(after <= Tokens(16 * Crowd::bytesEach), "the dearer one still sells"); // 0.6 micro-tokens a byte
        world.verifyEnd();
        QVERIFY(world.earnedBy(4) >= after);
    }
    /// It sends nothing more, and nobody says so.
    void whatASilentOneWasAskedForComesFromAnotherAndIsPaidOnce()
    {
        Crowd world;
        world.addSeeder(4, price + Tokens(1));
        world.setLine(2, 2 * Crowd::filmRate);
        world.setLine(4, 2 * Crowd::filmRate);
        world.time.advance(5s);
        world.watch(funds);
        world.play(40s);
        world.setLine(2, 1);
        world.play(100s);
        QCOMPARE(world.player.stood.count(), 0);
        QVERIFY(world.player.played > 110s);
        const auto view = world.session->viewing();
        QCOMPARE(view.segmentsReceipted, view.segmentsHere);
        world.verifyEnd();
        QVERIFY(world.earnedBy(4).value() > 0);
    }
    /// A viewer that dies with two contracts open goes on with both, and what they hold counts.
    void aRestartGoesOnWithAllContracts()
    {
        Crowd world;
        world.addSeeder(4, price);
        world.setLine(2, Crowd::filmRate * 2 / 3);
        world.setLine(4, Crowd::filmRate * 2 / 3);
        world.time.advance(5s);
        world.watch(funds);
        world.play(60s);
        QCOMPARE(world.session->viewing().seeders.size(), 2U);
        const Tokens reserved = world.locked();
        world.killViewer();
        world.viewer = world.makeViewer();
        QVERIFY(world.time.runUntil([&] { return world.viewer->basics.wallet.accounts().spendAddress.has_value(); }, 60s));
        world.time.advance(1s);
        QCOMPARE(world.locked().value(), reserved.value());
        world.player.asked = static_cast<std::uint32_t>(world.player.has.size());
        world.watch(funds);
        world.play(10s);
        QCOMPARE(world.session->viewing().seeders.size(), 2U);
        QCOMPARE(world.locked().value(), reserved.value());
        world.play(40s);
        const auto view = world.session->viewing();
        QVERIFY(view.segmentsReceipted > 0);
        QVERIFY2(view.segmentsReceipted < view.segmentsHere, "what was bought before counts as bought now");
        world.verifyEnd();
    }
    /// What is left of the cap when the others have their part does not suffice: nothing is reserved beyond it.
    void theCapHoldsForAllTogether()
    {
        Crowd world;
        for (const int number : {4, 5})
            world.addSeeder(number, price);
        for (const int number : {2, 4, 5})
            world.setLine(number, Crowd::filmRate / 3);
        world.time.advance(5s);
        world.startSession(Tokens(0));
        QVERIFY(world.reaches(Stage::Approval));
        const Tokens few(8 * Crowd::bytesEach);
        world.cap = few;
        world.session->approve(few);
        QVERIFY(world.time.runUntil([&] { return !world.session->viewing().gateway.isEmpty(); }, 60s));
        for (std::uint32_t i = 0; i < 12; ++i)
            world.session->want(i + 1, SegmentIndex(i), [](const auto&) {});
        QVERIFY(world.reaches(Stage::Failed, 10min));
        QCOMPARE(world.session->viewing().problem->code, base::ErrorCode::PaymentRequired);
        QVERIFY(world.session->viewing().spent <= few);
        QVERIFY2(world.session->viewing().segmentsReceipted >= 7, "the cap was not used");
        world.verifyEnd();
    }
};

QTEST_GUILESS_MAIN(TestSeveral)
#include "tst_several.moc"
