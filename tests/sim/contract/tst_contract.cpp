#include <QTest>

#include "tests/sim/contract/fixture.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ErrorCode;
using base::SegmentIndex;
using base::Tokens;

class TestContract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void paysSegmentBySegment()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QCOMPARE(world.locked().value(), 5'000'000);
        for (std::uint32_t i = 0; i < 3; ++i) {
            const auto body = world.fetch(*channel, i);
            QVERIFY(body);
            QCOMPARE(crypto::sha256(**body), world.stream().segment(SegmentIndex(i)).sha256);
            QCOMPARE(channel->receipt().seq, std::int64_t{i} + 1);
            QCOMPARE(channel->receipt().amount.value(), world.priceOf(static_cast<int>(i) + 1).value());
        }
        const auto settled = world.finish(*channel);
        QVERIFY(settled);
        QCOMPARE(settled->paid.value(), world.priceOf(3).value());
        world.verifyBooks(world.priceOf(3));
    }

    void aLostAnswerCostsNobodyAnything()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        // Every second segment arrives only at the second request.
        int requests = 0;
        world.wires.setFault([&](const auto&, const net::HttpRequest& request) {
            const bool isSegment = request.target.find("/segments/") != std::string::npos;
            return isSegment && ++requests % 2 == 1 ? VirtualNetwork::Fate::LoseAnswer : VirtualNetwork::Fate::Deliver;
        });
        for (std::uint32_t i = 0; i < 2; ++i)
            QVERIFY(world.fetch(*channel, i));
        world.wires.setFault({});
        QCOMPARE(requests, 4);
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(2)); // what was sent twice is paid once
    }

    void aSilentViewerIsClosedWithTheLastReceipt()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        // The receipt for segment 1 never comes: only that for segment 0 has reached the seeder, with the second request.
        world.wires.setFault([&](const auto& endpoint, const auto&) {
            return endpoint.port == world.seeder->port ? VirtualNetwork::Fate::LoseRequest : VirtualNetwork::Fate::Deliver;
        });
        QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 120s));
        world.verifyBooks(world.priceOf(1));
    }

    void aSeederThatVanishesCostsOnlyWhatWasReceived()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        world.wires.unplug(world.seeder->port);
        const auto failed = world.fetch(*channel, 2);
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Network);
        // The tracker closes it at the viewer's word, after the seeder's time to bring a better receipt.
        const auto settled = world.finish(*channel);
        QVERIFY(settled);
        QCOMPARE(settled->paid.value(), world.priceOf(2).value());
        world.verifyBooks(world.priceOf(2));
    }

    void aCrashedSeederClosesAtItsNextStart()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        world.seeder.reset();
        QCOMPARE(world.locked().value(), 5'000'000);
        world.seeder = world.makeSeeder();
        QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 120s));
        // It had the receipt for segment 0 only; the viewer lost nothing by that.
        world.verifyBooks(world.priceOf(1));
        const auto settled = world.finish(*channel);
        QVERIFY(settled);
        QCOMPARE(settled->paid.value(), world.priceOf(1).value());
    }

    void aCrashedViewerClosesAtItsNextStart()
    {
        Fixture world;
        auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        const Tokens due = world.priceOf(2);
        world.seeder.reset(); // nobody else to close it
        world.wires.setFault([](const auto&, const auto&) { return VirtualNetwork::Fate::LoseRequest; });
        channel.reset();
        world.viewer.reset();
        world.wires.setFault({});
        world.viewer = world.makeViewer();
        QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 120s));
        // Its own newest receipt, which the seeder never saw, is what it owes.
        QCOMPARE(world.spendable().value(), (funds - due).value());
        QVERIFY(world.tracker.check());
    }

    void wrongBytesAreNotPaid()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        world.wires.setTamper([](const net::HttpRequest& request, net::HttpResponse& response) {
            if (request.target.find("/segments/") == std::string::npos)
                return;
            std::string bytes = *response.body;
            bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
            response.body = std::make_shared<const std::string>(bytes);
        });
        const auto lie = world.fetch(*channel, 1);
        QVERIFY(!lie);
        QCOMPARE(lie.error().code, ErrorCode::WrongData);
        QVERIFY(!world.viewer->basics.store->contains(world.stream().segment(SegmentIndex(1)).sha256));
        world.wires.setTamper({});
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(1));
    }

    void theCapHolds()
    {
        Fixture world;
        const auto channel = world.channel();
        const Tokens cap = world.priceOf(2);
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        const auto beyond = world.fetch(*channel, 2);
        QVERIFY(!beyond);
        QCOMPARE(beyond.error().code, ErrorCode::PaymentRequired);
        QVERIFY(world.finish(*channel));
        world.verifyBooks(cap);
    }

    void moreThanThereIsIsRefusedWithItsReason()
    {
        Fixture world;
        const auto channel = world.channel();
        const auto refused = world.open(*channel, funds + Tokens(1));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::PaymentRequired);
        world.verifyBooks(Tokens(0));
    }

    void aSessionBuysAheadAndCloses()
    {
        Fixture world;
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Playing));
        world.time.advance(1min);
        const auto nothingAsked = world.session->viewing();
        QCOMPARE(nothingAsked.segmentsReceipted, 1); // it came with the contract; nobody watches yet, so no more is bought
        QVERIFY(!nothingAsked.gateway.isEmpty());
        world.session->finish("enough");
        QVERIFY(world.reaches(viewer::Stage::Finished));
        world.verifyBooks(world.priceOf(1));
    }

    void aSessionAsksBeforeItSpends()
    {
        Fixture world;
        world.startSession(Tokens(0));
        QVERIFY(world.reaches(viewer::Stage::Approval));
        const auto view = world.session->viewing();
        QCOMPARE(view.priceOfRest->value(), world.priceOf(Film::segments).value());
        QCOMPARE(view.cap->value(), view.priceOfRest->value());
        QCOMPARE(world.locked().value(), 0);
        world.session->approve(Tokens(1'000'000));
        QVERIFY(world.reaches(viewer::Stage::Playing));
        QVERIFY(world.locked() <= Tokens(1'000'000));
        world.session->finish("enough");
        QVERIFY(world.reaches(viewer::Stage::Finished));
        world.verifyBooks(world.priceOf(1));
    }

    void aSessionNamesAMissingSeeder()
    {
        Fixture world;
        need(world.seeder->seeder->setTitle(world.film, price, false));
        world.time.advance(2h); // the announcement runs out
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Failed));
        const auto problem = world.session->viewing().problem;
        QVERIFY(problem);
        QCOMPARE(problem->code, ErrorCode::NotFound);
        QVERIFY(std::ranges::find(problem->waysOut, viewer::WayOut::Retry) != problem->waysOut.end());
        need(world.seeder->seeder->setTitle(world.film, price, true));
        world.time.advance(5s);
        world.session->retry(viewer::WayOut::Retry);
        QVERIFY(world.reaches(viewer::Stage::Playing));
    }

    void aStoppingSeederClosesWhatIsOpen()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        bool stopped = false;
        world.seeder->seeder->closeAll(2s, [&] { stopped = true; });
        QVERIFY(world.time.runUntil([&] { return stopped; }, 3s));
        world.verifyBooks(world.priceOf(1));
        const auto refused = world.fetch(*channel, 2);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Gone);
    }
};

QTEST_GUILESS_MAIN(TestContract)
#include "tst_contract.moc"
