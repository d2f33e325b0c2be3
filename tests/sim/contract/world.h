#pragma once

#include <memory>
#include <random>
#include <stdexcept>

#include <QTemporaryDir>

#include "p2p/base/file.h"
#include "p2p/content/importer.h"
#include "p2p/content/library.h"
#include "p2p/discovery/payable_offers.h"
#include "p2p/ledger/sqlite_store.h"
#include "p2p/seeder/seeder.h"
#include "p2p/tracker/peers.h"
#include "p2p/tracker/service.h"
#include "p2p/viewer/session.h"
#include "tests/support/virtual_network.h"

/// The real tracker, seeder and viewer in one process, on virtual time and a virtual network.
namespace mutoscope::test
{

inline const std::string network = "sim";

class SeededRandom final : public crypto::Random
{
public:
    explicit SeededRandom(std::uint32_t seed) : m_engine(seed) {}
    void fill(std::span<std::uint8_t> bytes) override
    {
        for (std::uint8_t& byte : bytes)
            byte = static_cast<std::uint8_t>(m_engine());
    }

private:
    std::mt19937 m_engine;
};

inline crypto::NodeKey keyOf(std::uint8_t number)
{
    std::array<std::uint8_t, crypto::NodeKey::seedSize> seed{};
    seed.fill(number);
    return crypto::NodeKey::fromSeed(seed.data());
}

/// Thrown where a test can't go on; a test of failures may catch it.
struct Needed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class T>
T need(base::Result<T> result)
{
    if (!result)
        throw Needed(result.error().message);
    return std::move(*result);
}

inline void need(const base::Result<void>& result)
{
    if (!result)
        throw Needed(result.error().message);
}

/// Where a party runs: its clock and executor, the thread that waits for its disk, its connection.
struct Place {
    Time& time;
    base::Executor& disk;
    VirtualNetwork& wires;
    std::string name = {};               ///< in what the network tells
    VirtualHost* host = nullptr;         ///< where it can be suspended and die
    std::uint32_t life = 0;              ///< each has random numbers of its own
    base::Executor* unhurried = nullptr; ///< for the wallet, where its refreshing is not what is looked at

    [[nodiscard]] base::Executor& forWallet() const { return unhurried != nullptr ? *unhurried : time; }
};

/// T, with its ledger in memory or in a file that a later one opens again.
class TrackerNode final : public net::RequestHandler
{
public:
    static constexpr std::uint16_t port = 1;
    /// A second one has another key, at the port of its number.
    static constexpr std::uint8_t first = 1;

    explicit TrackerNode(const Place& place, const std::string& file = ":memory:",
                         std::chrono::milliseconds closeGrace = std::chrono::seconds(10), std::uint8_t number = first)
        : m_time(place.time), m_key(keyOf(number)),
          m_ledger(need(ledger::Ledger::open(need(ledger::openSqlite(file)), network, m_key.publicKey(), place.time,
                                             {.closeGrace = closeGrace}))),
          m_committer(*m_ledger, {.thread = false}),
          m_service({.network = network, .name = "sim", .tlsPin = {}}, m_key, m_committer, place.time)
    {
        place.wires.listen(number, this, place.host);
        tick();
    }
    ~TrackerNode() override { m_time.cancel(m_timer); }

    /// Takes contracts together with that one, which may owe it so much.
    void addPeer(const Place& place, std::uint8_t number, base::Tokens limit)
    {
        m_peerHttp = std::make_unique<CommittingClient>(place.wires.client(place.name, place.host), [this] { commit(); });
        m_peers = std::make_unique<tracker::Peers>(
            tracker::Peers::Parts{place.time, *m_peerHttp, m_committer, m_key, place.time, m_random, network});
        m_service.setFollow([this](ledger::ContractRecord record, std::string contract, tracker::Service::FollowDone done) {
            m_peers->follow(std::move(record), std::move(contract), [done](const base::Result<tracker::Peers::Followed>& followed) {
                if (followed)
                    done(followed->word);
                else
                    done(tl::unexpected(followed.error()));
            });
            m_time.post([this] { commit(); });
        });
        m_service.setElsewhere([this](const auto& content, const auto& asker, bool wait, auto done) {
            m_peers->offers(content, asker, wait, std::move(done));
        });
        m_peers->setPeers({{linkOf(number), limit}});
        m_peers->start();
        commit();
    }

    /// After each transaction.
    std::function<void()> onCommit = [] {};

    void handle(net::HttpRequest request, Respond respond) override
    {
        m_service.handle(std::move(request), std::move(respond));
        m_time.post([this] { commit(); });
    }

    [[nodiscard]] static net::TrackerLink linkOf(std::uint8_t number)
    {
        static std::map<std::uint8_t, base::PublicKey> keys;
        if (!keys.contains(number))
            keys[number] = keyOf(number).publicKey();
        return {{.host = "127.0.0.1", .port = number, .pin = base::Sha256()}, keys[number]};
    }
    [[nodiscard]] static net::TrackerLink link() { return linkOf(first); }

    void issue(const base::Address& to, base::Tokens amount)
    {
        ledger::Issue order;
        order.network = network;
        order.node = m_key.publicKey();
        order.tracker = m_key.publicKey();
        order.time = m_time.now();
        order.nonce = base::Nonce::fromRaw(std::string(16, static_cast<char>(++m_issues)));
        order.to = to;
        order.amount = amount;
        const auto signedOrder = wire::sign(order, m_key);
        need(m_ledger->transact([&](ledger::Ledger& books) -> base::Result<void> {
            if (const auto moved = books.issue(signedOrder); !moved)
                return tl::unexpected(moved.error());
            return {};
        }));
    }
    [[nodiscard]] ledger::Ledger::Balance balance(const base::PublicKey& owner)
    {
        ledger::Ledger::Balance balance;
        need(m_ledger->read([&](ledger::Ledger& books) -> base::Result<void> {
            balance = need(books.balance(owner));
            return {};
        }));
        return balance;
    }
    [[nodiscard]] base::Result<void> check()
    {
        return m_ledger->read([](ledger::Ledger& books) { return books.check(); });
    }
    [[nodiscard]] ledger::Ledger& books() { return *m_ledger; }

private:
    /// What comes back leads to jobs for the ledger.
    class CommittingClient final : public net::HttpClient
    {
    public:
        CommittingClient(std::unique_ptr<net::HttpClient> inner, std::function<void()> commit)
            : m_inner(std::move(inner)), m_commit(std::move(commit))
        {
        }
        RequestId send(const net::Endpoint& endpoint, net::HttpRequest request, net::RequestLimits limits, Callback callback) override
        {
            return m_inner->send(endpoint, std::move(request), limits, [this, callback = std::move(callback)](auto response) {
                callback(std::move(response));
                m_commit();
            });
        }
        void cancel(RequestId request) override { m_inner->cancel(request); }

    private:
        std::unique_ptr<net::HttpClient> m_inner;
        std::function<void()> m_commit;
    };

    void tick()
    {
        m_service.tick();
        commit();
        m_timer = m_time.after(std::chrono::seconds(1), [this] { tick(); });
    }
    void commit()
    {
        if (m_committer.runPending() > 0)
            onCommit();
    }

    Time& m_time;
    base::Executor::TimerId m_timer = 0;
    crypto::NodeKey m_key;
    std::unique_ptr<ledger::Ledger> m_ledger;
    ledger::GroupCommitter m_committer;
    tracker::Service m_service;
    SeededRandom m_random{1};
    std::unique_ptr<net::HttpClient> m_peerHttp;
    std::unique_ptr<tracker::Peers> m_peers;
    int m_issues = 0;
};

/// What every node has; survives restarts through its folder.
struct NodeBasics {
    NodeBasics(const Place& place, std::uint8_t number, const std::string& folder, std::uint8_t tracker = TrackerNode::first)
        : key(keyOf(number)), random(number + 256 * place.life), http(place.wires.client(place.name, place.host)),
          store(need(content::SegmentStore::open(folder + "/films", {}))),
          library(need(content::Library::open(folder + "/manifests", network, *store))),
          trackerClient({*http, place.time, place.time, random, key, network, TrackerNode::linkOf(tracker)}),
          wallet(trackerClient, place.forWallet(), crypto::ordinaryAddress(key.publicKey()))
    {
        wallet.start();
    }

    crypto::NodeKey key;
    SeededRandom random;
    std::unique_ptr<net::HttpClient> http;
    std::unique_ptr<content::SegmentStore> store;
    std::unique_ptr<content::Library> library;
    wallet::TrackerClient trackerClient;
    wallet::Wallet wallet;
};

/// B.
class SeederNode
{
public:
    SeederNode(const Place& place, std::uint8_t number, const std::string& folder, seeder::SeederSettings settings = {},
               std::uint8_t tracker = TrackerNode::first)
        : port(portOf(number)), m_wires(place.wires), basics(place, number, folder, tracker),
          seeder(
              need(seeder::Seeder::open({place.time, place.disk, place.time, basics.key, network, basics.trackerClient,
                                         basics.wallet, *basics.library, *basics.store, settings},
                                        folder + "/served")))
    {
        place.wires.listen(port, seeder.get(), place.host);
        seeder->setReach({"127.0.0.1:" + std::to_string(port)}, base::Sha256());
    }
    ~SeederNode() { m_wires.unplug(port); }
    [[nodiscard]] static std::uint16_t portOf(std::uint8_t number) { return static_cast<std::uint16_t>(100 + number); }

    const std::uint16_t port;

private:
    VirtualNetwork& m_wires;

public:
    NodeBasics basics;
    std::unique_ptr<seeder::Seeder> seeder;
};

/// C, with at most one session.
class ViewerNode
{
public:
    ViewerNode(const Place& place, std::uint8_t number, const std::string& folder)
        : basics(place, number, folder), m_place(place), fromTracker(basics.trackerClient, network), offers(fromTracker, basics.trackerClient, place.time),
          book(need(wallet::ContractBook::open(folder + "/viewed", place.disk, leftOpen))),
          closer({place.time, basics.key, network, basics.trackerClient, *book})
    {
        basics.wallet.whenReady([this] { closer.closeLeftovers(leftOpen); });
    }

    [[nodiscard]] viewer::Channel::Parts channelParts()
    {
        return {m_place.time, m_place.disk,         basics.random, basics.key,    network,
                *basics.http, basics.trackerClient, *book,         *basics.store, closer};
    }

    NodeBasics basics;

private:
    Place m_place;

public:
    discovery::TrackerSource fromTracker;
    discovery::PayableOffers offers;
    wallet::ContractBook::State leftOpen;
    std::unique_ptr<wallet::ContractBook> book;
    viewer::Closer closer;
};

/// A film of small made-up segments.
struct Film {
    static constexpr int segments = 12;
    static constexpr int segmentBytes = 50'000;

    /// Writes it as HLS; the name of its playlist.
    static std::string write(const std::string& folder)
    {
        std::string playlist = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n";
        std::mt19937 engine(7);
        for (int i = 0; i < segments; ++i) {
            std::string bytes(segmentBytes + i, '\0');
            for (char& byte : bytes)
                byte = static_cast<char>(engine());
            const std::string name = "segment" + std::to_string(i) + ".ts";
            need(base::writeFileDurably(folder + "/hls/" + name, bytes));
            playlist += "#EXTINF:4.0,\n" + name + "\n";
        }
        need(base::writeFileDurably(folder + "/hls/index.m3u8", playlist + "#EXT-X-ENDLIST\n"));
        return folder + "/hls/index.m3u8";
    }

    /// Imports it into a node's store and library.
    static base::ContentId publish(NodeBasics& node, const Time& time, const std::string& folder)
    {
        const auto manifest = need(content::importHls(
            write(folder),
            {.network = network, .title = "Film", .description = {}, .poster = {}, .access = wire::Access::Open},
            *node.store, node.key, time, [](double) { return true; }));
        need(node.library->add(manifest));
        return wire::contentId(manifest);
    }
};

} // namespace mutoscope::test
