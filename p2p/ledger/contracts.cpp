#include "p2p/ledger/ledger.h"

#include <algorithm>

#include "p2p/crypto/hash.h"
#include "p2p/wire/amount.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Tokens;

namespace
{

base::Sha256 subjectOf(const base::ContractId& id)
{
    return base::Sha256::fromRaw(id.raw());
}

} // namespace

Result<void> Ledger::acceptable(const wire::Contract& contract, base::UnixMs now) const
{
    if (contract.tracker != m_tracker && contract.seedersTracker() != m_tracker)
        return fail(ErrorCode::Unacceptable, "the contract names another tracker");
    const base::PublicKey& other = contract.tracker == m_tracker ? contract.seedersTracker() : contract.tracker;
    if (other != m_tracker && !m_rules.peers.contains(other))
        return fail(ErrorCode::Forbidden, "this tracker takes no contracts together with the other one that the contract names");
    if (contract.serveUntil <= now)
        return fail(ErrorCode::Gone, "the contract's time to serve is over by the tracker's clock");
    if (contract.closeUntil.value() - now.value() > m_rules.maxContractTime.count())
        return fail(ErrorCode::Unacceptable, "the contract lasts longer than the tracker allows");
    if (contract.pricePerMiB > m_rules.maxPricePerMiB || contract.maxAmount > m_rules.maxCap)
        return fail(ErrorCode::Unacceptable, "the contract's price or cap is above the tracker's limits");
    return {};
}

Result<ContractRecord> Ledger::openContract(const wire::Signed<wire::Contract>& contract)
{
    const wire::Contract& terms = contract.message;
    const base::ContractId id = wire::contractId(contract);
    if (auto known = m_store->contract(id, Store::Lock::None))
        return *known;
    const base::UnixMs now = m_clock.now();
    if (const auto fine = acceptable(terms, now); !fine)
        return tl::unexpected(fine.error());
    const bool earnsHere = terms.seedersTracker() == m_tracker;
    const auto income = earnsHere
                            ? ownAddress(AccountKind::Income, terms.incomeAddress, terms.seeder, Store::Lock::Keep)
                            : Result<Account>(peerAccount(AccountKind::Vostro, terms.seedersTracker()));
    if (!income)
        return tl::unexpected(income.error());
    const auto spend = payer(terms);
    if (!spend)
        return tl::unexpected(spend.error());
    for (const Account& each : {*income, *spend})
        ensurePeer(each);

    ContractRecord record;
    record.id = id;
    record.account = base::Address::fromRaw(id.raw());
    record.content = terms.content;
    record.seeder = terms.seeder;
    record.incomeAddress = income->address;
    record.viewer = terms.viewer;
    record.spendAddress = spend->address;
    if (terms.tracker != m_tracker)
        record.payingTracker = terms.tracker;
    if (!earnsHere)
        record.incomeTracker = terms.incomeTracker;
    record.pricePerMiB = terms.pricePerMiB;
    record.cap = terms.maxAmount;
    record.opened = now;
    record.serveUntil = terms.serveUntil;
    record.closeUntil = terms.closeUntil;
    std::vector<Posting> postings{{record.spendAddress, Tokens() - record.cap}, {record.account, record.cap}};
    if (!earnsHere) // it is concerned, and comes into being by the first contract
        postings.push_back({record.incomeAddress, Tokens()});
    record.openedBy = append(EntryKind::ContractOpened, subjectOf(id), {}, documentOf(contract), std::move(postings), &record,
                             income->lastEntry); // whose opening another process may have written
    m_store->insertContract(record);
    return unlessFailed(record);
}

namespace
{

/// An honest viewer's receipts grow in number and bytes together, so these two would prove that it is none.
bool contradict(const wire::Receipt& given, const ContractRecord::Best& best)
{
    if (given.bytes == best.bytes)
        return false;
    return given.seq == best.seq || (given.seq > best.seq) != (given.bytes > best.bytes);
}

} // namespace

/// Looked for among the entries of an address that it has moved something to, back to the one that opened it, within reason.
std::optional<std::string> Ledger::closingDocument(const ContractRecord& contract)
{
    constexpr std::int64_t page = 200;
    constexpr int mostPages = 25;
    const base::Address& touched = contract.returned.value() > 0 ? contract.spendAddress : contract.incomeAddress;
    std::int64_t before = base::maxInteger;
    for (int i = 0; i < mostPages; ++i) {
        const auto keys = m_store->entriesOf(touched, before, page);
        for (const EntryKey key : keys) {
            const auto entry = m_store->entry(key);
            if (entry && entry->kind == EntryKind::ContractClosed && entry->subject == subjectOf(contract.id))
                return m_store->document(key);
        }
        if (std::ssize(keys) < page || keys.back().number <= contract.openedBy.number)
            break;
        before = keys.back().number;
    }
    return std::nullopt;
}

Result<Ledger::Papers> Ledger::papers(const ContractRecord& contract)
{
    Papers papers{m_store->document(contract.openedBy).value_or(std::string()), {}};
    std::string last = contract.best ? contract.best->receipt : std::string();
    if (last.empty())
        last = closingDocument(contract).value_or(std::string());
    if (wire::readEnvelope(last, wire::Receipt::type, wire::Receipt::maxBytes)) // where there was none, another document has closed it
        papers.receipt = std::move(last);
    return unlessFailed(std::move(papers));
}

void Ledger::keepEvidence(const ContractRecord& contract, const wire::Signed<wire::Receipt>& other)
{
    if (m_store->hasEvidence("receipt", contract.id.raw()))
        return;
    std::string first = contract.best->receipt;
    if (first.empty()) // settled: it is the document of the entry that closed it
        first = closingDocument(contract).value_or(std::string());
    if (first.empty())
        return;
    m_store->insertEvidence({"receipt", std::string(contract.id.raw()), std::move(first), other.bytes}, m_clock.now());
}

Result<ContractRecord> Ledger::closeContract(const wire::Signed<wire::Receipt>& receipt, bool bothSigned)
{
    const wire::Receipt& given = receipt.message;
    auto record = m_store->contract(given.contract, Store::Lock::Change);
    if (!record)
        return fail(ErrorCode::NotFound, "the tracker does not know the contract");
    wire::Contract terms; // of it, what `fits` looks at
    terms.seeder = record->seeder;
    terms.viewer = record->viewer;
    terms.pricePerMiB = record->pricePerMiB;
    terms.maxAmount = record->cap;
    if (const auto fitting = wire::fits(given, terms, record->id); !fitting)
        return tl::unexpected(fitting.error());

    const bool same = record->best && record->best->payload == receipt.payload;
    if (record->state == wire::ContractState::Closed) {
        if (same || record->payingTracker) // whatever it settled with there
            return *record;
        if (record->best && contradict(given, *record->best))
            keepEvidence(*record, receipt);
        return fail(ErrorCode::Conflict, "the contract is closed: " + wire::inWords(record->paid) + " were paid and " +
                                             wire::inWords(record->returned) + " returned, with another receipt");
    }
    const base::UnixMs now = m_clock.now();
    if (now >= record->closeUntil)
        return fail(ErrorCode::Gone, "the contract's time to close is over; the tracker settles it by itself");
    if (record->payingTracker && !bothSigned)
        return fail(ErrorCode::Unacceptable, "the viewer closes this contract at the tracker where it pays from");

    bool better = !record->best;
    if (record->best && !same) {
        const ContractRecord::Best& best = *record->best;
        better = std::pair(given.bytes, given.seq) > std::pair(best.bytes, best.seq);
        if (contradict(given, best)) {
            keepEvidence(*record, receipt);
            if (given.seq == best.seq && !bothSigned)
                return fail(ErrorCode::Conflict, "the viewer has signed receipt " + std::to_string(given.seq) +
                                                     " with another amount, too; both are kept");
        }
    }
    if (better)
        record->best = {receipt.bytes, receipt.payload, given.seq, given.bytes, given.amount};
    if (record->payingTracker) {
        record->state = wire::ContractState::Closing;
        record->settles = record->closeUntil;
        m_store->updateContract(*record);
    } else if (bothSigned) {
        if (same) // the journal's document is the one with both signatures
            record->best->receipt = receipt.bytes;
        settle(*record);
    } else {
        if (record->state == wire::ContractState::Open) {
            record->state = wire::ContractState::Closing;
            record->settles =
                std::min(base::UnixMs(now.value() + m_rules.closeGrace.count()), record->closeUntil);
        } else if (!better) {
            return *record;
        }
        m_store->updateContract(*record);
    }
    return unlessFailed(*record);
}

void Ledger::settle(ContractRecord& contract)
{
    // What nobody gave a receipt for is settled by the contract itself.
    const std::string cause =
        contract.best ? contract.best->receipt : m_store->document(contract.openedBy).value_or(std::string());
    settleWith(contract, {contract.best ? wire::Receipt::type : wire::Contract::type, cause});
}

void Ledger::settleWith(ContractRecord& contract, const Document& cause)
{
    contract.state = wire::ContractState::Closed;
    contract.settles.reset();
    contract.closed = m_clock.now();
    contract.paid = contract.best ? contract.best->amount : Tokens();
    contract.returned = contract.cap - contract.paid;
    base::Address payee = contract.incomeAddress;
    if (contract.payingTracker) { // which may have come too late for the address
        if (const auto income = m_store->account(payee, Store::Lock::Change); income && !income->open) {
            payee = crypto::ordinaryAddress(contract.seeder);
            ensureOrdinary(payee);
        }
    }
    append(EntryKind::ContractClosed, subjectOf(contract.id), {}, cause,
           {{contract.account, Tokens() - contract.cap}, {payee, contract.paid}, {contract.spendAddress, contract.returned}},
           &contract);
    if (contract.best)
        contract.best->receipt.clear();
    m_store->updateContract(contract);
}

Result<ContractRecord> Ledger::contract(const base::ContractId& id)
{
    if (auto record = m_store->contract(id, Store::Lock::None))
        return *record;
    return fail(ErrorCode::NotFound, "the tracker does not know the contract");
}

Result<std::int64_t> Ledger::settleDue(base::UnixMs now, std::int64_t limit)
{
    auto due = m_store->dueContracts(now, limit);
    for (ContractRecord& contract : due)
        settle(contract);
    return unlessFailed(static_cast<std::int64_t>(due.size()));
}

} // namespace mutoscope::ledger
