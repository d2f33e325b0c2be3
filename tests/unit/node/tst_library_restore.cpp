#include <QTemporaryDir>
#include <QTest>

#include "p2p/base/file.h"
#include "p2p/node/library_restore.h"
#include "p2p/wire/relaying.h"
#include "tests/support/virtual_time.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using node::LibraryRestore;

namespace
{

base::ContentId film(char name)
{
    return base::ContentId::fromRaw(std::string(32, name));
}

std::vector<wire::HistoryEntry> historyOf(const std::string& films)
{
    std::vector<wire::HistoryEntry> history(1); // a transfer has no film
    history.emplace_back().content = wire::relayedContent(); // nor has what a relay was paid
    for (const char name : films) {
        history.emplace_back().content = film(name);
        history.emplace_back().content = film(name); // opened and closed
    }
    return history;
}

/// A folder, what its library has and what can be had.
struct Home {
    QTemporaryDir folder;
    VirtualTime time;
    std::set<base::ContentId> library;
    std::set<base::ContentId> seeded;
    std::string asked; ///< for which films, in this order
    int underWay = 0;
    std::unique_ptr<LibraryRestore> restore;

    Home() { start(); }
    /// As after a restart.
    void start()
    {
        restore = std::make_unique<LibraryRestore>(LibraryRestore::Parts{
            .executor = time,
            .file = file(),
            .has = [this](const auto& content) { return library.contains(content); },
            .fetch =
                [this](const auto& content, const LibraryRestore::Fetched& fetched) {
                    asked += content.raw().front();
                    if (++underWay > 1)
                        qFatal("two at once");
                    time.after(1s, [this, content, fetched] {
                        --underWay;
                        if (seeded.contains(content))
                            library.insert(content);
                        fetched();
                    });
                },
            .changed = [] {}});
    }
    [[nodiscard]] std::filesystem::path file() const { return std::filesystem::path(folder.path().toStdString()) / "library-restore.json"; }
};

} // namespace

class TestLibraryRestore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsDoneUnasked()
    {
        Home home;
        QVERIFY(home.restore->load());
        QVERIFY(!home.restore->wantsHistory());
        home.time.advance(1h);
        QCOMPARE(home.asked, std::string());
    }

    void theFilmsOfTheHistoryComeBack()
    {
        Home home;
        home.library = {film('b')};
        home.seeded = {film('a'), film('b'), film('c')};
        QVERIFY(home.restore->begin());
        home.restore->collect(historyOf("abc"));
        QCOMPARE(home.restore->pending(), std::size_t(2));
        home.time.advance(5s);
        QCOMPARE(home.asked, std::string("ac"));
        QCOMPARE(home.restore->pending(), std::size_t(0));
        QVERIFY(!std::filesystem::exists(home.file()));
        home.time.advance(1h);
        QCOMPARE(home.asked, std::string("ac"));
    }

    void whatNobodyHasIsAskedForAgain()
    {
        Home home;
        home.seeded = {film('b')};
        QVERIFY(home.restore->begin());
        home.restore->collect(historyOf("ab"));
        home.time.advance(5s);
        QCOMPARE(home.asked, std::string("ab"));
        QCOMPARE(home.restore->pending(), std::size_t(1));
        home.time.advance(LibraryRestore::again - 5s);
        QCOMPARE(home.asked, std::string("ab"));
        home.seeded.insert(film('a'));
        home.time.advance(10s);
        QCOMPARE(home.asked, std::string("aba"));
        QCOMPARE(home.restore->pending(), std::size_t(0));
    }

    /// Before the history came, and in the middle.
    void itGoesOnAfterARestart()
    {
        Home home;
        QVERIFY(home.restore->begin());
        home.start();
        QVERIFY(home.restore->load());
        QVERIFY(home.restore->wantsHistory());
        home.restore->collect(historyOf("ab"));
        home.time.advance(500ms);
        home.start();
        home.time.advance(5s);
        home.asked.clear();
        home.seeded = {film('a'), film('b')};
        QVERIFY(home.restore->load());
        QVERIFY(!home.restore->wantsHistory());
        QCOMPARE(home.restore->pending(), std::size_t(2));
        home.time.advance(5s);
        QCOMPARE(home.asked, std::string("ab"));
        home.start();
        QVERIFY(home.restore->load());
        QCOMPARE(home.restore->pending(), std::size_t(0));
    }

    void aDamagedFileIsSaid()
    {
        Home home;
        QVERIFY(base::writeFileDurably(home.file(), "{\"films\":7}"));
        QVERIFY(!home.restore->load());
    }
};

QTEST_GUILESS_MAIN(TestLibraryRestore)
#include "tst_library_restore.moc"
