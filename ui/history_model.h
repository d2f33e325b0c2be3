#pragma once

#include <map>
#include <vector>

#include <QAbstractTableModel>

#include "p2p/base/clock.h"
#include "p2p/node/snapshot.h"

namespace mutoscope::ui
{

/// One line of the wallet's history. The entries of a contract, and the two sides of a transfer between one's own
/// addresses, are one line.
struct HistoryRow {
    enum class Kind {
        Issued,
        Received,
        Sent,
        ToppedUp, ///< ordinary → spend address
        PaidOut,  ///< income → ordinary address
        Reserved, ///< a contract that is open: its cap is locked
        Watched,  ///< a contract that was settled
        CameBack, ///< settled, but its opening is older than this history
        Earned,   ///< settled on the income address
        AddressClosed,
    };

    std::int64_t entry = 0; ///< newest of its entries
    base::UnixMs time;
    Kind kind = Kind::Received;
    base::Tokens amount;                  ///< signed; of moves between own addresses unsigned
    std::optional<base::Tokens> reserved; ///< of a contract
    std::optional<base::Tokens> returned; ///< of a contract
    std::optional<base::Address> counterparty;
    std::optional<base::ContractId> contract;
    std::optional<base::ContentId> content;
    std::string memo;

    bool operator==(const HistoryRow&) const = default;
};

/// Pure. `locked` is what open contracts reserve: where it is known to be nothing, no contract is open, even if all of
/// its cap was paid so that nothing came back.
[[nodiscard]] std::vector<HistoryRow> groupHistory(const std::vector<wire::HistoryEntry>& entries,
                                                   const std::optional<base::Tokens>& locked);

/// The rows that have the filter's text somewhere, in the order that was chosen; at first as they come, the newest first.
class HistoryModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, What, About, Label, Amount, ColumnCount };

    /// `clock` says what is today; it must outlive the model.
    explicit HistoryModel(const base::Clock& clock, QObject* parent = nullptr);

    void setRows(std::vector<HistoryRow> rows);
    /// Films that are known by more than their ids.
    void setTitles(std::map<base::ContentId, QString> titles);
    void setFilter(const QString& text);
    void sort(int column, Qt::SortOrder order) override;

    /// The person's own words, by labelKey().
    void setLabels(std::map<QString, QString> labels);
    [[nodiscard]] static QString labelKey(const HistoryRow& row);
    [[nodiscard]] const std::vector<HistoryRow>& rows() const { return m_rows; } ///< all, as they came
    [[nodiscard]] const HistoryRow& rowAt(int row) const { return m_rows.at(static_cast<std::size_t>(m_shown.at(static_cast<std::size_t>(row)))); }
    [[nodiscard]] QString labelOf(const HistoryRow& row) const;
    [[nodiscard]] QString filmOf(const HistoryRow& row) const; ///< its title; empty where it isn't known
    [[nodiscard]] QString what(const HistoryRow& row) const;
    /// They are shown otherwise now.
    void refreshAmounts();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void labelled(const QString& key, const QString& label);

private:
    [[nodiscard]] QString about(const HistoryRow& row) const;
    [[nodiscard]] QString amount(const HistoryRow& row, bool padded) const;
    [[nodiscard]] QString details(const HistoryRow& row) const;

    [[nodiscard]] bool isAsItCame() const;
    [[nodiscard]] bool hasFilter(const HistoryRow& row) const;
    [[nodiscard]] std::vector<int> orderOf(const std::vector<HistoryRow>& rows) const;
    [[nodiscard]] int mostDecimals() const;

    const base::Clock& m_clock;
    std::vector<HistoryRow> m_rows;
    std::vector<int> m_shown; ///< of m_rows, from the top
    QString m_filter;
    Column m_sortedBy = Time;
    Qt::SortOrder m_order = Qt::DescendingOrder;
    std::map<base::ContentId, QString> m_titles;
    std::map<QString, QString> m_labels;
    int m_decimals = 2; ///< the most in the column, so that all points stand in one line
};

} // namespace mutoscope::ui
