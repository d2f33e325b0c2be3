#include "p2p/ledger/ledger.h"

#include <algorithm>

#include "p2p/crypto/hash.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Tokens;

namespace
{

std::string bigEndian(std::int64_t value)
{
    std::string out;
    for (int shift = 56; shift >= 0; shift -= 8)
        out += static_cast<char>((static_cast<std::uint64_t>(value) >> shift) & 0xff);
    return out;
}

tl::unexpected<base::Error> tooFew(const char* where, Tokens there, Tokens needed)
{
    return fail(ErrorCode::PaymentRequired, std::string("the ") + where + " address has " + inWords(there) + ", and " +
                                                inWords(needed) + " are needed: " + inWords(needed - there) + " are missing");
}

std::string nameOf(AccountKind kind)
{
    return std::string(wire::enumName(kind)) + " address";
}

base::Sha256 subjectOf(const auto& id)
{
    return base::Sha256::fromRaw(id.raw());
}

} // namespace

Ledger::Ledger(std::unique_ptr<Store> store, const base::PublicKey& tracker, const base::Clock& clock, Rules rules)
    : m_store(std::move(store)), m_tracker(tracker), m_clock(clock), m_rules(rules)
{
}

Result<std::unique_ptr<Ledger>> Ledger::open(std::unique_ptr<Store> store, const std::string& network,
                                             const base::PublicKey& tracker, const base::Clock& clock, Rules rules)
{
    std::unique_ptr<Ledger> ledger(new Ledger(std::move(store), tracker, clock, rules));
    const Store::Identity wanted{network, tracker};
    const auto claimed = ledger->transact([&](Ledger& l) -> Result<void> {
        const auto identity = l.m_store->identity();
        if (identity && *identity != wanted)
            return fail(ErrorCode::Conflict, identity->network != network
                                                 ? "the ledger is of the network '" + identity->network + "'"
                                                 : "the ledger belongs to another tracker key");
        if (!identity) {
            l.m_store->setIdentity(wanted);
            l.m_store->insertAccount({.address = l.derivedAddress(AccountKind::Issuance, tracker.raw(), 0),
                                      .kind = AccountKind::Issuance,
                                      .owner = std::nullopt});
        }
        return {};
    });
    if (!claimed)
        return tl::unexpected(claimed.error());
    return ledger;
}

// ---- transactions ----

std::vector<Result<void>> Ledger::transact(std::span<const Job> jobs)
{
    const auto allFail = [&](const base::Error& error) {
        return std::vector<Result<void>>(jobs.size(), tl::unexpected(error));
    };
    if (const auto begun = m_store->begin(Store::Access::Write); !begun)
        return allFail(begun.error());
    std::vector<Result<void>> outcomes;
    outcomes.reserve(jobs.size());
    for (const Job& job : jobs) {
        m_store->savepoint();
        Result<void> outcome;
        try {
            outcome = job(*this);
        } catch (const std::exception& e) { // not ours: out of memory, a library
            outcome = fail(ErrorCode::Internal, std::string("a job failed: ") + e.what());
        }
        if (const auto failed = m_store->error())
            outcome = tl::unexpected(*failed);
        if (outcome)
            m_store->releaseSavepoint();
        else
            m_store->rollbackToSavepoint();
        const auto failed = m_store->error();
        if (failed || !m_store->inTransaction()) { // the whole transaction is lost, with all jobs before
            const base::Error error = failed ? *failed : outcome.error();
            m_store->rollback();
            return allFail(error);
        }
        outcomes.push_back(std::move(outcome));
    }
    if (const auto committed = m_store->commit(); !committed)
        return allFail(committed.error());
    return outcomes;
}

Result<void> Ledger::transact(const Job& job)
{
    return transact(std::span(&job, 1)).front();
}

Result<void> Ledger::read(const Job& job)
{
    if (auto begun = m_store->begin(Store::Access::Read); !begun)
        return begun;
    Result<void> outcome = job(*this);
    if (const auto failed = m_store->error())
        outcome = tl::unexpected(*failed);
    m_store->rollback();
    return outcome;
}

// ---- addresses and tokens ----

base::Address Ledger::derivedAddress(AccountKind kind, std::string_view owner, std::int64_t generation) const
{
    std::string text = "mutoscope." + std::string(wire::enumName(kind)) + ".v1";
    text += m_tracker.raw();
    text += owner;
    text += bigEndian(generation);
    return crypto::hash<base::Address>(text);
}

Account Ledger::makeAccount(AccountKind kind, std::string_view owner)
{
    Account account;
    account.kind = kind;
    if (kind == AccountKind::Income || kind == AccountKind::Spend) {
        account.owner = base::PublicKey::fromRaw(owner);
        for (const Account& earlier : m_store->accountsOf(*account.owner)) {
            if (earlier.kind == kind)
                account.generation = std::max(account.generation, earlier.generation + 1);
        }
    }
    // Everybody can compute an address before it exists, and send tokens to it; then it is an ordinary one for ever.
    for (;; ++account.generation) {
        account.address = derivedAddress(kind, owner, account.generation);
        if (!m_store->account(account.address))
            break;
    }
    m_store->insertAccount(account);
    return account;
}

std::int64_t Ledger::append(EntryKind kind, const base::Sha256& subject, std::string memo, const Document& cause,
                            std::vector<Posting> postings)
{
    const Store::Head head = m_store->head();
    Entry entry;
    entry.number = head.number + 1;
    entry.time = m_clock.now();
    entry.kind = kind;
    entry.subject = subject;
    entry.memo = std::move(memo);
    entry.cause = m_store->putDocument(cause);
    entry.prevHash = head.hash;
    entry.postings = std::move(postings);
    std::ranges::sort(entry.postings, {}, &Posting::account);
    entry.hash = hashOf(entry);
    m_store->append(entry);
    return entry.number;
}

Result<Account> Ledger::payee(const base::Address& address)
{
    auto account = m_store->account(address);
    if (!account)
        return Account{.address = address, .kind = AccountKind::Ordinary, .owner = std::nullopt};
    if (account->kind == AccountKind::Contract || account->kind == AccountKind::Issuance)
        return fail(ErrorCode::Unacceptable, "nothing can be sent to the address of a contract or of the tracker itself");
    if (!account->open)
        return fail(ErrorCode::Conflict, "the address to pay to is closed");
    return *account;
}

void Ledger::ensureOrdinary(const base::Address& address)
{
    if (!m_store->account(address))
        m_store->insertAccount({.address = address, .kind = AccountKind::Ordinary, .owner = std::nullopt});
}

Result<Ledger::Moved> Ledger::issue(const wire::Signed<Issue>& order)
{
    const Issue& wanted = order.message;
    if (wanted.node != m_tracker || wanted.tracker != m_tracker)
        return fail(ErrorCode::Forbidden, "only the tracker itself issues tokens");
    if (wanted.amount.value() <= 0)
        return fail(ErrorCode::Unacceptable, "the amount must be more than 0");
    const base::Address issuance = derivedAddress(AccountKind::Issuance, m_tracker.raw(), 0);
    const auto source = m_store->account(issuance);
    const Tokens issued = source ? Tokens() - source->balance : Tokens();
    if (wanted.amount.value() > base::maxInteger - issued.value())
        return fail(ErrorCode::Unacceptable, "there would be more tokens than any amount can be");
    const auto to = payee(wanted.to);
    if (!to)
        return tl::unexpected(to.error());
    ensureOrdinary(wanted.to);
    const auto number = append(EntryKind::Issue, {}, wanted.memo, documentOf(order),
                               {{issuance, Tokens() - wanted.amount}, {wanted.to, wanted.amount}});
    return unlessFailed(Moved{number, to->balance + wanted.amount});
}

Result<Account> Ledger::addressFor(AccountKind kind, const base::PublicKey& owner, const Document& cause)
{
    if (kind != AccountKind::Income && kind != AccountKind::Spend)
        return fail(ErrorCode::Internal, "only income and spend addresses are made");
    if (auto open = m_store->openAccount(owner, kind))
        return *open;
    const Account account = makeAccount(kind, owner.raw());
    append(EntryKind::AddressOpened, subjectOf(account.address), {}, cause, {});
    return unlessFailed(account);
}

Result<Ledger::Moved> Ledger::transfer(const wire::Signed<wire::Transfer>& request)
{
    const wire::Transfer& wanted = request.message;
    const base::Address ordinary = crypto::ordinaryAddress(wanted.node);
    if (wanted.amount.value() <= 0)
        return fail(ErrorCode::Unacceptable, "the amount must be more than 0");
    if (wanted.from == wanted.to)
        return fail(ErrorCode::Unacceptable, "the two addresses are the same");
    const auto from = m_store->account(wanted.from);
    if (wanted.from != ordinary) {
        if (!from || from->kind != AccountKind::Spend || from->owner != wanted.node)
            return fail(ErrorCode::Forbidden, "the paying address is not the sender's ordinary or spend address");
        if (!from->open)
            return fail(ErrorCode::Conflict, "the spend address is closed");
        if (wanted.to != ordinary)
            return fail(ErrorCode::Forbidden, "from a spend address, tokens can only go back to its owner's ordinary one");
    }
    const auto to = payee(wanted.to);
    if (!to)
        return tl::unexpected(to.error());
    const Tokens there = from ? from->balance : Tokens();
    if (there < wanted.amount)
        return tooFew(wanted.from == ordinary ? "ordinary" : "spend", there, wanted.amount);
    ensureOrdinary(wanted.to);
    const auto number = append(EntryKind::Transfer, {}, wanted.memo, documentOf(request),
                               {{wanted.from, Tokens() - wanted.amount}, {wanted.to, wanted.amount}});
    return unlessFailed(Moved{number, there - wanted.amount});
}

Result<Account> Ledger::ownAddress(AccountKind kind, const base::Address& address, const base::PublicKey& owner)
{
    auto account = m_store->account(address);
    if (!account || account->kind != kind)
        return fail(ErrorCode::NotFound, "the tracker does not know the " + nameOf(kind));
    if (account->owner != owner)
        return fail(ErrorCode::Forbidden, "the " + nameOf(kind) + " belongs to another key");
    if (!account->open)
        return fail(ErrorCode::Conflict, "the " + nameOf(kind) + " is closed");
    return *account;
}

Result<Tokens> Ledger::closeAddress(AccountKind kind, const base::Address& address, const base::PublicKey& owner,
                                    const Document& cause)
{
    const auto account = ownAddress(kind, address, owner);
    if (!account)
        return tl::unexpected(account.error());
    if (const auto open = m_store->openContractsOn(address); open.count > 0)
        return fail(ErrorCode::Conflict, "the " + nameOf(kind) + " has " + std::to_string(open.count) +
                                             " open contracts; it can be closed once they are");
    const Tokens balance = account->balance;
    std::vector<Posting> postings{{address, Tokens() - balance}};
    if (balance.value() > 0) {
        const base::Address ordinary = crypto::ordinaryAddress(owner);
        ensureOrdinary(ordinary);
        postings.push_back({ordinary, balance});
    }
    append(EntryKind::AddressClosed, subjectOf(address), {}, cause, std::move(postings));
    m_store->closeAccount(address);
    return unlessFailed(balance);
}

Result<Ledger::Balance> Ledger::balance(const base::PublicKey& owner)
{
    Balance balance;
    if (const auto ordinary = m_store->account(crypto::ordinaryAddress(owner)))
        balance.ordinary = ordinary->balance;
    balance.income = m_store->openAccount(owner, AccountKind::Income);
    balance.spend = m_store->openAccount(owner, AccountKind::Spend);
    if (balance.spend)
        balance.locked = m_store->openContractsOn(balance.spend->address).reserved;
    return unlessFailed(balance);
}

// ---- contracts ----

Result<void> Ledger::acceptable(const wire::Contract& contract, base::UnixMs now) const
{
    if (contract.tracker != m_tracker)
        return fail(ErrorCode::Unacceptable, "the contract names another tracker");
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
    if (auto known = m_store->contract(id))
        return *known;
    const base::UnixMs now = m_clock.now();
    if (const auto fine = acceptable(terms, now); !fine)
        return tl::unexpected(fine.error());
    const auto income = ownAddress(AccountKind::Income, terms.incomeAddress, terms.seeder);
    if (!income)
        return tl::unexpected(income.error());
    const auto spend = ownAddress(AccountKind::Spend, terms.spendAddress, terms.viewer);
    if (!spend)
        return tl::unexpected(spend.error());
    if (m_store->openContractsOn(terms.spendAddress).count >= m_rules.maxOpenContracts)
        return fail(ErrorCode::TooMany, "too many contracts are open on the spend address");
    if (spend->balance < terms.maxAmount)
        return tooFew("spend", spend->balance, terms.maxAmount);

    ContractRecord record;
    record.id = id;
    record.account = makeAccount(AccountKind::Contract, id.raw()).address;
    append(EntryKind::ContractOpened, subjectOf(id), {}, documentOf(contract),
           {{terms.spendAddress, Tokens() - terms.maxAmount}, {record.account, terms.maxAmount}});
    record.document = crypto::sha256(contract.bytes);
    record.content = terms.content;
    record.seeder = terms.seeder;
    record.incomeAddress = terms.incomeAddress;
    record.viewer = terms.viewer;
    record.spendAddress = terms.spendAddress;
    record.pricePerMiB = terms.pricePerMiB;
    record.cap = terms.maxAmount;
    record.opened = now;
    record.serveUntil = terms.serveUntil;
    record.closeUntil = terms.closeUntil;
    m_store->insertContract(record);
    return unlessFailed(record);
}

void Ledger::keepEvidence(const ContractRecord& contract, const wire::Signed<wire::Receipt>& other)
{
    if (m_store->hasEvidence("receipt", contract.id.raw()))
        return;
    const auto first = m_store->putDocument({wire::Receipt::type, contract.best->receipt});
    const auto second = m_store->putDocument(documentOf(other));
    m_store->insertEvidence("receipt", contract.id.raw(), first, second, m_clock.now());
}

Result<ContractRecord> Ledger::closeContract(const wire::Signed<wire::Receipt>& receipt, bool bothSigned)
{
    const wire::Receipt& given = receipt.message;
    auto record = m_store->contract(given.contract);
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
        if (same)
            return *record;
        return fail(ErrorCode::Conflict, "the contract is closed: " + inWords(record->paid) + " were paid and " +
                                             inWords(record->returned) + " returned, with another receipt");
    }
    const base::UnixMs now = m_clock.now();
    if (now >= record->closeUntil)
        return fail(ErrorCode::Gone, "the contract's time to close is over; the tracker settles it by itself");

    bool better = !record->best;
    if (record->best && !same) {
        const ContractRecord::Best& best = *record->best;
        better = std::pair(given.bytes, given.seq) > std::pair(best.bytes, best.seq);
        // An honest viewer's receipts grow in both, so these two prove that it is none.
        const bool equivocation = given.seq == best.seq ? given.bytes != best.bytes
                                                        : (given.seq > best.seq) != (given.bytes >= best.bytes) &&
                                                              given.bytes != best.bytes;
        if (equivocation) {
            keepEvidence(*record, receipt);
            if (given.seq == best.seq && !bothSigned)
                return fail(ErrorCode::Conflict, "the viewer has signed receipt " + std::to_string(given.seq) +
                                                     " with another amount, too; both are kept");
        }
    }
    if (better)
        record->best = {receipt.bytes, receipt.payload, given.seq, given.bytes, given.amount};
    if (bothSigned) {
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
    contract.state = wire::ContractState::Closed;
    contract.settles.reset();
    contract.closed = m_clock.now();
    contract.paid = contract.best ? contract.best->amount : Tokens();
    contract.returned = contract.cap - contract.paid;
    // What nobody gave a receipt for is settled by the contract itself.
    const std::string cause =
        contract.best ? contract.best->receipt : m_store->document(contract.document).value_or(std::string());
    append(EntryKind::ContractClosed, subjectOf(contract.id), {},
           {contract.best ? wire::Receipt::type : wire::Contract::type, cause},
           {{contract.account, Tokens() - contract.cap},
            {contract.incomeAddress, contract.paid},
            {contract.spendAddress, contract.returned}});
    m_store->closeAccount(contract.account);
    if (contract.best)
        contract.best->receipt.clear();
    m_store->updateContract(contract);
}

Result<ContractRecord> Ledger::contract(const base::ContractId& id)
{
    if (auto record = m_store->contract(id))
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

// ---- offers ----

Result<base::UnixMs> Ledger::putOffer(const wire::Signed<wire::Offer>& offer)
{
    const wire::Offer& announced = offer.message;
    const base::UnixMs now = m_clock.now();
    if (announced.tracker != m_tracker)
        return fail(ErrorCode::Unacceptable, "the offer names another tracker");
    if (announced.expires <= now)
        return fail(ErrorCode::Gone, "the offer has expired by the tracker's clock");
    if (const auto income = ownAddress(AccountKind::Income, announced.incomeAddress, announced.seeder); !income)
        return tl::unexpected(income.error());
    const auto earlier = m_store->offer(announced.content, announced.seeder);
    if (earlier && earlier->expires > now && earlier->signedExpires > announced.expires)
        return earlier->expires; // an old one again
    if (!earlier && m_store->offersOf(announced.seeder) >= m_rules.maxOffersPerSeeder)
        return fail(ErrorCode::TooMany, "the seeder has announced too many offers");
    if (!earlier && m_store->offersFor(announced.content) >= m_rules.maxOffersPerContent)
        return fail(ErrorCode::TooMany, "enough seeders have announced this content");
    const auto expires = std::min(announced.expires, base::UnixMs(now.value() + m_rules.maxOfferTime.count()));
    m_store->putOffer({announced.content, announced.seeder, now, expires, announced.expires, offer.bytes});
    return unlessFailed(expires);
}

Result<std::vector<std::string>> Ledger::offers(const base::ContentId& content, std::int64_t limit)
{
    std::vector<std::string> offers;
    for (StoredOffer& offer : m_store->offers(content, m_clock.now(), limit))
        offers.push_back(std::move(offer.bytes));
    return unlessFailed(std::move(offers));
}

Result<void> Ledger::expireOffers(base::UnixMs now)
{
    m_store->dropOffers(now);
    if (const auto failed = m_store->error())
        return tl::unexpected(*failed);
    return {};
}

// ---- repeated requests ----

Result<void> Ledger::checkNonce(const base::PublicKey& node, const base::Nonce& nonce, const base::Sha256& id,
                                const Document& request)
{
    const auto earlier = m_store->answerByNonce(node, nonce);
    if (!earlier || earlier->id == id)
        return {};
    const std::string subject = std::string(node.raw()) + std::string(nonce.raw());
    if (!m_store->hasEvidence("nonce", subject))
        m_store->insertEvidence("nonce", subject, earlier->cause, m_store->putDocument(request), m_clock.now());
    return fail(ErrorCode::Conflict, "the nonce was used in another request");
}

void Ledger::storeAnswer(const base::Sha256& id, const base::PublicKey& node, const std::optional<base::Nonce>& nonce,
                         const Document& request, int status, std::string answer)
{
    m_store->insertAnswer(
        {id, node, nonce, m_store->putDocument(request), m_clock.now(), status, std::move(answer)});
}

} // namespace mutoscope::ledger
