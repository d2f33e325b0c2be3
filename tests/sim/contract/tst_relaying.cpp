#include <random>

#include <QTest>

#include "p2p/viewer/relay_payer.h"
#include "p2p/wire/relaying.h"
#include "tests/sim/contract/fixture.h"

// A node that nobody can connect to pays the relay that copies for it (protocol §10). Tracker, seller and payer are the real ones; that
// something is copied is a number here.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ByteCount;
using base::Tokens;

namespace
{

constexpr std::int64_t unit = wire::relayedUnit.value();
constexpr Tokens relayPrice(1'000);
constexpr std::int64_t window = 8;
constexpr std::uint8_t numberOfOther = 9;

/// What net::RelayServer does with what was bought.
struct Copying {
    struct Bought {
        std::uint32_t next = 0;
        std::int64_t left = 0;
    };
    std::map<base::ContractId, Bought> bought;
    std::int64_t carried = 0; ///< as both count it
    std::int64_t unpaid = 0;  ///< that it wanted to copy, and might not

    void allow(const base::ContractId& contract, std::uint32_t number)
    {
        Bought& each = bought.try_emplace(contract, Bought{.next = number}).first->second;
        if (number < each.next)
            return;
        each.next = number + 1;
        each.left += unit;
    }
    /// False where there is nothing left.
    bool copy(std::int64_t bytes)
    {
        for (auto& [contract, each] : bought) {
            const std::int64_t part = std::min(bytes, each.left);
            each.left -= part;
            bytes -= part;
            carried += part;
        }
        unpaid += bytes;
        return bytes == 0;
    }
};

struct Relaying {
    QTemporaryDir folder;
    VirtualTime time;
    VirtualNetwork wires{time};
    VirtualHost trackersHost{time};
    VirtualHost relaysHost{time};
    VirtualHost payersHost{time};
    TrackerNode tracker{place(trackersHost)};
    std::unique_ptr<TrackerNode> relays; ///< where the relay is paid, if that is another one
    Copying copying;
    std::unique_ptr<SeederNode> relay;
    std::unique_ptr<ViewerNode> node;
    std::unique_ptr<viewer::RelayPayer> payer;
    std::string offer;
    int unwilling = 0;
    std::uint32_t life = 0;

    /// `across`: payer and relay are with two trackers that take contracts together.
    explicit Relaying(bool across = false)
    {
        if (across) {
            relays = std::make_unique<TrackerNode>(place(trackersHost), ":memory:", 10s, numberOfOther);
            tracker.addPeer(place(trackersHost), numberOfOther, Tokens());
            relays->addPeer(place(trackersHost), TrackerNode::first, funds);
        }
        startRelay();
        startPayer();
        const auto ready = [this] { return node->basics.wallet.accounts().spendAddress && relay->seeder->relaying()->problem.empty(); };
        if (!time.runUntil(ready, 60s))
            qFatal("the world does not start");
        tracker.issue(*node->basics.wallet.accounts().spendAddress, funds);
        node->basics.wallet.refresh();
        time.advance(1s);
        payer->setTerms(offer);
    }
    [[nodiscard]] Place place(VirtualHost& host) { return {.time = host, .disk = host, .wires = wires, .host = &host, .life = life}; }
    [[nodiscard]] std::string path(const char* name) const { return folder.filePath(QString::fromLatin1(name)).toStdString(); }

    void startRelay()
    {
        relay = std::make_unique<SeederNode>(place(relaysHost), 2, path("relay"), seeder::SeederSettings{.creditWindow = window},
                                             relays ? numberOfOther : TrackerNode::first);
        relay->seeder->sellRelaying({.pricePerMiB = relayPrice,
                                     .port = 77,
                                     .offered = [this](const std::string& signedOffer) { offer = signedOffer; },
                                     .allow = [this](const auto& contract, const auto&, std::uint32_t number) { copying.allow(contract, number); },
                                     .end = [this](const auto& contract) { copying.bought.erase(contract); }});
        relay->seeder->setReach({"127.0.0.1:" + std::to_string(relay->port)}, base::Sha256());
    }
    void startPayer()
    {
        node = std::make_unique<ViewerNode>(place(payersHost), 3, path("payer"));
        payer = std::make_unique<viewer::RelayPayer>(viewer::RelayPayer::Parts{.executor = payersHost,
                                                                                .clock = payersHost,
                                                                                .random = node->basics.random,
                                                                                .key = node->basics.key,
                                                                                .network = network,
                                                                                .http = *node->basics.http,
                                                                                .tracker = node->basics.trackerClient,
                                                                                .wallet = node->basics.wallet,
                                                                                .book = *node->book,
                                                                                .closer = node->closer,
                                                                                .carried = [this] { return ByteCount(copying.carried); },
                                                                                .file = path("payer") + "/relay-spending.json",
                                                                                .changed = [] {},
                                                                                .unwilling = [this] { ++unwilling; }});
        payer->setLimits({.pricePerMiB = relayPrice, .perDay = Tokens(1'000'000)});
    }
    /// So much is to be copied each tenth of a second, for so long; the relay says that payment is due as it does in earnest.
    void copyFor(std::chrono::milliseconds howLong, std::int64_t bytes)
    {
        for (auto left = howLong; left > 0ms; left -= 100ms) {
            if (!copying.copy(bytes) && left.count() % 5'000 == 0 && payersHost.isAlive() && payer)
                payer->due();
            time.advance(100ms);
        }
    }
    [[nodiscard]] Tokens earned() { return (relays ? *relays : tracker).balance(relay->basics.key.publicKey()).income->balance; }
    [[nodiscard]] ledger::Ledger::Balance payers() { return tracker.balance(node->basics.key.publicKey()); }
    [[nodiscard]] int proposals() const
    {
        return static_cast<int>(std::ranges::count_if(wires.log(), [](const std::string& each) { return each.find("/v1/contracts") != std::string::npos; }));
    }
};

} // namespace

class TestRelaying : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsCopiedIsPaid()
    {
        Relaying world;
        world.copyFor(60s, unit / 2); // 40 Mbit/s
        const std::int64_t carried = world.copying.carried;
        QVERIFY2(carried > 280 * unit, qPrintable(QString::number(carried / unit))); // it never waited for long
        QVERIFY(world.payer->status().buying);
        world.time.advance(25s); // nothing more is copied
        QVERIFY(world.payer->isIdle());
        const std::int64_t units = world.earned().value() / relayPrice.value();
        QVERIFY(units * unit <= carried);
        QVERIFY2(carried - units * unit < 3 * unit, "a part of a unit for each of two contracts");
        QCOMPARE(world.payer->status().paid, world.earned());
        QCOMPARE(world.payers().spend->balance + world.earned(), funds); // nothing is locked any more
        QVERIFY(world.tracker.check());
        QVERIFY(world.relay->seeder->relaying()->earned == world.earned());
    }

    void aRelayWithAnotherTrackerIsPaidToo()
    {
        Relaying world(true);
        world.copyFor(20s, unit / 2);
        world.time.advance(60s);
        QVERIFY(world.payer->isIdle());
        const std::int64_t units = world.earned().value() / relayPrice.value();
        QVERIFY(units > 80);
        QVERIFY(units * unit <= world.copying.carried);
        QCOMPARE(world.payers().spend->balance + world.earned(), funds);
        QVERIFY(world.tracker.check() && world.relays->check());
    }

    void whoPaysLessIsSoldNothing()
    {
        Relaying world;
        world.payer->setLimits({.pricePerMiB = relayPrice - Tokens(1), .perDay = Tokens(1'000'000)});
        world.copyFor(30s, unit);
        QCOMPARE(world.copying.carried, 0);
        QCOMPARE(world.proposals(), 0);
        QVERIFY(world.unwilling > 0);
        QVERIFY(world.payer->status().problem.find("the most that is to be paid") != std::string::npos);
        QCOMPARE(world.payer->status().price, std::optional(relayPrice));
        world.payer->setLimits({.pricePerMiB = relayPrice, .perDay = Tokens(1'000'000)});
        QVERIFY(world.payer->status().problem.empty());
        world.copyFor(10s, unit / 2);
        QVERIFY(world.copying.carried > 0);
        world.payer->setLimits({}); // not any more
        world.time.advance(10s);
        QVERIFY(world.payer->isIdle());
    }

    void aDayHasItsLimit()
    {
        Relaying world;
        world.payer->setLimits({.pricePerMiB = relayPrice, .perDay = Tokens(10 * relayPrice.value())});
        world.copyFor(60s, unit / 2);
        QCOMPARE(world.copying.carried, 10 * unit);
        QVERIFY(world.payer->status().problem.find("in a day") != std::string::npos);
        // Not after a restart either.
        world.payer.reset();
        world.node.reset();
        ++world.life;
        world.startPayer();
        world.payer->setLimits({.pricePerMiB = relayPrice, .perDay = Tokens(10 * relayPrice.value())});
        world.time.advance(60s);
        world.payer->setTerms(world.offer);
        world.copyFor(20s, unit / 2);
        QCOMPARE(world.copying.carried, 10 * unit);
        QCOMPARE(world.earned(), Tokens(10 * relayPrice.value()));
        world.payersHost.jump(24h);
        world.copyFor(20s, unit / 2);
        QVERIFY(world.copying.carried > 10 * unit);
    }

    void whatIsNotReachedIsAskedForAgain()
    {
        Relaying world;
        int requests = 0;
        world.wires.setFault([&](const auto& endpoint, const auto&) {
            return endpoint.port == world.relay->port && ++requests % 5 == 3 ? VirtualNetwork::Fate::LoseAnswer : VirtualNetwork::Fate::Deliver;
        });
        world.copyFor(120s, unit / 4);
        world.wires.setFault({});
        world.time.advance(120s);
        QVERIFY(world.payer->isIdle());
        QVERIFY(world.copying.carried > 20 * unit);
        QVERIFY(world.earned() > Tokens());
        QVERIFY(world.earned().value() / relayPrice.value() * unit <= world.copying.carried);
        QCOMPARE(world.payers().spend->balance + world.earned(), funds);
    }

    /// What invariant 5 says of segments: whoever dies, and when, the relay loses no more than the credit it gave, and the payer has
    /// paid for nothing that was not carried.
    void nobodyLosesMoreThanTheCredit_data()
    {
        QTest::addColumn<bool>("relayDies");
        QTest::newRow("the payer dies") << false;
        QTest::newRow("the relay dies") << true;
    }

    void nobodyLosesMoreThanTheCredit()
    {
        QFETCH(bool, relayDies);
        for (std::uint32_t seed = 1; seed <= 15; ++seed) {
            std::mt19937 chance(seed);
            Relaying world;
            std::int64_t crashes = 0;
            for (; crashes < 3; ++crashes) {
                world.copyFor(std::chrono::milliseconds(500 + 100 * (chance() % 60)), unit / 2);
                world.time.advance(std::chrono::milliseconds(chance() % 100));
                ++world.life;
                if (relayDies) {
                    world.relaysHost.die();
                    world.relay.reset();
                    world.copying.bought.clear(); // its memory
                    world.time.advance(std::chrono::seconds(chance() % 20));
                    world.relaysHost.revive();
                    world.startRelay();
                } else {
                    world.payersHost.die();
                    world.payer.reset();
                    world.node.reset();
                    world.time.advance(std::chrono::seconds(chance() % 20));
                    world.payersHost.revive();
                    world.startPayer();
                    world.time.advance(5s);
                    world.payer->setTerms(world.offer);
                }
            }
            world.copyFor(10s, unit / 2);
            world.time.advance(200s);
            QVERIFY(world.payer->isIdle());
            QCOMPARE(world.relay->seeder->openContracts(), 0);
            const std::int64_t units = world.earned().value() / relayPrice.value();
            QVERIFY2(units * unit <= world.copying.carried, qPrintable(QStringLiteral("seed %1").arg(seed)));
            // Each contract may end with its credit unpaid, and with a part of a unit.
            const std::int64_t contracts = crashes + 2;
            QVERIFY2(world.copying.carried - units * unit <= contracts * (window + 1) * unit, qPrintable(QStringLiteral("seed %1").arg(seed)));
            QCOMPARE(world.payers().spend->balance + world.earned(), funds);
            QVERIFY(world.tracker.check());
        }
    }

    /// It takes what its credit allows and never signs.
    void aNodeThatNeverPaysGetsTwoUnits()
    {
        Relaying world;
        // Receipts from it never say more than nothing: its count stands still.
        std::int64_t copied = 0;
        world.payer.reset();
        world.payer = std::make_unique<viewer::RelayPayer>(viewer::RelayPayer::Parts{.executor = world.payersHost,
                                                                                      .clock = world.payersHost,
                                                                                      .random = world.node->basics.random,
                                                                                      .key = world.node->basics.key,
                                                                                      .network = network,
                                                                                      .http = *world.node->basics.http,
                                                                                      .tracker = world.node->basics.trackerClient,
                                                                                      .wallet = world.node->basics.wallet,
                                                                                      .book = *world.node->book,
                                                                                      .closer = world.node->closer,
                                                                                      .carried = [n = std::int64_t{0}]() mutable { return ByteCount(n = (n + 1) % 2); },
                                                                                      .file = world.path("payer") + "/cheat.json",
                                                                                      .changed = [] {},
                                                                                      .unwilling = [] {}});
        world.payer->setLimits({.pricePerMiB = relayPrice, .perDay = Tokens(1'000'000)});
        world.payer->setTerms(world.offer);
        world.payer->due();
        for (int i = 0; i < 600; ++i) {
            world.copying.copy(unit);
            world.time.advance(100ms);
        }
        copied = world.copying.carried;
        QCOMPARE(copied, 2 * unit);
        QCOMPARE(world.earned(), Tokens());
        world.time.advance(60s); // no receipt came in time
        QCOMPARE(world.relay->seeder->openContracts(), 0);
    }

    void unitsAreAskedForInOrder()
    {
        Relaying world;
        world.payer->due();
        QVERIFY(world.time.runUntil([&] { return world.payer->status().buying && world.copying.bought.size() == 1; }, 30s));
        world.time.advance(100ms);
        // A unit far ahead would be one that nothing was paid for in between.
        const auto contract = world.copying.bought.begin()->first;
        wire::Receipt receipt;
        receipt.network = network;
        receipt.contract = contract;
        receipt.seeder = world.relay->basics.key.publicKey();
        receipt.viewer = world.node->basics.key.publicKey();
        std::optional<int> status;
        world.node->basics.http->send({.host = "127.0.0.1", .port = world.relay->port, .pin = base::Sha256()},
                                      {.method = "POST",
                                       .target = "/v1/contracts/" + base::toHex(contract) + "/segments/100",
                                       .body = wire::sign(receipt, world.node->basics.key).bytes,
                                       .peer = {}},
                                      {}, [&](const auto& response) { status = response ? response->status : 0; });
        QVERIFY(world.time.runUntil([&] { return status.has_value(); }, 10s));
        QCOMPARE(*status, 404);
        QVERIFY(world.copying.bought.begin()->second.next <= 2);
    }

    void theOfferNamesTheRelay()
    {
        Relaying world;
        std::optional<discovery::Offers> found;
        world.node->offers.find(wire::relayedContent(), [&](auto offers, bool) { found = need(std::move(offers)); });
        QVERIFY(world.time.runUntil([&] { return found.has_value(); }, 30s));
        QCOMPARE(found->size(), std::size_t{1});
        const wire::Offer& offer = found->front().message;
        QCOMPARE(offer.pricePerMiB, relayPrice);
        QCOMPARE(offer.endpoints.size(), std::size_t{2});
        const auto relay = need(net::parseEndpoint("https://" + offer.endpoints[1]));
        QCOMPARE(relay.port, 77);
        QCOMPARE(relay.relayed, std::optional(world.relay->basics.key.publicKey()));
    }
};

QTEST_APPLESS_MAIN(TestRelaying)
#include "tst_relaying.moc"
