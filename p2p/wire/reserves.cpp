#include "p2p/wire/reserves.h"

#include "p2p/base/encoding.h"

namespace mutoscope::wire
{

using base::ErrorCode;
using base::fail;
using base::Result;

InclusionProof inclusionProof(const MerkleSumTree& tree, std::size_t index)
{
    InclusionProof proof;
    proof.address = tree.leaves()[index].address;
    proof.balance = tree.leaves()[index].balance;
    proof.index = static_cast<std::int64_t>(index);
    for (const SumNode& node : tree.path(index))
        proof.path.push_back({node.hash, node.sum});
    return proof;
}

std::optional<base::Tokens> Reserves::backing() const
{
    base::Tokens total = issued;
    for (const Claim& claim : claims.value_or(std::vector<Claim>())) {
        if (claim.amount.value() > base::maxInteger - total.value())
            return std::nullopt;
        total += claim.amount;
    }
    return total;
}

Result<Signed<Reserves>> openReserves(std::string_view bytes, std::string_view network, const base::PublicKey& tracker)
{
    auto statement = open<Reserves>(bytes, network, {Role::Node});
    if (!statement)
        return statement;
    const Reserves& reserves = statement->message;
    if (reserves.node != tracker)
        return fail(ErrorCode::BadSignature, "the statement is of another tracker");
    const auto backing = reserves.backing();
    if (reserves.sum != backing)
        return fail(ErrorCode::WrongData, "the tracker owes " + std::to_string(reserves.sum.value()) +
                                              " micro-tokens, but has issued " +
                                              std::to_string(reserves.issued.value()) +
                                              (reserves.claims ? " and claims others from other trackers" : ""));
    return statement;
}

Result<void> verifyInclusion(const Reserves& statement, const InclusionProof& proof)
{
    std::vector<SumNode> path;
    for (const InclusionProof::Step& step : proof.path)
        path.push_back({step.hash, step.sum});
    const auto root = rootOf({proof.address, proof.balance}, proof.index, statement.leaves, path);
    if (!root)
        return fail(ErrorCode::WrongData,
                    "the proof for " + base::toHex(proof.address) + " is none: " + root.error().message);
    if (*root != SumNode{statement.root, statement.sum})
        return fail(ErrorCode::WrongData, "the proof for " + base::toHex(proof.address) + " leads to another tree");
    return {};
}

Result<void> verifyLeaves(const Reserves& statement, std::vector<SumLeaf> leaves)
{
    const auto tree = MerkleSumTree::build(std::move(leaves));
    if (!tree)
        return fail(ErrorCode::WrongData, tree.error().message);
    if (static_cast<std::int64_t>(tree->leaves().size()) != statement.leaves ||
        tree->root() != SumNode{statement.root, statement.sum})
        return fail(ErrorCode::WrongData, "the leaves are not those of the statement's tree");
    return {};
}

} // namespace mutoscope::wire
