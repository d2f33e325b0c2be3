#include <QTest>

#include "p2p/viewer/relay_tab.h"
#include "p2p/wire/relaying.h"

using namespace mutoscope;
using base::ByteCount;
using base::Tokens;

namespace
{

constexpr std::int64_t unit = wire::relayedUnit.value();

wire::Contract terms(std::int64_t window, Tokens cap)
{
    wire::Contract contract;
    contract.pricePerMiB = Tokens(10);
    contract.maxAmount = cap;
    contract.creditWindow = window;
    return contract;
}

/// Buys what may be bought; how many that were.
int buy(viewer::RelayTab& tab)
{
    int count = 0;
    for (; tab.nextUnit(); ++count)
        tab.bought();
    return count;
}

} // namespace

/// What a node buys of a relay, and signs for.
class TestRelayTab : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itOwesWhatWasCarriedSinceTheOpening()
    {
        viewer::RelayTab tab({}, terms(8, Tokens(1'000)), ByteCount(5 * unit));
        QCOMPARE(buy(tab), 2);
        QVERIFY(!tab.receiptFor(ByteCount(5 * unit)));
        QVERIFY(!tab.receiptFor(ByteCount(6 * unit - 1)));
        const auto receipt = tab.receiptFor(ByteCount(6 * unit));
        QVERIFY(receipt);
        QCOMPARE(receipt->seq, 1);
        QCOMPARE(receipt->segments.count(), 1);
        QCOMPARE(receipt->bytes.value(), unit);
        QCOMPARE(receipt->amount, Tokens(10));
        QVERIFY(!receipt->final);
    }

    void itSignsForNoMoreThanItHasBought()
    {
        viewer::RelayTab tab({}, terms(8, Tokens(1'000)), {});
        QCOMPARE(buy(tab), 2);
        const auto receipt = tab.receiptFor(ByteCount(100 * unit)); // the free ones among them
        QVERIFY(receipt);
        QCOMPARE(receipt->segments.count(), 2);
    }

    void creditGrowsWithWhatIsDurablyReceipted()
    {
        viewer::RelayTab tab({}, terms(4, Tokens(1'000)), {});
        QCOMPARE(buy(tab), 2);
        const auto first = tab.receiptFor(ByteCount(2 * unit));
        QVERIFY(!tab.nextUnit()); // it is not durable yet
        tab.receipted(*first);
        QCOMPARE(buy(tab), 4);
        QCOMPARE(tab.nextUnit(), std::optional<base::SegmentIndex>());
    }

    void theCapIsKept()
    {
        viewer::RelayTab tab({}, terms(8, Tokens(35)), {});
        QCOMPARE(buy(tab), 2);
        tab.receipted(*tab.receiptFor(ByteCount(2 * unit)));
        QCOMPARE(buy(tab), 1);
        QVERIFY(!tab.isUsedUp());
        tab.receipted(*tab.receiptFor(ByteCount(90 * unit)));
        QVERIFY(tab.isUsedUp());
        QCOMPARE(tab.receipt().amount, Tokens(30));
    }

    void itNeverSignsLower()
    {
        viewer::RelayTab tab({}, terms(8, Tokens(1'000)), ByteCount(10 * unit));
        buy(tab);
        tab.receipted(*tab.receiptFor(ByteCount(12 * unit)));
        QVERIFY(!tab.receiptFor(ByteCount(0)));
        const auto last = tab.finalReceipt(ByteCount(0), std::string(300, 'x'));
        QVERIFY(last.final);
        QCOMPARE(last.seq, 2);
        QCOMPARE(last.segments.count(), 2);
        QCOMPARE(last.amount, Tokens(20));
        QCOMPARE(last.reason.size(), std::size_t{200});
    }
};

QTEST_APPLESS_MAIN(TestRelayTab)
#include "tst_relay_tab.moc"
