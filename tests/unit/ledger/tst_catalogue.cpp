#include <QTest>

#include "p2p/ledger/search_words.h"
#include "tests/unit/ledger/ledger_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using base::ErrorCode;

namespace
{

struct Catalogue : World {
    std::vector<base::ContentId> films;

    wire::Signed<wire::Manifest> manifest(const std::string& title, const std::string& description = {})
    {
        wire::Manifest film;
        film.network = network;
        film.publisher = seeder.publicKey();
        film.title = title;
        film.description = description;
        film.durationMs = 60'000;
        film.segmentBytes = base::ByteCount(MiB);
        film.poster = wire::ObjectRef{crypto::sha256(title), base::ByteCount(1'000)};
        film.playlists.push_back({crypto::sha256("playlist"), base::ByteCount(100), 10});
        return wire::sign(film, seeder);
    }
    base::Result<UnixMs> announce(const wire::Signed<wire::Manifest>& film, const crypto::NodeKey& key, std::int64_t price = 5,
                                  std::int64_t forMs = 600'000)
    {
        wire::Offer offer;
        offer.network = network;
        offer.seeder = key.publicKey();
        offer.tracker = tracker.publicKey();
        offer.incomeAddress = income(key);
        offer.content = wire::contentId(film);
        offer.pricePerMiB = Tokens(price);
        offer.expires = UnixMs(clock.now().value() + forMs);
        const auto document = wire::sign(offer, key);
        return run([&](ledger::Ledger& l) { return l.putOffer(document); });
    }
    base::Result<void> describe(const wire::Signed<wire::Manifest>& film)
    {
        return run([&](ledger::Ledger& l) { return l.describe(film); });
    }
    /// Announced and described, a second after the one before.
    wire::Signed<wire::Manifest> list(const std::string& title, const std::string& description = {})
    {
        clock.advance(std::chrono::seconds(1));
        auto film = manifest(title, description);
        if (!announce(film, seeder) || !describe(film))
            qFatal("the film is not listed");
        return film;
    }
    base::Result<ledger::Ledger::Films> search(const std::string& text, const std::string& cursor = {}, std::int64_t limit = 50)
    {
        return run([&](ledger::Ledger& l) { return l.search(text, cursor, limit); });
    }
    std::vector<std::string> titles(const std::string& text)
    {
        std::vector<std::string> all;
        const auto found = search(text);
        for (const auto& hit : found->hits)
            all.push_back(hit.title);
        return all;
    }
};

using Titles = std::vector<std::string>;

} // namespace

/// On both engines, see CMakeLists.txt.
class TestCatalogue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void words()
    {
        QCOMPARE(ledger::searchWords("The Élan, the ÉLAN & H.264!", 10), (Titles{"the", "elan", "h", "264"}));
        QCOMPARE(ledger::searchWords("Ёлка — ЁЛКА и лес", 10), (Titles{"елка", "и", "лес"}));
        QCOMPARE(ledger::searchWords("one two three", 2), (Titles{"one", "two"}));
        QCOMPARE(ledger::searchWords(" .,\xff ", 10), Titles{});
        QCOMPARE(ledger::searchWords(std::string(500, 'a'), 10), Titles{std::string(40, 'a')});
    }
    void onlyWhatIsAnnouncedIsListed()
    {
        Catalogue c;
        const auto film = c.manifest("Sintel");
        const auto unheard = c.describe(film);
        QVERIFY(!unheard);
        QCOMPARE(unheard.error().code, ErrorCode::NotFound);
        QVERIFY(c.announce(film, c.seeder));
        QVERIFY(c.titles("").empty()); // not described yet
        QVERIFY(c.describe(film));
        QVERIFY(c.describe(film)); // again
        QCOMPARE(c.titles(""), Titles{"Sintel"});
    }
    void aHitSaysWhatACardShows()
    {
        Catalogue c;
        const auto film = c.list("Sintel", std::string(498, 'x') + "ыы");
        QVERIFY(c.announce(film, c.viewer, 3));
        QVERIFY(c.announce(film, c.stranger, 9, 1'000));
        auto hit = c.search("sintel")->hits.at(0);
        QCOMPARE(hit.seeders, 3);
        QCOMPARE(hit.pricePerMiB, Tokens(3));
        QCOMPARE(hit.content, wire::contentId(film));
        QCOMPARE(hit.durationMs, 60'000);
        QCOMPARE(hit.segmentBytes.value(), World::MiB);
        QCOMPARE(hit.poster, film.message.poster);
        QCOMPARE(hit.description, std::string(498, 'x') + "ы");
        c.clock.advance(std::chrono::seconds(1)); // one offer expires
        QCOMPARE(c.search("sintel")->hits.at(0).seeders, 2);
    }
    void whatIsFound()
    {
        Catalogue c;
        c.list("Élan vital");
        c.list("A Trip to the Moon", "with the élan of 1902");
        c.list("Moonlight");
        c.list("Night train", "by moon and by day");
        QCOMPARE(c.titles("moon"), (Titles{"Moonlight", "A Trip to the Moon", "Night train"})); // titles first, then the newest
        QCOMPARE(c.titles("MOON trip"), Titles{"A Trip to the Moon"});
        QCOMPARE(c.titles("trip 1902"), Titles{"A Trip to the Moon"}); // one in the title, one in the description
        QCOMPARE(c.titles("elan"), (Titles{"Élan vital", "A Trip to the Moon"}));
        QCOMPARE(c.titles("ight"), Titles{});
        QCOMPARE(c.titles("moon sun"), Titles{});
        QCOMPARE(c.titles("?!"), Titles{});
        QCOMPARE(c.titles("  "), (Titles{"Night train", "Moonlight", "A Trip to the Moon", "Élan vital"}));
        QCOMPARE(c.titles("moon\" OR title:x* ' & ) -"), Titles{}); // nothing of it is a language
    }
    void pagesStayWhereTheyAre()
    {
        for (const char* text : {"", "film"}) {
            Catalogue c;
            for (int i = 0; i < 7; ++i)
                c.list("Film " + std::to_string(i), i % 2 == 0 ? "" : "odd");
            const auto first = c.search(text, {}, 3);
            QCOMPARE(first->hits.size(), 3U);
            QVERIFY(!first->cursor.empty());
            c.list("Film that came meanwhile"); // belongs to a page that was seen
            QVERIFY(c.announce(c.manifest("Film 2"), c.viewer));
            Titles rest;
            std::string cursor = first->cursor;
            int pages = 1;
            while (!cursor.empty()) {
                const auto page = c.search(text, cursor, 3);
                QVERIFY(page);
                for (const auto& hit : page->hits)
                    rest.push_back(hit.title);
                cursor = page->cursor;
                ++pages;
            }
            QCOMPARE(first->hits[0].title, "Film 6");
            QCOMPARE(rest, (Titles{"Film 3", "Film 2", "Film 1", "Film 0"}));
            QCOMPARE(pages, 3);
        }
    }
    void pagesOfTitlesAndDescriptions()
    {
        Catalogue c;
        for (int i = 0; i < 4; ++i)
            c.list("Other " + std::to_string(i), "moon");
        for (int i = 0; i < 3; ++i)
            c.list("Moon " + std::to_string(i));
        Titles all;
        std::string cursor;
        do {
            const auto page = c.search("moon", cursor, 2);
            for (const auto& hit : page->hits)
                all.push_back(hit.title);
            cursor = page->cursor;
        } while (!cursor.empty());
        QCOMPARE(all, (Titles{"Moon 2", "Moon 1", "Moon 0", "Other 3", "Other 2", "Other 1", "Other 0"}));
    }
    void foreignCursorsAreRefused()
    {
        Catalogue c;
        c.list("Film");
        for (const char* cursor : {"x", "0.1", "0.1.zz", "2.1.", "-1.0.", "..", "0..", "9999999999999999999999.1.aa"}) {
            const auto answer = c.search("", cursor);
            QVERIFY(!answer);
            QCOMPARE(answer.error().code, ErrorCode::Unacceptable);
        }
    }
    void filmsGoWithTheirLastOffer()
    {
        Catalogue c;
        const auto film = c.list("Sintel");
        QVERIFY(c.announce(film, c.viewer, 5, 60'000));
        c.list("Another");
        const auto expire = [&c](std::int64_t ms) {
            c.clock.advance(std::chrono::milliseconds(ms));
            QVERIFY(c.run([&c](ledger::Ledger& l) { return l.expireOffers(c.clock.now()); }));
        };
        expire(60'000);
        QCOMPARE(c.titles("sintel"), Titles{"Sintel"});
        expire(600'000);
        QCOMPARE(c.titles(""), Titles{});
        QVERIFY(c.announce(film, c.seeder));
        QVERIFY(c.titles("sintel").empty());
        QVERIFY(c.describe(film));
        QCOMPARE(c.titles("sintel"), Titles{"Sintel"});
    }
};

QTEST_GUILESS_MAIN(TestCatalogue)
#include "tst_catalogue.moc"
