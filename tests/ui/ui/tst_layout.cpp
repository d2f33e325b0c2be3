
#include "clipping.h"
#include "ui/home_page.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using node::Stage;
using node::WayOut;
using player::State;
using ui::MainWindow;
using namespace Qt::StringLiterals;

/// What holds on all pages, for everybody who looks at them or has them read aloud.
class LayoutTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsClipped_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<QString>("language");
        for (const QString& language : {u"en"_s, u"ru"_s}) {
            QTest::addRow("smallest, %s", qPrintable(language)) << QSize(640, 400) << language;
            QTest::addRow("usual, %s", qPrintable(language)) << QSize(1120, 720) << language;
            QTest::addRow("wide, %s", qPrintable(language)) << QSize(1400, 800) << language;
        }
    }
    void nothingIsClipped()
    {
        QFETCH(QSize, size);
        QFETCH(QString, language);
        WindowFixture f(WindowFixture::quick(), size, language);
        QVERIFY(QTest::qWaitForWindowExposed(f.window.get()));
        const auto check = [&](const char* where) {
            const QString clipped = clippedIn(*f.window);
            QCOMPARE(f.window->size(), size);
            QVERIFY2(clipped.isEmpty(), qPrintable(QString::fromLatin1(where) + u": "_s + clipped));
        };
        check("empty");
        for (const Stage stage : {Stage::FindingSeeder, Stage::Approval, Stage::FirstSegment}) {
            f.be(film(stage));
            check("on the way");
        }
        auto poor = film(Stage::Approval);
        poor.content = {};
        poor.cap = base::Tokens(90'000'000);
        f.be(poor);
        check("more than the wallet holds");
        f.play();
        f.playback->become(State::Paused);
        check("paused");
        const auto everything = failedFilm({WayOut::OtherSeeder, WayOut::Retry, WayOut::RaiseCap, WayOut::TopUp});
        f.be(failedFilm({WayOut::OtherSeeder, WayOut::Retry}));
        check("banner");
        f.playback->become(State::Failed);
        f.be(everything);
        check("problem");
        f.be(film(Stage::Finished));
        f.playback->become(State::Ended);
        check("done");
        f.window->showPage(MainWindow::Page::Seeding);
        check("seeding, empty");
        furnishSeeding(f.node.shot);
        f.node.tell();
        check("seeding");
        f.window->showPage(MainWindow::Page::Library);
        check("library, unknown");
        furnishLibrary(f.node.shot);
        f.node.tell();
        check("library");
        f.window->showPage(MainWindow::Page::Settings);
        check("settings");
        f.window->showPage(MainWindow::Page::Home);
        check("home, on its way");
        node::FoundFilm found;
        found.title = "Sintel";
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {found}, .next = "2", .problem = {}});
        check("home");
        f.window->findChild<ui::HomePage*>()->search(u"moon"_s);
        Q_EMIT f.node.searched({.text = "moon", .cursor = {}, .films = {}, .next = {}, .problem = "The tracker can't be reached: nobody answers at tracker.example.org:7750."});
        check("home, offline");
        f.window->showPage(MainWindow::Page::Wallet);
        check("wallet");
        f.node.shot.wallet.stale = true;
        f.node.shot.wallet.spend = base::Tokens(1'234'567'890'123);
        f.node.tell();
        check("wallet, stale");
    }
    void schemes()
    {
        for (const ui::Scheme scheme : {ui::Scheme::Light, ui::Scheme::Dark}) {
            auto options = WindowFixture::quick();
            options.scheme = scheme;
            WindowFixture f(options);
            f.window->showPage(MainWindow::Page::Wallet);
            const QImage picture = f.window->grab().toImage();
            const bool dark = qGray(picture.pixel(picture.width() / 2, 4)) < 128;
            QCOMPARE(dark, scheme == ui::Scheme::Dark);
        }
    }
};

QTEST_MAIN(LayoutTest)
#include "tst_layout.moc"
