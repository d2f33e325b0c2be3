#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimeEdit>

#include "ui/bar_chart.h"
#include "ui/earnings.h"
#include "ui/format.h"
#include "ui/library_model.h"
#include "ui/seeding_model.h"
#include "ui/seeding_page.h"
#include "ui/settings_page.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using ui::LibraryModel;
using ui::MainWindow;

/// What is on this computer, the rules for seeding it, and the settings.
class LibraryTest : public QObject
{
    Q_OBJECT

private:
    static void click(QTableView* table, int row, int column)
    {
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(row, column)).center());
    }

private Q_SLOTS:
    // ---- library ----

    void anEmptyLibraryLeadsToHome()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Library);
        QVERIFY2(!f.named<QPushButton>("findFilm")->isVisible(), "nobody knows yet that it is empty");
        f.node.shot.library = std::make_shared<const std::vector<node::LibraryFilm>>();
        f.node.tell();
        QTest::mouseClick(f.named<QPushButton>("findFilm"), Qt::LeftButton);
        QCOMPARE(f.window->page(), MainWindow::Page::Home);
    }
    /// Films that one may watch stand here before anything of them is on this computer.
    void permits()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Library);
        f.node.shot.library = std::make_shared<const std::vector<node::LibraryFilm>>();
        const base::UnixMs now(QDateTime::currentMSecsSinceEpoch());
        const base::UnixMs day(24 * 60 * 60 * 1000);
        const auto permit = [](char id, const char* title, base::UnixMs expires) {
            return node::HeldPermit{base::ContentId::fromRaw(std::string(32, id)), title, {}, expires, std::string("mutoscope:") + title};
        };
        f.node.shot.permits = {permit('K', "Another", now + day), permit('L', "Ended", now - day)};
        f.node.tell();
        auto* table = f.named<QTableView>("library");
        QCOMPARE(table->model()->rowCount(), 2);
        const auto text = [table](int row, int column) { return table->model()->index(row, column).data().toString(); };
        QCOMPARE(text(0, LibraryModel::Title), u"Another"_s);
        QVERIFY2(text(0, LibraryModel::State).startsWith(u"Permit until "_s), qPrintable(text(0, LibraryModel::State)));
        QVERIFY2(text(1, LibraryModel::State).startsWith(u"Permit ended on "_s), qPrintable(text(1, LibraryModel::State)));
        QCOMPARE(text(0, LibraryModel::Length), ui::unknownText());
        QVERIFY(!table->model()->index(0, LibraryModel::OnOff).data(Qt::CheckStateRole).isValid());
        Q_EMIT table->activated(table->model()->index(0, LibraryModel::Title));
        QCOMPARE(f.node.calls.last(), u"open mutoscope:Another"_s);
        f.window->showPage(MainWindow::Page::Library);
        click(table, 1, LibraryModel::Remove);
        QCOMPARE(f.node.calls.last(), u"removeFilm L"_s);
        f.node.shot.permits.pop_back();
        f.node.tell();
        QCOMPARE(table->model()->rowCount(), 1);
    }
    void films()
    {
        WindowFixture f;
        furnishSeeding(f.node.shot);
        furnishLibrary(f.node.shot);
        f.window->showPage(MainWindow::Page::Library);
        auto* table = f.named<QTableView>("library");
        QCOMPARE(table->model()->rowCount(), 4);
        const auto text = [table](int row, int column) { return table->model()->index(row, column).data().toString(); };
        QVERIFY(text(0, LibraryModel::Title).startsWith(u"A Trip"_s));
        QCOMPARE(text(0, LibraryModel::State), u"Published by you"_s);
        QCOMPARE(text(1, LibraryModel::State), u"33 % of it is here"_s);
        QCOMPARE(text(2, LibraryModel::State), u"Not on this computer any more"_s);
        QVERIFY(f.texts().contains(u"1.7 GB on this disk"_s));
        f.named<QLineEdit>("libraryFilter")->setText(u"sint"_s);
        QCOMPARE(table->model()->rowCount(), 1);
        f.named<QLineEdit>("libraryFilter")->clear();

        f.node.calls.clear();
        click(table, 3, LibraryModel::OnOff); // Sintel, all here, off
        QCOMPARE(f.node.calls, QStringList{u"setSeeding 1"_s});
        click(table, 1, LibraryModel::OnOff); // a part of it can't be seeded
        QCOMPARE(f.node.calls.size(), 1);
        click(table, 1, LibraryModel::Remove);
        QCOMPARE(f.node.calls.last(), u"removeFilm F"_s);
        table->sortByColumn(LibraryModel::Here, Qt::DescendingOrder);
        QVERIFY(text(0, LibraryModel::Title).startsWith(u"A Trip"_s));
        QCOMPARE(text(3, LibraryModel::Title), u"Elephants Dream"_s);
        Q_EMIT table->activated(table->model()->index(3, LibraryModel::Title));
        QCOMPARE(f.node.calls.last(), u"open mutoscope:Elephants Dream"_s);
        QCOMPARE(f.window->page(), MainWindow::Page::Player);
    }
    void whatOneHasPublishedIsAskedAbout()
    {
        WindowFixture f;
        furnishLibrary(f.node.shot);
        f.window->showPage(MainWindow::Page::Library);
        auto* table = f.named<QTableView>("library");
        click(table, 0, LibraryModel::Remove);
        auto* question = f.window->findChild<QMessageBox*>();
        QVERIFY(question);
        QVERIFY(!f.node.calls.contains(u"removeFilm D"_s));
        question->findChild<QPushButton*>(u"removeOwn"_s)->click();
        QVERIFY(f.node.calls.contains(u"removeFilm D"_s));
    }
    /// Played a while, left, and found again on the library's button.
    void continues()
    {
        QTemporaryDir folder;
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"window.ini"_s);
        WindowFixture f(options);
        furnishLibrary(f.node.shot);
        f.window->showPage(MainWindow::Page::Library);
        auto* button = f.named<QPushButton>("continueWatching");
        QVERIFY(!button->isVisible());
        auto viewing = film(node::Stage::Playing);
        viewing.content = f.node.shot.library->at(3).content;
        f.be(viewing);
        f.playback->length = std::chrono::milliseconds(900'000);
        f.playback->at = std::chrono::milliseconds(305'000);
        f.playback->become(player::State::Playing);
        f.playback->become(player::State::Paused);
        f.window->showPage(MainWindow::Page::Library);
        QVERIFY(button->isVisible());
        QCOMPARE(button->text(), u"Continue at 5:05"_s);
        button->click();
        QCOMPARE(f.node.calls.last(), u"open mutoscope:Sintel"_s);
    }

    // ---- rules ----

    void rulesAreHandedOver()
    {
        WindowFixture f({}, {1400, 800});
        furnishSeeding(f.node.shot);
        f.window->showPage(MainWindow::Page::Seeding);
        auto* page = f.window->findChild<ui::SeedingPage*>();
        const auto field = [page](const char* name) { return page->findChild<QDoubleSpinBox*>(QString::fromLatin1(name)); };
        const auto box = [page](const char* name) { return page->findChild<QCheckBox*>(QString::fromLatin1(name)); };
        QVERIFY(!field("uploadLimit")->isEnabled());
        box("uploadLimitOn")->click();
        QCOMPARE(f.node.rules.uploadPerSecond.value(), 1'000'000);
        f.node.shot.rules = f.node.rules;
        field("uploadLimit")->setValue(250);
        QCOMPARE(f.node.rules.uploadPerSecond.value(), 250'000);
        f.node.shot.rules = f.node.rules;
        box("quotaOn")->click();
        QCOMPARE(f.node.rules.quota.value(), 50'000'000'000);
        f.node.shot.rules = f.node.rules;
        box("scheduled")->click();
        QCOMPARE(f.node.rules.fromMinute, 23 * 60);
        f.node.shot.rules = f.node.rules;
        page->findChild<QTimeEdit*>(u"scheduleTo"_s)->setTime(QTime(6, 30));
        QCOMPARE(f.node.rules.toMinute, 6 * 60 + 30);
        QCOMPARE(f.node.rules.uploadPerSecond.value(), 250'000);
        // And back, by what the node says.
        f.node.shot.rules = {};
        f.node.tell();
        QVERIFY(!box("quotaOn")->isChecked());
        QVERIFY(!box("scheduled")->isChecked());
    }
    void whyAFilmEarnsNothing()
    {
        ui::SeedingModel model;
        node::SeededTitle title;
        title.seeding = true;
        const auto state = [&](bool isReachable = true) {
            node::ReachStatus reach;
            reach.way = isReachable ? node::Way::Direct : node::Way::None;
            model.setTitles({title}, reach);
            return model.index(0, ui::SeedingModel::State).data().toString();
        };
        QVERIFY(state().contains(u"nobody has asked"_s));
        QVERIFY(state(false).contains(u"connect"_s));
        QVERIFY(model.index(0, ui::SeedingModel::State).data(ui::SeedingModel::ProblemRole).toBool());
        title.pricePerMiB = base::Tokens(20'000);
        title.cheapestOther = base::Tokens(10'000);
        QVERIFY2(state().startsWith(u"Too dear"_s) && state().contains(u"0.01"_s), qPrintable(state()));
        QVERIFY(model.index(0, ui::SeedingModel::State).data(ui::SeedingModel::ProblemRole).toBool());
        title.viewersNow = 1;
        QCOMPARE(state(), u"Seeding"_s); // somebody pays it all the same
        title.viewersNow = 0;
        title.cheapestOther = title.pricePerMiB;
        QVERIFY(state().contains(u"nobody has asked"_s));
        title.pause = node::Pause::Schedule;
        QVERIFY(state().contains(u"hours"_s));
        title.pause = node::Pause::Ratio;
        QVERIFY(state().contains(u"uploaded"_s));
        title.problem = "The tracker refused the offer.";
        QCOMPARE(state(), u"The tracker refused the offer."_s);
    }
    void thePriceIsChangedInTheTable()
    {
        WindowFixture f;
        furnishSeeding(f.node.shot);
        f.window->showPage(MainWindow::Page::Seeding);
        auto* table = f.named<QTableView>("seeding");
        auto* model = table->model();
        QVERIFY(model->setData(model->index(0, ui::SeedingModel::Price), u"0.02"_s));
        QCOMPARE(f.node.calls.last(), u"setPrice 20000"_s);
        QVERIFY(!model->setData(model->index(0, ui::SeedingModel::Price), u"much"_s));
        QCOMPARE(f.node.calls.last(), u"setPrice 20000"_s);
    }

    // ---- earnings ----

    void earnings()
    {
        const QDateTime noon(QDate(2026, 3, 10), QTime(12, 0));
        const base::UnixMs now(noon.toMSecsSinceEpoch());
        std::vector<wire::HistoryEntry> history;
        const auto add = [&](const QDateTime& when, std::int64_t amount, wire::EntryKind kind = wire::EntryKind::ContractClosed,
                             wire::AddressKind address = wire::AddressKind::Income) {
            wire::HistoryEntry entry;
            entry.time = base::UnixMs(when.toMSecsSinceEpoch());
            entry.kind = kind;
            entry.address = address;
            entry.incoming = true;
            entry.amount = base::Tokens(amount);
            history.push_back(entry);
        };
        add(noon.addSecs(-3'600), 5);
        add(noon.addDays(-1), 7);
        add(noon.addDays(-6), 11);
        add(noon.addDays(-7), 13);
        add(noon.addDays(-29), 17);
        add(noon.addDays(-30), 19);
        add(noon, 100, wire::EntryKind::Transfer);
        add(noon, 100, wire::EntryKind::ContractClosed, wire::AddressKind::Spend);
        const auto today = ui::earningsOf(history, ui::Span::Today, now);
        QCOMPARE(today.size(), std::size_t{24});
        QCOMPARE(today[11].value(), 5);
        QCOMPARE(ui::sumOf(today).value(), 5);
        const auto week = ui::earningsOf(history, ui::Span::Week, now);
        QCOMPARE(week.size(), std::size_t{7});
        QCOMPARE(week[6].value(), 5);
        QCOMPARE(week[5].value(), 7);
        QCOMPARE(week[0].value(), 11);
        QCOMPARE(ui::sumOf(ui::earningsOf(history, ui::Span::Month, now)).value(), 5 + 7 + 11 + 13 + 17);
    }

    void kindsAreChosen()
    {
        WindowFixture f;
        furnishLibrary(f.node.shot);
        f.window->showPage(MainWindow::Page::Library);
        f.node.tell();
        auto* kinds = f.named<QComboBox>("libraryKind");
        const auto titles = [&f] {
            const auto* model = f.named<QTableView>("library")->model();
            QStringList all;
            for (int row = 0; row < model->rowCount(); ++row)
                all << model->index(row, LibraryModel::Title).data().toString().section(u' ', 0, 0);
            return all.join(u' ');
        };
        QCOMPARE(kinds->itemText(0), u"All films: 4, 1.7 GB"_s);
        QCOMPARE(titles(), u"A Big Elephants Sintel"_s);
        kinds->setCurrentIndex(1);
        QCOMPARE(kinds->currentText(), u"Published by me: 1, 912.0 MB"_s);
        QCOMPARE(titles(), u"A"_s);
        kinds->setCurrentIndex(2);
        QCOMPARE(kinds->currentText(), u"Watched: 3, 788.0 MB"_s);
        QCOMPARE(titles(), u"Big Elephants Sintel"_s);
        f.named<QLineEdit>("libraryFilter")->setText(u"sin"_s);
        QCOMPARE(titles(), u"Sintel"_s);
        f.named<QLineEdit>("libraryFilter")->clear();
        kinds->setCurrentIndex(3);
        QCOMPARE(titles(), QString());
        QVERIFY(f.texts().contains(u"No film here fits."_s));
        f.button(u"Show all"_s)->click();
        QCOMPARE(kinds->currentIndex(), 0);
        QCOMPARE(titles(), u"A Big Elephants Sintel"_s);
    }

    // ---- settings ----

    void settingsAreKept()
    {
        QTemporaryDir folder;
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"window.ini"_s);
        {
            WindowFixture f(options);
            f.window->showPage(MainWindow::Page::Settings);
            auto* scheme = f.named<QComboBox>("scheme");
            scheme->setCurrentIndex(2);
            Q_EMIT scheme->activated(2);
            QVERIFY(&ui::coloursOf(scheme) == &ui::colours(true));
            QVERIFY(f.named<QAbstractButton>("alwaysAsk")->isChecked());
            f.named<QAbstractButton>("dontAsk")->click();
            auto* approve = f.named<QLineEdit>("approveUpTo");
            approve->clear();
            QTest::keyClicks(approve, u"0.5"_s);
            f.window->openLink(u"mutoscope:x"_s);
            QVERIFY(!f.node.options.dailyCap);
            f.window->showPage(MainWindow::Page::Settings);
            f.named<QAbstractButton>("hasDailyCap")->click();
            auto* daily = f.named<QLineEdit>("dailyCap");
            daily->clear();
            QTest::keyClicks(daily, u"3"_s);
            f.window->showPage(MainWindow::Page::Settings);
            auto* ahead = f.named<QComboBox>("settingsReadAhead");
            ahead->setCurrentIndex(3);
            Q_EMIT ahead->activated(3);
            QCOMPARE(f.node.calls.last(), u"readAhead 120000"_s);
            f.window->openLink(u"mutoscope:x"_s);
            QCOMPARE(f.node.options.approveUpTo.value(), 500'000);
            QCOMPARE(f.node.options.readAheadMs, 120'000);
        }
        WindowFixture f(options);
        f.window->showPage(MainWindow::Page::Settings);
        QVERIFY(&ui::coloursOf(f.named<QComboBox>("scheme")) == &ui::colours(true));
        f.window->openLink(u"mutoscope:x"_s);
        QCOMPARE(f.node.options.approveUpTo.value(), 500'000);
        QCOMPARE(f.node.options.dailyCap.value_or(base::Tokens()).value(), 3'000'000);
        f.window->showPage(MainWindow::Page::Settings);
        f.named<QAbstractButton>("alwaysAsk")->click();
        f.named<QAbstractButton>("hasDailyCap")->click();
        f.window->openLink(u"mutoscope:x"_s);
        QCOMPARE(f.node.options.approveUpTo.value(), 0);
        QVERIFY(!f.node.options.dailyCap);
    }
    void anotherTrackerIsChosen()
    {
        const QString other = u"https://other.example.org:7750/"_s;
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Settings);
        auto* field = f.named<QLineEdit>("trackerLink");
        QCOMPARE(field->text(), u"https://tracker.example.org:7750/"_s);
        QVERIFY2(!f.button(u"useTracker"_s)->isEnabled(), "it is that one already");
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, u"https://example.org"_s);
        QVERIFY(f.named<QLabel>("trackerProblem")->isVisible());
        QVERIFY(!f.button(u"useTracker"_s)->isEnabled());
        f.node.tell(); // does not disturb who is writing
        QCOMPARE(field->text(), u"https://example.org"_s);
        field->selectAll();
        QTest::keyClicks(field, other);
        QVERIFY(!f.named<QLabel>("trackerProblem")->isVisible());
        f.button(u"useTracker"_s)->click();
        QCOMPARE(f.node.calls.last(), u"setTracker "_s + other);
        f.node.shot.tracker = {node::TrackerState::Connecting, {}, {}, other.toStdString()};
        f.node.tell();
        QVERIFY(!f.button(u"useTracker"_s)->isEnabled());
        QCOMPARE(f.named<QLabel>("accountState")->text(), u"Connecting to the tracker …"_s);
    }
    void sourcesAreSwitched()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Settings);
        QCheckBox* dht = nullptr;
        for (QCheckBox* box : f.window->findChildren<QCheckBox*>()) {
            if (box->text().contains(u"DHT"_s))
                dht = box;
        }
        QVERIFY(dht && !dht->isChecked());
        dht->click();
        QCOMPARE(f.node.calls.last(), u"setSource 3 1"_s);
    }
};

QTEST_MAIN(LibraryTest)
#include "tst_library.moc"
