#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace mutoscope::viewer
{

/// Which of several qualities to buy next: pure. It goes by what the seeder is measured to send and by how much film is here
/// ahead of the player: up only with a margin and something in reserve, down as soon as the rate does not carry the
/// rendition and the reserve is not long, at once to what refills it where it is nearly empty. Between up and down lies a gap, so
/// that a rate on the edge does not make it go to and fro.
class RenditionChoice
{
public:
    /// `bitsPerSecond` of each rendition, sound included, ascending; at least one.
    explicit RenditionChoice(std::vector<std::int64_t> bitsPerSecond);

    /// A moment to decide. Without a rate it stays. `readAheadMs`: no reserve gets longer just now.
    void decide(std::optional<std::int64_t> bytesPerSecond, std::int64_t aheadMs, std::int64_t readAheadMs);
    /// While something is under way: down at once where the rate got too low, so that what is bought next comes in time. True if it is
    /// another one now.
    [[nodiscard]] bool follow(std::optional<std::int64_t> bytesPerSecond, std::int64_t aheadMs);
    [[nodiscard]] std::size_t rung() const { return m_rung; }

private:
    [[nodiscard]] std::size_t highestWithin(double bitsPerSecond) const;

    std::vector<std::int64_t> m_bitsPerSecond;
    std::size_t m_rung = 0;
};

} // namespace mutoscope::viewer
