#pragma once

#include <optional>
#include <span>
#include <vector>

#include "p2p/base/result.h"
#include "p2p/base/types.h"

/// A Merkle sum tree over (address, balance), protocol §8: its root commits to every balance and to their sum, and a
/// path shows to the owner of one leaf that it is in. Pure.
///
///     leaf:   SHA-256("mutoscope.reserves.leaf.v1" ‖ address ‖ balance), its sum is the balance
///     inner:  SHA-256("mutoscope.reserves.node.v1" ‖ left hash ‖ left sum ‖ right hash ‖ right sum), its sum is theirs
///     empty:  SHA-256("mutoscope.reserves.empty.v1"), sum 0
///
/// Numbers are 8 bytes big-endian. Leaves stand by ascending address; on each level neighbours are paired from the
/// left, and a last one without a partner goes up as it is. So the number of leaves fixes the form of the tree.
namespace mutoscope::wire
{

struct SumNode {
    base::Sha256 hash;
    base::Tokens sum;

    bool operator==(const SumNode&) const = default;
};

struct SumLeaf {
    base::Address address;
    base::Tokens balance;

    bool operator==(const SumLeaf&) const = default;
};

[[nodiscard]] SumNode leafNode(const SumLeaf& leaf);
/// Unacceptable where a sum is negative, or larger than any amount can be.
[[nodiscard]] base::Result<SumNode> innerNode(const SumNode& left, const SumNode& right);

class MerkleSumTree
{
public:
    /// Unacceptable where the leaves are not strictly ascending, a balance is negative, or their sum is larger than any
    /// amount can be.
    [[nodiscard]] static base::Result<MerkleSumTree> build(std::vector<SumLeaf> leaves);

    [[nodiscard]] SumNode root() const;
    [[nodiscard]] const std::vector<SumLeaf>& leaves() const { return m_leaves; }
    /// Position of the address among the leaves.
    [[nodiscard]] std::optional<std::size_t> find(const base::Address& address) const;
    /// The siblings on the way from the leaf to the root; a level where there is none is left out.
    [[nodiscard]] std::vector<SumNode> path(std::size_t index) const;

private:
    std::vector<SumLeaf> m_leaves;
    std::vector<std::vector<SumNode>> m_levels; ///< leaves first, the root last; none where there are no leaves
};

/// The root that this leaf at this place leads to. Unacceptable where the path doesn't fit a tree of `count` leaves, or
/// a sum on the way is impossible.
[[nodiscard]] base::Result<SumNode> rootOf(const SumLeaf& leaf, std::int64_t index, std::int64_t count,
                                           std::span<const SumNode> path);

} // namespace mutoscope::wire
