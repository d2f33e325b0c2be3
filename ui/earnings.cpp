#include "ui/earnings.h"

#include <numeric>

#include <QDateTime>

namespace mutoscope::ui
{

std::vector<base::Tokens> earningsOf(const std::vector<wire::HistoryEntry>& history, Span span, base::UnixMs now)
{
    const QDate today = QDateTime::fromMSecsSinceEpoch(now.value()).date();
    const int days = span == Span::Week ? 7 : 30;
    std::vector<base::Tokens> sums(span == Span::Today ? 24 : static_cast<std::size_t>(days));
    for (const wire::HistoryEntry& entry : history) {
        if (entry.kind != wire::EntryKind::ContractClosed || entry.address != wire::AddressKind::Income || !entry.incoming)
            continue;
        const QDateTime when = QDateTime::fromMSecsSinceEpoch(entry.time.value());
        const qint64 ago = when.date().daysTo(today);
        if (span == Span::Today && ago == 0)
            sums[static_cast<std::size_t>(when.time().hour())] += entry.amount;
        else if (span != Span::Today && ago >= 0 && ago < days)
            sums[static_cast<std::size_t>(days - 1 - ago)] += entry.amount;
    }
    return sums;
}

base::Tokens sumOf(const std::vector<base::Tokens>& amounts)
{
    return std::accumulate(amounts.begin(), amounts.end(), base::Tokens());
}

} // namespace mutoscope::ui
