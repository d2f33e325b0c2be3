#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QTemporaryDir>

#include "ui/link_list.h"
#include "ui/series.h"
#include "ui/stage_overlay.h"
#include "ui/remote_control.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using node::Stage;
using player::State;
using ui::FilmLink;
using ui::OverlayKind;

namespace
{

QStringList opened(const WindowFixture& f)
{
    QStringList links;
    for (const QString& call : f.node.calls) {
        if (call.startsWith(u"open "_s))
            links << call.mid(5);
    }
    return links;
}

ui::MainWindow::Options brisk()
{
    auto options = WindowFixture::quick();
    options.second = std::chrono::milliseconds(10);
    return options;
}

void press(const WindowFixture& f, Qt::Key key)
{
    QWidget* target = QApplication::focusWidget();
    QTest::keyClick(target ? target : f.window.get(), key);
}

const std::vector<FilmLink> three{{u"mutoscope:a1"_s, u"One"_s}, {u"mutoscope:b2"_s, {}}, {u"mutoscope:c3"_s, u"Three"_s}};

} // namespace

class SeriesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linksOfATextAreFound_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("links");
        QTest::newRow("one") << u"  mutoscope:a1\n"_s << QStringList{u"mutoscope:a1"_s};
        QTest::newRow("lines") << u"mutoscope:a1\r\n\r\nmutoscope:b2"_s << QStringList{u"mutoscope:a1"_s, u"mutoscope:b2"_s};
        QTest::newRow("words") << u"mutoscope:a1 mutoscope:b2\u2028mutoscope:c3"_s
                               << QStringList{u"mutoscope:a1"_s, u"mutoscope:b2"_s, u"mutoscope:c3"_s};
        QTest::newRow("comments") << u"# mutoscope:no\nmutoscope:a1"_s << QStringList{u"mutoscope:a1"_s};
        QTest::newRow("other things") << u"https://example.org\nfile:///etc/passwd mutoscope:a1 mutoscope:"_s << QStringList{u"mutoscope:a1"_s};
        QTest::newRow("nothing") << QString() << QStringList();
        QTest::newRow("an HLS playlist") << u"#EXTM3U\n#EXTINF:4,\nsegment0.ts\n"_s << QStringList();
    }
    void linksOfATextAreFound()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, links);
        QStringList found;
        for (const FilmLink& each : ui::linksIn(text))
            found << each.link;
        QCOMPARE(found, links);
    }
    void aListNamesItsFilms()
    {
        const auto films = ui::linksIn(u"#EXTM3U\n#EXTINF:2400,The first one\nmutoscope:a1\nmutoscope:b2\n#EXTINF:-1, Third, with a comma \nmutoscope:c3"_s);
        QCOMPARE(films.size(), 3U);
        QCOMPARE(films[0].title, u"The first one"_s);
        QVERIFY(films[1].title.isEmpty());
        QCOMPARE(films[2].title, u"Third, with a comma"_s);
    }
    void aListIsBounded()
    {
        QString text;
        for (int i = 0; i < 2'000; ++i)
            text += u"mutoscope:%1\n"_s.arg(i + 10);
        QCOMPARE(ui::linksIn(text).size(), ui::mostLinks);
        QTemporaryDir folder;
        QFile file(folder.filePath(u"list.m3u8"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.toUtf8());
        file.close();
        QCOMPARE(ui::linksInFile(file.fileName()).size(), ui::mostLinks);
        QVERIFY(file.resize(ui::longestList + 1));
        QVERIFY(ui::linksInFile(file.fileName()).empty());
        QVERIFY(ui::linksInFile(folder.filePath(u"none"_s)).empty());
        QVERIFY(ui::linksInFile(folder.path()).empty());
    }

    void severalLinksAreAList()
    {
        WindowFixture f(brisk());
        auto* field = f.named<QLineEdit>("linkField");
        field->setText(u"mutoscope:a1\nmutoscope:b2"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(opened(f), QStringList{u"mutoscope:a1"_s}); // one at a time: each has its price and its question
        QVERIFY(f.window->remote().canGoNext());
        QVERIFY(!f.window->remote().canGoPrevious());
    }
    void keysAndRemotesGoThroughTheList()
    {
        WindowFixture f(brisk());
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.window->openLinks(three);
        press(f, Qt::Key_N);
        f.window->remote().next();
        f.window->remote().next(); // there is no more
        press(f, Qt::Key_P);
        f.window->remote().previous();
        press(f, Qt::Key_P);
        QCOMPARE(opened(f), (QStringList{u"mutoscope:a1"_s, u"mutoscope:b2"_s, u"mutoscope:c3"_s, u"mutoscope:b2"_s, u"mutoscope:a1"_s}));
    }
    void theButtonsAreThereForAList()
    {
        WindowFixture f(brisk());
        f.window->openLink(u"mutoscope:a1"_s);
        f.play();
        f.playback->become(State::Paused);
        QTRY_VERIFY(f.button(u"play"_s));
        QVERIFY(!f.button(u"nextFilm"_s));
        f.window->openLinks(three);
        f.be(film(Stage::FindingSeeder));
        f.play();
        f.playback->become(State::Paused);
        QTRY_VERIFY(f.button(u"nextFilm"_s));
        QVERIFY(f.button(u"nextFilm"_s)->isEnabled());
        QVERIFY(!f.button(u"previousFilm"_s)->isEnabled());
        f.button(u"nextFilm"_s)->click();
        QCOMPARE(opened(f).last(), u"mutoscope:b2"_s);
    }
    void theNextFollowsAfterAWhile()
    {
        WindowFixture f(brisk());
        f.window->openLinks(three);
        f.play();
        f.playback->become(State::Ended);
        QVERIFY(f.node.calls.contains(u"finish watched to the end"_s));
        QTRY_COMPARE(opened(f).size(), 2);
        QCOMPARE(opened(f).last(), u"mutoscope:b2"_s);
    }
    void theCardSaysWhatFollows()
    {
        auto options = brisk();
        options.second = std::chrono::hours(1);
        WindowFixture f(options);
        f.window->openLinks(three);
        f.window->remote().next();
        f.be(film(Stage::FindingSeeder));
        f.play();
        f.playback->become(State::Ended);
        auto* overlay = f.window->findChild<ui::StageOverlay*>();
        QCOMPARE(overlay->kind(), OverlayKind::Next);
        QVERIFY2(f.texts().contains(u"Next in 5 s"_s), qPrintable(f.texts()));
        QVERIFY(f.texts().contains(u"Three"_s));
        f.button(u"playNext"_s)->click();
        QCOMPARE(opened(f).last(), u"mutoscope:c3"_s);
    }
    void whoStaysIsLeftInPeace()
    {
        WindowFixture f(brisk());
        f.window->openLinks(three);
        f.play();
        f.playback->become(State::Ended);
        f.button(u"stay"_s)->click();
        QCOMPARE(f.window->findChild<ui::StageOverlay*>()->kind(), OverlayKind::Done);
        ui::Series other(std::chrono::milliseconds(10)); // as long as another one takes, nothing happens here
        bool over = false;
        connect(&other, &ui::Series::wanted, this, [&](const QString& link) { over = link == u"mutoscope:b2"_s; });
        other.start(three);
        other.ended();
        QTRY_VERIFY(over);
        QCOMPARE(opened(f).size(), 1);
    }
    void watchingAgainHoldsTheNextBack()
    {
        ui::Series series(std::chrono::hours(1));
        series.start(three);
        series.ended();
        QCOMPARE(series.secondsLeft(), std::optional(5));
        series.stay();
        QVERIFY(!series.secondsLeft());
        series.goTo(2);
        series.ended(); // the last one
        QVERIFY(!series.secondsLeft());
        series.goTo(7);
        QCOMPARE(series.current(), 2U);
        series.start({});
        QCOMPARE(series.films().size(), 3U);

        auto options = brisk();
        options.second = std::chrono::hours(1);
        WindowFixture f(options);
        f.window->openLinks(three);
        f.play();
        f.playback->become(State::Ended);
        f.playback->become(State::Playing); // sought back
        f.playback->become(State::Paused);
        QCOMPARE(f.window->findChild<ui::StageOverlay*>()->kind(), OverlayKind::None);
    }
    void aReplayKeepsTheList()
    {
        auto options = brisk();
        options.second = std::chrono::hours(1);
        WindowFixture f(options);
        f.window->openLinks(three);
        f.window->remote().next();
        f.be(film(Stage::FindingSeeder));
        f.play();
        auto finished = film(Stage::Finished);
        f.be(finished);
        f.playback->become(State::Ended);
        f.button(u"stay"_s)->click();
        f.button(u"replay"_s)->click();
        QCOMPARE(opened(f).last(), u"mutoscope:b2"_s);
        QVERIFY(f.window->remote().canGoNext());
    }
    void theListIsShown()
    {
        WindowFixture f(brisk());
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.window->openLinks(three);
        f.window->remote().next();
        f.be(film(Stage::FindingSeeder));
        f.play(); // and the film's own title is known
        auto* list = f.named<QListWidget>("queueList");
        QVERIFY(!list->isVisible());
        QTest::keyClick(f.window.get(), Qt::Key_L, Qt::ControlModifier);
        QVERIFY(list->isVisible());
        QCOMPARE(list->count(), 3);
        QCOMPARE(list->item(0)->text(), u"One"_s);
        QCOMPARE(list->item(1)->text(), u"Wanna Work Together?"_s);
        QCOMPARE(list->currentRow(), 1);
        const QPoint third = list->visualItemRect(list->item(2)).center();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, third);
        QCOMPARE(opened(f).last(), u"mutoscope:c3"_s);
        const auto before = opened(f).size();
        QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, third);
        QCOMPARE(opened(f).size(), before);
        QTest::keyClick(f.window.get(), Qt::Key_L, Qt::ControlModifier);
        QVERIFY(!list->isVisible());
    }
};

QTEST_MAIN(SeriesTest)
#include "tst_series.moc"
