#include <QAbstractButton>
#include <QComboBox>
#include <QTemporaryDir>

#include "ui/film_card.h"
#include "ui/format.h"
#include "ui/remote_control.h"
#include "ui/settings_page.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using ui::MainWindow;

class LanguageTest : public QObject
{
    Q_OBJECT

private:
    static void choose(WindowFixture& f, const QString& code)
    {
        f.window->showPage(MainWindow::Page::Settings);
        auto* language = f.named<QComboBox>("language");
        const int row = language->findData(code);
        language->setCurrentIndex(row);
        Q_EMIT language->activated(row);
        QCoreApplication::processEvents();
    }

private Q_SLOTS:
    void cleanup() { ui::applyLanguage(u"en"_s); }

    /// Without a restart, while a film plays, and back.
    void isSwitchedWhileAFilmPlays()
    {
        QTemporaryDir folder;
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"window.ini"_s);
        WindowFixture f(options);
        furnishSeeding(f.node.shot);
        f.play();
        const QWidget* const picture = f.picture;
        choose(f, u"ru"_s);
        QCOMPARE(f.window->page(), MainWindow::Page::Settings);
        QVERIFY(f.texts().contains(u"Настройки"_s));
        QVERIFY(!f.texts().contains(u"Settings"_s));
        QVERIFY2(f.played.isEmpty(), "the film was disturbed");
        QCOMPARE(f.window->findChild<QWidget*>(u"film"_s), picture);
        f.window->showPage(MainWindow::Page::Seeding);
        QVERIFY(f.texts().contains(u"Раздача"_s));
        f.window->showPage(MainWindow::Page::Wallet);
        QVERIFY2(f.texts().contains(u"2,58"_s), "numbers as in that language");
        // It still does what it did: keys, a snapshot, a click.
        f.window->showPage(MainWindow::Page::Player);
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        QTest::keyClick(f.window.get(), Qt::Key_Space);
        QCOMPARE(f.played, QStringList{u"pause"_s});
        f.window->remote().seek(std::chrono::seconds(90));
        QVERIFY(f.played.contains(u"seek 90000"_s));
        choose(f, u"en"_s);
        QVERIFY(f.texts().contains(u"Settings"_s));
        QVERIFY(!f.texts().contains(u"Настройки"_s));

        choose(f, u"ru"_s);
        ui::applyLanguage({});
        QCOMPARE(ui::languageIn(options.settingsFile), QString()); // not written yet
        f.window.reset();
        QCOMPARE(ui::languageIn(options.settingsFile), u"ru"_s);
    }
    void countsInEachLanguage_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("text");
        QTest::newRow("en 1") << u"en"_s << 1 << u"1 seeder"_s;
        QTest::newRow("en 2") << u"en"_s << 2 << u"2 seeders"_s;
        QTest::newRow("ru 1") << u"ru"_s << 1 << u"1 сид"_s;
        QTest::newRow("ru 3") << u"ru"_s << 3 << u"3 сида"_s;
        QTest::newRow("ru 11") << u"ru"_s << 11 << u"11 сидов"_s;
        QTest::newRow("ru 21") << u"ru"_s << 21 << u"21 сид"_s;
    }
    void countsInEachLanguage()
    {
        QFETCH(QString, language);
        QFETCH(int, count);
        QFETCH(QString, text);
        ui::applyLanguage(language);
        node::FoundFilm film;
        film.seeders = count;
        QCOMPARE(ui::FilmCard(film).seeders(), text);
    }
    void numbersAndDates()
    {
        ui::applyLanguage(u"ru"_s);
        QCOMPARE(ui::formatTokens(base::Tokens(1'234'500'000)).remove(QChar(QChar::Nbsp)), u"1234,50"_s);
        QCOMPARE(ui::parseTokens(u"0,5"_s)->value(), 500'000);
        ui::applyLanguage(u"en"_s);
        QCOMPARE(ui::formatTokens(base::Tokens(1'234'500'000)), u"1,234.50"_s);
    }
};

QTEST_MAIN(LanguageTest)
#include "tst_language.moc"
