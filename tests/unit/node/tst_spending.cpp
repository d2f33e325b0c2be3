#include <QTest>

#include "p2p/node/spending.h"

using namespace mutoscope;
using wire::AddressKind;
using wire::EntryKind;

namespace
{

wire::HistoryEntry entry(EntryKind kind, AddressKind address, bool incoming, std::int64_t amount, char contract, std::int64_t time)
{
    wire::HistoryEntry made;
    made.kind = kind;
    made.address = address;
    made.incoming = incoming;
    made.amount = base::Tokens(amount);
    made.contract = base::ContractId::fromRaw(std::string(32, contract));
    made.time = base::UnixMs(time);
    return made;
}

} // namespace

class SpendingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsOpenCountsWhole()
    {
        const std::vector history{
            entry(EntryKind::ContractClosed, AddressKind::Spend, true, 70, 'b', 130),  // of today's b
            entry(EntryKind::ContractOpened, AddressKind::Spend, false, 50, 'c', 125), // still open
            entry(EntryKind::ContractClosed, AddressKind::Income, true, 900, 'd', 124), // earned
            entry(EntryKind::ContractOpened, AddressKind::Spend, false, 100, 'b', 120),
            entry(EntryKind::ContractClosed, AddressKind::Spend, true, 30, 'a', 110), // yesterday's contract, closed today
            entry(EntryKind::Transfer, AddressKind::Spend, true, 500, 'e', 105),
            entry(EntryKind::ContractOpened, AddressKind::Spend, false, 40, 'a', 90),
        };
        QCOMPARE(node::spentSince(history, base::UnixMs(100)).value(), 80);
        QCOMPARE(node::spentSince(history, base::UnixMs(90)).value(), 90);
        QCOMPARE(node::spentSince(history, base::UnixMs(131)).value(), 0);
        QCOMPARE(node::spentSince({}, base::UnixMs(0)).value(), 0);
    }

    void aDayBeginsAtMidnight()
    {
        const QDateTime noon(QDate(2026, 11, 24), QTime(12, 30));
        const QDateTime midnight(QDate(2026, 11, 24), QTime(0, 0));
        QCOMPARE(node::startOfDay(base::UnixMs(noon.toMSecsSinceEpoch())).value(), midnight.toMSecsSinceEpoch());
        QCOMPARE(node::startOfDay(base::UnixMs(midnight.toMSecsSinceEpoch())).value(), midnight.toMSecsSinceEpoch());
    }
};

QTEST_GUILESS_MAIN(SpendingTest)
#include "tst_spending.moc"
