#include <QTest>

#include "p2p/node/shelf.h"
#include "tests/support/virtual_time.h"
#include "tests/unit/content/fixture.h"

using namespace mutoscope;
using content::Library;
using namespace content::testing;

namespace
{

const std::string playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n0.ts\n#EXT-X-ENDLIST\n";

/// A shelf over a library whose disk is this thread, too.
struct Room {
    Home home;
    test::VirtualTime time;
    std::unique_ptr<Library> library = *Library::open(home.path("library"), "test", *home.store);
    int changes = 0;
    node::Shelf shelf{{.executor = time,
                       .disk = time,
                       .library = *library,
                       .store = *home.store,
                       .node = home.key.publicKey(),
                       .linkOf = [](const base::ContentId&) { return std::string("a link"); },
                       .changed = [this] { ++changes; }}};

    base::ContentId add(int number, Library::Keep keep = Library::Keep::Playlists)
    {
        const auto folder = home.path("film" + std::to_string(number));
        writeText(folder / "index.m3u8", playlist);
        writeText(folder / "0.ts", "segment of film " + std::to_string(number));
        const auto manifest = content::importHls(folder / "index.m3u8", {.network = "test", .title = "film " + std::to_string(1'000 + number), .description = {}, .poster = {}},
                                                 *home.store, home.key, home.clock, {});
        if (!manifest || !library->add(*manifest, keep))
            qFatal("no film");
        return wire::contentId(*manifest);
    }
    [[nodiscard]] std::vector<std::int64_t> here() const
    {
        std::vector<std::int64_t> bytes;
        for (const node::LibraryFilm& film : *shelf.films())
            bytes.push_back(film.here.value());
        return bytes;
    }
    void settle() { time.advance(std::chrono::seconds(1)); }
};

} // namespace

class TestShelf : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void allAreCounted()
    {
        Room room;
        for (int i = 0; i < 30; ++i)
            room.add(i);
        room.shelf.refresh();
        QVERIFY(!room.shelf.films()); // not at once
        room.settle();
        QCOMPARE(room.shelf.films()->size(), 30U);
        QCOMPARE(room.changes, 1);
        QCOMPARE(room.here().front(), 17);
        QCOMPARE(room.shelf.films()->front().link, std::string("a link"));
        QVERIFY(room.shelf.films()->front().isOwn);
    }

    void oneThatChangedIsCounted()
    {
        Room room;
        for (int i = 0; i < 3; ++i)
            room.add(i);
        room.shelf.refresh();
        room.settle();
        const base::ContentId late = room.add(3);
        room.shelf.refresh(late);
        room.settle();
        QCOMPARE(room.here(), (std::vector<std::int64_t>{17, 17, 17, 17}));
        QVERIFY(room.library->remove(late));
        room.shelf.refresh(late);
        room.settle();
        QCOMPARE(room.here(), (std::vector<std::int64_t>{17, 17, 17}));
        QCOMPARE(room.changes, 3);
    }

    /// Room was made for one film: the others are counted again, though nobody says so.
    void whatMadeRoomIsCounted()
    {
        Room room;
        for (int i = 0; i < 3; ++i)
            room.add(i);
        room.shelf.refresh();
        room.settle();
        room.home.store->setLimits({.quota = base::ByteCount(0)});
        room.home.store->setLimits({});
        const base::ContentId late = room.add(3);
        room.shelf.refresh(late);
        room.settle();
        QCOMPARE(room.here(), (std::vector<std::int64_t>{0, 0, 0, 17}));
    }

    /// Nothing is forgotten that changes while it is being counted.
    void whatChangesMeanwhileIsCountedAfterwards()
    {
        Room room;
        for (int i = 0; i < 20; ++i)
            room.add(i);
        room.shelf.refresh();
        const base::ContentId late = room.add(20);
        room.shelf.refresh(late);
        room.shelf.refresh(late);
        room.settle();
        QCOMPARE(room.shelf.films()->size(), 21U);
        QCOMPARE(room.changes, 2);
    }

    void nothingAfterItsEnd()
    {
        Home home;
        test::VirtualTime time;
        const auto library = *Library::open(home.path("library"), "test", *home.store);
        int changes = 0;
        auto shelf = std::make_unique<node::Shelf>(node::Shelf::Parts{.executor = time,
                                                                      .disk = time,
                                                                      .library = *library,
                                                                      .store = *home.store,
                                                                      .node = {},
                                                                      .linkOf = [](const base::ContentId&) { return std::string(); },
                                                                      .changed = [&changes] { ++changes; }});
        shelf->refresh();
        shelf.reset();
        time.advance(std::chrono::seconds(1));
        QCOMPARE(changes, 0);
    }
};

QTEST_GUILESS_MAIN(TestShelf)
#include "tst_shelf.moc"
