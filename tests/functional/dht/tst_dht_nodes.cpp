#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

#include "app/demo/private_network.h"
#include "p2p/crypto/node_key.h"
#include "p2p/node/local_node.h"

using namespace mutoscope;

namespace
{

constexpr int programTime = 180'000;
constexpr int answerTime = 60'000;

} // namespace

/// Two nodes, and a real tracker for the money only: all that the viewer knows of the seeder comes from a private DHT of both.
class TestDhtNodes : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    app::PrivateNetwork m_network{qEnvironmentVariable("MUTOSCOPE_BIN_DIR"), m_folder.path()};
    std::unique_ptr<node::LocalNode> m_seeder;
    std::unique_ptr<node::LocalNode> m_viewer;
    QString m_link;

    std::unique_ptr<node::LocalNode> start(const QString& name, std::uint16_t port, std::uint16_t other, std::set<node::SourceKind> sources)
    {
        const QStringList arguments = m_network.nodeArguments(name);
        const auto named = arguments.indexOf(QStringLiteral("--network"));
        node::NodeConfig config;
        config.dataFolder = m_folder.filePath(name).toStdString();
        config.tracker = *net::parseTrackerLink(m_network.trackerLink().toStdString());
        if (named >= 0)
            config.network = arguments.at(named + 1).toStdString();
        config.listen = {"127.0.0.1", 0};
        config.useRelay = false;
        config.dhtPort = port;
        config.dhtNodes = {{.host = "127.0.0.1", .port = other, .pin = {}}};
        config.sources = std::move(sources);
        return std::make_unique<node::LocalNode>(std::move(config));
    }
    [[nodiscard]] node::SourceStatus dht() const
    {
        for (const node::SourceStatus& source : m_viewer->snapshot().sources) {
            if (source.kind == node::SourceKind::Dht)
                return source;
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        crypto::initialise();
        const QString playlist = m_folder.filePath(QStringLiteral("film.m3u8"));
        const QStringList film{QStringLiteral("-nostdin"), QStringLiteral("-loglevel"), QStringLiteral("error"), QStringLiteral("-f"),
                               QStringLiteral("lavfi"), QStringLiteral("-i"), QStringLiteral("testsrc2=size=160x90:rate=25:duration=4"),
                               QStringLiteral("-c:v"), QStringLiteral("libx264"), QStringLiteral("-preset"), QStringLiteral("ultrafast"),
                               QStringLiteral("-f"), QStringLiteral("hls"), QStringLiteral("-hls_playlist_type"), QStringLiteral("vod"), playlist};
        QVERIFY(app::runToEnd(QStringLiteral("ffmpeg"), film, programTime).has_value());
        const auto tracker = m_network.startTracker();
        QVERIFY2(tracker, tracker ? "" : tracker.error().message.c_str());

        // Another run of this test may be under way on the same machine.
        const auto port = static_cast<std::uint16_t>(30'000 + 2 * (::getpid() % 5'000));
        const auto viewersPort = static_cast<std::uint16_t>(port + 1);
        m_seeder = start(QStringLiteral("seeder"), port, viewersPort, {node::SourceKind::Dht});
        m_viewer = start(QStringLiteral("viewer"), viewersPort, port, {});
        connect(m_seeder.get(), &node::Node::published, this, [this](const QString& link, const QString& problem) {
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
            m_link = link;
        });
        m_seeder->publish({.playlist = playlist.toStdString(), .poster = {}, .title = "By the DHT", .description = {}, .pricePerMiB = base::Tokens(1'000)});
        QTRY_VERIFY_WITH_TIMEOUT(!m_link.isEmpty(), programTime);
        QVERIFY(m_link.contains(u"publisher="));
    }
    void withoutItNothingIsFound()
    {
        QCOMPARE(dht().state, node::SourceState::Off);
        m_viewer->open(m_link, {});
        QTRY_COMPARE_WITH_TIMEOUT(m_viewer->snapshot().viewing.stage, viewer::Stage::Failed, answerTime);
    }
    void switchedOnItLeadsToTheSeeder()
    {
        m_viewer->setSource(node::SourceKind::Dht, true);
        // What both have to say of themselves takes a moment: who looks before looks again.
        QTRY_VERIFY_WITH_TIMEOUT((m_viewer->snapshot().viewing.stage == viewer::Stage::Failed ? m_viewer->open(m_link, {}) : void(),
                                  m_viewer->snapshot().viewing.title == "By the DHT"),
                                 answerTime);
        QTRY_COMPARE_WITH_TIMEOUT(dht().state, node::SourceState::Found, answerTime);
        QCOMPARE(dht().found, 1);
    }
    void cleanupTestCase()
    {
        m_viewer.reset();
        m_seeder.reset();
    }
};

QTEST_GUILESS_MAIN(TestDhtNodes)
#include "tst_dht_nodes.moc"
