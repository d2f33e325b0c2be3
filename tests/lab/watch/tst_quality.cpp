#include <QTest>

#include "tests/lab/reach/programs.h"
#include "tests/support/lab/link_emulator.h"

using namespace mutoscope::test;

namespace
{

constexpr int startTime = 60'000;    // ms; a bound on hanging, not a measure
constexpr int filmTime = 80'000;
constexpr double plenty = 6e6;       // bits a second
constexpr double scarce = 800e3;
constexpr qint64 reserveMs = 10'000; // of film that is here before the slump; some three of it were played

} // namespace

/// The real window on a line that gets slow and quick again.
class TestQuality : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Lab> m_lab;
    std::unique_ptr<LinkEmulator> m_line;
    std::unique_ptr<Program> m_tracker;
    std::unique_ptr<Program> m_seeder;
    QStringList m_viewer; ///< arguments of each program on the viewer's data
    QString m_link;

    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    /// To its end, on a host; what it says on standard output.
    [[nodiscard]] QByteArray run(const std::string& host, const QString& program, const QStringList& arguments) const
    {
        QStringList words;
        for (const std::string& word : m_lab->prefix(host))
            words << QString::fromStdString(word);
        words << program << arguments;
        QProcess process;
        process.start(words.takeFirst(), words);
        return process.waitForFinished(startTime) && process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray();
    }
    [[nodiscard]] static QString ours(const QString& name) { return qEnvironmentVariable("MUTOSCOPE_BIN_DIR") + u'/' + name; }
    [[nodiscard]] static QStringList nodeArguments(const QString& data, const QString& tracker)
    {
        return {u"--network"_s, u"lab"_s, u"--no-passphrase"_s, u"--data"_s, data, u"--tracker"_s, tracker, u"--sources"_s, u"tracker,link"_s};
    }

    /// 400, 1,000 and 2,500 kbit/s, filled up where the pictures don't take as much.
    void makeFilm() const
    {
        QStringList words = u"-nostdin -v error -y -f lavfi -i testsrc2=size=640x360:rate=25:duration=70 -f lavfi -i sine=440:duration=70 "
                            "-filter_complex [0]split=3[a][b][c];[a]scale=320:180[d];[b]scale=480:270[e] -map [d] -map [e] -map [c] -map 1 "
                            "-c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p -x264-params nal-hrd=cbr:force-cfr=1 -c:a aac -b:a 64k"_s.split(u' ');
        const QList<int> rates{300, 900, 2'400};
        for (qsizetype i = 0; i < rates.size(); ++i) {
            const QString rate = QString::number(rates[i]) + u'k';
            for (const char* option : {"-b:v:", "-minrate:v:", "-maxrate:v:", "-bufsize:v:"})
                words << QString::fromLatin1(option) + QString::number(i) << rate;
        }
        words += u"-f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4 -master_pl_name master.m3u8 -hls_segment_filename"_s.split(u' ');
        words << u"%v-%d.m4s"_s << u"-var_stream_map"_s << u"v:0,agroup:a v:1,agroup:a v:2,agroup:a a:0,agroup:a,default:yes"_s << u"%v.m3u8"_s;
        QProcess ffmpeg;
        QVERIFY(QDir().mkpath(path(u"film"_s)));
        ffmpeg.setWorkingDirectory(path(u"film"_s));
        ffmpeg.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        ffmpeg.start(u"ffmpeg"_s, words);
        QVERIFY(ffmpeg.waitForFinished(2 * startTime));
        QCOMPARE(ffmpeg.exitCode(), 0);
    }

    struct Viewing {
        int quality = -1;    ///< that the player was given last, 0 is the lowest
        qint64 hereMs = 0;  ///< the end of what is here
    };
    [[nodiscard]] Viewing viewing() const
    {
        const QJsonObject status = QJsonDocument::fromJson(run("viewer", ours(u"mutoscope-node"_s), m_viewer + QStringList{u"status"_s, u"--json"_s})).object();
        const QJsonObject film = status[u"viewing"_s].toObject();
        Viewing now{.quality = film[u"played_quality"_s].toInt(-1)};
        for (const QJsonValue& range : film[u"here"_s].toArray())
            now.hereMs = std::max(now.hereMs, range[u"to_ms"_s].toInteger());
        return now;
    }
    /// Asks again and again, which takes a process each time.
    [[nodiscard]] bool comes(const std::function<bool(const Viewing&)>& wanted) const
    {
        QElapsedTimer clock;
        clock.start();
        while (!clock.hasExpired(filmTime)) {
            if (wanted(viewing()))
                return true;
        }
        return false;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const std::string why = Lab::whyNot(); !why.empty())
            QSKIP(why.c_str());
        makeFilm();
        if (QTest::currentTestFailed())
            return;
        m_lab = std::make_unique<Lab>();
        m_lab->addHost("viewer");
        m_lab->addHost("seeder");
        const std::string address = "10.9.0.2";
        m_line = std::make_unique<LinkEmulator>(*m_lab, "line", LinkEmulator::End{"viewer", "10.9.0.1"}, LinkEmulator::End{"seeder", address},
                                                LinkSpec{.bitsPerSecond = plenty, .delay = std::chrono::milliseconds(10), .queueBytes = 64 * 1024});
        QFile configuration(path(u"tracker.conf"_s));
        QVERIFY(configuration.open(QIODevice::WriteOnly));
        configuration.write("data = tracker\nlisten = 0.0.0.0:7480\nlink_host = 10.9.0.2\nnetwork = lab\n");
        configuration.close();
        m_tracker = std::make_unique<Program>(*m_lab, "seeder", u"mutoscope-tracker"_s, QStringList{u"--config"_s, configuration.fileName()});
        const QString tracker = QString::fromUtf8(m_tracker->line([](const QByteArray& line) { return line.startsWith("https://"); }, startTime));
        QVERIFY(!tracker.isEmpty());
        m_viewer = nodeArguments(path(u"viewer"_s), tracker);
        m_seeder = std::make_unique<Program>(*m_lab, "seeder", u"mutoscope-node"_s,
                                             nodeArguments(path(u"seeder"_s), tracker) +
                                                 QStringList{u"--listen"_s, u"0.0.0.0:7747"_s, u"--advertise"_s, u"10.9.0.2:7747"_s, u"--no-port-mapping"_s, u"--no-relay"_s, u"--title"_s,
                                                             u"Film"_s, u"--price"_s, u"0.01"_s, u"seed"_s, path(u"film/master.m3u8"_s)});
        m_link = m_seeder->event([](const QJsonObject& said) { return said[u"event"_s] == u"seeding"_s; }, startTime)[u"link"_s].toString();
        QVERIFY(!m_link.isEmpty());
        const QString spend = QJsonDocument::fromJson(run("viewer", ours(u"mutoscope-node"_s), m_viewer + QStringList{u"addresses"_s})).object()[u"spend_address"_s].toString();
        QVERIFY(!spend.isEmpty());
        QVERIFY(!run("seeder", ours(u"mutoscope-tracker"_s), {u"issue"_s, u"--config"_s, configuration.fileName(), u"--to"_s, spend, u"--amount"_s, u"50000000"_s}).isEmpty());
    }
    void cleanupTestCase()
    {
        m_seeder.reset();
        m_tracker.reset();
        m_line.reset();
        m_lab.reset();
    }

    void theQualityFollowsTheLine()
    {
        const QString report = path(u"report.json"_s);
        {
            Program window(*m_lab, "viewer", u"mutoscope"_s, m_viewer + QStringList{u"--approve-up-to"_s, u"50"_s, u"--report"_s, report, m_link});
            QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(u"viewer/node.socket"_s)), startTime); // else it is asked of a node of its own
            QVERIFY2(comes([](const Viewing& now) { return now.quality == 2 && now.hereMs >= reserveMs; }), "the best is not played where the line carries it");
            m_line->setRate(scarce);
            QVERIFY2(comes([](const Viewing& now) { return now.quality == 0; }), "it does not follow down");
            m_line->setRate(plenty);
            QVERIFY2(comes([](const Viewing& now) { return now.quality == 2; }), "it does not follow up again");
            QVERIFY(window.ended(filmTime));
        }
        QFile file(report);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        const QJsonObject said = QJsonDocument::fromJson(text).object();
        QVERIFY2(said[u"played_to_end"_s].toBool(), text);
        QVERIFY2(said[u"stalls"_s].toInt(-1) == 0, text);
        QVERIFY2(said[u"errors"_s].toArray().isEmpty(), text);
    }
};

QTEST_GUILESS_MAIN(TestQuality)
#include "tst_quality.moc"
