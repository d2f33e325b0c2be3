#include <QCheckBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QWheelEvent>

#include "ui/control_bar.h"
#include "ui/player_page.h"
#include "ui/seek_bar.h"
#include "ui/stage_overlay.h"
#include "ui/status_line.h"
#include "ui/widgets.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using node::Stage;
using node::WayOut;
using player::State;
using ui::MainWindow;
using ui::OverlayKind;

namespace
{

constexpr auto filmOpened = "open http://127.0.0.1:40000/x/index.m3u8 %1";

ui::OverlayKind overlayOf(const WindowFixture& f)
{
    const auto* overlay = f.window->findChild<ui::StageOverlay*>();
    return overlay->isVisible() ? overlay->kind() : OverlayKind::None;
}

void press(const WindowFixture& f, int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    QWidget* target = QApplication::focusWidget();
    QTest::keyClick(target ? target : f.window.get(), static_cast<Qt::Key>(key), modifiers);
}

} // namespace

class MainWindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachStageShowsItsOverlay()
    {
        WindowFixture f;
        QCOMPARE(overlayOf(f), OverlayKind::Empty);
        QVERIFY(f.button(u"pasteLink"_s));

        f.be(film(Stage::FindingSeeder));
        QCOMPARE(overlayOf(f), OverlayKind::Progress);
        QVERIFY(f.texts().contains(u"Finding a seeder"_s));
        QVERIFY(f.texts().contains(u"Opening the contract"_s));
        QVERIFY(f.played.isEmpty());

        f.be(film(Stage::Approval));
        QCOMPARE(overlayOf(f), OverlayKind::Approval);
        QVERIFY(f.texts().contains(u"0.472318 tokens"_s));
        QVERIFY(f.texts().contains(u"2.58 tokens"_s));
        QVERIFY2(f.played.isEmpty(), "nothing plays under the question");

        f.be(film(Stage::OpeningContract));
        QCOMPARE(overlayOf(f), OverlayKind::Progress);
        QCOMPARE(f.played, QStringList{QString::fromLatin1(filmOpened).arg(0)});
        f.be(film(Stage::FirstSegment));
        QCOMPARE(overlayOf(f), OverlayKind::Progress);

        f.play();
        QCOMPARE(overlayOf(f), OverlayKind::None);
        QCOMPARE(f.named<ui::ElidedLabel>("spending")->whole(),
                 u"0.42 of 3.00 tokens · 14 of 58 segments receipted · seeder ab12cd34… at 192.168.1.7:7443"_s);
        QVERIFY2(f.played.isEmpty(), "the same address is opened once");

        auto finished = film(Stage::Finished);
        finished.paid = base::Tokens(472'318);
        finished.returned = base::Tokens(2'527'682);
        f.be(finished);
        QCOMPARE(overlayOf(f), OverlayKind::None); // it still plays
        f.playback->become(State::Ended);
        QCOMPARE(overlayOf(f), OverlayKind::Done);
        QVERIFY(f.texts().contains(u"2.527682 tokens"_s));
        QVERIFY(f.button(u"replay"_s));
    }
    void approveSendsTheCap()
    {
        WindowFixture f;
        auto viewing = film(Stage::Approval);
        viewing.cap = base::Tokens(1'500'000);
        f.be(viewing);
        QAbstractButton* play = f.button(u"approve"_s);
        QVERIFY(play && play->isEnabled());
        QTest::mouseClick(play, Qt::LeftButton);
        QCOMPARE(f.node.calls, QStringList{u"approve 1500000"_s});

        // Another one is typed; a new snapshot of the same film leaves it alone.
        auto* card = play->window()->findChild<ui::StageOverlay*>();
        ui::TokenField* field = nullptr;
        for (auto* candidate : card->findChildren<ui::TokenField*>()) {
            if (candidate->isVisible())
                field = candidate;
        }
        QVERIFY(field);
        field->setText(u"0.75"_s);
        f.be(viewing);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(f.node.calls.last(), u"approve 750000"_s);
        for (const auto& refused : {u""_s, u"0"_s, u"x"_s, u"99"_s}) {
            field->setText(refused);
            QVERIFY2(!play->isEnabled(), qPrintable(refused));
        }
        QVERIFY2(f.button(u"Top up"_s), "99 is more than the wallet holds");
    }
    void enterApproves()
    {
        WindowFixture f;
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        auto viewing = film(Stage::Approval);
        viewing.cap = base::Tokens(1'000'000);
        f.be(viewing);
        press(f, Qt::Key_Return);
        QCOMPARE(f.node.calls, QStringList{u"approve 1000000"_s});
    }
    void failureOffersItsWaysOut()
    {
        WindowFixture f;
        f.play();
        f.playback->become(State::Failed);
        f.be(failedFilm({WayOut::OtherSeeder, WayOut::Retry, WayOut::RaiseCap, WayOut::TopUp}));
        QCOMPARE(overlayOf(f), OverlayKind::Problem);
        QVERIFY(f.texts().contains(u"The seeder went away."_s));
        QTest::mouseClick(f.button(u"Retry"_s), Qt::LeftButton);
        QCOMPARE(f.node.calls.last(), u"retry %1"_s.arg(static_cast<int>(WayOut::Retry)));
        QTest::mouseClick(f.button(u"Other seeder"_s), Qt::LeftButton);
        QCOMPARE(f.node.calls.last(), u"retry %1"_s.arg(static_cast<int>(WayOut::OtherSeeder)));
        QTest::mouseClick(f.button(u"Raise the cap"_s), Qt::LeftButton);
        QVERIFY(f.node.calls.contains(u"approve 3472318"_s)); // the old cap, and the price of the rest
        QTest::mouseClick(f.button(u"Top up"_s), Qt::LeftButton);
        QCOMPARE(f.window->page(), MainWindow::Page::Wallet);
        QVERIFY(f.window->findChild<QDialog*>());
        // Only what the node offers.
        f.window->showPage(MainWindow::Page::Player);
        f.be(failedFilm({WayOut::Retry}));
        f.playback->become(State::Failed);
        QVERIFY(f.button(u"Retry"_s));
        QVERIFY(!f.button(u"Raise the cap"_s));
    }
    void afterARetryThePlayerTriesAgain()
    {
        WindowFixture f;
        f.play();
        f.be(failedFilm({WayOut::Retry}));
        f.playback->become(State::Failed);
        f.played.clear();
        f.be(film(Stage::Playing));
        QCOMPARE(f.played, QStringList{u"play"_s});
        f.be(film(Stage::Playing));
        QCOMPARE(f.played.size(), 1);
    }
    void anotherSeedersAddressGoesOnWhereItWas()
    {
        WindowFixture f;
        f.play();
        auto viewing = film(Stage::Playing);
        viewing.gateway = QUrl(u"http://127.0.0.1:40001/y/index.m3u8"_s);
        f.be(viewing);
        QCOMPARE(f.played, QStringList{u"open http://127.0.0.1:40001/y/index.m3u8 47000"_s});
    }
    void bannerWhileTheFilmPlays()
    {
        WindowFixture f;
        f.play();
        f.be(failedFilm({WayOut::OtherSeeder}));
        QCOMPARE(overlayOf(f), OverlayKind::None);
        QVERIFY(f.texts().contains(u"The seeder went away."_s));
        QVERIFY(f.button(u"Other seeder"_s));
        QCOMPARE(f.playback->now, State::Playing);
    }
    void playersOwnProblem()
    {
        WindowFixture f;
        f.play();
        f.playback->error.sentence = u"Install gstreamer1.0-libav."_s;
        f.playback->become(State::Failed);
        QCOMPARE(overlayOf(f), OverlayKind::Problem);
        QVERIFY(f.texts().contains(u"Install gstreamer1.0-libav."_s));
        QTest::mouseClick(f.button(u"Retry"_s), Qt::LeftButton);
        QCOMPARE(f.played, QStringList{QString::fromLatin1(filmOpened).arg(47000)});
    }
    void bufferingIsNamedAfterAMoment()
    {
        WindowFixture f;
        f.play();
        f.playback->become(State::Buffering);
        QCOMPARE(overlayOf(f), OverlayKind::None);
        QTRY_COMPARE(overlayOf(f), OverlayKind::Buffering);
        QVERIFY(f.texts().contains(u"Buffering · 1.8 MB/s"_s));
        f.playback->become(State::Playing);
        QCOMPARE(overlayOf(f), OverlayKind::None);
    }
    void theEndFinishes()
    {
        WindowFixture f;
        f.play();
        f.playback->become(State::Ended);
        QCOMPARE(f.node.calls, QStringList{u"finish watched to the end"_s});
    }
    void replay()
    {
        WindowFixture f;
        f.window->openLink(u"mutoscope:abc"_s);
        f.play();
        auto finished = film(Stage::Finished);
        f.be(finished);
        f.playback->become(State::Ended);
        f.node.calls.clear();
        QTest::mouseClick(f.button(u"replay"_s), Qt::LeftButton);
        QCOMPARE(f.node.calls, QStringList{u"open mutoscope:abc"_s}); // 20 of 58 segments are here
        finished.segmentsHere = finished.segmentsTotal;
        finished.gateway = QUrl(u"http://127.0.0.1:40000/z/index.m3u8"_s);
        f.be(finished);
        f.playback->become(State::Ended);
        f.played.clear();
        QTest::mouseClick(f.button(u"replay"_s), Qt::LeftButton);
        QCOMPARE(f.played, QStringList{u"play"_s});
    }

    // ---- top bar ----

    void links()
    {
        WindowFixture f;
        auto* field = f.named<QLineEdit>("linkField");
        field->setText(u"https://example.org"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(f.node.calls.isEmpty());
        QVERIFY(f.named<QLabel>("linkProblem")->isVisible());
        QTest::keyClick(field, Qt::Key_A);
        QVERIFY(!f.named<QLabel>("linkProblem")->isVisible());
        field->setText(u"  mutoscope:abc?x=y \n"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(f.node.calls, QStringList{u"open mutoscope:abc?x=y"_s});
        QVERIFY(field->text().isEmpty());
    }
    void anotherFilmEndsTheFirst()
    {
        WindowFixture f;
        f.play();
        f.window->openLink(u"mutoscope:other"_s);
        QCOMPARE(f.played, QStringList{u"stop"_s});
        QCOMPARE(f.node.calls, (QStringList{u"finish another film was opened"_s, u"open mutoscope:other"_s}));
    }
    void theFilmBeforeIsNotOpenedAgain()
    {
        WindowFixture f;
        f.play();
        f.window->openLink(u"mutoscope:other"_s);
        f.played.clear();
        f.node.tell(); // a figure has changed; the node has not come to the new film yet
        QVERIFY(f.played.isEmpty());
        f.be(film(Stage::FindingSeeder));
        f.be(film(Stage::Playing)); // the same film once more, at the same address
        f.button(u"fromStart"_s)->click();
        QCOMPARE(f.played, QStringList{QString::fromLatin1(filmOpened).arg(0)});
    }
    void unknownIsNotZero()
    {
        WindowFixture f;
        auto* chip = f.named<QPushButton>("balance");
        // 2.58 free and 3.00 reserved, of which 0.42 were spent in the meantime.
        QCOMPARE(chip->text(), u"5.58"_s);
        f.node.shot.wallet.owed = base::Tokens(420'000);
        f.node.tell();
        QCOMPARE(chip->text(), u"5.16"_s);
        QVERIFY(!chip->property("stale").toBool());
        f.node.shot.wallet.stale = true;
        f.node.tell();
        QCOMPARE(chip->text(), u"5.16"_s);
        QVERIFY(chip->property("stale").toBool());
        f.node.shot.wallet = {};
        f.node.tell();
        QCOMPARE(chip->text(), u"—"_s);
        QTest::mouseClick(chip, Qt::LeftButton);
        QCOMPARE(f.window->page(), MainWindow::Page::Wallet);
        for (const char* figure : {"available", "locked", "income"})
            QCOMPARE(f.named<QLabel>(figure)->text(), u"—"_s);
        QVERIFY(!f.named<QPushButton>("copySpend")->isEnabled());
    }
    void trackersProblemIsInTheStatusLine()
    {
        WindowFixture f;
        QVERIFY(f.named<ui::ElidedLabel>("trackerState")->whole().contains(u"Brass Lantern"_s));
        f.node.shot.tracker = {node::TrackerState::Offline, "Brass Lantern", "Connection refused.", "https://tracker.example.org:7750/"};
        f.node.tell();
        QCOMPARE(f.named<ui::ElidedLabel>("trackerState")->whole(), u"Connection refused."_s);
    }

    void whoCanConnectIsInTheStatusLineAndOnTheSeedingPage()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Seeding);
        auto* brief = f.named<QLabel>("reach");
        auto* advice = f.named<QLabel>("reachAdvice");
        f.node.shot.reach = {};
        f.node.tell();
        QVERIFY(brief->isHidden() && advice->isHidden()); // it does not listen
        f.node.shot.reach.way = node::Way::Unknown;
        f.node.tell();
        QCOMPARE(brief->text(), u"—"_s);
        f.node.shot.reach = {.way = node::Way::MappedPort, .observed = "203.0.113.7", .ports = {}, .problem = {}, .endpoints = {}};
        f.node.tell();
        QCOMPARE(brief->text(), u"Reachable (mapped port)"_s);
        QVERIFY(advice->text().contains(u"203.0.113.7"_s));
        f.node.shot.reach.way = node::Way::None;
        f.node.shot.reach.ports = {{7747, wire::ReachOutcome::Silent, false}, {50'000, wire::ReachOutcome::Refused, true}};
        f.node.tell();
        QCOMPARE(brief->text(), u"Not reachable"_s);
        QVERIFY2(advice->text().contains(u"forward TCP port 7747"_s), qPrintable(advice->text()));
        QVERIFY(!advice->text().contains(u"50000"_s));
    }

    void whatARelayCostsIsSaid()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Seeding);
        auto* advice = f.named<QLabel>("reachAdvice");
        f.node.shot.reach = {};
        f.node.shot.reach.way = node::Way::Relay;
        f.node.tell();
        QVERIFY(!advice->text().contains(u"costs"_s)); // this one asks for nothing
        f.node.shot.reach.relayCost = {.price = base::Tokens(2'000), .buying = false, .bytes = {}, .paid = {}, .problem = "only free ones are to be used"};
        f.node.tell();
        QVERIFY2(advice->text().contains(u"costs 0.002 tokens"_s), qPrintable(advice->text()));
        QVERIFY(advice->text().contains(u"only free ones are to be used. You choose under Rules"_s));
        f.node.shot.reach.relayCost = {.price = base::Tokens(2'000), .buying = true, .bytes = base::ByteCount(3'000'000), .paid = base::Tokens(6'000), .problem = {}};
        f.node.tell();
        QVERIFY2(advice->text().contains(u"you have paid 0.006 for 3.0 MB"_s), qPrintable(advice->text()));
    }

    void whatRelaysMayCostIsARule()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Seeding);
        f.node.tell();
        auto* on = f.named<QCheckBox>("relayPriceOn");
        auto* perDay = f.named<QDoubleSpinBox>("relayPerDay");
        QVERIFY(!on->isChecked() && !perDay->isEnabled());
        QCOMPARE(perDay->value(), 1.0);
        on->setChecked(true);
        QCOMPARE(f.node.rules.relayPrice, std::optional(base::Tokens(2'000)));
        QCOMPARE(f.node.rules.relayPerDay, std::optional(base::Tokens(1'000'000)));
        QVERIFY(perDay->isEnabled());
        perDay->setValue(0.25);
        QCOMPARE(f.node.rules.relayPerDay, std::optional(base::Tokens(250'000)));
        on->setChecked(false);
        QCOMPARE(f.node.rules.relayPrice, std::optional(base::Tokens()));
    }

    // ---- keys and mouse ----

    void keysAct_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<QString>("call");
        QTest::newRow("space") << int(Qt::Key_Space) << u"pause"_s;
        QTest::newRow("k") << int(Qt::Key_K) << u"pause"_s;
        QTest::newRow("left") << int(Qt::Key_Left) << u"seek 42000"_s;
        QTest::newRow("right") << int(Qt::Key_Right) << u"seek 52000"_s;
        QTest::newRow("j") << int(Qt::Key_J) << u"seek 37000"_s;
        QTest::newRow("l") << int(Qt::Key_L) << u"seek 57000"_s;
        QTest::newRow("up") << int(Qt::Key_Up) << u"volume 0.85"_s;
        QTest::newRow("down") << int(Qt::Key_Down) << u"volume 0.75"_s;
        QTest::newRow("m") << int(Qt::Key_M) << u"muted 1"_s;
        QTest::newRow("faster") << int(Qt::Key_BracketRight) << u"speed 1.25"_s;
        QTest::newRow("slower") << int(Qt::Key_BracketLeft) << u"speed 0.75"_s;
        QTest::newRow("normal speed") << int(Qt::Key_Backspace) << u"speed 1.00"_s;
        QTest::newRow("next picture") << int(Qt::Key_Period) << u"step 1"_s;
        QTest::newRow("picture before") << int(Qt::Key_Comma) << u"step -1"_s;
        QTest::newRow("0") << int(Qt::Key_0) << u"seek 0"_s;
        QTest::newRow("9") << int(Qt::Key_9) << u"seek 162000"_s;
    }
    void keysAct()
    {
        QFETCH(int, key);
        QFETCH(QString, call);
        WindowFixture f;
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.play();
        press(f, key);
        QCOMPARE(f.played, QStringList{call});
        f.played.clear();
        // Not while a text field has the focus, not on another page.
        press(f, Qt::Key_U, Qt::ControlModifier);
        QCOMPARE(QApplication::focusWidget(), f.named<QLineEdit>("linkField"));
        press(f, key);
        QVERIFY(f.played.isEmpty());
        press(f, Qt::Key_5, Qt::ControlModifier);
        QCOMPARE(f.window->page(), MainWindow::Page::Wallet);
        press(f, key);
        QVERIFY(f.played.isEmpty());
        press(f, Qt::Key_3, Qt::ControlModifier);
        press(f, key);
        QVERIFY(!f.played.isEmpty());
    }
    void keysCanBeGivenToSomethingElse()
    {
        QTemporaryDir folder;
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"settings.ini"_s);
        {
            WindowFixture f(options);
            QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
            f.play();
            press(f, Qt::Key_Question);
            auto* dialog = f.named<QDialog>("keysDialog");
            QVERIFY(dialog);
            // N for pause; then M, which was the sound's.
            for (const Qt::Key key : {Qt::Key_N, Qt::Key_M}) {
                dialog->findChild<QAbstractButton*>(u"add-play"_s)->click();
                QTest::keyClick(dialog, key);
            }
            dialog->findChild<QAbstractButton*>(u"add-play"_s)->click();
            QTest::keyClick(dialog, Qt::Key_4); // always does the same
            QVERIFY(dialog->findChild<QLabel*>(u"keysHint"_s)->text().contains(u'4'));
            dialog->accept();
            QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
            f.played.clear();
            press(f, Qt::Key_N);
            press(f, Qt::Key_M);
            press(f, Qt::Key_4);
            QCOMPARE(f.played, (QStringList{u"pause"_s, u"play"_s, u"seek 72000"_s}));
        }
        // Another start, and back.
        WindowFixture f(options);
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.play();
        press(f, Qt::Key_M);
        QCOMPARE(f.played, QStringList{u"pause"_s});
        ui::SettingsStore settings(options.settingsFile);
        ui::KeyMap map(settings);
        QCOMPARE(map.keys(ui::Action::Mute), QList<QKeySequence>());
        QCOMPARE(map.holder(Qt::Key_M), ui::Action::PlayPause);
        map.reset();
        settings.flush();
        ui::SettingsStore again(options.settingsFile);
        QCOMPARE(ui::KeyMap(again).holder(Qt::Key_M), ui::Action::Mute);
    }
    void statisticsAreShownAndHidden()
    {
        WindowFixture f;
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.play();
        auto* statistics = f.named<QLabel>("statistics");
        QVERIFY(!statistics->isVisible());
        press(f, Qt::Key_I);
        QVERIFY(statistics->isVisible());
        for (const auto& part : {u"avdec_h264"_s, u"pulsesink"_s, u"1,180"_s})
            QVERIFY2(statistics->text().contains(part), qPrintable(statistics->text()));
        press(f, Qt::Key_I);
        QVERIFY(!statistics->isVisible());
    }
    void quickStepsAddUp()
    {
        WindowFixture f;
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.play();
        f.playback->length = std::chrono::milliseconds(60'000);
        press(f, Qt::Key_Right);
        press(f, Qt::Key_Right);
        press(f, Qt::Key_Right);
        QCOMPARE(f.played, (QStringList{u"seek 52000"_s, u"seek 57000"_s, u"seek 60000"_s}));
    }
    void helpAndFullScreen()
    {
        WindowFixture f;
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.play();
        press(f, Qt::Key_F);
        QTRY_VERIFY(f.window->isFullScreen());
        QTRY_VERIFY(!f.named<QWidget>("topBar")->isVisible());
        QVERIFY(!f.named<QWidget>("rail")->isVisible());
        press(f, Qt::Key_Escape);
        QTRY_VERIFY(!f.window->isFullScreen());
        QTRY_VERIFY(f.named<QWidget>("topBar")->isVisible());
        press(f, Qt::Key_Question);
        auto* dialog = f.window->findChild<QDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        QVERIFY(f.texts().contains(u"Play or pause"_s));
    }
    void mouseOnTheFilm()
    {
        WindowFixture f;
        f.play();
        auto* picture = dynamic_cast<FakeFilm*>(f.window->findChild<ui::PlayerPage*>()->findChild<QWidget*>(u"film"_s));
        QVERIFY(picture);
        QTest::mouseClick(picture, Qt::LeftButton, {}, QPoint(200, 60));
        QTRY_COMPARE(f.played, QStringList{u"pause"_s});
        f.played.clear();
        QTest::mouseClick(picture, Qt::LeftButton, {}, QPoint(200, 60)); // the first of the two
        QTest::mouseDClick(picture, Qt::LeftButton, {}, QPoint(200, 60));
        QTRY_VERIFY(f.window->isFullScreen());
        QWheelEvent wheel(QPointF(200, 60), QPointF(200, 60), {}, QPoint(0, 120), Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(picture, &wheel);
        QCOMPARE(f.played, QStringList{u"volume 0.85"_s}); // and the double click has not paused
    }
    void controlsHideWhilePlaying()
    {
        WindowFixture f;
        f.play();
        auto* page = f.window->findChild<ui::PlayerPage*>();
        auto* bar = f.window->findChild<ui::ControlBar*>();
        QTRY_VERIFY(!page->controlsVisible() && !bar->isVisible());
        QCOMPARE(f.named<QWidget>("film")->cursor().shape(), Qt::BlankCursor);
        f.playback->become(State::Paused);
        QTRY_VERIFY(bar->isVisible());
        QVERIFY(f.named<QWidget>("film")->cursor().shape() != Qt::BlankCursor);
    }
    void seekBar()
    {
        WindowFixture f;
        f.play();
        f.playback->become(State::Paused);
        auto* bar = f.window->findChild<ui::SeekBar*>();
        QTRY_VERIFY(bar->isVisible());
        QCOMPARE(bar->maximum(), 180'000);
        QCOMPARE(bar->value(), 47'000);
        const auto rects = bar->hereRects();
        QCOMPARE(rects.size(), 2U);
        QCOMPARE(rects[0].left(), bar->xOf(0));
        QCOMPARE(rects[0].right(), bar->xOf(52'000));
        QCOMPARE(rects[1].left(), bar->xOf(90'000));
        QVERIFY(rects[1].left() > rects[0].right());
        const auto bought = bar->boughtRects();
        QCOMPARE(bought.size(), 1U);
        QCOMPARE(bought[0].left(), bar->xOf(24'000));
        const QImage drawn = bar->grab().toImage();
        const auto colourAt = [&](std::int64_t ms) { return drawn.pixelColor(qRound(bar->xOf(ms) * drawn.devicePixelRatio()), drawn.height() / 2); };
        QVERIFY(colourAt(20'000) != colourAt(50'000));  // played, and bought
        QVERIFY(colourAt(50'000) != colourAt(100'000)); // and here from before
        QVERIFY(colourAt(100'000) != colourAt(150'000)); // and not here
        const QPoint at(qRound(bar->xOf(120'000)), bar->height() / 2);
        QTest::mousePress(bar, Qt::LeftButton, {}, QPoint(30, at.y()));
        QVERIFY(f.played.isEmpty());
        QTest::mouseMove(bar, at);
        QTest::mouseRelease(bar, Qt::LeftButton, {}, at);
        QCOMPARE(f.played.size(), 1);
        QVERIFY(std::abs(f.playback->at.count() - 120'000) < 500);
        QVERIFY(f.named<QLabel>("hoverTime")->text().startsWith(u"2:0"_s) ||
                f.named<QLabel>("hoverTime")->text() == u"1:59"_s);
    }

    // ---- the end ----

    void closing_data()
    {
        QTest::addColumn<bool>("stops");
        QTest::newRow("the node stops") << true;
        QTest::newRow("the node hangs") << false;
    }
    void closing()
    {
        QFETCH(bool, stops);
        WindowFixture f;
        f.node.stops = stops;
        f.play();
        QSignalSpy ended(f.window.get(), &MainWindow::ended);
        f.window->close();
        QVERIFY(!f.window->isVisible());
        QCOMPARE(f.played, QStringList{u"stop"_s});
        QCOMPARE(f.node.calls, (QStringList{u"finish the window was closed"_s, u"stop"_s}));
        QVERIFY(ended.isEmpty());
        QTRY_COMPARE(ended.size(), 1); // by stopped(), or by the deadline of 200 ms
        f.window->close();
        Q_EMIT f.node.stopped();
        QCOMPARE(ended.size(), 1);
        QCOMPARE(f.node.calls.size(), 2);
    }
};

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
