#include "p2p/viewer/fetch_plan.h"

#include <algorithm>
#include <utility>

namespace mutoscope::viewer
{

using base::SegmentIndex;
using content::Rendition;
using namespace std::chrono_literals;

namespace
{

/// What the player has not asked for so long, while it asked for others, is what it has left.
constexpr auto leftAfter = 20s;

std::vector<TimeRange> intersection(const std::vector<TimeRange>& a, const std::vector<TimeRange>& b)
{
    std::vector<TimeRange> both;
    for (auto i = a.begin(), k = b.begin(); i != a.end() && k != b.end(); i->toMs < k->toMs ? ++i : ++k) {
        const TimeRange common{std::max(i->fromMs, k->fromMs), std::min(i->toMs, k->toMs)};
        if (common.fromMs < common.toMs)
            both.push_back(common);
    }
    return both;
}

} // namespace

FetchPlan::FetchPlan(content::Stream stream, std::vector<bool> have, std::int64_t readAheadMs)
    : m_stream(std::move(stream)), m_ladder(m_stream), m_have(std::move(have)), m_readAheadMs(readAheadMs),
      m_lanes(m_stream.playlistCount(), Lane::Picture)
{
    m_have.resize(m_stream.segmentCount());
    m_came.resize(m_stream.segmentCount());
    for (const Rendition& each : m_stream.renditions().others) {
        if (each.playlist)
            m_lanes[*each.playlist] = each.kind == Rendition::Kind::Audio ? Lane::Sound : Lane::Text;
    }
}

void FetchPlan::prefer(std::size_t rung, bool always)
{
    m_rung = rung;
    m_always = always;
}

SegmentIndex FetchPlan::choose(std::size_t position) const
{
    const SegmentIndex preferred = m_ladder.segment(m_rung, position);
    if (m_always)
        return preferred;
    const auto best = [&](const auto& fits) -> std::optional<SegmentIndex> {
        for (std::size_t rung = m_ladder.rungs().size(); rung-- > 0;) {
            if (fits(rung))
                return m_ladder.segment(rung, position);
        }
        return std::nullopt;
    };
    if (const auto here = best([&](std::size_t rung) { return isHere(rung, position); }))
        return *here;
    const auto coming = best([&](std::size_t rung) { return isFetching(m_ladder.segment(rung, position)); });
    return coming.value_or(preferred);
}

void FetchPlan::wanted(SegmentIndex index, std::chrono::milliseconds now)
{
    const std::size_t playlist = m_stream.playlistOf(index);
    const Lane lane = m_lanes[playlist];
    // An init section of the ladder comes with its segment, which says where the player is.
    const bool comesAlong = m_stream.isInit(index) && m_ladder.rungOf(playlist);
    if (!comesAlong) {
        m_played[lane] = playlist;
        const auto before = m_readers.find(lane);
        m_readers[lane] = readerAt(index, now, before == m_readers.end() ? std::nullopt : std::optional(before->second));
        // A piece of text may be as long as the film: nobody asks for the next one soon.
        std::erase_if(m_readers, [now](const auto& each) { return each.first != Lane::Text && now - each.second.asked > leftAfter; });
    }
    if (!has(index) && std::ranges::find(m_waiting, index) == m_waiting.end())
        m_waiting.push_back(index);
}

/// A player that goes on asks earlier than it needs; what it jumps to it needs at once, and nobody minds a moment that is shorter
/// than what comes then.
FetchPlan::Reader FetchPlan::readerAt(SegmentIndex index, std::chrono::milliseconds now, const std::optional<Reader>& before) const
{
    const std::chrono::milliseconds lasts(m_stream.segment(index).durationMs);
    if (!before)
        return {index, now, now + lasts, true};
    const std::int64_t forward = m_stream.startMs(index) - m_stream.startMs(before->at);
    if (forward < 0 || forward > 2 * m_stream.segment(before->at).durationMs)
        return {index, now, now + lasts, true};
    return {index, now, std::max(now, before->due + std::chrono::milliseconds(forward)), before->isJump && forward == 0};
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
    m_have[index.value()] = true;
    m_came[index.value()] = true;
}

void FetchPlan::lost(SegmentIndex index)
{
    m_have[index.value()] = false;
    m_came[index.value()] = false;
}

bool FetchPlan::hasAny() const
{
    return std::ranges::find(m_have, true) != m_have.end();
}

// ---- what is played ----

std::size_t FetchPlan::picture() const
{
    if (const auto played = m_played.find(Lane::Picture); played != m_played.end())
        return played->second;
    const auto& variants = m_stream.renditions().variants;
    return variants.empty() ? 0 : variants.front().playlist;
}

std::optional<std::size_t> FetchPlan::sound() const
{
    if (const auto played = m_played.find(Lane::Sound); played != m_played.end())
        return played->second;
    const auto all = audioOf(m_stream);
    const auto chosen = std::ranges::find(all, true, &Rendition::isDefault);
    if (all.empty())
        return std::nullopt;
    return chosen == all.end() ? all.front().playlist : chosen->playlist;
}

bool FetchPlan::isFetching(SegmentIndex index) const
{
    return std::ranges::find(m_fetching, index) != m_fetching.end();
}

bool FetchPlan::isHere(std::size_t rung, std::size_t position) const
{
    const SegmentIndex index = m_ladder.segment(rung, position);
    const auto init = m_stream.initOf(index);
    return has(index) && (!init || has(*init));
}

SegmentIndex FetchPlan::asPlayed(SegmentIndex index) const
{
    const auto position = m_ladder.positionOf(index);
    return position ? choose(*position) : index;
}

std::optional<SegmentIndex> FetchPlan::after(SegmentIndex index) const
{
    const auto next = m_stream.next(index);
    return next ? std::optional(asPlayed(*next)) : std::nullopt;
}

std::vector<SegmentIndex> FetchPlan::needed() const
{
    std::vector<SegmentIndex> all;
    const auto add = [&](std::size_t playlist) {
        std::optional<SegmentIndex> lastInit;
        for (auto index = m_stream.firstSegment(playlist); index; index = m_stream.next(*index)) {
            const SegmentIndex played = asPlayed(*index);
            const auto init = m_stream.initOf(played);
            if (init && init != lastInit)
                all.push_back(*init);
            lastInit = init;
            all.push_back(played);
        }
    };
    add(picture());
    if (const auto playlist = sound())
        add(*playlist);
    if (const auto text = m_played.find(Lane::Text); text != m_played.end())
        add(text->second);
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    return all;
}

bool FetchPlan::hasAll() const
{
    return std::ranges::all_of(needed(), [this](SegmentIndex index) { return has(index); });
}

std::int64_t FetchPlan::haveCount() const
{
    return std::ranges::count_if(needed(), [this](SegmentIndex index) { return has(index); });
}

std::int64_t FetchPlan::totalCount() const
{
    return static_cast<std::int64_t>(needed().size());
}

std::int64_t FetchPlan::missingOf(std::size_t playlist) const
{
    std::int64_t sum = 0;
    for (std::uint32_t i = 0; i < m_have.size(); ++i) {
        if (!m_have[i] && m_stream.playlistOf(SegmentIndex(i)) == playlist)
            sum += m_stream.segment(SegmentIndex(i)).bytes.value();
    }
    return sum;
}

bool FetchPlan::isWaitedFor(SegmentIndex index) const
{
    return std::ranges::find(m_waiting, index) != m_waiting.end();
}

base::ByteCount FetchPlan::missingBytes() const
{
    std::int64_t sum = 0;
    if (m_ladder.rungOf(picture()) && !m_always) {
        // Of each segment that is not here the largest there is, as nobody knows how fast the line will be.
        for (std::size_t position = 0; position < m_ladder.positions(); ++position) {
            if (has(choose(position)))
                continue;
            std::int64_t most = 0;
            for (std::size_t rung = 0; rung < m_ladder.rungs().size(); ++rung)
                most = std::max(most, m_stream.segment(m_ladder.segment(rung, position)).bytes.value());
            sum += most;
        }
        for (const Ladder::Rung& rung : m_ladder.rungs()) {
            const auto init = m_stream.initOf(*m_stream.firstSegment(rung.playlist));
            sum += init && !has(*init) ? m_stream.segment(*init).bytes.value() : 0;
        }
    } else {
        sum = missingOf(m_ladder.rungOf(picture()) ? m_ladder.rungs()[m_rung].playlist : picture());
    }
    std::int64_t mostText = 0;
    for (const Rendition& text : subtitlesOf(m_stream))
        mostText = std::max(mostText, missingOf(*text.playlist));
    const auto heard = sound();
    return base::ByteCount(sum + mostText + (heard ? missingOf(*heard) : 0));
}

base::ByteCount FetchPlan::reserveBytes() const
{
    std::int64_t mostSound = 0;
    const auto heard = sound();
    for (const Rendition& other : audioOf(m_stream)) {
        if (other.playlist && other.playlist != heard)
            mostSound = std::max(mostSound, missingOf(*other.playlist));
    }
    const std::int64_t minute = m_ladder.isEmpty() ? 0 : m_ladder.rungs().back().bitsPerSecond / 8 * 60;
    return base::ByteCount(mostSound + minute);
}

std::int64_t FetchPlan::bitsPerSecond() const
{
    const bool isOfLadder = m_ladder.rungOf(picture()).has_value();
    const std::size_t seen = isOfLadder ? m_ladder.rungs()[m_rung].playlist : picture();
    return m_stream.bytes(seen).value() * 8'000 / std::max<std::int64_t>(m_stream.durationMs(seen), 1) + soundBitsPerSecond();
}

std::int64_t FetchPlan::soundBitsPerSecond() const
{
    const auto heard = sound();
    if (!heard)
        return 0;
    return m_stream.bytes(*heard).value() * 8'000 / std::max<std::int64_t>(m_stream.durationMs(*heard), 1);
}

std::vector<TimeRange> FetchPlan::rangesOf(std::size_t playlist, const std::vector<bool>& segments) const
{
    std::vector<TimeRange> ranges;
    for (auto index = m_stream.firstSegment(playlist); index; index = m_stream.next(*index)) {
        if (!segments[asPlayed(*index).value()])
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

std::vector<TimeRange> FetchPlan::here() const
{
    const auto ranges = rangesOf(picture(), m_have);
    const auto heard = sound();
    return heard ? intersection(ranges, rangesOf(*heard, m_have)) : ranges;
}

std::vector<TimeRange> FetchPlan::bought() const
{
    return intersection(here(), rangesOf(picture(), m_came));
}

std::optional<std::int64_t> FetchPlan::aheadMs() const
{
    const auto reader = m_readers.find(Lane::Picture);
    if (reader == m_readers.end())
        return std::nullopt;
    std::int64_t ahead = 0;
    for (auto index = std::optional(reader->second.at); index && has(*index); index = after(*index))
        ahead += m_stream.segment(*index).durationMs;
    return ahead;
}

// ---- what is bought ----

/// What is not here of what the readers come to next, the nearest first.
std::vector<FetchPlan::Ahead> FetchPlan::ahead() const
{
    std::vector<Ahead> all;
    for (const auto& [lane, reader] : m_readers) {
        const std::int64_t from = m_stream.startMs(reader.at);
        // What was asked for has been given in one quality, and is not bought in another one.
        for (auto index = std::optional(reader.at); index; index = after(*index)) {
            const std::int64_t ms = m_stream.startMs(*index) - from;
            if (ms >= m_readAheadMs)
                break;
            const auto add = [&, &from = reader](SegmentIndex missing) {
                if (!has(missing))
                    all.push_back({missing, ms, from.due + std::chrono::milliseconds(ms)});
            };
            // Of another rung than the one before, perhaps, whose init section nobody has asked for.
            if (const auto init = m_ladder.isEmpty() ? std::nullopt : m_stream.initOf(*index))
                add(*init);
            add(*index);
        }
    }
    std::ranges::stable_sort(all, {}, &Ahead::ms);
    return all;
}

Need FetchPlan::need(SegmentIndex index, std::chrono::milliseconds due) const
{
    return {.index = index, .bytes = m_stream.segment(index).bytes.value(), .due = due};
}

std::vector<Need> FetchPlan::needs(std::chrono::milliseconds now) const
{
    std::vector<Need> all;
    for (const SegmentIndex index : m_waiting) {
        const auto reader = std::ranges::find_if(m_readers, [index](const auto& each) { return each.second.at == index; });
        const bool isReaders = reader != m_readers.end();
        all.push_back(need(index, isReaders ? reader->second.due : now));
        all.back().isWaitedFor = true;
        all.back().asap = !isReaders || reader->second.isJump;
    }
    for (const Ahead& each : ahead()) {
        if (std::ranges::find(all, each.index, &Need::index) == all.end())
            all.push_back(need(each.index, each.due));
    }
    return all;
}

std::optional<SegmentIndex> FetchPlan::first() const
{
    if (!m_readers.empty())
        return next();
    const auto index = m_stream.firstSegment(picture());
    const auto played = index ? std::optional(asPlayed(*index)) : std::nullopt;
    return played && !has(*played) ? played : std::nullopt;
}

std::optional<SegmentIndex> FetchPlan::next() const
{
    const auto all = needs({});
    const auto found = std::ranges::find_if_not(all, [this](const Need& each) { return isFetching(each.index); });
    return found == all.end() ? std::nullopt : std::optional(found->index);
}

} // namespace mutoscope::viewer
