#include <random>

#include <QtTest>

#include "p2p/wire/amount.h"

using namespace mutoscope;
using namespace mutoscope::wire;
using base::ByteCount;
using base::ErrorCode;
using base::maxInteger;
using base::Tokens;

class TestAmount : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokensAreExact_data();
    void tokensAreExact();
    void roundsUp_data()
    {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<qint64>("price");
        QTest::addColumn<qint64>("due");
        const qint64 mib = 1 << 20;
        QTest::newRow("nothing") << qint64{0} << qint64{100} << qint64{0};
        QTest::newRow("free") << qint64{maxInteger} << qint64{0} << qint64{0};
        QTest::newRow("a byte") << qint64{1} << qint64{1} << qint64{1};
        QTest::newRow("one less than a MiB") << mib - 1 << qint64{1} << qint64{1};
        QTest::newRow("a MiB") << mib << qint64{1} << qint64{1};
        QTest::newRow("one more") << mib + 1 << qint64{1} << qint64{2};
        QTest::newRow("whole MiB") << 7 * mib << qint64{1500} << qint64{10'500};
        QTest::newRow("a price of 2^20") << qint64{12'345} << mib << qint64{12'345};
        QTest::newRow("largest bytes") << qint64{maxInteger} << qint64{1} << (qint64{1} << 33);
        QTest::newRow("largest amount") << qint64{maxInteger} << mib << qint64{maxInteger};
        QTest::newRow("largest price") << mib << qint64{maxInteger} << qint64{maxInteger};
    }
    void roundsUp()
    {
        QFETCH(qint64, bytes);
        QFETCH(qint64, price);
        QFETCH(qint64, due);
        QCOMPARE(amountDue(ByteCount(bytes), Tokens(price)).value(), Tokens(due));
    }

    void refusesAmountsThatCannotBe()
    {
        const std::int64_t mib = 1 << 20;
        QCOMPARE(amountDue(ByteCount(maxInteger), Tokens(mib + 1)).error().code, ErrorCode::Unacceptable);
        QVERIFY(!amountDue(ByteCount(mib + 1), Tokens(maxInteger)));
        QVERIFY(!amountDue(ByteCount(maxInteger), Tokens(maxInteger))); // 106 bits, and no overflow
    }

    void bytesForIsItsInverse()
    {
        std::mt19937_64 random(11);
        const auto any = [&] { return static_cast<std::int64_t>(random() >> (11 + random() % 53)); };
        for (int round = 0; round < 20'000; ++round) {
            const Tokens amount(any());
            const Tokens price(any() + 1);
            const ByteCount bytes = bytesFor(amount, price);
            const auto due = amountDue(bytes, price);
            QVERIFY(due && *due <= amount);
            if (bytes.value() < maxInteger) {
                const auto more = amountDue(bytes + ByteCount(1), price);
                QVERIFY(!more || *more > amount);
            }
        }
        QCOMPARE(bytesFor(Tokens(5), Tokens(0)), ByteCount(maxInteger));
        QCOMPARE(bytesFor(Tokens(0), Tokens(1)), ByteCount(0));
        QCOMPARE(bytesFor(Tokens(maxInteger), Tokens(1)), ByteCount(maxInteger));
    }

    void growsWithBytes()
    {
        std::mt19937_64 random(12);
        for (int round = 0; round < 2000; ++round) {
            const Tokens price(static_cast<std::int64_t>(random() % 1'000'000));
            const ByteCount a(static_cast<std::int64_t>(random() % (std::uint64_t{1} << 40)));
            const ByteCount b(static_cast<std::int64_t>(random() % (std::uint64_t{1} << 40)));
            const Tokens together = amountDue(a + b, price).value();
            QVERIFY(together >= amountDue(a, price).value());
            // Cumulative totals never cost more than the parts, and at most one micro-token less.
            const Tokens apart = amountDue(a, price).value() + amountDue(b, price).value();
            QVERIFY(together <= apart && apart.value() - together.value() <= 1);
        }
    }
};

void TestAmount::tokensAreExact_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("micro"); // -1: refused
    const auto row = [](const char* text, qint64 micro) { QTest::newRow(text) << QByteArray(text) << micro; };
    row("0", 0);
    row("1", 1'000'000);
    row("1.5", 1'500'000);
    row("0.000001", 1);
    row("9007199254.740991", 9'007'199'254'740'991);
    row("9007199254.740992", -1);
    row("9007199255", -1);
    row("99999999999999999999", -1);
    row("0.0000001", -1);
    row("1.", -1);
    row(".5", -1);
    row("-1", -1);
    row("1e3", -1);
    row("1,5", -1);
    row("", -1);
}

void TestAmount::tokensAreExact()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, micro);
    const auto tokens = wire::parseTokens(text.toStdString());
    QCOMPARE(tokens ? static_cast<qint64>(tokens->value()) : -1, micro);
}

QTEST_GUILESS_MAIN(TestAmount)
#include "tst_amount.moc"
