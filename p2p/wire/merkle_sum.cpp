#include "p2p/wire/merkle_sum.h"

#include <algorithm>
#include <string>

#include "p2p/crypto/hash.h"

namespace mutoscope::wire
{

using base::ErrorCode;
using base::fail;
using base::Result;

namespace
{

void append(std::string& bytes, base::Tokens amount)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes += static_cast<char>((static_cast<std::uint64_t>(amount.value()) >> shift) & 0xff);
}

bool isAmount(base::Tokens amount)
{
    return amount.value() >= 0 && amount.value() <= base::maxInteger;
}

} // namespace

SumNode leafNode(const SumLeaf& leaf)
{
    std::string bytes = "mutoscope.reserves.leaf.v1";
    bytes += leaf.address.raw();
    append(bytes, leaf.balance);
    return {crypto::sha256(bytes), leaf.balance};
}

Result<SumNode> innerNode(const SumNode& left, const SumNode& right)
{
    if (!isAmount(left.sum) || !isAmount(right.sum) || left.sum.value() > base::maxInteger - right.sum.value())
        return fail(ErrorCode::Unacceptable, "a sum in the tree is negative, or larger than any amount can be");
    std::string bytes = "mutoscope.reserves.node.v1";
    for (const SumNode* node : {&left, &right}) {
        bytes += node->hash.raw();
        append(bytes, node->sum);
    }
    return SumNode{crypto::sha256(bytes), left.sum + right.sum};
}

Result<MerkleSumTree> MerkleSumTree::build(std::vector<SumLeaf> leaves)
{
    MerkleSumTree tree;
    std::vector<SumNode> level;
    level.reserve(leaves.size());
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        if (i > 0 && leaves[i - 1].address >= leaves[i].address)
            return fail(ErrorCode::Unacceptable, "the leaves are not by ascending address, each once");
        if (!isAmount(leaves[i].balance))
            return fail(ErrorCode::Unacceptable, "a balance is negative, or larger than any amount can be");
        level.push_back(leafNode(leaves[i]));
    }
    tree.m_leaves = std::move(leaves);
    while (!level.empty()) {
        tree.m_levels.push_back(std::move(level));
        const std::vector<SumNode>& below = tree.m_levels.back();
        level.clear();
        if (below.size() == 1)
            break;
        for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
            auto node = innerNode(below[i], below[i + 1]);
            if (!node)
                return tl::unexpected(node.error());
            level.push_back(*node);
        }
        if (below.size() % 2 == 1)
            level.push_back(below.back());
    }
    return tree;
}

SumNode MerkleSumTree::root() const
{
    return m_levels.empty() ? SumNode{crypto::sha256("mutoscope.reserves.empty.v1"), {}} : m_levels.back().front();
}

std::optional<std::size_t> MerkleSumTree::find(const base::Address& address) const
{
    const auto it = std::ranges::lower_bound(m_leaves, address, {}, &SumLeaf::address);
    if (it == m_leaves.end() || it->address != address)
        return std::nullopt;
    return static_cast<std::size_t>(it - m_leaves.begin());
}

std::vector<SumNode> MerkleSumTree::path(std::size_t index) const
{
    std::vector<SumNode> path;
    for (const std::vector<SumNode>& level : m_levels) {
        const std::size_t sibling = index ^ 1;
        if (sibling < level.size())
            path.push_back(level[sibling]);
        index /= 2;
    }
    return path;
}

Result<SumNode> rootOf(const SumLeaf& leaf, std::int64_t index, std::int64_t count, std::span<const SumNode> path)
{
    if (index < 0 || index >= count || !isAmount(leaf.balance))
        return fail(ErrorCode::Unacceptable, "there is no such leaf in a tree of that size");
    SumNode node = leafNode(leaf);
    std::size_t taken = 0;
    for (; count > 1; count = count / 2 + count % 2, index /= 2) {
        const std::int64_t sibling = index ^ 1;
        if (sibling >= count)
            continue; // goes up as it is
        if (taken == path.size())
            return fail(ErrorCode::Unacceptable, "the path is shorter than one of that tree");
        const SumNode& other = path[taken++];
        const auto up = index % 2 == 0 ? innerNode(node, other) : innerNode(other, node);
        if (!up)
            return up;
        node = *up;
    }
    if (taken != path.size())
        return fail(ErrorCode::Unacceptable, "the path is longer than one of that tree");
    return node;
}

} // namespace mutoscope::wire
