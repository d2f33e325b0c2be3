#include "ui/history_model.h"

#include <algorithm>
#include <map>
#include <utility>

#include <QDateTime>

#include "p2p/base/encoding.h"
#include "ui/format.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

using Kind = HistoryRow::Kind;
using wire::AddressKind;
using wire::EntryKind;

base::Tokens signedAmount(const wire::HistoryEntry& entry)
{
    return entry.incoming ? entry.amount : base::Tokens(-entry.amount.value());
}

HistoryRow rowOf(const wire::HistoryEntry& entry, Kind kind, base::Tokens amount)
{
    HistoryRow row;
    row.entry = entry.entry;
    row.time = entry.time;
    row.kind = kind;
    row.amount = amount;
    row.counterparty = entry.counterparty;
    row.contract = entry.contract;
    row.content = entry.content;
    row.memo = entry.memo;
    return row;
}

HistoryRow single(const wire::HistoryEntry& entry)
{
    switch (entry.kind) {
    case EntryKind::Issue:
        return rowOf(entry, Kind::Issued, signedAmount(entry));
    case EntryKind::AddressClosed:
        return rowOf(entry, Kind::AddressClosed, signedAmount(entry));
    case EntryKind::Transfer:
    case EntryKind::ContractOpened:
    case EntryKind::ContractClosed:
        break;
    }
    return rowOf(entry, entry.incoming ? Kind::Received : Kind::Sent, signedAmount(entry));
}

/// Both sides of one entry are this node's own addresses.
HistoryRow internal(const wire::HistoryEntry& out, const wire::HistoryEntry& in)
{
    if (out.kind == EntryKind::AddressClosed && out.address != AddressKind::Income)
        return rowOf(out, Kind::AddressClosed, out.amount);
    if (out.address == AddressKind::Income)
        return rowOf(out, Kind::PaidOut, out.amount);
    if (in.address == AddressKind::Spend)
        return rowOf(out, Kind::ToppedUp, out.amount);
    return rowOf(out, Kind::Sent, out.amount);
}

/// Newest first, all of one contract on one address.
HistoryRow contractRow(const std::vector<const wire::HistoryEntry*>& entries, bool noneOpen)
{
    const wire::HistoryEntry& newest = *entries.front();
    if (newest.address == AddressKind::Income)
        return rowOf(newest, Kind::Earned, signedAmount(newest));

    HistoryRow row = rowOf(newest, Kind::Reserved, base::Tokens(0));
    bool closed = false;
    for (const wire::HistoryEntry* entry : entries) {
        row.amount += signedAmount(*entry);
        if (entry->kind == EntryKind::ContractOpened) {
            row.reserved = entry->amount;
        } else {
            closed = true;
            row.returned = entry->incoming ? entry->amount : base::Tokens(0);
        }
    }
    if (!row.reserved) {
        row.kind = Kind::CameBack;
    } else if (closed || noneOpen) {
        row.kind = Kind::Watched;
        row.returned = row.returned.value_or(base::Tokens(0));
    }
    return row;
}

constexpr qsizetype longestLabel = 120;

/// As formatTokens() writes it.
int decimalsOf(base::Tokens amount)
{
    int decimals = 6;
    for (std::int64_t rest = std::abs(amount.value() % 1'000'000); decimals > 2 && rest % 10 == 0; rest /= 10)
        --decimals;
    return decimals;
}

bool movesWithin(Kind kind)
{
    return kind == Kind::ToppedUp || kind == Kind::PaidOut;
}

} // namespace

std::vector<HistoryRow> groupHistory(const std::vector<wire::HistoryEntry>& entries,
                                     const std::optional<base::Tokens>& locked)
{
    // What belongs into one line, at the place of the newest of it.
    struct Line {
        std::vector<const wire::HistoryEntry*> entries;
        bool isContract = false;
    };
    std::vector<Line> lines;
    std::map<std::pair<base::ContractId, AddressKind>, std::size_t> contracts;
    std::map<std::pair<std::int64_t, bool>, std::size_t> sides; // that wait for the other one, by whether that comes in
    for (const wire::HistoryEntry& entry : entries) {
        if (entry.contract && (entry.kind == EntryKind::ContractOpened || entry.kind == EntryKind::ContractClosed)) {
            const auto [place, isNew] = contracts.try_emplace({*entry.contract, entry.address}, lines.size());
            if (isNew)
                lines.push_back({{}, true});
            lines[place->second].entries.push_back(&entry);
        } else if (const auto side = sides.extract({entry.entry, entry.incoming})) {
            lines[side.mapped()].entries.push_back(&entry);
        } else {
            sides[{entry.entry, !entry.incoming}] = lines.size();
            lines.push_back({{&entry}, false});
        }
    }
    std::vector<HistoryRow> rows;
    rows.reserve(lines.size());
    const bool noneOpen = locked && locked->value() == 0;
    for (const Line& line : lines) {
        const wire::HistoryEntry& first = *line.entries.front();
        if (line.isContract)
            rows.push_back(contractRow(line.entries, noneOpen));
        else if (line.entries.size() == 1)
            rows.push_back(single(first));
        else
            rows.push_back(first.incoming ? internal(*line.entries.back(), first) : internal(first, *line.entries.back()));
    }
    return rows;
}

HistoryModel::HistoryModel(const base::Clock& clock, QObject* parent) : QAbstractTableModel(parent), m_clock(clock) {}

// ---- what is shown, in which order ----

void HistoryModel::setRows(std::vector<HistoryRow> rows)
{
    if (rows == m_rows)
        return;
    // Rows come at both ends: new ones, and older ones. Then all others keep their places, and so does a selection.
    const auto isSame = [](const HistoryRow& one, const HistoryRow& other) { return one.entry == other.entry && one.contract == other.contract; };
    const auto first = m_rows.empty() ? rows.end() : std::ranges::find_if(rows, [&](const HistoryRow& row) { return isSame(row, m_rows.front()); });
    const bool isWithin = static_cast<std::size_t>(rows.end() - first) >= m_rows.size() && std::equal(m_rows.begin(), m_rows.end(), first, isSame);
    if (!m_rows.empty() && isWithin && isAsItCame()) {
        const int before = static_cast<int>(first - rows.begin());
        const int kept = rowCount();
        const int after = static_cast<int>(rows.size()) - before - kept;
        if (before > 0) {
            beginInsertRows({}, 0, before - 1);
            m_rows.insert(m_rows.begin(), rows.begin(), first);
            m_shown = orderOf(m_rows);
            endInsertRows();
        }
        if (after > 0) {
            beginInsertRows({}, before + kept, before + kept + after - 1);
            m_rows = std::move(rows);
            m_shown = orderOf(m_rows);
            endInsertRows();
        } else {
            m_rows = std::move(rows);
        }
        refreshAmounts();
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    m_shown = orderOf(m_rows);
    m_decimals = mostDecimals();
    endResetModel();
}

void HistoryModel::setTitles(std::map<base::ContentId, QString> titles)
{
    if (titles == m_titles)
        return;
    m_titles = std::move(titles);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, About), index(rowCount() - 1, About));
}

void HistoryModel::setFilter(const QString& text)
{
    if (text == m_filter)
        return;
    beginResetModel();
    m_filter = text;
    m_shown = orderOf(m_rows);
    endResetModel();
}

void HistoryModel::sort(int column, Qt::SortOrder order)
{
    m_sortedBy = column < 0 ? Time : static_cast<Column>(column);
    m_order = column < 0 ? Qt::DescendingOrder : order;
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const std::vector<int> before = std::exchange(m_shown, orderOf(m_rows));
    std::vector<int> places(m_rows.size(), -1);
    for (std::size_t i = 0; i < m_shown.size(); ++i)
        places[static_cast<std::size_t>(m_shown[i])] = static_cast<int>(i);
    for (const QModelIndex& each : persistentIndexList())
        changePersistentIndex(each, index(places[static_cast<std::size_t>(before[static_cast<std::size_t>(each.row())])], each.column()));
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

bool HistoryModel::isAsItCame() const
{
    return m_filter.isEmpty() && m_sortedBy == Time && m_order == Qt::DescendingOrder;
}

std::vector<int> HistoryModel::orderOf(const std::vector<HistoryRow>& rows) const
{
    std::vector<int> order;
    order.reserve(rows.size());
    for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
        if (m_filter.isEmpty() || hasFilter(rows[static_cast<std::size_t>(i)]))
            order.push_back(i);
    }
    const auto row = [&rows](int at) -> const HistoryRow& { return rows[static_cast<std::size_t>(at)]; };
    const auto arrange = [&](const auto& keyOf) {
        using Key = decltype(keyOf(0));
        std::vector<std::pair<Key, int>> keyed;
        for (const int at : order)
            keyed.emplace_back(keyOf(at), at);
        std::ranges::stable_sort(keyed, [this](const auto& one, const auto& other) { return m_order == Qt::AscendingOrder ? one.first < other.first : other.first < one.first; });
        std::ranges::transform(keyed, order.begin(), &std::pair<Key, int>::second);
    };
    switch (m_sortedBy) {
    case Time: // as they come
        if (m_order == Qt::AscendingOrder)
            std::ranges::reverse(order);
        break;
    case What:
        arrange([&](int at) { return what(row(at)); });
        break;
    case About:
        arrange([&](int at) { return about(row(at)).toLower(); });
        break;
    case Label:
        arrange([&](int at) { return labelOf(row(at)).toLower(); });
        break;
    case Amount:
        arrange([&](int at) { return row(at).amount; });
        break;
    case ColumnCount:
        break;
    }
    return order;
}

bool HistoryModel::hasFilter(const HistoryRow& row) const
{
    const auto has = [this](const QString& text) { return text.contains(m_filter, Qt::CaseInsensitive); };
    return has(about(row)) || has(what(row)) || has(labelOf(row)) || has(amount(row, false)) || has(formatWhen(row.time, m_clock.now()));
}

int HistoryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int HistoryModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString HistoryModel::what(const HistoryRow& row) const
{
    switch (row.kind) {
    case Kind::Issued:
        return tr("Issued by the tracker");
    case Kind::Received:
        return tr("Received");
    case Kind::Sent:
        return tr("Sent");
    case Kind::ToppedUp:
        return tr("Topped up the spend address");
    case Kind::PaidOut:
        return tr("Income paid out");
    case Kind::Reserved:
        return tr("Contract opened — reserved");
    case Kind::Watched:
        return tr("Watched");
    case Kind::CameBack:
        return tr("Contract closed — came back");
    case Kind::Earned:
        return tr("Earned by seeding");
    case Kind::AddressClosed:
        return tr("Address closed");
    }
    return {};
}

QString HistoryModel::about(const HistoryRow& row) const
{
    if (row.content) {
        const auto title = m_titles.find(*row.content);
        return title != m_titles.end() ? title->second : tr("film %1").arg(shortId(base::toHex(*row.content)));
    }
    QStringList parts;
    if (!row.memo.empty())
        parts << fromUtf8(row.memo);
    if (row.counterparty && !movesWithin(row.kind))
        parts << shortId(base::toHex(*row.counterparty));
    return parts.join(u" · "_s);
}

QString HistoryModel::amount(const HistoryRow& row, bool padded) const
{
    QString text = formatOwn(row.amount, movesWithin(row.kind) ? Sign::IfNegative : Sign::Always);
    if (padded && !areAmountsHidden()) // figure spaces: as wide as a digit
        text += QString(std::max(0, m_decimals - decimalsOf(row.amount)), QChar(0x2007));
    return text;
}

QString HistoryModel::details(const HistoryRow& row) const
{
    QStringList lines{QLocale().toString(QDateTime::fromMSecsSinceEpoch(row.time.value()), QLocale::LongFormat)};
    if (row.reserved)
        lines << tr("Reserved: %1 tokens").arg(formatOwn(*row.reserved));
    if (row.returned)
        lines << tr("Came back: %1 tokens").arg(formatOwn(*row.returned));
    if (row.content)
        lines << tr("Film: %1").arg(QString::fromStdString(base::toHex(*row.content)));
    if (row.contract)
        lines << tr("Contract: %1").arg(QString::fromStdString(base::toHex(*row.contract)));
    if (row.counterparty)
        lines << tr("Address: %1").arg(QString::fromStdString(base::toHex(*row.counterparty)));
    return lines.join(u'\n');
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const HistoryRow& row = rowAt(index.row());
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        if (column == Time)
            return formatWhen(row.time, m_clock.now());
        if (column == What)
            return what(row);
        if (column == About)
            return about(row);
        if (column == Label)
            return labelOf(row);
        return amount(row, role == Qt::DisplayRole);
    case Qt::EditRole:
        return column == Label ? QVariant(labelOf(row)) : QVariant();
    case Qt::ToolTipRole:
        if (column == Label && labelOf(row).isEmpty())
            return tr("Double click to note what it was for");
        return details(row);
    case Qt::TextAlignmentRole:
        return QVariant(column == Amount ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    default:
        return {};
    }
}

void HistoryModel::setLabels(std::map<QString, QString> labels)
{
    m_labels = std::move(labels);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Label), index(rowCount() - 1, Label));
}

/// What the tracker knows it by: both sides of a contract have one.
QString HistoryModel::labelKey(const HistoryRow& row)
{
    return row.contract ? QString::fromStdString(base::toHex(*row.contract)) : QString::number(row.entry);
}

QString HistoryModel::labelOf(const HistoryRow& row) const
{
    const auto label = m_labels.find(labelKey(row));
    return label == m_labels.end() ? QString() : label->second;
}

QString HistoryModel::filmOf(const HistoryRow& row) const
{
    const auto title = row.content ? m_titles.find(*row.content) : m_titles.end();
    return title == m_titles.end() ? QString() : title->second;
}

void HistoryModel::refreshAmounts()
{
    m_decimals = mostDecimals();
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int HistoryModel::mostDecimals() const
{
    int most = 0;
    for (const HistoryRow& row : m_rows)
        most = std::max(most, decimalsOf(row.amount));
    return most;
}

bool HistoryModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.column() != Label || role != Qt::EditRole)
        return false;
    const QString key = labelKey(rowAt(index.row()));
    const QString label = value.toString().simplified().left(longestLabel);
    if (label.isEmpty())
        m_labels.erase(key);
    else
        m_labels[key] = label;
    Q_EMIT dataChanged(index, index);
    Q_EMIT labelled(key, label);
    return true;
}

Qt::ItemFlags HistoryModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.column() == Label ? flags | Qt::ItemIsEditable : flags;
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(section == Amount ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Time:
        return tr("Time");
    case What:
        return tr("What");
    case About:
        return tr("Film or address");
    case Label:
        return tr("Label");
    case Amount:
        return tr("Tokens");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace mutoscope::ui
