#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "p2p/node/snapshot.h"

namespace mutoscope::ui
{

/// When a film that ran dry goes on: pure. At its start and after a seek it plays as soon as the player can. Where it ran dry in
/// the middle, the line carries less than it takes, so it waits until so much is here that it lasts, as far as the measured rate
/// tells; and twice as much where it runs dry again soon, so that it never stutters in a loop.
class BufferGate
{
public:
    using Ms = std::chrono::milliseconds;

    static constexpr Ms least{4'000};
    static constexpr Ms longest{60'000};

    /// Another film, or another place in it.
    void begin();
    /// It ran dry while it played, at this time of any clock that goes on.
    void ranDry(Ms now);
    /// Figures to decide by.
    struct Supply {
        Ms ahead{0};   ///< here without a gap from where the film stands
        Ms toEnd{0};   ///< from there to the end of the film
        Ms readAhead{0}; ///< more than this never comes; 0 where unknown
        std::optional<double> times; ///< how many times faster than the film plays, film arrives; none where unknown
    };
    /// The film has to wait although the player has something to play.
    [[nodiscard]] bool holds(const Supply& supply);
    [[nodiscard]] bool isClosed() const { return m_isClosed; }
    /// As much as has to be here.
    [[nodiscard]] Ms wanted(const Supply& supply) const;

private:
    bool m_isClosed = false;
    int m_times = 0; ///< that it ran dry, one soon after the other
    std::optional<Ms> m_last;
};

/// What is here without a gap from this time on.
[[nodiscard]] std::chrono::milliseconds aheadOf(std::chrono::milliseconds position, const std::vector<node::TimeRange>& here);

} // namespace mutoscope::ui
