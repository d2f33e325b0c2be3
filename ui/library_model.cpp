#include "ui/library_model.h"

#include <algorithm>
#include <numeric>

#include <QCollator>

#include "ui/format.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

/// By title, as the language has it. Computed once: a table that sorts asks ten times for each row.
std::vector<int> placesByTitle(const std::vector<node::LibraryFilm>& films)
{
    const QCollator collator;
    std::vector<QCollatorSortKey> keys;
    keys.reserve(films.size());
    for (const node::LibraryFilm& film : films)
        keys.push_back(collator.sortKey(fromUtf8(film.title)));
    std::vector<std::size_t> order(films.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t one, std::size_t other) { return keys[one] < keys[other]; });
    std::vector<int> places(films.size());
    for (std::size_t place = 0; place < order.size(); ++place)
        places[order[place]] = static_cast<int>(place);
    return places;
}

} // namespace

void LibraryModel::setFilms(Films films, const std::vector<node::SeededTitle>& seeding, std::map<base::ContentId, std::int64_t> left)
{
    std::map<base::ContentId, bool> on;
    for (const node::SeededTitle& title : seeding)
        on[title.content] = title.seeding;
    const bool isSame = films == m_films;
    if (isSame && on == m_seeding && left == m_left)
        return;
    const bool sameRows = isSame || std::ranges::equal(*films, *m_films, {}, &node::LibraryFilm::content, &node::LibraryFilm::content);
    if (!sameRows)
        beginResetModel();
    m_films = std::move(films);
    if (!isSame)
        m_places = placesByTitle(*m_films);
    m_seeding = std::move(on);
    m_left = std::move(left);
    if (!sameRows)
        endResetModel();
    else if (!m_films->empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void LibraryModel::setPermits(std::map<base::ContentId, base::UnixMs> expires, base::UnixMs now)
{
    std::map<base::ContentId, QString> words;
    for (const auto& [content, end] : expires)
        words[content] = (end > now ? tr("Permit until %1") : tr("Permit ended on %1")).arg(formatMoment(end));
    if (words == m_permits)
        return;
    m_permits = std::move(words);
    if (!m_films->empty())
        Q_EMIT dataChanged(index(0, State), index(rowCount() - 1, State));
}

bool LibraryModel::isOf(int row, Kind kind) const
{
    const node::LibraryFilm& film = filmAt(row);
    switch (kind) {
    case Kind::All:
        return true;
    case Kind::Published:
        return film.isOwn;
    case Kind::Watched:
        return !film.isOwn && film.size.value() > 0; // one that there is only a permit for was not
    case Kind::Left:
        return m_left.contains(film.content);
    }
    return false;
}

LibraryModel::Sum LibraryModel::sumOf(Kind kind) const
{
    Sum sum;
    for (int row = 0; row < rowCount(); ++row) {
        if (!isOf(row, kind))
            continue;
        ++sum.films;
        sum.here += filmAt(row).here;
    }
    return sum;
}

int LibraryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_films->size());
}

int LibraryModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LibraryModel::switchOf(const node::LibraryFilm& film) const
{
    const auto seeded = m_seeding.find(film.content);
    if (seeded == m_seeding.end() && (film.here < film.size || film.size.value() == 0))
        return {}; // only what is here as a whole can be seeded
    return seeded != m_seeding.end() && seeded->second ? Qt::Checked : Qt::Unchecked;
}

QString LibraryModel::text(const node::LibraryFilm& film, Column column) const
{
    switch (column) {
    case Title:
        return fromUtf8(film.title);
    case Length:
        return film.durationMs > 0 ? formatTime(film.durationMs) : unknownText();
    case Here:
        return formatBytes(film.here);
    case State:
        if (const auto permit = m_permits.find(film.content); permit != m_permits.end())
            return permit->second;
        if (const auto left = m_left.find(film.content); left != m_left.end())
            return tr("Left at %1").arg(formatTime(left->second));
        if (film.isOwn)
            return tr("Published by you");
        if (film.here >= film.size)
            return tr("All of it is here");
        if (film.here.value() == 0)
            return tr("Not on this computer any more");
        return tr("%1 % of it is here").arg(std::max<std::int64_t>(1, film.here.value() * 100 / film.size.value()));
    case OnOff:
        return switchOf(film).toInt() == Qt::Checked ? tr("Seeding is on") : tr("Seeding is off");
    case Remove:
        return tr("Remove");
    case ColumnCount:
        break;
    }
    return {};
}

QVariant LibraryModel::sortKey(int row, Column column) const
{
    const node::LibraryFilm& film = filmAt(row);
    if (column == Title)
        return m_places.at(static_cast<std::size_t>(row));
    if (column == Length)
        return static_cast<qlonglong>(film.durationMs);
    if (column == Here)
        return static_cast<qlonglong>(film.here.value());
    return column == OnOff ? switchOf(film) : QVariant(text(film, column));
}

QVariant LibraryModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const node::LibraryFilm& film = filmAt(index.row());
    const auto column = static_cast<Column>(index.column());
    const bool isNumber = column == Length || column == Here;
    switch (role) {
    case Qt::DisplayRole:
        return column == OnOff || column == Remove ? QString() : text(film, column);
    case Qt::AccessibleTextRole:
        return column == OnOff || column == Remove ? u"%1: %2"_s.arg(text(film, column), fromUtf8(film.title)) : text(film, column);
    case Qt::CheckStateRole:
        return column == OnOff ? switchOf(film) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant(isNumber ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        if (column == OnOff)
            return switchOf(film).isValid() ? text(film, OnOff) : tr("Only what is here as a whole can be seeded.");
        return column == Remove ? tr("Remove the film from this computer") : QVariant();
    case SortRole:
        return sortKey(index.row(), column);
    default:
        return {};
    }
}

bool LibraryModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.column() != OnOff || role != Qt::CheckStateRole)
        return false;
    // The node decides; its next snapshot turns the switch.
    Q_EMIT switched(filmAt(index.row()).content, value.toInt() == Qt::Checked);
    return true;
}

Qt::ItemFlags LibraryModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags result = QAbstractTableModel::flags(index);
    if (index.column() == OnOff && switchOf(filmAt(index.row())).isValid())
        result |= Qt::ItemIsUserCheckable;
    return result;
}

QVariant LibraryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const auto column = static_cast<Column>(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant(column == Length || column == Here ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case Title:
        return tr("Title");
    case Length:
        return tr("Length");
    case Here:
        return tr("On disk");
    case State:
        return tr("State");
    case OnOff:
        return tr("Seed");
    case Remove:
    case ColumnCount:
        break;
    }
    return QString();
}

} // namespace mutoscope::ui
