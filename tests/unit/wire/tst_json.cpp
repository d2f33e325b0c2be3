#include <nlohmann/json.hpp>

#include <QtTest>

#include "p2p/wire/json.h"

using namespace mutoscope;
using namespace mutoscope::wire;
using base::ErrorCode;

namespace
{

std::string nested(std::size_t depth, char open, char close)
{
    return std::string(depth, open) + std::string(depth, close);
}

} // namespace

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads()
    {
        const auto json = parseJson(" {\"a\":[1,-2,true,null,\"ы\\u0041\\n\"],\"b\":{}} ", {});
        QVERIFY2(json, json ? "" : json.error().message.c_str());
        QCOMPARE(json->dump(), std::string("{\"a\":[1,-2,true,null,\"ыA\\n\"],\"b\":{}}"));
        QVERIFY(parseJson("5", {}));
        QVERIFY(parseJson("9007199254740991", {}));
        QVERIFY(parseJson("-9007199254740991", {}));
        QVERIFY(parseJson("-0", {}));
    }

    void readsEscapes()
    {
        const auto json = parseJson("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"a\\u00e9\\u20AC\\ud83d\\ude00z\",\"\\u0000\",{\"\\u0061\":\"b\"}]", {});
        QVERIFY2(json, json ? "" : json.error().message.c_str());
        QCOMPARE(json->at(0).get<std::string>(), std::string("\"\\/\b\f\n\r\t"));
        QCOMPARE(json->at(1).get<std::string>(), std::string("a\u00e9\u20ac\U0001f600z"));
        QCOMPARE(json->at(2).get<std::string>(), std::string(1, '\0'));
        QCOMPARE(json->at(3).at("a").get<std::string>(), std::string("b"));
    }

    void valuesLieInOneList()
    {
        const std::string bytes = R"({"a":"plain","b":[1,{"c":true}],"d":"\u0064"})";
        auto read = JsonText::read(bytes, {});
        QVERIFY(read);
        const JsonText text = std::move(*read); // the values stay where they are
        const JsonValue& root = text.root();
        QCOMPARE(root.count, 3U);
        QCOMPARE(root.span, 7U);
        const JsonValue* a = root.member("a");
        QVERIFY(a != nullptr && a->text == "plain");
        QVERIFY(root.member("c") == nullptr); // not the ones further in
        QVERIFY(root.member("d") != nullptr && root.member("d")->text == "d");
        std::vector<std::string_view> names;
        for (const JsonValue& each : root)
            names.push_back(each.name);
        QCOMPARE(names, (std::vector<std::string_view>{"a", "b", "d"}));
    }

    void manyMembersOfOneObjectAreQuick()
    {
        std::string text = "{";
        for (int i = 16'000; i > 0; --i) // not in order
            text += "\"" + std::to_string(i) + "\":0,";
        QVERIFY(parseJson(text + "\"0\":0}", {.maxBytes = 1 << 20}));
        QVERIFY(!parseJson(text + "\"7\":0}", {.maxBytes = 1 << 20}));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const std::string& text) {
            QTest::newRow(name) << QByteArray::fromStdString(text);
        };
        row("empty", "");
        row("blank", " ");
        row("open", R"({"a":1)");
        row("trailing", R"({"a":1}x)");
        row("second value", "{}{}");
        row("trailing after NUL", std::string("{}\0{}", 5));
        row("NUL at the end", std::string("{}\0", 3));
        row("byte order mark", "\xef\xbb\xbf{}");
        row("duplicate", R"({"a":1,"a":1})");
        row("duplicate, written otherwise", R"({"a":1,"\u0061":2})");
        row("duplicate within", R"({"x":[{"a":1,"b":2,"a":3}]})");
        row("fraction", "1.5");
        row("whole fraction", "1.0");
        row("exponent", "1e3");
        row("2^53", "9007199254740992");
        row("-2^53", "-9007199254740992");
        row("2^64", "18446744073709551616");
        row("leading zero", "01");
        row("plus", "+1");
        row("NaN", "NaN");
        row("comment", "{}/* */");
        row("comma at the end", "[1,]");
        row("single quotes", "{'a':1}");
        row("not UTF-8", "\"\xff\"");
        row("overlong", "\"\xc0\x80\"");
        row("surrogate", "\"\xed\xa0\x80\"");
        row("lone surrogate escape", R"("\ud800")");
        row("lone second half", R"("\udc00")");
        row("two first halves", R"("\ud800\ud800")");
        row("a half and a letter", R"("\ud800\u0041")");
        row("unknown escape", R"("\x41")");
        row("short escape", R"("\u41")");
        row("escape without digits", R"("\u00-1")");
        row("escape at the end", "\"\\");
        row("control character behind an escape", "\"\\n\x01\"");
        row("open text", R"("abc)");
        row("open text with an escape", R"("a\n)");
        row("minus", "-");
        row("leading zero of a negative", "-01");
        row("name is a number", "{1:2}");
        row("comma for a colon", R"({"a",1})");
        row("word and more", "truex");
        row("form feed", "\f1");
        row("control character", "\"\x01\"");
        row("line break in a text", "\"a\nb\"");
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        const auto json = parseJson(text.toStdString(), {});
        QVERIFY(!json);
        QCOMPARE(json.error().code, ErrorCode::Malformed);
    }

    void bytesHaveALimit()
    {
        QVERIFY(parseJson("[1234]", {.maxBytes = 6}));
        const auto refused = parseJson("[12345]", {.maxBytes = 6});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::TooLarge);
    }

    void depthHasALimit()
    {
        QVERIFY(parseJson(nested(8, '[', ']'), {.maxDepth = 8}));
        QVERIFY(!parseJson(nested(9, '[', ']'), {.maxDepth = 8}));
        QVERIFY(parseJson(R"({"a":{"a":1}})", {.maxDepth = 2}));
        QVERIFY(!parseJson(R"({"a":{"a":{}}})", {.maxDepth = 2}));
        // However deep: the limit holds while it is read, and no stack runs over.
        QVERIFY(!parseJson(std::string(4 << 20, '['), {.maxBytes = 8 << 20, .maxDepth = 8}));
        QVERIFY(parseJson("[[],[],[]]", {.maxDepth = 2})); // side by side is not deep
    }

    void valuesHaveALimit()
    {
        QVERIFY(parseJson("[1,2,3]", {.maxValues = 4}));
        QVERIFY(!parseJson("[1,2,3,4]", {.maxValues = 4}));
        QVERIFY(!parseJson("[[],[],[],[]]", {.maxValues = 4}));
        QVERIFY(!parseJson(R"({"a":1,"b":2,"c":3,"d":4})", {.maxValues = 4}));
    }

    void manyMembersKeepTheirPlaces()
    {
        // Arrays grow and move their elements while inner values are built.
        std::string text = "[";
        for (int i = 0; i < 1000; ++i) {
            const std::string number = std::to_string(i);
            text += (i == 0 ? "" : ",") + ("{\"a\":[[" + number + "],{\"b\":\"" + number + "\"}]}");
        }
        text += "]";
        const auto json = parseJson(text, {});
        QVERIFY(json);
        QCOMPARE(json->dump(), text);
    }
};

QTEST_GUILESS_MAIN(TestJson)
#include "tst_json.moc"
