// Pictures of every page and state, for people to judge. Skipped without a folder to put them into:
//     MUTOSCOPE_SHOTS=shots QT_QPA_PLATFORM=offscreen tst_shots
// QT_SCALE_FACTOR=2 makes them at twice the pixel ratio, in a subfolder.
#include <QBuffer>
#include <QDialog>
#include <QDir>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>

#include "p2p/wire/permit.h"
#include "ui/control_bar.h"
#include "ui/player_page.h"
#include "ui/seeders_dialog.h"
#include "ui/seek_bar.h"
#include "ui/seeding_page.h"
#include "ui/settings_page.h"
#include "ui/stage_overlay.h"
#include "ui/subtitles.h"
#include "ui/top_bar.h"
#include "ui/wallet_page.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using node::Stage;
using node::WayOut;
using player::State;

namespace
{

struct QuietTrial : ui::Trial {
    void start(const QString&) override {}
    void cancel() override {}
    void come(Step step) { Q_EMIT stepped(step); }
};

} // namespace

class Shots : public QObject
{
    Q_OBJECT

private:
    QString m_folder;

    /// The bar over the film is there, or gone, and no more on its way.
    static bool isStill(const ui::MainWindow& window)
    {
        const auto* bar = window.findChild<ui::ControlBar*>();
        return !bar->graphicsEffect() && bar->isVisible() == window.findChild<ui::PlayerPage*>()->controlsVisible();
    }
    void save(QWidget& widget, const QString& name)
    {
        for (int round = 0; round < 3; ++round) // a page that scrolls is laid out in several
            QCoreApplication::processEvents();
        QVERIFY(widget.grab().save(m_folder + u"/"_s + name + u".png"_s));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_folder = qEnvironmentVariable("MUTOSCOPE_SHOTS");
        if (m_folder.isEmpty())
            QSKIP("MUTOSCOPE_SHOTS is not set");
        QVERIFY(QDir().mkpath(m_folder));
    }
    void all_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<QSize>("size");
        for (const bool dark : {true, false}) {
            for (const QSize size : {QSize(640, 400), QSize(1280, 800), QSize(3840, 2160)}) {
                if (qGuiApp->devicePixelRatio() > 1 && size.width() > 2'000)
                    continue; // twice 4K is nobody's screen
                const QByteArray name = (dark ? "dark-" : "light-") + QByteArray::number(size.width());
                QTest::newRow(name.constData()) << dark << size;
            }
        }
    }
    void all()
    {
        QFETCH(bool, dark);
        QFETCH(QSize, size);
        const QString tag = QString::fromLatin1(QTest::currentDataTag()) + u"-"_s;
        ui::MainWindow::Options options = WindowFixture::quick();
        options.scheme = dark ? ui::Scheme::Dark : ui::Scheme::Light;
        options.hideControlsAfter = std::chrono::seconds(60);
        WindowFixture f(options, size);
        ui::MainWindow& window = *f.window;
        const auto shoot = [&](const char* name) { save(window, tag + QString::fromLatin1(name)); };

        shoot("01-empty");
        f.named<QLineEdit>("linkField")->setText(u"https://example.org/film"_s);
        QTest::keyClick(f.named<QLineEdit>("linkField"), Qt::Key_Return);
        shoot("02-bad-link");
        f.named<QLineEdit>("linkField")->clear();
        Q_EMIT f.named<QLineEdit>("linkField")->textEdited({});
        node::Viewing forbidden;
        forbidden.stage = Stage::Failed;
        forbidden.problem = node::Problem{base::ErrorCode::Forbidden, "“A Trip to the Moon” can't be watched: this film needs a permit of its publisher.", {}};
        forbidden.problem->permit = node::PermitWanted{base::PublicKey::fromRaw(std::string(32, 'p')), base::PublicKey::fromRaw(std::string(32, 'v'))};
        f.be(forbidden);
        shoot("11a-permit-wanted");
        for (const auto& [stage, name] : {std::pair{Stage::FindingSeeder, "03-finding"},
                                          {Stage::Approval, "04-approval"},
                                          {Stage::FirstSegment, "06-first-segment"}}) {
            f.be(film(stage));
            shoot(name);
            if (stage == Stage::Approval) {
                auto poor = film(stage);
                poor.content = {};
                poor.cap = base::Tokens(90'000'000);
                f.be(poor);
                shoot("05-approval-too-much");
            }
        }
        f.play();
        QTest::mouseMove(f.window.get(), QPoint(size.width() / 2, size.height() / 2));
        QTRY_VERIFY(isStill(window));
        shoot("07-playing");
        auto* seekBar = window.findChild<ui::SeekBar*>();
        Q_EMIT seekBar->hovered(31'000, qRound(seekBar->xOf(31'000))); // the window may be larger than the screen of a test
        QVERIFY(!f.playback->stills.isEmpty());
        QImage still(240, 135, QImage::Format_RGB32);
        still.fill(QColor(0xc9, 0x7b, 0x5a));
        f.playback->answerStill(still);
        shoot("07a-hover");
        Q_EMIT seekBar->left();
        window.showPage(ui::MainWindow::Page::Player); // takes the focus out of the link's field
        QTest::keyClick(f.window.get(), Qt::Key_I);
        QTest::keyClick(f.window.get(), Qt::Key_BracketRight);
        shoot("07b-statistics");
        QTest::keyClick(f.window.get(), Qt::Key_I);
        auto many = film(Stage::Playing);
        many.qualities = {{640, 360, 800'000}, {1280, 720, 2'400'000}, {1920, 1080, 5'200'000}};
        many.playedQuality = 1;
        many.subtitles = {{.playlist = 4, .name = "", .language = "en"}, {.playlist = 5, .name = "Comments", .language = "de"}};
        f.playback->tracks = {{u"1"_s, {}, u"en"_s}, {u"2"_s, u"Commentary"_s, u"en"_s}, {u"3"_s, {}, u"ru"_s}};
        f.playback->track = u"1"_s;
        f.be(many);
        auto& subtitles = f.window->findChild<ui::PlayerPage*>()->subtitles();
        subtitles.choose(0);
        node::SubtitlePiece piece{.content = many.content, .playlist = 4, .fromMs = 0, .toMs = 180'000, .isLast = true, .text = {}};
        piece.text = "WEBVTT\n\n00:40.000 --> 01:40.000\n– Who <i>is</i> it that can tell me who I am?\n– A shadow.\n";
        Q_EMIT f.node.subtitlesCame(piece);
        shoot("07c-subtitles");
        for (const auto& [button, name] :
             {std::pair{u"quality"_s, "07d-quality"}, {u"audioTracks"_s, "07e-sounds"}, {u"subtitleTracks"_s, "07f-subtitle-menu"}}) {
            QTest::mouseClick(f.button(button), Qt::LeftButton);
            QWidget* menu = nullptr;
            QTRY_VERIFY((menu = QApplication::activePopupWidget()) != nullptr);
            QCoreApplication::processEvents();
            QPixmap both = window.grab(); // a menu is a window of its own
            QPainter(&both).drawPixmap(window.mapFromGlobal(menu->pos()), menu->grab());
            QVERIFY(both.save(m_folder + u"/"_s + tag + QString::fromLatin1(name) + u".png"_s));
            menu->close();
        }
        subtitles.choose(std::nullopt);
        f.play();
        f.playback->become(State::Buffering);
        QTRY_COMPARE(window.findChild<ui::StageOverlay*>()->kind(), ui::OverlayKind::Buffering);
        shoot("08-buffering");

        auto failed = film(Stage::Playing);
        failed.stage = Stage::Failed;
        failed.problem = node::Problem{
            base::ErrorCode::Network,
            "The seeder ab12cd34… does not answer any more; the contract was closed with the last receipt.",
            {WayOut::OtherSeeder, WayOut::Retry}};
        f.be(failed);
        f.playback->become(State::Playing);
        QTRY_VERIFY(isStill(window));
        shoot("09-banner");
        f.playback->become(State::Failed);
        QTRY_VERIFY(isStill(window));
        shoot("10-problem");
        failed.problem = node::Problem{base::ErrorCode::PaymentRequired,
                                       "The cap of 3.00 tokens is spent.",
                                       {WayOut::RaiseCap, WayOut::TopUp, WayOut::OtherSeeder}};
        f.be(failed);
        shoot("11-cap");
        auto playing = film(Stage::Playing);
        f.be(playing);
        f.playback->error.sentence =
            u"There is no decoder for AV1 on this machine. Install the package gstreamer1.0-plugins-bad."_s;
        f.playback->error.packages = {u"gstreamer1.0-plugins-bad"_s};
        f.playback->become(State::Failed);
        shoot("12-codec");
        auto finished = film(Stage::Finished);
        finished.paid = base::Tokens(472'318);
        finished.returned = base::Tokens(2'527'682);
        finished.segmentsReceipted = 58;
        finished.segmentsHere = 58;
        finished.here = {{0, 180'000}};
        f.be(finished);
        f.playback->at = std::chrono::milliseconds(180'000);
        f.playback->become(State::Ended);
        QTRY_VERIFY(isStill(window));
        shoot("13-done");

        window.showPage(ui::MainWindow::Page::Seeding);
        shoot("20-seeding-empty");
        furnishSeeding(f.node.shot);
        f.node.tell();
        shoot("21-seeding");
        f.node.shot.seeding[1].access = wire::Access::Permit;
        f.node.shot.seeding[1].isOwn = true;
        f.node.tell();
        auto* titles = f.named<QTableView>("seeding");
        Q_EMIT titles->activated(titles->model()->index(1, 8));
        auto* permits = f.window->findChild<QDialog*>(u"permitDialog"_s);
        permits->findChild<QLineEdit*>(u"viewerKey"_s)->setText(QString::fromStdString(wire::keyText(base::PublicKey::fromRaw(std::string(32, 'v')))));
        QTest::keyClick(permits, Qt::Key_Return);
        Q_EMIT f.node.permitMade(f.node.shot.seeding[1].content, u"mutoscope:44d2?permit=eyJwYXlsb2FkIjoiZXlKamIyNTBaVzUw"_s, {});
        QCoreApplication::processEvents();
        save(*permits, tag + u"24-permit"_s);
        delete permits;
        window.showPage(ui::MainWindow::Page::Library);
        shoot("25-library-empty");
        furnishLibrary(f.node.shot);
        f.node.tell();
        shoot("26-library");
        window.showPage(ui::MainWindow::Page::Settings);
        shoot("40-settings");
        window.showPage(ui::MainWindow::Page::Wallet);
        shoot("30-wallet");
        f.node.shot.wallet.stale = true;
        f.node.shot.tracker = {node::TrackerState::Offline, "Brass Lantern",
                               "The tracker Brass Lantern does not answer: connection refused.", "https://tracker.example.org:7750/"};
        f.node.tell();
        shoot("31-wallet-stale");
        node::Snapshot unknown;
        unknown.wallet.ordinaryAddress = addressOf('\x5e');
        f.node.shot = unknown;
        f.node.tell();
        shoot("32-wallet-unknown");
        f.node.shot.keys.state = node::KeyState::None;
        f.node.tell();
        QCoreApplication::processEvents();
        save(*f.window->findChild<QDialog*>(u"keyDialog"_s), tag + u"50-new-wallet"_s);
        shoot("51-no-wallet");
    }
    void series_data() { all_data(); }
    void series()
    {
        QFETCH(bool, dark);
        QFETCH(QSize, size);
        const QString tag = QString::fromLatin1(QTest::currentDataTag()) + u"-"_s;
        QTemporaryDir folder;
        ui::MainWindow::Options options = WindowFixture::quick();
        options.scheme = dark ? ui::Scheme::Dark : ui::Scheme::Light;
        options.hideControlsAfter = std::chrono::seconds(60);
        options.second = std::chrono::hours(1);
        options.settingsFile = folder.filePath(u"window.ini"_s);
        WindowFixture f(options, size);
        ui::MainWindow& window = *f.window;
        const auto shoot = [&](const char* name) { save(window, tag + QString::fromLatin1(name)); };
        f.window->openLinks({{u"mutoscope:a1"_s, {}},
                             {u"mutoscope:7c1d4e0b9a2f"_s, u"The second part, with a title that is longer than a list can show"_s},
                             {u"mutoscope:90ab4e0b9a2f81"_s, {}}});
        f.be(film(Stage::FindingSeeder));
        f.play();
        f.playback->become(State::Paused); // and so it is kept where it was left
        window.openLink(u"mutoscope:a1"_s);
        f.be(film(Stage::FindingSeeder));
        f.be(film(Stage::OpeningContract));
        QTRY_VERIFY(isStill(window));
        shoot("14-resume");
        f.window->openLinks({{u"mutoscope:a1"_s, {}},
                             {u"mutoscope:7c1d4e0b9a2f"_s, u"The second part, with a title that is longer than a list can show"_s},
                             {u"mutoscope:90ab4e0b9a2f81"_s, {}}});
        f.be(film(Stage::FindingSeeder));
        f.be(film(Stage::OpeningContract));
        f.button(u"fromStart"_s)->click();
        f.play();
        window.findChild<ui::PlayerPage*>()->toggleQueue();
        QTRY_VERIFY(isStill(window));
        shoot("15-list");
        window.findChild<ui::PlayerPage*>()->toggleQueue();
        f.playback->become(State::Ended);
        QTRY_VERIFY(isStill(window));
        shoot("16-next");
    }
    /// A phone's film, upright, with and without the bar.
    void upright_data() { all_data(); }
    void upright()
    {
        QFETCH(bool, dark);
        QFETCH(QSize, size);
        const QString tag = QString::fromLatin1(QTest::currentDataTag()) + u"-"_s;
        ui::MainWindow::Options options = WindowFixture::quick();
        options.scheme = dark ? ui::Scheme::Dark : ui::Scheme::Light;
        WindowFixture f(options, size);
        f.picture->ratio = 9.0 / 16.0;
        f.play();
        QTest::mouseMove(f.window.get(), QPoint(size.width() / 2, size.height() / 2)); // not on the bar
        QTRY_VERIFY(!f.window->findChild<ui::ControlBar*>()->isVisible());
        save(*f.window, tag + u"17-upright-hidden"_s);
        f.playback->become(State::Paused);
        QTRY_VERIFY(f.window->findChild<ui::ControlBar*>()->isVisible() && isStill(*f.window));
        save(*f.window, tag + u"18-upright"_s);
    }
    /// Home, the library and the settings, and the first run, in both languages.
    void beginning_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<QString>("language");
        for (const QString& language : {u"en"_s, u"ru"_s}) {
            for (const bool dark : {true, false}) {
                for (const QSize size : {QSize(640, 400), QSize(1280, 800)})
                    QTest::addRow("%s-%s-%d", qPrintable(language), dark ? "dark" : "light", size.width()) << dark << size << language;
            }
        }
    }
    void beginning()
    {
        QFETCH(bool, dark);
        QFETCH(QSize, size);
        QFETCH(QString, language);
        const QString tag = QString::fromLatin1(QTest::currentDataTag()) + u"-"_s;
        const QTemporaryDir folder;
        ui::MainWindow::Options options = WindowFixture::quick();
        options.scheme = dark ? ui::Scheme::Dark : ui::Scheme::Light;
        options.firstPage = ui::MainWindow::Page::Home;
        options.firstRun = true;
        options.settingsFile = folder.filePath(u"window.ini"_s);
        QuietTrial trial;
        options.trial = &trial;
        {
            QSettings settings(options.settingsFile, QSettings::IniFormat);
            settings.setValue(u"resume/"_s + QString::fromLatin1(QByteArray(32, 'F').toHex()), u"240000 1700000000000"_s);
            settings.setValue(u"resume/"_s + QString::fromLatin1(QByteArray(32, 'E').toHex()), u"600000 1700000100000"_s);
        }
        WindowFixture f(options, size, language);
        const auto shoot = [&](const char* name) { save(*f.window, tag + QString::fromLatin1(name)); };
        f.node.shot.tracker = {node::TrackerState::Offline, {}, "no wallet tracker was chosen yet", {}};
        f.node.shot.keys.state = node::KeyState::None;
        f.node.tell();
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {}, .next = {}, .problem = "The tracker can't be reached."});
        QCoreApplication::processEvents();
        QDialog* first = f.window->findChild<QDialog*>(u"firstRun"_s);
        for (int page = 1; page <= 4; ++page) {
            save(*first, tag + u"60-first-run-%1"_s.arg(page));
            if (page == 1) {
                first->findChild<QLineEdit*>(u"trackerLink"_s)->setText(u"https://example.org"_s);
                first->findChild<QAbstractButton*>(u"tryHere"_s)->click();
                trial.come(ui::Trial::Step::Watching);
                save(*first, tag + u"60-first-run-1-trial"_s);
            }
            if (page == 2) {
                f.node.shot.keys.state = node::KeyState::Open;
                f.node.tell();
                save(*first, tag + u"60-first-run-2-made"_s);
            }
            first->findChild<QAbstractButton*>(page == 4 ? u"next"_s : u"skip"_s)->click();
        }
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        shoot("61-home-no-tracker");
        furnish(f.node.shot, base::UnixMs(QDateTime::currentMSecsSinceEpoch()));
        furnishLibrary(f.node.shot);
        f.node.tell();
        std::vector<node::FoundFilm> films;
        const std::vector<std::string> titles{"A Trip to the Moon — restored, with the score of 2011", "Sintel", "Elephants Dream", "Nosferatu", "Big Buck Bunny", "Charge"};
        for (std::size_t i = 0; i < titles.size(); ++i) {
            node::FoundFilm found;
            found.content = base::ContentId::fromRaw(std::string(32, static_cast<char>('a' + i)));
            found.title = titles[i];
            found.durationMs = 900'000 + static_cast<std::int64_t>(i) * 600'000;
            found.price = base::Tokens(420'000 * static_cast<std::int64_t>(i + 1));
            found.seeders = static_cast<std::int64_t>(i);
            found.link = "mutoscope:x";
            films.push_back(found);
        }
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = films, .next = "2", .problem = {}});
        for (std::size_t i = 0; i + 1 < films.size(); ++i) {
            node::FilmHealth health{.content = films[i].content, .seeders = {}, .problem = {}};
            for (std::size_t k = 0; k < i; ++k)
                health.seeders.push_back({.name = "ab12cd34…", .pricePerMiB = base::Tokens(5'000), .complete = true,
                                          .answeredMs = k < 5 - i ? std::optional<std::int64_t>(35 + 40 * static_cast<std::int64_t>(k)) : std::nullopt});
            Q_EMIT f.node.seedersChecked(health);
        }
        shoot("62-home");
        auto* seeders = new ui::SeedersDialog(f.node, films[2], f.window.get());
        seeders->open();
        Q_EMIT f.node.seedersChecked({.content = films[2].content,
                                      .seeders = {{.name = "ab12cd34…", .pricePerMiB = base::Tokens(5'000), .complete = true, .answeredMs = 35},
                                                  {.name = "77665544…", .pricePerMiB = base::Tokens(4'000), .complete = false, .answeredMs = {}}},
                                      .problem = {}});
        QCoreApplication::processEvents();
        save(*seeders, tag + u"63-seeders"_s);
        delete seeders;
        f.window->showPage(ui::MainWindow::Page::Library);
        shoot("64-library");
        f.window->showPage(ui::MainWindow::Page::Settings);
        for (int part = 0; part < 4; ++part) {
            auto* bar = f.window->findChild<ui::SettingsPage*>()->findChild<QScrollArea*>()->verticalScrollBar();
            bar->setValue(bar->maximum() * part / 3);
            shoot(qPrintable(u"65-settings-%1"_s.arg(part)));
        }
        f.window->showPage(ui::MainWindow::Page::Seeding);
        shoot("66-seeding-empty");
        f.node.shot.tracker.state = node::TrackerState::Offline;
        f.node.shot.tracker.problem = "nobody answers at tracker.example.org:7750";
        f.node.shot.sentPerSecond = 2'340'000;
        f.node.tell();
        f.window->showPage(ui::MainWindow::Page::Home);
        f.named<QLineEdit>("linkField")->setText(u"moon"_s);
        QTest::keyClick(f.named<QLineEdit>("linkField"), Qt::Key_Return);
        Q_EMIT f.node.searched({.text = "moon", .cursor = {}, .films = {}, .next = {}, .problem = "The tracker can't be reached: nobody answers at tracker.example.org:7750."});
        shoot("67-home-offline");
    }
    void dialogs_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("dark") << true;
        QTest::newRow("light") << false;
    }
    void dialogs()
    {
        QFETCH(bool, dark);
        const QString tag = QString::fromLatin1(QTest::currentDataTag()) + u"-dialog-"_s;
        ui::MainWindow::Options options = WindowFixture::quick();
        options.scheme = dark ? ui::Scheme::Dark : ui::Scheme::Light;
        WindowFixture f(options);
        const auto shoot = [&](const char* name) {
            QDialog* dialog = nullptr;
            QTRY_VERIFY((dialog = f.window->findChild<QDialog*>()) && dialog->isVisible());
            save(*dialog, tag + QString::fromLatin1(name));
        };
        const auto close = [&] { delete f.window->findChild<QDialog*>(); };
        f.window->showPage(ui::MainWindow::Page::Wallet); // pages are made when they are first shown
        auto* wallet = f.window->findChild<ui::WalletPage*>();
        wallet->startAction(ui::WalletDialog::Action::TopUp);
        f.window->findChild<QLineEdit*>(u"amount"_s)->setText(u"99"_s);
        shoot("topup");
        close();
        wallet->startAction(ui::WalletDialog::Action::Send);
        shoot("send");
        close();
        wallet->startAction(ui::WalletDialog::Action::PayOut);
        shoot("payout");
        close();
        f.window->showPage(ui::MainWindow::Page::Seeding);
        auto* seeding = f.window->findChild<ui::SeedingPage*>();
        seeding->publish(u"/films/Big Buck Bunny.avi"_s);
        shoot("publish-1-probing");
        player::MediaInfo info;
        info.file = u"/films/Big Buck Bunny.avi"_s;
        info.bytes = 159'000'000;
        info.duration = std::chrono::milliseconds(596'000);
        info.transcoding =
            u"The picture is MPEG-4 part 2, which HLS cannot carry, so it is encoded anew as H.264. That takes a while."_s;
        info.video.emplace();
        FakePackager::last->probed(info);
        FakeFilm film;
        film.resize(640, 360);
        QByteArray poster;
        QBuffer jpeg(&poster);
        QVERIFY(film.grab().save(&jpeg, "JPEG"));
        FakePackager::last->pictured(poster);
        shoot("publish-2-asking");
        QTest::mouseClick(f.button(u"go"_s), Qt::LeftButton);
        FakePackager::last->progress(0.4);
        shoot("publish-3-packaging");
        FakePackager::last->finish(player::PackagedHls{});
        f.node.tell();
        Q_EMIT f.node.published(u"mutoscope:film"_s, {});
        shoot("publish-4-done");
        close();
        f.window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        QTest::keyClick(f.window.get(), Qt::Key_Question);
        shoot("keys");
    }
};

QTEST_MAIN(Shots)
#include "tst_shots.moc"
