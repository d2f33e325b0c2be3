#include "p2p/node/node_core.h"

#include <algorithm>

#include <QSemaphore>

#include "p2p/base/log.h"
#include "p2p/reach/addresses.h"

namespace mutoscope::node
{

using namespace std::chrono_literals;
using base::ErrorCode;

namespace
{

constexpr auto stopDeadline = 2500ms;
constexpr auto seederDeadline = 2200ms;

} // namespace

DiskThread::DiskThread() : m_executor(new base::QtExecutor)
{
    m_thread.setObjectName(QStringLiteral("disk"));
    m_executor->moveToThread(&m_thread);
    m_thread.start();
}

DiskThread::~DiskThread()
{
    m_executor->post([this] { m_thread.quit(); });
    m_thread.wait();
    delete m_executor; // its thread has ended
}

void DiskThread::drain()
{
    QSemaphore done;
    m_executor->post([&done] { done.release(); });
    done.acquire();
}

NodeCore::~NodeCore()
{
    m_cancelImport = true;
    if (m_import)
        m_import->wait();
    if (m_aside)
        m_aside->wait();
    if (m_relays)
        m_relays->leave(); // nobody comes by a relay any more
    m_server.reset(); // no more calls of the seeder from its threads
    m_disk.drain();   // nor from the disk's
    m_restore.reset();
    m_look.reset();
    m_session.reset();
    m_ending.clear();
    m_seeder.reset();
    m_relayPayer.reset();
    m_relayServer.reset(); // it was told what nodes have bought
}

// ---- start ----

base::Result<void> NodeCore::build()
{
    const std::filesystem::path& folder = m_config.dataFolder;
    if (const auto loaded = loadSeeding(); !loaded)
        return loaded;
    auto store = content::SegmentStore::open(folder / "films", {}); // before the library is there all would be evictable
    if (!store)
        return tl::unexpected(store.error());
    m_store = std::move(*store);
    auto library = content::Library::open(folder / "manifests", m_config.network, *m_store,
                                          [this, self = m_key->publicKey()](const base::ContentId& id, const wire::Manifest& manifest) {
                                              const bool isOurs = manifest.publisher == self || m_seedingList->find(id) != nullptr;
                                              return isOurs ? content::Library::Keep::All : content::Library::Keep::Playlists;
                                          });
    if (!library)
        return tl::unexpected(library.error());
    m_library = std::move(*library);
    applyLimits();

    auto permits = PermitBox::open(folder / "permits", m_config.network, m_key->publicKey());
    if (!permits)
        return tl::unexpected(permits.error());
    m_permits = std::move(*permits);
    m_trackerHttp = std::make_unique<net::QtHttpClient>(m_executor);
    m_relays = std::make_unique<reach::RelayUse>(
        reach::RelayUse::Parts{m_executor, *m_key, m_config.network, m_config.relay, m_config.useRelay,
                               [this](auto found) { findRelays(std::move(found)); }});
    m_relays->onChange([this] { touch(); });
    m_peerHttp = std::make_unique<net::PinnedHttpClient>(m_executor, net::PinnedClientLimits(), &m_relays->dialer());
    m_tracker = std::make_unique<wallet::TrackerClient>(wallet::TrackerClient::Parts{
        *m_trackerHttp, m_executor, m_clock, m_random, *m_key, m_config.network, m_config.tracker});
    m_wallet = std::make_unique<wallet::Wallet>(*m_tracker, m_executor, crypto::ordinaryAddress(m_key->publicKey()));
    m_wallet->onChange([this] { walletChanged(); });
    m_torrents = std::make_unique<torrent::TorrentSession>(m_executor, torrentSettings());
    m_finding = std::make_unique<Finding>(Finding::Parts{{*m_peerHttp, m_executor, discovery::offerRules(*m_tracker, m_config.network)},
                                                         *m_tracker,
                                                         m_clock,
                                                         m_random,
                                                         *m_key,
                                                         *m_torrents,
                                                         folder / "sources.json",
                                                         m_config.sources,
                                                         [this] { touch(); }});

    m_catalogue = std::make_unique<Catalogue>(
        Catalogue::Parts{m_executor, m_disk.executor(), *m_peerHttp, *m_tracker, *m_wallet, *m_store, m_config.network},
        [this](const FilmPage& page) { Q_EMIT searched(page); },
        [this](const base::ContentId& content, const net::Body& bytes) {
            Q_EMIT posterCame(content, QByteArray::fromStdString(*bytes));
        });

    m_health = std::make_unique<discovery::HealthCheck>(
        discovery::HealthCheck::Parts{m_executor, m_clock, *m_peerHttp, *m_tracker, *m_wallet, m_config.network},
        [this](const FilmHealth& health) { Q_EMIT seedersChecked(health); });
    m_others = std::make_unique<discovery::TrackerSource>(*m_tracker, m_config.network);
    m_market = std::make_unique<Market>(Market::Parts{m_executor, m_clock, *m_others, m_key->publicKey(), [this] { touch(); }});

    wallet::ContractBook::State leftOpen;
    auto book = wallet::ContractBook::open(folder / "viewed-contracts", m_disk.executor(), leftOpen);
    if (!book)
        return tl::unexpected(book.error());
    m_viewerBook = std::move(*book);
    m_closer = std::make_unique<viewer::Closer>(
        viewer::Closer::Parts{m_executor, *m_key, m_config.network, *m_tracker, *m_viewerBook});
    m_wallet->whenReady([this, leftOpen] { m_closer->closeLeftovers(leftOpen); });
    payRelays();

    auto seeder = seeder::Seeder::open({m_executor, m_disk.executor(), m_clock, *m_key, m_config.network, *m_tracker, *m_wallet,
                                        *m_library, *m_store, m_config.seeding,
                                        [this](const base::ContractId& id, std::string papers) { keepPapers(id, std::move(papers)); }},
                                       folder / "served-contracts");
    if (!seeder)
        return tl::unexpected(seeder.error());
    m_seeder = std::move(*seeder);
    m_seeder->onChange([this] {
        serveFound();
        touch();
    });
    m_shelf = std::make_unique<Shelf>(Shelf::Parts{m_executor, m_disk.executor(), *m_library, *m_store, m_key->publicKey(),
                                                   [this](const base::ContentId& content) { return linkOf(content); },
                                                   [this] { touch(); }});
    m_shelf->refresh();
    if (m_config.runRelay) {
        if (const auto running = runRelay(); !running)
            return running;
    }
    if (m_config.listen) {
        if (const auto listening = listen(); !listening)
            return listening;
    }
    applyRules();
    if (const auto restoring = startRestore(); !restoring)
        return restoring;
    m_wallet->start();
    return {};
}

base::Result<void> NodeCore::listen()
{
    auto identity = net::TlsIdentity::loadOrCreate(m_config.dataFolder);
    if (!identity)
        return tl::unexpected(identity.error());
    m_identity = std::move(*identity);
    auto server = net::HttpsServer::start(m_config.listen->first, m_config.listen->second, *m_identity, *m_seeder);
    if (!server)
        return tl::unexpected(server.error());
    m_server = std::move(*server);
    applyLimits();
    m_reach = std::make_unique<reach::Reachability>(
        reach::Reachability::Parts{m_executor, *m_tracker, &reach::localAddresses},
        reach::Reachability::Listening{.host = m_config.listen->first,
                                       .port = m_server->port(),
                                       .tlsPin = m_identity->fingerprint(),
                                       .advertised = m_config.advertise});
    m_reach->onChange([this] {
        announceReach();
        m_relays->reachChanged();
        touch();
    });
    announceReach();
    m_relays->serve(*m_server, *m_reach);
    m_reach->start();
    m_torrents->mapPort(m_server->port(), [this](const std::optional<torrent::TorrentSession::Mapping>& mapping) {
        m_reach->setMappedPort(mapping ? std::optional(mapping->port) : std::nullopt);
    });
    return {};
}

/// Where viewers are served: a node that listens at one address only is to be found there only.
torrent::TorrentSession::Settings NodeCore::torrentSettings() const
{
    const std::string host = m_config.listen ? m_config.listen->first : "0.0.0.0";
    const bool isAnywhere = reach::isWildcard(host);
    const bool mayListen = m_config.listen || m_config.listenWhenSeeding;
    torrent::TorrentSession::Settings settings;
    // On this computer no router is between, and none that translates on an IPv6 address.
    settings.mapsPorts = mayListen && m_config.mapPorts && reach::scopeOf(host) != reach::Scope::Loopback &&
                         (isAnywhere || host.find(':') == std::string::npos);
    const auto at = [](const std::string& address, std::uint16_t port) {
        return net::hostAndPort({.host = address, .port = port, .pin = {}});
    };
    settings.nodesFile = m_config.dataFolder / "dht-nodes";
    settings.listen = isAnywhere ? at("0.0.0.0", m_config.dhtPort) + "," + at("::", m_config.dhtPort) : at(host, m_config.dhtPort);
    if (!m_config.dhtNodes.empty()) {
        settings.privateDht.emplace();
        for (const net::Endpoint& node : m_config.dhtNodes)
            settings.privateDht->push_back({node.host, node.port});
    }
    return settings;
}

void NodeCore::announceReach()
{
    if (const auto& endpoints = m_reach->status().endpoints; endpoints != m_announced) {
        m_announced = endpoints;
        m_seeder->setReach(endpoints, m_identity->fingerprint());
        serveFound();
    }
}

/// Others find this node by the ways by which it finds them.
void NodeCore::serveFound()
{
    if (!m_server || m_stopping)
        return;
    Finding::Served served{.port = m_server->port(), .host = m_config.listen->first, .endpoints = m_announced, .films = {}};
    for (const seeder::TitleStatus& title : m_seeder->titles()) {
        if (!title.seeding || !title.problem.empty())
            continue;
        const auto manifest = m_library->find(title.content);
        served.films.insert({title.content, manifest && manifest->message.publisher == m_key->publicKey()});
    }
    m_finding->serve(std::move(served));
}

// ---- viewing ----

void NodeCore::open(const std::string& link, const PlayOptions& options)
{
    if (isOpening())
        return m_whenOpened.push_back([this, link, options] { open(link, options); });
    finish("another film was opened");
    if (m_session)
        m_ending.push_back(std::move(m_session));
    m_badLink.reset();
    const auto refuse = [this](ErrorCode code, std::string sentence) {
        m_badLink.emplace();
        m_badLink->stage = viewer::Stage::Failed;
        m_badLink->problem = Problem{code, std::move(sentence), {}};
        touch();
    };
    if (!m_problem.empty())
        return refuse(ErrorCode::Internal, m_problem);
    auto parsed = discovery::parseContentLink(link);
    if (!parsed)
        return refuse(parsed.error().code, "This link can't be opened: " + parsed.error().message + ".");
    if (parsed->permit) {
        if (const auto kept = keepPermit(*parsed); !kept)
            return refuse(kept.error().code, "The permit in this link can't be used: " + kept.error().message + ".");
    }
    startSession(std::move(*parsed), options);
}

void NodeCore::startSession(discovery::ContentLink link, const PlayOptions& options)
{
    viewer::Channel::Parts channel{m_executor, m_disk.executor(), m_random, *m_key, m_config.network,
                                   *m_peerHttp, *m_tracker, *m_viewerBook, *m_store, *m_closer};
    viewer::Session::Parts parts{channel, m_clock, m_finding->offers(), *m_wallet, *m_library};
    std::function<void(viewer::SessionOptions::Limit)> limit;
    if (const auto known = m_catalogue->seederOf(link.content); known && link.seeders.empty())
        link.seeders.push_back(*known);
    if (options.dailyCap)
        limit = [this, cap = *options.dailyCap](const viewer::SessionOptions::Limit& answer) { leftToday(cap, answer); };
    m_session = std::make_unique<viewer::Session>(
        std::move(parts), std::move(link),
        viewer::SessionOptions{.approveUpTo = options.approveUpTo,
                               .readAheadMs = options.readAheadMs,
                               .calmStartMs = options.calmStartMs,
                               .waitForPlayer = options.waitForPlayer,
                               .permitOf = [this](const auto& content, const auto& publisher) { return m_permits->find(content, publisher); },
                               .limit = std::move(limit)},
        [this] { touch(); });
    m_session->start();
}

void NodeCore::approve(base::Tokens cap)
{
    if (m_session)
        m_session->approve(cap);
}

void NodeCore::setReadAhead(std::int64_t ms)
{
    if (m_session)
        m_session->setReadAhead(ms);
}

void NodeCore::retry(WayOut how)
{
    if (m_session)
        m_session->retry(how);
}

void NodeCore::setQuality(std::optional<std::size_t> quality)
{
    if (m_session)
        m_session->setQuality(quality);
}

void NodeCore::fetchSubtitles(std::size_t playlist, std::int64_t ms)
{
    if (m_session)
        m_session->fetchSubtitles(playlist, ms, [this](const SubtitlePiece& piece) { Q_EMIT subtitlesCame(piece); });
}

void NodeCore::finish(const std::string& reason)
{
    if (m_session)
        m_session->finish(reason);
}

// ---- wallet ----

void NodeCore::refreshWallet()
{
    if (m_wallet && m_problem.empty())
        m_wallet->refresh();
}

// ---- finding ----

void NodeCore::search(const std::string& text, const std::string& cursor)
{
    if (m_problem.empty() && m_catalogue)
        m_catalogue->search(text, cursor);
    else
        Q_EMIT searched({.text = text, .cursor = cursor, .films = {}, .next = {}, .problem = m_problem});
}

void NodeCore::fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster)
{
    if (m_catalogue)
        m_catalogue->fetchPoster(content, poster);
}

void NodeCore::checkSeeders(const base::ContentId& content)
{
    if (m_health)
        m_health->check(content);
    else
        Q_EMIT seedersChecked({.content = content, .seeders = {}, .problem = m_problem});
}

void NodeCore::setSource(SourceKind kind, bool on)
{
    if (m_finding)
        m_finding->turn(kind, on);
}

discovery::ContentLink NodeCore::linkTo(const base::ContentId& content) const
{
    discovery::ContentLink link{.content = content, .tracker = {}, .seeders = {}};
    if (!m_config.tracker.isNone())
        link.tracker = m_config.tracker;
    if (m_finding->isOn(discovery::SourceKind::Dht)) { // there its publisher's list of seeders is found by it
        if (const auto manifest = m_library->find(content))
            link.publisher = manifest->message.publisher;
    }
    return link;
}

/// Found without the tracker, by the address that is announced first.
std::string NodeCore::directLinkOf(const base::ContentId& content) const
{
    if (m_announced.empty() || !m_identity)
        return {};
    auto self = net::parseEndpoint("https://" + m_announced.front());
    if (!self)
        return {};
    self->pin = m_identity->fingerprint();
    discovery::ContentLink link = linkTo(content);
    link.seeders.push_back(*self);
    return discovery::toString(link);
}

// ---- stop ----

void NodeCore::stop()
{
    if (std::exchange(m_stopping, true))
        return;
    m_cancelImport = true;
    finish("the program ends");
    if (m_relayPayer)
        m_relayPayer->stop();
    m_look.reset();
    m_executor.after(stopDeadline, [this] { stopIfDone(true); });
    if (m_seeder) {
        m_seeder->closeAll(seederDeadline, [this] {
            m_seederDone = true;
            stopIfDone(false);
        });
    } else {
        m_seederDone = true;
    }
    stopIfDone(false);
}

void NodeCore::stopIfDone(bool deadline)
{
    const bool settled = (!m_session || m_session->isSettled()) && (!m_relayPayer || m_relayPayer->isIdle()) &&
                         std::ranges::all_of(m_ending, [](const auto& each) { return each->isSettled(); });
    if (!m_stopping || (!deadline && (!settled || !m_seederDone || m_aside))) // what is done with the key is answered, too
        return;
    m_stopping = false; // once
    m_hasStopped = true;
    publishSnapshot();
    Q_EMIT stopped();
}

// ---- snapshots ----

/// Something changed: a new stage is shown at once, figures a few times a second.
void NodeCore::touch()
{
    if (m_server && m_sentTimer == 0 && m_server->bytesSent() != m_sent)
        measureSent();
    m_executor.post([this] { stopIfDone(false); }); // not from within the part that calls
    const viewer::Stage stage = m_session ? m_session->viewing().stage : viewer::Stage::Idle;
    if (stage != m_lastStage && stage == viewer::Stage::Finished)
        seedWatched();
    const bool now = stage != m_lastStage || m_badLink;
    if (m_snapshotTimer != 0 && (!now || m_snapshotNow))
        return;
    m_executor.cancel(m_snapshotTimer);
    m_snapshotNow = now;
    m_snapshotTimer = m_executor.after(now ? 0ms : 250ms, [this] { publishSnapshot(); });
}

/// Each second, as long as something is sent; the first time only to begin with.
void NodeCore::measureSent()
{
    const bool isFirst = m_sentTimer == 0;
    const std::int64_t before = std::exchange(m_sent, m_server->bytesSent());
    const std::int64_t rate = isFirst ? 0 : m_sent - before;
    m_sentTimer = isFirst || rate > 0 ? m_executor.after(1s, [this] { measureSent(); }) : 0;
    if (std::exchange(m_sentPerSecond, rate) != rate)
        touch();
}

void NodeCore::publishSnapshot()
{
    m_executor.cancel(std::exchange(m_snapshotTimer, 0));
    m_snapshotNow = false;
    std::erase_if(m_ending, [](const auto& each) { return each->isSettled(); });
    auto snapshot = std::make_shared<const Snapshot>(makeSnapshot());
    m_lastStage = m_session ? m_session->viewing().stage : viewer::Stage::Idle;
    Q_EMIT snapshotMade(std::move(snapshot));
}

Snapshot NodeCore::makeSnapshot() const
{
    Snapshot snapshot;
    snapshot.keys = m_keyring->status();
    if (!m_config.tracker.isNone())
        snapshot.tracker.link = net::toString(m_config.tracker);
    if (!m_problem.empty()) {
        if (m_known) {
            snapshot.wallet = m_known->wallet;
            snapshot.rules = m_known->rules;
            snapshot.library = m_known->library;
            snapshot.permits = m_known->permits;
            snapshot.disk = m_known->disk;
        } else if (snapshot.keys.key) {
            snapshot.wallet.ordinaryAddress = crypto::ordinaryAddress(*snapshot.keys.key);
        }
        snapshot.wallet.stale = true;
        snapshot.tracker.state = isOpening() ? TrackerState::Connecting : TrackerState::Offline;
        snapshot.tracker.problem = m_problem;
        if (m_badLink)
            snapshot.viewing = *m_badLink;
        return snapshot;
    }
    switch (m_wallet->connection()) {
    case wallet::Wallet::Connection::Connecting:
        snapshot.tracker.state = TrackerState::Connecting;
        break;
    case wallet::Wallet::Connection::Online:
        snapshot.tracker.state = TrackerState::Online;
        break;
    case wallet::Wallet::Connection::Offline:
        snapshot.tracker.state = TrackerState::Offline;
        break;
    }
    if (const auto& identity = m_tracker->identity())
        snapshot.tracker.name = identity->name;
    snapshot.tracker.problem = m_wallet->problem();
    const wallet::Accounts& accounts = m_wallet->accounts();
    snapshot.wallet = {.ordinaryAddress = accounts.ordinaryAddress,
                       .spendAddress = accounts.spendAddress,
                       .incomeAddress = accounts.incomeAddress,
                       .ordinary = accounts.ordinary,
                       .spend = accounts.spend,
                       .locked = accounts.locked,
                       .owed = m_session ? m_session->owed() : base::Tokens(),
                       .income = accounts.income,
                       .stale = snapshot.tracker.state == TrackerState::Offline,
                       .history = accounts.history,
                       .historyIsWhole = accounts.historyIsWhole};
    for (const auto& session : m_ending)
        snapshot.wallet.owed += session->owed();
    snapshot.seeding = seededTitles();
    snapshot.rules = m_rules;
    snapshot.library = m_shelf->films();
    snapshot.filmsToComeBack = static_cast<std::int64_t>(m_restore->pending());
    snapshot.permits = heldPermits();
    snapshot.disk = {.films = m_store->usage(), .free = m_store->freeDisk()};
    snapshot.sources = m_finding->status();
    if (m_badLink)
        snapshot.viewing = *m_badLink;
    else if (m_session)
        snapshot.viewing = m_session->viewing();
    if (m_server)
        snapshot.listening = net::hostAndPort({.host = m_config.listen->first, .port = m_server->port(), .pin = {}});
    if (m_reach)
        snapshot.reach = m_reach->status();
    m_relays->tell(snapshot.reach);
    const viewer::RelayPayer::Status paying = m_relayPayer->status();
    snapshot.reach.relayCost = {paying.price, paying.buying, paying.bytes, paying.paid, paying.problem};
    snapshot.relay = relayRun();
    snapshot.sentPerSecond = m_sentPerSecond;
    snapshot.peers = m_seeder->openContracts() + static_cast<int>(snapshot.viewing.seeders.size());
    return snapshot;
}

} // namespace mutoscope::node
