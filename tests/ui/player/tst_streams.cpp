#include <QFile>
#include <QProcess>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "film_server.h"
#include "player/player.h"
#include "player/video_output.h"

using namespace std::chrono_literals;
using namespace mutoscope::player;
using namespace Qt::StringLiterals;

namespace
{

constexpr int patience = 30'000; // ms; a bound on hanging, not a measure
constexpr int part = 100;        // pictures: 4 s at 25/s, a segment of 50 each

bool near(QColor a, QColor b)
{
    return std::abs(a.red() - b.red()) <= 40 && std::abs(a.green() - b.green()) <= 40 && std::abs(a.blue() - b.blue()) <= 40;
}

} // namespace

/// HLS as it is not always: times that begin anew in MPEG-TS, and bytes that are none of a film's.
class TestStreams : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<FilmServer> m_server;
    std::unique_ptr<VideoOutput> m_output;

    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    /// Four seconds of one colour with a tone, in two segments, from a time of its own on: NAME-0, NAME-1.
    void make(const QString& name, const QString& colour, int size, int from) const
    {
        QStringList words = u"-nostdin -v error -y -f lavfi -i color=%1:s=%2x%3:r=25:d=4 -f lavfi -i sine=%4:d=4 -pix_fmt yuv420p -c:v libx264 -preset ultrafast "
                            "-g 50 -bf 0 -c:a aac -output_ts_offset %5 -f hls -hls_time 2 -hls_playlist_type vod"_s.arg(colour)
                                .arg(size * 2).arg(size).arg(400 + from).arg(from).split(u' ');
        words << u"-hls_segment_filename"_s << path(name + u"-%d.ts"_s) << path(name + u".m3u8"_s);
        QProcess ffmpeg;
        ffmpeg.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        ffmpeg.start(u"ffmpeg"_s, words);
        QVERIFY(ffmpeg.waitForFinished(60'000));
        QCOMPARE(ffmpeg.exitCode(), 0);
    }
    /// Eight seconds of lime with a tone, in four segments: NAME-0 …
    void makeWhole(const QString& name, bool fmp4) const
    {
        QStringList words = u"-nostdin -v error -y -f lavfi -i color=lime:s=180x90:r=25:d=8 -f lavfi -i sine=440:d=8 -pix_fmt yuv420p -c:v libx264 -preset ultrafast "
                            "-g 50 -bf 0 -c:a aac -f hls -hls_time 2 -hls_playlist_type vod"_s.split(u' ');
        if (fmp4)
            words << u"-hls_segment_type"_s << u"fmp4"_s << u"-hls_fmp4_init_filename"_s << name + u"-init"_s;
        words << u"-hls_segment_filename"_s << path(name + u"-%d"_s) << path(name + u".m3u8"_s);
        QProcess ffmpeg;
        ffmpeg.setWorkingDirectory(m_folder.path());
        ffmpeg.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        ffmpeg.start(u"ffmpeg"_s, words);
        QVERIFY(ffmpeg.waitForFinished(60'000));
        QCOMPARE(ffmpeg.exitCode(), 0);
    }
    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    /// The parts one after the other, a break in the time line between them.
    void join(const QStringList& parts) const
    {
        QByteArray text = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n";
        for (const QString& each : parts) {
            if (each != parts.first())
                text += "#EXT-X-DISCONTINUITY\n";
            for (const char* number : {"-0", "-1"})
                text += "#EXTINF:2.000,\n" + each.toUtf8() + number + ".ts\n";
        }
        write(u"film.m3u8"_s, text + "#EXT-X-ENDLIST\n");
    }
    [[nodiscard]] QUrl film() const { return m_server->url(u"film.m3u8"_s); }
    [[nodiscard]] QColor middle() const
    {
        const QImage image = m_output->grab().toImage();
        return image.pixelColor(image.width() / 2, image.height() / 2);
    }

private Q_SLOTS:
    void initTestCase()
    {
        Player::warmUp();
        make(u"red"_s, u"red"_s, 90, 0);
        make(u"blue"_s, u"blue"_s, 120, 500); // another size, too
        make(u"lime"_s, u"lime"_s, 90, 7);
        join({u"red"_s, u"blue"_s, u"lime"_s});
        makeWhole(u"ts"_s, false);
        makeWhole(u"mp4"_s, true);
    }
    void init()
    {
        m_server = std::make_unique<FilmServer>(m_folder.path());
        m_output = createVideoOutput();
        m_output->resize(320, 240);
        m_output->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_output.get()));
    }
    void cleanup()
    {
        m_output.reset();
        m_server.reset();
    }

    void timesThatBeginAnew()
    {
        {
            Player player(m_output.get(), {.audio = true, .fast = true});
            QSignalSpy failed(&player, &Player::failed);
            player.open(film());
            QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
            QVERIFY2(failed.isEmpty(), qPrintable(player.lastError().detail));
            QCOMPARE(player.frames(), (Frames{3 * part, 3 * part}));
            QVERIFY(std::chrono::abs(player.duration() - 12s) <= 100ms);
        }
        // There and back over the breaks.
        Player player(m_output.get());
        player.open(film(), 9s);
        player.pause();
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Paused, patience);
        QTRY_VERIFY_WITH_TIMEOUT(near(middle(), Qt::green), patience);
        const QList<std::pair<std::chrono::milliseconds, QColor>> places{{1s, Qt::red}, {5s, Qt::blue}, {10s, Qt::green}, {7s, Qt::blue}, {3s, Qt::red}};
        for (const auto& [at, colour] : places) {
            player.seek(at, true);
            QTRY_VERIFY2_WITH_TIMEOUT(near(middle(), colour), qPrintable(middle().name()), patience);
            QTRY_COMPARE_WITH_TIMEOUT(player.position(), at, patience);
        }
        // And played over one.
        player.seek(3'500ms, true);
        player.play();
        QTRY_VERIFY_WITH_TIMEOUT(near(middle(), Qt::blue), patience);
        QTRY_VERIFY_WITH_TIMEOUT(player.position() > 4'200ms, patience);
    }

    /// It plays on behind it, or says what is wrong, and does so where somebody goes there.
    void aDamagedSegment_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<bool>("isGarbage"); // all of it, or the middle
        for (const char* kind : {"ts", "mp4"})
            QTest::addRow("%s, damaged", kind) << QString::fromLatin1(kind) << false;
        // Not of fMP4: there hlsdemux2 1.22 stops the stream without telling anybody.
        QTest::newRow("ts, garbage") << u"ts"_s << true;
    }
    void aDamagedSegment()
    {
        QFETCH(QString, kind);
        QFETCH(bool, isGarbage);
        const QString name = kind + u"-1"_s;
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        file.close();
        QByteArray damaged = whole;
        for (qsizetype i = isGarbage ? 0 : damaged.size() / 3; i < (isGarbage ? damaged.size() : damaged.size() * 2 / 3); ++i)
            damaged[i] = static_cast<char>(i * 7919 >> 3);
        write(name, damaged);
        const auto again = qScopeGuard([&] { write(name, whole); });
        Player player(m_output.get(), {.audio = true, .fast = true});
        player.open(m_server->url(kind + u".m3u8"_s));
        QTRY_VERIFY_WITH_TIMEOUT(player.state() == State::Ended || player.state() == State::Failed, patience);
        if (player.state() == State::Failed) {
            QVERIFY(!player.lastError().sentence.isEmpty());
            QVERIFY2(player.position() <= 4s, qPrintable(QString::number(player.position().count())));
            player.seek(6s, true);
            player.play();
            QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
        }
        QVERIFY(near(middle(), Qt::green));
        QVERIFY2(player.frames().presented >= part, qPrintable(QString::number(player.frames().presented)));
    }
};

QTEST_MAIN(TestStreams)
#include "tst_streams.moc"
