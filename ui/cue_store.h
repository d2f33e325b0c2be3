#pragma once

#include <optional>
#include <vector>

#include "player/subtitles.h"

namespace mutoscope::ui
{

/// The text of one track as far as it is here: whole, or in pieces that come one by one. Pure; times are the film's.
class CueStore
{
public:
    using Ms = std::chrono::milliseconds;

    void clear();
    /// All there is.
    void setAll(std::vector<player::Cue> cues);
    /// What a piece from `from` to `to` has; `isLast`: nothing follows. A cue that several pieces have counts once.
    void add(Ms from, Ms to, bool isLast, const std::vector<player::Cue>& cues);

    /// What is shown at this time, in the order of its beginning.
    [[nodiscard]] std::vector<player::Cue> at(Ms time) const;
    /// When that changes next; none where it does not.
    [[nodiscard]] std::optional<Ms> changeAfter(Ms time) const;
    /// A time whose piece is missing, to show text at `time` and for so long after it; what is needed first comes first. The piece
    /// before it counts, too: a cue may reach over its end.
    [[nodiscard]] std::optional<Ms> missing(Ms time, Ms ahead) const;

private:
    struct Piece {
        Ms from{0};
        Ms to{0};
        bool isLast = false;
    };
    [[nodiscard]] const Piece* pieceAt(Ms time) const;

    std::vector<player::Cue> m_cues; ///< by their beginning
    std::vector<Piece> m_pieces;
    Ms m_longest{0}; ///< cue
    bool m_hasAll = false;
};

} // namespace mutoscope::ui
