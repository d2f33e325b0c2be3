#include <QComboBox>
#include <QTemporaryDir>

#include "ui/auto_lock.h"
#include "ui/settings_page.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace
{

struct StandingClock : base::Clock {
    std::chrono::milliseconds at{0};
    [[nodiscard]] base::UnixMs now() const override { return base::UnixMs(at.count()); }
    [[nodiscard]] std::chrono::milliseconds monotonic() const override { return at; }
};

} // namespace

class AutoLockTest : public QObject
{
    Q_OBJECT

    StandingClock m_clock;

    static QStringList locks(const FakeNode& node) { return node.calls.filter(u"lock"_s); }

private Q_SLOTS:
    void whoeverGoesAwayIsLocked()
    {
        FakeNode node;
        node.shot.keys.state = node::KeyState::Open;
        ui::AutoLock lock(node, m_clock);
        m_clock.at += 24h;
        lock.look();
        QVERIFY2(locks(node).isEmpty(), "nobody has asked for it");
        lock.setAfter(5min);
        m_clock.at += 5min - 1ms;
        lock.look();
        QVERIFY(locks(node).isEmpty());
        m_clock.at += 1ms;
        lock.look();
        QCOMPARE(locks(node).size(), 1);
        node.shot.keys.state = node::KeyState::Locked;
        m_clock.at += 5min;
        lock.look();
        QCOMPARE(locks(node).size(), 1);
    }
    void keysAndClicksPutItOff()
    {
        FakeNode node;
        node.shot.keys.state = node::KeyState::Open;
        ui::AutoLock lock(node, m_clock);
        lock.setAfter(5min);
        QWidget widget;
        widget.show();
        for (int i = 0; i < 3; ++i) {
            m_clock.at += 4min;
            i == 1 ? QTest::mouseClick(&widget, Qt::LeftButton) : QTest::keyClick(&widget, Qt::Key_A);
            lock.look();
        }
        QVERIFY(locks(node).isEmpty());
        lock.setAfter(0min);
        m_clock.at += 24h;
        lock.look();
        QVERIFY(locks(node).isEmpty());
    }
    void whatIsUnderWayIsNotEnded()
    {
        FakeNode node;
        node.shot.keys.state = node::KeyState::Open;
        ui::AutoLock lock(node, m_clock);
        lock.setAfter(5min);
        node.shot.viewing = film(node::Stage::Playing);
        m_clock.at += 2h;
        lock.look();
        node.shot.viewing = {};
        furnishSeeding(node.shot);
        m_clock.at += 2h;
        lock.look();
        QVERIFY(locks(node).isEmpty());
        for (auto& title : node.shot.seeding)
            title.seeding = false;
        m_clock.at += 4min;
        lock.look();
        QVERIFY2(locks(node).isEmpty(), "from the end of what was under way");
        m_clock.at += 1min;
        lock.look();
        QCOMPARE(locks(node).size(), 1);
    }
    void theChoiceIsKept()
    {
        QTemporaryDir folder;
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"window.ini"_s);
        {
            WindowFixture f(options);
            f.window->showPage(ui::MainWindow::Page::Settings);
            auto* after = f.named<QComboBox>("lockAfter");
            QCOMPARE(after->currentData().toInt(), 0);
            after->setCurrentIndex(2);
            Q_EMIT after->activated(2);
        }
        WindowFixture f(options);
        f.window->showPage(ui::MainWindow::Page::Settings);
        QCOMPARE(f.named<QComboBox>("lockAfter")->currentData().toInt(), 15);
        QVERIFY(f.named<QComboBox>("lockAfter")->currentText().contains(u"15 minutes"_s));
    }
};

QTEST_MAIN(AutoLockTest)
#include "tst_auto_lock.moc"
