#pragma once

#include <cstdint>
#include <vector>

#include "p2p/base/types.h"

namespace mutoscope::wire
{

/// A set of segment indices as ascending, disjoint, not touching ranges, both ends included. So equal sets are equal
/// texts: on the wire [[0,4],[7,7]].
class SegmentRanges
{
public:
    struct Range {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        bool operator==(const Range&) const = default;
    };

    static constexpr std::size_t maxRanges = 1024;     ///< more does not fit into a receipt
    static constexpr std::uint32_t maxIndex = 1 << 20; ///< of a segment

    /// False where the ranges are not in the form above, too many or too large.
    [[nodiscard]] bool assign(std::vector<Range> ranges);
    void insert(base::SegmentIndex index);

    [[nodiscard]] bool contains(base::SegmentIndex index) const;
    [[nodiscard]] bool includes(const SegmentRanges& other) const;
    [[nodiscard]] std::int64_t count() const;
    [[nodiscard]] bool empty() const { return m_ranges.empty(); }
    [[nodiscard]] const std::vector<Range>& ranges() const { return m_ranges; }

    bool operator==(const SegmentRanges&) const = default;

private:
    std::vector<Range> m_ranges;
};

} // namespace mutoscope::wire
