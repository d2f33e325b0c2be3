#include "p2p/node/spending.h"

#include <algorithm>
#include <set>

#include <QDateTime>

namespace mutoscope::node
{

base::Tokens spentSince(std::span<const wire::HistoryEntry> history, base::UnixMs since)
{
    const auto isOpening = [&](const wire::HistoryEntry& entry) {
        return entry.kind == wire::EntryKind::ContractOpened && entry.address == wire::AddressKind::Spend && entry.time >= since;
    };
    base::Tokens spent;
    std::set<base::ContractId> opened;
    for (const wire::HistoryEntry& entry : history) {
        if (entry.contract && isOpening(entry)) {
            opened.insert(*entry.contract);
            spent += entry.amount;
        }
    }
    for (const wire::HistoryEntry& entry : history) {
        const bool cameBack = entry.kind == wire::EntryKind::ContractClosed && entry.address == wire::AddressKind::Spend && entry.incoming;
        if (cameBack && entry.contract && opened.contains(*entry.contract))
            spent = spent - entry.amount;
    }
    return std::max(spent, base::Tokens());
}

base::UnixMs startOfDay(base::UnixMs now)
{
    return base::UnixMs(QDateTime::fromMSecsSinceEpoch(now.value()).date().startOfDay().toMSecsSinceEpoch());
}

} // namespace mutoscope::node
