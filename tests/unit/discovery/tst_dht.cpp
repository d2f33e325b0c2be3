#include <filesystem>
#include <set>

#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

#include "p2p/base/file.h"
#include "p2p/crypto/hash.h"
#include "p2p/discovery/dht_source.h"
#include "p2p/net/https_server.h"
#include "p2p/net/pinned_client.h"

using namespace mutoscope;
using namespace mutoscope::discovery;
using torrent::TorrentSession;
using namespace std::chrono_literals;

namespace
{

constexpr int patience = 60'000;

crypto::NodeKey keyOf(std::uint8_t number)
{
    std::array<std::uint8_t, crypto::NodeKey::seedSize> seed{};
    seed.fill(number);
    return crypto::NodeKey::fromSeed(seed.data());
}

const base::ContentId film = base::ContentId::fromRaw(std::string(32, 'f'));

OfferRules rules()
{
    return {.network = "dht", .now = [] { return base::SystemClock().now(); }};
}

/// A seeder's side: its offer, for whoever asks.
struct Seeder final : net::RequestHandler {
    crypto::NodeKey key;
    base::ContentId film = ::film;
    net::TlsIdentity identity = net::TlsIdentity::generate();
    std::unique_ptr<net::HttpsServer> server;

    explicit Seeder(std::uint8_t number) : key(keyOf(number))
    {
        auto started = net::HttpsServer::start("0.0.0.0", 0, identity, *this);
        if (!started)
            qFatal("no server");
        server = std::move(*started);
    }
    void handle(net::HttpRequest, Respond respond) override
    {
        wire::Offer offer;
        offer.network = "dht";
        offer.seeder = key.publicKey();
        offer.tracker = keyOf(1).publicKey();
        offer.content = film;
        offer.tlsPin = identity.fingerprint();
        offer.expires = base::UnixMs(base::SystemClock().now().value() + 3'600'000);
        respond({.status = 200, .body = std::make_shared<const std::string>(wire::sign(std::move(offer), key).bytes)});
    }
};

/// Twenty nodes that know nobody but three of each other, each at a loopback address of its own: no datagram leaves this machine.
struct PrivateDht {
    static constexpr int count = 20;
    base::QtExecutor executor;
    std::vector<std::unique_ptr<TorrentSession>> nodes;

    PrivateDht()
    {
        for (int i = 0; i < count; ++i)
            nodes.push_back(node(address(i), {address((i + 1) % count), address((i + 7) % count), address((i + 13) % count)}));
    }
    std::unique_ptr<TorrentSession> node(const TorrentSession::Peer& at, const std::vector<TorrentSession::Peer>& first)
    {
        auto session = std::make_unique<TorrentSession>(
            executor, TorrentSession::Settings{.listen = at.host + ":" + std::to_string(at.port), .privateDht = first});
        session->switchDht(true);
        return session;
    }
    static TorrentSession::Peer address(int node)
    {
        // Another run of this test may be under way on the same machine.
        static const auto port = static_cast<std::uint16_t>(20'000 + ::getpid() % 10'000);
        return {"127.77.0." + std::to_string(1 + node), port};
    }
    /// Each knows enough others.
    [[nodiscard]] bool isTogether() const
    {
        return std::ranges::all_of(nodes, [](const auto& node) { return node->dhtNodes() >= 8; });
    }
};

int openFiles()
{
    return static_cast<int>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

/// What a tracker would say.
struct KnownSeeders final : OfferSource {
    Offers offers;
    void find(const Wanted&, Found found) override { found(offers, false); }
};

} // namespace

class TestDht : public QObject
{
    Q_OBJECT

    std::unique_ptr<PrivateDht> m_dht;

private Q_SLOTS:
    void initTestCase()
    {
        crypto::initialise();
        const int before = openFiles();
        base::QtExecutor executor;
        {
            TorrentSession off(executor, {});
            QCOMPARE(openFiles(), before); // what is switched off has no socket, and says nothing
            QCOMPARE(off.findPeers(dhtKeyOf(film), {}), TorrentSession::SearchId(1));
            off.announce(dhtKeyOf(film), 1);
            QCOMPARE(openFiles(), before);
        }
        m_dht = std::make_unique<PrivateDht>();
        QTRY_VERIFY_WITH_TIMEOUT(m_dht->isTogether(), patience);
    }
    void keys()
    {
        // SHA-1 of "abc", FIPS 180-4
        const TorrentSession::Key key = TorrentSession::keyOf("abc");
        QCOMPARE(base::toHex(std::string_view(reinterpret_cast<const char*>(key.data()), key.size())), "a9993e364706816aba3e25717850c26c9cd0d89d");
        QVERIFY(dhtKeyOf(film) != dhtKeyOf(base::ContentId()));
        QVERIFY(dhtSaltOf(film).size() <= TorrentSession::Item::maxSalt);
    }
    void lists()
    {
        const auto read = readSeederList("192.0.2.1:7747 nonsense [2001:db8::1]:80  seeder.example:1");
        QCOMPARE(read.size(), 3U);
        QCOMPARE(read[1].host, "2001:db8::1");
        QCOMPARE(seederList({"a:1", "b:2"}), "a:1 b:2");
        const std::string longest(200, 'x');
        QVERIFY(seederList(std::vector<std::string>(50, longest)).size() <= TorrentSession::Item::maxValue);
        QCOMPARE(readSeederList(std::string(100'000, 'a')).size(), 0U);
    }
    void anAnnouncedSeederIsFoundAndProvesItself()
    {
        Seeder seeder(7);
        DhtAnnouncer announcer(*m_dht->nodes[5], m_dht->executor, seeder.key);
        announcer.serve(seeder.server->port(), {}, {{film, false}});
        net::PinnedHttpClient http(m_dht->executor);
        DhtSource source(*m_dht->nodes[14], {http, m_dht->executor, rules()});
        // An announcement reaches its nodes when it does: who looks before looks again.
        Offers found;
        bool looking = false;
        const auto look = [&] {
            if (std::exchange(looking, true))
                return;
            source.find(film, [&](const base::Result<Offers>& offers, bool more) {
                if (offers)
                    found.insert(found.end(), offers->begin(), offers->end());
                looking = more;
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT((look(), !found.empty()), patience);
        QCOMPARE(found.front().message.seeder, seeder.key.publicKey());
        QCOMPARE(found.front().message.endpoints.front(), PrivateDht::address(5).host + ":" + std::to_string(seeder.server->port()));
        QTRY_VERIFY_WITH_TIMEOUT(!looking, patience);
    }
    void aPublishersListIsItsOwn()
    {
        const crypto::NodeKey publisher = keyOf(8);
        const crypto::NodeKey other = keyOf(9);
        const auto put = [&](std::size_t node, const base::PublicKey& name, const crypto::NodeKey& signer, const std::string& value) {
            m_dht->nodes[node]->putItem({name, "salt", value}, [&signer](std::string_view text) { return signer.sign(text); });
        };
        put(3, publisher.publicKey(), publisher, "192.0.2.1:1");
        put(4, publisher.publicKey(), other, "192.0.2.66:1"); // under the publisher's name, but not with its key
        std::vector<std::string> values;
        std::vector<TorrentSession::SearchId> searches;
        const auto look = [&] {
            searches.push_back(m_dht->nodes[17]->findItem(publisher.publicKey(), "salt", [&](const std::string& text) { values.push_back(text); }));
        };
        look();
        QTRY_VERIFY_WITH_TIMEOUT((values.empty() ? look() : void(), !values.empty()), patience);
        // A newer one of this key replaces the old.
        put(3, publisher.publicKey(), publisher, "192.0.2.2:1");
        QTRY_VERIFY_WITH_TIMEOUT((values.back() == "192.0.2.2:1" ? void() : look(), values.back() == "192.0.2.2:1"), patience);
        for (const auto search : searches)
            m_dht->nodes[17]->forget(search);
        QVERIFY(std::ranges::find(values, "192.0.2.66:1") == values.end());
    }
    void seedersAreFoundByThePublishersList()
    {
        // Another node seeds, as the tracker knows; the publisher's says where, and has no server itself.
        Seeder seeder(10);
        const crypto::NodeKey publisher = keyOf(11);
        const base::ContentId other = base::ContentId::fromRaw(std::string(32, 'g'));
        KnownSeeders others;
        wire::Offer offer;
        offer.seeder = seeder.key.publicKey();
        offer.content = other;
        offer.endpoints = {"127.0.0.1:" + std::to_string(seeder.server->port())};
        others.offers.push_back(wire::sign(offer, seeder.key));
        offer.seeder = publisher.publicKey(); // which is listed anyway
        offer.endpoints = {"192.0.2.66:1"};
        others.offers.push_back(wire::sign(offer, publisher));
        DhtAnnouncer announcer(*m_dht->nodes[2], m_dht->executor, publisher, &others);
        announcer.serve(1, {"127.0.0.1:1"}, {{other, true}});
        std::string list;
        std::set<TorrentSession::SearchId> searches;
        const auto lookForList = [&] {
            searches.insert(m_dht->nodes[9]->findItem(publisher.publicKey(), dhtSaltOf(other), [&](const std::string& text) { list = text; }));
        };
        QTRY_VERIFY_WITH_TIMEOUT((list.empty() ? lookForList() : void(), !list.empty()), patience);
        for (const auto search : searches)
            m_dht->nodes[9]->forget(search);
        QCOMPARE(list, "127.0.0.1:1 127.0.0.1:" + std::to_string(seeder.server->port()));
        seeder.film = other;
        net::PinnedHttpClient http(m_dht->executor);
        DhtSource source(*m_dht->nodes[9], {http, m_dht->executor, rules()});
        Offers found;
        bool looking = false;
        const auto look = [&] {
            if (std::exchange(looking, true))
                return;
            source.find({other, {}, publisher.publicKey()}, [&](const base::Result<Offers>& offers, bool more) {
                if (offers)
                    found.insert(found.end(), offers->begin(), offers->end());
                looking = more;
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT((look(), !found.empty()), patience);
        QCOMPARE(found.front().message.seeder, seeder.key.publicKey());
        QTRY_VERIFY_WITH_TIMEOUT(!looking, patience);
    }
    /// A later start needs nobody to begin with.
    void nodesAreKeptForTheNextStart()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("nodes")).toStdString();
        const TorrentSession::Peer at{"127.77.1.4", PrivateDht::address(0).port};
        const auto node = [&](const std::vector<TorrentSession::Peer>& first) {
            auto session = std::make_unique<TorrentSession>(
                m_dht->executor, TorrentSession::Settings{.listen = at.host + ":" + std::to_string(at.port), .privateDht = first, .nodesFile = file});
            session->switchDht(true);
            return session;
        };
        auto first = node({PrivateDht::address(0)});
        QTRY_VERIFY_WITH_TIMEOUT(first->dhtNodes() >= 8, patience);
        first.reset();
        QVERIFY(std::filesystem::file_size(file) > 0);
        auto second = node({});
        QTRY_VERIFY_WITH_TIMEOUT(second->dhtNodes() >= 8, patience);
        second->switchDht(false);
        second->switchDht(true);
        QTRY_VERIFY_WITH_TIMEOUT(second->dhtNodes() >= 8, patience);
        second.reset();
        // What can't be read is as if it weren't there.
        for (const std::string& broken : {std::string(), std::string("d9:dht stated5:nodesi"), std::string(100'000, 'd'), std::string("le")}) {
            QVERIFY(base::writeFileDurably(file, broken));
            const auto third = node({PrivateDht::address(0)});
            QTRY_VERIFY_WITH_TIMEOUT(third->dhtNodes() >= 1, patience);
        }
    }
    /// Who is asked for before the first neighbour is known is found all the same, without being asked for again.
    void aSearchWaitsForTheFirstNode()
    {
        m_dht->nodes[1]->announce(dhtKeyOf(film), 4711);
        const auto node = std::make_unique<TorrentSession>(
            m_dht->executor, TorrentSession::Settings{.listen = "127.77.1.5:" + std::to_string(PrivateDht::address(0).port), .privateDht = {{PrivateDht::address(0)}}});
        node->switchDht(true);
        bool isFound = false;
        node->findPeers(dhtKeyOf(film), [&](const std::vector<TorrentSession::Peer>&) { isFound = true; });
        QTRY_VERIFY_WITH_TIMEOUT(isFound, patience);
    }
    void nobodyThereIsSaidSo()
    {
        const auto lonely = m_dht->node({"127.77.1.1", PrivateDht::address(0).port}, {{"127.77.1.2", PrivateDht::address(0).port}});
        net::PinnedHttpClient http(m_dht->executor);
        DhtSource source(*lonely, {http, m_dht->executor, rules()});
        std::optional<base::Result<Offers>> end;
        source.find(film, [&](const base::Result<Offers>& offers, bool more) {
            if (!more)
                end = offers;
        });
        QTRY_VERIFY_WITH_TIMEOUT(end.has_value(), patience);
        QVERIFY(!*end);
        QCOMPARE(end->error().code, base::ErrorCode::Unavailable);
    }
    void switchedOffItIsGone()
    {
        const int before = openFiles();
        const auto node = m_dht->node({"127.77.1.3", PrivateDht::address(0).port}, {PrivateDht::address(0)});
        QTRY_VERIFY_WITH_TIMEOUT(node->dhtNodes() >= 8, patience);
        node->switchDht(false);
        QCOMPARE(node->dhtNodes(), 0);
        QCOMPARE(openFiles(), before);
        node->switchDht(true);
        QTRY_VERIFY_WITH_TIMEOUT(node->dhtNodes() >= 8, patience);
    }
    void cleanupTestCase() { m_dht.reset(); }
};

QTEST_GUILESS_MAIN(TestDht)
#include "tst_dht.moc"
