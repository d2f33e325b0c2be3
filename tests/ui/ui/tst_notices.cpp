#include <QCheckBox>
#include <QSignalSpy>
#include <QTest>

#include "ui/notices.h"
#include "ui/settings_store.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;

/// What is told to somebody who looks elsewhere.
class NoticesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyWhereTheyAreWished()
    {
        FakeNode node;
        ui::SettingsStore settings;
        ui::Notices notices(node, settings, nullptr);
        QSignalSpy told(&notices, &ui::Notices::notice);
        Q_EMIT node.published(u"mutoscope:a"_s, {});
        QCOMPARE(told.size(), 0);
        settings.setValue(ui::Notices::name, true);
        Q_EMIT node.published(u"mutoscope:a"_s, {});
        QCOMPARE(told.takeFirst().first(), QVariant(u"Published"_s));
        Q_EMIT node.published({}, u"The disk is full."_s);
        QCOMPARE(told.takeFirst(), (QVariantList{u"The film was not published"_s, u"The disk is full."_s}));
    }
    /// A tenth more, and a tenth of a token at least; what was paid out begins anew.
    void incomeIsToldInSteps()
    {
        FakeNode node;
        ui::SettingsStore settings;
        settings.setValue(ui::Notices::name, true);
        ui::Notices notices(node, settings, nullptr);
        QSignalSpy told(&notices, &ui::Notices::notice);
        const auto earn = [&](std::optional<std::int64_t> income, bool stale = false) {
            node.shot.wallet.income = income ? std::optional(base::Tokens(*income)) : std::nullopt;
            node.shot.wallet.stale = stale;
            node.tell();
            const auto count = told.size();
            told.clear();
            return count;
        };
        QCOMPARE(earn({}), 0);
        QCOMPARE(earn(5'000'000), 0); // was there before
        QCOMPARE(earn(5'400'000), 0);
        QCOMPARE(earn(9'000'000, true), 0);
        QCOMPARE(earn(5'500'000), 1);
        QCOMPARE(earn(5'600'000), 0);
        QCOMPARE(earn(0), 0); // paid out
        QCOMPARE(earn(99'999), 0);
        QCOMPARE(earn(100'000), 1);
    }
    void theTrayIsToldOnce()
    {
        FakeNode node;
        ui::SettingsStore settings;
        ui::Notices notices(node, settings, nullptr);
        QSignalSpy told(&notices, &ui::Notices::notice);
        notices.wentToTray();
        notices.wentToTray();
        QCOMPARE(told.size(), 1);
        ui::Notices later(node, settings, nullptr);
        QSignalSpy again(&later, &ui::Notices::notice);
        later.wentToTray();
        QCOMPARE(again.size(), 0);
    }
    /// Without a tray, as here, there is no switch for one, but there is one for notices.
    void theSettings()
    {
        WindowFixture f;
        f.window->showPage(ui::MainWindow::Page::Settings);
        QVERIFY(!f.named<QCheckBox>("tray"));
        QSignalSpy told(f.window.get(), &ui::MainWindow::notice);
        f.named<QCheckBox>("notifications")->click();
        Q_EMIT f.node.published(u"mutoscope:a"_s, {});
        QCOMPARE(told.size(), 1);
        f.named<QCheckBox>("notifications")->click();
        Q_EMIT f.node.published(u"mutoscope:a"_s, {});
        QCOMPARE(told.size(), 1);
    }
};

QTEST_MAIN(NoticesTest)
#include "tst_notices.moc"
