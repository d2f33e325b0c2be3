#include <QBuffer>
#include <QCheckBox>
#include <QClipboard>
#include <QDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>

#include "ui/film_card.h"
#include "ui/home_page.h"
#include "ui/qr_code.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using ui::MainWindow;

namespace
{

node::FoundFilm filmOf(char id, const char* title, std::int64_t seeders = 3)
{
    node::FoundFilm film;
    film.content = base::ContentId::fromRaw(std::string(32, id));
    film.title = title;
    film.durationMs = 5'400'000;
    film.price = base::Tokens(420'000);
    film.seeders = seeders;
    film.poster = wire::ObjectRef{base::Sha256(), base::ByteCount(100)};
    film.link = std::string("mutoscope:") + id;
    return film;
}

QByteArray picture(const char* format, QSize size)
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::red);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, format);
    return bytes;
}

struct Home : WindowFixture {
    Home() : WindowFixture(onHome()) {}
    static MainWindow::Options onHome()
    {
        auto options = quick();
        options.firstPage = MainWindow::Page::Home;
        return options;
    }
    [[nodiscard]] QList<ui::FilmCard*> cards() const { return window->findChildren<ui::FilmCard*>(); }
    void enter(const QString& text)
    {
        auto* field = named<QLineEdit>("linkField");
        field->setText(text);
        QTest::keyClick(field, Qt::Key_Return);
    }
};

} // namespace

class HomeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNewestFilmsAreShown()
    {
        Home f;
        QCOMPARE(f.node.calls, QStringList{u"search '' "_s});
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {filmOf('A', "Sintel"), filmOf('B', "Elephants Dream", 0)}, .next = "2", .problem = {}});
        QCOMPARE(f.cards().size(), 2);
        QCOMPARE(f.cards()[0]->details(), u"1:30:00 · about 0.42 tokens"_s);
        QVERIFY(f.cards()[0]->accessibleName().contains(u"Sintel"_s));
        QVERIFY(f.node.calls.contains(u"poster A"_s));
        QTest::mouseClick(f.cards()[1], Qt::LeftButton);
        QVERIFY(f.node.calls.contains(u"open mutoscope:B"_s));
        QCOMPARE(f.window->page(), MainWindow::Page::Player);
    }
    /// Only of what is seen, and each once; what came of it is written, drawn and read aloud.
    void theirSeedersAreAsked()
    {
        Home f;
        std::vector<node::FoundFilm> films;
        for (char id = 'A'; id < 'Z'; ++id)
            films.push_back(filmOf(id, "Sintel"));
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = films, .next = {}, .problem = {}});
        QTRY_VERIFY(f.node.calls.contains(u"checkSeeders A"_s));
        QVERIFY2(!f.node.calls.contains(u"checkSeeders Y"_s), "nobody has scrolled there");
        f.node.calls.clear();
        auto* bar = f.window->findChild<ui::HomePage*>()->findChild<QScrollArea*>()->verticalScrollBar();
        QVERIFY(bar->maximum() > 0);
        bar->setValue(bar->maximum());
        QTRY_VERIFY(f.node.calls.contains(u"checkSeeders Y"_s));
        QVERIFY(!f.node.calls.contains(u"checkSeeders A"_s));
        const auto answers = [&f](std::vector<std::optional<std::int64_t>> times) {
            node::FilmHealth health;
            health.content = base::ContentId::fromRaw(std::string(32, 'A'));
            for (const auto& each : times)
                health.seeders.push_back({.name = "ab12cd34…", .pricePerMiB = base::Tokens(5'000), .complete = true, .answeredMs = each});
            Q_EMIT f.node.seedersChecked(health);
            return f.cards()[0]->seeders();
        };
        QCOMPARE(f.cards()[0]->seeders(), u"3 seeders"_s);
        QCOMPARE(answers({35, 80, 90}), u"3 seeders · 35 ms"_s);
        QVERIFY(f.cards()[0]->accessibleName().contains(u"35 ms"_s));
        QCOMPARE(answers({35, {}, {}}), u"3 seeders · 1 of 3 answer"_s);
        QCOMPARE(answers({std::nullopt}), u"3 seeders · no answer"_s);
        QCOMPARE(f.cards()[1]->seeders(), u"3 seeders"_s);
    }
    void eachSeederIsListed()
    {
        Home f;
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {filmOf('A', "Sintel")}, .next = {}, .problem = {}});
        Q_EMIT f.cards()[0]->customContextMenuRequested({10, 10});
        f.cards()[0]->findChild<QMenu*>()->actions().last()->trigger();
        auto* dialog = f.window->findChild<QDialog*>(u"seedersDialog"_s);
        QVERIFY(dialog);
        QCOMPARE(f.node.calls.last(), u"checkSeeders A"_s);
        const auto texts = [dialog] {
            QStringList all;
            for (const QLabel* label : dialog->findChildren<QLabel*>())
                all << label->text();
            return all;
        };
        Q_EMIT f.node.seedersChecked({.content = base::ContentId::fromRaw(std::string(32, 'B')), .seeders = {}, .problem = "another film"});
        QVERIFY(!texts().contains(u"another film"_s));
        Q_EMIT f.node.seedersChecked({.content = base::ContentId::fromRaw(std::string(32, 'A')),
                                      .seeders = {{.name = "ab12cd34…", .pricePerMiB = base::Tokens(5'000), .complete = false, .answeredMs = 35},
                                                  {.name = "77665544…", .pricePerMiB = base::Tokens(4'000), .complete = true, .answeredMs = {}}},
                                      .problem = {}});
        for (const QString& text : {u"ab12cd34…"_s, u"0.005"_s, u"a part"_s, u"35 ms"_s, u"77665544…"_s, u"all of it"_s, u"none"_s})
            QVERIFY2(texts().contains(text), qPrintable(text));
    }
    /// The latest first, on one row; gone where something is searched for, and where the film was seen to its end.
    void whatWasLeftCanBeContinued()
    {
        QTemporaryDir folder;
        auto options = Home::onHome();
        options.settingsFile = folder.filePath(u"window.ini"_s);
        {
            QSettings settings(options.settingsFile, QSettings::IniFormat);
            settings.setValue(u"resume/"_s + QString::fromLatin1(QByteArray(32, 'F').toHex()), u"240000 1700000000000"_s);
            settings.setValue(u"resume/"_s + QString::fromLatin1(QByteArray(32, 'E').toHex()), u"60000 1700000100000"_s);
            settings.setValue(u"resume/"_s + QString::fromLatin1(QByteArray(32, 'x').toHex()), u"60000 1700000200000"_s); // not in the library
        }
        WindowFixture f(options);
        furnishLibrary(f.node.shot);
        f.node.tell();
        const auto shown = [&f] {
            QStringList titles;
            for (const auto* card : f.window->findChildren<ui::FilmCard*>(u"continueCard"_s)) {
                if (card->isVisible())
                    titles << card->text() + u": "_s + card->details() + u", "_s + card->seeders();
            }
            return titles;
        };
        QCOMPARE(shown(), (QStringList{u"Sintel: 14:00 left, Go on at 1:00"_s, u"Big Buck Bunny: 6:00 left, Go on at 4:00"_s}));
        QVERIFY(f.texts().contains(u"Continue watching"_s));
        f.named<QLineEdit>("linkField")->setText(u"moon"_s);
        QTest::keyClick(f.named<QLineEdit>("linkField"), Qt::Key_Return);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(shown().isEmpty());
        QVERIFY(!f.texts().contains(u"Continue watching"_s));
        f.window->findChild<ui::HomePage*>()->search({});
        QCOMPARE(shown().size(), 2);
        QTest::mouseClick(f.window->findChild<ui::FilmCard*>(u"continueCard"_s), Qt::LeftButton);
        QVERIFY(f.node.calls.contains(u"open mutoscope:Sintel"_s));
    }
    void withoutATrackerOneIsAskedFor()
    {
        Home f;
        f.node.shot.tracker = {node::TrackerState::Offline, {}, "no wallet tracker was chosen yet", {}};
        f.node.tell();
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {}, .next = {}, .problem = "The tracker can't be reached."});
        QVERIFY(f.texts().contains(u"No wallet tracker was chosen yet: it knows"_s));
        f.named<QPushButton>("homeButton")->click();
        QVERIFY(f.named<QDialog>("firstRun")->isVisible());
        f.node.calls.clear();
        f.node.shot.tracker = {node::TrackerState::Online, "Brass Lantern", {}, "https://tracker.example.org:7750/"};
        f.node.tell();
        QCOMPARE(f.node.calls, QStringList{u"search '' "_s});
    }
    void aTrackerThatAnswersAgainIsAskedAgain()
    {
        Home f;
        f.node.shot.tracker.state = node::TrackerState::Offline;
        f.node.tell();
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {}, .next = {}, .problem = "The tracker can't be reached: no route."});
        f.node.calls.clear();
        f.node.tell();
        QVERIFY(f.node.calls.isEmpty());
        f.node.shot.tracker.state = node::TrackerState::Online;
        f.node.tell();
        QCOMPARE(f.node.calls, QStringList{u"search '' "_s});
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {}, .next = {}, .problem = "It has no list."});
        f.node.tell();
        QCOMPARE(f.node.calls.size(), 1); // that is no reason to go on asking
    }
    void moreComesBehind()
    {
        Home f;
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {filmOf('A', "Sintel")}, .next = "2", .problem = {}});
        f.node.calls.clear();
        QTest::mouseClick(f.named<QPushButton>("moreFilms"), Qt::LeftButton);
        QCOMPARE(f.node.calls, QStringList{u"search '' 2"_s});
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {filmOf('A', "Sintel")}, .next = "2", .problem = {}}); // the first again
        QCOMPARE(f.cards().size(), 1);
        Q_EMIT f.node.searched({.text = {}, .cursor = "2", .films = {filmOf('C', "Charge")}, .next = {}, .problem = {}});
        QCOMPARE(f.cards().size(), 2);
        QVERIFY(!f.named<QPushButton>("moreFilms")->isVisible());
    }
    void wordsAreSearchedFor()
    {
        Home f;
        f.window->showPage(MainWindow::Page::Wallet);
        f.node.calls.clear();
        f.enter(u"  big   buck "_s);
        QCOMPARE(f.window->page(), MainWindow::Page::Home);
        QCOMPARE(f.node.calls, QStringList{u"search 'big buck' "_s});
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {filmOf('A', "Sintel")}, .next = {}, .problem = {}}); // of the search before
        QVERIFY(f.cards().isEmpty());
        Q_EMIT f.node.searched({.text = "big buck", .cursor = {}, .films = {}, .next = {}, .problem = {}});
        QVERIFY(f.texts().contains(u"No film at this tracker has these words."_s));
        f.node.calls.clear();
        QTest::mouseClick(f.named<QPushButton>("homeButton"), Qt::LeftButton);
        QCOMPARE(f.node.calls, QStringList{u"search '' "_s});
    }
    void aLinkIsStillALink()
    {
        Home f;
        f.enter(u"mutoscope:abc"_s);
        QVERIFY(f.node.calls.contains(u"open mutoscope:abc"_s));
        f.node.calls.clear();
        f.enter(u"https://example.org/film"_s);
        QVERIFY(f.named<QLabel>("linkProblem")->isVisible());
        QVERIFY(f.node.calls.isEmpty());
    }
    void nothingThereAndNobodyThere()
    {
        Home f;
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {}, .next = {}, .problem = "The tracker can't be reached: no route."});
        QVERIFY(f.texts().contains(u"The tracker can't be reached: no route."_s));
        f.node.calls.clear();
        QTest::mouseClick(f.named<QPushButton>("homeButton"), Qt::LeftButton); // Try again
        QCOMPARE(f.node.calls, QStringList{u"search '' "_s});
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {}, .next = {}, .problem = {}});
        QVERIFY(f.texts().contains(u"Nobody seeds a film at this tracker just now."_s));
        QTest::mouseClick(f.named<QPushButton>("homeButton"), Qt::LeftButton); // Paste a link
        QCOMPARE(QApplication::focusWidget(), f.named<QLineEdit>("linkField"));
    }
    void linksAreHandedOn()
    {
        Home f;
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {filmOf('A', "Sintel")}, .next = {}, .problem = {}});
        Q_EMIT f.cards()[0]->customContextMenuRequested({10, 10});
        auto* menu = f.cards()[0]->findChild<QMenu*>();
        menu->actions()[0]->trigger();
        QCOMPARE(QApplication::clipboard()->text(), u"mutoscope:A"_s);
        menu->actions()[1]->trigger();
        auto* dialog = f.window->findChild<QDialog*>(u"shareDialog"_s);
        QVERIFY(dialog->findChild<ui::QrCode*>(u"shareCode"_s)->modules() > 0);
        auto* text = dialog->findChild<QLineEdit*>(u"shareLink"_s);
        QCOMPARE(text->text(), u"mutoscope:A"_s);
        auto* direct = dialog->findChild<QCheckBox*>(u"shareDirect"_s);
        QVERIFY(direct->isHidden()); // this computer does not seed it
        dialog->close();
        node::SeededTitle seeded;
        seeded.link = "mutoscope:A";
        seeded.directLink = "mutoscope:A?seeder=me";
        f.node.shot.seeding = {seeded};
        Q_EMIT f.window->findChild<ui::HomePage*>()->shareWanted(u"A"_s, u"mutoscope:A"_s);
        dialog = f.window->findChildren<QDialog*>(u"shareDialog"_s).last();
        text = dialog->findChild<QLineEdit*>(u"shareLink"_s);
        direct = dialog->findChild<QCheckBox*>(u"shareDirect"_s);
        QVERIFY(!direct->isHidden());
        QCOMPARE(text->text(), u"mutoscope:A"_s);
        direct->setChecked(true);
        QCOMPARE(text->text(), u"mutoscope:A?seeder=me"_s);
        dialog->close();
        // The film that is being watched, whatever page is shown.
        QVERIFY(!f.named<QAbstractButton>("share")->isVisible());
        f.window->openLink(u"mutoscope:other"_s);
        f.be(film(node::Stage::Playing));
        QTest::mouseClick(f.named<QAbstractButton>("share"), Qt::LeftButton);
        for (QDialog* each : f.window->findChildren<QDialog*>(u"shareDialog"_s)) {
            if (each->isVisible())
                dialog = each;
        }
        QApplication::clipboard()->clear();
        QTest::mouseClick(dialog->findChild<QPushButton*>(u"copyLink"_s), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), u"mutoscope:other"_s);
    }
    void postersOfStrangers()
    {
        Home f;
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {filmOf('A', "Sintel")}, .next = {}, .problem = {}});
        const auto show = [&f](const QByteArray& bytes) {
            Q_EMIT f.node.posterCame(base::ContentId::fromRaw(std::string(32, 'A')), bytes);
            return f.cards()[0]->hasPoster();
        };
        QVERIFY(!show("not a picture"));
        QVERIFY(!show(picture("BMP", {16, 9})));      // another decoder
        QVERIFY(!show(picture("PNG", {5'000, 10})));  // larger than any poster
        QVERIFY(show(picture("PNG", {1'600, 900})));
    }
};

QTEST_MAIN(HomeTest)
#include "tst_home.moc"
