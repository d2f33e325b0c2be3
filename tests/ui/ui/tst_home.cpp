#include <QBuffer>
#include <QCheckBox>
#include <QClipboard>
#include <QDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>

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
