// From a packager's folder to the picture on the widget: renditions that change from segment to segment, several sounds.

#include <QSignalSpy>
#include <QTest>

#include "film_at_home.h"
#include "player/packager.h"
#include "player/player.h"
#include "player/subtitles.h"
#include "player/video_output.h"

using namespace mutoscope;
using namespace std::chrono_literals;
using player::State;
using tests::FilmAtHome;

namespace
{

constexpr int patience = 30'000; // ms; a bound on hanging, not a measure
constexpr int frames = 300;      // 12 s at 25/s

QStringList words(const char* text)
{
    return QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts);
}

/// Three renditions, red, green and blue, cut every two seconds.
QStringList threeColours(const char* segments)
{
    return words("-f lavfi -i color=red:s=160x90:r=25 -f lavfi -i color=lime:s=320x180:r=25 -f lavfi -i color=blue:s=640x360:r=25 "
                 "-f lavfi -i sine=440 -f lavfi -i sine=880 -t 12 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 50 -c:a aac "
                 "-f hls -hls_time 2 -hls_playlist_type vod -master_pl_name master.m3u8 -hls_segment_filename %v-%d.seg") +
           words(segments) + words("%v.m3u8");
}

const char* const soundBeside = "-map 0 -map 1 -map 2 -map 3 -map 4 -hls_segment_type fmp4 -var_stream_map "
                                "v:0,agroup:a|v:1,agroup:a|v:2,agroup:a|a:0,agroup:a,default:yes,language:eng,name:one|a:1,agroup:a,language:deu,name:two";

QStringList parted(QStringList list)
{
    return list.replaceInStrings(QStringLiteral("|"), QStringLiteral(" "));
}

} // namespace

class TestTracks : public QObject
{
    Q_OBJECT

    std::unique_ptr<player::VideoOutput> m_output;

    [[nodiscard]] QColor middle() const
    {
        const QImage image = m_output->grab().toImage();
        return image.pixelColor(image.width() / 2, image.height() / 2);
    }

private Q_SLOTS:
    void initTestCase() { player::Player::warmUp(); }
    void init()
    {
        m_output = player::createVideoOutput();
        m_output->resize(320, 180);
        m_output->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_output.get()));
    }
    void cleanup() { m_output.reset(); }

    void renditionsChangeFromSegmentToSegment_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("fMP4, sound beside") << parted(threeColours(soundBeside));
        QTest::newRow("fMP4, sound within") << parted(threeColours(
            "-map 0 -map 3 -map 1 -map 3 -map 2 -map 3 -hls_segment_type fmp4 -var_stream_map v:0,a:0|v:1,a:1|v:2,a:2"));
        QTest::newRow("MPEG-TS, sound within") << parted(
            threeColours("-map 0 -map 3 -map 1 -map 3 -map 2 -map 3 -hls_segment_type mpegts -var_stream_map v:0,a:0|v:1,a:1|v:2,a:2"));
    }
    void renditionsChangeFromSegmentToSegment()
    {
        QFETCH(QStringList, arguments);
        FilmAtHome film(arguments);
        QCOMPARE(film.ladder().rungs().size(), 3U);
        film.rungs = {0, 2, 1};
        player::Player player(m_output.get(), {.audio = true, .fast = true});
        player.open(film.url());
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
        QCOMPARE(player.frames(), (player::Frames{frames, frames})); // every picture of every segment, none twice
        for (const auto& rung : film.ladder().rungs())
            QVERIFY(film.givenOf(rung.playlist) >= 2);
    }

    void theRightPictureComesFromEachRendition()
    {
        FilmAtHome film(parted(threeColours(soundBeside)));
        film.rungs = {0, 2, 1}; // by bit rate; which colour that is, the sizes say
        std::vector<QColor> colours;
        for (const auto& rung : film.ladder().rungs())
            colours.push_back(rung.height == 90 ? Qt::red : rung.height == 180 ? Qt::green : Qt::blue);
        player::Player player(m_output.get());
        player.open(film.url());
        player.pause();
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Paused, patience);
        const auto isNear = [this](QColor wanted) {
            const QColor shown = middle();
            return std::abs(shown.red() - wanted.red()) < 40 && std::abs(shown.green() - wanted.green()) < 40 &&
                   std::abs(shown.blue() - wanted.blue()) < 40;
        };
        for (const std::size_t position : {1U, 5U, 0U, 2U, 4U}) {
            player.seek(std::chrono::milliseconds(2'000 * position + 1'000), true);
            const QColor wanted = colours[film.rungs[position % 3]];
            QTRY_VERIFY_WITH_TIMEOUT(isNear(wanted == QColor(Qt::green) ? QColor(Qt::green) : wanted), patience);
        }
    }

    void itBeginsWhereItWasLeft_data() { renditionsChangeFromSegmentToSegment_data(); }
    void itBeginsWhereItWasLeft()
    {
        QFETCH(QStringList, arguments);
        FilmAtHome film(arguments);
        film.rungs = {1};
        player::Player player(m_output.get());
        QSignalSpy positions(&player, &player::Player::positionChanged);
        for (const double speed : {1.0, 2.0}) {
            player.setSpeed(speed);
            player.open(film.url(), 7s);
            QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Playing, patience);
            QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
        }
        for (const auto& position : positions)
            QVERIFY(position.at(0).value<std::chrono::milliseconds>() >= 6'900ms);
        player.seek(5s, true); // back before where it began
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Playing, patience);
        QTRY_VERIFY_WITH_TIMEOUT(player.position() < 6s, patience);
    }

    void anotherSoundIsHeardWithoutAPause()
    {
        FilmAtHome film(parted(threeColours(soundBeside)));
        const auto sounds = viewer::audioOf(film.stream());
        QCOMPARE(sounds.size(), 2U);
        player::Player player(m_output.get());
        QSignalSpy failed(&player, &player::Player::failed);
        player.open(film.url());
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Playing, patience);
        QTRY_COMPARE_WITH_TIMEOUT(player.audioTracks().size(), 2, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!player.audioTrack().isEmpty(), patience);
        const auto tracks = player.audioTracks();
        QCOMPARE(tracks[0].language, QStringLiteral("eng"));
        QCOMPARE(tracks[1].language, QStringLiteral("deu"));
        QCOMPARE(tracks[0].name, QString::fromStdString(sounds[0].name));
        QCOMPARE(player.audioTrack(), tracks[0].id);
        QCOMPARE(film.givenOf(*sounds[1].playlist), 0); // nobody hears it, so nobody pays for it

        player.chooseAudio(QStringLiteral("no such"));
        QCOMPARE(player.audioTrack(), tracks[0].id);
        player.chooseAudio(tracks[1].id);
        QCOMPARE(player.audioTrack(), tracks[1].id);
        QTRY_VERIFY_WITH_TIMEOUT(film.givenOf(*sounds[1].playlist) > 1, patience);
        // There and back, quicker than it can follow: the last choice counts.
        for (int i = 0; i < 7; ++i)
            player.chooseAudio(tracks[i % 2].id);
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
        QCOMPARE(player.audioTrack(), tracks[0].id);
        QCOMPARE(failed.count(), 0);
        QCOMPARE(player.frames().decoded, frames);

        player.stop();
        QVERIFY(player.audioTracks().isEmpty());
    }

    /// What the packager makes of a file with all of it.
    void aFileWithTwoSoundsAndText()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("film.mkv"));
        QFile words(folder.filePath(QStringLiteral("words.srt")));
        QVERIFY(words.open(QIODevice::WriteOnly));
        words.write("1\n00:00:01,000 --> 00:00:03,000\nA <i>word</i>\n");
        words.close();
        QProcess ffmpeg;
        ffmpeg.start(QStringLiteral("ffmpeg"),
                     ::words("-nostdin -v error -y -f lavfi -i color=red:s=160x90:r=25:d=12 -f lavfi -i sine=440:d=12 -f lavfi -i sine=880:d=12 -i") +
                         QStringList{words.fileName()} +
                         ::words("-map 0 -map 1 -map 2 -map 3 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 50 -c:a:0 aac -c:a:1 ac3 -c:s srt "
                                 "-metadata:s:a:0 language=eng -metadata:s:a:1 language=rus -metadata:s:s:0 language=ger") +
                         QStringList{file});
        QVERIFY(ffmpeg.waitForFinished(60'000) && ffmpeg.exitCode() == 0);
        const auto plan = player::probe(file);
        QVERIFY(plan);
        player::Packager packager;
        QSignalSpy finished(&packager, &player::Packager::finished);
        packager.start(*plan, folder.filePath(QStringLiteral("hls")));
        QVERIFY(finished.wait(120'000));
        const auto result = finished.at(0).at(0).value<player::Result<player::PackagedHls>>();
        QVERIFY2(result, result ? "" : qPrintable(result.error().sentence + result.error().detail));

        FilmAtHome film(std::filesystem::path(result->playlist.toStdString()));
        const auto texts = viewer::subtitlesOf(film.stream());
        QCOMPARE(texts.size(), 1U);
        QCOMPARE(texts[0].language, std::string("ger"));
        const auto text = player::parseSubtitles(QByteArray::fromStdString(film.bytesOf(*film.stream().firstSegment(*texts[0].playlist))));
        QVERIFY(text);
        QCOMPARE(text->cues.size(), 1U);
        QCOMPARE(text->cues[0].text, QStringLiteral("A word"));
        QCOMPARE(text->cues[0].formats.size(), 1U);
        QVERIFY(std::chrono::abs(text->cues[0].from - 1s) < 50ms);

        player::Player player(m_output.get(), {.audio = true, .fast = true});
        player.open(film.url());
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
        QCOMPARE(player.frames(), (player::Frames{frames, frames}));
        QCOMPARE(player.audioTracks().size(), 2);
        QCOMPARE(player.audioTracks()[0].language, QStringLiteral("eng"));
        QCOMPARE(player.audioTracks()[1].language, QStringLiteral("rus"));
        QCOMPARE(player.audioTrack(), player.audioTracks()[0].id);
        QCOMPARE(film.givenOf(*viewer::audioOf(film.stream())[1].playlist), 0);
        player.open(film.url());
        QTRY_COMPARE_WITH_TIMEOUT(player.audioTracks().size(), 2, patience);
        player.chooseAudio(player.audioTracks()[1].id); // AC-3 after AAC
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
        QCOMPARE(player.frames(), (player::Frames{frames, frames}));
    }

    void aFilmWithOneSound()
    {
        FilmAtHome film(parted(threeColours("-map 0 -map 3 -hls_segment_type mpegts -var_stream_map v:0,a:0")));
        QVERIFY(film.ladder().isEmpty());
        player::Player player(m_output.get(), {.audio = true, .fast = true});
        player.open(film.url());
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
        QCOMPARE(player.audioTracks().size(), 1);
        QCOMPARE(player.frames().decoded, frames);
    }
};

QTEST_MAIN(TestTracks)
#include "tst_tracks.moc"
