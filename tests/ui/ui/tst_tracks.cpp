#include <QMenu>
#include <QTemporaryDir>
#include <QToolButton>

#include "ui/languages.h"
#include "ui/player_page.h"
#include "ui/subtitles.h"
#include "ui/track_menus.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using node::Stage;
using player::State;

namespace
{

node::Viewing inThreeQualities()
{
    auto viewing = film(Stage::Playing);
    viewing.qualities = {{640, 360, 800'000}, {1280, 720, 2'400'000}, {1920, 1080, 12'000'000}};
    viewing.playedQuality = 1;
    return viewing;
}

QStringList entries(const QMenu& menu)
{
    QStringList texts;
    for (const QAction* action : menu.actions())
        texts << (action->isChecked() ? u"* "_s : QString()) + action->text();
    return texts;
}

/// The menu that the button opens.
QMenu* openMenu(const WindowFixture& f, const QString& button)
{
    QTest::mouseClick(f.button(button), Qt::LeftButton);
    QMenu* menu = nullptr;
    if (!QTest::qWaitFor([&] { return (menu = qobject_cast<QMenu*>(QApplication::activePopupWidget())) != nullptr; }))
        qFatal("no menu");
    return menu;
}

} // namespace

class TracksTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void languages_data()
    {
        QTest::addColumn<QString>("tag");
        QTest::addColumn<QString>("name");
        QTest::newRow("two letters") << u"de"_s << u"Deutsch"_s;
        QTest::newRow("three letters") << u"deu"_s << u"Deutsch"_s;
        QTest::newRow("the other three letters") << u"ger"_s << u"Deutsch"_s;
        QTest::newRow("another case") << u"RU"_s << u"Русский"_s;
        QTest::newRow("with a country") << u"pt-BR"_s << u"Português (Brasil)"_s;
        QTest::newRow("as POSIX writes it") << u"fr_CA"_s << u"Français canadien"_s;
        QTest::newRow("not the largest country's") << u"es"_s << u"Español"_s;
        QTest::newRow("of a country") << u"en-GB"_s << u"British English"_s;
        QTest::newRow("unknown") << u"xx"_s << QString();
        QTest::newRow("undetermined") << u"und"_s << QString();
        QTest::newRow("nothing") << QString() << QString();
        QTest::newRow("nonsense") << u"--,?"_s << QString();
    }
    void languages()
    {
        QFETCH(QString, tag);
        QTEST(ui::languageName(tag), "name");
    }
    void titles()
    {
        QVERIFY(ui::isSameLanguage(u"ger"_s, u"de-AT"_s));
        QVERIFY(!ui::isSameLanguage(u"de"_s, u"en"_s));
        QVERIFY(!ui::isSameLanguage({}, {}));
        QCOMPARE(ui::trackTitle(u"de"_s, u"German"_s, 1), u"Deutsch"_s);
        QCOMPARE(ui::trackTitle(u"de"_s, u"de"_s, 1), u"Deutsch"_s);
        QCOMPARE(ui::trackTitle(u"en"_s, u" Director's\n comments "_s, 1), u"English · Director's comments"_s);
        QCOMPARE(ui::trackTitle({}, u"Original"_s, 1), u"Original"_s);
        QCOMPARE(ui::trackTitle({}, {}, 3), u"Track 3"_s);
        QCOMPARE(ui::trackTitle({}, u"x"_s.repeated(500), 3).size(), 60);
    }
    void noButtonWithoutAChoice()
    {
        WindowFixture f;
        f.playback->tracks = {{u"a"_s, {}, u"en"_s}};
        f.play();
        QVERIFY(!f.button(u"quality"_s));
        QVERIFY(!f.button(u"audioTracks"_s));
    }
    void qualityIsChosen()
    {
        WindowFixture f;
        f.play();
        f.be(inThreeQualities());
        QMenu* menu = openMenu(f, u"quality"_s);
        QCOMPARE(entries(*menu),
                 (QStringList{u"* Automatic (720p)"_s, u"1080p · 12 Mbit/s"_s, u"720p · 2.4 Mbit/s"_s, u"360p · 800 kbit/s"_s}));
        f.node.calls.clear();
        menu->actions().at(3)->trigger();
        QCOMPARE(f.node.calls, QStringList{u"setQuality 0"_s});
        menu->close();

        auto chosen = inThreeQualities();
        chosen.chosenQuality = 0;
        f.be(chosen);
        menu = openMenu(f, u"quality"_s);
        QCOMPARE(entries(*menu).first(), u"Automatic"_s);
        QCOMPARE(entries(*menu).last(), u"* 360p · 800 kbit/s"_s);
        menu->actions().at(0)->trigger();
        QCOMPARE(f.node.calls.last(), u"setQuality automatic"_s);
    }
    void aMenuKeepsTheBar()
    {
        WindowFixture f;
        f.play();
        f.be(inThreeQualities());
        QMenu* menu = openMenu(f, u"quality"_s);
        QTest::qWait(200); // four times as long as the bar stays without the mouse
        QVERIFY(f.button(u"quality"_s));
        menu->close();
    }
    void speedIsChosen()
    {
        WindowFixture f;
        f.play();
        QMenu* menu = openMenu(f, u"speed"_s);
        QCOMPARE(entries(*menu), (QStringList{u"2 ×"_s, u"1.75 ×"_s, u"1.5 ×"_s, u"1.25 ×"_s, u"* 1 ×"_s, u"0.75 ×"_s, u"0.5 ×"_s}));
        menu->actions().at(2)->trigger();
        menu->close();
        QCOMPARE(f.playback->pace, 1.5);
        auto* button = qobject_cast<QToolButton*>(f.window->findChild<QWidget*>(u"speed"_s));
        QCOMPARE(button->text(), u"1.5 ×"_s);
        QCOMPARE(button->toolButtonStyle(), Qt::ToolButtonTextBesideIcon);
        f.window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.window->showPage(ui::MainWindow::Page::Player);
        QTest::keyClick(f.window.get(), Qt::Key_Backspace);
        QCOMPARE(button->toolButtonStyle(), Qt::ToolButtonIconOnly);
    }
    void soundIsChosen()
    {
        WindowFixture f;
        f.playback->tracks = {{u"one"_s, u"audio & more"_s, u"eng"_s}, {u"two"_s, {}, u"ru"_s}, {u"three"_s, {}, {}}};
        f.playback->track = u"one"_s;
        f.play();
        Q_EMIT f.playback->audioTracksChanged();
        QMenu* menu = openMenu(f, u"audioTracks"_s);
        QCOMPARE(entries(*menu), (QStringList{u"* English · audio && more"_s, u"Русский"_s, u"Track 3"_s}));
        menu->actions().at(1)->trigger();
        QCOMPARE(f.playback->track, u"two"_s);
        menu->close();

        f.window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.window->showPage(ui::MainWindow::Page::Player);
        QTest::keyClick(f.window.get(), Qt::Key_NumberSign);
        QCOMPARE(f.playback->track, u"three"_s);
        QVERIFY(f.texts().contains(u"Sound: Track 3"_s));
        QTest::keyClick(f.window.get(), Qt::Key_NumberSign);
        QCOMPARE(f.playback->track, u"one"_s);
    }
    void languagesAreKept()
    {
        QTemporaryDir folder;
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"settings.ini"_s);
        const auto twoSounds = [](WindowFixture& f) {
            f.playback->tracks = {{u"one"_s, {}, u"en"_s}, {u"two"_s, {}, u"ru"_s}};
            f.playback->track = u"one"_s;
            f.play();
            auto viewing = film(Stage::Playing);
            viewing.subtitles = {{.playlist = 4, .name = {}, .language = "en"}, {.playlist = 5, .name = {}, .language = "de"}};
            f.be(viewing);
            Q_EMIT f.playback->audioTracksChanged();
        };
        {
            WindowFixture f(options);
            twoSounds(f);
            QCOMPARE(f.playback->track, u"one"_s); // nobody has chosen
            auto& page = *f.window->findChild<ui::PlayerPage*>();
            QVERIFY(!page.subtitles().chosen());
            page.tracks().nextAudio();
            page.subtitles().next();
            page.subtitles().next();
        }
        {
            WindowFixture f(options);
            twoSounds(f);
            QCOMPARE(f.playback->track, u"two"_s);
            auto& page = *f.window->findChild<ui::PlayerPage*>();
            QCOMPARE(page.subtitles().chosen(), std::optional<std::size_t>(1));
            f.playback->chooseAudio(u"one"_s); // once for each film
            QCOMPARE(f.playback->track, u"one"_s);
            page.subtitles().next(); // off
        }
        WindowFixture f(options);
        twoSounds(f);
        QVERIFY(!f.window->findChild<ui::PlayerPage*>()->subtitles().chosen());
    }
};

QTEST_MAIN(TracksTest)
#include "tst_tracks.moc"
