// The parts of Ledger that know of other trackers, protocol §9. The paying tracker rules over a contract; the one of the
// seeder's income address follows its signed word, so that what the one has moved the other moves, once.
#include "p2p/crypto/hash.h"
#include "p2p/ledger/ledger.h"
#include "p2p/wire/amount.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Tokens;

// ---- accounts ----

Account Ledger::peerAccount(AccountKind kind, const base::PublicKey& tracker)
{
    if (const auto known = m_store->openAccount(tracker, kind)) {
        if (auto locked = m_store->account(known->address, Store::Lock::Change))
            return *locked;
    }
    return newAccount(kind, tracker);
}

void Ledger::ensurePeer(const Account& account)
{
    const bool isPeers = account.kind == AccountKind::Nostro || account.kind == AccountKind::Vostro;
    if (isPeers && !m_store->account(account.address, Store::Lock::None))
        m_store->insertAccount(account);
}

Result<Account> Ledger::payer(const wire::Contract& terms)
{
    if (terms.tracker != m_tracker) {
        const Account nostro = peerAccount(AccountKind::Nostro, terms.tracker);
        const auto limit = m_rules.peers.find(terms.tracker);
        const Tokens left = limit == m_rules.peers.end() ? Tokens() : limit->second + nostro.balance;
        if (left < terms.maxAmount)
            return fail(ErrorCode::PaymentRequired,
                        "the tracker where the viewer pays from may owe " + wire::inWords(std::max(left, Tokens())) +
                            " more here, and the contract may cost " + wire::inWords(terms.maxAmount));
        return nostro;
    }
    auto spend = ownAddress(AccountKind::Spend, terms.spendAddress, terms.viewer, Store::Lock::Change);
    if (!spend)
        return spend;
    if (spend->openContracts >= m_rules.maxOpenContracts)
        return fail(ErrorCode::TooMany, "too many contracts are open on the spend address");
    if (spend->balance < terms.maxAmount)
        return tooFew("spend", spend->balance, terms.maxAmount);
    return spend;
}

Result<Ledger::Peer> Ledger::peer(const base::PublicKey& tracker)
{
    Peer peer;
    peer.tracker = tracker;
    if (const auto limit = m_rules.peers.find(tracker); limit != m_rules.peers.end()) {
        peer.accepted = true;
        peer.limit = limit->second;
    }
    if (const auto nostro = m_store->openAccount(tracker, AccountKind::Nostro)) {
        peer.owed = nostro->owed();
        peer.reserved = nostro->reserved;
        peer.openContracts = nostro->openContracts;
    }
    if (const auto vostro = m_store->openAccount(tracker, AccountKind::Vostro))
        peer.owing = vostro->balance;
    return unlessFailed(peer);
}

// ---- contracts that another tracker rules over ----

Result<ContractRecord> Ledger::takeWord(const wire::Signed<wire::ContractAnswer>& word)
{
    const wire::ContractAnswer& said = word.message;
    auto record = m_store->contract(said.contract, Store::Lock::Change);
    if (!record)
        return fail(ErrorCode::NotFound, "the tracker does not know the contract");
    if (record->payingTracker != said.node)
        return fail(ErrorCode::Forbidden, "the contract is not paid from that tracker");
    if (record->state == wire::ContractState::Closed) // once
        return *record;
    if (said.reserved != record->cap)
        return fail(ErrorCode::Unacceptable, "the paying tracker has reserved another amount than the contract's cap");
    if (said.state != wire::ContractState::Closed) {
        if (record->promise)
            return *record;
        record->promise = word.bytes;
        m_store->updateContract(*record);
        return unlessFailed(*record);
    }
    const auto due = wire::amountDue(said.bytes, record->pricePerMiB);
    if (due != said.paid || said.paid > record->cap || said.paid + said.returned != record->cap)
        return fail(ErrorCode::Unacceptable, "the paying tracker has settled with what the bytes don't cost, or above the cap");
    // It may have come too late there. If not, the two documents and the promise say so.
    if (record->best && record->best->amount > said.paid)
        m_store->insertEvidence({"tracker", std::string(record->id.raw()), word.bytes, record->best->receipt}, m_clock.now());
    if (!record->promise)
        record->promise = word.bytes;
    record->best.reset();
    if (said.bytes.value() > 0)
        record->best = {.receipt = {}, .payload = word.payload, .seq = 0, .bytes = said.bytes, .amount = said.paid};
    settleWith(*record, documentOf(word));
    return unlessFailed(*record);
}

Result<ContractRecord> Ledger::takeRefusal(const base::ContractId& id, const wire::Signed<wire::Problem>& word)
{
    auto record = m_store->contract(id, Store::Lock::Change);
    if (!record)
        return fail(ErrorCode::NotFound, "the tracker does not know the contract");
    if (record->payingTracker != word.message.node || word.message.request.raw() != id.raw())
        return fail(ErrorCode::Forbidden, "that is not the paying tracker's answer to the contract");
    if (record->promise || record->state == wire::ContractState::Closed)
        return *record; // what it has promised it can't take back
    record->best.reset();
    settleWith(*record, documentOf(word));
    return unlessFailed(*record);
}

// ---- settlements ----

Result<Ledger::Moved> Ledger::settleDebt(const wire::Signed<wire::Settle>& acknowledgment)
{
    const wire::Settle& said = acknowledgment.message;
    const bool isCreditor = said.node == m_tracker;
    if (isCreditor == (said.tracker == m_tracker))
        return fail(ErrorCode::Unacceptable, "a debt is settled between this tracker and another one");
    if (said.amount.value() <= 0)
        return fail(ErrorCode::Unacceptable, "the amount must be more than 0");
    const auto issuance = m_store->account(derivedAddress(AccountKind::Issuance, m_tracker.raw(), 0), Store::Lock::Change);
    if (!issuance)
        return fail(ErrorCode::Internal, "the ledger has no issuance account");
    const Tokens issued = Tokens() - issuance->balance;
    const Account account = isCreditor ? peerAccount(AccountKind::Nostro, said.tracker)
                                       : peerAccount(AccountKind::Vostro, said.node);
    const Tokens debt = isCreditor ? account.owed() : account.balance;
    if (debt < said.amount)
        return fail(ErrorCode::Conflict, "only " + wire::inWords(debt) + " are owed, and " + wire::inWords(said.amount) +
                                             " were to be settled");
    if (isCreditor && said.amount.value() > base::maxInteger - issued.value())
        return fail(ErrorCode::Unacceptable, "there would be more tokens than any amount can be");
    if (!isCreditor && issued < said.amount)
        return fail(ErrorCode::Conflict, "the tracker has issued only " + wire::inWords(issued) +
                                             "; what it owes beyond that others owe it, and have to settle before");
    const Tokens moved = isCreditor ? said.amount : Tokens() - said.amount;
    const auto key = append(EntryKind::Settlement, {}, said.memo, documentOf(acknowledgment),
                            {{account.address, moved}, {issuance->address, Tokens() - moved}});
    if (isCreditor)
        m_store->insertSettlement({acknowledgment.payload, said.tracker, acknowledgment.bytes});
    return unlessFailed(Moved{key.number, debt - said.amount});
}

} // namespace mutoscope::ledger
