#include "ui/earnings.h"

#include <numeric>

#include <QDateTime>

namespace mutoscope::ui
{

namespace
{

int daysOf(Span span)
{
    switch (span) {
    case Span::Today:
        return 1;
    case Span::Week:
        return 7;
    case Span::Month:
        break;
    }
    return 30;
}

/// Sums by hour or day.
class Bins
{
public:
    Bins(Span span, base::UnixMs now)
        : m_span(span), m_begin(beginOf(span, now)), m_today(QDateTime::fromMSecsSinceEpoch(now.value()).date()), m_days(daysOf(span)),
          m_sums(span == Span::Today ? 24 : static_cast<std::size_t>(m_days))
    {
    }

    /// Else it is older, and so is all behind it.
    [[nodiscard]] bool reaches(base::UnixMs time) const { return time >= m_begin; }
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
    base::UnixMs m_begin;
    QDate m_today;
    int m_days;
    std::vector<base::Tokens> m_sums;
};

} // namespace

base::UnixMs beginOf(Span span, base::UnixMs now)
{
    const QDate today = QDateTime::fromMSecsSinceEpoch(now.value()).date();
    return base::UnixMs(today.addDays(1 - daysOf(span)).startOfDay().toMSecsSinceEpoch());
}

bool isKnown(const node::Wallet& wallet, Span span, base::UnixMs now)
{
    return wallet.history && (wallet.historyIsWhole || (!wallet.history->empty() && wallet.history->back().time < beginOf(span, now)));
}

std::vector<base::Tokens> earningsOf(const std::vector<wire::HistoryEntry>& history, Span span, base::UnixMs now)
{
    Bins bins(span, now);
    for (const wire::HistoryEntry& entry : history) {
        if (!bins.reaches(entry.time))
            break;
        if (entry.kind == wire::EntryKind::ContractClosed && entry.address == wire::AddressKind::Income && entry.incoming)
            bins.add(entry.time, entry.amount);
    }
    return bins.take();
}

std::vector<base::Tokens> spendingOf(const std::vector<HistoryRow>& rows, Span span, base::UnixMs now)
{
    Bins bins(span, now);
    for (const HistoryRow& row : rows) {
        if (!bins.reaches(row.time))
            break;
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
