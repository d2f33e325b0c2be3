#include "p2p/tracker/reserves_keeper.h"

#include <algorithm>
#include <map>

#include "p2p/base/log.h"
#include "p2p/crypto/hash.h"
#include "p2p/wire/amount.h"

namespace mutoscope::tracker
{

using base::Result;
using ledger::AccountKind;

wire::ReservesAnswer ReservesSnapshot::answerFor(const base::PublicKey& node) const
{
    std::vector<base::Address> wanted{crypto::ordinaryAddress(node)};
    if (const auto own = owned.find(node); own != owned.end()) {
        wanted.insert(wanted.end(), own->second.addresses.begin(), own->second.addresses.end());
        wanted.insert(wanted.end(), own->second.contracts.begin(), own->second.contracts.end());
    }
    wire::ReservesAnswer answer;
    answer.statement = statement.bytes;
    for (const base::Address& address : wanted) {
        const auto index = tree.find(address);
        if (!index)
            continue; // no account: nothing is owed
        if (answer.proofs.size() == wire::ReservesAnswer::maxProofs) {
            answer.more = true;
            break;
        }
        answer.proofs.push_back(wire::inclusionProof(tree, *index));
    }
    return answer;
}

Result<std::shared_ptr<const ReservesSnapshot>> takeReserves(ledger::Store& store, const crypto::NodeKey& key,
                                                             const base::Clock& clock)
{
    if (const auto begun = store.begin(ledger::Store::Access::Read); !begun)
        return tl::unexpected(begun.error());
    wire::Reserves reserves;
    reserves.node = key.publicKey();
    auto snapshot = std::make_shared<ReservesSnapshot>();
    std::vector<wire::SumLeaf> leaves;
    std::map<base::PublicKey, base::Tokens> claims;
    // The first read fixes the moment, so the time is taken after it: whatever is in has happened by then.
    if (const auto identity = store.identity())
        reserves.network = identity->network;
    reserves.time = clock.now();
    store.eachAccount([&](const ledger::Account& account) {
        if (account.kind == AccountKind::Issuance)
            reserves.issued = base::Tokens() - account.balance;
        else if (account.kind == AccountKind::Nostro)
            claims[*account.owner] += base::Tokens() - account.balance;
        else if (account.open)
            leaves.push_back({account.address, account.balance});
        if (account.owner && account.open && account.kind != AccountKind::Nostro)
            snapshot->owned[*account.owner].addresses.push_back(account.address);
        return true;
    });
    std::vector<std::pair<base::PublicKey, base::Address>> served;
    store.eachContract([&](const ledger::ContractRecord& contract) {
        if (contract.state != wire::ContractState::Closed) {
            snapshot->owned[contract.viewer].contracts.push_back(contract.account);
            served.emplace_back(contract.seeder, contract.account);
        }
        return true;
    });
    for (const auto& [seeder, account] : served)
        snapshot->owned[seeder].contracts.push_back(account);
    for (const ledger::Store::Head& head : store.heads())
        reserves.heads.push_back({head.key.chain, head.key.number, head.hash});
    const auto failed = store.error();
    store.rollback();
    if (failed)
        return tl::unexpected(*failed);
    for (const auto& [tracker, amount] : claims) {
        if (amount.value() > 0) {
            if (!reserves.claims)
                reserves.claims.emplace();
            reserves.claims->push_back({tracker, amount});
        }
    }
    if (reserves.claims && reserves.claims->size() > wire::Reserves::maxClaims)
        return base::fail(base::ErrorCode::TooLarge, "more trackers owe this one than a statement can name");
    if (reserves.heads.size() > wire::Reserves::maxHeads)
        return base::fail(base::ErrorCode::TooLarge, "the journal has more chains than a statement can name");

    std::ranges::sort(leaves, {}, &wire::SumLeaf::address);
    // A contract's account may have the address of an ordinary one: then it is owed both.
    std::vector<wire::SumLeaf> merged;
    merged.reserve(leaves.size());
    for (const wire::SumLeaf& leaf : leaves) {
        if (!merged.empty() && merged.back().address == leaf.address)
            merged.back().balance += leaf.balance;
        else
            merged.push_back(leaf);
    }
    auto tree = wire::MerkleSumTree::build(std::move(merged));
    if (!tree)
        return tl::unexpected(tree.error());
    reserves.root = tree->root().hash;
    reserves.sum = tree->root().sum;
    reserves.leaves = static_cast<std::int64_t>(tree->leaves().size());
    if (reserves.sum != reserves.backing())
        return base::fail(base::ErrorCode::WrongData, "what is owed, " + wire::inWords(reserves.sum) +
                                                          ", is not what was issued, " +
                                                          wire::inWords(reserves.issued) +
                                                          (reserves.claims ? ", and what others owe" : "") + ": run the audit");
    snapshot->tree = std::move(*tree);
    snapshot->statement = wire::sign(std::move(reserves), key);
    return snapshot;
}

ReservesKeeper::ReservesKeeper(OpenStore openStore, const crypto::NodeKey& key, const base::Clock& clock,
                               std::chrono::seconds interval)
    : m_openStore(std::move(openStore)), m_key(key), m_clock(clock), m_interval(interval), m_thread([this] { loop(); })
{
}

ReservesKeeper::~ReservesKeeper()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

std::shared_ptr<const ReservesSnapshot> ReservesKeeper::latest() const
{
    const std::lock_guard lock(m_mutex);
    return m_latest;
}

void ReservesKeeper::loop()
{
    for (;;) {
        auto store = m_openStore();
        auto snapshot = store ? takeReserves(**store, m_key, m_clock)
                              : Result<std::shared_ptr<const ReservesSnapshot>>(tl::unexpected(store.error()));
        if (!snapshot)
            qCWarning(logTracker, "no proof of reserves: %s", snapshot.error().message.c_str());
        std::unique_lock lock(m_mutex);
        if (snapshot) // else the one before is still true of its time
            m_latest = std::move(*snapshot);
        const auto stopping = [this] { return m_stopping; };
        if (m_interval.count() == 0)
            m_wake.wait(lock, stopping);
        else
            m_wake.wait_for(lock, m_interval, stopping);
        if (m_stopping)
            return;
    }
}

} // namespace mutoscope::tracker
