#include "ui/control_bar.h"
#include "ui/seek_bar.h"
#include "ui/thumbnails.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using node::Stage;
using player::State;

namespace
{

QImage picture()
{
    QImage image(240, 135, QImage::Format_RGB32);
    image.fill(Qt::darkCyan);
    return image;
}

} // namespace

class ThumbnailsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatIsHereIsAskedFor()
    {
        QStringList calls;
        FakePlayback playback(calls);
        ui::Thumbnails thumbnails(playback);
        QVERIFY(thumbnails.at(1'000).isNull()); // nothing is open
        thumbnails.follow(film(Stage::Playing)); // here are 0 … 52 and 90 … 104 s
        QVERIFY(thumbnails.at(60'000).isNull());
        QVERIFY(thumbnails.at(104'000).isNull());
        QVERIFY(playback.stills.isEmpty());
        QVERIFY(thumbnails.at(95'500).isNull());
        QCOMPARE(playback.stills, QList<QUrl>{QUrl(u"http://127.0.0.1:40000/x/k/94000"_s)});
        playback.answerStill(picture());
        QVERIFY(!thumbnails.at(94'000).isNull());
        QVERIFY(!thumbnails.at(95'999).isNull());
        QCOMPARE(playback.stills.size(), 1); // it is kept
    }
    void whereThereIsNoneItIsNotAskedForAgain()
    {
        QStringList calls;
        FakePlayback playback(calls);
        ui::Thumbnails thumbnails(playback);
        auto viewing = film(Stage::Playing);
        thumbnails.follow(viewing);
        static_cast<void>(thumbnails.at(10'000));
        playback.answerStill({});
        static_cast<void>(thumbnails.at(10'000));
        QCOMPARE(playback.stills.size(), 1);
        viewing.here.front().toMs += 4'000; // something has changed
        thumbnails.follow(viewing);
        static_cast<void>(thumbnails.at(10'000));
        QCOMPARE(playback.stills.size(), 2);
    }
    void theMemoryIsBounded()
    {
        QStringList calls;
        FakePlayback playback(calls);
        ui::Thumbnails thumbnails(playback);
        auto viewing = film(Stage::Playing);
        viewing.durationMs = 600'000;
        viewing.here = {{0, 600'000}};
        thumbnails.follow(viewing);
        for (int ms = 0; ms < 600'000; ms += 2'000) {
            static_cast<void>(thumbnails.at(ms));
            playback.answerStill(picture());
        }
        QCOMPARE(playback.stills.size(), 300);
        int kept = 0;
        for (int ms = 0; ms < 600'000; ms += 2'000)
            kept += thumbnails.at(ms).isNull() ? 0 : 1;
        QCOMPARE(kept, ui::Thumbnails::most);
    }
    void anotherFilmsPictureIsNotShown()
    {
        QStringList calls;
        FakePlayback playback(calls);
        ui::Thumbnails thumbnails(playback);
        auto viewing = film(Stage::Playing);
        thumbnails.follow(viewing);
        static_cast<void>(thumbnails.at(10'000));
        viewing.content = base::ContentId::fromRaw(std::string(32, 'Z'));
        viewing.stills = QUrl(u"http://127.0.0.1:40000/other/k/"_s);
        thumbnails.follow(viewing);
        QSignalSpy arrived(&thumbnails, &ui::Thumbnails::arrived);
        playback.answerStill(picture());
        QVERIFY(arrived.isEmpty());
        QVERIFY(thumbnails.at(10'000).isNull());
    }
    void thePictureComesUnderThePointer()
    {
        WindowFixture f;
        f.play();
        f.playback->become(State::Paused);
        auto* bar = f.window->findChild<ui::SeekBar*>();
        QTRY_VERIFY(bar->isVisible());
        const auto hover = [&](int ms) { QTest::mouseMove(bar, QPoint(qRound(bar->xOf(ms)), bar->height() / 2)); };
        hover(70'000); // not here: only the time
        auto* time = f.named<QLabel>("hoverTime");
        auto* still = f.named<QLabel>("hoverPicture");
        QTRY_VERIFY(time->isVisible());
        QVERIFY(!still->isVisible());
        QVERIFY(f.playback->stills.isEmpty());
        hover(21'000);
        QTRY_COMPARE(f.playback->stills.size(), 1);
        QVERIFY(!still->isVisible());
        f.playback->answerStill(picture());
        QVERIFY(still->isVisible());
        QVERIFY(time->text().startsWith(u"0:2"_s));
        // All of it is over the film, above the bar.
        const QRect card(still->parentWidget()->mapTo(f.window.get(), QPoint()), still->parentWidget()->size());
        QVERIFY(card.bottom() <= bar->mapTo(f.window.get(), QPoint()).y());
        Q_EMIT bar->left();
        QVERIFY(!time->isVisible());
    }
};

QTEST_MAIN(ThumbnailsTest)
#include "tst_thumbnails.moc"
