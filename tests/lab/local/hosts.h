#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include <QCoreApplication>
#include <QEventLoop>

#include "p2p/crypto/hash.h"
#include "p2p/discovery/local_source.h"
#include "p2p/discovery/multicast_sockets.h"
#include "p2p/net/https_server.h"
#include "p2p/net/pinned_client.h"
#include "tests/support/lab/lab.h"

/// Nodes of a local network, as far as finding goes, each in a thread of its own on a host of a lab.
namespace mutoscope::test
{

inline const std::string networkId = "lab";

inline crypto::NodeKey nodeKey(std::uint8_t number)
{
    std::array<std::uint8_t, crypto::NodeKey::seedSize> seed{};
    seed.fill(number);
    return crypto::NodeKey::fromSeed(seed.data());
}

/// A signed offer for this film by this node.
inline std::string offerOf(const crypto::NodeKey& key, const base::ContentId& film, const base::Sha256& pin)
{
    wire::Offer offer;
    offer.network = networkId;
    offer.seeder = key.publicKey();
    offer.tracker = nodeKey(1).publicKey();
    offer.content = film;
    offer.tlsPin = pin;
    offer.expires = base::UnixMs(base::SystemClock().now().value() + 3'600'000);
    return wire::sign(std::move(offer), key).bytes;
}

inline discovery::OfferRules rules()
{
    return {.network = networkId, .now = [] { return base::SystemClock().now(); }};
}

/// Gives out offers for every film that it is asked for.
class OfferServer final : public net::RequestHandler
{
public:
    OfferServer(const std::string& host, std::uint8_t number)
        : m_key(nodeKey(number)), m_identity(net::TlsIdentity::generate())
    {
        auto server = net::HttpsServer::start(host, 0, m_identity, *this);
        if (!server)
            throw std::runtime_error(server.error().message);
        m_server = std::move(*server);
    }
    [[nodiscard]] std::uint16_t port() const { return m_server->port(); }
    [[nodiscard]] const crypto::NodeKey& key() const { return m_key; }

    void handle(net::HttpRequest request, Respond respond) override
    {
        const std::string prefix = "/v1/content/";
        const auto film = request.target.starts_with(prefix) && request.target.ends_with("/offer")
                              ? base::fixedFromHex<base::ContentId>(request.target.substr(prefix.size(), 64))
                              : std::nullopt;
        if (!film)
            return respond({.status = 404});
        respond({.status = 200, .body = std::make_shared<const std::string>(offerOf(m_key, *film, m_identity.fingerprint()))});
    }

private:
    crypto::NodeKey m_key;
    net::TlsIdentity m_identity;
    std::unique_ptr<net::HttpsServer> m_server;
};

/// A thread of a host with an event loop; calls are done there, one after the other.
class HostThread
{
public:
    HostThread(const Lab& lab, const std::string& host)
    {
        m_thread = std::thread([this, &lab, host] {
            lab.run(host, [this] {
                QEventLoop loop;
                base::QtExecutor executor;
                {
                    const std::lock_guard lock(m_mutex);
                    m_executor = &executor;
                    m_loop = &loop;
                }
                m_ready.notify_all();
                loop.exec();
            });
        });
        std::unique_lock lock(m_mutex);
        m_ready.wait(lock, [this] { return m_executor != nullptr; });
    }
    ~HostThread()
    {
        m_executor->post([this] { m_loop->quit(); });
        m_thread.join();
    }
    [[nodiscard]] base::Executor& executor() { return *m_executor; }
    /// Waits until it is done.
    void call(const std::function<void()>& work)
    {
        bool done = false;
        m_executor->post([&] {
            work();
            const std::lock_guard lock(m_mutex);
            done = true;
            m_ready.notify_all();
        });
        std::unique_lock lock(m_mutex);
        m_ready.wait(lock, [&] { return done; });
    }

private:
    std::thread m_thread;
    std::mutex m_mutex;
    std::condition_variable m_ready;
    base::QtExecutor* m_executor = nullptr;
    QEventLoop* m_loop = nullptr;
};

/// One that seeds and looks.
class LocalNode
{
public:
    LocalNode(const Lab& lab, const std::string& host, std::uint8_t number) : m_thread(lab, host)
    {
        m_thread.call([&] {
            m_server = std::make_unique<OfferServer>("::", number);
            auto sockets = discovery::MulticastSockets::open();
            if (!sockets) {
                m_problem = sockets.error().message;
                return;
            }
            m_sockets = std::move(*sockets);
            m_network = std::make_unique<discovery::LocalNetwork>(discovery::LocalNetwork::Parts{
                m_thread.executor(), m_clock, m_random, *m_sockets, base::toHex(crypto::ordinaryAddress(m_server->key().publicKey())).substr(0, 16)});
            m_http = std::make_unique<net::PinnedHttpClient>(m_thread.executor());
            m_source = std::make_unique<discovery::LocalSource>(*m_network, discovery::OfferAsker::Parts{*m_http, m_thread.executor(), rules()});
        });
    }
    ~LocalNode()
    {
        m_thread.call([this] {
            m_source.reset();
            m_http.reset();
            m_network.reset();
            m_sockets.reset();
            m_server.reset();
        });
    }
    [[nodiscard]] const std::string& problem() const { return m_problem; }

    void serve(std::set<base::ContentId> films)
    {
        m_thread.call([&] { m_network->serve(discovery::LocalNetwork::Service{m_server->port(), "::", std::move(films)}); });
    }
    struct Outcome {
        std::set<base::PublicKey> seeders;
        std::chrono::steady_clock::duration lastAfter{}; ///< when the last one of them was found
    };
    /// Until so many seeders have proved themselves, or the search ends.
    Outcome find(const base::ContentId& film, std::size_t wanted)
    {
        const auto state = std::make_shared<Search>();
        const auto begin = std::chrono::steady_clock::now();
        m_thread.executor().post([this, state, film, begin] {
            m_source->find(film, [state, begin](const base::Result<discovery::Offers>& offers, bool more) {
                const std::lock_guard lock(state->mutex);
                for (const auto& offer : offers.value_or(discovery::Offers())) {
                    if (state->outcome.seeders.insert(offer.message.seeder).second)
                        state->outcome.lastAfter = std::chrono::steady_clock::now() - begin;
                }
                state->ended = !more;
                state->changed.notify_all();
            });
        });
        std::unique_lock lock(state->mutex);
        state->changed.wait(lock, [&] { return state->ended || state->outcome.seeders.size() >= wanted; });
        return state->outcome;
    }

private:
    struct Search {
        std::mutex mutex;
        std::condition_variable changed;
        Outcome outcome;
        bool ended = false;
    };

    HostThread m_thread;
    std::string m_problem;
    base::SystemClock m_clock;
    crypto::SystemRandom m_random;
    std::unique_ptr<OfferServer> m_server;
    std::unique_ptr<discovery::MulticastSockets> m_sockets;
    std::unique_ptr<discovery::LocalNetwork> m_network;
    std::unique_ptr<net::PinnedHttpClient> m_http;
    std::unique_ptr<discovery::LocalSource> m_source;
};

/// So many hosts on one switch: h1, h2, … at 192.168.7.N and fd07::N.
inline std::unique_ptr<Lab> switchWithHosts(int hosts)
{
    auto lab = std::make_unique<Lab>();
    lab->addNetwork("lan");
    for (int i = 1; i <= hosts; ++i) {
        const std::string host = "h" + std::to_string(i);
        lab->addHost(host);
        lab->attach(host, "lan", {"192.168.7." + std::to_string(i) + "/24", "fd07::" + std::to_string(i) + "/64"});
    }
    return lab;
}

} // namespace mutoscope::test
