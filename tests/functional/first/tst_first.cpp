#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/demo/private_network.h"
#include "app/desktop/private_trial.h"
#include "p2p/crypto/node_key.h"
#include "p2p/node/known_tracker.h"
#include "p2p/node/local_node.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;

namespace
{

constexpr int patience = 120'000; // a bound on hanging, not a measure

} // namespace

/// A first run with nothing faked: the trial's processes, and a node that begins without a tracker.
class TestFirst : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<app::PrivateNetwork> m_network;

    [[nodiscard]] static QString programs() { return qEnvironmentVariable("MUTOSCOPE_BIN_DIR"); }
    [[nodiscard]] node::NodeConfig config(const char* name) const
    {
        node::NodeConfig config;
        config.dataFolder = m_folder.filePath(QString::fromLatin1(name)).toStdString();
        config.network = "private";
        config.sources = {node::SourceKind::Tracker, node::SourceKind::Link};
        config.listenWhenSeeding = true;
        return config;
    }
    [[nodiscard]] static bool isOnline(const node::Node& node)
    {
        return node.snapshot().tracker.state == node::TrackerState::Online && node.snapshot().wallet.spendAddress.has_value();
    }
    static void stop(node::LocalNode& node)
    {
        QSignalSpy stopped(&node, &node::Node::stopped);
        node.stop();
        QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, patience);
    }
    /// As a packager writes it; the name of its playlist.
    [[nodiscard]] std::string film() const
    {
        const QString playlist = m_folder.filePath(u"index.m3u8"_s);
        const auto made = app::runToEnd(u"ffmpeg"_s, u"-nostdin -v error -y -f lavfi -i testsrc2=size=320x180:rate=25:duration=8 -f lavfi -i "
                                                     "sine=frequency=440:duration=8 -c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p -c:a aac "
                                                     "-f hls -hls_segment_type fmp4 -hls_playlist_type vod -hls_time 2"_s
                                                         .split(u' ') + QStringList{playlist},
                                        patience);
        return made ? playlist.toStdString() : std::string();
    }

private Q_SLOTS:
    void initTestCase()
    {
        crypto::initialise();
        m_network = std::make_unique<app::PrivateNetwork>(programs(), m_folder.filePath(u"network"_s));
        QVERIFY(m_network->startTracker());
    }
    void cleanupTestCase() { m_network.reset(); }

    void withoutATrackerThereIsAWalletAllTheSame()
    {
        node::LocalNode node(config("without"));
        QTRY_COMPARE_WITH_TIMEOUT(node.snapshot().keys.state, node::KeyState::Open, patience);
        QTRY_COMPARE_WITH_TIMEOUT(node.snapshot().tracker.state, node::TrackerState::Offline, patience);
        QVERIFY(node.snapshot().tracker.link.empty());
        QVERIFY2(node.snapshot().tracker.problem.find("no wallet tracker") != std::string::npos, node.snapshot().tracker.problem.c_str());
        QVERIFY2(!node.snapshot().wallet.spend.has_value(), "unknown is not zero");
        const base::Address address = node.snapshot().wallet.ordinaryAddress;
        QSignalSpy searched(&node, &node::Node::searched);
        node.search({}, {});
        QTRY_COMPARE_WITH_TIMEOUT(searched.size(), 1, patience);
        QVERIFY(!searched.first().first().value<node::FilmPage>().problem.empty());

        QSignalSpy done(&node, &node::Node::walletActionDone);
        node.setTracker(u"https://example.org"_s);
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, patience);
        QVERIFY(!done.takeFirst().first().toString().isEmpty());
        node.setTracker(m_network->trackerLink());
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, patience);
        QCOMPARE(done.first().first().toString(), QString());
        QTRY_VERIFY_WITH_TIMEOUT(isOnline(node), patience);
        QCOMPARE(node.snapshot().wallet.ordinaryAddress, address);
        QCOMPARE(node.snapshot().tracker.link, m_network->trackerLink().toStdString());
        QCOMPARE(node::knownTracker(config("without").dataFolder, {}), m_network->trackerLink());
        stop(node);
    }
    /// Who opens a film first is with its tracker, but has not chosen it for good.
    void aFilmBringsItsTracker()
    {
        node::LocalNode node(config("film"));
        QTRY_COMPARE_WITH_TIMEOUT(node.snapshot().keys.state, node::KeyState::Open, patience);
        const QString link = u"mutoscope:"_s + QString(64, u'a') + u"?tracker="_s + QString::fromLatin1(QUrl::toPercentEncoding(m_network->trackerLink()));
        node.open(link, {});
        QTRY_VERIFY_WITH_TIMEOUT(isOnline(node), patience);
        QTRY_COMPARE_WITH_TIMEOUT(node.snapshot().viewing.stage, node::Stage::Failed, patience); // nobody seeds it
        QCOMPARE(node::knownTracker(config("film").dataFolder, {}), QString());
        stop(node);
    }
    void aWalletIsMadeWhileTheTrackerChanges_data()
    {
        QTest::addColumn<bool>("walletFirst");
        QTest::newRow("the tracker is chosen first") << false;
        QTest::newRow("the wallet is asked for first") << true;
    }
    /// The node begins anew for another tracker; what is asked for just then is answered all the same.
    void aWalletIsMadeWhileTheTrackerChanges()
    {
        QFETCH(bool, walletFirst);
        auto first = config(walletFirst ? "wallet-first" : "tracker-first");
        first.keys = {.place = node::KeyPlace::File, .plainFile = true, .create = false, .passphrase = nullptr};
        node::LocalNode node(std::move(first));
        QTRY_COMPARE_WITH_TIMEOUT(node.snapshot().keys.state, node::KeyState::None, patience);
        QSignalSpy done(&node, &node::Node::keysDone);
        const auto passphrase = std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf("correct horse"));
        if (walletFirst)
            node.createWallet(passphrase);
        node.setTracker(m_network->trackerLink());
        if (!walletFirst)
            node.createWallet(passphrase);
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, patience);
        QCOMPARE(done.first().first().toString(), QString());
        node.unlock(passphrase); // where the node began anew it is locked
        QTRY_VERIFY_WITH_TIMEOUT(isOnline(node), patience);
        stop(node);
    }
    void lockedItStaysLocked()
    {
        node::LocalNode node(config("locked"));
        QTRY_COMPARE_WITH_TIMEOUT(node.snapshot().keys.state, node::KeyState::Open, patience);
        node.lock();
        QTRY_COMPARE_WITH_TIMEOUT(node.snapshot().keys.state, node::KeyState::Locked, patience);
        node.setTracker(m_network->trackerLink());
        QTRY_COMPARE_WITH_TIMEOUT(node.snapshot().tracker.link, m_network->trackerLink().toStdString(), patience);
        QCOMPARE(node.snapshot().keys.state, node::KeyState::Locked);
        node.unlock(nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(isOnline(node), patience);
        stop(node);
    }
    /// Nobody gets in before there is something to be had.
    void itListensOnceAFilmIsSeeded()
    {
        auto first = config("listens");
        first.tracker = *net::parseTrackerLink(m_network->trackerLink().toStdString());
        node::LocalNode node(std::move(first));
        QTRY_VERIFY_WITH_TIMEOUT(isOnline(node), patience);
        QCOMPARE(node.snapshot().listening, std::string());
        const std::string playlist = film();
        QVERIFY(!playlist.empty());
        QSignalSpy published(&node, &node::Node::published);
        node.publish({.playlist = playlist, .poster = {}, .title = "Film", .description = {}, .pricePerMiB = base::Tokens(10'000), .access = {}});
        QTRY_COMPARE_WITH_TIMEOUT(published.size(), 1, patience);
        QVERIFY2(published.first().at(1).toString().isEmpty(), qPrintable(published.first().at(1).toString()));
        QTRY_VERIFY_WITH_TIMEOUT(!node.snapshot().listening.empty(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(!node.snapshot().seeding.empty() && node.snapshot().seeding.front().problem.empty(), patience);
        QSignalSpy checked(&node, &node::Node::seedersChecked);
        node.checkSeeders(node.snapshot().seeding.front().content);
        QTRY_COMPARE_WITH_TIMEOUT(checked.size(), 1, patience);
        const auto health = checked.first().first().value<node::FilmHealth>();
        QCOMPARE(health.seeders.size(), 1u);
        stop(node);
    }
    /// The film is made, published and offered in a second window, and all of it goes when it is ended.
    void theTrialRuns()
    {
        QVERIFY(app::PrivateTrial::isPossible(programs()));
        QVERIFY(!app::PrivateTrial::isPossible(m_folder.path()));
        app::PrivateTrial trial(programs());
        QList<ui::Trial::Step> steps;
        std::optional<ui::Trial::Outcome> outcome;
        connect(&trial, &ui::Trial::stepped, this, [&steps](ui::Trial::Step step) { steps << step; });
        connect(&trial, &ui::Trial::ended, this, [&outcome](const ui::Trial::Outcome& how) { outcome = how; });
        trial.start({});
        QTRY_VERIFY_WITH_TIMEOUT(outcome || steps.contains(ui::Trial::Step::Watching), patience);
        QVERIFY2(!outcome, outcome ? qPrintable(outcome->problem) : "");
        QCOMPARE(steps, (QList{ui::Trial::Step::MakingFilm, ui::Trial::Step::StartingTracker, ui::Trial::Step::Publishing, ui::Trial::Step::Watching}));
        trial.cancel();
        QTRY_VERIFY_WITH_TIMEOUT(outcome.has_value(), patience);
        QCOMPARE(outcome->problem, QString());
        QVERIFY2(!outcome->earned, "nothing was watched");
    }
    void whatIsNoFilmIsSaid()
    {
        app::PrivateTrial trial(programs());
        std::optional<ui::Trial::Outcome> outcome;
        connect(&trial, &ui::Trial::ended, this, [&outcome](const ui::Trial::Outcome& how) { outcome = how; });
        trial.start(u"/etc/hostname"_s);
        QTRY_VERIFY_WITH_TIMEOUT(outcome.has_value(), patience);
        QVERIFY2(outcome->problem.contains(u"hostname"_s) && !outcome->problem.contains(u"info"_s), qPrintable(outcome->problem));
    }
};

QTEST_MAIN(TestFirst)
#include "tst_first.moc"
