#include "p2p/wallet/history.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mutoscope::wallet
{

bool History::reaches(base::UnixMs since) const
{
    return m_entries && (m_isWhole || (!m_entries->empty() && m_entries->back().time < since));
}

std::int64_t History::takeNewer(const wire::HistoryAnswer& page)
{
    if (!m_entries) {
        m_isWhole = !page.more;
        m_entries = std::make_shared<const std::vector<wire::HistoryEntry>>(page.entries);
        return 0;
    }
    const std::int64_t known = m_entries->empty() ? 0 : m_entries->front().entry;
    std::ranges::copy_if(page.entries, std::back_inserter(m_newer), [&](const auto& entry) { return entry.entry > known; });
    const bool isTouching = !page.more || page.entries.empty() || page.entries.back().entry <= known;
    if (!isTouching && m_newer.size() < maxEntries)
        return page.entries.back().entry;
    auto newer = std::exchange(m_newer, {});
    if (newer.empty())
        return 0; // the same list, which nobody has to look at again
    if (isTouching)
        newer.insert(newer.end(), m_entries->begin(), m_entries->end());
    else
        m_isWhole = false;
    m_entries = std::make_shared<const std::vector<wire::HistoryEntry>>(std::move(newer));
    return 0;
}

std::int64_t History::olderBefore() const
{
    return m_entries && !m_isWhole && !isFull() && !m_entries->empty() ? m_entries->back().entry : 0;
}

void History::takeOlder(const wire::HistoryAnswer& page)
{
    const std::int64_t last = olderBefore();
    std::vector<wire::HistoryEntry> all(*m_entries);
    std::ranges::copy_if(page.entries, std::back_inserter(all), [&](const auto& entry) { return entry.entry < last; });
    m_isWhole = !page.more || all.size() == m_entries->size(); // a page that brings nothing would be asked for for ever
    m_entries = std::make_shared<const std::vector<wire::HistoryEntry>>(std::move(all));
}

} // namespace mutoscope::wallet
