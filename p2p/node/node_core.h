#pragma once

#include <atomic>
#include <memory>

#include <QObject>
#include <QThread>

#include "p2p/base/clock.h"
#include "p2p/base/executor.h"
#include "p2p/content/library.h"
#include "p2p/content/segment_store.h"
#include "p2p/crypto/node_key.h"
#include "p2p/crypto/random.h"
#include "p2p/discovery/health_check.h"
#include "p2p/net/https_server.h"
#include "p2p/net/pinned_client.h"
#include "p2p/net/qt_client.h"
#include "p2p/node/catalogue.h"
#include "p2p/node/finding.h"
#include "p2p/node/library_restore.h"
#include "p2p/node/local_node.h"
#include "p2p/node/market.h"
#include "p2p/node/permit_box.h"
#include "p2p/node/seeding_list.h"
#include "p2p/node/shelf.h"
#include "p2p/net/relay_server.h"
#include "p2p/reach/relay_use.h"
#include "p2p/seeder/seeder.h"
#include "p2p/torrent/torrent_session.h"
#include "p2p/viewer/relay_payer.h"
#include "p2p/viewer/session.h"
#include "p2p/wallet/key_file.h"
#include "p2p/wallet/keychain.h"
#include "p2p/wallet/keyring.h"
#include "p2p/wallet/wallet.h"

namespace mutoscope::node
{

/// A thread that only waits for the disk, with its queue.
class DiskThread
{
public:
    DiskThread();
    /// Does what is queued first.
    ~DiskThread();
    [[nodiscard]] base::Executor& executor() { return *m_executor; }
    /// Waits until what is queued now is done.
    void drain();

private:
    QThread m_thread;
    base::QtExecutor* m_executor; ///< lives in m_thread
};

/// What LocalNode does in its thread: builds the parts, passes calls on, and makes snapshots. All in the node's thread.
class NodeCore final : public QObject
{
    Q_OBJECT

public:
    /// Begins locked where the last snapshot of a wallet that was open is given.
    NodeCore(NodeConfig config, std::shared_ptr<const Snapshot> locked);
    ~NodeCore() override;

    void start();
    void open(const std::string& link, const PlayOptions& options);
    void approve(base::Tokens cap);
    void setReadAhead(std::int64_t ms);
    void retry(WayOut how);
    void setQuality(std::optional<std::size_t> quality);
    void fetchSubtitles(std::size_t playlist, std::int64_t ms);
    void finish(const std::string& reason);
    void createWallet(const crypto::SharedSecret& passphrase);
    void restoreWallet(const crypto::SharedSecret& words, const crypto::SharedSecret& passphrase);
    void unlock(const crypto::SharedSecret& passphrase);
    void showWords(const crypto::SharedSecret& passphrase);
    void confirmWords(const crypto::SharedSecret& words);
    void setPassphrase(const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next);
    void moveKey(KeyPlace to, const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next);
    void topUp(base::Tokens amount);
    void payOutIncome();
    void closeSpendAddress();
    void send(const base::Address& to, base::Tokens amount, std::string memo);
    void fetchContract(const base::ContractId& contract);
    void refreshWallet();
    void publish(const Publication& publication);
    void cancelPublishing();
    void setSeeding(const base::ContentId& content, bool on);
    void setPrice(const base::ContentId& content, base::Tokens pricePerMiB);
    void setSeedingRules(const SeedingRules& rules);
    void removeFilm(const base::ContentId& content);
    void makePermit(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires);
    void takePermit(const std::string& link);
    void search(const std::string& text, const std::string& cursor);
    void fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster);
    void checkSeeders(const base::ContentId& content);
    void setSource(SourceKind kind, bool on);
    /// `stopped` within 3 s.
    void stop();

Q_SIGNALS:
    void snapshotMade(std::shared_ptr<const mutoscope::node::Snapshot> snapshot);
    void subtitlesCame(const mutoscope::node::SubtitlePiece& piece);
    void searched(const mutoscope::node::FilmPage& page);
    void posterCame(const mutoscope::base::ContentId& content, const QByteArray& picture);
    void seedersChecked(const mutoscope::node::FilmHealth& health);
    void publishing(double fraction);
    void published(const QString& link, const QString& problem);
    void permitMade(const mutoscope::base::ContentId& content, const QString& link, const QString& problem);
    void permitTaken(const QString& title, const QString& problem);
    void keysDone(const QString& problem);
    void wordsCame(const mutoscope::crypto::SharedSecret& words, const QString& problem);
    void contractCame(const mutoscope::node::ContractPage& page);
    void walletActionDone(const QString& problem);
    void stopped();

private:
    void opened(base::Result<crypto::NodeKey> key);
    [[nodiscard]] wallet::Keyring::Opened openedByRequest();
    [[nodiscard]] wallet::Keyring::Done keysDoneSignal();
    [[nodiscard]] bool isOpening() const { return m_keyring->status().state == KeyState::Looking; }
    void aside(std::function<void()> work, std::function<void()> then);
    [[nodiscard]] base::Result<void> build();
    [[nodiscard]] base::Result<void> listen();
    // Relays (node_core_relays.cpp)
    [[nodiscard]] base::Result<void> runRelay();
    void payRelays();
    void findRelays(std::function<void(std::vector<net::Endpoint>)> found);
    [[nodiscard]] std::optional<RelayRun> relayRun() const;
    void listenWhenSeeding();
    void announceReach();
    [[nodiscard]] torrent::TorrentSession::Settings torrentSettings() const;
    void closeLeftovers(const wallet::ContractBook::State& state);
    // The library of a wallet that was restored (node_core_restore.cpp)
    [[nodiscard]] base::Result<void> startRestore();
    void walletChanged();
    void lookUp(const base::ContentId& content, const LibraryRestore::Fetched& fetched);
    void serveFound();
    // Seeding (node_core_seeding.cpp)
    [[nodiscard]] base::Result<void> loadSeeding();
    void applyLimits();
    void applyRules();
    [[nodiscard]] Pause pauseOf(const SeedingList::Item& item) const;
    [[nodiscard]] base::Result<void> change(const SeedingList::Item& item);
    void seedWatched();
    // Permits (node_core_permits.cpp)
    [[nodiscard]] base::Result<std::string> permitLink(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires) const;
    [[nodiscard]] base::Result<wire::Permit> keepPermit(const discovery::ContentLink& link);
    [[nodiscard]] std::vector<HeldPermit> heldPermits() const;
    /// What is left of it today, by the tracker's books.
    void leftToday(base::Tokens dailyCap, const viewer::SessionOptions::Limit& answer);
    void startSession(discovery::ContentLink link, const PlayOptions& options);
    void imported(const Publication& publication, const base::Result<wire::Signed<wire::Manifest>>& manifest);
    void stopIfDone(bool deadline);
    [[nodiscard]] std::filesystem::path papersOf(const base::ContractId& contract) const;
    void keepPapers(const base::ContractId& contract, std::string papers);
    [[nodiscard]] wallet::Wallet::Done walletDone();
    [[nodiscard]] bool isWalletOpen();
    [[nodiscard]] discovery::ContentLink linkTo(const base::ContentId& content) const;
    [[nodiscard]] std::string directLinkOf(const base::ContentId& content) const;
    [[nodiscard]] std::string linkOf(const base::ContentId& content) const { return discovery::toString(linkTo(content)); }

    void touch();
    [[nodiscard]] Snapshot makeSnapshot() const;
    [[nodiscard]] std::vector<SeededTitle> seededTitles() const;
    void publishSnapshot();
    void measureSent();

    NodeConfig m_config;
    base::QtExecutor m_executor;
    base::SystemClock m_clock;
    crypto::SystemRandom m_random;
    DiskThread m_disk;

    std::shared_ptr<const Snapshot> m_known; ///< while the keys are not open: what was known last; may be none
    wallet::KeyFile m_keyFile;
    wallet::Keychain m_keychain;
    std::unique_ptr<wallet::Keyring> m_keyring;
    std::unique_ptr<QThread> m_aside;
    std::vector<std::function<void()>> m_whenOpened; ///< asked while the keys were being opened

    // In the order in which they need each other; the server and the disk go first, see the destructor.
    std::optional<crypto::NodeKey> m_key;
    std::optional<net::TlsIdentity> m_identity;
    std::unique_ptr<content::SegmentStore> m_store;
    std::unique_ptr<content::Library> m_library;
    std::unique_ptr<net::QtHttpClient> m_trackerHttp;
    std::unique_ptr<reach::RelayUse> m_relays;
    std::unique_ptr<net::PinnedHttpClient> m_peerHttp;
    std::unique_ptr<wallet::TrackerClient> m_tracker;
    std::unique_ptr<wallet::Wallet> m_wallet;
    std::unique_ptr<wallet::ContractBook> m_viewerBook;
    std::unique_ptr<viewer::Closer> m_closer;
    std::unique_ptr<viewer::RelayPayer> m_relayPayer;
    std::unique_ptr<discovery::TrackerSource> m_announcedRelays;
    std::unique_ptr<discovery::PayableOffers> m_payableRelays;
    std::unique_ptr<torrent::TorrentSession> m_torrents;
    std::unique_ptr<Finding> m_finding;
    std::unique_ptr<Catalogue> m_catalogue;
    std::unique_ptr<discovery::HealthCheck> m_health;
    std::unique_ptr<discovery::TrackerSource> m_others; ///< who else seeds
    std::unique_ptr<Market> m_market;
    std::unique_ptr<seeder::Seeder> m_seeder;
    std::unique_ptr<SeedingList> m_seedingList;
    SeedingRules m_rules;
    std::map<base::ContentId, Pause> m_pauses; ///< of films that are switched on
    std::optional<PermitBox> m_permits;
    std::unique_ptr<Shelf> m_shelf;
    std::unique_ptr<net::HttpsServer> m_server;
    std::unique_ptr<reach::Reachability> m_reach; ///< where there is a server
    std::unique_ptr<net::RelayServer> m_relayServer;
    std::unique_ptr<LibraryRestore> m_restore;
    std::unique_ptr<viewer::Session> m_look; ///< finds a film for the library, and pays nothing
    std::unique_ptr<viewer::Session> m_session;
    std::vector<std::unique_ptr<viewer::Session>> m_ending; ///< finished, their contracts not settled yet

    std::string m_listenProblem; ///< why listenWhenSeeding() does not succeed
    std::vector<std::string> m_announced; ///< where the node is, by the seeder's offers
    std::string m_problem; ///< why the node could not start, or that its wallet is not open
    std::optional<viewer::Viewing> m_badLink;
    std::unique_ptr<QThread> m_import;
    std::atomic<bool> m_cancelImport = false;

    viewer::Stage m_lastStage = viewer::Stage::Idle;
    std::int64_t m_sent = 0; ///< bytes, when they were counted last
    std::int64_t m_sentPerSecond = 0;
    base::Executor::TimerId m_sentTimer = 0;
    base::Executor::TimerId m_snapshotTimer = 0;
    base::Executor::TimerId m_rulesTimer = 0;
    bool m_snapshotNow = false;
    bool m_stopping = false;
    bool m_hasStopped = false;
    bool m_seederDone = false;
    bool m_isRestored = false; ///< by words, just now
};

} // namespace mutoscope::node
