#include <csignal>

#include <QFile>
#include <QImage>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "player/film_picture.h"
#include "player/packager.h"

using namespace std::chrono_literals;
using namespace mutoscope::player;

Q_DECLARE_METATYPE(PackagerErrorKind)

namespace
{

constexpr int patience = 120'000; // ms; a bound on hanging: the packager is niced and waits on a busy machine

bool run(const QString& program, const QStringList& arguments, QByteArray* output = nullptr)
{
    QProcess process;
    process.start(program, arguments);
    const bool good = process.waitForFinished(patience) && process.exitCode() == 0;
    if (output)
        *output = process.readAllStandardOutput();
    return good;
}

/// `recipe` between ffmpeg's usual options and the file.
bool make(const QString& recipe, const QString& file)
{
    return run(QStringLiteral("ffmpeg"),
               QStringLiteral("-nostdin -v error -y %1").arg(recipe).split(u' ', Qt::SkipEmptyParts)
                   << QStringLiteral("file:") + file);
}

QString picture(int seconds, const QString& size = QStringLiteral("320x240"))
{
    return QStringLiteral("-f lavfi -i testsrc2=s=%1:r=25:d=%2 ").arg(size).arg(seconds);
}

QString sound(int seconds)
{
    return QStringLiteral("-f lavfi -i sine=440:d=%1:sample_rate=48000 ").arg(seconds);
}

const QString h264 = QStringLiteral("-c:v libx264 -preset ultrafast -g 25 -bf 2 ");

Result<PackagedHls> package(const MediaInfo& plan, const QString& folder)
{
    Packager packager;
    QSignalSpy finished(&packager, &Packager::finished);
    packager.start(plan, folder);
    if (!finished.wait(patience))
        return tl::unexpected(PackagerError{PackagerErrorKind::Timeout, QStringLiteral("no answer"), {}});
    return finished.at(0).at(0).value<Result<PackagedHls>>();
}

/// "codec,packets" of each stream.
QStringList packets(const QString& file)
{
    QByteArray output;
    run(QStringLiteral("ffprobe"),
        {QStringLiteral("-v"), QStringLiteral("error"), QStringLiteral("-count_packets"),
         QStringLiteral("-show_entries"), QStringLiteral("stream=codec_name,nb_read_packets"), QStringLiteral("-of"),
         QStringLiteral("csv=p=0"), QStringLiteral("file:") + file},
        &output);
    QStringList lines;
    for (const QByteArray& line : output.split('\n')) {
        const QString text = QString::fromUtf8(line).trimmed();
        if (!text.isEmpty() && !lines.contains(text)) // an HLS playlist's streams come twice, as a program's too
            lines << text;
    }
    return lines;
}

} // namespace

class TestPackager : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    QString path(const QString& name) const { return m_folder.filePath(name); }
    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    QByteArray read(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(make(picture(6) + sound(6) + h264 + QStringLiteral("-c:a aac"), path(QStringLiteral("film.mp4"))));
    }

    void severalSounds()
    {
        QVERIFY(make(picture(6) + sound(6) + sound(6) + sound(6) +
                         QStringLiteral("-map 0 -map 1 -map 2 -map 3 -c:a:0 aac -c:a:1 libvorbis -c:a:2 ac3 ") + h264 +
                         QStringLiteral("-metadata:s:a:0 language=eng -metadata:s:a:1 language=rus -metadata:s:a:2 language=eng "
                                        "-metadata:s:a:2 title=Comments -disposition:a:0 0 -disposition:a:2 default"),
                     path(QStringLiteral("many.mkv"))));
        const auto plan = probe(path(QStringLiteral("many.mkv")));
        QVERIFY(plan);
        QCOMPARE(plan->audio->codec, QStringLiteral("ac3")); // the default
        QCOMPARE(plan->audio->title, QStringLiteral("Comments"));
        QCOMPARE(plan->moreAudio.size(), 2U);
        QCOMPARE(plan->moreAudio[1].language, QStringLiteral("rus"));
        QVERIFY(plan->transcoding.contains(QStringLiteral("(vorbis)")));
        QVERIFY(plan->needsTranscoding());
        const auto result = package(*plan, path(QStringLiteral("many")));
        QVERIFY2(result, result ? "" : qPrintable(result.error().sentence + result.error().detail));
        QCOMPARE(QFileInfo(result->playlist).fileName(), QStringLiteral("film.m3u8"));
        QCOMPARE(packets(path(QStringLiteral("many/track0.m3u8"))), QStringList{QStringLiteral("h264,150")});
        QVERIFY(packets(path(QStringLiteral("many/track1.m3u8"))).first().startsWith(u"ac3,"));
        QVERIFY(packets(path(QStringLiteral("many/track2.m3u8"))).first().startsWith(u"aac,"));
        QVERIFY(packets(path(QStringLiteral("many/track3.m3u8"))).first().startsWith(u"aac,"));
        const QByteArray list = read(QStringLiteral("many/film.m3u8"));
        QVERIFY2(list.contains("NAME=\"Comments\",LANGUAGE=\"eng\",DEFAULT=YES,AUTOSELECT=YES,URI=\"track1.m3u8\"\n"), list.constData());
        QVERIFY(list.contains("NAME=\"eng\",LANGUAGE=\"eng\",DEFAULT=NO,AUTOSELECT=YES,URI=\"track2.m3u8\"\n"));
        QVERIFY(list.contains("RESOLUTION=320x240,AUDIO=\"sound\"\ntrack0.m3u8\n"));
        qint64 bytes = 0;
        int segments = 0;
        for (const QFileInfo& file : QDir(path(QStringLiteral("many"))).entryInfoList(QDir::Files)) {
            bytes += file.suffix() == u"m4s" || file.suffix() == u"mp4" ? file.size() : 0;
            segments += file.suffix() == u"m4s" ? 1 : 0;
            QVERIFY2(file.fileName() != u"renditions.m3u8", "ffmpeg's own list goes");
        }
        QCOMPARE(result->bytes, bytes);
        QCOMPARE(result->segments, segments);
    }

    void textsBecomePieces()
    {
        write(QStringLiteral("words.srt"), "1\n00:00:01,000 --> 00:00:02,000\nOne & <b>two</b>\n\n2\n00:00:59,000 --> 00:01:01,500\n"
                                           "Over\nthe edge\n");
        QVERIFY(make(QStringLiteral("-f lavfi -i color=red:s=64x64:r=5:d=70 -i %1 -i %1 -map 0 -map 1 -map 2 -c:v libx264 -preset ultrafast "
                                    "-g 5 -c:s:0 srt -c:s:1 ass -metadata:s:s:0 language=eng -metadata:s:s:1 language=eng "
                                    "-disposition:s:1 forced")
                         .arg(path(QStringLiteral("words.srt"))),
                     path(QStringLiteral("texts.mkv"))));
        const auto plan = probe(path(QStringLiteral("texts.mkv")));
        QVERIFY(plan);
        QCOMPARE(plan->texts.size(), 2U);
        QVERIFY(plan->texts[1].isForced);
        QVERIFY(plan->transcoding.isEmpty());
        const auto result = package(*plan, path(QStringLiteral("texts")));
        QVERIFY2(result, result ? "" : qPrintable(result.error().sentence + result.error().detail));
        const QByteArray list = read(QStringLiteral("texts/film.m3u8"));
        QVERIFY2(list.contains("TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"eng\",LANGUAGE=\"eng\",DEFAULT=NO,AUTOSELECT=YES,URI=\"text0.m3u8\"\n"),
                 list.constData());
        QVERIFY(list.contains("NAME=\"eng 2\",LANGUAGE=\"eng\",DEFAULT=YES,AUTOSELECT=YES,FORCED=YES,URI=\"text1.m3u8\"\n"));
        QVERIFY(list.contains(",SUBTITLES=\"text\"\nindex.m3u8\n"));
        const QByteArray first = read(QStringLiteral("texts/text0_00000.vtt"));
        QVERIFY2(first.contains("00:00:01.000 --> 00:00:02.000\nOne &amp; <b>two</b>\n"), first.constData());
        QVERIFY(first.contains("Over\nthe edge\n"));
        const QByteArray second = read(QStringLiteral("texts/text0_00001.vtt"));
        QVERIFY(second.contains("00:00:59.000 --> 00:01:01.500\nOver\nthe edge\n")); // shown in both
        QVERIFY(!second.contains("One"));
        QVERIFY(read(QStringLiteral("texts/text1_00000.vtt")).contains("two"));
        QVERIFY(!QFile::exists(path(QStringLiteral("texts/text0.vtt"))));
        QVERIFY(read(QStringLiteral("texts/text0.m3u8")).contains("#EXTINF:60.000,\ntext0_00000.vtt\n#EXTINF:10."));
    }

    void subtitlesThatArePicturesAreNamed()
    {
        // The shortest Blu-ray subtitles: a composition without a picture, and its end.
        const auto part = [](char type, const QByteArray& bytes) {
            return QByteArray::fromHex("504700015f9000000000") + type + QByteArray(1, '\0') + static_cast<char>(bytes.size()) + bytes;
        };
        write(QStringLiteral("pictures.sup"), part('\x16', QByteArray::fromHex("014000f010000080000000")) + part('\x80', {}));
        QVERIFY(make(picture(3) + QStringLiteral("-i %1 -map 0 -map 1 -c:s copy ").arg(path(QStringLiteral("pictures.sup"))) + h264,
                     path(QStringLiteral("pictures.mkv"))));
        const auto plan = probe(path(QStringLiteral("pictures.mkv")));
        QVERIFY(plan);
        QVERIFY(plan->texts.empty());
        QVERIFY(!plan->needsTranscoding());
        QVERIFY2(plan->transcoding.contains(QStringLiteral("pictures (1 in this file) are left out")), qPrintable(plan->transcoding));
        const auto result = package(*plan, path(QStringLiteral("pictures")));
        QVERIFY2(result, result ? "" : qPrintable(result.error().sentence));
        QCOMPARE(QFileInfo(result->playlist).fileName(), QStringLiteral("index.m3u8"));
    }

    void films_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QStringList>("streams"); // "codec,packets" of what comes out; empty packets: any
        QTest::addColumn<bool>("converted");
        const auto stream = [](const char* text) { return QString::fromLatin1(text); };

        QTest::newRow("H.264 and AAC") << QStringLiteral("a.mp4")
                                       << picture(6) + sound(6) + h264 + QStringLiteral("-c:a aac")
                                       << QStringList{stream("h264,150"), stream("aac,283")} << false;
        QTest::newRow("out of a transport stream")
            << QStringLiteral("a.ts") << picture(4) + sound(4) + h264 + QStringLiteral("-c:a aac")
            << QStringList{stream("h264,100"), stream("aac,")} << false;
        QTest::newRow("VP9 and Opus") << QStringLiteral("a.webm")
                                      << picture(3) + sound(3) +
                                             QStringLiteral("-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 25 "
                                                            "-c:a libopus")
                                      << QStringList{stream("vp9,75"), stream("opus,151")} << false;
        QTest::newRow("MPEG-4 part 2 is converted, MP3 is not")
            << QStringLiteral("a.avi") << picture(3) + sound(3) + QStringLiteral("-c:v mpeg4 -c:a libmp3lame")
            << QStringList{stream("h264,75"), stream("mp3,")} << true;
        QTest::newRow("Vorbis is converted, H.264 is not")
            << QStringLiteral("a.mkv") << picture(3) + sound(3) + h264 + QStringLiteral("-c:a libvorbis")
            << QStringList{stream("h264,75"), stream("aac,")} << true;
        QTest::newRow("sound only") << QStringLiteral("a.m4a") << sound(5) + QStringLiteral("-c:a aac")
                                    << QStringList{stream("aac,236")} << false;
        QTest::newRow("no sound") << QStringLiteral("b.mp4") << picture(3) + h264 << QStringList{stream("h264,75")}
                                  << false;
        QTest::newRow("odd size") << QStringLiteral("odd.avi")
                                  << picture(1, QStringLiteral("321x241")) + QStringLiteral("-c:v ffv1")
                                  << QStringList{stream("h264,25")} << true;
        for (const char* name : {"-y.mp4", "http:a:b 100%d %s.mp4", "Кино №1 “ф”\n'\"$`.mp4"})
            QTest::newRow(name) << QString::fromUtf8(name) << picture(1) + h264 << QStringList{stream("h264,25")}
                                << false;
    }

    void films()
    {
        QFETCH(QString, name);
        QFETCH(QString, recipe);
        QFETCH(QStringList, streams);
        QFETCH(bool, converted);
        QVERIFY(make(recipe, path(name)));
        const auto plan = probe(path(name));
        QVERIFY2(plan, plan ? "" : qPrintable(plan.error().sentence + plan.error().detail));
        QCOMPARE(plan->needsTranscoding(), converted);
        QCOMPARE(plan->transcoding.isEmpty(), !converted);

        // A folder with a name as bad as the file's.
        const QString folder = path(name + QStringLiteral(" %d out"));
        Packager packager;
        QSignalSpy finished(&packager, &Packager::finished);
        QSignalSpy progressed(&packager, &Packager::progressed);
        packager.start(*plan, folder);
        QCOMPARE(finished.count(), 0);
        QVERIFY(finished.wait(patience));
        const auto result = finished.at(0).at(0).value<Result<PackagedHls>>();
        QVERIFY2(result, result ? "" : qPrintable(result.error().sentence + result.error().detail));

        QCOMPARE(QFileInfo(result->playlist).absolutePath(), folder);
        QVERIFY(std::chrono::abs(result->duration - plan->duration) <= 200ms);
        QVERIFY(result->segments >= 1);
        qint64 bytes = 0;
        for (const auto& file : QDir(folder).entryInfoList({QStringLiteral("*.m4s"), QStringLiteral("*.mp4")}))
            bytes += file.size();
        QCOMPARE(result->bytes, bytes);
        const QStringList found = packets(result->playlist);
        QCOMPARE(found.size(), streams.size());
        for (qsizetype i = 0; i < streams.size(); ++i)
            QVERIFY2(found[i].startsWith(streams[i]), qPrintable(found.join(u' ')));

        QCOMPARE(result->poster.isEmpty(), !plan->video);
        if (plan->video) {
            const QImage poster(result->poster);
            QVERIFY(std::abs(poster.width() - plan->video->size.width()) <= 1);
            QVERIFY(std::abs(poster.height() - plan->video->size.height()) <= 1);
        }
        QVERIFY(progressed.count() >= 1);
        double last = 0;
        for (const auto& step : progressed) {
            QVERIFY(step.at(0).toDouble() >= last);
            last = step.at(0).toDouble();
        }
        QCOMPARE(last, 1.0);
    }

    void segmentsAreShort()
    {
        const auto plan = probe(path(QStringLiteral("film.mp4")));
        QVERIFY(plan);
        const auto result = package(*plan, path(QStringLiteral("short")));
        QVERIFY(result);
        QCOMPARE(result->segments, 3); // 2 s each
        const QByteArray playlist = read(QStringLiteral("short/index.m3u8"));
        QVERIFY(playlist.contains("#EXT-X-MAP:URI=\"init.mp4\""));
        QVERIFY(playlist.contains("#EXT-X-PLAYLIST-TYPE:VOD"));
        QVERIFY(playlist.contains("#EXT-X-ENDLIST"));
    }

    void posterIsThePictureThatWasChosen()
    {
        QVERIFY(make(picture(3, QStringLiteral("320x180")) + h264, path(QStringLiteral("chosen.mp4"))));
        auto plan = probe(path(QStringLiteral("chosen.mp4")));
        QVERIFY(plan);
        const auto usual = package(*plan, path(QStringLiteral("usual")));
        plan->posterAt = std::chrono::milliseconds(2'500);
        const auto chosen = package(*plan, path(QStringLiteral("chosen")));
        QVERIFY(usual && chosen);
        std::optional<QByteArray> shown;
        pictureAsync(*plan, *plan->posterAt, this, [&](const QByteArray& jpeg) { shown = jpeg; });
        QTRY_VERIFY_WITH_TIMEOUT(shown, 60'000);
        QVERIFY(!QImage::fromData(*shown).isNull());
        QCOMPARE(QImage(chosen->poster), QImage::fromData(*shown));
        QVERIFY(QImage(chosen->poster) != QImage(usual->poster));
        shown.reset();
        pictureAsync(*plan, std::chrono::seconds(60), this, [&](const QByteArray& jpeg) { shown = jpeg; });
        QTRY_VERIFY_WITH_TIMEOUT(shown, 60'000);
        QVERIFY(shown->isEmpty());
    }
    void posterIsNoWiderThan640()
    {
        QVERIFY(make(picture(1, QStringLiteral("1280x720")) + h264, path(QStringLiteral("wide.mp4"))));
        const auto plan = probe(path(QStringLiteral("wide.mp4")));
        QVERIFY(plan);
        const auto result = package(*plan, path(QStringLiteral("wide")));
        QVERIFY(result);
        QCOMPARE(QImage(result->poster).size(), QSize(640, 360));
    }

    void portraitStaysPortrait()
    {
        QVERIFY(run(QStringLiteral("ffmpeg"),
                    {QStringLiteral("-v"), QStringLiteral("error"), QStringLiteral("-i"),
                     path(QStringLiteral("film.mp4")), QStringLiteral("-c"), QStringLiteral("copy"),
                     QStringLiteral("-metadata:s:v"), QStringLiteral("rotate=90"), QStringLiteral("-metadata"),
                     QStringLiteral("location=+52.0+013.0/"), path(QStringLiteral("phone.mp4"))}));
        const auto plan = probe(path(QStringLiteral("phone.mp4")));
        QVERIFY(plan);
        QCOMPARE(plan->video->size, QSize(240, 320));
        const auto result = package(*plan, path(QStringLiteral("phone")));
        QVERIFY2(result, result ? "" : qPrintable(result.error().sentence));
        QCOMPARE(QImage(result->poster).size(), QSize(240, 320));
        // The initialisation segment alone says so too, the way that it did in the file.
        QByteArray rotation;
        write(QStringLiteral("phone.whole.mp4"),
              read(QStringLiteral("phone/init.mp4")) + read(QStringLiteral("phone/segment00000.m4s")));
        const auto whole = probe(path(QStringLiteral("phone.whole.mp4")));
        QVERIFY(whole);
        QCOMPARE(whole->video->rotation, plan->video->rotation);
        QVERIFY(plan->video->rotation % 180 == 90);
        QVERIFY2(!read(QStringLiteral("phone/init.mp4")).contains("+52.0"), "where it was filmed is nobody's business");
    }

    void refused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<PackagerErrorKind>("kind");
        const QByteArray film = read(QStringLiteral("film.mp4"));
        write(QStringLiteral("notes.txt"), QByteArray("These are only words.\n").repeated(100));
        write(QStringLiteral("fake.mp4"), QByteArray("These are only words.\n").repeated(100));
        write(QStringLiteral("empty.mp4"), {});
        write(QStringLiteral("cut.mp4"), film.left(film.size() / 2));
        write(QStringLiteral("words.srt"), "1\n00:00:00,000 --> 00:00:02,000\nHello\n\n");
        write(QStringLiteral("list.m3u8"), "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfilm.mp4\n#EXT-X-ENDLIST\n");
        write(QStringLiteral("list.txt"), "ffconcat version 1.0\nfile film.mp4\n");
        QVERIFY(QImage(8, 8, QImage::Format_RGB32).save(path(QStringLiteral("still.png"))));
        QVERIFY(run(QStringLiteral("ffmpeg"), {QStringLiteral("-v"), QStringLiteral("error"), QStringLiteral("-i"),
                                               path(QStringLiteral("words.srt")), path(QStringLiteral("words.mkv"))}));
        QTest::newRow("text") << QStringLiteral("notes.txt") << PackagerErrorKind::NotAFilm;
        QTest::newRow("text with a film's name") << QStringLiteral("fake.mp4") << PackagerErrorKind::NotAFilm;
        QTest::newRow("empty") << QStringLiteral("empty.mp4") << PackagerErrorKind::NotAFilm;
        QTest::newRow("cut off") << QStringLiteral("cut.mp4") << PackagerErrorKind::Damaged;
        QTest::newRow("folder") << QStringLiteral(".") << PackagerErrorKind::NotAFilm;
        QTest::newRow("missing") << QStringLiteral("nothing.mp4") << PackagerErrorKind::NotFound;
        QTest::newRow("device") << QStringLiteral("/dev/zero") << PackagerErrorKind::NotAFilm;
        QTest::newRow("subtitles") << QStringLiteral("words.srt") << PackagerErrorKind::NotAFilm;
        QTest::newRow("subtitles in a container") << QStringLiteral("words.mkv") << PackagerErrorKind::NotAFilm;
        QTest::newRow("a playlist that names another file")
            << QStringLiteral("list.m3u8") << PackagerErrorKind::NotAFilm;
        QTest::newRow("a script that names another file") << QStringLiteral("list.txt") << PackagerErrorKind::NotAFilm;
        QTest::newRow("a still picture") << QStringLiteral("still.png") << PackagerErrorKind::NotAFilm;
    }

    void refused()
    {
        QFETCH(QString, name);
        QFETCH(PackagerErrorKind, kind);
        const auto plan = probe(name.startsWith(u'/') ? name : path(name));
        QVERIFY(!plan);
        QCOMPARE(plan.error().kind, kind);
        QVERIFY(plan.error().sentence.startsWith(u'“'));
        QVERIFY(plan.error().sentence.endsWith(u'.'));
    }

    void breaksOffInTheMiddle()
    {
        // The head is whole and promises six seconds.
        QVERIFY(run(QStringLiteral("ffmpeg"),
                    {QStringLiteral("-v"), QStringLiteral("error"), QStringLiteral("-i"),
                     path(QStringLiteral("film.mp4")), QStringLiteral("-c"), QStringLiteral("copy"),
                     QStringLiteral("-movflags"), QStringLiteral("+faststart"), path(QStringLiteral("head.mp4"))}));
        const QByteArray whole = read(QStringLiteral("head.mp4"));
        write(QStringLiteral("head.mp4"), whole.left(whole.size() / 2));
        const auto plan = probe(path(QStringLiteral("head.mp4")));
        QVERIFY(plan);
        const auto result = package(*plan, path(QStringLiteral("head")));
        QVERIFY(!result);
        QCOMPARE(result.error().kind, PackagerErrorKind::Damaged);
        QVERIFY(!QFileInfo::exists(path(QStringLiteral("head"))));
    }

    void fileIsGoneMeanwhile()
    {
        auto plan = probe(path(QStringLiteral("film.mp4")));
        QVERIFY(plan);
        plan->file = path(QStringLiteral("gone.mp4"));
        const auto result = package(*plan, path(QStringLiteral("gone")));
        QVERIFY(!result);
        QVERIFY(!QFileInfo::exists(path(QStringLiteral("gone"))));
    }

    void folderMustBeEmptyAndWritable()
    {
        const auto plan = probe(path(QStringLiteral("film.mp4")));
        QVERIFY(plan);
        QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("full")));
        write(QStringLiteral("full/segment00000.m4s"), "mine");
        auto result = package(*plan, path(QStringLiteral("full")));
        QVERIFY(!result);
        QCOMPARE(result.error().kind, PackagerErrorKind::Disk);
        QCOMPARE(read(QStringLiteral("full/segment00000.m4s")), QByteArray("mine"));
        result = package(*plan, QStringLiteral("/proc/nowhere"));
        QVERIFY(!result);
        QCOMPARE(result.error().kind, PackagerErrorKind::Disk);
    }

    void cancelled()
    {
        QVERIFY(make(picture(20, QStringLiteral("1280x720")) + QStringLiteral("-c:v mpeg4"),
                     path(QStringLiteral("long.avi"))));
        const auto plan = probe(path(QStringLiteral("long.avi")));
        QVERIFY(plan);
        Packager packager;
        QSignalSpy finished(&packager, &Packager::finished);
        QSignalSpy progressed(&packager, &Packager::progressed);
        packager.start(*plan, path(QStringLiteral("long")));
        QVERIFY(progressed.wait(patience));
        packager.cancel();
        packager.cancel();
        QVERIFY(finished.count() == 1 || finished.wait(patience));
        QCOMPARE(finished.count(), 1);
        const auto result = finished.at(0).at(0).value<Result<PackagedHls>>();
        QVERIFY(!result);
        QCOMPARE(result.error().kind, PackagerErrorKind::Cancelled);
        QVERIFY(!QFileInfo::exists(path(QStringLiteral("long"))));

        // Destroyed at work: the same, without a word.
        {
            Packager dropped;
            QSignalSpy begun(&dropped, &Packager::progressed);
            dropped.start(*plan, path(QStringLiteral("long")));
            QVERIFY(begun.wait(patience));
        }
        QVERIFY(!QFileInfo::exists(path(QStringLiteral("long"))));
    }

    void probeAsyncAnswersOnThisThread()
    {
        bool answered = false;
        QObject context;
        probeAsync(path(QStringLiteral("film.mp4")), &context, [&answered](Result<MediaInfo> info) {
            QCOMPARE(QThread::currentThread(), QCoreApplication::instance()->thread());
            answered = info.has_value();
        });
        QTRY_VERIFY_WITH_TIMEOUT(answered, patience);
    }
};

QTEST_GUILESS_MAIN(TestPackager)
#include "tst_packager.moc"
