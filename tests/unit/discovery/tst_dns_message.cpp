#include <QTest>

#include "p2p/discovery/dns_message.h"

using namespace mutoscope;
using namespace mutoscope::discovery::dns;
using base::ErrorCode;

namespace
{

std::string header(int questions, int answers, unsigned flags = 0)
{
    const auto number = [](unsigned value) { return std::string{static_cast<char>(value >> 8), static_cast<char>(value & 0xFF)}; };
    return number(0) + number(flags) + number(static_cast<unsigned>(questions)) + number(static_cast<unsigned>(answers)) + number(0) + number(0);
}

const std::string ptrIn("\0\x0c\0\1", 4);

Message sample()
{
    const Name service = nameOf("_mutoscope._tcp.local");
    Message message;
    message.isResponse = true;
    message.questions.push_back({nameOf("_abc._sub._mutoscope._tcp.local"), typePtr, true});
    message.answers.push_back({nameOf("_abc._sub._mutoscope._tcp.local"), typePtr, false, 4'500, nameOf("n1._mutoscope._tcp.local")});
    message.others.push_back({nameOf("n1._mutoscope._tcp.local"), typeSrv, true, 120, Place{7747, nameOf("host.local")}});
    message.others.push_back({nameOf("n1._mutoscope._tcp.local"), typeTxt, true, 4'500, std::string("\11txtvers=1")});
    message.others.push_back({nameOf("host.local"), typeA, true, 120, std::string("\xc0\xa8\1\2")});
    message.others.push_back({nameOf("host.local"), typeAaaa, true, 120, std::string(16, '\1')});
    return message;
}

ErrorCode codeOf(std::string_view bytes)
{
    const auto message = read(bytes);
    return message ? ErrorCode::Internal : message.error().code;
}

} // namespace

class TestDnsMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsRead()
    {
        const auto bytes = write(sample());
        QVERIFY(bytes);
        QVERIFY(bytes->size() < 200); // names are pointed to
        const auto again = read(*bytes);
        QVERIFY(again);
        QCOMPARE(*again, sample());
    }
    /// RFC 1035 §4.1.4, its own example of names.
    void namesThatPoint()
    {
        std::string bytes = header(3, 0) + std::string("\1F\3ISI\4ARPA\0", 12) + ptrIn + std::string("\3FOO\xC0\x0C", 6) + ptrIn +
                            std::string("\xC0\x12", 2) + ptrIn;
        const auto message = read(bytes);
        QVERIFY(message);
        QCOMPARE(message->questions[0].name, nameOf("f.isi.arpa"));
        QCOMPARE(message->questions[1].name, nameOf("foo.f.isi.arpa"));
        QCOMPARE(message->questions[2].name, nameOf("arpa"));
    }
    void namesThatDoNotEnd()
    {
        QCOMPARE(codeOf(header(1, 0) + "\xC0\x0C" + ptrIn), ErrorCode::Malformed);         // to itself
        QCOMPARE(codeOf(header(1, 0) + "\xC0\x20" + ptrIn), ErrorCode::Malformed);         // forward
        QCOMPARE(codeOf(header(1, 0) + std::string("\xC0\0", 2) + ptrIn), ErrorCode::Malformed); // into the header
        QCOMPARE(codeOf(header(1, 0) + "\1a\xC0\x0C" + ptrIn), ErrorCode::Malformed);      // round and round
        QCOMPARE(codeOf(header(1, 0) + "\5ab"), ErrorCode::Malformed);
        QCOMPARE(codeOf(header(1, 0) + std::string("\x40z\0", 3) + ptrIn), ErrorCode::Malformed); // a label of an unknown kind
        std::string longName;
        for (int i = 0; i < 5; ++i)
            longName += std::string("\x3f") + std::string(63, 'x');
        QCOMPARE(codeOf(header(1, 0) + longName + std::string(1, '\0') + ptrIn), ErrorCode::Malformed);
        // A chain that goes back step by step ends, at the length that a name may have.
        std::string chain = header(1, 0) + std::string("\1a\0", 3) + ptrIn;
        QVERIFY(read(chain));
    }
    void lengthsThatAreWrong()
    {
        const std::string name("\1a\0", 3);
        const auto record = [&](const std::string& type, const std::string& data, int length) {
            return codeOf(header(0, 1, 0x8400) + name + type + std::string("\0\1\0\0\0\x78\0", 7) + static_cast<char>(length) + data);
        };
        const std::string a("\0\1", 2);
        const std::string ptr("\0\x0c", 2);
        QCOMPARE(record(a, "1234", 4), ErrorCode::Internal); // reads well
        QCOMPARE(record(a, "123", 3), ErrorCode::Malformed);
        QCOMPARE(record(a, "1234", 5), ErrorCode::Malformed);
        QCOMPARE(record(ptr, name, 3), ErrorCode::Internal);
        QCOMPARE(record(ptr, name + "x", 4), ErrorCode::Malformed);
        QCOMPARE(record(ptr, name, 2), ErrorCode::Malformed);
        const auto bytes = *write(sample());
        for (std::size_t i = 0; i < bytes.size(); ++i)
            QVERIFY(!read(std::string_view(bytes).substr(0, i)));
    }
    void whatIsTooMuch()
    {
        QCOMPARE(codeOf(std::string(maxMessage + 1, '\0')), ErrorCode::TooLarge);
        QCOMPARE(codeOf(header(65'535, 65'535)), ErrorCode::TooLarge);
        QCOMPARE(codeOf(header(200, 57)), ErrorCode::TooLarge);
        Message message = sample();
        QVERIFY(!write(message, 50));
        message.questions[0].name = {std::string(64, 'x')};
        QVERIFY(!write(message));
        message.questions[0].name = {""};
        QVERIFY(!write(message));
    }
    void whatIsNotForUs()
    {
        QCOMPARE(codeOf(header(0, 0, 0x2800)), ErrorCode::Malformed); // an update
        QCOMPARE(codeOf(header(0, 0, 0x8003)), ErrorCode::Malformed); // an error
        // Another class: left out.
        const auto message = read(header(0, 1, 0x8400) + std::string("\1a\0\0\1\0\3\0\0\0\x78\0\4", 13) + "1234");
        QVERIFY(message);
        QVERIFY(message->answers.empty());
    }
};

QTEST_GUILESS_MAIN(TestDnsMessage)
#include "tst_dns_message.moc"
