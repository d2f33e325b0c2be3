#include "app/tracker/serve.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <system_error>

#include <QCoreApplication>
#include <QEventLoop>
#include <QSocketNotifier>

#include <sys/signalfd.h>
#include <unistd.h>

#include "app/tracker/log_output.h"
#include "app/tracker/place.h"
#include "app/tracker/relay_shop.h"
#include "p2p/base/executor.h"
#include "p2p/base/file.h"
#include "p2p/base/log.h"
#include "p2p/ledger/group_committer.h"
#include "p2p/net/endpoint.h"
#include "p2p/net/https_server.h"
#include "p2p/net/pinned_client.h"
#include "p2p/net/relay_server.h"
#include "p2p/net/tls_identity.h"
#include "p2p/net/tls_probe.h"
#include "p2p/reach/relay_registration.h"
#include "p2p/tracker/log_event.h"
#include "p2p/tracker/metrics.h"
#include "p2p/tracker/monitor.h"
#include "p2p/tracker/peers.h"
#include "p2p/tracker/service.h"

namespace mutoscope::app
{

namespace
{

using namespace std::chrono_literals;
using tracker::event;

constexpr auto tickInterval = 1s;
constexpr auto probeInterval = 10s; ///< of the ledger, while nobody writes it anyway
constexpr auto shopTime = 3s;       ///< for the contracts of the relay
constexpr auto stopTime = 20s;      ///< for requests under way; systemd kills after 90

wire::ReachOutcome toWire(net::ProbeOutcome outcome)
{
    switch (outcome) {
    case net::ProbeOutcome::Reachable:
        return wire::ReachOutcome::Reachable;
    case net::ProbeOutcome::Refused:
        return wire::ReachOutcome::Refused;
    case net::ProbeOutcome::Silent:
        return wire::ReachOutcome::Silent;
    case net::ProbeOutcome::NoRoute:
        return wire::ReachOutcome::NoRoute;
    case net::ProbeOutcome::NotTls:
        return wire::ReachOutcome::NotTls;
    case net::ProbeOutcome::OtherCertificate:
        return wire::ReachOutcome::OtherCertificate;
    case net::ProbeOutcome::Busy:
        break;
    }
    return wire::ReachOutcome::Busy;
}

/// To the tracker's methods, or to the relay's shop.
class Router final : public net::RequestHandler
{
public:
    Router(net::RequestHandler& service, net::RequestHandler* shop) : m_service(service), m_shop(shop) {}
    void handle(net::HttpRequest request, Respond respond) override
    {
        net::RequestHandler& to = m_shop != nullptr && RelayShop::knows(request.target) ? *m_shop : m_service;
        to.handle(std::move(request), std::move(respond));
    }

private:
    net::RequestHandler& m_service;
    net::RequestHandler* m_shop; ///< may be none
};

/// Everything of a tracker that serves. Destroyed in the opposite order: first nobody asks any more, then what was
/// asked is committed.
class Server
{
public:
    Server(std::unique_ptr<Place> place, std::string configFile)
        : m_place(std::move(place)), m_configFile(std::move(configFile)), m_settings(m_place->settings),
          m_committer(*m_place->ledger, {.observe = [this](const auto& batch) { m_metrics.committed(batch); }})
    {
    }

    base::Result<void> start(const net::TlsIdentity& identity)
    {
        const crypto::NodeKey& key = *m_place->key;
        m_reader = openBooks();
        if (!m_reader)
            return tl::unexpected(m_reader.error());
        m_reserves.emplace([this] { return openBooks(); }, key, m_place->clock, m_settings.reservesInterval);
        std::optional<std::string> relay;
        if (!m_settings.relayHost.empty()) {
            if (const auto started = startRelay(); !started)
                return started;
            relay = net::hostAndPort({.host = m_settings.linkHost, .port = m_relay->port(), .pin = {}});
        }
        m_service.emplace(tracker::Service::Config{.network = m_settings.network,
                                                   .name = m_settings.name,
                                                   .tlsPin = identity.fingerprint(),
                                                   .addressRequestsPerMinute = m_settings.addressesPerMinute,
                                                   .searchesPerMinute = m_settings.searchesPerMinute,
                                                   .relay = std::move(relay)},
                          key, m_committer, m_place->clock);
        m_service->setReserves([this] { return m_reserves->latest(); });
        m_service->setDialBack([this](const auto& address, auto port, const auto& pin, auto done) {
            m_prober.probe(address, port, pin, [done = std::move(done)](net::ProbeOutcome outcome) { done(toWire(outcome)); });
        });
        m_service->setFollow([this](ledger::ContractRecord record, std::string contract, tracker::Service::FollowDone done) {
            m_peers->follow(std::move(record), std::move(contract), [done](const base::Result<tracker::Peers::Followed>& followed) {
                if (followed)
                    done(followed->word);
                else
                    done(tl::unexpected(followed.error()));
            });
        });
        m_service->setElsewhere([this](const auto& content, const auto& asker, bool wait, auto done) {
            m_peers->offers(content, asker, wait, std::move(done));
        });
        m_peers.emplace(tracker::Peers::Parts{m_executor, m_client, m_committer, key, m_place->clock, m_random, m_settings.network});
        m_peers->setPeers(m_settings.peers);
        if (m_relay && m_settings.relayPrice > base::Tokens()) {
            auto shop = RelayShop::open({m_executor, m_place->clock, m_random, key, m_settings.network, *m_service, *m_relay},
                                        {m_settings.relayPrice, m_settings.relayPayTo}, m_settings.data / "relay");
            if (!shop)
                return tl::unexpected(shop.error());
            m_shop = std::move(*shop);
        }
        m_router.emplace(*m_service, m_shop.get());
        m_handler.emplace(*m_router, m_metrics);
        auto https = net::HttpsServer::start(m_settings.listenHost, m_settings.listenPort, identity, *m_handler,
                                             {.maxConnections = m_settings.maxConnections,
                                              .maxConnectionsPerAddress = m_settings.maxConnectionsPerAddress});
        if (!https)
            return tl::unexpected(https.error());
        m_https = std::move(*https);
        if (m_shop)
            m_shop->start(net::hostAndPort({.host = m_settings.linkHost, .port = m_https->port(), .pin = {}}), identity.fingerprint());
        if (!m_settings.metricsHost.empty()) {
            auto monitor = tracker::Monitor::start(m_settings.metricsHost, m_settings.metricsPort,
                                                   {.trouble = [this] { return m_metrics.trouble(m_committer.load()); },
                                                    .metrics = [this] { return metrics(); }});
            if (!monitor)
                return tl::unexpected(monitor.error());
            m_monitor = std::move(*monitor);
        }
        m_link = net::toString(
            net::TrackerLink{{m_settings.linkHost, m_https->port(), identity.fingerprint()}, key.publicKey()});
        qCInfo(logTracker, "%s",
               event("serving", {{"version", MUTOSCOPE_VERSION},
                                 {"network", m_settings.network},
                                 {"key", tracker::shortKey(key.publicKey())},
                                 {"listen", m_settings.listenHost},
                                 {"port", std::to_string(m_https->port())},
                                 {"metrics_port", m_monitor ? std::to_string(m_monitor->port()) : "none"}})
                   .c_str());
        m_peers->start();
        tick();
        return {};
    }

    [[nodiscard]] const std::string& link() const { return m_link; }

    /// What was accepted is done and answered; what comes now finds nobody.
    void stop()
    {
        const auto begun = m_place->clock.monotonic();
        qCInfo(logTracker, "%s", event("stopping", {{"jobs", std::to_string(m_committer.load().waiting)}}).c_str());
        if (m_shop) { // what was bought and used is settled
            QEventLoop settling;
            m_shop->stop(shopTime, [&settling] { settling.quit(); });
            settling.exec();
        }
        m_peers->stop();
        QCoreApplication::sendPostedEvents(); // whoever waits for another tracker is answered by that
        m_https->stop(stopTime);
        m_committer.stop();
        const auto time = m_place->clock.monotonic() - begun;
        qCInfo(logTracker, "%s", event("stopped", {{"milliseconds", std::to_string(time.count())}}).c_str());
    }

    void reload()
    {
        const auto wanted = tracker::readSettings(m_configFile);
        if (!wanted) {
            qCWarning(logTracker, "%s",
                      event("the configuration is not taken, the old one stays", {{"reason", wanted.error().message}})
                          .c_str());
            return;
        }
        std::vector<std::string> others;
        m_settings = tracker::reloaded(m_settings, *wanted, others);
        setLogLevel(m_settings.log);
        setLogFormat(m_settings.logFormat);
        m_service->setName(m_settings.name);
        m_peers->setPeers(m_settings.peers);
        m_https->setConnectionLimits(m_settings.maxConnections, m_settings.maxConnectionsPerAddress);
        const auto submitted = m_committer.submit(
            [grace = m_settings.closeGrace](ledger::Ledger& ledger) -> base::Result<void> {
                ledger.setCloseGrace(grace);
                return {};
            },
            [](const base::Result<void>&) {});
        if (!submitted)
            others.emplace_back("close_grace_ms");
        for (const std::string& key : others)
            qCWarning(logTracker, "%s", event("this change needs a restart", {{"key", key}}).c_str());
        qCInfo(logTracker, "%s", event("configuration read again", {{"file", m_configFile}}).c_str());
    }

private:
    base::Result<void> startRelay()
    {
        net::RelayLimits limits;
        limits.maxConnections = m_settings.maxConnections;
        limits.maxConnectionsPerAddress = m_settings.maxConnectionsPerAddress;
        limits.bytesPerNodeHour = base::ByteCount(m_settings.relayMiBPerNodeHour << 20);
        // The name under which nodes know it is known only when it listens, and nobody is told of it before.
        const auto name = std::make_shared<std::atomic<std::uint16_t>>(m_settings.relayPort);
        auto relay = net::RelayServer::start(
            m_settings.relayHost, m_settings.relayPort,
            [network = m_settings.network, host = m_settings.linkHost, name](std::string_view message, std::string_view challenge) {
                return reach::checkRegistration(message, network, net::hostAndPort({.host = host, .port = *name, .pin = {}}), challenge);
            },
            limits);
        if (!relay)
            return tl::unexpected(relay.error());
        m_relay = std::move(*relay);
        *name = m_relay->port();
        qCInfo(logTracker, "%s", event("relay", {{"listen", m_settings.relayHost}, {"port", std::to_string(m_relay->port())}}).c_str());
        return {};
    }

    /// A connection of its own, for reading beside the writer.
    [[nodiscard]] base::Result<std::unique_ptr<ledger::Store>> openBooks() const { return m_place->openStore(); }

    void tick()
    {
        m_service->tick();
        if (const std::string trouble = m_metrics.trouble(m_committer.load()); trouble != m_trouble) {
            if (trouble.empty())
                qCInfo(logTracker, "%s", event("healthy again", {}).c_str());
            else
                qCWarning(logTracker, "%s", event("unhealthy", {{"reason", trouble}}).c_str());
            m_trouble = trouble;
        }
        if (m_metrics.isStale(probeInterval) && m_committer.load().waiting == 0) {
            (void)m_committer.submit( // where it can't be taken, the queue says enough
                [](ledger::Ledger& ledger) -> base::Result<void> {
                    ledger.store().touch();
                    return {};
                },
                [](const base::Result<void>&) {});
        }
        m_executor.after(tickInterval, [this] { tick(); });
    }

    [[nodiscard]] std::string metrics()
    {
        tracker::Metrics::Gauges gauges;
        gauges.queue = m_committer.load();
        gauges.connections = m_https->connections();
        gauges.uptimeSeconds =
            std::chrono::duration_cast<std::chrono::seconds>(m_place->clock.monotonic() - m_started).count();
        for (const char* name : {"ledger.db", "ledger.db-wal"}) {
            std::error_code none;
            const auto size = std::filesystem::file_size(m_settings.data / name, none);
            gauges.databaseBytes += none ? 0 : static_cast<std::int64_t>(size);
        }
        ledger::Store& books = **m_reader;
        if (books.begin(ledger::Store::Access::Read)) {
            gauges.totals = books.totals();
            for (const ledger::Store::Head& head : books.heads())
                gauges.heads.emplace_back(head.key.chain, head.key.number);
            if (books.error())
                gauges.totals.reset();
            books.rollback();
        }
        if (const auto proof = m_reserves->latest())
            gauges.reservesTimeMs = proof->statement.message.time.value();
        gauges.peers = m_peers->status();
        if (m_relay)
            gauges.relay = m_relay->counters();
        if (m_shop)
            gauges.relayEarned = m_shop->earned();
        return m_metrics.text(gauges);
    }

    const std::unique_ptr<Place> m_place;
    const std::string m_configFile;
    const std::chrono::milliseconds m_started = m_place->clock.monotonic();
    tracker::Settings m_settings;
    std::string m_link;
    std::string m_trouble; ///< as it was told last
    tracker::Metrics m_metrics{m_place->clock};
    base::QtExecutor m_executor; ///< before whatever posts to it
    crypto::SystemRandom m_random;
    ledger::GroupCommitter m_committer;
    net::PinnedHttpClient m_client{m_executor}; ///< to other trackers
    std::optional<tracker::Peers> m_peers;
    base::Result<std::unique_ptr<ledger::Store>> m_reader; ///< for metrics, main thread
    std::optional<tracker::ReservesKeeper> m_reserves;
    std::optional<tracker::Service> m_service;
    std::unique_ptr<net::RelayServer> m_relay;
    std::unique_ptr<RelayShop> m_shop; ///< where the relay sells
    std::optional<Router> m_router;
    std::optional<tracker::MeasuredHandler> m_handler;
    std::unique_ptr<net::HttpsServer> m_https;
    net::TlsProber m_prober; ///< calls back into the service
    std::unique_ptr<tracker::Monitor> m_monitor;
};

} // namespace

int serve(const tracker::Settings& settings, const Arguments& arguments)
{
    setLogFormat(settings.logFormat);
    const auto lock = ServingLock::take(settings.data);
    if (!lock)
        return failed(lock.error());
    auto place = openPlace(settings, Missing::Create);
    if (!place)
        return failed(place.error());
    const auto identity = net::TlsIdentity::loadOrCreate(settings.data);
    if (!identity)
        return failed(identity.error());
    Server server(std::move(*place), *arguments.option("--config"));
    if (const auto started = server.start(*identity); !started)
        return failed(started.error());
    if (const auto file = arguments.option("--write-link")) {
        if (const auto written = base::writeFileDurably(*file, server.link() + "\n"); !written)
            return failed(written.error());
    }
    std::printf("%s\n", server.link().c_str());
    std::fflush(stdout);

    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&signals, signal);
    const int fd = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    QSocketNotifier notifier(fd, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &notifier, [&] {
        signalfd_siginfo told{};
        while (::read(fd, &told, sizeof told) == sizeof told) {
            if (told.ssi_signo == SIGHUP) {
                server.reload();
                continue;
            }
            notifier.setEnabled(false);
            QCoreApplication::quit();
            return;
        }
    });
    const int status = QCoreApplication::exec();
    ::close(fd);
    server.stop();
    return status;
}

} // namespace mutoscope::app
