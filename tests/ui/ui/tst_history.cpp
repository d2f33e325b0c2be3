#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

#include "ui/history_model.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;
using ui::HistoryModel;
using ui::HistoryRow;

namespace
{

HistoryRow row(std::int64_t entry, std::int64_t amount, HistoryRow::Kind kind = HistoryRow::Kind::Received, const char* memo = "")
{
    HistoryRow result;
    result.entry = entry;
    result.time = base::UnixMs(1'700'000'000'000 + entry);
    result.kind = kind;
    result.amount = base::Tokens(amount);
    result.memo = memo;
    return result;
}

QList<qlonglong> entries(const HistoryModel& model)
{
    QList<qlonglong> result;
    for (int i = 0; i < model.rowCount(); ++i)
        result << model.rowAt(i).entry;
    return result;
}

} // namespace

/// What a long history must not cost: its place, its order, what is chosen in it.
class TestHistory : public QObject
{
    Q_OBJECT

    const base::SystemClock m_clock;

private Q_SLOTS:
    void rowsComeAtBothEnds()
    {
        HistoryModel model(m_clock);
        model.setRows({row(5, 1), row(4, 2)});
        const QPersistentModelIndex chosen = model.index(1, 0);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        model.setRows({row(7, 1), row(6, 1), row(5, 1), row(4, 3), row(3, 1)});
        QCOMPARE(entries(model), (QList<qlonglong>{7, 6, 5, 4, 3}));
        QCOMPARE(reset.size(), 0);
        QCOMPARE(inserted.size(), 2);
        QCOMPARE(chosen.row(), 3);
        QCOMPARE(model.rowAt(3).amount.value(), 3);
        model.setRows({row(7, 1), row(6, 1), row(5, 1), row(4, 3), row(3, 1)}); // the same
        QCOMPARE(inserted.size(), 2);
        model.setRows({row(8, 1), row(3, 1)}); // others
        QCOMPARE(reset.size(), 1);
        QCOMPARE(entries(model), (QList<qlonglong>{8, 3}));
    }

    void theyAreSortedAndStayChosen()
    {
        HistoryModel model(m_clock);
        model.setRows({row(3, -5), row(2, 9), row(1, 9)});
        const QPersistentModelIndex chosen = model.index(0, HistoryModel::Amount);
        model.sort(HistoryModel::Amount, Qt::DescendingOrder);
        QCOMPARE(entries(model), (QList<qlonglong>{2, 1, 3})); // of equal ones the newer first
        QCOMPARE(chosen.row(), 2);
        QCOMPARE(chosen.column(), int(HistoryModel::Amount));
        model.setRows({row(4, 100), row(3, -5), row(2, 9), row(1, 9)});
        QCOMPARE(entries(model), (QList<qlonglong>{4, 2, 1, 3})); // what comes later, too
        model.sort(HistoryModel::Time, Qt::AscendingOrder);
        QCOMPARE(entries(model), (QList<qlonglong>{1, 2, 3, 4}));
    }

    void theyAreFilteredByWhatIsShown()
    {
        HistoryModel model(m_clock);
        model.setRows({row(3, 1, HistoryRow::Kind::Sent, "for Anna"), row(2, 2), row(1, 1, HistoryRow::Kind::Sent)});
        model.setLabels({{u"2"_s, u"from anna's brother"_s}});
        model.setFilter(u"ANNA"_s);
        QCOMPARE(entries(model), (QList<qlonglong>{3, 2}));
        model.setFilter(u"sent"_s);
        QCOMPARE(entries(model), (QList<qlonglong>{3, 1}));
        model.setRows({row(4, 1, HistoryRow::Kind::Sent), row(3, 1, HistoryRow::Kind::Sent, "for Anna"), row(2, 2), row(1, 1, HistoryRow::Kind::Sent)});
        QCOMPARE(entries(model), (QList<qlonglong>{4, 3, 1}));
        model.setFilter({});
        QCOMPARE(model.rowCount(), 4);
    }

    /// As the amounts are written, so wide they are.
    void decimalsAreCountedAsTheyAreWritten()
    {
        HistoryModel model(m_clock);
        model.setRows({row(3, 1'500'000), row(2, -1'234'560), row(1, 7'000'001)});
        const auto text = [&](int at) { return model.index(at, HistoryModel::Amount).data().toString(); };
        QCOMPARE(text(0), u"+1.50"_s + QString(4, QChar(0x2007)));
        QCOMPARE(text(1), u"−1.23456"_s + QChar(0x2007));
        QCOMPARE(text(2), u"+7.000001"_s);
    }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
