#include <bit>

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "player/player.h"
#include "player/video_output.h"
#include "tests/ui/tracks/film_at_home.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace
{

constexpr int patience = 60'000;

/// A/53 part 4 §6.2.3 in an SEI message of H.264, one pair of bytes.
QByteArray caption(int first, int second)
{
    const auto parity = [](int byte) { return static_cast<char>(std::popcount(static_cast<unsigned>(byte)) % 2 == 0 ? byte | 0x80 : byte); };
    QByteArray payload("\xb5\x00\x31GA94\x03\xc1\xff", 10);
    payload += QByteArray("\xfc") + parity(first) + parity(second) + '\xff';
    return QByteArray("\x00\x00\x00\x01\x06\x04", 6) + static_cast<char>(payload.size()) + payload + '\x80';
}

/// Puts one pair before each picture of a raw stream.
QByteArray withCaptions(const QByteArray& stream, const QList<std::pair<int, int>>& pairs)
{
    QByteArray out;
    qsizetype from = 0;
    qsizetype picture = 0;
    for (qsizetype at = stream.indexOf(QByteArray("\x00\x00\x01", 3)); at >= 0; at = stream.indexOf(QByteArray("\x00\x00\x01", 3), at + 3)) {
        const int type = stream[at + 3] & 0x1f;
        if ((type != 1 && type != 5) || picture >= pairs.size())
            continue;
        out += stream.mid(from, at - from);
        if (out.endsWith('\0'))
            out.chop(1);
        out += caption(pairs[picture].first, pairs[picture].second) + '\0';
        ++picture;
        from = at;
    }
    return out + stream.mid(from);
}

} // namespace

/// Captions within the pictures, from a film to the player's signal.
class TestCaptionsOfFilm : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

private Q_SLOTS:
    void theyComeWithTheirTime()
    {
        const auto run = [](const QStringList& arguments) {
            QProcess ffmpeg;
            ffmpeg.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            ffmpeg.start(u"ffmpeg"_s, QStringList{u"-nostdin"_s, u"-v"_s, u"error"_s, u"-y"_s} + arguments);
            QVERIFY(ffmpeg.waitForFinished(patience));
            QCOMPARE(ffmpeg.exitCode(), 0);
        };
        const QString raw = m_folder.filePath(u"raw.h264"_s);
        run({u"-f"_s, u"lavfi"_s, u"-i"_s, u"testsrc2=size=320x180:rate=25:duration=4"_s, u"-c:v"_s, u"libx264"_s, u"-preset"_s, u"ultrafast"_s, u"-bf"_s, u"0"_s, u"-g"_s, u"25"_s,
             u"-pix_fmt"_s, u"yuv420p"_s, u"-x264-params"_s, u"slices=1:sliced-threads=0"_s, u"-f"_s, u"h264"_s, raw});
        QFile file(raw);
        QVERIFY(file.open(QIODevice::ReadOnly));
        // From picture 25 on: a caption that is there at 1.4 s, and goes at 2.4 s.
        QList<std::pair<int, int>> pairs(25, {0, 0});
        pairs += {{0x14, 0x20}, {0x14, 0x20}, {0x14, 0x2e}, {0x14, 0x2e}, {0x14, 0x70}, {0x14, 0x70}, {'H', 'E'}, {'L', 'L'}, {'O', 0}, {0, 0}, {0x14, 0x2f}};
        pairs += QList<std::pair<int, int>>(24, {0, 0});
        pairs += {{0x14, 0x2c}};
        QFile changed(m_folder.filePath(u"captions.h264"_s));
        QVERIFY(changed.open(QIODevice::WriteOnly));
        changed.write(withCaptions(file.readAll(), pairs));
        changed.close();
        const QString hls = m_folder.filePath(u"hls"_s);
        QVERIFY(QDir().mkpath(hls));
        run({u"-r"_s, u"25"_s, u"-i"_s, changed.fileName(), u"-c"_s, u"copy"_s, u"-f"_s, u"hls"_s, u"-hls_time"_s, u"1"_s, u"-hls_list_size"_s, u"0"_s, hls + u"/master.m3u8"_s});

        FilmAtHome film(std::filesystem::path((hls + u"/master.m3u8"_s).toStdString()));
        auto output = player::createVideoOutput();
        output->resize(320, 180);
        output->show();
        player::Player player(output.get(), {.audio = false, .fast = true});
        std::vector<player::Caption> all;
        connect(&player, &player::Player::captionsCame, this, [&](const std::vector<player::Caption>& changes) { all.insert(all.end(), changes.begin(), changes.end()); });
        player.open(film.url());
        QTRY_COMPARE_WITH_TIMEOUT(player.state(), player::State::Ended, patience);
        QCOMPARE(all.size(), std::size_t(2));
        QCOMPARE(all[0].channel, 0);
        QCOMPARE(all[0].cue.text, u"HELLO"_s);
        QCOMPARE(all[0].cue.from.count(), 1'400);
        QCOMPARE(all[1].cue.text, QString());
        QCOMPARE(all[1].cue.from.count(), 2'400);
    }
};

QTEST_MAIN(TestCaptionsOfFilm)
#include "tst_captions.moc"
