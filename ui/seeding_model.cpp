#include "ui/seeding_model.h"

#include <algorithm>
#include <utility>

#include <QLocale>

#include "p2p/node/seeding_state.h"
#include "ui/format.h"
#include "ui/sentences.h"
#include "ui/table_delegates.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

using node::SeedingState;

namespace
{

bool givesPermits(const node::SeededTitle& title)
{
    return title.isOwn && title.access == wire::Access::Permit;
}

bool isBad(SeedingState state)
{
    return state == SeedingState::Problem || state == SeedingState::Unreachable || state == SeedingState::TooDear;
}

} // namespace

void SeedingModel::setTitles(std::vector<node::SeededTitle> titles, const node::ReachStatus& reach)
{
    m_reach = reach;
    const bool sameRows = titles.size() == m_titles.size() &&
                          std::equal(titles.begin(), titles.end(), m_titles.begin(),
                                     [](const auto& a, const auto& b) { return a.content == b.content; });
    if (sameRows) {
        m_titles = std::move(titles);
        if (!m_titles.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_titles = std::move(titles);
    endResetModel();
}

base::Tokens SeedingModel::totalEarned() const
{
    base::Tokens sum;
    for (const node::SeededTitle& title : m_titles)
        sum += title.earned;
    return sum;
}

int SeedingModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_titles.size());
}

int SeedingModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

/// What it does, and where it earns nothing, why.
QString SeedingModel::state(const node::SeededTitle& title) const
{
    switch (stateOf(title, m_reach)) {
    case SeedingState::Problem:
        return inLanguage(title.problem);
    case SeedingState::Off:
        return tr("Off");
    case SeedingState::OutOfHours:
        return tr("Paused: outside its hours");
    case SeedingState::RatioReached:
        return tr("Done: uploaded as often as was wished");
    case SeedingState::TimeReached:
        return tr("Done: seeded as long as was wished");
    case SeedingState::Unreachable:
        return tr("Nobody can connect to you");
    case SeedingState::TooDear:
        return tr("Too dear: somebody else offers it for %1").arg(formatTokens(*title.cheapestOther));
    case SeedingState::NobodyAsked:
        return tr("Seeding, nobody has asked for it yet");
    case SeedingState::Watched:
    case SeedingState::Waiting:
        break;
    }
    return tr("Seeding");
}

QString SeedingModel::text(const node::SeededTitle& title, Column column) const
{
    switch (column) {
    case Title:
        return fromUtf8(title.title);
    case Size:
        return formatBytes(title.size);
    case Price:
        return formatTokens(title.pricePerMiB);
    case State:
        return state(title);
    case Viewers:
        return QLocale().toString(title.viewersNow);
    case Uploaded:
        return formatBytes(title.uploaded);
    case Earned:
        return formatOwn(title.earned);
    case OnOff:
        return title.seeding ? tr("On") : tr("Off");
    case Link:
        return givesPermits(title) ? tr("Permits") : tr("Copy link");
    case ColumnCount:
        break;
    }
    return {};
}

QVariant SeedingModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const node::SeededTitle& title = titleAt(index.row());
    const auto column = static_cast<Column>(index.column());
    const bool isNumber =
        column == Size || column == Price || column == Viewers || column == Uploaded || column == Earned;
    switch (role) {
    case Qt::DisplayRole:
        return column == OnOff ? QString() : text(title, column);
    case Qt::AccessibleTextRole:
        if (column == OnOff || column == Link)
            return u"%1: %2"_s.arg(text(title, column), fromUtf8(title.title));
        return text(title, column);
    case IconDelegate::IconRole:
        return column == Link && givesPermits(title) ? u"key"_s : QString();
    case ProblemRole:
        return column == State && title.seeding && isBad(stateOf(title, m_reach));
    case Qt::EditRole:
        return column == Price ? formatTokens(title.pricePerMiB) : QVariant();
    case Qt::CheckStateRole:
        return column == OnOff ? QVariant(title.seeding ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant(isNumber ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        if (column == State)
            return state(title);
        if (column == Link)
            return givesPermits(title) ? tr("Make permits for those who may watch it") : tr("Copy the film's link");
        if (column == Price)
            return tr("Double click to change it, for contracts from now on");
        if (column == OnOff)
            return title.seeding ? tr("Stop seeding") : tr("Start seeding");
        if (column == Title) // where there is no room for all columns
            return tr("%1\n%2, %3 tokens for each MiB, %4 uploaded")
                .arg(text(title, Title), text(title, Size), text(title, Price), text(title, Uploaded));
        return {};
    default:
        return {};
    }
}

bool SeedingModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (index.isValid() && index.column() == Price && role == Qt::EditRole) {
        const auto price = parseTokens(value.toString());
        if (price && *price != titleAt(index.row()).pricePerMiB)
            Q_EMIT priced(titleAt(index.row()).content, *price);
        return price.has_value();
    }
    if (!index.isValid() || index.column() != OnOff || role != Qt::CheckStateRole)
        return false;
    // The node decides; its next snapshot turns the switch.
    Q_EMIT switched(titleAt(index.row()).content, value.toInt() == Qt::Checked);
    return true;
}

Qt::ItemFlags SeedingModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags result = QAbstractTableModel::flags(index);
    if (index.column() == OnOff)
        result |= Qt::ItemIsUserCheckable;
    if (index.column() == Price)
        result |= Qt::ItemIsEditable;
    return result;
}

QVariant SeedingModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const auto column = static_cast<Column>(section);
    if (role == Qt::TextAlignmentRole) {
        const bool isNumber =
            column == Size || column == Price || column == Viewers || column == Uploaded || column == Earned;
        return QVariant(isNumber ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case Title:
        return tr("Title");
    case Size:
        return tr("Size");
    case Price:
        return tr("Price/MiB");
    case State:
        return tr("State");
    case Viewers:
        return tr("Viewers");
    case Uploaded:
        return tr("Uploaded");
    case Earned:
        return tr("Earned");
    case OnOff:
        return tr("On");
    case Link:
    case ColumnCount:
        break;
    }
    return QString();
}

} // namespace mutoscope::ui
