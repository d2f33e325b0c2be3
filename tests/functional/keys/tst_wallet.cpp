#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/demo/private_network.h"
#include "p2p/base/encoding.h"
#include "p2p/crypto/sealed.h"
#include "p2p/crypto/words.h"
#include "p2p/node/local_node.h"

using namespace mutoscope;
using node::KeyState;

namespace
{

constexpr int patience = 60'000;

crypto::SharedSecret secretText(std::string_view text)
{
    return std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf(text));
}

base::Address addressOf(const QString& hex)
{
    return base::fixedFromHex<base::Address>(hex.toStdString()).value_or(base::Address());
}

} // namespace

/// The wallet's key at a real tracker: locked, unlocked, and brought to another machine by its words.
class TestWallet : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    app::PrivateNetwork m_network{qEnvironmentVariable("MUTOSCOPE_BIN_DIR"), m_folder.path()};
    const crypto::SharedSecret m_passphrase = secretText("correct horse");
    std::unique_ptr<node::LocalNode> m_node;
    crypto::SharedSecret m_words;
    node::Wallet m_before;

    /// A machine with this folder.
    std::unique_ptr<node::LocalNode> machine(const QString& name, crypto::SharedSecret passphrase, bool create)
    {
        node::NodeConfig config;
        config.dataFolder = m_folder.filePath(name).toStdString();
        config.network = "private";
        config.tracker = *net::parseTrackerLink(m_network.trackerLink().toStdString());
        config.sources = {node::SourceKind::Tracker};
        config.keys = {.place = node::KeyPlace::File, .plainFile = false, .create = create, .passphrase = std::move(passphrase)};
        return std::make_unique<node::LocalNode>(std::move(config));
    }
    [[nodiscard]] const node::KeyStatus& keys() const { return m_node->snapshot().keys; }
    [[nodiscard]] const node::Wallet& wallet() const { return m_node->snapshot().wallet; }
    /// Waits for the outcome of a call about the key.
    template <class Call>
    QString outcome(Call call)
    {
        QSignalSpy done(m_node.get(), &node::Node::keysDone);
        call(*m_node);
        return done.isEmpty() && !done.wait(patience) ? QStringLiteral("no answer") : done[0][0].toString();
    }
    /// mutoscope-node with this data folder: its exit code, and what it says.
    QPair<int, QByteArray> run(const QString& folder, const QStringList& more, const QByteArray& passphrase = {})
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.remove(QStringLiteral("MUTOSCOPE_PASSPHRASE"));
        if (!passphrase.isEmpty())
            environment.insert(QStringLiteral("MUTOSCOPE_PASSPHRASE"), QString::fromUtf8(passphrase));
        process.setProcessEnvironment(environment);
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(m_network.program(QStringLiteral("mutoscope-node")),
                      QStringList{QStringLiteral("--network"), QStringLiteral("private"), QStringLiteral("--sources"), QStringLiteral("tracker"),
                                  QStringLiteral("--tracker"), m_network.trackerLink(), QStringLiteral("--data"), m_folder.filePath(folder),
                                  QStringLiteral("addresses")} + more);
        const bool ended = process.waitForFinished(patience);
        return {ended ? process.exitCode() : -1, process.readAllStandardOutput() + process.readAllStandardError()};
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto tracker = m_network.startTracker();
        QVERIFY2(tracker, tracker ? "" : tracker.error().message.c_str());
    }

    void aFirstStartWaitsForTheDecision()
    {
        m_node = machine(QStringLiteral("old"), nullptr, false);
        QTRY_COMPARE_WITH_TIMEOUT(keys().state, KeyState::None, patience);
        QVERIFY(!wallet().ordinary);
        QVERIFY(!outcome([](node::Node& node) { node.createWallet(nullptr); }).isEmpty()); // a file wants a passphrase
        QCOMPARE(outcome([this](node::Node& node) { node.createWallet(m_passphrase); }), QString());
        QCOMPARE(keys().state, KeyState::Open);
        QTRY_VERIFY_WITH_TIMEOUT(wallet().spendAddress && wallet().ordinary, patience);
    }

    void tokensComeAndMove()
    {
        const QString ordinary = QString::fromStdString(base::toHex(wallet().ordinaryAddress));
        QVERIFY(m_network.issue(ordinary, base::Tokens(5'000'000)).has_value());
        m_node->refreshWallet();
        QTRY_COMPARE_WITH_TIMEOUT(wallet().ordinary, std::optional(base::Tokens(5'000'000)), patience);
        m_node->topUp(base::Tokens(2'000'000));
        QTRY_COMPARE_WITH_TIMEOUT(wallet().spend, std::optional(base::Tokens(2'000'000)), patience);
        QTRY_COMPARE_WITH_TIMEOUT(wallet().history->size(), 3u, patience);
        m_before = wallet();
    }

    void theWordsAreShownAndConfirmed()
    {
        QSignalSpy came(m_node.get(), &node::Node::wordsCame);
        m_node->showWords(nullptr);
        QVERIFY(came.wait(patience));
        QVERIFY(!came[0][0].value<crypto::SharedSecret>());
        QVERIFY(!came[0][1].toString().isEmpty());
        m_node->showWords(m_passphrase);
        QVERIFY(came.wait(patience));
        m_words = came[1][0].value<crypto::SharedSecret>();
        QVERIFY(m_words && crypto::secretOf(m_words->view()));
        QVERIFY(!keys().backedUp);
        QVERIFY(!outcome([](node::Node& node) { node.confirmWords(secretText("zoo zoo")); }).isEmpty());
        QVERIFY(!keys().backedUp);
        QCOMPARE(outcome([this](node::Node& node) { node.confirmWords(m_words); }), QString());
        QVERIFY(keys().backedUp);
    }

    void aLockedWalletShowsAndDoesNotSign()
    {
        m_node->lock();
        QTRY_COMPARE_WITH_TIMEOUT(keys().state, KeyState::Locked, patience);
        QCOMPARE(wallet().spend, m_before.spend);
        QCOMPARE(wallet().ordinaryAddress, m_before.ordinaryAddress);
        QCOMPARE(wallet().history->size(), 3u);
        QVERIFY(wallet().stale);
        QVERIFY(keys().sealed && keys().backedUp);
        QSignalSpy done(m_node.get(), &node::Node::walletActionDone);
        m_node->send(addressOf(QString(64, u'a')), base::Tokens(1), {});
        m_node->topUp(base::Tokens(1));
        m_node->payOutIncome();
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 3, patience);
        for (const auto& each : done)
            QVERIFY(!each[0].toString().isEmpty());
        m_node->open(QStringLiteral("mutoscope:") + QString(64, u'0'), {});
        QTRY_COMPARE_WITH_TIMEOUT(m_node->snapshot().viewing.stage, node::Stage::Failed, patience);
        QSignalSpy came(m_node.get(), &node::Node::wordsCame);
        m_node->showWords(m_passphrase);
        QVERIFY(came.wait(patience));
        QVERIFY(!came[0][0].value<crypto::SharedSecret>());
    }

    void onlyThePassphraseUnlocks()
    {
        QCOMPARE(outcome([](node::Node& node) { node.unlock(secretText("wrong")); }), QStringLiteral("the passphrase is wrong"));
        QCOMPARE(keys().state, KeyState::Locked);
        QCOMPARE(outcome([this](node::Node& node) { node.unlock(m_passphrase); }), QString());
        QCOMPARE(keys().state, KeyState::Open);
        QTRY_COMPARE_WITH_TIMEOUT(m_node->snapshot().tracker.state, node::TrackerState::Online, patience);
        m_node->topUp(base::Tokens(500'000));
        QTRY_COMPARE_WITH_TIMEOUT(wallet().spend, std::optional(base::Tokens(2'500'000)), patience);
        QTRY_COMPARE_WITH_TIMEOUT(wallet().history->size(), 5u, patience);
        m_before = wallet();
        QSignalSpy stopped(m_node.get(), &node::Node::stopped);
        m_node->stop();
        QVERIFY(stopped.wait(patience));
        m_node.reset();
    }

    /// Nothing but the words goes to the new machine.
    void theWordsBringItToANewMachine()
    {
        m_node = machine(QStringLiteral("new"), nullptr, false);
        QTRY_COMPARE_WITH_TIMEOUT(keys().state, KeyState::None, patience);
        QVERIFY(outcome([](node::Node& node) { node.restoreWallet(secretText("abandon"), secretText("other")); }).contains(QStringLiteral("24")));
        QCOMPARE(outcome([this](node::Node& node) { node.restoreWallet(m_words, secretText("another passphrase")); }), QString());
        QCOMPARE(keys().state, KeyState::Open);
        QVERIFY(keys().backedUp);
        QTRY_VERIFY_WITH_TIMEOUT(wallet().history != nullptr, patience);
        QCOMPARE(wallet().ordinaryAddress, m_before.ordinaryAddress);
        QCOMPARE(wallet().spendAddress, m_before.spendAddress);
        QCOMPARE(wallet().incomeAddress, m_before.incomeAddress);
        QCOMPARE(wallet().ordinary, m_before.ordinary);
        QCOMPARE(wallet().spend, m_before.spend);
        QCOMPARE(wallet().history->size(), m_before.history->size());
        for (std::size_t i = 0; i < wallet().history->size(); ++i) {
            QCOMPARE(wallet().history->at(i).time, m_before.history->at(i).time);
            QCOMPARE(wallet().history->at(i).amount, m_before.history->at(i).amount);
        }
        m_node.reset();
    }

    void theProgramWithoutAWindow()
    {
        const QString folder = QStringLiteral("headless");
        auto [status, said] = run(folder, {});
        QCOMPARE(status, 1);
        QVERIFY2(said.contains("--passphrase-file"), said.constData());
        QVERIFY(!QFileInfo::exists(m_folder.filePath(folder + QStringLiteral("/node-key"))));

        std::tie(status, said) = run(folder, {}, "from the environment");
        QVERIFY2(status == 0, said.constData());
        const QByteArray addresses = said;
        QVERIFY(addresses.contains("ordinary_address"));
        QFile key(m_folder.filePath(folder + QStringLiteral("/node-key")));
        QVERIFY(key.open(QIODevice::ReadOnly));
        QVERIFY(crypto::isSealed(key.readAll().toStdString()));

        std::tie(status, said) = run(folder, {});
        QCOMPARE(status, 1);
        QVERIFY2(said.contains("locked"), said.constData());
        std::tie(status, said) = run(folder, {}, "wrong");
        QCOMPARE(status, 1);
        QVERIFY2(said.contains("the passphrase is wrong"), said.constData());

        QFile file(m_folder.filePath(QStringLiteral("passphrase")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("from the environment\n") > 0);
        file.close();
        std::tie(status, said) = run(folder, {QStringLiteral("--passphrase-file"), file.fileName()});
        QCOMPARE(status, 0);
        QCOMPARE(said, addresses);
    }

    void anExplicitOptionMakesAPlainFile()
    {
        auto [status, said] = run(QStringLiteral("plain"), {QStringLiteral("--no-passphrase")});
        QVERIFY2(status == 0, said.constData());
        const QByteArray addresses = said;
        std::tie(status, said) = run(QStringLiteral("plain"), {}); // only a new one needs the option
        QCOMPARE(status, 0);
        QCOMPARE(said, addresses);
    }

    void cleanupTestCase() { m_node.reset(); }
};

QTEST_GUILESS_MAIN(TestWallet)
#include "tst_wallet.moc"
