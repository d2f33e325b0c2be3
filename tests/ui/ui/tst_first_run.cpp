#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>

#include "clipping.h"
#include "ui/first_run.h"
#include "ui/trial.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using node::KeyState;
using ui::FirstRun;
using ui::Trial;

namespace
{

class FakeTrial : public Trial
{
public:
    QStringList calls;
    void start(const QString& film) override { calls << u"start "_s + film; }
    void cancel() override
    {
        calls << u"cancel"_s;
        Q_EMIT ended({});
    }
    void come(Step step) { Q_EMIT stepped(step); }
    void end(const Outcome& outcome) { Q_EMIT ended(outcome); }
};

/// A window that nobody has seen before, on a computer without a wallet.
struct FirstWindow : WindowFixture {
    FakeTrial trial;

    explicit FirstWindow(ui::MainWindow::Options options, FakeTrial* offered = nullptr, const QString& language = u"en"_s, QSize size = {1120, 720})
        : WindowFixture(prepared(std::move(options), offered), size, language)
    {
    }
    static ui::MainWindow::Options prepared(ui::MainWindow::Options options, FakeTrial* offered)
    {
        options.firstRun = true;
        options.trial = offered;
        options.firstPage = ui::MainWindow::Page::Home;
        return options;
    }
    void become(KeyState state, bool hasTracker = false)
    {
        if (!hasTracker)
            node.shot.tracker = {node::TrackerState::Offline, {}, "no wallet tracker was chosen yet", {}};
        node.shot.keys.state = state;
        node.tell();
        QCoreApplication::processEvents();
    }
    [[nodiscard]] FirstRun* dialog() const { return window->findChild<FirstRun*>(); }
    [[nodiscard]] QPushButton* pressed(const char* name) const
    {
        auto* button = dialog()->findChild<QPushButton*>(QString::fromLatin1(name));
        button->click();
        return button;
    }
    [[nodiscard]] bool canGoOn() const { return dialog()->findChild<QPushButton*>(u"next"_s)->isEnabled(); }
    [[nodiscard]] QString label(const char* name) const { return dialog()->findChild<QLabel*>(QString::fromLatin1(name))->text(); }
};

} // namespace

class FirstRunTest : public QObject
{
    Q_OBJECT

private:
    static ui::MainWindow::Options keptIn(const QTemporaryDir& folder)
    {
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"window.ini"_s);
        return options;
    }

private Q_SLOTS:
    void cleanup() { ui::applyLanguage(u"en"_s); }

    /// All four pages by "Skip" alone: nothing is chosen, nothing is asked of the node, and it does not come again.
    void everyPageCanBeSkipped()
    {
        const QTemporaryDir folder;
        {
            FirstWindow f(keptIn(folder));
            QVERIFY2(!f.dialog(), "the node still looks for its keys");
            f.become(KeyState::None);
            QVERIFY(f.dialog() && f.dialog()->isVisible());
            QVERIFY2(!f.window->findChild<QDialog*>(u"keyDialog"_s), "one question at a time");
            QVERIFY(f.texts().contains(u"sees your network address"_s));
            QVERIFY(!f.canGoOn());
            f.node.calls.clear();
            for (const FirstRun::Step step : {FirstRun::Step::Welcome, FirstRun::Step::Wallet, FirstRun::Step::Spending}) {
                QCOMPARE(f.dialog()->step(), step);
                QVERIFY(f.pressed("skip"));
            }
            QCOMPARE(f.dialog()->step(), FirstRun::Step::Seeding);
            QCOMPARE(f.label("whichStep"), u"4 of 4"_s);
            QVERIFY(f.pressed("next"));
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            QVERIFY(!f.dialog());
            QVERIFY2(f.node.calls.isEmpty(), qPrintable(f.node.calls.join(u'\n')));
        }
        FirstWindow f(keptIn(folder));
        f.become(KeyState::None);
        QVERIFY(!f.dialog());
    }
    void isNotForThoseWhoHaveBegun()
    {
        FirstWindow f(WindowFixture::quick());
        f.become(KeyState::Open, true);
        QVERIFY(!f.dialog());
        f.become(KeyState::Locked, true);
        QVERIFY(!f.dialog());
    }
    /// From nothing to a wallet, limits and seeding; each choice reaches the node or the settings.
    void everythingIsChosen()
    {
        const QTemporaryDir folder;
        FirstWindow f(keptIn(folder));
        f.become(KeyState::None);
        auto* link = f.dialog()->findChild<QLineEdit*>(u"trackerLink"_s);
        link->setText(u"https://example.org"_s);
        QVERIFY(!f.canGoOn());
        QVERIFY(f.label("trackerProblem").contains(u"neither"_s));
        link->setText(u"mutoscope:"_s + QString(64, u'a'));
        QVERIFY(!f.canGoOn());
        QVERIFY(f.label("trackerProblem").contains(u"names no tracker"_s));
        // A film's link that names one will do.
        link->setText(u"mutoscope:"_s + QString(64, u'a') + u"?tracker=https%3A%2F%2Ftracker.example.org%3A7750%2F"_s);
        QVERIFY(f.canGoOn());
        f.node.calls.clear();
        QVERIFY(f.pressed("next"));
        QVERIFY(f.node.calls.contains(u"setTracker https://tracker.example.org:7750/"_s));

        QCOMPARE(f.dialog()->step(), FirstRun::Step::Wallet);
        QVERIFY(!f.canGoOn());
        QVERIFY(f.pressed("walletAction"));
        auto* keys = f.dialog()->findChild<QDialog*>(u"keyDialog"_s);
        QVERIFY(keys);
        keys->findChild<QPushButton*>(u"go"_s)->click();
        QVERIFY(f.node.calls.contains(u"createWallet"_s));
        Q_EMIT f.node.keysDone({});
        f.become(KeyState::Open, true);
        QVERIFY(f.label("walletState").contains(u"24 words"_s));
        QVERIFY(f.canGoOn());
        QVERIFY(f.pressed("next"));

        QCOMPARE(f.dialog()->step(), FirstRun::Step::Spending);
        f.dialog()->findChild<QAbstractButton*>(u"dontAsk"_s)->click();
        f.dialog()->findChild<QLineEdit*>(u"approveUpTo"_s)->clear();
        QTest::keyClicks(f.dialog()->findChild<QLineEdit*>(u"approveUpTo"_s), u"0.25"_s);
        f.dialog()->findChild<QAbstractButton*>(u"hasDailyCap"_s)->click();
        QVERIFY(f.pressed("next"));

        QCOMPARE(f.dialog()->step(), FirstRun::Step::Seeding);
        QVERIFY2(!f.dialog()->findChild<QDoubleSpinBox*>(u"stopAtRatio"_s)->isVisible(), "not for beginners");
        f.dialog()->findChild<QCheckBox*>(u"seedWatched"_s)->click();
        QCOMPARE(f.node.calls.last(), u"setSeedingRules"_s);
        QVERIFY(f.node.rules.seedWatched);
        QVERIFY(f.pressed("next"));
        f.window->openLink(u"mutoscope:x"_s);
        QCOMPARE(f.node.options.approveUpTo.value(), 250'000);
        QCOMPARE(f.node.options.dailyCap.value_or(base::Tokens()).value(), 5'000'000);
    }
    void withoutAWalletSeedingCantBeChosen()
    {
        FirstWindow f(WindowFixture::quick());
        f.become(KeyState::None);
        for (int i = 0; i < 3; ++i)
            QVERIFY(f.pressed("skip"));
        QVERIFY(!f.dialog()->findChild<QCheckBox*>(u"seedWatched"_s)->isEnabled());
        QVERIFY(f.texts().contains(u"no wallet to earn with"_s));
        QVERIFY(f.pressed("back"));
        QCOMPARE(f.dialog()->step(), FirstRun::Step::Spending);
    }
    void itIsTriedHere()
    {
        FakeTrial trial;
        FirstWindow f(WindowFixture::quick(), &trial);
        f.become(KeyState::None);
        QVERIFY(f.pressed("tryHere"));
        QCOMPARE(trial.calls, QStringList{u"start "_s});
        trial.come(Trial::Step::Publishing);
        QVERIFY(f.label("trialState").contains(u"publishing"_s));
        trial.come(Trial::Step::Watching);
        QVERIFY(f.label("trialState").contains(u"3 tokens"_s));
        trial.end({.problem = {}, .earned = base::Tokens(420'000)});
        QVERIFY(f.label("trialState").contains(u"0.42"_s));
        QVERIFY(f.pressed("tryHere"));
        trial.end({.problem = u"The trial broke off: no room"_s, .earned = {}});
        QCOMPARE(f.label("trialState"), u"The trial broke off: no room"_s);
        // Who goes on leaves nothing behind.
        QVERIFY(f.pressed("tryHere"));
        trial.calls.clear();
        QVERIFY(f.pressed("endTrial"));
        QCOMPARE(trial.calls, QStringList{u"cancel"_s});
        QVERIFY(f.pressed("tryHere"));
        trial.calls.clear();
        f.dialog()->reject();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(trial.calls, QStringList{u"cancel"_s});
    }
    void theSettingsShowItAgain()
    {
        FirstWindow f(WindowFixture::quick());
        f.become(KeyState::Open, true);
        f.window->showPage(ui::MainWindow::Page::Settings);
        f.button(u"firstRunAgain"_s)->click();
        QVERIFY(f.dialog() && f.dialog()->isVisible());
        QCOMPARE(f.dialog()->findChild<QLineEdit*>(u"trackerLink"_s)->text(), u"https://tracker.example.org:7750/"_s);
        f.node.calls.clear();
        QVERIFY(f.pressed("next")); // the same tracker again
        QCOMPARE(f.dialog()->step(), FirstRun::Step::Wallet);
    }
    void withoutTheProgramsNothingIsOffered()
    {
        FirstWindow f(WindowFixture::quick());
        f.become(KeyState::None);
        QVERIFY(!f.dialog()->findChild<QPushButton*>(u"tryHere"_s));
    }
    /// On the page where one is.
    void theLanguageIsSwitched()
    {
        const QTemporaryDir folder;
        FirstWindow f(keptIn(folder));
        f.become(KeyState::None);
        auto* language = f.dialog()->findChild<QComboBox*>(u"language"_s);
        const int row = language->findData(u"ru"_s);
        language->setCurrentIndex(row);
        Q_EMIT language->activated(row);
        QCoreApplication::processEvents();
        QVERIFY(f.dialog() && f.dialog()->isVisible());
        QVERIFY(f.texts().contains(u"Добро пожаловать"_s));
        QCOMPARE(f.window->findChildren<FirstRun*>().size(), 1);
        QVERIFY(f.pressed("skip"));
        QCOMPARE(f.dialog()->step(), FirstRun::Step::Wallet);
    }
    void everythingHasItsName_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<double>("letters");
        for (const QString& language : {u"en"_s, u"ru"_s}) {
            QTest::addRow("%s", qPrintable(language)) << language << 1.0;
            QTest::addRow("%s, large letters", qPrintable(language)) << language << 2.0;
        }
    }
    /// Nothing is cut off, everything has a name, and Tab comes to all of it, on each page.
    void everythingHasItsName()
    {
        QFETCH(QString, language);
        QFETCH(double, letters);
        const QFont usual = QApplication::font();
        QFont large = usual;
        large.setPointSizeF(letters * usual.pointSizeF());
        QApplication::setFont(large);
        {
            FakeTrial trial;
            FirstWindow f(WindowFixture::quick(), &trial, language);
            f.become(KeyState::None);
            QVERIFY(QTest::qWaitForWindowActive(f.dialog()));
            for (int page = 0; page < 4; ++page) {
                f.node.shot.keys.state = page < 2 ? KeyState::None : KeyState::Open;
                f.node.tell();
                const QString clipped = clippedIn(*f.dialog());
                QVERIFY2(clipped.isEmpty(), qPrintable(u"%1: %2"_s.arg(page + 1).arg(clipped)));
                QSet<const QWidget*> reached;
                for (int i = 0; i < 60; ++i) {
                    QTest::keyClick(f.dialog(), Qt::Key_Tab);
                    reached << QApplication::focusWidget();
                }
                for (const QWidget* widget : f.dialog()->findChildren<QWidget*>()) {
                    const bool isControl = qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QComboBox*>(widget);
                    if (!isControl || !widget->isVisible() || widget->objectName().startsWith(u"qt_"_s))
                        continue;
                    QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
                    const auto* button = qobject_cast<const QAbstractButton*>(widget);
                    const bool isOneOfSeveral = button && button->autoExclusive() && !button->isChecked(); // the arrows come there
                    QVERIFY2(reached.contains(widget) || !widget->isEnabled() || isOneOfSeveral, qPrintable(u"%1: %2"_s.arg(page + 1).arg(widget->accessibleName())));
                }
                (f.canGoOn() ? f.pressed("next") : f.pressed("skip"))->text();
            }
        }
        QApplication::setFont(usual);
    }
};

QTEST_MAIN(FirstRunTest)
#include "tst_first_run.moc"
