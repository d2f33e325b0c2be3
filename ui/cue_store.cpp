#include "ui/cue_store.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace mutoscope::ui
{

using player::Cue;

void CueStore::clear()
{
    *this = CueStore();
}

void CueStore::setAll(std::vector<Cue> cues)
{
    clear();
    m_cues = std::move(cues);
    std::ranges::stable_sort(m_cues, {}, &Cue::from);
    for (const Cue& cue : m_cues)
        m_longest = std::max(m_longest, cue.to - cue.from);
    m_hasAll = true;
}

void CueStore::add(Ms from, Ms to, bool isLast, const std::vector<Cue>& cues)
{
    if (pieceAt(from))
        return;
    m_pieces.push_back({from, std::max(to, from + 1ms), isLast});
    for (const Cue& cue : cues) {
        const auto same = std::ranges::equal_range(m_cues, cue.from, {}, &Cue::from);
        if (m_cues.size() >= player::Subtitles::maxCues || std::ranges::find(same, cue) != same.end())
            continue;
        m_cues.insert(same.end(), cue);
        m_longest = std::max(m_longest, cue.to - cue.from);
    }
}

std::vector<Cue> CueStore::at(Ms time) const
{
    std::vector<Cue> shown;
    for (auto it = std::ranges::lower_bound(m_cues, time - m_longest, {}, &Cue::from); it != m_cues.end() && it->from <= time; ++it) {
        if (time < it->to)
            shown.push_back(*it);
    }
    return shown;
}

std::optional<CueStore::Ms> CueStore::changeAfter(Ms time) const
{
    std::optional<Ms> next;
    const auto take = [&](Ms change) {
        if (change > time && (!next || change < *next))
            next = change;
    };
    for (auto it = std::ranges::lower_bound(m_cues, time - m_longest, {}, &Cue::from); it != m_cues.end(); ++it) {
        take(it->from);
        take(it->to);
        if (it->from > time)
            break;
    }
    return next;
}

const CueStore::Piece* CueStore::pieceAt(Ms time) const
{
    const auto it = std::ranges::find_if(
        m_pieces, [time](const Piece& piece) { return time >= piece.from && (time < piece.to || piece.isLast); });
    return it == m_pieces.end() ? nullptr : &*it;
}

std::optional<CueStore::Ms> CueStore::missing(Ms time, Ms ahead) const
{
    if (m_hasAll)
        return std::nullopt;
    const Piece* now = pieceAt(time);
    if (!now)
        return time;
    if (now->from > 0ms && !pieceAt(now->from - 1ms))
        return now->from - 1ms;
    for (const Piece* piece = now; !piece->isLast;) {
        const Ms next = piece->to;
        if (next > time + ahead)
            return std::nullopt;
        piece = pieceAt(next);
        if (!piece)
            return next;
    }
    return std::nullopt;
}

} // namespace mutoscope::ui
