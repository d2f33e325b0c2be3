#pragma once

#include <algorithm>
#include <span>

#include "player/subtitles.h"

namespace mutoscope::player
{

/// A place for one letter of captions.
struct CaptionCell {
    char16_t letter = 0; ///< 0: nothing
    bool isItalic = false;
    bool operator==(const CaptionCell&) const = default;
};

/// Adds what a row shows to the text as a line of its own; false where it shows nothing.
inline bool appendRow(Cue& cue, std::span<const CaptionCell> cells)
{
    const auto isLetter = [](const CaptionCell& cell) { return cell.letter != 0 && cell.letter != u' '; };
    const auto begin = std::ranges::find_if(cells, isLetter);
    if (begin == cells.end())
        return false;
    const auto end = std::find_if(cells.rbegin(), cells.rend(), isLetter).base();
    if (!cue.text.isEmpty())
        cue.text += u'\n';
    for (auto it = begin; it != end; ++it) {
        const bool continues = it->isItalic && !cue.formats.empty() && cue.formats.back().start + cue.formats.back().length == cue.text.size();
        if (continues)
            ++cue.formats.back().length;
        else if (it->isItalic)
            cue.formats.push_back({.start = cue.text.size(), .length = 1, .isItalic = true});
        cue.text += it->letter == 0 ? QChar(u' ') : QChar(it->letter);
    }
    return true;
}

} // namespace mutoscope::player
