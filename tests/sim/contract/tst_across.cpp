#include <random>

#include <QTest>

#include "p2p/discovery/offer_asker.h"
#include "p2p/ledger/audit.h"
#include "tests/sim/contract/fixture.h"

// Contracts across two trackers (protocol §9): the viewer pays from an address at the one, the seeder is paid at the other. Either may
// be away, die between any two steps, or lie.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ErrorCode;
using base::Tokens;

namespace
{

constexpr std::uint8_t numberOfPaying = 1;
constexpr std::uint8_t numberOfIncome = 9;
constexpr Tokens cap(1'000'000);

struct Across {
    QTemporaryDir folder;
    const Tokens limit;
    VirtualTime time;
    VirtualNetwork wires{time};
    VirtualHost payingHost{time};
    VirtualHost incomeHost{time};
    VirtualHost seedersHost{time};
    VirtualHost viewersHost{time};
    std::unique_ptr<TrackerNode> paying;
    std::unique_ptr<TrackerNode> income;
    std::unique_ptr<SeederNode> seeder;
    std::unique_ptr<ViewerNode> viewer;
    base::ContentId film;
    bool overLimit = false; ///< at any commit

    explicit Across(Tokens howMuch = Tokens(5'000'000)) : limit(howMuch)
    {
        startPaying();
        startIncome();
        seeder = std::make_unique<SeederNode>(place(seedersHost), 2, path("seeder"), seeder::SeederSettings{}, numberOfIncome);
        viewer = std::make_unique<ViewerNode>(place(viewersHost), 3, path("viewer"));
        film = Film::publish(seeder->basics, time, path("seeder"));
        need(seeder->seeder->setTitle(film, price, true));
        const auto ready = [this] {
            return viewer->basics.wallet.accounts().spendAddress && seeder->seeder->titles().front().problem.empty();
        };
        if (!time.runUntil(ready, 60s))
            qFatal("the world does not start");
        paying->issue(*viewer->basics.wallet.accounts().spendAddress, funds);
        viewer->basics.wallet.refresh();
        time.advance(1s);
    }

    [[nodiscard]] Place place(VirtualHost& host) { return {.time = host, .disk = host, .wires = wires, .host = &host}; }
    [[nodiscard]] std::string path(const char* name) const
    {
        return folder.filePath(QString::fromLatin1(name)).toStdString();
    }
    void startPaying()
    {
        paying = std::make_unique<TrackerNode>(place(payingHost), path("paying.db"), 10s, numberOfPaying);
        paying->addPeer(place(payingHost), numberOfIncome, Tokens(0));
    }
    void startIncome()
    {
        income = std::make_unique<TrackerNode>(place(incomeHost), path("income.db"), 10s, numberOfIncome);
        income->onCommit = [this] {
            const auto peer = atIncome();
            overLimit = overLimit || peer.owed + peer.reserved > limit;
        };
        income->addPeer(place(incomeHost), numberOfPaying, limit);
    }
    /// As by kill -9; nothing of what was under way is left.
    void kill(VirtualHost& host)
    {
        host.die();
        const bool isPaying = &host == &payingHost;
        wires.unplug(isPaying ? numberOfPaying : numberOfIncome);
        (isPaying ? paying : income).reset();
    }
    void revive(VirtualHost& host)
    {
        host.revive();
        if (&host == &payingHost)
            startPaying();
        else
            startIncome();
    }

    [[nodiscard]] wire::Signed<wire::Offer> offer()
    {
        discovery::LinkSource link{{*viewer->basics.http, viewersHost, discovery::offerRules(viewer->basics.trackerClient, network)}};
        discovery::PayableOffers payable(link, viewer->basics.trackerClient, time);
        discovery::Offers found;
        bool ended = false;
        payable.find({film, {{.host = "127.0.0.1", .port = seeder->port, .pin = {}}}}, [&](auto offers, bool more) {
            std::ranges::move(need(std::move(offers)), std::back_inserter(found));
            ended = !more;
        });
        time.runUntil([&] { return ended; }, 30s);
        return need(found.empty() ? base::Result<wire::Signed<wire::Offer>>(base::fail(ErrorCode::NotFound, "no offer"))
                                  : base::Result<wire::Signed<wire::Offer>>(found.front()));
    }
    /// By the viewer's own tracker.
    [[nodiscard]] discovery::Offers findAtOwn()
    {
        discovery::Offers found;
        bool ended = false;
        viewer->offers.find(film, [&](auto offers, bool more) {
            std::ranges::move(need(std::move(offers)), std::back_inserter(found));
            ended = !more;
        });
        time.runUntil([&] { return ended; }, 30s);
        return found;
    }
    [[nodiscard]] std::unique_ptr<viewer::Channel> channel()
    {
        return std::make_unique<viewer::Channel>(viewer->channelParts(), need(seeder->basics.library->load(film)), offer());
    }
    [[nodiscard]] base::Result<void> open(viewer::Channel& channel, Tokens most)
    {
        std::optional<base::Result<void>> result;
        channel.open(most, *viewer->basics.wallet.accounts().spendAddress, [&](const auto& opened) { result = opened; });
        time.runUntil([&] { return result.has_value(); }, 120s);
        return result.value_or(base::fail(ErrorCode::Internal, "open() never called back"));
    }
    [[nodiscard]] bool fetch(viewer::Channel& channel, std::uint32_t index)
    {
        std::optional<bool> result;
        channel.fetch(base::SegmentIndex(index), [&](const auto& fetched) { result = fetched.has_value(); });
        time.runUntil([&] { return result.has_value(); }, 600s);
        return result.value_or(false);
    }
    [[nodiscard]] static ledger::Ledger::Peer peerOf(TrackerNode& node, std::uint8_t other)
    {
        ledger::Ledger::Peer peer;
        need(node.books().read([&](ledger::Ledger& books) -> base::Result<void> {
            peer = need(books.peer(TrackerNode::linkOf(other).key.value()));
            return {};
        }));
        return peer;
    }
    [[nodiscard]] ledger::Ledger::Peer atPaying() { return peerOf(*paying, numberOfIncome); }
    [[nodiscard]] ledger::Ledger::Peer atIncome() { return peerOf(*income, numberOfPaying); }
    [[nodiscard]] Tokens earned() { return income->balance(seeder->basics.key.publicKey()).income->balance; }
    [[nodiscard]] Tokens charged()
    {
        const auto balance = paying->balance(viewer->basics.key.publicKey());
        return funds - balance.spend->balance - balance.locked;
    }
    [[nodiscard]] bool isSettled()
    {
        return paying && income && paying->balance(viewer->basics.key.publicKey()).locked.value() == 0 &&
               atIncome().reserved.value() == 0;
    }
    /// Both books by themselves, and that they say the same.
    [[nodiscard]] std::string difference()
    {
        for (TrackerNode* node : {paying.get(), income.get()}) {
            if (const auto checked = node->check(); !checked)
                return checked.error().message;
            std::string broken;
            need(node->books().read([&](ledger::Ledger& books) -> base::Result<void> {
                const auto report = need(ledger::audit(books.store()));
                broken = report.broken ? inWords(*report.broken) : std::string();
                return {};
            }));
            if (!broken.empty())
                return broken;
        }
        const auto text = [](Tokens tokens) { return std::to_string(tokens.value()); };
        const std::string all = "charged " + text(charged()) + ", owing " + text(atPaying().owing) + ", owed " +
                                text(atIncome().owed) + ", earned " + text(earned());
        const bool same = charged() == earned() && atPaying().owing == earned() && atIncome().owed == earned();
        return same && !overLimit ? std::string() : all + (overLimit ? ", above the limit" : "");
    }
};

/// The paying tracker's answers to the other one, signed by the paying one itself.
void lie(Across& world, const std::function<void(wire::ContractAnswer&)>& change)
{
    world.wires.setTamper([change](const net::HttpRequest&, net::HttpResponse& response) {
        auto answer = wire::open<wire::ContractAnswer>(*response.body, network, {wire::Role::Node});
        if (!answer || answer->message.node != TrackerNode::linkOf(numberOfPaying).key)
            return;
        change(answer->message);
        response.body = std::make_shared<const std::string>(wire::sign(answer->message, keyOf(numberOfPaying)).bytes);
    });
}

} // namespace

class TestAcross : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void aFilmIsPaidAcross()
    {
        Across world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QCOMPARE(world.atIncome().reserved.value(), cap.value());
        for (std::uint32_t i = 0; i < 5; ++i)
            QVERIFY(world.fetch(*channel, i));
        const Tokens due = channel->receipt().amount;
        QVERIFY(due.value() > 0);
        bool settled = false;
        channel->finish("done", [&](const auto& answer) {
            QCOMPARE(answer.paid.value(), due.value());
            settled = true;
        });
        QVERIFY(world.time.runUntil([&] { return settled && world.isSettled(); }, 60s));
        QCOMPARE(world.earned().value(), due.value());
        QCOMPARE(world.difference(), std::string());
    }

    void whatIsAboveTheLimitIsRefused()
    {
        Across world(Tokens(cap.value() - 1));
        const auto channel = world.channel();
        const auto opened = world.open(*channel, cap);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::PaymentRequired);
        QCOMPARE(world.atIncome().reserved.value(), 0);
        QCOMPARE(world.difference(), std::string());
    }

    void whatThePayingTrackerRefusesIsReleased()
    {
        Across world(Tokens(100'000'000));
        const auto channel = world.channel();
        const auto opened = world.open(*channel, funds + Tokens(1));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::PaymentRequired);
        QVERIFY(world.time.runUntil([&] { return world.isSettled(); }, 60s));
        QCOMPARE(world.difference(), std::string());
    }

    void anOfferOfATrackerThatIsNoPeerIsLeftOut()
    {
        Across world;
        world.kill(world.payingHost);
        world.payingHost.revive();
        world.paying = std::make_unique<TrackerNode>(world.place(world.payingHost), world.path("paying.db"), 10s, numberOfPaying);
        try {
            (void)world.offer();
            QFAIL("it was taken");
        } catch (const Needed& why) {
            QVERIFY2(QByteArray(why.what()).contains("takes no contracts"), why.what());
        }
    }

    void theOwnTrackerTellsWhatTheOtherKnows()
    {
        Across world;
        const auto found = world.findAtOwn();
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found.front().message.seeder, world.seeder->basics.key.publicKey());
        QCOMPARE(found.front().message.tracker, *TrackerNode::linkOf(numberOfIncome).key);
    }

    void aTrackerThatIsAwayIsNotWaitedForLong()
    {
        Across world;
        world.kill(world.incomeHost);
        const auto began = world.time.monotonic();
        QVERIFY(world.findAtOwn().empty());
        QVERIFY(world.time.monotonic() - began < 3s);
    }

    /// What is here counts at once, and what the other knows from the next question on.
    void whoIsFoundHereIsNotHeldUp()
    {
        Across world;
        SeederNode near(world.place(world.seedersHost), 4, world.path("near"), seeder::SeederSettings{}, numberOfPaying);
        (void)Film::publish(near.basics, world.time, world.path("near")); // the same segments
        need(near.basics.library->add(need(world.seeder->basics.library->load(world.film)).manifest()));
        need(near.seeder->setTitle(world.film, price, true));
        QVERIFY(world.time.runUntil([&] { return near.seeder->titles().front().problem.empty(); }, 60s));
        QCOMPARE(world.findAtOwn().size(), std::size_t{1});
        world.time.advance(3s);
        QCOMPARE(world.findAtOwn().size(), std::size_t{2});
    }

    void aTrackerSpeaksForItselfOnly()
    {
        Across world;
        world.wires.setTamper([](const net::HttpRequest&, net::HttpResponse& response) {
            auto answer = wire::open<wire::SeedersAnswer>(*response.body, network, {wire::Role::Node});
            if (!answer || answer->message.node != TrackerNode::linkOf(numberOfIncome).key)
                return;
            wire::Offer strangers = need(wire::open<wire::Offer>(answer->message.offers.front(), network, {wire::Role::Seeder})).message;
            strangers.seeder = keyOf(77).publicKey();
            strangers.tracker = *TrackerNode::linkOf(numberOfPaying).key;
            answer->message.offers = {wire::sign(strangers, keyOf(77)).bytes, "nothing"};
            response.body = std::make_shared<const std::string>(wire::sign(answer->message, keyOf(numberOfIncome)).bytes);
        });
        QVERIFY(world.findAtOwn().empty());
    }

    /// The seeder is paid when it is back, by itself.
    void thePayingTrackerIsAwayWhenItCloses()
    {
        Across world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        const Tokens due = channel->receipt().amount;
        world.kill(world.payingHost);
        bool settled = false;
        channel->finish("done", [&](const auto&) { settled = true; });
        world.time.advance(5min);
        QVERIFY(!settled);
        QCOMPARE(world.earned().value(), 0);
        world.revive(world.payingHost);
        QVERIFY(world.time.runUntil([&] { return settled && world.isSettled(); }, 10min));
        QCOMPARE(world.earned().value(), due.value());
        QCOMPARE(world.difference(), std::string());
    }

    /// The paying tracker has settled, and its word is lost with the other one.
    void theIncomeTrackerDiesBeforeItHasTheWord()
    {
        Across world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        const Tokens due = channel->receipt().amount;
        world.wires.setFault([](const net::Endpoint& endpoint, const net::HttpRequest& request) {
            const bool isWord = endpoint.port == numberOfPaying && request.target == "/v1/closeContract";
            return isWord ? VirtualNetwork::Fate::LoseAnswer : VirtualNetwork::Fate::Deliver;
        });
        channel->finish("done", [](const auto&) {});
        QVERIFY(world.time.runUntil([&] { return world.atPaying().owing.value() > 0; }, 60s));
        QCOMPARE(world.earned().value(), 0);
        world.kill(world.incomeHost);
        world.time.advance(1min);
        world.wires.setFault({});
        world.revive(world.incomeHost);
        QVERIFY(world.time.runUntil([&] { return world.isSettled(); }, 10min));
        QCOMPARE(world.earned().value(), due.value());
        QCOMPARE(world.difference(), std::string());
    }

    /// Between its reservation and the promise.
    void theIncomeTrackerDiesWhileItOpens()
    {
        Across world;
        world.wires.setFault([&](const net::Endpoint& endpoint, const net::HttpRequest& request) {
            const bool isPromise = endpoint.port == numberOfPaying && request.target == "/v1/openContract";
            return isPromise ? VirtualNetwork::Fate::LoseAnswer : VirtualNetwork::Fate::Deliver;
        });
        const auto channel = world.channel();
        std::optional<base::Result<void>> result;
        channel->open(cap, *world.viewer->basics.wallet.accounts().spendAddress, [&](const auto& opened) { result = opened; });
        QVERIFY(world.time.runUntil([&] { return world.paying->balance(keyOf(3).publicKey()).locked == cap; }, 60s));
        world.kill(world.incomeHost);
        world.time.advance(2s);
        world.wires.setFault({});
        world.revive(world.incomeHost);
        QVERIFY(world.time.runUntil([&] { return result.has_value(); }, 120s));
        channel->finish("done", [](const auto&) {});
        QVERIFY(world.time.runUntil([&] { return world.isSettled(); }, 8h));
        QCOMPARE(world.difference(), std::string());
    }

    /// Less than was receipted: the seeder loses, no more than the cap, and can prove it.
    void thePayingTrackerSettlesForLess()
    {
        Across world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        QVERIFY(world.fetch(*channel, 1));
        lie(world, [](wire::ContractAnswer& said) {
            if (said.state != wire::ContractState::Closed)
                return;
            said.bytes = base::ByteCount(1);
            said.paid = need(wire::amountDue(said.bytes, price));
            said.returned = said.reserved - said.paid;
        });
        channel->finish("done", [](const auto&) {});
        QVERIFY(world.time.runUntil([&] { return world.isSettled(); }, 60s));
        QCOMPARE(world.earned().value(), 1);
        need(world.income->books().read([](ledger::Ledger& books) -> base::Result<void> {
            const auto evidence = books.store().evidence();
            if (evidence.size() != 1 || evidence[0].kind != "tracker")
                throw Needed("no evidence");
            return {};
        }));
        // What it says to its viewer and to the other tracker are two signed words.
        QVERIFY(world.charged() > world.earned());
        QVERIFY(world.income->check());
    }

    /// More than a receipt says, above the cap, or of another contract: not a token moves by it.
    void thePayingTrackerSaysWhatCannotBe_data()
    {
        QTest::addColumn<int>("what");
        QTest::newRow("more than the bytes cost") << 0;
        QTest::newRow("above the cap") << 1;
        QTest::newRow("another reservation") << 2;
        QTest::newRow("another contract") << 3;
    }
    void thePayingTrackerSaysWhatCannotBe()
    {
        QFETCH(int, what);
        Across world;
        const auto channel = world.channel();
        QVERIFY(world.open(*channel, cap));
        QVERIFY(world.fetch(*channel, 0));
        const Tokens due = channel->receipt().amount;
        lie(world, [what](wire::ContractAnswer& said) {
            if (said.state != wire::ContractState::Closed)
                return;
            switch (what) {
            case 0:
                said.paid += Tokens(1);
                said.returned -= Tokens(1);
                break;
            case 1:
                said.bytes = base::ByteCount(2 * (1 << 20));
                said.paid = need(wire::amountDue(said.bytes, price));
                said.returned = Tokens();
                break;
            case 2:
                said.reserved += Tokens(1);
                said.returned += Tokens(1);
                break;
            case 3:
                said.contract = crypto::hash<base::ContractId>("another");
                break;
            }
        });
        channel->finish("done", [](const auto&) {});
        world.time.advance(5min);
        QCOMPARE(world.earned().value(), 0);
        QCOMPARE(world.atIncome().reserved.value(), cap.value());
        world.wires.setTamper({}); // it comes to its senses
        QVERIFY(world.time.runUntil([&] { return world.isSettled(); }, 10min));
        QCOMPARE(world.earned().value(), due.value());
        QCOMPARE(world.difference(), std::string());
    }

    /// Losses and deaths at any moment: the two end with the same, whatever came in what order.
    void anythingMayBreakBetweenTheTwo_data()
    {
        QTest::addColumn<int>("seed");
        const int all = qEnvironmentVariableIntValue("MUTOSCOPE_SIM_SEEDS") > 0 ? qEnvironmentVariableIntValue("MUTOSCOPE_SIM_SEEDS") : 60;
        for (int seed = 1; seed <= all; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void anythingMayBreakBetweenTheTwo()
    {
        QFETCH(int, seed);
        std::mt19937 dice(static_cast<std::uint32_t>(seed));
        const auto upTo = [&dice](std::uint32_t most) { return static_cast<std::uint32_t>(dice() % (most + 1)); };
        Across world;
        const auto channel = world.channel();
        bool stormy = true;
        const std::uint32_t losses = upTo(30);
        world.wires.setFault([&](const net::Endpoint& endpoint, const net::HttpRequest&) {
            if (!stormy || endpoint.port > numberOfIncome || upTo(99) >= losses)
                return VirtualNetwork::Fate::Deliver;
            return upTo(1) == 0 ? VirtualNetwork::Fate::LoseRequest : VirtualNetwork::Fate::LoseAnswer;
        });
        for (std::uint32_t i = 0, deaths = upTo(4); i < deaths; ++i) {
            VirtualHost& host = upTo(1) == 0 ? world.payingHost : world.incomeHost;
            const std::chrono::milliseconds when(upTo(1) == 0 ? upTo(60) : upTo(40'000));
            const std::chrono::milliseconds pause(upTo(20'000));
            world.time.after(when, [&world, &host, pause] {
                if (!host.isAlive())
                    return;
                world.kill(host);
                world.time.after(pause, [&world, &host] { world.revive(host); });
            });
        }
        if (world.open(*channel, cap)) {
            for (std::uint32_t i = 0, most = upTo(6); i < most && channel->canFetch(); ++i) {
                if (!world.fetch(*channel, i))
                    break;
                world.time.advance(std::chrono::milliseconds(upTo(3'000)));
            }
        }
        channel->finish("done", [](const auto&) {});
        world.time.advance(1min);
        stormy = false;
        QVERIFY(world.time.runUntil([&] { return world.isSettled(); }, 8h));
        // A contract that only the seeder's tracker still hopes for is asked about until it is known.
        world.time.advance(10min);
        QVERIFY(world.isSettled());
        QCOMPARE(world.difference(), std::string());
        QVERIFY(world.charged() <= channel->receipt().amount);
        QVERIFY(world.charged() <= cap);
        ++m_runs;
        m_paid += world.charged().value() > 0 ? 1 : 0;
    }
    /// The storm must not be so that nothing is ever paid.
    void cleanupTestCase() { QVERIFY2(m_runs < 20 || m_paid * 3 > m_runs, std::to_string(m_paid).c_str()); }

private:
    int m_runs = 0;
    int m_paid = 0;
};

QTEST_GUILESS_MAIN(TestAcross)
#include "tst_across.moc"
