#include "ui/earnings.h"

#include <numeric>

#include <QDateTime>

namespace mutoscope::ui
{

namespace
{

/// Sums by hour or day.
class Bins
{
public:
    Bins(Span span, base::UnixMs now)
        : m_span(span), m_today(QDateTime::fromMSecsSinceEpoch(now.value()).date()), m_days(span == Span::Week ? 7 : 30),
          m_sums(span == Span::Today ? 24 : static_cast<std::size_t>(m_days))
    {
    }

    void add(base::UnixMs time, base::Tokens amount)
    {
        const QDateTime when = QDateTime::fromMSecsSinceEpoch(time.value());
        const qint64 ago = when.date().daysTo(m_today);
        if (m_span == Span::Today && ago == 0)
            m_sums[static_cast<std::size_t>(when.time().hour())] += amount;
        else if (m_span != Span::Today && ago >= 0 && ago < m_days)
            m_sums[static_cast<std::size_t>(m_days - 1 - ago)] += amount;
    }
    [[nodiscard]] std::vector<base::Tokens> take() { return std::move(m_sums); }

private:
    Span m_span;
    QDate m_today;
    int m_days;
    std::vector<base::Tokens> m_sums;
};

} // namespace

std::vector<base::Tokens> earningsOf(const std::vector<wire::HistoryEntry>& history, Span span, base::UnixMs now)
{
    Bins bins(span, now);
    for (const wire::HistoryEntry& entry : history) {
        if (entry.kind == wire::EntryKind::ContractClosed && entry.address == wire::AddressKind::Income && entry.incoming)
            bins.add(entry.time, entry.amount);
    }
    return bins.take();
}

std::vector<base::Tokens> spendingOf(const std::vector<HistoryRow>& rows, Span span, base::UnixMs now)
{
    Bins bins(span, now);
    for (const HistoryRow& row : rows) {
        if (row.kind == HistoryRow::Kind::Watched)
            bins.add(row.time, base::Tokens(-row.amount.value()));
    }
    return bins.take();
}

base::Tokens sumOf(const std::vector<base::Tokens>& amounts)
{
    return std::accumulate(amounts.begin(), amounts.end(), base::Tokens());
}

} // namespace mutoscope::ui
