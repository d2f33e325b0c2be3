#include <QTest>

#include "p2p/node/market.h"
#include "p2p/wire/envelope.h"
#include "tests/support/virtual_time.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using node::Market;

namespace
{

base::ContentId film(char name)
{
    return base::ContentId::fromRaw(std::string(32, name));
}

crypto::NodeKey keyOf(std::uint8_t number)
{
    std::array<std::uint8_t, crypto::NodeKey::seedSize> seed{};
    seed.fill(number);
    return crypto::NodeKey::fromSeed(seed.data());
}

/// Answers a moment later with what the test has put there.
struct Shop final : discovery::OfferSource {
    explicit Shop(VirtualTime& virtualTime) : time(virtualTime) {}

    VirtualTime& time;
    std::map<base::ContentId, std::map<std::uint8_t, std::int64_t>> prices; ///< by seeder
    bool isClosed = false;
    std::vector<base::ContentId> asked;

    void find(const discovery::Wanted& wanted, Found found) override
    {
        asked.push_back(wanted.content);
        time.after(100ms, [this, content = wanted.content, found = std::move(found)] {
            if (isClosed)
                return found(base::fail(base::ErrorCode::Network, "nobody answers"), false);
            discovery::Offers offers;
            for (const auto& [seeder, price] : prices[content]) {
                wire::Offer offer;
                offer.content = content;
                offer.seeder = keyOf(seeder).publicKey();
                offer.pricePerMiB = base::Tokens(price);
                offers.push_back(wire::sign(std::move(offer), keyOf(seeder)));
            }
            found(offers, false);
        });
    }
};

struct Fixture {
    VirtualTime time;
    Shop shop{time};
    int changes = 0;
    Market market{{time, time, shop, keyOf(1).publicKey(), [this] { ++changes; }}};
};

} // namespace

class TestMarket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void whatOthersAsk()
    {
        Fixture f;
        f.shop.prices[film('a')] = {{1, 5}, {2, 30}, {3, 20}}; // the first is this node itself
        f.shop.prices[film('b')] = {{1, 5}};
        f.market.watch({film('a'), film('b')});
        QVERIFY(!f.market.cheapest(film('a')));
        f.time.advance(10s);
        QCOMPARE(f.market.cheapest(film('a')), std::optional(base::Tokens(20)));
        QVERIFY(!f.market.cheapest(film('b')));
        QCOMPARE(f.changes, 1);
    }

    void itIsAskedAgain()
    {
        Fixture f;
        f.shop.prices[film('a')] = {{2, 30}};
        f.market.watch({film('a')});
        f.time.advance(10s);
        f.shop.prices[film('a')] = {{2, 30}, {3, 10}};
        f.time.advance(Market::again);
        QCOMPARE(f.market.cheapest(film('a')), std::optional(base::Tokens(10)));
        f.shop.isClosed = true;
        f.time.advance(Market::again);
        QCOMPARE(f.market.cheapest(film('a')), std::optional(base::Tokens(10))); // the last that was known
        f.shop.isClosed = false;
        f.shop.prices.clear();
        f.time.advance(Market::again + 10s);
        QVERIFY(!f.market.cheapest(film('a')));
    }

    /// However many films, and however often the list is set.
    void neverMoreOftenThanItsPause()
    {
        Fixture f;
        std::vector<base::ContentId> films;
        for (char name = 'a'; name <= 'z'; ++name)
            films.push_back(film(name));
        for (int minute = 0; minute < 60; ++minute) {
            f.market.watch(films);
            f.time.advance(1min);
        }
        QVERIFY(f.shop.asked.size() >= 26 * 5);
        QVERIFY(f.shop.asked.size() <= 26 * 7);
        f.market.watch({});
        f.shop.asked.clear();
        f.time.advance(1h);
        QVERIFY(f.shop.asked.empty());
    }

    void nothingAfterItIsGone()
    {
        VirtualTime time;
        Shop shop(time);
        shop.prices[film('a')] = {{2, 30}};
        {
            Market market({time, time, shop, keyOf(1).publicKey(), [] { QFAIL("it is gone"); }});
            market.watch({film('a')});
            time.advance(2'050ms);
            QCOMPARE(shop.asked.size(), std::size_t(1));
        }
        time.advance(1h);
        QCOMPARE(shop.asked.size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestMarket)
#include "tst_market.moc"
