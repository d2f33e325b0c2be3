#include <initializer_list>
#include <random>

#include <QTest>

#include "player/captions.h"
#include "player/dtv_captions.h"

using namespace mutoscope::player;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace
{

/// Header, blocks, padded to a whole number of pairs.
QByteArray packetOf(const QByteArray& blocks)
{
    QByteArray packet(1, '\0');
    packet += blocks;
    if (packet.size() % 2 != 0)
        packet += '\0'; // a null block
    packet[0] = static_cast<char>(packet.size() / 2);
    return packet;
}

QByteArray block(int service, const QByteArray& data)
{
    QByteArray result;
    if (service < 7)
        result += static_cast<char>(service << 5 | static_cast<int>(data.size()));
    else
        (result += static_cast<char>(7 << 5 | static_cast<int>(data.size()))) += static_cast<char>(service);
    return result + data;
}

/// As cc_data, marked as the packet's beginning and its rest.
QByteArray ccData(const QByteArray& packet)
{
    QByteArray result;
    for (qsizetype i = 0; i + 1 < packet.size(); i += 2) {
        result += static_cast<char>(0xf8 | 0x04 | (i == 0 ? 3 : 2));
        result += packet.mid(i, 2);
    }
    return result;
}

QByteArray define(int window, bool isVisible, int row, int rows, int columns, int anchorPoint = 0)
{
    QByteArray command;
    for (const int byte : {0x98 + window, isVisible ? 0x20 : 0, row * 5, 0, anchorPoint << 4 | (rows - 1), columns - 1, 0})
        command += static_cast<char>(byte);
    return command;
}

QByteArray bytes(std::initializer_list<int> list)
{
    QByteArray result;
    for (const int byte : list)
        result += static_cast<char>(byte);
    return result;
}

/// A picture each 40 ms, with a packet of one block.
struct Line {
    CaptionReader reader;
    milliseconds at{0};
    std::vector<Caption> all;

    void send(const QByteArray& data, int service = 1)
    {
        // What doesn't fit into a block comes in the next one.
        for (qsizetype i = 0; i == 0 || i < data.size(); i += 31)
            picture(ccData(packetOf(block(service, data.mid(i, 31)))));
    }
    void picture(const QByteArray& data)
    {
        for (Caption& change : reader.take(at, data))
            all.push_back(std::move(change));
        at += 40ms;
    }
    [[nodiscard]] QString shown() const { return all.empty() ? QString() : all.back().cue.text; }
};

const QByteArray show0 = bytes({0x89, 0x01});
const QByteArray hide0 = bytes({0x8a, 0x01});
const QByteArray newLine = bytes({0x0d});

} // namespace

class TestDtvCaptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWindowIsFilledAndShown()
    {
        Line line;
        line.send(define(0, false, 13, 2, 32));
        line.send("HELLO," + newLine + "WORLD");
        QVERIFY(line.all.empty());
        const milliseconds before = line.at;
        line.send(show0);
        QCOMPARE(line.all.size(), 1U);
        QCOMPARE(line.all[0].channel, CaptionReader::channels);
        QCOMPARE(line.all[0].cue.text, u"HELLO,\nWORLD"_s);
        QCOMPARE(line.all[0].cue.from, before);
        QVERIFY(!line.all[0].cue.isOnTop);
        line.send(hide0);
        QCOMPARE(line.all.size(), 2U);
        QCOMPARE(line.shown(), QString());
    }

    void whatIsWrittenIntoAVisibleWindowAppearsAsItComes()
    {
        Line line;
        line.send(define(0, true, 0, 2, 10) + "one");
        QCOMPARE(line.shown(), u"one"_s);
        QVERIFY(line.all.back().cue.isOnTop);
        line.send(" two");
        QCOMPARE(line.shown(), u"one two"_s);
        line.send(newLine + "three");
        QCOMPARE(line.shown(), u"one two\nthree"_s);
        line.send(newLine + "four"); // it rolls
        QCOMPARE(line.shown(), u"three\nfour"_s);
        line.send(bytes({0x08, 0x08})); // backspace
        QCOMPARE(line.shown(), u"three\nfo"_s);
        line.send(bytes({0x0e}) + "5"); // the line anew
        QCOMPARE(line.shown(), u"three\n5"_s);
        line.send("0123456789abc"); // what does not fit is left out
        QCOMPARE(line.shown(), u"three\n5012345678"_s);
        line.send(bytes({0x0c})); // all of it
        QCOMPARE(line.shown(), QString());
    }

    void letters()
    {
        Line line;
        line.send(define(0, true, 13, 1, 40) + bytes({0xc4, 0xe9, 0x7f, 0x10, 0x33, 'a', 0x10, 0x34, 0x10, 0x25, 0x10, 0xa0, 0x10, 0x2c}));
        QCOMPARE(line.shown(), u"Äé♪“a”…_Œ"_s);
    }

    void italicsAndNotes()
    {
        Line line;
        line.send(define(0, true, 13, 1, 40) + "a " + bytes({0x90, 0x05, 0x83}) + "word" + bytes({0x90, 0xf5, 0x03}) + "secret" + bytes({0x90, 0x05, 0x03}) + "!");
        QCOMPARE(line.shown(), u"a word!"_s);
        QCOMPARE(line.all.back().cue.formats, (std::vector<Cue::Format>{{.start = 2, .length = 4, .isItalic = true}}));
    }

    void windowsFromTopToBottom()
    {
        Line line;
        line.send(define(3, true, 13, 1, 20, 6) + "below");
        line.send(define(1, true, 2, 1, 20) + "above");
        QCOMPARE(line.shown(), u"above\nbelow"_s);
        QVERIFY(!line.all.back().cue.isOnTop);
        line.send(bytes({0x8b, 0x08})); // toggles the lower one
        QCOMPARE(line.shown(), u"above"_s);
        QVERIFY(line.all.back().cue.isOnTop);
        line.send(bytes({0x8b, 0x08, 0x8c, 0x02})); // deletes the upper one
        QCOMPARE(line.shown(), u"below"_s);
        line.send(bytes({0x81}) + "nowhere"); // that window is gone
        QCOMPARE(line.shown(), u"below"_s);
        line.send(bytes({0x83, 0x92, 0x00, 0x02}) + "LL"); // the pen goes elsewhere
        QCOMPARE(line.shown(), u"beLLw"_s);
        line.send(bytes({0x8f})); // reset
        QCOMPARE(line.shown(), QString());
    }

    void servicesAreKeptApart()
    {
        Line line;
        line.picture(ccData(packetOf(block(1, define(0, true, 13, 1, 20) + "one") + block(2, define(0, true, 13, 1, 20) + "zwei"))));
        QCOMPARE(line.all.size(), 2U);
        QCOMPARE(line.all[0].cue.text, u"one"_s);
        QCOMPARE(line.all[1].cue.text, u"zwei"_s);
        QCOMPARE(line.all[1].channel, CaptionReader::channels + 1);
        line.send(define(0, true, 13, 1, 20) + "nobody reads this", 40);
        QCOMPARE(line.all.size(), 2U);
    }

    void acrossPicturesAndBlocks()
    {
        Line line;
        const QByteArray all = define(0, true, 13, 1, 20) + "text";
        for (const char byte : all) // each in a packet of its own, commands too
            line.send(QByteArray(1, byte));
        QCOMPARE(line.shown(), u"text"_s);
        // A packet in several pictures, among padding.
        const QByteArray whole = ccData(packetOf(block(1, " and more")));
        for (qsizetype i = 0; i < whole.size(); i += 3)
            line.picture(whole.mid(i, 3));
        QCOMPARE(line.shown(), u"text and more"_s);
        // One that is cut off is not understood, and harms nobody.
        line.picture(whole.left(6));
        line.picture(bytes({0xfa, 0, 0})); // says so
        line.picture(whole.mid(6));
        QCOMPARE(line.shown(), u"text and more"_s);
        line.send("!");
        QCOMPARE(line.shown(), u"text and more!"_s);
    }

    void aDelayIsKept()
    {
        Line line;
        line.send(define(0, true, 13, 1, 20) + "now" + bytes({0x8d, 5}) + " later");
        QCOMPARE(line.shown(), u"now"_s);
        const milliseconds begin = line.at - 40ms;
        while (line.shown() == u"now" && line.at < 2s)
            line.picture({});
        QCOMPARE(line.shown(), u"now later"_s);
        QVERIFY(line.all.back().cue.from >= begin + 500ms && line.all.back().cue.from <= begin + 540ms);
        line.send(bytes({0x8d, 0xff}) + "?" + bytes({0x8e})); // called off
        QCOMPARE(line.shown(), u"now later?"_s);
    }

    void aJumpStartsAnew()
    {
        Line line;
        line.send(define(0, true, 13, 1, 20) + "before");
        line.at += 1min;
        line.send("after"); // there is no window
        line.send(define(0, true, 13, 1, 20) + "new");
        QCOMPARE(line.shown(), u"new"_s);
    }

    void noiseIsBounded()
    {
        std::mt19937 random(1);
        for (int round = 0; round < 300; ++round) {
            Line line;
            for (int i = 0; i < 100; ++i) {
                QByteArray blocks;
                while (blocks.size() < 100) {
                    QByteArray data;
                    const auto size = static_cast<qsizetype>(random() % 32);
                    while (data.size() < size) // mostly commands, or nothing would happen
                        data += static_cast<char>(random() % 3 == 0 ? random() : 0x80 + random() % 0x20);
                    blocks += block(1 + static_cast<int>(random() % 3), data);
                }
                line.picture(ccData(packetOf(blocks)));
            }
            for (const Caption& each : line.all) {
                QVERIFY(each.cue.text.size() < Subtitles::maxText);
                QVERIFY(each.cue.text.count(u'\n') < Subtitles::maxLines);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestDtvCaptions)
#include "tst_dtv_captions.moc"
