#include <QTest>

#include "ui/format.h"

using namespace mutoscope;
using namespace mutoscope::ui;
using namespace Qt::StringLiterals;

class FormatTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokens_data()
    {
        QTest::addColumn<qlonglong>("micro");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << 0LL << u"0.00"_s;
        QTest::newRow("two decimals") << 420'000LL << u"0.42"_s;
        QTest::newRow("whole") << 3'000'000LL << u"3.00"_s;
        QTest::newRow("six decimals") << 1LL << u"0.000001"_s;
        QTest::newRow("trimmed") << 1'578'750LL << u"1.57875"_s;
        QTest::newRow("grouped") << 1'234'500'000LL << u"1,234.50"_s;
        QTest::newRow("negative") << -420'000LL << u"−0.42"_s;
        QTest::newRow("largest") << 9'007'199'254'740'991LL << u"9,007,199,254.740991"_s;
    }
    void tokens()
    {
        QFETCH(qlonglong, micro);
        QFETCH(QString, text);
        QCOMPARE(formatTokens(base::Tokens(micro), Sign::IfNegative, QLocale(QLocale::English)), text);
    }
    void tokensOfALocale()
    {
        QCOMPARE(formatTokens(base::Tokens(1'500'000), Sign::Always, QLocale(QLocale::German)), u"+1,50"_s);
        QCOMPARE(parseTokens(u"1,5"_s, QLocale(QLocale::German)), base::Tokens(1'500'000));
        QCOMPARE(parseTokens(u"1.5"_s, QLocale(QLocale::German)), base::Tokens(1'500'000));
    }
    void unknownIsNotZero() { QCOMPARE(formatTokens(std::optional<base::Tokens>()), u"—"_s); }
    void parsing_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qlonglong>("micro"); // −1: refused
        QTest::newRow("plain") << u" 0.42 "_s << 420'000LL;
        QTest::newRow("no whole part") << u".5"_s << 500'000LL;
        QTest::newRow("no decimals") << u"7"_s << 7'000'000LL;
        QTest::newRow("open point") << u"7."_s << 7'000'000LL;
        QTest::newRow("six decimals") << u"0.000001"_s << 1LL;
        QTest::newRow("seven decimals") << u"0.0000001"_s << -1LL;
        QTest::newRow("largest") << u"9007199254.740991"_s << 9'007'199'254'740'991LL;
        QTest::newRow("one more than the largest") << u"9007199254.740992"_s << -1LL;
        QTest::newRow("far too many digits") << u"99999999999999999999"_s << -1LL;
        QTest::newRow("empty") << u""_s << -1LL;
        QTest::newRow("a point") << u"."_s << -1LL;
        QTest::newRow("negative") << u"-1"_s << -1LL;
        QTest::newRow("group separator") << u"1,234.5"_s << -1LL;
        QTest::newRow("two points") << u"1.2.3"_s << -1LL;
        QTest::newRow("words") << u"ten"_s << -1LL;
        QTest::newRow("other digits") << u"٣"_s << -1LL;
    }
    void parsing()
    {
        QFETCH(QString, text);
        QFETCH(qlonglong, micro);
        const auto parsed = parseTokens(text, QLocale(QLocale::English));
        QCOMPARE(parsed.has_value(), micro >= 0);
        if (parsed)
            QCOMPARE(parsed->value(), micro);
    }
    void times()
    {
        QCOMPARE(formatTime(0), u"0:00"_s);
        QCOMPARE(formatTime(7'900), u"0:07"_s);
        QCOMPARE(formatTime(754'000), u"12:34"_s);
        QCOMPARE(formatTime(3'723'000), u"1:02:03"_s);
        QCOMPARE(formatTime(-5), u"0:00"_s);
    }
    void bytes()
    {
        const QLocale english(QLocale::English);
        QCOMPARE(formatBytes(base::ByteCount(24'800'000), english), u"24.8 MB"_s);
        QCOMPARE(formatRate(1'840'000, english), u"1.8 MB/s"_s);
    }
};

QTEST_GUILESS_MAIN(FormatTest)
#include "tst_format.moc"
