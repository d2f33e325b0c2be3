#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/demo/private_network.h"
#include "p2p/crypto/node_key.h"
#include "p2p/node/local_node.h"

using namespace mutoscope;

namespace
{

constexpr int programTime = 180'000;
constexpr int answerTime = 60'000;

} // namespace

/// A film that a real seeder has announced at a real tracker is found by its words, with its poster.
class TestCatalogue : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    app::PrivateNetwork m_network{qEnvironmentVariable("MUTOSCOPE_BIN_DIR"), m_folder.path()};
    std::unique_ptr<node::LocalNode> m_node;
    std::optional<node::FilmPage> m_page;

    void search(const QString& text)
    {
        m_page.reset();
        m_node->search(text, {});
        QTRY_VERIFY_WITH_TIMEOUT(m_page.has_value(), answerTime);
        QCOMPARE(m_page->problem, "");
    }

private Q_SLOTS:
    void initTestCase()
    {
        crypto::initialise();
        const QString film = m_folder.filePath(QStringLiteral("film.mp4"));
        const QStringList arguments{QStringLiteral("-nostdin"), QStringLiteral("-loglevel"), QStringLiteral("error"), QStringLiteral("-f"),
                                    QStringLiteral("lavfi"), QStringLiteral("-i"), QStringLiteral("testsrc2=size=320x180:rate=25:duration=4"),
                                    QStringLiteral("-c:v"), QStringLiteral("libx264"), QStringLiteral("-preset"), QStringLiteral("ultrafast"),
                                    film};
        QVERIFY(app::runToEnd(QStringLiteral("ffmpeg"), arguments, programTime).has_value());
        const auto tracker = m_network.startTracker();
        QVERIFY2(tracker, tracker ? "" : tracker.error().message.c_str());
        const auto seeder = m_network.startSeeder(QStringLiteral("seeder"), film, QStringLiteral("Élan vital"), QStringLiteral("0.5"));
        QVERIFY2(seeder, seeder ? "" : seeder.error().message.c_str());

        const auto link = net::parseTrackerLink(m_network.trackerLink().toStdString());
        QVERIFY(link);
        const QStringList node = m_network.nodeArguments(QStringLiteral("viewer"));
        const auto named = node.indexOf(QStringLiteral("--network"));
        node::NodeConfig config;
        config.dataFolder = m_folder.filePath(QStringLiteral("viewer")).toStdString();
        config.tracker = *link;
        if (named >= 0)
            config.network = node.at(named + 1).toStdString();
        m_node = std::make_unique<node::LocalNode>(std::move(config));
        connect(m_node.get(), &node::Node::searched, this, [this](const node::FilmPage& page) { m_page = page; });
    }
    void aFilmIsFoundWithItsPoster()
    {
        search(QStringLiteral("vital elan"));
        QCOMPARE(m_page->films.size(), 1u);
        const node::FoundFilm film = m_page->films.front();
        QCOMPARE(film.title, "Élan vital");
        QCOMPARE(film.seeders, 1);
        QVERIFY(film.durationMs > 3'000 && film.durationMs < 5'000);
        QVERIFY(film.price && film.price->value() > 0);
        QVERIFY(film.link.starts_with("mutoscope:"));
        QCOMPARE(m_page->next, "");
        QVERIFY(film.poster);
        QSignalSpy posters(m_node.get(), &node::Node::posterCame);
        m_node->fetchPoster(film.content, *film.poster);
        QTRY_COMPARE_WITH_TIMEOUT(posters.size(), 1, answerTime);
        QCOMPARE(posters[0][1].toByteArray().size(), film.poster->bytes.value());
    }
    void otherWordsFindNothing()
    {
        search(QStringLiteral("moon"));
        QVERIFY(m_page->films.empty());
        search({});
        QCOMPARE(m_page->films.size(), 1u);
    }
    void cleanupTestCase() { m_node.reset(); }
};

QTEST_GUILESS_MAIN(TestCatalogue)
#include "tst_catalogue.moc"
