#include <bit>
#include <random>

#include <QTest>

#include "player/captions.h"

using namespace mutoscope::player;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace
{

/// Odd, as on the line.
char withParity(int byte)
{
    return static_cast<char>(std::popcount(static_cast<unsigned>(byte & 0x7f)) % 2 == 0 ? byte | 0x80 : byte & 0x7f);
}

QByteArray triplet(int field, int first, int second)
{
    return QByteArray(1, static_cast<char>(0xfc | field)) + withParity(first) + withParity(second);
}

/// Pairs come one a picture, every 40 ms; control codes twice.
struct Line {
    CaptionReader reader;
    milliseconds at{0};
    int field = 0;
    std::vector<Caption> all;

    void pair(int first, int second)
    {
        for (Caption& change : reader.take(at, triplet(field, first, second)))
            all.push_back(std::move(change));
        at += 40ms;
    }
    void code(int first, int second)
    {
        pair(first, second);
        pair(first, second);
    }
    void say(const char* text)
    {
        for (; *text != 0; text += text[1] != 0 ? 2 : 1)
            pair(text[0], text[1]);
    }
    [[nodiscard]] QString shown() const { return all.empty() ? QString() : all.back().cue.text; }
};

constexpr int control = 0x14;
constexpr int popOn = 0x20;
constexpr int paintOn = 0x29;
constexpr int rollUp2 = 0x25;
constexpr int eraseShown = 0x2c;
constexpr int newLine = 0x2d;
constexpr int eraseHidden = 0x2e;
constexpr int endOfCaption = 0x2f;

} // namespace

class TestCaptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void popOnIsShownAsAWhole()
    {
        Line line;
        line.code(control, popOn);
        line.code(control, eraseHidden);
        line.code(control, 0x50); // row 14, column 0
        line.say("HELLO,");
        line.code(control, 0x70); // row 15
        line.say("WORLD");
        QVERIFY(line.all.empty());
        const milliseconds before = line.at;
        line.code(control, endOfCaption);
        QCOMPARE(line.all.size(), std::size_t(1));
        QCOMPARE(line.all[0].channel, 0);
        QCOMPARE(line.shown(), u"HELLO,\nWORLD"_s);
        QCOMPARE(line.all[0].cue.from, before);
        QCOMPARE(line.all[0].cue.to, before + CaptionReader::longest);
        QVERIFY(!line.all[0].cue.isOnTop);
        line.code(control, eraseShown);
        QCOMPARE(line.all.size(), std::size_t(2));
        QCOMPARE(line.shown(), QString());
    }
    void rollUpRolls()
    {
        Line line;
        line.code(control, rollUp2);
        line.code(control, 0x70);
        line.say("ONE");
        QCOMPARE(line.shown(), u"ONE"_s);
        line.code(control, newLine);
        line.say("TWO");
        QCOMPARE(line.shown(), u"ONE\nTWO"_s);
        line.code(control, newLine);
        line.say("THREE");
        QCOMPARE(line.shown(), u"TWO\nTHREE"_s);
        line.code(0x11, 0x40); // row 1: all of it moves up
        QCOMPARE(line.shown(), u"TWO\nTHREE"_s);
        QVERIFY(line.all.back().cue.isOnTop);
    }
    void paintOnIsShownLetterByLetter()
    {
        Line line;
        line.code(control, paintOn);
        line.code(control, 0x70);
        line.say("ABC");
        QCOMPARE(line.all.size(), std::size_t(2));
        QCOMPARE(line.all[0].cue.text, u"AB"_s);
        QCOMPARE(line.shown(), u"ABC"_s);
        line.code(control, 0x21); // backspace
        QCOMPARE(line.shown(), u"AB"_s);
    }
    void lettersOfOtherLanguages()
    {
        Line line;
        line.code(control, paintOn);
        line.code(control, 0x70);
        line.say("A'*");
        line.code(0x11, 0x37); // a note
        line.say("u");         // for decoders that don't know what follows
        line.code(0x13, 0x33); // ö
        line.say("E");
        line.code(0x12, 0x21); // É
        QCOMPARE(line.shown(), u"A’á♪öÉ"_s);
    }
    void italicsAndIndent()
    {
        Line line;
        line.code(control, paintOn);
        line.code(control, 0x74); // column 8
        line.say("AB");
        line.code(0x17, 0x22); // two more
        line.say("CD");
        line.code(0x11, 0x2e); // italics, a place of its own
        line.say("EF");
        QCOMPARE(line.shown(), u"AB  CD EF"_s);
        QCOMPARE(line.all.back().cue.formats.size(), std::size_t(1));
        QVERIFY((line.all.back().cue.formats[0] == Cue::Format{.start = 7, .length = 2, .isItalic = true}));
    }
    void channelsStandBesideEachOther()
    {
        Line line;
        line.code(control, paintOn);
        line.code(control, 0x70);
        line.say("ONE");
        line.code(control | 8, paintOn);
        line.code(control | 8, 0x70);
        line.say("TWO");
        QCOMPARE(line.all.back().channel, 1);
        QCOMPARE(line.shown(), u"TWO"_s);
        line.field = 1;
        line.pair(0x01, 0x03); // a title for recorders, which nobody is to read
        line.say("FILM");
        line.pair(0x0f, 0x1d);
        line.code(0x15, paintOn);
        line.code(0x15, 0x70);
        line.say("THREE");
        QCOMPARE(line.all.back().channel, 2);
        QCOMPARE(line.shown(), u"THREE"_s);
    }
    void aJumpStartsAnew()
    {
        Line line;
        line.code(control, popOn);
        line.code(control, 0x70);
        line.say("BEFORE");
        line.at = 60s;
        line.code(control, endOfCaption);
        QVERIFY(line.all.empty());
        line.at = 10s;
        line.say("LOOSE");
        QVERIFY2(line.all.empty(), "nothing has said where this goes");
    }
    void whatIsNoCaptionIsPassedOver()
    {
        CaptionReader reader;
        QVERIFY(reader.take(0ms, "").empty());
        QVERIFY(reader.take(0ms, "\xfc\x94").empty());
        QByteArray invalid = triplet(0, control, paintOn) + triplet(0, 'A', 'B');
        invalid[0] = char(0xf8);
        QVERIFY(reader.take(40ms, invalid).empty());
    }
    /// Whatever comes, memory and text stay bounded.
    void anythingIsRead()
    {
        std::mt19937 random(7); // NOLINT: the same each time
        CaptionReader reader;
        for (int i = 0; i < 20'000; ++i) {
            QByteArray data;
            for (int j = 0; j < 30; ++j)
                data += static_cast<char>(random());
            for (const Caption& change : reader.take(milliseconds(40 * i), data)) {
                QVERIFY(change.channel >= 0 && change.channel < CaptionReader::channels);
                QVERIFY(change.cue.text.size() <= 15 * 33);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCaptions)
#include "tst_captions.moc"
