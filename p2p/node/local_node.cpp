#include "p2p/node/local_node.h"

#include <utility>

#include "p2p/node/known_tracker.h"
#include "p2p/node/node_core.h"

namespace mutoscope::node
{

LocalNode::LocalNode(NodeConfig config, QObject* parent) : Node(parent), m_config(std::move(config))
{
    Snapshot first;
    if (!m_config.tracker.isNone())
        first.tracker.link = net::toString(m_config.tracker);
    m_snapshot = std::make_shared<const Snapshot>(std::move(first));
    m_thread.setObjectName(QStringLiteral("node"));
    m_thread.start();
    begin(nullptr);
    m_config.keys.passphrase.reset();
}

LocalNode::~LocalNode()
{
    m_thread.quit();
    m_thread.wait();
}

/// A core of its own for each time that the wallet is open, and for each tracker: with it everything goes that could sign.
void LocalNode::begin(const std::shared_ptr<const Snapshot>& locked)
{
    NodeCore* const before = std::exchange(m_core, new NodeCore(m_config, locked));
    m_core->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_core, &QObject::deleteLater);
    connect(m_core, &NodeCore::snapshotMade, this, [this](const std::shared_ptr<const Snapshot>& snapshot) {
        m_snapshot = snapshot;
        Q_EMIT changed();
    });
    connect(m_core, &NodeCore::subtitlesCame, this, &Node::subtitlesCame);
    connect(m_core, &NodeCore::searched, this, &Node::searched);
    connect(m_core, &NodeCore::posterCame, this, &Node::posterCame);
    connect(m_core, &NodeCore::seedersChecked, this, &Node::seedersChecked);
    connect(m_core, &NodeCore::publishing, this, &Node::publishing);
    connect(m_core, &NodeCore::published, this, &Node::published);
    connect(m_core, &NodeCore::permitMade, this, &Node::permitMade);
    connect(m_core, &NodeCore::permitTaken, this, &Node::permitTaken);
    connect(m_core, &NodeCore::keysDone, this, &Node::keysDone);
    connect(m_core, &NodeCore::wordsCame, this, &Node::wordsCame);
    connect(m_core, &NodeCore::contractCame, this, &Node::contractCame);
    connect(m_core, &NodeCore::walletActionDone, this, &Node::walletActionDone);
    connect(m_core, &NodeCore::stopped, this, &LocalNode::ended);
    onCoreNow([before](NodeCore& core) {
        delete before; // gives back its files and its port first
        core.start();
    });
    for (auto& call : std::exchange(m_whenBegun, {}))
        onCoreNow(std::move(call));
}

void LocalNode::ended()
{
    const Next next = std::exchange(m_next, Next::None);
    if (next == Next::None || m_isStopping)
        Q_EMIT stopped();
    else
        begin(next == Next::Locked ? m_snapshot : nullptr);
}

void LocalNode::onCore(std::function<void(NodeCore&)> call)
{
    if (m_next == Next::None)
        onCoreNow(std::move(call));
    else
        m_whenBegun.push_back(std::move(call));
}

void LocalNode::onCoreNow(std::function<void(NodeCore&)> call)
{
    QMetaObject::invokeMethod(m_core, [core = m_core, call = std::move(call)] { call(*core); }, Qt::QueuedConnection);
}

std::optional<base::ContentId> filmOf(const QString& link)
{
    const auto parsed = discovery::parseContentLink(link.toStdString());
    return parsed ? std::optional(parsed->content) : std::nullopt;
}

void LocalNode::open(const QString& link, const PlayOptions& options)
{
    // A wallet that is with no tracker yet goes to the one at which the film is paid, until another is chosen.
    if (const QString tracker = trackerIn(link); m_config.tracker.isNone() && !tracker.isEmpty())
        goTo(*net::parseTrackerLink(tracker.toStdString()));
    onCore([link = link.toStdString(), options](NodeCore& core) { core.open(link, options); });
}

void LocalNode::approve(base::Tokens cap)
{
    onCore([cap](NodeCore& core) { core.approve(cap); });
}

void LocalNode::setReadAhead(std::int64_t ms)
{
    onCore([ms](NodeCore& core) { core.setReadAhead(ms); });
}

void LocalNode::retry(WayOut how)
{
    onCore([how](NodeCore& core) { core.retry(how); });
}

void LocalNode::setQuality(std::optional<std::size_t> quality)
{
    onCore([quality](NodeCore& core) { core.setQuality(quality); });
}

void LocalNode::fetchSubtitles(std::size_t playlist, std::int64_t ms)
{
    onCore([playlist, ms](NodeCore& core) { core.fetchSubtitles(playlist, ms); });
}

void LocalNode::finish(const QString& reason)
{
    onCore([reason = reason.toStdString()](NodeCore& core) { core.finish(reason); });
}

void LocalNode::createWallet(const crypto::SharedSecret& passphrase)
{
    onCore([passphrase](NodeCore& core) { core.createWallet(passphrase); });
}

void LocalNode::restoreWallet(const crypto::SharedSecret& words, const crypto::SharedSecret& passphrase)
{
    onCore([words, passphrase](NodeCore& core) { core.restoreWallet(words, passphrase); });
}

void LocalNode::unlock(const crypto::SharedSecret& passphrase)
{
    onCore([passphrase](NodeCore& core) { core.unlock(passphrase); });
}

void LocalNode::lock()
{
    if (m_next != Next::None || m_isStopping || m_snapshot->keys.state != KeyState::Open)
        return;
    m_next = Next::Locked;
    onCoreNow([](NodeCore& core) { core.stop(); });
}

void LocalNode::setTracker(const QString& link)
{
    auto tracker = net::parseTrackerLink(link.trimmed().toStdString());
    const QString problem = tracker ? QString() : tr("This is not a wallet tracker's link: %1.").arg(QString::fromStdString(tracker.error().message));
    if (tracker) {
        onCoreNow([folder = m_config.dataFolder, link = *tracker](NodeCore&) { rememberTracker(folder, link); }); // not on this thread, it waits for the disk
        goTo(std::move(*tracker));
    }
    QMetaObject::invokeMethod(
        this, [this, problem] { Q_EMIT walletActionDone(problem); }, Qt::QueuedConnection); // not from within the call
}

void LocalNode::goTo(net::TrackerLink tracker)
{
    if (m_isStopping || tracker == m_config.tracker)
        return;
    m_config.tracker = std::move(tracker);
    if (m_next != Next::None)
        return; // the core that comes is with it
    m_next = Next::Anew;
    if (m_snapshot->keys.state == KeyState::Locked) { // and stays so
        Snapshot locked = *m_snapshot;
        locked.wallet = Wallet(); // the other tracker's
        locked.wallet.ordinaryAddress = m_snapshot->wallet.ordinaryAddress;
        m_snapshot = std::make_shared<const Snapshot>(std::move(locked));
        m_next = Next::Locked;
    }
    onCoreNow([](NodeCore& core) { core.stop(); });
}

void LocalNode::showWords(const crypto::SharedSecret& passphrase)
{
    onCore([passphrase](NodeCore& core) { core.showWords(passphrase); });
}

void LocalNode::confirmWords(const crypto::SharedSecret& words)
{
    onCore([words](NodeCore& core) { core.confirmWords(words); });
}

void LocalNode::setPassphrase(const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next)
{
    onCore([passphrase, next](NodeCore& core) { core.setPassphrase(passphrase, next); });
}

void LocalNode::moveKey(KeyPlace to, const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next)
{
    onCore([to, passphrase, next](NodeCore& core) { core.moveKey(to, passphrase, next); });
}

void LocalNode::topUp(base::Tokens amount)
{
    onCore([amount](NodeCore& core) { core.topUp(amount); });
}

void LocalNode::payOutIncome()
{
    onCore([](NodeCore& core) { core.payOutIncome(); });
}

void LocalNode::closeSpendAddress()
{
    onCore([](NodeCore& core) { core.closeSpendAddress(); });
}

void LocalNode::fetchContract(const base::ContractId& contract)
{
    onCore([contract](NodeCore& core) { core.fetchContract(contract); });
}

void LocalNode::send(const base::Address& to, base::Tokens amount, const QString& memo)
{
    onCore([to, amount, memo = memo.toStdString()](NodeCore& core) { core.send(to, amount, memo); });
}

void LocalNode::refreshWallet()
{
    onCore([](NodeCore& core) { core.refreshWallet(); });
}

void LocalNode::publish(const Publication& publication)
{
    onCore([publication](NodeCore& core) { core.publish(publication); });
}

void LocalNode::setSeeding(const base::ContentId& content, bool on)
{
    onCore([content, on](NodeCore& core) { core.setSeeding(content, on); });
}

void LocalNode::cancelPublishing()
{
    onCore([](NodeCore& core) { core.cancelPublishing(); });
}

void LocalNode::setPrice(const base::ContentId& content, base::Tokens pricePerMiB)
{
    onCore([content, pricePerMiB](NodeCore& core) { core.setPrice(content, pricePerMiB); });
}

void LocalNode::setSeedingRules(const SeedingRules& rules)
{
    onCore([rules](NodeCore& core) { core.setSeedingRules(rules); });
}

void LocalNode::removeFilm(const base::ContentId& content)
{
    onCore([content](NodeCore& core) { core.removeFilm(content); });
}

void LocalNode::makePermit(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires)
{
    onCore([content, viewer, expires](NodeCore& core) { core.makePermit(content, viewer, expires); });
}

void LocalNode::takePermit(const QString& link)
{
    onCore([link = link.toStdString()](NodeCore& core) { core.takePermit(link); });
}

void LocalNode::search(const QString& text, const QString& cursor)
{
    onCore([text = text.toStdString(), cursor = cursor.toStdString()](NodeCore& core) { core.search(text, cursor); });
}

void LocalNode::fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster)
{
    onCore([content, poster](NodeCore& core) { core.fetchPoster(content, poster); });
}

void LocalNode::checkSeeders(const base::ContentId& content)
{
    onCore([content](NodeCore& core) { core.checkSeeders(content); });
}

void LocalNode::setSource(SourceKind kind, bool on)
{
    onCore([kind, on](NodeCore& core) { core.setSource(kind, on); });
}

void LocalNode::stop()
{
    if (std::exchange(m_isStopping, true) || m_next != Next::None)
        return; // its end is awaited anyway
    onCoreNow([](NodeCore& core) { core.stop(); });
}

} // namespace mutoscope::node
