#include "p2p/viewer/fetch_plan.h"

#include <algorithm>

namespace mutoscope::viewer
{

using base::SegmentIndex;
using namespace std::chrono_literals;

namespace
{

/// A playlist that the player has not asked for so long, while it asked others, is one that it has left.
constexpr auto leftAfter = 20s;

} // namespace

FetchPlan::FetchPlan(content::Stream stream, std::vector<bool> have, std::int64_t readAheadMs)
    : m_stream(std::move(stream)), m_have(std::move(have)), m_readAheadMs(readAheadMs)
{
    m_have.resize(m_stream.segmentCount());
    m_missing = std::ranges::count(m_have, false);
}

void FetchPlan::wanted(SegmentIndex index, std::chrono::milliseconds now)
{
    m_lastPlaylist = m_stream.playlistOf(index);
    m_readers[m_lastPlaylist] = {index, now};
    std::erase_if(m_readers, [now](const auto& each) { return now - each.second.asked > leftAfter; });
    if (!has(index) && std::ranges::find(m_waiting, index) == m_waiting.end())
        m_waiting.push_back(index);
}

void FetchPlan::released(SegmentIndex index)
{
    std::erase(m_waiting, index);
}

void FetchPlan::fetching(SegmentIndex index)
{
    m_fetching.push_back(index);
}

void FetchPlan::failed(SegmentIndex index)
{
    std::erase(m_fetching, index);
}

void FetchPlan::arrived(SegmentIndex index)
{
    released(index);
    std::erase(m_fetching, index);
    if (!m_have[index.value()])
        --m_missing;
    m_have[index.value()] = true;
}

void FetchPlan::lost(SegmentIndex index)
{
    if (m_have[index.value()])
        ++m_missing;
    m_have[index.value()] = false;
}

base::ByteCount FetchPlan::missingBytes() const
{
    base::ByteCount sum;
    for (std::uint32_t i = 0; i < m_have.size(); ++i) {
        if (!m_have[i])
            sum += m_stream.segment(SegmentIndex(i)).bytes;
    }
    return sum;
}

bool FetchPlan::isWaitedFor(SegmentIndex index) const
{
    return std::ranges::find(m_waiting, index) != m_waiting.end();
}

std::optional<SegmentIndex> FetchPlan::first() const
{
    if (!m_readers.empty())
        return next();
    std::optional<SegmentIndex> only;
    for (std::size_t playlist = 0; playlist < m_stream.manifest().message.playlists.size(); ++playlist) {
        const auto first = m_stream.firstSegment(playlist);
        if (first && only)
            return std::nullopt; // who knows which rendition the player takes
        if (first)
            only = first;
    }
    return only && !has(*only) ? only : std::nullopt;
}

std::optional<SegmentIndex> FetchPlan::next() const
{
    const auto isFetching = [this](SegmentIndex index) { return std::ranges::find(m_fetching, index) != m_fetching.end(); };
    const auto waiting = std::ranges::find_if_not(m_waiting, isFetching);
    if (waiting != m_waiting.end())
        return *waiting;
    std::optional<SegmentIndex> best;
    std::int64_t bestAhead = m_readAheadMs;
    for (const auto& [playlist, reader] : m_readers) {
        const std::int64_t from = m_stream.startMs(reader.at);
        for (auto index = std::optional(reader.at); index; index = m_stream.next(*index)) {
            const std::int64_t ahead = m_stream.startMs(*index) - from;
            if (ahead >= bestAhead)
                break;
            if (!has(*index) && !isFetching(*index)) {
                best = index;
                bestAhead = ahead;
                break;
            }
        }
    }
    return best;
}

std::vector<TimeRange> FetchPlan::here() const
{
    std::vector<TimeRange> ranges;
    for (auto index = m_stream.firstSegment(m_lastPlaylist); index; index = m_stream.next(*index)) {
        if (!has(*index))
            continue;
        const std::int64_t from = m_stream.startMs(*index);
        const std::int64_t to = from + m_stream.segment(*index).durationMs;
        if (!ranges.empty() && ranges.back().toMs >= from)
            ranges.back().toMs = to;
        else
            ranges.push_back({from, to});
    }
    return ranges;
}

} // namespace mutoscope::viewer
