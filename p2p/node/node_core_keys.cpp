// The wallet's key in the node: nothing else of the node is built before it is open.
#include "p2p/base/log.h"
#include "p2p/node/node_core.h"

namespace mutoscope::node
{

namespace
{

/// Why nothing can be done as long as the keys are not open.
std::string sentence(const KeyStatus& keys)
{
    switch (keys.state) {
    case KeyState::Looking:
        return "The wallet is being opened";
    case KeyState::None:
        return keys.problem.empty() ? "There is no wallet yet" : "No wallet can be made: " + keys.problem;
    case KeyState::Locked:
        return keys.problem.empty() ? "The wallet is locked" : "The wallet is locked: " + keys.problem;
    case KeyState::Unavailable:
        return "The wallet can't be opened: " + keys.problem;
    case KeyState::Open:
        break;
    }
    return {};
}

QString problemOf(const base::Error& error)
{
    return QString::fromStdString(error.message);
}

} // namespace

QString keychainEntry(const NodeConfig& config)
{
    return QStringLiteral("wallet of ") + QString::fromStdString(config.dataFolder.string());
}

NodeCore::NodeCore(NodeConfig config, std::shared_ptr<const Snapshot> locked)
    : m_config(std::move(config)), m_executor(this), m_known(std::move(locked)), m_keyFile(m_config.dataFolder / "node-key"),
      m_keychain(m_executor, keychainEntry(m_config))
{
    m_keyring = std::make_unique<wallet::Keyring>(wallet::Keyring::Parts{
        .folder = m_config.dataFolder,
        .file = m_keyFile,
        .keychain = m_keychain,
        .place = m_config.keys.place,
        .plainFile = m_config.keys.plainFile,
        .aside = [this](std::function<void()> work, std::function<void()> then) { aside(std::move(work), std::move(then)); },
        .changed =
            [this] {
                if (m_keyring->status().state != KeyState::Open)
                    m_problem = sentence(m_keyring->status());
                if (m_keyring->status().state != KeyState::Looking && m_keyring->status().state != KeyState::Open)
                    publishSnapshot(); // the person waits for this one; of the others whoever opens does
            }});
}

void NodeCore::start()
{
    if (m_known) {
        m_keyring->stayLocked(m_known->keys.sealed);
        return publishSnapshot();
    }
    const crypto::SharedSecret passphrase = std::exchange(m_config.keys.passphrase, nullptr);
    const auto done = [this](base::Result<crypto::NodeKey> key) { opened(std::move(key)); };
    if (m_config.keys.create)
        m_keyring->openOrCreate(passphrase, done);
    else
        m_keyring->open(passphrase, done);
    publishSnapshot();
}

void NodeCore::opened(base::Result<crypto::NodeKey> key)
{
    if (key && !m_stopping && !m_hasStopped) {
        m_key = std::move(*key);
        m_known.reset();
        m_problem.clear();
        if (const auto built = build(); !built) {
            m_problem = "This node can't start: " + built.error().message;
            qCCritical(logNode) << m_problem.c_str();
        }
    }
    for (const auto& task : std::exchange(m_whenOpened, {}))
        task();
    publishSnapshot();
}

wallet::Keyring::Opened NodeCore::openedByRequest()
{
    return [this](base::Result<crypto::NodeKey> key) {
        const QString problem = key ? QString() : problemOf(key.error());
        opened(std::move(key));
        Q_EMIT keysDone(problem);
    };
}

wallet::Keyring::Done NodeCore::keysDoneSignal()
{
    return [this](const base::Result<void>& result) {
        publishSnapshot();
        Q_EMIT keysDone(result ? QString() : problemOf(result.error()));
    };
}

/// In a thread of its own, as the node has other things to do in that second.
void NodeCore::aside(std::function<void()> work, std::function<void()> then)
{
    m_aside.reset(QThread::create([this, work = std::move(work), then = std::move(then)] {
        work();
        m_executor.post([this, then] {
            m_aside->wait();
            m_aside.reset();
            then();
            stopIfDone(false);
        });
    }));
    m_aside->setObjectName(QStringLiteral("passphrase"));
    m_aside->start();
}

void NodeCore::createWallet(const crypto::SharedSecret& passphrase)
{
    m_keyring->create(passphrase, openedByRequest());
}

void NodeCore::restoreWallet(const crypto::SharedSecret& words, const crypto::SharedSecret& passphrase)
{
    m_keyring->restore(words, passphrase, [this, done = openedByRequest()](base::Result<crypto::NodeKey> key) {
        m_isRestored = key.has_value();
        done(std::move(key));
    });
}

void NodeCore::unlock(const crypto::SharedSecret& passphrase)
{
    if (m_key)
        return Q_EMIT keysDone({});
    m_keyring->open(passphrase, openedByRequest());
}

void NodeCore::showWords(const crypto::SharedSecret& passphrase)
{
    if (!m_key)
        return Q_EMIT wordsCame(nullptr, tr("The wallet is locked."));
    m_keyring->words(passphrase, [this](const base::Result<crypto::SharedSecret>& words) {
        Q_EMIT wordsCame(words ? *words : nullptr, words ? QString() : problemOf(words.error()));
    });
}

void NodeCore::confirmWords(const crypto::SharedSecret& words)
{
    m_keyring->confirm(words, keysDoneSignal());
}

void NodeCore::setPassphrase(const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next)
{
    m_keyring->setPassphrase(passphrase, next, keysDoneSignal());
}

void NodeCore::moveKey(KeyPlace to, const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next)
{
    m_keyring->move(to, passphrase, next, keysDoneSignal());
}

} // namespace mutoscope::node
