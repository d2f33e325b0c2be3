#include <QTest>

#include "p2p/net/relay_frames.h"

using namespace mutoscope::net;

/// What relays and nodes say to each other, byte by byte.
class TestRelayFrames : public QObject
{
    Q_OBJECT

    static CallId anId()
    {
        CallId id;
        for (std::size_t i = 0; i < id.size(); ++i)
            id[i] = static_cast<std::uint8_t>(250 + i);
        return id;
    }

private Q_SLOTS:
    void aFrameIsTypeLengthPayload() { QCOMPARE(makeFrame(RelayFrame::Register, "abc"), std::string("R\0\3abc", 6)); }

    void framesComeInAnyPieces()
    {
        const std::string bytes = makeFrame(RelayFrame::Ping) + makeFrame(RelayFrame::Register, std::string(300, 'x')) + "rest";
        for (std::size_t piece = 1; piece < 20; ++piece) {
            FrameReader reader;
            std::vector<FrameReader::Frame> frames;
            for (std::size_t at = 0; at < bytes.size(); at += piece) {
                reader.add(std::string_view(bytes).substr(at, piece));
                while (auto frame = reader.next())
                    frames.push_back(*frame);
            }
            QCOMPARE(frames.size(), 2U);
            QCOMPARE(frames[0].type, RelayFrame::Ping);
            QCOMPARE(frames[1].payload, std::string(300, 'x'));
            QVERIFY(reader.rest().ends_with("st"));
        }
    }

    void anEndlessFrameIsNotWaitedFor()
    {
        FrameReader reader;
        reader.add(std::string_view("R\x10\x00", 3));
        QVERIFY(!reader.isBroken());
        FrameReader broken;
        broken.add(std::string_view("R\x10\x01", 3));
        QVERIFY(broken.isBroken());
        QVERIFY(!broken.next());
    }

    void whatIsWrittenIsReadAgain()
    {
        const RelayIncoming incoming{anId(), RelayMode::Punch, {"2001:db8::1", 65'535}};
        QCOMPARE(decodeIncoming(encode(incoming)), std::optional(incoming));
        const RelayJoined joined{anId(), {"192.0.2.1", 1}};
        QCOMPARE(decodeJoined(encode(joined)), std::optional(joined));
        for (const RelayHow& how : {RelayHow{RelayMode::Return, 51'000}, RelayHow{RelayMode::Copy, 0}})
            QCOMPARE(decodeHow(encode(how)), std::optional(how));
        QCOMPARE(decodeCall(encode(anId())), std::optional(anId()));
    }

    void whatDoesNotFitIsRefused()
    {
        const std::string incoming = encode(RelayIncoming{anId(), RelayMode::Copy, {"192.0.2.1", 80}});
        for (std::size_t size = 0; size < callIdSize + 4; ++size)
            QVERIFY(!decodeIncoming(std::string_view(incoming).substr(0, size)));
        std::string other = incoming;
        other[callIdSize] = 'x';
        QVERIFY(!decodeIncoming(other));
        QVERIFY(!decodeHow("d"));
        QVERIFY(!decodeHow(std::string_view("r\0\0", 3))); // to no port
        QVERIFY(!decodeHow(std::string_view("d\0\1", 3)));
        for (const char* text : {"", "192.0.2.1", "192.0.2.1 ", "192.0.2.1 0", "192.0.2.1 65536", "host.example 1", "192.0.2.1 1x", "1 1"})
            QVERIFY2(!parseAddress(text), text);
    }
};

QTEST_GUILESS_MAIN(TestRelayFrames)
#include "tst_relay_frames.moc"
