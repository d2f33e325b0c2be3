#include <QtTest>

#include "p2p/content/library.h"
#include "tests/unit/content/fixture.h"

using namespace mutoscope;
using namespace mutoscope::content;
using namespace mutoscope::content::testing;
using base::ErrorCode;
using base::SegmentIndex;
namespace fs = std::filesystem;

class TestLibrary : public QObject
{
    Q_OBJECT

    std::unique_ptr<Home> m_home;
    std::unique_ptr<Library> m_library;

    void openLibrary()
    {
        m_library.reset();
        auto opened = Library::open(m_home->path("library"), "test", *m_home->store);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        m_library = std::move(*opened);
    }

    /// A stream of two segments of these texts.
    wire::Signed<wire::Manifest> film(const std::string& name, const std::string& first, const std::string& second)
    {
        const fs::path folder = m_home->path(name);
        writeText(folder / "a.ts", first);
        writeText(folder / "b.ts", second);
        writeText(folder / "i.m3u8",
                  "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\na.ts\n#EXTINF:1,\nb.ts\n#EXT-X-ENDLIST\n");
        return importHls(folder / "i.m3u8", {.network = "test", .title = name, .description = {}, .poster = {}},
                         *m_home->store, m_home->key, m_home->clock, {})
            .value();
    }

private Q_SLOTS:
    void init()
    {
        m_library.reset();
        m_home = std::make_unique<Home>();
        openLibrary();
    }
    void cleanup() { m_library.reset(); }

    void holdsStreams()
    {
        const auto b = film("b", "1", "2");
        const auto a = film("a", "3", "4");
        const auto id = wire::contentId(a);
        QCOMPARE(m_library->load(id).error().code, ErrorCode::NotFound);
        QVERIFY(m_library->add(b));
        QVERIFY(m_library->add(a));
        QVERIFY(m_library->add(a));
        QCOMPARE(m_library->list().size(), std::size_t{2});
        QCOMPARE(m_library->list()[0]->message.title, std::string("a"));
        const auto stream = m_library->load(id);
        QVERIFY(stream);
        QCOMPARE(stream->id(), id);
        QVERIFY(m_library->hasAll(id));
        QCOMPARE(m_library->heldSegments(*stream), (std::vector{true, true}));
        QCOMPARE(readText(m_home->path("library") / (base::toHex(id) + ".jws")), a.bytes);
    }

    void survivesARestart()
    {
        const auto a = film("a", "1", "2");
        QVERIFY(m_library->add(a));
        openLibrary();
        QCOMPARE(m_library->list().size(), std::size_t{1});
        QVERIFY(m_library->hasAll(wire::contentId(a)));
        // Pinned again: no room is made by taking it away.
        m_home->store->setLimits({.quota = base::ByteCount(0)});
        QVERIFY(m_library->hasAll(wire::contentId(a)));
        m_library.reset();
        m_home->store->setLimits({.quota = base::ByteCount(0)});
        QCOMPARE(m_home->store->usage(), base::ByteCount(0));
    }

    /// What is only watched gives way to what is needed now; what is seeded stays.
    void whatIsNotKeptMakesRoom()
    {
        const auto watched = film("a", "1", "2");
        const auto seeded = film("b", "3", "4");
        QVERIFY(m_library->add(watched, Library::Keep::Playlists));
        QVERIFY(m_library->add(seeded));
        QCOMPARE(m_library->usage(wire::contentId(watched)), base::ByteCount(2));
        m_home->store->setLimits({.quota = base::ByteCount(0)});
        QCOMPARE(m_library->usage(wire::contentId(watched)), base::ByteCount(0));
        QCOMPARE(m_library->usage(wire::contentId(seeded)), base::ByteCount(2));
        QVERIFY(m_library->load(wire::contentId(watched))); // its playlists stay

        m_home->store->setLimits({});
        m_library->keep(wire::contentId(seeded), Library::Keep::Playlists);
        m_library->keep(wire::contentId(seeded), Library::Keep::Playlists);
        m_home->store->setLimits({.quota = base::ByteCount(0)});
        QCOMPARE(m_library->usage(wire::contentId(seeded)), base::ByteCount(0));

        // By a rule, after a restart.
        m_home->store->setLimits({});
        const auto again = film("b", "3", "4");
        static_cast<void>(film("a", "1", "2"));
        m_library.reset();
        auto opened = Library::open(m_home->path("library"), "test", *m_home->store, [](const base::ContentId&, const wire::Manifest& manifest) {
            return manifest.title == "a" ? Library::Keep::All : Library::Keep::Playlists;
        });
        m_library = std::move(*opened);
        m_home->store->setLimits({.quota = base::ByteCount(0)});
        QCOMPARE(m_library->usage(wire::contentId(watched)), base::ByteCount(2));
        QCOMPARE(m_library->usage(wire::contentId(again)), base::ByteCount(0));
    }

    void leavesForeignFilesAlone()
    {
        const auto a = film("a", "1", "2");
        const fs::path folder = m_home->path("library");
        writeText(folder / "notes.txt", "x");
        writeText(folder / "broken.jws", "{");
        writeText(folder / (base::toHex(base::ContentId()) + ".jws"), a.bytes); // under another id
        wire::Manifest other = a.message;
        other.network = "another";
        const auto foreign = wire::sign(other, m_home->key);
        writeText(folder / (base::toHex(wire::contentId(foreign)) + ".jws"), foreign.bytes);
        openLibrary();
        QVERIFY(m_library->list().empty());
        QVERIFY(fs::exists(folder / "broken.jws"));
        QCOMPARE(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 4);
    }

    void refusesAManifestThatIsNotSigned()
    {
        auto a = film("a", "1", "2");
        wire::Manifest forged = a.message;
        forged.title = "another";
        const std::string seed(32, 'x');
        const auto stranger = crypto::NodeKey::fromSeed(reinterpret_cast<const std::uint8_t*>(seed.data()));
        QVERIFY(!m_library->add(wire::sign(forged, stranger))); // names the publisher's key, has another's signature
        a.bytes[a.bytes.size() / 2] ^= 1;
        QVERIFY(!m_library->add(a));
        QVERIFY(m_library->list().empty());
        QVERIFY(fs::is_empty(m_home->path("library")));
    }

    void mayComeBeforeItsObjects()
    {
        Home elsewhere;
        QVERIFY(runFfmpeg(elsewhere.path("ts"), transportStream));
        const auto manifest = elsewhere.import(elsewhere.path("ts/index.m3u8"));
        QVERIFY(manifest);
        const auto id = wire::contentId(*manifest);
        const auto move = [&](const base::Sha256& hash) {
            QVERIFY(m_home->store->put(hash, **elsewhere.store->get(hash)));
        };

        QVERIFY(m_library->add(*manifest));
        QCOMPARE(m_library->load(id).error().code, ErrorCode::NotFound);
        QVERIFY(!m_library->hasAll(id));
        move(manifest->message.playlists[0].sha256);
        const auto stream = m_library->load(id);
        QVERIFY(stream);
        QCOMPARE(m_library->heldSegments(*stream), std::vector(5, false));
        move(stream->segment(SegmentIndex(3)).sha256);
        QCOMPARE(m_library->heldSegments(*stream), (std::vector{false, false, false, true, false}));
        QVERIFY(!m_library->hasAll(id));
        for (std::uint32_t i = 0; i < 5; ++i)
            move(stream->segment(SegmentIndex(i)).sha256);
        QVERIFY(m_library->hasAll(id));
        m_home->store->setLimits({.quota = base::ByteCount(0)}); // pinned as they came
        QVERIFY(m_library->hasAll(id));
    }

    void removesWhatNobodyElseUses()
    {
        const auto a = film("a", "shared", "only a");
        const auto b = film("b", "shared", "only b");
        QVERIFY(m_library->add(a));
        QVERIFY(m_library->add(b));
        QVERIFY(m_library->remove(wire::contentId(a)));
        QVERIFY(m_home->store->contains(crypto::sha256("shared")));
        QVERIFY(!m_home->store->contains(crypto::sha256("only a")));
        QVERIFY(m_library->hasAll(wire::contentId(b)));
        QCOMPARE(m_library->remove(wire::contentId(a)).error().code, ErrorCode::NotFound);
        openLibrary();
        QCOMPARE(m_library->list().size(), std::size_t{1});
        QVERIFY(m_library->remove(wire::contentId(b)));
        QCOMPARE(m_home->store->usage(), base::ByteCount(0));
    }
};

QTEST_GUILESS_MAIN(TestLibrary)
#include "tst_library.moc"
