#include "p2p/wallet/reserves_check.h"

#include <algorithm>
#include <array>
#include <limits>

#include "p2p/crypto/hash.h"
#include "p2p/wire/address.h"

namespace mutoscope::wallet
{

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Tokens;
using wire::AddressKind;

namespace
{

constexpr std::array kinds{AddressKind::Ordinary, AddressKind::Spend, AddressKind::Income};
constexpr std::int64_t maxGenerations = 1'000; ///< of addresses that one node has had
constexpr std::size_t maxHistory = 2'000;      ///< entries since the proof
constexpr int maxAttempts = 3;                 ///< to find balances and history that belong together

std::string nameOf(AddressKind kind)
{
    return std::string(wire::enumName(kind)) + " address";
}

/// Which of the node's addresses it is; nothing for a contract's account.
std::optional<AddressKind> kindOf(const base::Address& address, const base::PublicKey& tracker,
                                  const base::PublicKey& node)
{
    if (address == crypto::ordinaryAddress(node))
        return AddressKind::Ordinary;
    for (const AddressKind kind : {AddressKind::Spend, AddressKind::Income}) {
        for (std::int64_t generation = 0; generation < maxGenerations; ++generation) {
            if (wire::derivedAddress(wire::enumName(kind), tracker, node.raw(), generation) == address)
                return kind;
        }
    }
    return std::nullopt;
}

/// Whether the contract's reservation is at the address: its id, or by the ledger's first form one derived from it.
bool isAccountOf(const base::ContractId& contract, const base::Address& address, const base::PublicKey& tracker)
{
    return address.raw() == contract.raw() || wire::derivedAddress("contract", tracker, contract.raw(), 0) == address;
}

Tokens today(const wire::BalanceAnswer& balance, AddressKind kind)
{
    switch (kind) {
    case AddressKind::Ordinary:
        return balance.ordinary;
    case AddressKind::Spend:
        return balance.spend;
    case AddressKind::Income:
        return balance.income;
    }
    return {};
}

/// The balance at the proof's time. With one chain its head says exactly which entries are in it; with several, an
/// entry between the lowest and the highest head may be in or not, but an account's entries are in order: one of the
/// balances on the way must be the proven one. Returns the proven one if it is among them, else the oldest.
Tokens balanceThen(const OwnBooks& own, AddressKind kind, Tokens proven, std::int64_t lowest, std::int64_t highest)
{
    Tokens balance = today(own.balance, kind);
    for (const wire::HistoryEntry& entry : own.history) {
        if (entry.entry <= highest && balance == proven)
            return balance;
        if (entry.entry <= lowest)
            break;
        if (entry.address == kind)
            balance = entry.incoming ? balance - entry.amount : balance + entry.amount;
    }
    return balance;
}

} // namespace

Result<ReservesReport> compareReserves(const wire::ReservesAnswer& answer, const OwnBooks& own,
                                       std::string_view network, const base::PublicKey& tracker,
                                       const base::PublicKey& node)
{
    const auto statement = wire::openReserves(answer.statement, network, tracker);
    if (!statement)
        return tl::unexpected(statement.error());
    const wire::Reserves& said = statement->message;
    ReservesReport report;
    report.time = said.time;
    report.owed = said.sum;
    report.leaves = said.leaves;
    std::map<AddressKind, Tokens> proven;
    for (const wire::InclusionProof& proof : answer.proofs) {
        if (const auto included = wire::verifyInclusion(said, proof); !included)
            return tl::unexpected(included.error());
        if (const auto kind = kindOf(proof.address, tracker, node)) {
            proven[*kind] += proof.balance;
            continue;
        }
        for (const auto& [contract, cap] : own.contracts) {
            if (!isAccountOf(contract, proof.address, tracker))
                continue;
            if (proof.balance < cap)
                return fail(ErrorCode::WrongData, "a contract's reservation is proven with " +
                                                      std::to_string(proof.balance.value()) +
                                                      " micro-tokens, and should have " + std::to_string(cap.value()));
            ++report.contracts;
        }
    }
    if (!own.reachesBack)
        return fail(ErrorCode::Unavailable,
                    "too much has happened since the proof was made; ask again after the next one");
    std::int64_t lowest = said.heads.empty() ? 0 : std::numeric_limits<std::int64_t>::max();
    std::int64_t highest = 0;
    for (const wire::Reserves::Head& head : said.heads) {
        lowest = std::min(lowest, head.number);
        highest = std::max(highest, head.number);
    }
    for (const AddressKind kind : kinds) {
        const Tokens expected = balanceThen(own, kind, proven[kind], lowest, highest);
        report.balances.push_back({kind, proven[kind], expected});
        if (expected != proven[kind])
            return fail(ErrorCode::WrongData, "the proof has " + std::to_string(proven[kind].value()) +
                                                  " micro-tokens on our " + nameOf(kind) + ", and should have " +
                                                  std::to_string(expected.value()));
    }
    return report;
}

namespace
{

/// The story of one check; keeps itself alive by its callbacks.
class Check : public std::enable_shared_from_this<Check>
{
public:
    Check(TrackerClient& tracker, std::string network, const base::PublicKey& node, OwnBooks own,
          std::function<void(Result<ReservesReport>)> done)
        : m_tracker(tracker), m_network(std::move(network)), m_node(node), m_own(std::move(own)),
          m_done(std::move(done))
    {
    }

    void start()
    {
        m_tracker.ask<wire::ReservesAnswer>("getReserves", wire::GetReserves(),
                                            [self = shared_from_this()](auto answer) {
                                                if (!answer)
                                                    return self->m_done(tl::unexpected(answer.error()));
                                                self->m_answer = std::move(answer->message);
                                                self->askBalance();
                                            });
    }

private:
    void askBalance()
    {
        m_own.history.clear();
        m_own.reachesBack = true;
        m_tracker.ask<wire::BalanceAnswer>("getBalance", wire::GetBalance(), [self = shared_from_this()](auto balance) {
            if (!balance)
                return self->m_done(tl::unexpected(balance.error()));
            self->m_own.balance = std::move(balance->message);
            self->askHistory(base::maxInteger);
        });
    }

    /// Pages, until one reaches back to before the proof.
    void askHistory(std::int64_t before)
    {
        wire::GetHistory request;
        request.before = before;
        m_tracker.ask<wire::HistoryAnswer>("getHistory", request, [self = shared_from_this()](auto history) {
            if (!history)
                return self->m_done(tl::unexpected(history.error()));
            auto& entries = history->message.entries;
            auto& all = self->m_own.history;
            all.insert(all.end(), entries.begin(), entries.end());
            const bool more = history->message.more && !entries.empty();
            if (more && all.back().entry > self->lowestHead() && all.size() < maxHistory)
                return self->askHistory(all.back().entry);
            self->m_own.reachesBack = !more || all.back().entry <= self->lowestHead();
            self->askBalanceAgain();
        });
    }

    /// What moved between the two answers would be in one of them only.
    void askBalanceAgain()
    {
        m_tracker.ask<wire::BalanceAnswer>("getBalance", wire::GetBalance(), [self = shared_from_this()](auto balance) {
            if (!balance)
                return self->m_done(tl::unexpected(balance.error()));
            const wire::BalanceAnswer& then = self->m_own.balance;
            const wire::BalanceAnswer& now = balance->message;
            const bool same = then.ordinary == now.ordinary && then.spend == now.spend && then.income == now.income &&
                              then.locked == now.locked && then.spendAddress == now.spendAddress &&
                              then.incomeAddress == now.incomeAddress;
            if (!same && ++self->m_attempts < maxAttempts)
                return self->askBalance();
            if (!same)
                return self->m_done(
                    fail(ErrorCode::Unavailable, "the balances keep moving; ask again when nothing is played"));
            self->m_done(compareReserves(self->m_answer, self->m_own, self->m_network, self->m_tracker.identity()->key,
                                         self->m_node));
        });
    }

    [[nodiscard]] std::int64_t lowestHead() const
    {
        const auto statement = wire::openReserves(m_answer.statement, m_network, m_tracker.identity()->key);
        if (!statement || statement->message.heads.empty())
            return 0;
        return std::ranges::min_element(statement->message.heads, {}, &wire::Reserves::Head::number)->number;
    }

    TrackerClient& m_tracker;
    const std::string m_network;
    const base::PublicKey m_node;
    OwnBooks m_own;
    std::function<void(Result<ReservesReport>)> m_done;
    wire::ReservesAnswer m_answer;
    int m_attempts = 0;
};

} // namespace

void checkReserves(TrackerClient& tracker, const std::string& network, const base::PublicKey& node,
                   std::map<base::ContractId, base::Tokens> contracts, std::function<void(Result<ReservesReport>)> done)
{
    OwnBooks own;
    own.contracts = std::move(contracts);
    std::make_shared<Check>(tracker, network, node, std::move(own), std::move(done))->start();
}

} // namespace mutoscope::wallet
