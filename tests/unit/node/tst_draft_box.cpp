#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "p2p/node/draft_box.h"

using namespace mutoscope;
using base::ErrorCode;
using node::Draft;
using node::DraftBox;

namespace
{

struct Home {
    QTemporaryDir folder;
    DraftBox box{std::filesystem::path(folder.path().toStdString()) / "work"};

    [[nodiscard]] std::filesystem::path path(const char* name) const { return std::filesystem::path(folder.path().toStdString()) / name; }
    [[nodiscard]] Draft draftOf(const char* name) const
    {
        std::ofstream(path(name)) << "a film";
        Draft draft;
        draft.file = path(name).string();
        draft.title = name;
        draft.pricePerMiB = base::Tokens(7);
        describeFile(draft);
        return draft;
    }
    /// As a packager writes it.
    static std::string package(const DraftBox::Work& work)
    {
        std::filesystem::create_directories(work.packageFolder());
        const auto playlist = work.packageFolder() / "master.m3u8";
        std::ofstream(playlist) << "#EXTM3U";
        return playlist.string();
    }
};

} // namespace

class TestDraftBox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsBrokenOffWaits()
    {
        Home home;
        const Draft draft = home.draftOf("film");
        QVERIFY(home.box.list().empty());
        {
            const auto work = home.box.begin(draft);
            QVERIFY(work);
            (void)Home::package(**work); // not as a whole: nobody has said so
            QVERIFY2(home.box.list().empty(), "somebody works at it");
            QCOMPARE(home.box.take(draft).error().code, ErrorCode::Conflict);
            QCOMPARE(home.box.begin(draft).error().code, ErrorCode::Conflict);
        }
        const auto waiting = home.box.list();
        QCOMPARE(waiting.size(), std::size_t(1));
        QVERIFY(waiting[0] == draft);
        const auto again = home.box.take(waiting[0]);
        QVERIFY(again);
        QCOMPARE((*again)->draft().title, std::string("film"));
        QVERIFY2(!std::filesystem::exists((*again)->packageFolder()), "half a package is none");
    }

    void whatIsPackagedStaysSo()
    {
        Home home;
        const Draft draft = home.draftOf("film");
        std::string playlist;
        {
            const auto work = home.box.begin(draft);
            playlist = Home::package(**work);
            QVERIFY((*work)->setPackaged(playlist, "poster.jpg"));
        }
        {
            const auto again = home.box.begin(draft); // the same film, as asked before
            QVERIFY(again);
            QCOMPARE((*again)->draft().playlist, playlist);
            QCOMPARE((*again)->draft().packagedPoster, std::string("poster.jpg"));
        }
        std::filesystem::remove(playlist);
        QVERIFY((*home.box.take(draft))->draft().playlist.empty());
    }

    void anotherWishOrAnotherFilmIsAnotherDraft()
    {
        Home home;
        Draft draft = home.draftOf("film");
        QVERIFY(home.box.begin(draft));
        Draft dearer = draft;
        dearer.pricePerMiB = base::Tokens(8);
        QVERIFY(home.box.begin(dearer));
        Draft changed = draft;
        ++changed.fileTime;
        QVERIFY(home.box.begin(changed));
        Draft otherPicture = draft;
        otherPicture.posterMs = 7'000;
        QVERIFY(home.box.begin(otherPicture));
        QCOMPARE(home.box.list().size(), std::size_t(4));
        QVERIFY((*home.box.take(otherPicture))->draft() == otherPicture);
        (*home.box.take(otherPicture))->remove();
        const auto work = home.box.take(dearer);
        QVERIFY(work);
        (void)Home::package(**work);
        (*work)->remove();
        QCOMPARE(home.box.list().size(), std::size_t(2));
        QCOMPARE(home.box.take(dearer).error().code, ErrorCode::NotFound);
        draft.file = "/nothing/there";
        describeFile(draft);
        QCOMPARE(draft.fileTime, 0);
    }

    void whatIsDamagedIsLeftAlone()
    {
        Home home;
        QVERIFY(home.box.begin(home.draftOf("film")));
        std::filesystem::create_directories(home.path("work/draft-9"));
        std::ofstream(home.path("work/draft-9/draft.json")) << "{\"file\":";
        std::filesystem::create_directories(home.path("work/draft-10"));
        QCOMPARE(home.box.list().size(), std::size_t(1));
        QVERIFY(std::filesystem::exists(home.path("work/draft-9/draft.json")));
    }
};

QTEST_GUILESS_MAIN(TestDraftBox)
#include "tst_draft_box.moc"
