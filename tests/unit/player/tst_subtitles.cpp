#include <QTest>

#include "player/subtitles.h"

using namespace mutoscope::player;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace
{

std::vector<Cue> cuesOf(const QByteArray& bytes)
{
    const auto read = parseSubtitles(bytes);
    return read ? read->cues : std::vector<Cue>();
}

QStringList textsOf(const QByteArray& bytes)
{
    QStringList texts;
    for (const Cue& cue : cuesOf(bytes))
        texts << cue.text;
    return texts;
}

/// The text of a cue that is written so.
Cue vtt(const QByteArray& text)
{
    const auto cues = cuesOf("WEBVTT\n\n00:01.000 --> 00:02.000\n" + text + "\n");
    return cues.empty() ? Cue() : cues.front();
}

Cue srt(const QByteArray& text)
{
    const auto cues = cuesOf("1\n00:00:01,000 --> 00:00:02,000\n" + text + "\n");
    return cues.empty() ? Cue() : cues.front();
}

} // namespace

class TestSubtitles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void webVtt()
    {
        const auto read = parseSubtitles("\xef\xbb\xbfWEBVTT - a title\nKind: captions\n\nNOTE\nnot --> this\n\n"
                                         "STYLE\n::cue { color: red }\n\nREGION\nid:fred\n\n"
                                         "second\n01:00:00.000 --> 01:00:02.500 align:start line:0\nTwo\nlines\n\n"
                                         "00:01.500 --> 00:03.000\nFirst\n");
        QVERIFY(read);
        QCOMPARE(read->leftOut, 0);
        QVERIFY(!read->toMediaTime);
        QCOMPARE(read->cues.size(), 2U); // by time
        QCOMPARE(read->cues[0], (Cue{.from = 1500ms, .to = 3s, .text = u"First"_s, .formats = {}}));
        QCOMPARE(read->cues[1], (Cue{.from = 1h, .to = 1h + 2500ms, .text = u"Two\nlines"_s, .formats = {}, .isOnTop = true}));
    }

    void subRip()
    {
        const auto cues = cuesOf("1\r\n00:00:01,000 --> 00:00:02,000\r\nOne\r\n\r\n2\r\n00:00:03,500 --> 00:00:04,000 X1:1 X2:2\r\n"
                                 "Two\r\nlines\r\n\r\n\r\n3\r\n1:02:03.4 --> 1:02:05\r\nThree");
        QCOMPARE(cues.size(), 3U);
        QCOMPARE(cues[0], (Cue{.from = 1s, .to = 2s, .text = u"One"_s, .formats = {}}));
        QCOMPARE(cues[1].text, u"Two\nlines"_s);
        QCOMPARE(cues[1].from, 3500ms);
        QCOMPARE(cues[2].from, 1h + 2min + 3400ms);
        QCOMPARE(cues[2].to, 1h + 2min + 5s);
    }

    void lineEnds()
    {
        for (const char* end : {"\n", "\r\n", "\r"}) {
            QByteArray text = "WEBVTT\n\n00:01.000 --> 00:02.000\na\nb\n\n00:02.000 --> 00:03.000\nc\n";
            QCOMPARE(textsOf(text.replace("\n", end)), (QStringList{u"a\nb"_s, u"c"_s}));
        }
    }

    void whatMakesNoSenseIsLeftOut()
    {
        const auto read = parseSubtitles("WEBVTT\n\n00:01.000 --> 00:01.000\nno time\n\n00:02.000 --> 00:01.000\nbackwards\n\n"
                                         "x --> 00:01.000\nno number\n\n00:61.000 --> 00:62.000\nno such second\n\n"
                                         "00:01.000 -->\nno end\n\n00:01.000 --> 00:02.000\n\n\n00:01.000 --> 00:02.000\n<i></i>\n\n"
                                         "-->\n\n99999:00:00.000 --> 99999:00:01.000\nnever\n\n00:01.000 --> 00:02.000\ngood\n");
        QVERIFY(read);
        QCOMPARE(read->cues.size(), 1U);
        QCOMPARE(read->cues[0].text, u"good"_s);
        QCOMPARE(read->leftOut, 9);
    }

    void marks()
    {
        QCOMPARE(vtt("<v Roger Bingham><c.yellow>Hi</c> &amp; <lang en>you</lang> &lt;3<00:01.500> &#x41;&#66;&nbsp;&zwj;").text,
                 u"Hi & you <3 AB\u00a0&zwj;"_s);
        QCOMPARE(vtt("5 < 6 > 4, <> and <!--").text, u"5 < 6 > 4, <> and <!--"_s);
        QCOMPARE(srt("<font color=\"red\">A&amp;B</font> {\\an8}{\\c&HFF&}C").text, u"A&amp;B C"_s);
        QVERIFY(srt("{\\an8}C").isOnTop);
        QVERIFY(!srt("{\\an2}C").isOnTop);
        QCOMPARE(srt("{not a mark").text, u"{not a mark"_s);
        QCOMPARE(srt("a\tb\x01\x7f""c").text, u"a bc"_s);
        QCOMPARE(srt("  a  \n  ").text, u"a"_s);
    }

    void formats()
    {
        using Formats = std::vector<Cue::Format>;
        QCOMPARE(vtt("a <i>b</i> <B>c</B>").formats, (Formats{{2, 1, true, false}, {4, 1, false, true}}));
        QCOMPARE(vtt("<i>a<b>b</i>c</b>").formats, (Formats{{0, 1, true, false}, {1, 1, true, true}, {2, 1, false, true}}));
        QCOMPARE(vtt("<i>never closed").formats, (Formats{{0, 12, true, false}}));
        QCOMPARE(vtt("<i>  a  </i>").formats, (Formats{{0, 1, true, false}})); // without the blanks
        QCOMPARE(srt("{\\i1}a{\\i0}b{\\b1}c").formats, (Formats{{0, 1, true, false}, {2, 1, false, true}}));
        QCOMPARE(vtt("<i>one\ntwo</i>").formats, (Formats{{0, 7, true, false}}));
    }

    void edges_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<bool>("isOnTop");
        QTest::newRow("none") << QByteArray() << false;
        QTest::newRow("first line") << QByteArray("line:0") << true;
        QTest::newRow("a share") << QByteArray("position:50% line:10%,start") << true;
        QTest::newRow("last line") << QByteArray("line:-1") << false;
        QTest::newRow("a lower share") << QByteArray("line:85%") << false;
        QTest::newRow("nonsense") << QByteArray("line:x line:") << false;
    }
    void edges()
    {
        QFETCH(QByteArray, settings);
        const auto cues = cuesOf("WEBVTT\n\n00:01.000 --> 00:02.000 " + settings + "\na\n");
        QCOMPARE(cues.size(), 1U);
        QTEST(cues[0].isOnTop, "isOnTop");
    }

    void whatIsNoSubtitles()
    {
        for (const QByteArray& bytes : {QByteArray(), QByteArray("A text.\n\nAnother one.\n"), QByteArray(5'000, '\0'),
                                        QByteArray("1\n00:00:01,000 > 00:00:02,000\na\n")})
            QVERIFY(!parseSubtitles(bytes));
        QVERIFY(!parseSubtitles("WEBVTT" + QByteArray(Subtitles::maxBytes, '\n')));
        const auto empty = parseSubtitles("WEBVTT\n"); // as segments often are
        QVERIFY(empty && empty->cues.empty());
    }

    void isBounded()
    {
        QByteArray many = "WEBVTT\n\n";
        for (int i = 0; i < 60'000; ++i)
            many += "00:01.000 --> 00:02.000\na\n\n";
        QCOMPARE(cuesOf(many).size(), Subtitles::maxCues);
        QCOMPARE(vtt(QByteArray(100'000, 'a')).text.size(), Subtitles::maxText);
        QCOMPARE(vtt(QByteArray("a\n").repeated(500)).text.count(u'\n'), Subtitles::maxLines - 1);
        QVERIFY(vtt("a" + QByteArray("\xf0\x9f\x98\x80").repeated(2'000)).text.isValidUtf16());
        const Cue cut = vtt("<i>" + QByteArray(100'000, 'a') + "</i>");
        QCOMPARE(cut.formats, (std::vector<Cue::Format>{{0, Subtitles::maxText, true, false}}));
    }

    void encodings_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("text");
        const QString russian = u"1\n00:00:01,000 --> 00:00:02,000\nПривет, мир!\n"_s;
        const auto utf16 = [&](bool isBig) {
            QByteArray bytes;
            for (const QChar c : russian) {
                const char high = static_cast<char>(c.unicode() >> 8);
                const char low = static_cast<char>(c.unicode() & 0xff);
                bytes += isBig ? high : low;
                bytes += isBig ? low : high;
            }
            return bytes;
        };
        const QByteArray timing = "1\n00:00:01,000 --> 00:00:02,000\n";
        QTest::newRow("UTF-8") << russian.toUtf8() << u"Привет, мир!"_s;
        QTest::newRow("UTF-8 with a mark") << "\xef\xbb\xbf" + russian.toUtf8() << u"Привет, мир!"_s;
        QTest::newRow("UTF-16, little") << "\xff\xfe" + utf16(false) << u"Привет, мир!"_s;
        QTest::newRow("UTF-16, big") << "\xfe\xff" + utf16(true) << u"Привет, мир!"_s;
        QTest::newRow("UTF-16, little, unmarked") << utf16(false) << u"Привет, мир!"_s;
        QTest::newRow("UTF-16, big, unmarked") << utf16(true) << u"Привет, мир!"_s;
        QTest::newRow("Windows-1251") << timing + "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0! \xb8\xa8\xb9" << u"Привет, мир! ёЁ№"_s;
        QTest::newRow("Windows-1252") << timing + "Caf\xe9 au lait \x96 d\xe9j\xe0 vu \x80" << u"Café au lait – déjà vu €"_s;
    }
    void encodings()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, text);
        QCOMPARE(textsOf(bytes), QStringList{text});
    }

    void timestampMap()
    {
        const auto map = [](const QByteArray& line) {
            const auto read = parseSubtitles("WEBVTT\nX-TIMESTAMP-MAP=" + line + "\n\n00:01.000 --> 00:02.000\na\n");
            return read ? read->toMediaTime : std::nullopt;
        };
        QCOMPARE(map("LOCAL:00:00:00.000,MPEGTS:900000"), std::optional(10'000ms));
        QCOMPARE(map("MPEGTS:900000,LOCAL:00:00:04.000"), std::optional(6'000ms));
        QVERIFY(!map("MPEGTS:900000"));
        QVERIFY(!map("LOCAL:00:00:00.000,MPEGTS:-1"));
        QVERIFY(!map("LOCAL:00:00:00.000,MPEGTS:99999999999999999999"));
        QVERIFY(!map("LOCAL:x,MPEGTS:0"));
    }

    void timesOfASegment_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("time");
        // All are the segment from 60 to 66 s, and the text comes at 61 s.
        QTest::newRow("the film's time") << QByteArray() << QByteArray("01:01.000 --> 01:02.000");
        QTest::newRow("the film's, mapped to a start at 10 s")
            << QByteArray("X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n") << QByteArray("01:01.000 --> 01:02.000");
        QTest::newRow("the segment's time, mapped") << QByteArray("X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:5400000\n")
                                                    << QByteArray("00:01.000 --> 00:02.000");
        QTest::newRow("the segment's time, unmapped") << QByteArray() << QByteArray("00:01.000 --> 00:02.000");
    }
    void timesOfASegment()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, time);
        const auto read = parseSubtitles("WEBVTT\n" + header + "\n" + time + "\na\n");
        QVERIFY(read);
        const auto cues = inFilmTime(*read, 60s, 66s);
        QCOMPARE(cues.size(), 1U);
        QCOMPARE(cues[0].from, 61'000ms);
        QCOMPARE(cues[0].to, 62'000ms);
    }
    void aSegmentWhoseTextBelongsElsewhereStaysAsItIs()
    {
        const auto read = parseSubtitles("WEBVTT\n\n30:00.000 --> 30:01.000\na\n");
        QCOMPARE(inFilmTime(*read, 60s, 66s)[0].from, 30min);
        QVERIFY(inFilmTime(Subtitles(), 60s, 66s).empty());
    }
};

QTEST_GUILESS_MAIN(TestSubtitles)
#include "tst_subtitles.moc"
