#pragma once

#include <memory>
#include <random>

#include <QTemporaryDir>

#include "p2p/base/file.h"
#include "p2p/content/importer.h"
#include "p2p/content/library.h"
#include "p2p/discovery/offer_source.h"
#include "p2p/ledger/sqlite_store.h"
#include "p2p/seeder/seeder.h"
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

template <class T>
T need(base::Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return std::move(*result);
}

inline void need(const base::Result<void>& result)
{
    if (!result)
        qFatal("%s", result.error().message.c_str());
}

/// T, with its ledger in memory.
class TrackerNode final : public net::RequestHandler
{
public:
    static constexpr std::uint16_t port = 1;

    TrackerNode(VirtualTime& time, VirtualNetwork& wires)
        : m_time(time), m_key(keyOf(1)),
          m_ledger(need(ledger::Ledger::open(need(ledger::openSqlite(":memory:")), network, m_key.publicKey(), time,
                                             {.closeGrace = std::chrono::seconds(10)}))),
          m_committer(*m_ledger, {.thread = false}), m_service({.network = network, .name = "sim", .tlsPin = {}}, m_key, m_committer, time)
    {
        wires.listen(port, this);
        tick();
    }

    void handle(net::HttpRequest request, Respond respond) override
    {
        m_service.handle(std::move(request), std::move(respond));
        m_time.post([this] { m_committer.runPending(); });
    }

    [[nodiscard]] net::TrackerLink link() const { return {{.host = "127.0.0.1", .port = port, .pin = base::Sha256()}, m_key.publicKey()}; }

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

private:
    void tick()
    {
        m_service.tick();
        m_committer.runPending();
        m_time.after(std::chrono::seconds(1), [this] { tick(); });
    }

    VirtualTime& m_time;
    crypto::NodeKey m_key;
    std::unique_ptr<ledger::Ledger> m_ledger;
    ledger::GroupCommitter m_committer;
    tracker::Service m_service;
    int m_issues = 0;
};

/// What every node has; survives restarts through its folder.
struct NodeBasics {
    NodeBasics(VirtualTime& time, VirtualNetwork& wires, const TrackerNode& tracker, std::uint8_t number, const std::string& folder)
        : key(keyOf(number)), random(number), http(wires.client()),
          store(need(content::SegmentStore::open(folder + "/films", {}))),
          library(need(content::Library::open(folder + "/manifests", network, *store))),
          trackerClient({*http, time, time, random, key, network, tracker.link()}),
          wallet(trackerClient, time, crypto::ordinaryAddress(key.publicKey()))
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
    SeederNode(VirtualTime& time, VirtualNetwork& wires, const TrackerNode& tracker, std::uint8_t number, const std::string& folder,
               seeder::SeederSettings settings = {})
        : port(static_cast<std::uint16_t>(100 + number)), m_wires(wires), basics(time, wires, tracker, number, folder),
          seeder(need(seeder::Seeder::open({time, time, time, basics.key, network, basics.trackerClient, basics.wallet, *basics.library, *basics.store, settings},
                                           folder + "/served")))
    {
        wires.listen(port, seeder.get());
        seeder->setReach({"127.0.0.1:" + std::to_string(port)}, base::Sha256());
    }
    ~SeederNode() { m_wires.unplug(port); }

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
    ViewerNode(VirtualTime& time, VirtualNetwork& wires, const TrackerNode& tracker, std::uint8_t number, const std::string& folder)
        : basics(time, wires, tracker, number, folder), m_time(time), offers(basics.trackerClient, network),
          book(need(wallet::ContractBook::open(folder + "/viewed", time, leftOpen))),
          closer({time, basics.key, network, basics.trackerClient, *book})
    {
        basics.wallet.whenReady([this] { closer.closeLeftovers(leftOpen); });
    }

    [[nodiscard]] viewer::Channel::Parts channelParts()
    {
        return {m_time, m_time, basics.random, basics.key, network, *basics.http, basics.trackerClient, *book, *basics.store, closer};
    }

    NodeBasics basics;

private:
    VirtualTime& m_time;

public:
    discovery::TrackerSource offers;
    wallet::ContractBook::State leftOpen;
    std::unique_ptr<wallet::ContractBook> book;
    viewer::Closer closer;
};

/// A film of small made-up segments.
struct Film {
    static constexpr int segments = 12;
    static constexpr int segmentBytes = 50'000;

    /// Imports it into a node's store and library.
    static base::ContentId publish(NodeBasics& node, const VirtualTime& time, const std::string& folder)
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
        const auto manifest = need(content::importHls(folder + "/hls/index.m3u8", {.network = network, .title = "Film", .description = {}, .poster = {}, .access = wire::Access::Open},
                                                      *node.store, node.key, time, [](double) { return true; }));
        need(node.library->add(manifest));
        return wire::contentId(manifest);
    }
};

} // namespace mutoscope::test
