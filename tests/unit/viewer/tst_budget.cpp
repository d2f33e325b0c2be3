#include <QTest>

#include "p2p/viewer/budget.h"

using namespace mutoscope;
using base::Tokens;
using viewer::Budget;

class TestBudget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsReservedCountsUntilItIsSettled()
    {
        Budget budget;
        QCOMPARE(budget.free().value(), 0); // nothing was approved
        budget.approve(Tokens(100));
        const auto first = budget.reserve(Tokens(60));
        const auto second = budget.reserve(Tokens(40));
        QCOMPARE(budget.free().value(), 0);
        budget.settle(first, Tokens(25));
        QCOMPARE(budget.free().value(), 35);
        QCOMPARE(budget.committed().value(), 65);
        budget.settle(first, Tokens(25)); // said twice, counted once
        QCOMPARE(budget.free().value(), 35);
        budget.settle(second, Tokens(0));
        QCOMPARE(budget.free().value(), 75);
    }
    void aLowerCapLeavesNothing()
    {
        Budget budget;
        budget.approve(Tokens(100));
        static_cast<void>(budget.reserve(Tokens(60)));
        budget.approve(Tokens(50));
        QCOMPARE(budget.free().value(), 0);
        budget.approve(Tokens(90));
        QCOMPARE(budget.free().value(), 30);
    }
};

QTEST_GUILESS_MAIN(TestBudget)
#include "tst_budget.moc"
