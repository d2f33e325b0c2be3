#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "p2p/node/snapshot.h"

namespace mutoscope::ui
{

/// The films that this node gives to others.
class SeedingModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Title, Size, Price, State, Viewers, Uploaded, Earned, OnOff, Link, ColumnCount };
    static constexpr int ProblemRole = Qt::UserRole; ///< true where the state is a problem

    using QAbstractTableModel::QAbstractTableModel;

    void setTitles(std::vector<node::SeededTitle> titles, const node::ReachStatus& reach);
    [[nodiscard]] const node::SeededTitle& titleAt(int row) const { return m_titles.at(static_cast<std::size_t>(row)); }
    [[nodiscard]] base::Tokens totalEarned() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void switched(const mutoscope::base::ContentId& content, bool on);
    void priced(const mutoscope::base::ContentId& content, mutoscope::base::Tokens pricePerMiB);

private:
    [[nodiscard]] QString text(const node::SeededTitle& title, Column column) const;
    [[nodiscard]] QString state(const node::SeededTitle& title) const;

    node::ReachStatus m_reach;
    std::vector<node::SeededTitle> m_titles;
};

} // namespace mutoscope::ui
