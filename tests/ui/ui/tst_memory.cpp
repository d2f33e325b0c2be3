#include <QFile>
#include <QTemporaryDir>

#include "ui/resume_points.h"
#include "ui/settings_store.h"
#include "ui/stage_overlay.h"
#include "ui/remote_control.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using node::Stage;
using player::State;
using ui::OverlayKind;
using ui::ResumePoints;
using ui::SettingsStore;

namespace
{

class SetClock final : public base::Clock
{
public:
    std::int64_t ms = 1'700'000'000'000;
    [[nodiscard]] base::UnixMs now() const override { return base::UnixMs(ms); }
    [[nodiscard]] std::chrono::milliseconds monotonic() const override { return std::chrono::milliseconds(ms); }
};

base::ContentId filmNumber(int number)
{
    std::string raw(32, '\0');
    raw[0] = static_cast<char>(number / 256);
    raw[1] = static_cast<char>(number % 256);
    return base::ContentId::fromRaw(raw);
}

constexpr auto filmOpened = "open http://127.0.0.1:40000/x/index.m3u8 %1";

} // namespace

/// What the next start finds as it was.
class MemoryTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] QString file() const { return m_folder->filePath(u"window.ini"_s); }
    [[nodiscard]] ui::MainWindow::Options kept() const
    {
        auto options = WindowFixture::quick();
        options.settingsFile = file();
        return options;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    // ---- the store ----

    void valuesOutliveTheStore()
    {
        {
            SettingsStore store(file());
            store.setValue(u"a/one"_s, 1);
            store.setValue(u"a/two"_s, QStringList{u"x"_s, u"y, z"_s});
            store.setValue(u"b/three"_s, u"ä \"quoted\"; text"_s);
            store.remove(u"a/one"_s);
            QVERIFY(!store.contains(u"a/one"_s));
        }
        SettingsStore store(file());
        QCOMPARE(store.names(u"a"_s), QStringList{u"two"_s});
        QCOMPARE(store.value(u"a/two"_s).toStringList(), (QStringList{u"x"_s, u"y, z"_s}));
        QCOMPARE(store.value(u"b/three"_s).toString(), u"ä \"quoted\"; text"_s);
        QCOMPARE(store.value(u"b/four"_s, 4).toInt(), 4);
    }
    void whatIsWrittenByItselfIsNotLost()
    {
        SettingsStore store(file());
        store.setValue(u"a/one"_s, 1);
        QTRY_VERIFY(QFile::exists(file())); // without flush()
        QCOMPARE(SettingsStore(file()).value(u"a/one"_s).toInt(), 1);
    }
    void aDamagedFileCountsAsEmpty()
    {
        QFile broken(file());
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write(QByteArray(5'000, '\xf7') + "\n[resume\n=\n%%%=@Variant(\n");
        broken.close();
        {
            SettingsStore store(file());
            SetClock clock;
            QVERIFY(!ResumePoints(store, clock).of(filmNumber(1)));
            store.setValue(u"a/one"_s, 1);
        }
        QCOMPARE(SettingsStore(file()).value(u"a/one"_s).toInt(), 1);
    }
    void withoutAFileNothingIsKept()
    {
        SettingsStore store;
        store.setValue(u"a/one"_s, 1);
        store.flush();
        QCOMPARE(store.value(u"a/one"_s).toInt(), 1);
    }

    // ---- resume points ----

    void onlyTheMiddleOfAFilmIsKept_data()
    {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("position");
        QTest::addColumn<bool>("kept");
        QTest::newRow("just begun") << 5'400'000 << 9'999 << false;
        QTest::newRow("begun") << 5'400'000 << 10'000 << true;
        QTest::newRow("before the credits") << 5'400'000 << 5'220'000 << true;
        QTest::newRow("in the credits") << 5'400'000 << 5'220'001 << false;
        QTest::newRow("a short film's end") << 60'000 << 55'001 << false;
        QTest::newRow("a short film") << 60'000 << 54'000 << true;
        QTest::newRow("unknown length") << 0 << 60'000 << false;
    }
    void onlyTheMiddleOfAFilmIsKept()
    {
        QFETCH(int, length);
        QFETCH(int, position);
        QFETCH(bool, kept);
        SettingsStore store;
        SetClock clock;
        ResumePoints points(store, clock);
        points.note(filmNumber(1), std::chrono::milliseconds(position), std::chrono::milliseconds(length));
        QCOMPARE(points.of(filmNumber(1)), kept ? std::optional(std::chrono::milliseconds(position)) : std::nullopt);
    }
    void theFilmsWatchedLastAreKept()
    {
        SettingsStore store;
        SetClock clock;
        ResumePoints points(store, clock);
        const auto watch = [&](int number) {
            ++clock.ms;
            points.note(filmNumber(number), 60s, 600s);
        };
        for (int number = 0; number < ResumePoints::most; ++number)
            watch(number);
        watch(0); // once more
        watch(ResumePoints::most);
        watch(ResumePoints::most + 1);
        QCOMPARE(store.names(u"resume"_s).size(), ResumePoints::most);
        QVERIFY(points.of(filmNumber(0)));
        QVERIFY(!points.of(filmNumber(1)));
        QVERIFY(!points.of(filmNumber(2)));
        QVERIFY(points.of(filmNumber(3)));
        QVERIFY(points.of(filmNumber(ResumePoints::most + 1)));
    }
    void entriesThatMakeNoSenseAreNone_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "x", "5000", "-5 7", "60000 x", "60000 1 1", "99999999999999999999 1"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }
    void entriesThatMakeNoSenseAreNone()
    {
        QFETCH(QString, text);
        SettingsStore store;
        SetClock clock;
        store.setValue(u"resume/"_s + QString(64, u'0'), text);
        QVERIFY(!ResumePoints(store, clock).of(filmNumber(0)));
    }

    // ---- the window ----

    void aFilmThatWasLeftGoesOn_data()
    {
        QTest::addColumn<QString>("how");
        for (const char* how : {"closed", "stopped", "paused", "another film", "crashed"})
            QTest::newRow(how) << QString::fromLatin1(how);
    }
    void aFilmThatWasLeftGoesOn()
    {
        QFETCH(QString, how);
        {
            WindowFixture f(kept());
            f.window->openLink(u"mutoscope:abc"_s);
            f.play();
            f.playback->at = 94s;
            if (how == u"closed")
                f.window->close();
            else if (how == u"stopped")
                f.window->remote().stop();
            else if (how == u"paused")
                f.playback->become(State::Paused);
            else if (how == u"another film")
                f.window->openLink(u"mutoscope:def"_s);
            else
                Q_EMIT f.playback->positionChanged(); // the last that was heard of it
        }
        WindowFixture f(kept());
        f.window->openLink(u"mutoscope:abc"_s);
        f.played.clear();
        f.be(film(Stage::FindingSeeder));
        f.be(film(Stage::OpeningContract));
        f.be(film(Stage::Playing));
        QVERIFY2(f.played.isEmpty(), "nothing plays under the question");
        auto* resume = f.button(u"resume"_s);
        QVERIFY(resume);
        QCOMPARE(resume->text(), u"Resume at 1:34"_s);
        QVERIFY(f.button(u"fromStart"_s));
        resume->click();
        QCOMPARE(f.played, QStringList{QString::fromLatin1(filmOpened).arg(94'000)});
        QVERIFY(!f.button(u"resume"_s));
    }
    /// Where it will begin is asked first, and nothing is bought before.
    void nothingIsBoughtUnderTheQuestion()
    {
        const QString link = u"mutoscope:"_s + u"41"_s.repeated(32); // film()'s
        {
            WindowFixture f(kept());
            f.window->openLink(link);
            QVERIFY(!f.node.options.waitForPlayer);
            f.play();
            f.playback->at = 94s;
            f.playback->become(State::Paused);
        }
        {
            WindowFixture f(kept());
            f.window->openLink(link);
            QVERIFY(f.node.options.waitForPlayer);
            f.window->openLink(u"mutoscope:"_s + u"42"_s.repeated(32));
            QVERIFY(!f.node.options.waitForPlayer);
        }
        auto options = kept();
        options.askWhereToStart = false;
        WindowFixture f(options);
        f.window->openLink(link);
        QVERIFY(!f.node.options.waitForPlayer);
    }
    void fromTheStart()
    {
        {
            WindowFixture f(kept());
            f.play();
            f.playback->at = 94s;
            f.playback->become(State::Paused);
        }
        WindowFixture f(kept());
        f.window->openLink(u"mutoscope:abc"_s);
        f.be(film(Stage::OpeningContract));
        f.played.clear();
        f.button(u"fromStart"_s)->click();
        QCOMPARE(f.played, QStringList{QString::fromLatin1(filmOpened).arg(0)});
        // It is asked once for each time that a film is opened, also where its address changes meanwhile.
        auto viewing = film(Stage::Playing);
        viewing.gateway = QUrl(u"http://127.0.0.1:40001/y/index.m3u8"_s);
        f.playback->at = 3s;
        f.be(viewing);
        QCOMPARE(f.played.last(), u"open http://127.0.0.1:40001/y/index.m3u8 3000"_s);
    }
    void theQuestionGoesWithItsFilm()
    {
        {
            WindowFixture f(kept());
            f.play();
            f.playback->at = 94s;
            f.playback->become(State::Paused);
        }
        WindowFixture f(kept());
        f.window->openLink(u"mutoscope:abc"_s);
        f.be(film(Stage::OpeningContract));
        QVERIFY(f.button(u"resume"_s));
        f.window->openLink(u"mutoscope:def"_s);
        f.be(film(Stage::FindingSeeder));
        QVERIFY(!f.button(u"resume"_s));
    }
    void aFilmWatchedToItsEndIsForgotten()
    {
        {
            WindowFixture f(kept());
            f.play();
            f.playback->at = 94s;
            f.playback->become(State::Paused);
            f.playback->at = 180s;
            f.playback->become(State::Ended);
        }
        WindowFixture f(kept());
        f.window->openLink(u"mutoscope:abc"_s);
        f.played.clear();
        f.be(film(Stage::OpeningContract));
        QCOMPARE(f.played, QStringList{QString::fromLatin1(filmOpened).arg(0)});
    }
    void theVolumeIsKeptAndTheSpeedIsNot()
    {
        {
            WindowFixture f(kept());
            f.playback->setVolume(0.35);
            f.playback->setMuted(true);
            f.playback->setSpeed(1.5);
        }
        WindowFixture f(kept());
        QCOMPARE(f.playback->loudness, 0.35);
        QVERIFY(f.playback->silent);
        QCOMPARE(f.playback->pace, 1.0);
    }
};

QTEST_MAIN(MemoryTest)
#include "tst_memory.moc"
