// The part of Auditor for what is between trackers, protocol §9.
#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/ledger/auditor.h"
#include "p2p/wire/amount.h"

namespace mutoscope::ledger
{

using base::toHex;
using base::Tokens;
using wire::Role;

namespace
{

tl::unexpected<Break> broken(const Entry& entry, std::string what, std::string found, std::string expected)
{
    return tl::unexpected<Break>(Break{entry.key(), std::move(what), std::move(found), std::move(expected)});
}

std::string text(Tokens value)
{
    return std::to_string(value.value()) + " micro-tokens";
}

} // namespace

base::Address Auditor::peersAddress(AccountKind kind, const base::PublicKey& tracker, Effect& effect) const
{
    if (const auto known = m_owners.find(tracker); known != m_owners.end()) {
        if (const auto ofKind = known->second.find(kind); ofKind != known->second.end())
            return derived(kind, tracker.raw(), ofKind->second.next - 1); // it is never closed
    }
    Account account = firstFree(kind, tracker.raw(), 0);
    account.owner = tracker;
    effect.made.push_back(account);
    return account.address;
}

std::int64_t Auditor::openContractsOn(const base::Address& income, base::UnixMs now) const
{
    if (const AccountState* state = find(income); state == nullptr || state->openContracts == 0)
        return 0;
    return std::ranges::count_if(m_open, [&](const auto& each) {
        const ContractRecord& contract = each.second;
        return contract.incomeAddress == income && (!contract.payingTracker || contract.closeUntil > now);
    });
}

Audited<void> Auditor::followWord(const Entry& entry, const Document& cause, ContractRecord& record) const
{
    const std::string name = "the contract " + toHex(record.id);
    const auto notTheirs = [&](const base::PublicKey& signer) {
        return broken(entry, "the signer of the word by which " + name + " settles", base::toBase64Url(signer.raw()),
                      "the paying tracker, " + base::toBase64Url(record.payingTracker->raw()));
    };
    record.best.reset();
    record.paid = Tokens();
    if (cause.type == wire::Problem::type) { // it was never opened there
        const auto refusal = wire::open<wire::Problem>(cause.bytes, m_network, {Role::Node});
        if (!refusal)
            return broken(entry, "its document", "one that can't be trusted, as " + refusal.error().message,
                          "a refusal signed by the paying tracker");
        if (refusal->message.node != *record.payingTracker)
            return notTheirs(refusal->message.node);
        if (refusal->message.request.raw() != record.id.raw())
            return broken(entry, "what the paying tracker has refused", toHex(refusal->message.request), name);
        return {};
    }
    if (cause.type != wire::ContractAnswer::type)
        return broken(entry, "the type of its document", std::string(cause.type), std::string(wire::ContractAnswer::type));
    const auto word = wire::open<wire::ContractAnswer>(cause.bytes, m_network, {Role::Node});
    if (!word)
        return broken(entry, "its document", "one that can't be trusted, as " + word.error().message,
                      "a statement signed by the paying tracker");
    const wire::ContractAnswer& said = word->message;
    if (said.node != *record.payingTracker)
        return notTheirs(said.node);
    const auto due = wire::amountDue(said.bytes, record.pricePerMiB);
    if (said.contract != record.id || said.state != wire::ContractState::Closed || said.reserved != record.cap ||
        due != said.paid || said.paid > record.cap || said.paid + said.returned != record.cap)
        return broken(entry, "the paying tracker's word",
                      text(said.paid) + " for " + std::to_string(said.bytes.value()) + " bytes of the contract " +
                          toHex(said.contract),
                      "what the bytes of " + name + " cost, at most " + text(record.cap));
    if (said.bytes.value() > 0)
        record.best = {.receipt = {}, .payload = word->payload, .seq = 0, .bytes = said.bytes, .amount = said.paid};
    record.paid = said.paid;
    return {};
}

Audited<Auditor::Order> Auditor::settlement(const Entry& entry, const Document& cause) const
{
    // Its time may be long past: the other tracker may have been away.
    const auto document = open<wire::Settle>(entry, cause, {Role::Node});
    if (!document)
        return tl::unexpected(document.error());
    const wire::Settle& said = document->message;
    const bool isCreditor = said.node == m_tracker;
    if (isCreditor == (said.tracker == m_tracker))
        return broken(entry, "between whom a debt is settled",
                      base::toBase64Url(said.node.raw()) + " and " + base::toBase64Url(said.tracker.raw()),
                      "this tracker and another one");
    Order order;
    const base::Address account = isCreditor ? peersAddress(AccountKind::Nostro, said.tracker, order.effect)
                                             : peersAddress(AccountKind::Vostro, said.node, order.effect);
    const AccountState* state = find(account);
    const Tokens balance = state == nullptr ? Tokens() : state->account.balance;
    const Tokens debt = isCreditor ? Tokens() - balance - (state == nullptr ? Tokens() : state->reserved) : balance;
    if (said.amount.value() <= 0 || said.amount > debt)
        return broken(entry, "the amount that is settled", text(said.amount), "from 1 to what is owed, " + text(debt));
    const Tokens moved = isCreditor ? said.amount : Tokens() - said.amount;
    order.memo = said.memo;
    order.postings = {{account, moved}, {m_issuance, Tokens() - moved}};
    order.once = std::string(said.node.raw()) + std::string(said.nonce.raw());
    return order;
}

} // namespace mutoscope::ledger
