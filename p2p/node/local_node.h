#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <QThread>

#include "p2p/base/result.h"
#include "p2p/net/endpoint.h"
#include "p2p/net/relay_server.h"
#include "p2p/node/node.h"
#include "p2p/seeder/settings.h"

namespace mutoscope::node
{

/// How the wallet's key is opened when the node starts.
struct KeyOptions {
    KeyPlace place = KeyPlace::File; ///< of a new wallet; where there is no keychain, the file
    bool plainFile = true;           ///< a file may be made without a passphrase
    bool create = true;              ///< makes a new wallet where it is certain that there is none
    crypto::SharedSecret passphrase; ///< null: none
};

struct NodeConfig {
    std::filesystem::path dataFolder; ///< wallet, contracts, films; made where there is none
    KeyOptions keys;
    std::string network = "mutoscope";
    net::TrackerLink tracker; ///< none (TrackerLink::isNone): nothing is paid or earned before Node::setTracker
    /// Where viewers are served, an IP address ("127.0.0.1", "::") and a port, 0 for any; nobody is served without.
    std::optional<std::pair<std::string, std::uint16_t>> listen;
    /// Without `listen`: anywhere, at SeedingRules::port, as soon as a film is switched on for seeding.
    bool listenWhenSeeding = false;
    /// host:port where others reach this node; empty: where it listens.
    std::vector<std::string> advertise;
    /// Asks the router to pass the port on (NAT-PMP, UPnP); never where it listens on a loopback address.
    bool mapPorts = false;
    /// Where others call this node when they can't connect to it; none: at the relay that the tracker offers.
    std::optional<net::Endpoint> relay;
    bool useRelay = true; ///< waits at a relay where it is needed; calling others there is always possible
    /// Is a relay for others, there.
    std::optional<std::pair<std::string, std::uint16_t>> runRelay;
    base::ByteCount relayFreeBytes = net::RelayLimits().bytesPerNodeHour; ///< copied for a node in an hour for nothing
    base::Tokens relayPrice; ///< for each MiB beyond that, where the node listens, too; 0: more is not copied
    std::optional<base::ByteCount> quota; ///< disk for films, instead of what SeedingRules say
    seeder::SeederSettings seeding{};
    /// First nodes of a private DHT; empty: the public one.
    std::vector<net::Endpoint> dhtNodes{};
    std::uint16_t dhtPort = 0; ///< UDP, and TCP, which libtorrent holds beside it; 0 is any
    /// Ways to find seeders that are switched on as long as nobody has chosen with Node::setSource.
    std::set<discovery::SourceKind> sources{discovery::SourceKind::Tracker, discovery::SourceKind::Link};
};

/// Under which name the desktop's keychain has this wallet's key.
[[nodiscard]] QString keychainEntry(const NodeConfig& config);

class NodeCore;

/// The node in this process, working in a thread of its own. A start that fails shows as an Offline tracker with the reason.
class LocalNode final : public Node
{
    Q_OBJECT

public:
    explicit LocalNode(NodeConfig config, QObject* parent = nullptr);
    /// Without stop() before, contracts stay open until the next start.
    ~LocalNode() override;

    [[nodiscard]] const Snapshot& snapshot() const override { return *m_snapshot; }
    void open(const QString& link, const PlayOptions& options) override;
    void approve(base::Tokens cap) override;
    void setReadAhead(std::int64_t ms) override;
    void retry(WayOut how) override;
    void setQuality(std::optional<std::size_t> quality) override;
    void fetchSubtitles(std::size_t playlist, std::int64_t ms) override;
    void finish(const QString& reason) override;
    void createWallet(const crypto::SharedSecret& passphrase) override;
    void restoreWallet(const crypto::SharedSecret& words, const crypto::SharedSecret& passphrase) override;
    void unlock(const crypto::SharedSecret& passphrase) override;
    void lock() override;
    void showWords(const crypto::SharedSecret& passphrase) override;
    void confirmWords(const crypto::SharedSecret& words) override;
    void setPassphrase(const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next) override;
    void moveKey(KeyPlace to, const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next) override;
    void topUp(base::Tokens amount) override;
    void payOutIncome() override;
    void closeSpendAddress() override;
    void fetchContract(const base::ContractId& contract) override;
    void send(const base::Address& to, base::Tokens amount, const QString& memo) override;
    void refreshWallet() override;
    void publish(const Publication& publication) override;
    void cancelPublishing() override;
    void setSeeding(const base::ContentId& content, bool on) override;
    void setPrice(const base::ContentId& content, base::Tokens pricePerMiB) override;
    void setSeedingRules(const SeedingRules& rules) override;
    void removeFilm(const base::ContentId& content) override;
    void makePermit(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires) override;
    void takePermit(const QString& link) override;
    void search(const QString& text, const QString& cursor) override;
    void fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster) override;
    void checkSeeders(const base::ContentId& content) override;
    void setSource(SourceKind kind, bool on) override;
    void setTracker(const QString& link) override;
    void stop() override;

private:
    /// What is asked while a core ends goes to the one that comes: an answer of the old one would be lost with it.
    void onCore(std::function<void(NodeCore&)> call);
    void onCoreNow(std::function<void(NodeCore&)> call);
    void begin(const std::shared_ptr<const Snapshot>& locked);
    void ended();
    void goTo(net::TrackerLink tracker);

    NodeConfig m_config; ///< without the passphrase
    QThread m_thread;
    NodeCore* m_core = nullptr; ///< lives in m_thread and is deleted there; another one after each lock() and setTracker()
    enum class Next { None, Locked, Anew };
    Next m_next = Next::None; ///< the core after the one that is ending
    std::vector<std::function<void(NodeCore&)>> m_whenBegun; ///< for the core that comes
    bool m_isStopping = false;
    std::shared_ptr<const Snapshot> m_snapshot; ///< never null
};

} // namespace mutoscope::node
