#include <QTest>

#include "tests/sim/contract/cheat.h"

// What a contract can do beyond one segment after the other: the first segment with the proposal, several under way, going on
// after a break or a restart of either side.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ErrorCode;
using base::SegmentIndex;
using base::Tokens;
using viewer::Channel;

namespace
{

using Result = std::optional<base::Result<void>>;
using Segment = std::optional<base::Result<net::Body>>;

/// Proposes with the first segment; the results come by and by.
void openWithFirst(Fixture& world, Channel& channel, Result& opened, Segment& first)
{
    channel.open(Tokens(5'000'000), *world.viewer->basics.wallet.accounts().spendAddress, [&](const auto& result) { opened = result; },
                 SegmentIndex(0), [&](const auto& result) { first = result; });
}

bool asksTracker(const net::Endpoint& endpoint, const net::HttpRequest& request, std::string_view method)
{
    return endpoint.port == TrackerNode::port && request.target == "/v1/" + std::string(method);
}

/// Segments that a viewer's requests are answered with, by the network's log.
std::int64_t segmentRequests(const Fixture& world)
{
    return std::ranges::count_if(world.wires.log(), [](const std::string& line) { return line.find("/segments/") != std::string::npos; });
}

} // namespace

class TestProtocol : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    // ---- the first segment with the proposal ----

    void payingCostsNoRoundTrip()
    {
        Fixture world;
        world.wires.setLatency(100ms);
        const auto channel = world.channel();
        Result opened;
        Segment first;
        openWithFirst(world, *channel, opened, first);
        const auto begin = world.time.monotonic();
        QVERIFY(world.time.runUntil([&] { return first.has_value(); }, 10s));
        QVERIFY(*first);
        QCOMPARE(world.time.monotonic() - begin, 200ms); // as one request without a contract
        QVERIFY(!opened);                                // the tracker still answers
        QVERIFY(world.time.runUntil([&] { return opened.has_value(); }, 10s));
        QVERIFY(*opened);
        QVERIFY(world.fetch(*channel, 1));
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(2));
    }

    void aSeederMayWaitForTheTracker()
    {
        Fixture world;
        world.restartSeeder({.serveWhileOpening = false});
        world.wires.setFault([](const auto& endpoint, const auto& request) {
            return asksTracker(endpoint, request, "openContract") ? VirtualNetwork::Fate::LoseRequest : VirtualNetwork::Fate::Deliver;
        });
        const auto channel = world.channel();
        Result opened;
        Segment first;
        openWithFirst(world, *channel, opened, first);
        world.time.advance(5s);
        QVERIFY(!first);
        world.wires.setFault({});
        QVERIFY(world.time.runUntil([&] { return first && opened; }, 60s));
        QVERIFY(*first && *opened);
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(1));
    }

    void aRefusedContractCostsTheSeederOneSegment()
    {
        Fixture world;
        const auto channel = world.channel();
        Result opened;
        Segment first;
        channel->open(funds + Tokens(1), *world.viewer->basics.wallet.accounts().spendAddress, [&](const auto& result) { opened = result; },
                      SegmentIndex(0), [&](const auto& result) { first = result; });
        QVERIFY(world.time.runUntil([&] { return opened.has_value(); }, 60s));
        QVERIFY(first && *first);
        QVERIFY(!*opened);
        QCOMPARE(opened->error().code, ErrorCode::PaymentRequired);
        QCOMPARE(world.seeder->seeder->openContracts(), 0);
        QVERIFY(world.finish(*channel));
        world.verifyBooks(Tokens(0));
    }

    /// Keys cost nothing, so what a seeder loses to those who can't pay must end somewhere.
    void whatIsLostEarlyIsBounded()
    {
        Fixture world;
        world.restartSeeder({.earlyLossesPerHour = 3});
        Cheat cheat(world);
        int sent = 0;
        const auto steal = [&] {
            const auto contract = cheat.sign(cheat.terms(funds + Tokens(1))); // more than there is
            return cheat.post(world.seeder->port, "/v1/contracts/segments/0", contract.bytes);
        };
        for (int i = 0; i < 6; ++i) {
            sent += steal() == 200 ? 1 : 0;
            world.time.advance(1s);
        }
        QCOMPARE(sent, 3);
        QCOMPARE(steal(), 402); // told by the tracker, before a segment leaves
        const auto honest = world.channel();
        Result opened;
        Segment first;
        openWithFirst(world, *honest, opened, first);
        QVERIFY(world.time.runUntil([&] { return first && opened; }, 60s));
        QVERIFY(*first && *opened); // a little later, that is all
        world.time.advance(61min);
        QCOMPARE(steal(), 200);
    }

    void nothingComesEarlyUnderASettledContract()
    {
        Fixture world;
        Cheat cheat(world);
        const auto contract = cheat.sign(cheat.terms(Tokens(5'000'000)));
        QCOMPARE(cheat.post(world.seeder->port, "/v1/contracts/segments/0", contract.bytes), 200);
        auto last = cheat.receipt(contract, 1, 1);
        last.final = true;
        QCOMPARE(cheat.bring(cheat.sign(last)), 200);
        QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 5min));
        QCOMPARE(cheat.post(world.seeder->port, "/v1/contracts/segments/1", contract.bytes), 410);
        world.verifyBooks(world.priceOf(1));
    }

    void onlyOneSegmentComesEarly()
    {
        Fixture world;
        world.wires.setFault([](const auto& endpoint, const auto& request) {
            return asksTracker(endpoint, request, "openContract") ? VirtualNetwork::Fate::LoseRequest : VirtualNetwork::Fate::Deliver;
        });
        Cheat cheat(world);
        const auto contract = cheat.sign(cheat.terms(Tokens(5'000'000)));
        QCOMPARE(cheat.post(world.seeder->port, "/v1/contracts/segments/0", contract.bytes), 200);
        QVERIFY(cheat.post(world.seeder->port, "/v1/contracts/segments/1", contract.bytes) != 200);
        QVERIFY(cheat.ask(cheat.sign(cheat.receipt(contract, 1, 1)), 1) != 200);
        QCOMPARE(cheat.post(world.seeder->port, "/v1/contracts/segments/99", contract.bytes) == 200, false);
    }

    /// The tracker has opened the contract, and the seeder never learns it.
    void whatWasSentEarlyIsPaidThoughTheTrackerIsGone()
    {
        Fixture world;
        world.wires.setFault([](const auto& endpoint, const auto& request) {
            return asksTracker(endpoint, request, "openContract") ? VirtualNetwork::Fate::LoseAnswer : VirtualNetwork::Fate::Deliver;
        });
        Cheat cheat(world);
        const auto contract = cheat.sign(cheat.terms(Tokens(5'000'000)));
        QCOMPARE(cheat.post(world.seeder->port, "/v1/contracts/segments/0", contract.bytes), 200);
        QVERIFY(cheat.bring(cheat.sign(cheat.receipt(contract, 1, 1))) != 200);
        QCOMPARE(world.locked().value(), 5'000'000);
        world.wires.setFault({});
        QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 5min));
        world.verifyBooks(world.priceOf(1));
    }

    void theFirstAnswerIsLost()
    {
        Fixture world;
        int losses = 2;
        world.wires.setFault([&](const auto&, const auto& request) {
            return request.target == "/v1/contracts/segments/0" && losses-- > 0 ? VirtualNetwork::Fate::LoseAnswer : VirtualNetwork::Fate::Deliver;
        });
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Playing, 5min));
        world.session->finish("enough");
        QVERIFY(world.reaches(viewer::Stage::Finished, 5min));
        QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 20min));
        world.verifyBooks(world.earned());
    }

    /// With the proposal, and not after its answer: the line does not fall silent for two round trips.
    void theSecondSegmentGoesAlong()
    {
        Fixture world;
        world.restartSeeder({.creditWindow = 4});
        world.wires.setLatency(100ms);
        const auto isOfTracker = [](const net::HttpRequest& request) { return request.target == "/v1/openContract"; };
        world.wires.setDelay([&](const auto&, const auto& request) { return isOfTracker(request) ? 2'000ms : 0ms; });
        const auto channel = world.channel();
        std::optional<base::Result<void>> opened;
        int arrived = 0;
        const auto count = [&](const auto& result) { arrived += result ? 1 : 0; };
        channel->open(Tokens(5'000'000), *world.viewer->basics.wallet.accounts().spendAddress, [&](const auto& result) { opened = result; },
                      SegmentIndex(0), count);
        QCOMPARE(channel->freePlaces(), 1);
        channel->fetch(SegmentIndex(1), count);
        QCOMPARE(channel->freePlaces(), 0);
        world.time.advance(210ms);
        QCOMPARE(arrived, 1); // as the tracker has not answered
        QCOMPARE(segmentRequests(world), 2);
        QVERIFY(!opened);
        QCOMPARE(channel->freePlaces(), 2); // one was paid for
        channel->fetch(SegmentIndex(2), count);
        world.time.advance(1s);
        QCOMPARE(arrived, 1);
        QVERIFY(world.time.runUntil([&] { return arrived == 3; }, 10s));
        QVERIFY(opened && *opened);
        QCOMPARE(segmentRequests(world), 3); // each was asked for once
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(3));
    }
    /// The tracker refuses, and what went along comes to nothing. Or the proposal is lost, and what went along is refused until it is there.
    void whatGoesAlongWaitsForTheContract()
    {
        for (const bool isRefused : {true, false}) {
            Fixture world;
            world.restartSeeder({.creditWindow = 4});
            int lost = isRefused ? 0 : 2;
            world.wires.setFault([&](const auto&, const net::HttpRequest& request) {
                const bool proposes = request.target.starts_with("/v1/contracts/segments/") || request.target == "/v1/contracts";
                return proposes && lost-- > 0 ? VirtualNetwork::Fate::LoseRequest : VirtualNetwork::Fate::Deliver;
            });
            const auto channel = world.channel();
            std::optional<base::Result<void>> opened;
            std::vector<base::Result<net::Body>> came;
            channel->open(isRefused ? funds + Tokens(1) : Tokens(5'000'000), *world.viewer->basics.wallet.accounts().spendAddress,
                          [&](const auto& result) { opened = result; }, SegmentIndex(0), [&](const auto& result) { came.push_back(result); });
            channel->fetch(SegmentIndex(1), [&](const auto& result) { came.push_back(result); });
            QVERIFY(world.time.runUntil([&] { return opened && (isRefused || came.size() == 2); }, 120s));
            QCOMPARE(opened->has_value(), !isRefused);
            world.time.advance(10s);
            QCOMPARE(came.size(), isRefused ? 1U : 2U); // the first one is the seeder's own risk
            for (const auto& each : came)
                QVERIFY(each);
            const auto settled = world.finish(*channel);
            QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 20min));
            world.verifyBooks(isRefused ? Tokens(0) : world.priceOf(2));
            Q_UNUSED(settled);
        }
    }

    // ---- a credit window ----

    void severalUnderWay()
    {
        Fixture world;
        world.restartSeeder({.creditWindow = 3});
        world.wires.setLatency(100ms);
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QCOMPARE(channel->contract()->message.creditWindow, 3);
        int arrived = 0;
        std::uint32_t next = 0;
        std::function<void()> more = [&] {
            while (channel->canFetch() && next < Film::segments)
                channel->fetch(SegmentIndex(next++), [&](const auto& result) {
                    QVERIFY2(result, result ? "" : result.error().message.c_str());
                    ++arrived;
                    more();
                });
        };
        const auto begin = world.time.monotonic();
        more();
        QCOMPARE(next, 2U); // a third one once something was paid
        QVERIFY(world.time.runUntil([&] { return arrived == Film::segments; }, 60s));
        QCOMPARE(world.time.monotonic() - begin, 200ms * (1 + (Film::segments - 2 + 2) / 3)); // about a third of one after the other
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(Film::segments));
    }

    /// As much as the line holds, twice, and what keeps each connection busy; no more, as it would stand in the way of a seek.
    void asManyUnderWayAsTheLineNeeds()
    {
        Fixture world;
        world.restartSeeder({.creditWindow = 12});
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        for (std::uint32_t i = 0; i < 10; ++i)
            QVERIFY(world.fetch(*channel, i));
        QCOMPARE(channel->credit(), 12);
        const auto places = [&](std::chrono::milliseconds roundTrip, std::int64_t bytesPerSecond, int connections) {
            world.wires.setLine({.roundTrip = roundTrip, .bytesPerSecond = bytesPerSecond, .connections = connections});
            return channel->freePlaces();
        };
        QCOMPARE(places(20ms, 1'000'000, 1), 3);
        QCOMPARE(places(200ms, 1'000'000, 1), 10);
        QCOMPARE(places(20ms, 1'000'000, 3), 7);
        QCOMPARE(places(200ms, 100'000'000, 1), 12); // within the credit
        QCOMPARE(places(0ms, 0, 1), 12);
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(10));
    }
    /// Segments of 50 kB: what a seeder risks is counted in bytes, too. What the line needs is asked for, and eight at least.
    void theWindowFollowsTheLine()
    {
        Fixture world;
        world.restartSeeder({.creditWindow = 2, .creditBytes = 800'000});
        QCOMPARE(world.offer().message.creditWindow, 15);
        const auto proposed = [&] {
            const auto channel = world.channel();
            const bool isOpen = world.open(*channel, Tokens(1'000'000)).has_value() && world.finish(*channel);
            return isOpen ? channel->contract()->message.creditWindow : 0;
        };
        QCOMPARE(proposed(), 15); // nothing is known of it
        world.wires.setLine({.roundTrip = 20ms, .bytesPerSecond = 1'000'000, .connections = 1});
        QCOMPARE(proposed(), 8);
        world.wires.setLine({.roundTrip = 200ms, .bytesPerSecond = 1'000'000, .connections = 1});
        QCOMPARE(proposed(), 10);
        world.wires.setLine({.roundTrip = 200ms, .bytesPerSecond = 10'000'000, .connections = 1});
        QCOMPARE(proposed(), 15);
        world.verifyBooks(Tokens(0));
    }

    void requestsOvertakeEachOther()
    {
        Fixture world;
        world.restartSeeder({.creditWindow = 4});
        int number = 0;
        world.wires.setDelay([&](const auto&, const auto&) { return std::chrono::milliseconds(number++ * 7 % 5 * 40); });
        world.startSession(funds);
        world.session->retry(viewer::WayOut::Retry); // does nothing
        QVERIFY(world.reaches(viewer::Stage::Playing));
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(2'000'000)));
        int arrived = 0;
        std::uint32_t next = 0;
        std::function<void()> more = [&] {
            while (channel->canFetch() && next < Film::segments)
                channel->fetch(SegmentIndex(next++), [&](const auto& result) {
                    QVERIFY2(result, result ? "" : result.error().message.c_str());
                    ++arrived;
                    more();
                });
        };
        more();
        QVERIFY(world.time.runUntil([&] { return arrived == Film::segments; }, 60s));
        QVERIFY(world.finish(*channel));
        world.session->finish("enough");
        QVERIFY(world.reaches(viewer::Stage::Finished));
        world.verifyBooks(world.priceOf(Film::segments) + world.priceOf(1));
    }

    void noMoreThanTheSeederGrants()
    {
        Fixture world;
        Cheat cheat(world);
        auto terms = cheat.terms(Tokens(5'000'000));
        terms.creditWindow = 2;
        QCOMPARE(cheat.propose(cheat.sign(terms)), 422);
    }

    // ---- going on ----

    void aBreakInTheMiddle()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        world.wires.unplug(world.seeder->port);
        Segment second;
        channel->fetch(SegmentIndex(1), [&](const auto& result) { second = result; });
        world.time.advance(8s);
        QVERIFY(!second);
        world.wires.listen(world.seeder->port, world.seeder->seeder.get());
        QVERIFY(world.time.runUntil([&] { return second.has_value(); }, 10s));
        QVERIFY(*second);
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(2));
    }

    void theSeederStartsAnew()
    {
        for (const bool answerIsLost : {false, true}) {
            Fixture world;
            const auto channel = world.channel();
            QVERIFY(world.open(*channel, Tokens(5'000'000)));
            QVERIFY(world.fetch(*channel, 0));
            const std::int64_t before = segmentRequests(world);
            if (answerIsLost)
                world.wires.setFault([](const auto&, const auto&) { return VirtualNetwork::Fate::LoseAnswer; });
            Segment second;
            channel->fetch(SegmentIndex(1), [&](const auto& result) { second = result; });
            if (answerIsLost)
                world.time.advance(10ms); // it was released, and outstanding when the process ended
            world.wires.setFault({});
            world.restartSeeder({});
            QVERIFY(world.time.runUntil([&] { return second.has_value(); }, 60s));
            QVERIFY2(*second, *second ? "" : second->error().message.c_str());
            QVERIFY(world.fetch(*channel, 2));
            QVERIFY(segmentRequests(world) > before);
            QVERIFY(world.finish(*channel));
            QCOMPARE(std::ranges::count(world.wires.log(), "POST /v1/contracts"), 1); // the same contract
            world.verifyBooks(world.priceOf(3));
        }
    }

    void nobodyComesBackToARestartedSeeder()
    {
        Fixture world;
        auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        world.wires.setFault([](const auto&, const auto&) { return VirtualNetwork::Fate::LoseRequest; });
        channel.reset();
        world.killViewer();
        world.restartSeeder({});
        QVERIFY(world.time.runUntil([&] { return world.earned() == world.priceOf(1); }, 3min)); // the best that it had
        QCOMPARE(world.tracker.balance(keyOf(3).publicKey()).locked.value(), 0);
    }

    void theViewerStartsAnew()
    {
        Fixture world;
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Playing));
        world.time.advance(1s);
        const auto cap = world.locked();
        QVERIFY(cap.value() > 0);
        world.killViewer();
        world.viewer = world.makeViewer();
        QVERIFY(world.time.runUntil([&] { return world.viewer->basics.wallet.accounts().spendAddress.has_value(); }, 10s));
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Playing) || world.reaches(viewer::Stage::FirstSegment));
        QCOMPARE(std::ranges::count(world.wires.log(), "POST /v1/contracts/segments/0"), 1); // the same contract
        QCOMPARE(world.locked(), cap);
        QCOMPARE(world.session->viewing().spent.value(), 0); // of this viewing
        world.session->finish("enough");
        QVERIFY(world.reaches(viewer::Stage::Finished));
        world.verifyBooks(world.priceOf(1));
    }

    /// It has stored a segment and not made the receipt durable: the seeder says what is outstanding, and gets its receipt.
    /// The request to close may reach the tracker only after the restart: what was served then would not be paid.
    void aContractThatIsBeingClosedDoesNotGoOn()
    {
        Fixture world;
        Cheat cheat(world);
        const auto contract = cheat.sign(cheat.terms(Tokens(5'000'000)));
        QCOMPARE(cheat.propose(contract), 200);
        QCOMPARE(cheat.ask(cheat.sign(cheat.receipt(contract, 0, 0)), 0), 200);
        QCOMPARE(cheat.ask(cheat.sign(cheat.receipt(contract, 1, 1)), 1), 200);
        world.wires.unplug(TrackerNode::port);
        QCOMPARE(cheat.ask(cheat.sign(cheat.receipt(contract, 2, 0)), 2), 422); // not valid: it closes
        world.time.advance(100ms);
        world.wires.listen(TrackerNode::port, &world.tracker);
        world.restartSeeder({});
        QCOMPARE(cheat.ask(cheat.sign(cheat.receipt(contract, 3, 2)), 2), 410);
        QVERIFY(world.time.runUntil([&] { return world.locked().value() == 0; }, 30s));
        world.verifyBooks(world.priceOf(1));
    }

    void aSegmentWithoutAReceiptIsPaidAfterTheRestart()
    {
        Fixture world;
        Cheat cheat(world);
        const auto contract = cheat.sign(cheat.terms(Tokens(5'000'000)));
        QCOMPARE(cheat.propose(contract), 200);
        const auto nothing = cheat.sign(cheat.receipt(contract, 0, 0));
        QCOMPARE(cheat.ask(nothing, 0), 200);
        const auto stream = world.stream();
        const auto hash = stream.segment(SegmentIndex(0)).sha256;
        need(world.viewer->basics.store->put(hash, *need(world.seeder->basics.store->get(hash))));

        Channel channel(world.viewer->channelParts(), stream, world.offer());
        Result resumed;
        channel.resume({contract, nothing}, [&](const auto& result) { resumed = result; });
        QVERIFY(world.time.runUntil([&] { return resumed.has_value(); }, 10s));
        QVERIFY2(*resumed, *resumed ? "" : resumed->error().message.c_str());
        QCOMPARE(channel.receipt().amount.value(), world.priceOf(1).value());
        QVERIFY(world.fetch(channel, 1));
        QVERIFY(world.finish(channel));
        world.verifyBooks(world.priceOf(2));
    }

    void whatIsHereIsWatchedWithoutATracker()
    {
        Fixture world;
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Playing));
        world.session->finish("enough");
        QVERIFY(world.reaches(viewer::Stage::Finished));
        world.killViewer();
        world.wires.unplug(TrackerNode::port);
        world.viewer = world.makeViewer();
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Failed));
        const auto view = world.session->viewing();
        QCOMPARE(view.problem->code, ErrorCode::Unavailable);
        QCOMPARE(view.segmentsHere, 1);
        QVERIFY(!view.gateway.isEmpty());
    }

    void aDearerContractIsNotContinued()
    {
        Fixture world;
        world.startSession(funds);
        QVERIFY(world.reaches(viewer::Stage::Playing));
        world.killViewer();
        world.viewer = world.makeViewer();
        QVERIFY(world.time.runUntil([&] { return world.viewer->basics.wallet.accounts().spendAddress.has_value(); }, 10s));
        world.startSession(Tokens(0));
        QVERIFY(world.reaches(viewer::Stage::Approval));
        world.session->approve(Tokens(60'000)); // the contract that was left open may cost more
        QVERIFY(world.reaches(viewer::Stage::FirstSegment) || world.reaches(viewer::Stage::Playing));
        QVERIFY(world.time.runUntil([&] { return world.locked() <= Tokens(60'000); }, 60s));
    }

    /// The tracker takes no receipt after close_until, whatever the seeder's own patience is.
    void aSilentViewerAtTheEndOfTheTime()
    {
        for (const bool receiptIsMissing : {false, true}) {
            Fixture world;
            Cheat cheat(world);
            auto terms = cheat.terms(Tokens(5'000'000));
            terms.serveUntil = world.time.now() + base::UnixMs(60'000);
            terms.closeUntil = terms.serveUntil + base::UnixMs(60'000);
            terms.receiptTimeoutMs = 120'000;
            const auto contract = cheat.sign(terms);
            QCOMPARE(cheat.propose(contract), 200);
            QCOMPARE(cheat.ask(cheat.sign(cheat.receipt(contract, 0, 0)), 0), 200);
            QCOMPARE(cheat.ask(cheat.sign(cheat.receipt(contract, 1, 1)), 1), 200);
            if (!receiptIsMissing)
                QCOMPARE(cheat.bring(cheat.sign(cheat.receipt(contract, 2, 2))), 200);
            world.time.advance(30min);
            world.verifyBooks(world.priceOf(receiptIsMissing ? 1 : 2));
        }
    }

    /// The player pauses: the seeder need not wait for the next request to be paid.
    void aReceiptIsBroughtWhenNothingElseIs()
    {
        Fixture world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, Tokens(5'000'000)));
        QVERIFY(world.fetch(*channel, 0));
        world.time.advance(5min); // longer than the receipt timeout
        QVERIFY(world.fetch(*channel, 1));
        QVERIFY(world.finish(*channel));
        world.verifyBooks(world.priceOf(2));
    }
};

QTEST_GUILESS_MAIN(TestProtocol)
#include "tst_protocol.moc"
