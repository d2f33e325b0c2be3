#include <cmath>

#include <QComboBox>
#include <QTemporaryDir>

#include "ui/buffer_gate.h"
#include "ui/buffering.h"
#include "ui/widgets.h"
#include "ui/remote_control.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using node::Stage;
using player::State;
using ui::BufferGate;

namespace
{

/// A player on a line that brings `times` seconds of film each second: whether it stutters, in virtual time.
struct Line {
    BufferGate gate;
    BufferGate::Ms film = 10min;
    BufferGate::Ms readAhead = 30s;
    double times = 1;
    double outages = 0; ///< seconds without anything, every 40 s

    int stalls = 0;
    BufferGate::Ms shortestPlay = 24h;

    /// Watches all of it, in steps of 100 ms.
    void watch()
    {
        constexpr auto step = 100ms;
        double arrived = 0;
        double played = 0;
        const double end = std::chrono::duration<double>(film).count();
        BufferGate::Ms since = 0ms;
        bool plays = true;
        for (BufferGate::Ms now = 0ms; played < end && now < 3h; now += step) {
            const double seconds = std::chrono::duration<double>(step).count();
            const bool isOut = std::fmod(std::chrono::duration<double>(now).count(), 40.0) < outages;
            if (!isOut)
                arrived = std::min({arrived + seconds * times, end, played + std::chrono::duration<double>(readAhead).count()});
            const auto ms = [](double s) { return BufferGate::Ms(static_cast<BufferGate::Ms::rep>(s * 1000)); };
            const BufferGate::Supply supply{.ahead = ms(arrived - played), .toEnd = ms(end - played), .readAhead = readAhead, .times = times};
            if (!plays) {
                plays = !gate.holds(supply);
                since = now;
            }
            if (plays && arrived - played < seconds && arrived < end) {
                gate.ranDry(now);
                ++stalls;
                if (stalls > 1) // the first is the start's
                    shortestPlay = std::min(shortestPlay, now - since);
                plays = false;
            }
            if (plays)
                played = std::min(played + seconds, end);
        }
        finished = played >= end;
    }
    bool finished = false;
};

} // namespace

class BufferingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFilmNeverStuttersInALoop_data()
    {
        QTest::addColumn<double>("times");
        QTest::addColumn<double>("outages");
        QTest::addColumn<int>("most");
        QTest::newRow("a good line") << 3.0 << 0.0 << 1;
        QTest::newRow("just enough") << 1.02 << 0.0 << 2;
        QTest::newRow("a little too slow") << 0.9 << 0.0 << 4;
        QTest::newRow("too slow") << 0.6 << 0.0 << 13;
        QTest::newRow("far too slow") << 0.25 << 0.0 << 21;
        QTest::newRow("it comes and goes") << 1.5 << 10.0 << 5;
    }
    void aFilmNeverStuttersInALoop()
    {
        QFETCH(double, times);
        QFETCH(double, outages);
        QFETCH(int, most);
        Line line;
        line.times = times;
        line.outages = outages;
        line.watch();
        QVERIFY2(line.finished, "it ends although the line is poor");
        QVERIFY2(line.stalls <= most, qPrintable(QString::number(line.stalls)));
        QVERIFY2(line.shortestPlay >= 4s, qPrintable(QString::number(line.shortestPlay.count())));
    }
    void moreThanIsEverBoughtIsNotWaitedFor()
    {
        Line line;
        line.times = 0.5;
        line.readAhead = 5s;
        line.watch();
        QVERIFY(line.finished);
    }
    void theEndIsNotWaitedFor()
    {
        BufferGate gate;
        gate.ranDry(0s);
        QVERIFY(gate.holds({.ahead = 1'900ms, .toEnd = 2s, .readAhead = 30s, .times = 0.1}));
        QVERIFY(!gate.holds({.ahead = 2s, .toEnd = 2s, .readAhead = 30s, .times = 0.1}));
        QVERIFY(!gate.isClosed());
    }
    void aStallLongAgoIsForgiven()
    {
        BufferGate gate;
        const BufferGate::Supply supply{.ahead = 0s, .toEnd = 1h, .readAhead = 10min, .times = {}};
        gate.ranDry(0s);
        QCOMPARE(gate.wanted(supply), 4s);
        gate.ranDry(30s);
        QCOMPARE(gate.wanted(supply), 8s);
        for (int i = 0; i < 10; ++i)
            gate.ranDry(60s);
        QCOMPARE(gate.wanted(supply), BufferGate::longest);
        gate.ranDry(60s + 3min);
        QCOMPARE(gate.wanted(supply), 4s);
    }
    void whatIsAheadEndsAtTheFirstGap()
    {
        const std::vector<node::TimeRange> here{{0, 52'000}, {90'000, 104'000}};
        QCOMPARE(ui::aheadOf(0s, here), 52s);
        QCOMPARE(ui::aheadOf(51s, here), 1s);
        QCOMPARE(ui::aheadOf(52s, here), 0s);
        QCOMPARE(ui::aheadOf(90s, here), 14s);
        QCOMPARE(ui::aheadOf(10s, {}), 0s);
    }

    // ---- in the window ----

    void aFilmThatRanDryIsHeld()
    {
        WindowFixture f;
        f.play();
        auto viewing = film(Stage::Playing);
        viewing.bytesPerSecond = 100'000;
        viewing.filmBytesPerSecond = 150'000;
        viewing.readAheadMs = 30'000;
        viewing.bufferMs = 30'000;
        viewing.here = {{0, 47'100}};
        f.playback->at = 47s;
        f.be(viewing);
        f.playback->become(State::Buffering);
        QVERIFY(f.playback->held);
        viewing.here = {{0, 60'000}};
        f.be(viewing);
        QVERIFY(f.playback->held); // the line is too slow for this to last
        viewing.here = {{0, 72'000}};
        f.be(viewing);
        QVERIFY(!f.playback->held);
    }
    void neitherTheStartNorASeekIsHeld()
    {
        WindowFixture f;
        f.be(film(Stage::Playing));
        f.playback->become(State::Opening);
        f.playback->become(State::Buffering);
        QVERIFY(!f.playback->held);
        f.playback->become(State::Playing);
        f.playback->length = 180s;
        f.playback->at = 47s;
        f.window->remote().seek(150s);
        f.playback->become(State::Buffering);
        QVERIFY(!f.playback->held);
    }
    void aSeekEndsTheWait()
    {
        WindowFixture f;
        f.play();
        f.playback->at = 52s;
        f.playback->become(State::Buffering);
        QVERIFY(f.playback->held);
        f.window->remote().seek(10s);
        QVERIFY(!f.playback->held);
    }
    void whatIsHereIsPlayedWhenNoMoreComes()
    {
        WindowFixture f;
        f.play();
        f.playback->at = 51s;
        auto viewing = film(Stage::Playing);
        viewing.bytesPerSecond = 1;
        viewing.filmBytesPerSecond = 150'000;
        f.be(viewing);
        f.playback->become(State::Buffering);
        QVERIFY(f.playback->held);
        f.be(failedFilm({node::WayOut::Retry}));
        QVERIFY(!f.playback->held);
    }
    void enoughOnTheDiskIsNoReasonToWait()
    {
        WindowFixture f;
        f.play(); // at 47 s; here are 0 … 52 s
        f.playback->become(State::Buffering);
        QVERIFY(!f.playback->held);
    }
    void howFarAheadIsAPersonsChoice()
    {
        QTemporaryDir folder;
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"window.ini"_s);
        {
            WindowFixture f(options);
            f.be(film(Stage::Approval));
            auto* choice = f.named<QComboBox>("readAhead");
            QVERIFY(choice->isVisible());
            QCOMPARE(choice->currentText(), u"up to 30 s"_s);
            choice->setCurrentIndex(choice->findData(120));
            Q_EMIT choice->activated(choice->currentIndex());
            QCOMPARE(f.node.calls, QStringList{u"readAhead 120000"_s});
        }
        WindowFixture f(options);
        f.be(film(Stage::Approval));
        QCOMPARE(f.named<QComboBox>("readAhead")->currentText(), u"up to 2 min"_s);
        f.window->openLink(u"mutoscope:abc"_s);
        QCOMPARE(f.node.options.readAheadMs, 120'000);
        auto viewing = film(Stage::Playing);
        viewing.readAheadMs = 21'400; // the cap does not reach further
        f.be(viewing);
        QVERIFY2(f.named<ui::ElidedLabel>("spending")->whole().contains(u"up to 21 s ahead"_s), qPrintable(f.named<ui::ElidedLabel>("spending")->whole()));
    }
};

QTEST_MAIN(BufferingTest)
#include "tst_buffering.moc"
