#pragma once

#include <map>
#include <memory>
#include <vector>

#include <QAbstractTableModel>

#include "p2p/node/snapshot.h"

namespace mutoscope::ui
{

/// The films on this computer.
class LibraryModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Title, Length, Here, State, OnOff, Remove, ColumnCount };
    /// What the table sorts by: a number where the text is one.
    static constexpr int SortRole = Qt::UserRole;
    /// What a film is here for; one may be of several kinds. All: any.
    enum class Kind { All, Published, Watched, Left };
    static constexpr int kinds = 4;

    using QAbstractTableModel::QAbstractTableModel;
    using Films = std::shared_ptr<const std::vector<node::LibraryFilm>>;

    /// Which of them are seeded comes from `seeding`; `left` is where a film was left, in milliseconds.
    /// Permits by film, `now` being when they are looked at.
    void setPermits(std::map<base::ContentId, base::UnixMs> expires, base::UnixMs now);
    void setFilms(Films films, const std::vector<node::SeededTitle>& seeding, std::map<base::ContentId, std::int64_t> left);
    [[nodiscard]] bool isOf(int row, Kind kind) const;
    struct Sum {
        int films = 0;
        base::ByteCount here; ///< on this disk
    };
    [[nodiscard]] Sum sumOf(Kind kind) const;
    [[nodiscard]] const node::LibraryFilm& filmAt(int row) const { return m_films->at(static_cast<std::size_t>(row)); }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void switched(const mutoscope::base::ContentId& content, bool on);

private:
    [[nodiscard]] QString text(const node::LibraryFilm& film, Column column) const;
    [[nodiscard]] QVariant sortKey(int row, Column column) const;
    [[nodiscard]] QVariant switchOf(const node::LibraryFilm& film) const;

    Films m_films = std::make_shared<std::vector<node::LibraryFilm>>();
    std::vector<int> m_places; ///< of each film among all, by title
    std::map<base::ContentId, bool> m_seeding;
    std::map<base::ContentId, std::int64_t> m_left;
    std::map<base::ContentId, QString> m_permits; ///< in words
};

} // namespace mutoscope::ui
