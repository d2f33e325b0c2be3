#pragma once

#include <cstdint>
#include <optional>

#include "p2p/base/types.h"

namespace mutoscope::viewer
{

/// How much film is bought ahead of the player: pure. Never more than the person allows. Where the line carries the film
/// several times over, half of that is enough, as a gap is filled quickly, and less is paid for that is never watched; the closer
/// the line is to what the film takes, the deeper. It follows the measured rate in steps, so that it does not go to and fro.
class ReadAhead
{
public:
    static constexpr std::int64_t leastMs = 0; ///< only what the player waits for
    static constexpr std::int64_t longestMs = 600'000;

    explicit ReadAhead(std::int64_t mostMs) { setMost(mostMs); }

    /// Clamped to leastMs … longestMs.
    void setMost(std::int64_t ms);
    [[nodiscard]] std::int64_t mostMs() const { return m_mostMs; }
    /// A rate was measured; both in bytes per second, the film's on average.
    void measured(std::int64_t rate, std::int64_t filmRate);
    /// Where to stop buying now.
    [[nodiscard]] std::int64_t depthMs() const { return m_depthMs; }
    /// How far what is left of a cap reaches at this price, at most mostMs(): what a person is told.
    [[nodiscard]] std::int64_t reachMs(base::Tokens left, base::Tokens pricePerMiB, std::int64_t filmRate) const;

private:
    [[nodiscard]] std::int64_t shallowMs() const;

    std::int64_t m_mostMs = 0;
    std::int64_t m_depthMs = 0;
};

} // namespace mutoscope::viewer
