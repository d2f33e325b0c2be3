// The parts of Ledger that only read: an owner's history, and the check of everything.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/ledger/ledger.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Tokens;

namespace
{

wire::AddressKind wireKind(AccountKind kind)
{
    switch (kind) {
    case AccountKind::Income:
        return wire::AddressKind::Income;
    case AccountKind::Spend:
        return wire::AddressKind::Spend;
    case AccountKind::Ordinary:
    case AccountKind::Contract:
    case AccountKind::Issuance:
        break;
    }
    return wire::AddressKind::Ordinary;
}

wire::EntryKind wireKind(EntryKind kind)
{
    switch (kind) {
    case EntryKind::Issue:
        return wire::EntryKind::Issue;
    case EntryKind::Transfer:
    case EntryKind::AddressOpened: // moves nothing, so it is in nobody's history
        break;
    case EntryKind::AddressClosed:
        return wire::EntryKind::AddressClosed;
    case EntryKind::ContractOpened:
        return wire::EntryKind::ContractOpened;
    case EntryKind::ContractClosed:
        return wire::EntryKind::ContractClosed;
    }
    return wire::EntryKind::Transfer;
}

tl::unexpected<base::Error> broken(std::string where)
{
    return fail(ErrorCode::WrongData, std::move(where));
}

} // namespace

Result<Ledger::History> Ledger::history(const base::PublicKey& owner, std::int64_t before, std::int64_t limit)
{
    std::map<base::Address, wire::AddressKind> mine{{crypto::ordinaryAddress(owner), wire::AddressKind::Ordinary}};
    for (const Account& account : m_store->accountsOf(owner))
        mine.emplace(account.address, wireKind(account.kind));
    std::set<std::int64_t, std::greater<>> numbers;
    for (const auto& [address, kind] : mine) {
        for (const std::int64_t number : m_store->entriesOf(address, before, limit + 1))
            numbers.insert(number);
    }

    History history;
    std::int64_t taken = 0;
    for (const std::int64_t number : numbers) {
        if (taken++ == limit) {
            history.more = true;
            break;
        }
        const auto entry = m_store->entry(number);
        if (!entry)
            break; // the store has failed
        for (const Posting& posting : entry->postings) {
            const auto own = mine.find(posting.account);
            if (own == mine.end())
                continue;
            wire::HistoryEntry row;
            row.entry = entry->number;
            row.time = entry->time;
            row.kind = wireKind(entry->kind);
            row.address = own->second;
            // A closed contract that returns nothing still is a row of its viewer's: incoming, of 0.
            row.incoming = posting.amount.value() > 0 ||
                           (posting.amount.value() == 0 && entry->kind == EntryKind::ContractClosed);
            row.amount = posting.amount.value() < 0 ? Tokens() - posting.amount : posting.amount;
            row.memo = entry->memo;
            if (entry->kind == EntryKind::Transfer) {
                const auto other = std::ranges::find_if(
                    entry->postings, [&](const Posting& each) { return each.account != posting.account; });
                if (other != entry->postings.end())
                    row.counterparty = other->account;
            }
            if (entry->kind == EntryKind::ContractOpened || entry->kind == EntryKind::ContractClosed) {
                row.contract = base::ContractId::fromRaw(entry->subject.raw());
                if (const auto contract = m_store->contract(*row.contract))
                    row.content = contract->content;
            }
            history.entries.push_back(std::move(row));
        }
    }
    return unlessFailed(std::move(history));
}

Result<void> Ledger::check()
{
    Result<void> outcome;
    std::unordered_map<base::Address, std::int64_t> sums;
    Store::Head last;
    m_store->eachEntry([&](const Entry& entry) {
        const std::string name = "entry " + std::to_string(entry.number);
        std::int64_t sum = 0;
        for (const Posting& posting : entry.postings) {
            sum += posting.amount.value();
            sums[posting.account] += posting.amount.value();
        }
        if (entry.number != last.number + 1)
            outcome = broken("after entry " + std::to_string(last.number) + " comes " + name);
        else if (entry.prevHash != last.hash)
            outcome = broken(name + " does not continue the hash chain");
        else if (hashOf(entry) != entry.hash)
            outcome = broken(name + " does not have the hash of its content");
        else if (sum != 0)
            outcome = broken(name + " does not sum to zero but to " + std::to_string(sum));
        last = {entry.number, entry.hash};
        return outcome.has_value();
    });
    if (!outcome)
        return outcome;

    std::unordered_map<base::Address, std::int64_t> reserved;
    m_store->eachContract([&](const ContractRecord& contract) {
        const bool closed = contract.state == wire::ContractState::Closed;
        if (closed && contract.paid + contract.returned != contract.cap)
            outcome = broken("contract " + base::toHex(contract.id) + " paid and returned more or less than its cap");
        reserved[contract.account] = closed ? 0 : contract.cap.value();
        return outcome.has_value();
    });
    if (!outcome)
        return outcome;

    std::int64_t total = 0;
    m_store->eachAccount([&](const Account& account) {
        const std::string name = "the account " + base::toHex(account.address);
        const auto sum = sums.extract(account.address);
        const std::int64_t computed = sum.empty() ? 0 : sum.mapped();
        total += account.balance.value();
        if (account.balance.value() != computed)
            outcome = broken(name + " has the balance " + std::to_string(account.balance.value()) +
                             ", but its postings sum to " + std::to_string(computed));
        if (account.kind == AccountKind::Contract) {
            const auto holds = reserved.extract(account.address);
            if (holds.empty() || holds.mapped() != computed)
                outcome = broken(name + " does not hold what its contract reserves");
        }
        return outcome.has_value();
    });
    if (!outcome)
        return outcome;
    if (total != 0)
        return broken("all balances sum to " + std::to_string(total) + " and not to zero");
    if (std::ranges::any_of(sums, [](const auto& sum) { return sum.second != 0; }))
        return broken("there are postings to an account that does not exist");
    if (std::ranges::any_of(reserved, [](const auto& each) { return each.second != 0; }))
        return broken("a contract's account does not exist");
    if (!m_store->documentsFit())
        return broken("a document does not have the bytes of its hash");
    if (const auto failed = m_store->error())
        return tl::unexpected(*failed);
    return {};
}

} // namespace mutoscope::ledger
