#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "p2p/content/stream.h"
#include "p2p/viewer/viewing.h"

namespace mutoscope::viewer
{

/// Which segment to buy next: pure. What the player waits for comes first, in the order in which it asked; then what it will
/// ask for next, as far ahead as the setting allows, in each playlist that it plays from.
class FetchPlan
{
public:
    /// `have`: which segments are on disk.
    FetchPlan(content::Stream stream, std::vector<bool> have, std::int64_t readAheadMs);

    /// The player asked for a segment and waits (until `arrived` or `released`).
    void wanted(base::SegmentIndex index, std::chrono::milliseconds now);
    /// The player does not wait for it any more.
    void released(base::SegmentIndex index);
    /// It is being fetched: next() names another one until it has arrived or failed.
    void fetching(base::SegmentIndex index);
    void failed(base::SegmentIndex index);
    void allFailed() { m_fetching.clear(); }
    void arrived(base::SegmentIndex index);
    /// It turned out not to be on the disk after all.
    void lost(base::SegmentIndex index);

    [[nodiscard]] bool has(base::SegmentIndex index) const { return m_have[index.value()]; }
    [[nodiscard]] bool hasAll() const { return m_missing == 0; }
    [[nodiscard]] std::int64_t haveCount() const { return static_cast<std::int64_t>(m_have.size()) - m_missing; }
    /// Bytes of the segments that are not here.
    [[nodiscard]] base::ByteCount missingBytes() const;

    /// From now on so much is bought ahead.
    void setReadAhead(std::int64_t ms) { m_readAheadMs = ms; }
    /// The player waits for it; otherwise it is only bought ahead.
    [[nodiscard]] bool isWaitedFor(base::SegmentIndex index) const;

    /// What to fetch now; nothing while enough is here.
    [[nodiscard]] std::optional<base::SegmentIndex> next() const;
    /// What to ask for together with the contract: next(), or before the player has asked for anything the first segment, where
    /// there is only one playlist with segments to begin with.
    [[nodiscard]] std::optional<base::SegmentIndex> first() const;

    /// What is here of the playlist that the player asked last, for a seek bar.
    [[nodiscard]] std::vector<TimeRange> here() const;

private:
    struct Reader {
        base::SegmentIndex at;           ///< asked for last
        std::chrono::milliseconds asked; ///< when
    };

    content::Stream m_stream;
    std::vector<bool> m_have;
    std::int64_t m_missing = 0;
    std::int64_t m_readAheadMs;
    std::vector<base::SegmentIndex> m_waiting;
    std::vector<base::SegmentIndex> m_fetching;
    std::map<std::size_t, Reader> m_readers; ///< by playlist
    std::size_t m_lastPlaylist = 0;
};

} // namespace mutoscope::viewer
