#pragma once

#include <memory>
#include <vector>

#include "p2p/base/types.h"
#include "p2p/wire/answers.h"

namespace mutoscope::wallet
{

/// The movements on this node's addresses, put together from the tracker's pages: newest first, without a gap, down to where it was
/// followed so far. Pure. Who has a list keeps it as it was.
class History
{
public:
    using Entries = std::shared_ptr<const std::vector<wire::HistoryEntry>>;

    /// More are not kept: what is older can only be looked up at the tracker.
    static constexpr std::size_t maxEntries = 50'000;

    /// None before the first page came.
    [[nodiscard]] const Entries& entries() const { return m_entries; }
    /// Nothing is older than the last entry.
    [[nodiscard]] bool isWhole() const { return m_isWhole; }
    [[nodiscard]] bool isFull() const { return m_entries && m_entries->size() >= maxEntries; }
    /// All that happened since then is in it.
    [[nodiscard]] bool reaches(base::UnixMs since) const;

    /// The newest page is asked for anew.
    void startNewer() { m_newer.clear(); }
    /// The newest page, or one that continues it where takeNewer() said so. Where the next one is to begin (GetHistory::before) for as
    /// long as the pages don't touch what is known; 0 once they do. Then it is in entries(); the first page of all is so at once.
    [[nodiscard]] std::int64_t takeNewer(const wire::HistoryAnswer& page);
    /// Where the next older page begins; 0 where none is needed.
    [[nodiscard]] std::int64_t olderBefore() const;
    void takeOlder(const wire::HistoryAnswer& page);

private:
    Entries m_entries;
    bool m_isWhole = false;
    std::vector<wire::HistoryEntry> m_newer; ///< that don't touch m_entries yet
};

} // namespace mutoscope::wallet
