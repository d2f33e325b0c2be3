#include <QtTest>

#include "p2p/base/encoding.h"

using namespace mutoscope::base;

class TestEncoding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void base64UrlOfRfc4648()
    {
        const std::vector<std::pair<std::string, std::string>> vectors{
            {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
            {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xbf", "-_-_"}};
        for (const auto& [raw, text] : vectors) {
            QCOMPARE(toBase64Url(raw), text);
            QCOMPARE(fromBase64Url(text), std::optional(raw));
        }
    }

    void base64UrlHasOneFormOnly()
    {
        for (const char* text :
             {"Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm9vY", "+/+/", "Zg ", " Zg", "Z\ng", "Zm9v\n", "Z\xc3\xa9g"})
            QVERIFY2(!fromBase64Url(text), text);
        QVERIFY(!fromBase64Url(std::string("Zg\0A", 4)));
    }

    void base64UrlOfAllBytes()
    {
        std::string raw;
        for (int i = 0; i < 256; ++i) {
            raw += static_cast<char>(i);
            QCOMPARE(toBase64Url(raw), QByteArray::fromStdString(raw)
                                           .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
                                           .toStdString());
            QCOMPARE(fromBase64Url(toBase64Url(raw)), std::optional(raw));
        }
    }

    void hexIsLowerCaseAndWhole()
    {
        QCOMPARE(toHex(std::string("\x00\x9f\xff", 3)), std::string("009fff"));
        QCOMPARE(fromHex("009fff"), std::optional(std::string("\x00\x9f\xff", 3)));
        QCOMPARE(fromHex(""), std::optional(std::string()));
        for (const char* text : {"0", "0g", "FF", "0x", " 0", "00 "})
            QVERIFY2(!fromHex(text), text);
    }

    void fixedBytesHaveTheirSize()
    {
        const std::string hex(64, '1');
        QVERIFY(fixedFromHex<Sha256>(hex));
        QVERIFY(!fixedFromHex<Sha256>(hex.substr(2)));
        QVERIFY(!fixedFromHex<Sha256>(hex + "11"));
        const std::string text = toBase64Url(std::string(32, 'x'));
        QVERIFY(fixedFromBase64Url<PublicKey>(text));
        QVERIFY(!fixedFromBase64Url<PublicKey>(toBase64Url(std::string(31, 'x'))));
        QVERIFY(!fixedFromBase64Url<PublicKey>(toBase64Url(std::string(33, 'x'))));
    }

    void integers()
    {
        QCOMPARE(parseInteger("0"), std::optional<std::int64_t>(0));
        QCOMPARE(parseInteger("9007199254740991"), std::optional(maxInteger));
        for (const char* text : {"", "-1", "-0", "+1", "01", "00", "9007199254740992", "99999999999999999999", "1.0",
                                 "1e3", " 1", "1 ", "0x1"})
            QVERIFY2(!parseInteger(text), text);
    }

    void utf8()
    {
        for (const char* text : {"", "plain", "Фильм", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "\xc2\x80",
                                 "\xe0\xa0\x80", "\xf0\x90\x80\x80"})
            QVERIFY2(isUtf8(text), text);
        for (const char* text : {"\x80", "\xff", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xed\xa0\x80",
                                 "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xc3z"})
            QVERIFY2(!isUtf8(text), text);
        QVERIFY(isUtf8(std::string_view("\0", 1)));
        QVERIFY(!isUtf8(std::string_view("\xc3\0", 2)));
    }

    void utf8PrefixCutsBetweenCharacters()
    {
        QCOMPARE(utf8Prefix("abc", 5), std::string("abc"));
        QCOMPARE(utf8Prefix("abc", 2), std::string("ab"));
        QCOMPARE(utf8Prefix("Фил", 3), std::string("Ф"));
        QCOMPARE(utf8Prefix("Фил", 1), std::string());
        QCOMPARE(utf8Prefix("a\xff\xc3z", 10), std::string("a??z"));
        for (std::size_t size = 0; size < 20; ++size) {
            const std::string cut = utf8Prefix("aЖ€\xf0\x9f\x98\x80\xfe", size);
            QVERIFY(cut.size() <= size && isUtf8(cut));
        }
    }
};

QTEST_GUILESS_MAIN(TestEncoding)
#include "tst_encoding.moc"
