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
    case AccountKind::Nostro:
    case AccountKind::Vostro:
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
    case EntryKind::Settlement:    // is between trackers
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
    for (const Account& account : m_store->accountsOf(owner)) {
        if (account.kind == AccountKind::Income || account.kind == AccountKind::Spend)
            mine.emplace(account.address, wireKind(account.kind));
    }
    const auto newestFirst = [](const EntryKey& a, const EntryKey& b) {
        return std::pair(a.number, a.chain) > std::pair(b.number, b.chain);
    };
    std::set<EntryKey, decltype(newestFirst)> keys(newestFirst);
    for (const auto& [address, kind] : mine) {
        for (const EntryKey& key : m_store->entriesOf(address, before, limit + 1))
            keys.insert(key);
    }

    History history;
    std::int64_t taken = 0;
    for (const EntryKey& key : keys) {
        // The next page begins below a number, so entries of different chains with one number stay together.
        if (taken++ >= limit && (history.entries.empty() || history.entries.back().entry != key.number)) {
            history.more = true;
            break;
        }
        const auto entry = m_store->entry(key);
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
                if (const auto contract = m_store->contract(*row.contract, Store::Lock::None))
                    row.content = contract->content;
            }
            history.entries.push_back(std::move(row));
        }
    }
    return unlessFailed(std::move(history));
}

Result<void> Ledger::check()
{
    struct Sum {
        std::int64_t amount = 0;
        std::int64_t last = 0; ///< the highest number of an entry that touched the account
    };
    Result<void> outcome;
    std::unordered_map<base::Address, Sum> sums;
    std::map<std::int64_t, Store::Head> chains;
    const bool oneChain = m_store->heads().size() == 1;
    m_store->eachEntry([&](const Entry& entry, const Document& document) {
        const std::string name =
            "entry " + std::to_string(entry.number) + (entry.chain == 0 ? "" : " of chain " + std::to_string(entry.chain));
        std::int64_t sum = 0;
        for (const Posting& posting : entry.postings) {
            sum += posting.amount.value();
            Sum& account = sums[posting.account];
            account.amount += posting.amount.value();
            if (posting.account.raw() == entry.subject.raw() && entry.kind != EntryKind::AddressClosed)
                continue; // the contract's own account
            if (entry.number <= account.last)
                outcome = broken(name + " does not come after the one that touched its account before");
            account.last = entry.number;
        }
        if (entry.kind == EntryKind::AddressOpened)
            sums[base::Address::fromRaw(entry.subject.raw())].last = entry.number;
        Store::Head& last =
            chains.try_emplace(entry.chain, Store::Head{{entry.chain, 0}, chainStart(entry.chain)}).first->second;
        if (entry.number <= last.key.number || (oneChain && entry.number != last.key.number + 1))
            outcome = broken("after entry " + std::to_string(last.key.number) + " comes " + name);
        else if (entry.prevHash != last.hash)
            outcome = broken(name + " does not continue the hash chain");
        else if (hashOf(entry) != entry.hash)
            outcome = broken(name + " does not have the hash of its content");
        else if (crypto::sha256(document.bytes) != entry.cause)
            outcome = broken("the document of " + name + " does not have the bytes of its hash");
        else if (sum != 0)
            outcome = broken(name + " does not sum to zero but to " + std::to_string(sum));
        last = {entry.key(), entry.hash};
        return outcome.has_value();
    });
    if (!outcome)
        return outcome;

    struct Reserved {
        std::int64_t contracts = 0;
        std::int64_t amount = 0;
    };
    std::unordered_map<base::Address, Reserved> reserved; // by spend address
    m_store->eachContract([&](const ContractRecord& contract) {
        const bool closed = contract.state == wire::ContractState::Closed;
        const std::string name = "contract " + base::toHex(contract.id);
        if (closed && contract.paid + contract.returned != contract.cap)
            outcome = broken(name + " paid and returned more or less than its cap");
        if (!closed) {
            Reserved& address = reserved[contract.spendAddress];
            ++address.contracts;
            address.amount += contract.cap.value();
        }
        return outcome.has_value();
    });
    if (!outcome)
        return outcome;

    std::int64_t total = 0;
    std::unordered_map<base::Address, std::int64_t> balances; // of contracts, and of accounts that share an id with one
    m_store->eachAccount([&](const Account& account) {
        const std::string name = "the account " + base::toHex(account.address);
        total += account.balance.value();
        balances[account.address] += account.balance.value();
        if (account.kind == AccountKind::Contract)
            return true;
        if (const auto sum = sums.find(account.address);
            account.lastEntry != (sum == sums.end() ? 0 : sum->second.last))
            outcome = broken(name + " was last touched by another entry than it says");
        const auto held = reserved.extract(account.address);
        const Reserved expected = held.empty() ? Reserved() : held.mapped();
        if (account.openContracts != expected.contracts || account.reserved.value() != expected.amount)
            outcome = broken(name + " does not know what is reserved on it");
        return outcome.has_value();
    });
    if (!outcome)
        return outcome;
    if (!reserved.empty())
        return broken("the spend address of a contract does not exist");
    for (const auto& [address, balance] : balances) {
        const auto sum = sums.extract(address);
        const std::int64_t computed = sum.empty() ? 0 : sum.mapped().amount;
        if (balance != computed)
            return broken("the account " + base::toHex(address) + " has the balance " + std::to_string(balance) +
                          ", but its postings sum to " + std::to_string(computed));
    }
    if (std::ranges::any_of(sums, [](const auto& sum) { return sum.second.amount != 0; }))
        return broken("there are postings to an account that does not exist");
    if (total != 0)
        return broken("all balances sum to " + std::to_string(total) + " and not to zero");
    if (const auto failed = m_store->error())
        return tl::unexpected(*failed);
    return {};
}

} // namespace mutoscope::ledger
