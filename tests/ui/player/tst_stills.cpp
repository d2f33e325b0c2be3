#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "film_server.h"
#include "player/player.h"
#include "player/still_maker.h"

using namespace mutoscope::player;
using namespace Qt::StringLiterals;

namespace
{

constexpr int patience = 15'000;

} // namespace

/// Still pictures beside a film that plays.
class TestStills : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<FilmServer> m_server;

    void make(const QString& name, const QString& arguments)
    {
        QProcess ffmpeg;
        ffmpeg.start(u"ffmpeg"_s, (u"-nostdin -v error -y "_s + arguments).split(u' ') << m_folder.filePath(name));
        QVERIFY(ffmpeg.waitForFinished(30'000));
        QVERIFY2(ffmpeg.exitCode() == 0, ffmpeg.readAllStandardError().constData());
    }
    QImage stillOf(const QString& name)
    {
        StillMaker maker;
        QSignalSpy made(&maker, &StillMaker::made);
        maker.request(m_server->url(name));
        if (!made.wait(patience))
            qFatal("it never answers");
        return made.at(0).at(1).value<QImage>();
    }

private Q_SLOTS:
    void initTestCase()
    {
        Player::warmUp();
        const QString green = u"-f lavfi -i color=lime:s=320x180:r=25:d=2 -f lavfi -i sine=440:d=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac "_s;
        make(u"green.ts"_s, green + u"-f mpegts"_s);
        make(u"green.m4s"_s, green + u"-movflags frag_keyframe+empty_moov+default_base_moof -f mp4"_s);
        make(u"upright.m4s"_s, u"-f lavfi -i color=lime:s=180x320:r=25:d=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -movflags frag_keyframe+empty_moov -f mp4"_s);
        make(u"sound.m4s"_s, u"-f lavfi -i sine=440:d=2 -c:a aac -movflags frag_keyframe+empty_moov -f mp4"_s);
        QFile rubbish(m_folder.filePath(u"rubbish.ts"_s));
        QVERIFY(rubbish.open(QIODevice::WriteOnly) && rubbish.write(QByteArray(100'000, '\x5a')) > 0);
        m_server = std::make_unique<FilmServer>(m_folder.path());
    }
    void pictures_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QSize>("size");
        QTest::newRow("TS") << u"green.ts"_s << QSize(240, 135);
        QTest::newRow("fMP4") << u"green.m4s"_s << QSize(240, 135);
        QTest::newRow("upright") << u"upright.m4s"_s << QSize(135, 240);
    }
    void pictures()
    {
        QFETCH(QString, name);
        QFETCH(QSize, size);
        const QImage picture = stillOf(name);
        QCOMPARE(picture.size(), size);
        const QColor middle = picture.pixelColor(picture.rect().center());
        QVERIFY2(middle.green() > 200 && middle.red() < 60 && middle.blue() < 60, qPrintable(middle.name()));
    }
    void whatHasNone_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"sound.m4s", "rubbish.ts", "not-there.ts"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void whatHasNone()
    {
        QFETCH(QString, name);
        QVERIFY(stillOf(name).isNull());
    }
    void theLastOneAskedForIsMade()
    {
        StillMaker maker;
        QSignalSpy made(&maker, &StillMaker::made);
        maker.request(m_server->url(u"green.ts"_s)); // begins at once
        for (int i = 0; i < 20; ++i)
            maker.request(m_server->url(u"not-there-%1.ts"_s.arg(i)));
        maker.request(m_server->url(u"upright.m4s"_s));
        QTRY_COMPARE_WITH_TIMEOUT(made.size(), 2, patience);
        QCOMPARE(made.at(1).at(0).toUrl(), m_server->url(u"upright.m4s"_s));
        QVERIFY(!made.at(1).at(1).value<QImage>().isNull());
    }
    void itEndsInTheMiddle()
    {
        m_server->answer(u"green.ts"_s, 0); // none
        const auto before = m_server->requests(u"green.ts"_s);
        auto maker = std::make_unique<StillMaker>();
        maker->request(m_server->url(u"green.ts"_s));
        QTRY_COMPARE_WITH_TIMEOUT(m_server->requests(u"green.ts"_s), before + 1, patience);
        QElapsedTimer clock;
        clock.start();
        maker.reset();
        QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed())));
    }
};

QTEST_MAIN(TestStills)
#include "tst_stills.moc"
