#include <QTest>

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/wire/reserves.h"

using namespace mutoscope;
using base::Tokens;
using wire::MerkleSumTree;
using wire::SumLeaf;
using wire::SumNode;

namespace
{

/// Addresses 00…00, 00…01, … with balances 1, 2, …
std::vector<SumLeaf> leavesOf(std::size_t count)
{
    std::vector<SumLeaf> leaves;
    for (std::size_t i = 0; i < count; ++i) {
        base::Address address;
        address.data()[30] = static_cast<std::uint8_t>(i >> 8);
        address.data()[31] = static_cast<std::uint8_t>(i);
        leaves.push_back({address, Tokens(static_cast<std::int64_t>(i) + 1)});
    }
    return leaves;
}

} // namespace

class TestMerkleSum : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void vectorOfTheProtocol();
    void everyLeafOfEverySizeIsProven();
    void anyChangeIsSeen();
    void impossibleSumsAreRefused();
    void unorderedLeavesAreRefused();
    void pathsOfOtherTreesAreRefused();
};

void TestMerkleSum::vectorOfTheProtocol()
{
    // docs/protocol.md §8, written down independently of the class.
    const auto sha = [](const std::string& bytes) { return std::string(crypto::sha256(bytes).raw()); };
    const auto number = [](char value) { return std::string(7, '\0') + std::string(1, value); };
    const auto leaf = [&](char address, char balance) {
        return sha("mutoscope.reserves.leaf.v1" + std::string(31, '\0') + std::string(1, address) + number(balance));
    };
    const auto inner = [&](const std::string& left, char leftSum, const std::string& right, char rightSum) {
        return sha("mutoscope.reserves.node.v1" + left + number(leftSum) + right + number(rightSum));
    };
    const std::string root = inner(inner(leaf(0, 1), 1, leaf(1, 2), 2), 3, leaf(2, 3), 3);
    const auto tree = MerkleSumTree::build(leavesOf(3));
    QVERIFY(tree);
    QCOMPARE(std::string(tree->root().hash.raw()), root);
    QCOMPARE(tree->root().sum.value(), 6);
    QCOMPARE(base::toHex(tree->root().hash),
             std::string("f2187a790f64c217eb79af636280decf21d0ba12db48a7faf026c3f9d306284c"));
    QCOMPARE(base::toHex(MerkleSumTree::build({})->root().hash),
             base::toHex(crypto::sha256("mutoscope.reserves.empty.v1")));
}

void TestMerkleSum::everyLeafOfEverySizeIsProven()
{
    for (std::size_t count = 1; count <= 70; ++count) {
        const auto tree = MerkleSumTree::build(leavesOf(count));
        QVERIFY(tree);
        QCOMPARE(tree->root().sum.value(), static_cast<std::int64_t>(count * (count + 1) / 2));
        for (std::size_t i = 0; i < count; ++i) {
            QCOMPARE(tree->find(tree->leaves()[i].address), std::optional(i));
            const auto root = wire::rootOf(tree->leaves()[i], static_cast<std::int64_t>(i),
                                           static_cast<std::int64_t>(count), tree->path(i));
            QVERIFY(root);
            QCOMPARE(*root, tree->root());
        }
        QVERIFY(!tree->find(crypto::hash<base::Address>("nobody")));
    }
}

void TestMerkleSum::anyChangeIsSeen()
{
    const auto tree = *MerkleSumTree::build(leavesOf(11));
    const auto proven = [&](const SumLeaf& leaf, std::int64_t index, const std::vector<SumNode>& path) {
        const auto root = wire::rootOf(leaf, index, 11, path);
        return root && *root == tree.root();
    };
    const SumLeaf leaf = tree.leaves()[4];
    const auto path = tree.path(4);
    QVERIFY(proven(leaf, 4, path));
    SumLeaf other = leaf;
    other.balance += Tokens(1);
    QVERIFY(!proven(other, 4, path));
    other = leaf;
    other.address.data()[0] ^= 1;
    QVERIFY(!proven(other, 4, path));
    QVERIFY(!proven(leaf, 5, path));
    for (std::size_t i = 0; i < path.size(); ++i) {
        auto changed = path;
        changed[i].sum += Tokens(1); // the sum of a node is in its parent's hash, not only its hash
        QVERIFY(!proven(leaf, 4, changed));
        changed = path;
        changed[i].hash.data()[3] ^= 1;
        QVERIFY(!proven(leaf, 4, changed));
    }
    // Owed to one, and taken from another: the sum is the same, the root isn't.
    auto leaves = leavesOf(11);
    leaves[2].balance += Tokens(1);
    leaves[7].balance -= Tokens(1);
    QVERIFY(MerkleSumTree::build(leaves)->root().sum == tree.root().sum);
    QVERIFY(MerkleSumTree::build(leaves)->root().hash != tree.root().hash);
    // An inner node is no leaf: they are hashed apart.
    QVERIFY(wire::leafNode({base::Address::fromRaw(tree.root().hash.raw()), tree.root().sum}).hash != tree.root().hash);
}

void TestMerkleSum::impossibleSumsAreRefused()
{
    auto leaves = leavesOf(4);
    leaves[1].balance = Tokens(-1);
    QVERIFY(!MerkleSumTree::build(leaves));
    leaves[1].balance = Tokens(base::maxInteger + 1);
    QVERIFY(!MerkleSumTree::build(leaves));
    leaves[1].balance = Tokens(base::maxInteger);
    QVERIFY(!MerkleSumTree::build(leaves)); // with the others it is too much
    // A negative sibling would hide what is owed to others.
    const auto tree = *MerkleSumTree::build(leavesOf(4));
    auto path = tree.path(0);
    path[1].sum = Tokens(-5);
    QVERIFY(!wire::rootOf(tree.leaves()[0], 0, 4, path));
    path[1].sum = Tokens(base::maxInteger);
    QVERIFY(!wire::rootOf(tree.leaves()[0], 0, 4, path));
    QVERIFY(!wire::rootOf({tree.leaves()[0].address, Tokens(-1)}, 0, 4, tree.path(0)));
}

void TestMerkleSum::unorderedLeavesAreRefused()
{
    auto leaves = leavesOf(4);
    std::swap(leaves[1], leaves[2]);
    QVERIFY(!MerkleSumTree::build(leaves));
    leaves = leavesOf(4);
    leaves[2] = leaves[1];
    QVERIFY(!MerkleSumTree::build(leaves));
}

void TestMerkleSum::pathsOfOtherTreesAreRefused()
{
    const auto tree = *MerkleSumTree::build(leavesOf(8));
    const auto path = tree.path(3);
    QVERIFY(!wire::rootOf(tree.leaves()[3], 3, 4, path)); // too long
    QVERIFY(!wire::rootOf(tree.leaves()[3], 3, 9, path)); // too short
    QVERIFY(!wire::rootOf(tree.leaves()[3], 8, 8, path)); // no such place
    QVERIFY(!wire::rootOf(tree.leaves()[3], -1, 8, path));
    QVERIFY(!wire::rootOf(tree.leaves()[3], 3, base::maxInteger, path));
    QVERIFY(!wire::rootOf(tree.leaves()[3], 0, 0, {}));
}

QTEST_GUILESS_MAIN(TestMerkleSum)
#include "tst_merkle_sum.moc"
