#include "p2p/ledger/auditor.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/wire/address.h"
#include "p2p/wire/contract.h"

namespace mutoscope::ledger
{

using base::toHex;
using base::Tokens;
using wire::Role;

namespace
{

/// A request's time is at most 10 minutes off the tracker's (protocol §3) when it is looked at; the rest is for a
/// machine that was paused before it wrote.
constexpr std::chrono::milliseconds maxLag = std::chrono::hours(1);

std::string text(std::int64_t value)
{
    return std::to_string(value);
}

std::string text(Tokens value)
{
    return std::to_string(value.value()) + " micro-tokens";
}

tl::unexpected<Break> broken(const Entry& entry, std::string what, std::string found, std::string expected)
{
    return tl::unexpected<Break>(Break{entry.key(), std::move(what), std::move(found), std::move(expected)});
}

base::Sha256 subjectOf(const auto& id)
{
    return base::Sha256::fromRaw(id.raw());
}

std::string bigEndian(std::int64_t value)
{
    std::string out;
    for (int shift = 56; shift >= 0; shift -= 8)
        out += static_cast<char>((static_cast<std::uint64_t>(value) >> shift) & 0xff);
    return out;
}

std::string signersOf(std::initializer_list<Role> roles)
{
    std::string names;
    for (const Role role : roles) {
        names += names.empty() ? "" : " and ";
        switch (role) {
        case Role::Node:
            names += "its sender";
            break;
        case Role::Viewer:
            names += "the viewer";
            break;
        case Role::Seeder:
            names += "the seeder";
            break;
        case Role::Publisher:
            names += "the publisher";
            break;
        }
    }
    return names;
}

std::string inWords(const std::vector<Posting>& postings)
{
    std::string words;
    for (const Posting& posting : postings)
        words += (words.empty() ? "" : ", ") + toHex(posting.account) + " " + text(posting.amount.value());
    return words.empty() ? "nothing" : words;
}

} // namespace

std::string inWords(const Break& where)
{
    std::string words;
    if (where.entry.number > 0)
        words = "entry " + std::to_string(where.entry.number) + " of chain " + std::to_string(where.entry.chain) + ": ";
    return words + where.what + ": there is " + where.found + ", there should be " + where.expected;
}

base::Sha256 termsOf(const ContractRecord& contract)
{
    std::string bytes;
    bytes += contract.id.raw();
    bytes += contract.account.raw();
    bytes += bigEndian(contract.openedBy.chain) + bigEndian(contract.openedBy.number);
    bytes += contract.content.raw();
    bytes += contract.seeder.raw();
    bytes += contract.incomeAddress.raw();
    bytes += contract.viewer.raw();
    bytes += contract.spendAddress.raw();
    for (const std::int64_t number :
         {contract.pricePerMiB.value(), contract.cap.value(), contract.serveUntil.value(), contract.closeUntil.value()})
        bytes += bigEndian(number);
    if (contract.payingTracker)
        bytes += "paying" + std::string(contract.payingTracker->raw());
    if (contract.incomeTracker)
        bytes += "income" + std::string(contract.incomeTracker->raw());
    return crypto::sha256(bytes);
}

ContractRecord recordOf(const wire::Signed<wire::Contract>& contract, const base::Address& account,
                        const Entry& openedBy)
{
    const wire::Contract& terms = contract.message;
    ContractRecord record;
    record.id = wire::contractId(contract);
    record.account = account;
    record.openedBy = openedBy.key();
    record.content = terms.content;
    record.seeder = terms.seeder;
    record.incomeAddress = terms.incomeAddress;
    record.viewer = terms.viewer;
    record.spendAddress = terms.spendAddress;
    record.pricePerMiB = terms.pricePerMiB;
    record.cap = terms.maxAmount;
    record.opened = openedBy.time;
    record.serveUntil = terms.serveUntil;
    record.closeUntil = terms.closeUntil;
    return record;
}

Auditor::Auditor(std::string network, const base::PublicKey& tracker, Options options)
    : m_network(std::move(network)), m_tracker(tracker), m_options(options)
{
    Account issuance;
    issuance.kind = AccountKind::Issuance;
    issuance.address = m_issuance = derived(AccountKind::Issuance, m_tracker.raw(), 0);
    m_accounts[m_issuance].account = issuance;
}

base::Tokens Auditor::issued() const
{
    return Tokens() - m_accounts.at(m_issuance).account.balance;
}

const ContractRecord* Auditor::openContract(const base::ContractId& id) const
{
    const auto it = m_open.find(id);
    return it == m_open.end() ? nullptr : &it->second;
}

// ---- the journal's order ----

Audited<void> Auditor::checkPlace(const Entry& entry)
{
    const EntryKey ref = entry.key();
    if (std::pair(ref.number, ref.chain) <= std::pair(m_last.number, m_last.chain))
        return broken(entry, "the order of the journal", "entry " + text(ref.number) + " of chain " + text(ref.chain),
                      "one after entry " + text(m_last.number) + " of chain " + text(m_last.chain));
    const auto known = m_chains.find(ref.chain);
    const Chain before = known == m_chains.end() ? Chain{0, chainStart(ref.chain)} : known->second;
    if (entry.prevHash != before.hash)
        return broken(entry, "the hash of the entry before it, " + text(before.number), toHex(entry.prevHash),
                      toHex(before.hash));
    if (entry.number != before.number + 1 && ref.chain == 0 && !m_gap)
        m_gap = Break{ref, "the number of an entry", text(entry.number), text(before.number + 1)};
    return {};
}

Audited<Auditor::Effect> Auditor::add(const Entry& entry, const Document& cause)
{
    if (const auto place = checkPlace(entry); !place)
        return tl::unexpected(place.error());
    const base::Sha256 bytes = crypto::sha256(cause.bytes);
    if (cause.type.empty())
        return broken(entry, "the document that caused it", "none", toHex(entry.cause));
    if (bytes != entry.cause)
        return broken(entry, "the SHA-256 of the document that caused it", toHex(bytes), toHex(entry.cause));

    auto order = orderOf(entry, cause);
    if (!order)
        return tl::unexpected(order.error());
    if (entry.subject != order->subject)
        return broken(entry, "the subject", toHex(entry.subject), toHex(order->subject));
    if (entry.memo != order->memo)
        return broken(entry, "the memo", "'" + entry.memo + "'", "'" + order->memo + "'");
    std::ranges::sort(order->postings, {}, &Posting::account);
    if (entry.postings != order->postings)
        return broken(entry, "what it moves", inWords(entry.postings), inWords(order->postings));
    if (hashOf(entry) != entry.hash)
        return broken(entry, "the hash", toHex(entry.hash), toHex(hashOf(entry)));
    for (const Posting& posting : entry.postings) {
        const AccountState* state = find(posting.account);
        if (state != nullptr && state->last.number >= entry.number)
            return broken(entry, "the number, as it touches " + toHex(posting.account), text(entry.number),
                          "more than " + text(state->last.number));
    }
    Effect effect = order->effect;
    if (const auto applied = apply(entry, std::move(*order), cause); !applied)
        return tl::unexpected(applied.error());
    return effect;
}

Audited<void> Auditor::apply(const Entry& entry, Order order, const Document& cause)
{
    const EntryKey ref = entry.key();
    if (order.once) {
        if (!m_moved.insert(std::string(crypto::sha256(*order.once).raw().substr(0, 16))).second)
            return broken(entry, "its document has the nonce of an earlier one of the same signer", "a second entry",
                          "one");
    }
    for (const Account& account : order.effect.made) {
        m_accounts[account.address] = {.account = account, .openContracts = 0, .reserved = {}, .last = ref};
        if (account.owner)
            m_owners[*account.owner][account.kind] = {account.generation + 1, true};
    }
    const std::optional<ContractRecord>& settled = order.effect.contract;
    for (const Posting& posting : order.postings) {
        if (settled && posting.account == settled->account) {
            m_held[posting.account] += posting.amount;
            continue;
        }
        AccountState& state = m_accounts[posting.account];
        state.account.balance += posting.amount;
        state.last = ref;
        const bool mayOwe = state.account.kind == AccountKind::Issuance || state.account.kind == AccountKind::Nostro;
        if (mayOwe && state.account.balance.value() > 0)
            return broken(entry, "the balance of " + toHex(posting.account), text(state.account.balance), "0 or less");
        if (!mayOwe && state.account.balance.value() < 0)
            return broken(entry, "the balance of " + toHex(posting.account), text(state.account.balance), "0 or more");
    }
    if (order.effect.closed && !settled) {
        AccountState& state = m_accounts[*order.effect.closed];
        state.account.open = false;
        state.last = ref;
        if (state.account.owner)
            m_owners[*state.account.owner][state.account.kind].open = false;
    }
    if (const auto& contract = order.effect.contract) {
        const bool closed = contract->state == wire::ContractState::Closed;
        for (const base::Address& address : {contract->incomeAddress, contract->spendAddress})
            m_accounts[address].openContracts += closed ? -1 : 1;
        m_accounts[contract->spendAddress].reserved += closed ? Tokens() - contract->cap : contract->cap;
        ContractState& state = m_contracts[contract->id];
        if (closed) {
            m_open.erase(contract->id);
            state.closed = ref;
            state.closedAt = entry.time;
            state.paid = contract->paid;
            state.returned = contract->returned;
            if (contract->best) {
                state.receipt = contract->best->payload;
                state.seq = contract->best->seq;
                state.bytes = contract->best->bytes;
            }
        } else {
            m_open[contract->id] = *contract;
            state.opened = ref;
            state.openedAt = entry.time;
            state.document = entry.cause;
            state.terms = termsOf(*contract);
        }
        // With the viewer's signature alone, it takes the grace, or that the seeder brought a lower one; see
        // addAnswer().
        if (closed && contract->best && !contract->payingTracker && entry.time < contract->closeUntil &&
            entry.time.value() < contract->opened.value() + m_options.leastGrace.count() &&
            !wire::open<wire::Receipt>(cause.bytes, m_network, {Role::Viewer, Role::Seeder}))
            m_early.emplace(contract->id,
                            Break{ref, "when it settles with a receipt that only the viewer has signed",
                                  text(entry.time.value()),
                                  text(contract->opened.value() + m_options.leastGrace.count()) + " or later"});
    }
    m_chains[ref.chain] = {entry.number, entry.hash};
    m_last = ref;
    ++m_entries;
    return {};
}

// ---- what documents order ----

const Auditor::AccountState* Auditor::find(const base::Address& address) const
{
    const auto it = m_accounts.find(address);
    return it == m_accounts.end() ? nullptr : &it->second;
}

base::Address Auditor::derived(AccountKind kind, std::string_view owner, std::int64_t generation) const
{
    return wire::derivedAddress(wire::enumName(kind), m_tracker, owner, generation);
}

Account Auditor::firstFree(AccountKind kind, std::string_view owner, std::int64_t generation) const
{
    Account account;
    account.kind = kind;
    account.generation = generation;
    while (find(account.address = derived(kind, owner, account.generation)) != nullptr)
        ++account.generation;
    return account;
}

void Auditor::makeOrdinary(const base::Address& address, Effect& effect) const
{
    if (find(address) == nullptr)
        effect.made.push_back({.address = address, .kind = AccountKind::Ordinary, .owner = std::nullopt});
}

template <class M>
Audited<wire::Signed<M>> Auditor::open(const Entry& entry, const Document& cause,
                                       std::initializer_list<Role> roles) const
{
    if (cause.type != M::type)
        return broken(entry, "the type of its document", std::string(cause.type), std::string(M::type));
    auto message = wire::open<M>(cause.bytes, m_network, roles);
    if (!message)
        return broken(entry, "its document", "one that can't be trusted, as " + message.error().message,
                      "a " + std::string(M::type) + " signed by " + signersOf(roles));
    return std::move(*message);
}

template <class M>
Audited<wire::Signed<M>> Auditor::openRequest(const Entry& entry, const Document& cause) const
{
    auto message = open<M>(entry, cause, {Role::Node});
    if (!message)
        return message;
    if (message->message.tracker != m_tracker)
        return broken(entry, "the tracker that its document is for", base::toBase64Url(message->message.tracker.raw()),
                      base::toBase64Url(m_tracker.raw()));
    const std::int64_t lag = entry.time.value() - message->message.time.value();
    if (lag > maxLag.count() || lag < -maxLag.count())
        return broken(entry, "the time", text(entry.time.value()),
                      "about that of its document, " + text(message->message.time.value()));
    return message;
}

Audited<void> Auditor::mayReceive(const Entry& entry, const base::Address& address) const
{
    const AccountState* state = find(address);
    if (state == nullptr)
        return {};
    const AccountKind kind = state->account.kind;
    if (kind != AccountKind::Ordinary && kind != AccountKind::Income && kind != AccountKind::Spend)
        return broken(entry, "the kind of the address that is paid, " + toHex(address),
                      std::string(wire::enumName(kind)), "ordinary, income or spend");
    if (!state->account.open)
        return broken(entry, "the state of the address that is paid, " + toHex(address), "closed", "open");
    return {};
}

Audited<const Auditor::AccountState*> Auditor::ownOpen(const Entry& entry, AccountKind kind,
                                                       const base::Address& address, const base::PublicKey& owner) const
{
    const AccountState* state = find(address);
    const std::string what = "the " + std::string(wire::enumName(kind)) + " address " + toHex(address);
    if (state == nullptr || state->account.kind != kind)
        return broken(entry, what, state == nullptr ? "none" : std::string(wire::enumName(state->account.kind)),
                      std::string(wire::enumName(kind)));
    if (state->account.owner != owner)
        return broken(entry, what + ", its owner", base::toBase64Url(state->account.owner->raw()),
                      base::toBase64Url(owner.raw()));
    if (!state->account.open)
        return broken(entry, what + ", its state", "closed", "open");
    return state;
}

Audited<Auditor::Order> Auditor::orderOf(const Entry& entry, const Document& cause) const
{
    switch (entry.kind) {
    case EntryKind::Issue:
        return issue(entry, cause);
    case EntryKind::Transfer:
        return transfer(entry, cause);
    case EntryKind::AddressOpened:
        return cause.type == wire::GetIncomeAddress::type
                   ? openAddress<wire::GetIncomeAddress>(AccountKind::Income, entry, cause)
                   : openAddress<wire::GetSpendAddress>(AccountKind::Spend, entry, cause);
    case EntryKind::AddressClosed:
        return cause.type == wire::CloseIncomeAddress::type
                   ? closeAddress<wire::CloseIncomeAddress>(AccountKind::Income, entry, cause)
                   : closeAddress<wire::CloseSpendAddress>(AccountKind::Spend, entry, cause);
    case EntryKind::ContractOpened:
        return openContract(entry, cause);
    case EntryKind::ContractClosed:
        return closeContract(entry, cause);
    case EntryKind::Settlement:
        return settlement(entry, cause);
    }
    return broken(entry, "the kind", "an unknown one", "one of protocol §3");
}

Audited<Auditor::Order> Auditor::issue(const Entry& entry, const Document& cause) const
{
    const auto document = openRequest<Issue>(entry, cause);
    if (!document)
        return tl::unexpected(document.error());
    const Issue& wanted = document->message;
    if (wanted.node != m_tracker)
        return broken(entry, "the signer of an issue of tokens", base::toBase64Url(wanted.node.raw()),
                      "the tracker, " + base::toBase64Url(m_tracker.raw()));
    if (wanted.amount.value() <= 0 || wanted.amount.value() > base::maxInteger - issued().value())
        return broken(entry, "the amount issued", text(wanted.amount),
                      "from 1 to " + text(Tokens(base::maxInteger) - issued()));
    if (const auto payee = mayReceive(entry, wanted.to); !payee)
        return tl::unexpected(payee.error());
    Order order;
    order.memo = wanted.memo;
    order.postings = {{m_issuance, Tokens() - wanted.amount}, {wanted.to, wanted.amount}};
    order.once = std::string(wanted.node.raw()) + std::string(wanted.nonce.raw());
    makeOrdinary(wanted.to, order.effect);
    return order;
}

Audited<Auditor::Order> Auditor::transfer(const Entry& entry, const Document& cause) const
{
    const auto document = openRequest<wire::Transfer>(entry, cause);
    if (!document)
        return tl::unexpected(document.error());
    const wire::Transfer& wanted = document->message;
    const base::Address ordinary = crypto::ordinaryAddress(wanted.node);
    if (wanted.amount.value() <= 0)
        return broken(entry, "the amount transferred", text(wanted.amount), "more than 0");
    if (wanted.from == wanted.to)
        return broken(entry, "the address that is paid", "the paying one", "another");
    if (wanted.from != ordinary) {
        if (const auto own = ownOpen(entry, AccountKind::Spend, wanted.from, wanted.node); !own)
            return tl::unexpected(own.error());
        if (wanted.to != ordinary)
            return broken(entry, "where a spend address pays to", toHex(wanted.to), toHex(ordinary));
    }
    if (const auto payee = mayReceive(entry, wanted.to); !payee)
        return tl::unexpected(payee.error());
    const AccountState* from = find(wanted.from);
    const Tokens there = from == nullptr ? Tokens() : from->account.balance;
    if (there < wanted.amount)
        return broken(entry, "the balance of the paying address " + toHex(wanted.from), text(there),
                      text(wanted.amount) + " or more");
    Order order;
    order.memo = wanted.memo;
    order.postings = {{wanted.from, Tokens() - wanted.amount}, {wanted.to, wanted.amount}};
    order.once = std::string(wanted.node.raw()) + std::string(wanted.nonce.raw());
    makeOrdinary(wanted.to, order.effect);
    return order;
}

template <class M>
Audited<Auditor::Order> Auditor::openAddress(AccountKind kind, const Entry& entry, const Document& cause) const
{
    const auto document = openRequest<M>(entry, cause);
    if (!document)
        return tl::unexpected(document.error());
    const base::PublicKey& owner = document->message.node;
    Addresses before;
    if (const auto known = m_owners.find(owner); known != m_owners.end()) {
        if (const auto ofKind = known->second.find(kind); ofKind != known->second.end())
            before = ofKind->second;
    }
    if (before.open)
        return broken(entry, "the open " + std::string(wire::enumName(kind)) + " addresses of its sender", "2", "1");
    Account account = firstFree(kind, owner.raw(), before.next);
    account.owner = owner;
    Order order;
    order.subject = subjectOf(account.address);
    order.effect.made.push_back(account);
    return order;
}

template <class M>
Audited<Auditor::Order> Auditor::closeAddress(AccountKind kind, const Entry& entry, const Document& cause) const
{
    const auto document = openRequest<M>(entry, cause);
    if (!document)
        return tl::unexpected(document.error());
    const auto& wanted = document->message;
    const auto own = ownOpen(entry, kind, wanted.address, wanted.node);
    if (!own)
        return tl::unexpected(own.error());
    const std::int64_t open =
        kind == AccountKind::Income ? openContractsOn(wanted.address, entry.time) : (*own)->openContracts;
    if (open != 0)
        return broken(entry, "open contracts on the address that is closed, " + toHex(wanted.address), text(open), "0");
    const Tokens balance = (*own)->account.balance;
    Order order;
    order.subject = subjectOf(wanted.address);
    order.postings = {{wanted.address, Tokens() - balance}};
    if (balance.value() > 0) {
        const base::Address ordinary = crypto::ordinaryAddress(wanted.node);
        makeOrdinary(ordinary, order.effect);
        order.postings.push_back({ordinary, balance});
    }
    order.effect.closed = wanted.address;
    order.once = std::string(wanted.node.raw()) + std::string(wanted.nonce.raw());
    return order;
}

Audited<Auditor::Order> Auditor::openContract(const Entry& entry, const Document& cause) const
{
    const auto document = open<wire::Contract>(entry, cause, {Role::Viewer, Role::Seeder});
    if (!document)
        return tl::unexpected(document.error());
    const wire::Contract& terms = document->message;
    const base::ContractId id = wire::contractId(*document);
    if (const auto known = m_contracts.find(id); known != m_contracts.end())
        return broken(entry, "how often the contract " + toHex(id) + " is opened",
                      "2 times, first in entry " + text(known->second.opened.number), "once");
    const bool paysHere = terms.tracker == m_tracker;
    const bool earnsHere = terms.seedersTracker() == m_tracker;
    if (!paysHere && !earnsHere)
        return broken(entry, "the tracker that the contract names", base::toBase64Url(terms.tracker.raw()),
                      base::toBase64Url(m_tracker.raw()));
    if (entry.time.value() > terms.serveUntil.value() + maxLag.count())
        return broken(entry, "the time", text(entry.time.value()),
                      "within the contract's time to serve, " + text(terms.serveUntil.value()));
    if (earnsHere) {
        if (const auto own = ownOpen(entry, AccountKind::Income, terms.incomeAddress, terms.seeder); !own)
            return tl::unexpected(own.error());
    }
    if (paysHere) {
        const auto spend = ownOpen(entry, AccountKind::Spend, terms.spendAddress, terms.viewer);
        if (!spend)
            return tl::unexpected(spend.error());
        if ((*spend)->account.balance < terms.maxAmount)
            return broken(entry, "the balance of the spend address " + toHex(terms.spendAddress),
                          text((*spend)->account.balance), text(terms.maxAmount) + " or more");
    }
    // Its account is at its id, or, by the first schema, at an address derived from that.
    base::Address account = base::Address::fromRaw(id.raw());
    if (std::ranges::find(entry.postings, account, &Posting::account) == entry.postings.end())
        account = firstFree(AccountKind::Contract, id.raw(), 0).address;
    Order order;
    order.subject = subjectOf(id);
    ContractRecord record = recordOf(*document, account, entry);
    if (!paysHere) {
        record.payingTracker = terms.tracker;
        record.spendAddress = peersAddress(AccountKind::Nostro, terms.tracker, order.effect);
    }
    order.postings = {{record.spendAddress, Tokens() - terms.maxAmount}, {account, terms.maxAmount}};
    if (!earnsHere) {
        record.incomeTracker = terms.incomeTracker;
        record.incomeAddress = peersAddress(AccountKind::Vostro, terms.seedersTracker(), order.effect);
        order.postings.push_back({record.incomeAddress, Tokens()});
    }
    order.effect.contract = std::move(record);
    order.once = std::string(terms.viewer.raw()) + std::string(terms.nonce.raw());
    return order;
}

Audited<Auditor::Order> Auditor::closeContract(const Entry& entry, const Document& cause) const
{
    const auto id = base::ContractId::fromRaw(entry.subject.raw());
    const auto known = m_contracts.find(id);
    if (known == m_contracts.end())
        return broken(entry, "the contract that it settles, " + toHex(id), "none that was opened", "an open one");
    if (known->second.closed)
        return broken(entry, "how often the contract " + toHex(id) + " is settled",
                      "2 times, first in entry " + text(known->second.closed->number), "once");
    ContractRecord record = m_open.at(id);
    if (record.payingTracker) {
        if (const auto followed = followWord(entry, cause, record); !followed)
            return tl::unexpected(followed.error());
    } else if (cause.type == wire::Contract::type) {
        if (entry.cause != known->second.document)
            return broken(entry, "the contract that it is settled by", toHex(crypto::sha256(cause.bytes)),
                          toHex(known->second.document));
        if (entry.time < record.closeUntil)
            return broken(entry, "when a contract settles without a receipt", text(entry.time.value()),
                          text(record.closeUntil.value()) + " or later");
    } else {
        auto receipt = open<wire::Receipt>(entry, cause, {Role::Viewer, Role::Seeder});
        if (!receipt)
            receipt = open<wire::Receipt>(entry, cause, {Role::Viewer});
        if (!receipt)
            return tl::unexpected(receipt.error());
        const wire::Receipt& given = receipt->message;
        wire::Contract terms; // of it, what `fits` looks at
        terms.seeder = record.seeder;
        terms.viewer = record.viewer;
        terms.pricePerMiB = record.pricePerMiB;
        terms.maxAmount = record.cap;
        if (const auto fitting = wire::fits(given, terms, id); !fitting)
            return broken(entry, "its receipt", fitting.error().message,
                          "one of the contract " + toHex(id) + ", for what its bytes cost, at most " +
                              text(record.cap));
        record.best = {
            .receipt = {}, .payload = receipt->payload, .seq = given.seq, .bytes = given.bytes, .amount = given.amount};
        record.paid = given.amount;
    }
    record.returned = record.cap - record.paid;
    record.state = wire::ContractState::Closed;
    record.settles.reset();
    record.closed = entry.time;
    Order order;
    order.subject = subjectOf(id);
    base::Address payee = record.incomeAddress;
    if (const AccountState* income = find(payee); record.payingTracker && income != nullptr && !income->account.open)
        makeOrdinary(payee = crypto::ordinaryAddress(record.seeder), order.effect);
    order.postings = {
        {record.account, Tokens() - record.cap}, {payee, record.paid}, {record.spendAddress, record.returned}};
    order.effect.contract = std::move(record);
    return order;
}

// What auditor_peers.cpp opens.
template Audited<wire::Signed<wire::Settle>> Auditor::open(const Entry& entry, const Document& cause,
                                                           std::initializer_list<Role> roles) const;

} // namespace mutoscope::ledger
