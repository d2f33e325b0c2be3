#include "p2p/ledger/ledger.h"

#include <algorithm>

#include "p2p/crypto/hash.h"
#include "p2p/wire/address.h"
#include "p2p/wire/amount.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Tokens;

namespace
{

/// Of a transaction that others get in the way of. The batch is halved each time, so the last ones are of one job.
constexpr int maxAttempts = 12;

std::string nameOf(AccountKind kind)
{
    return std::string(wire::enumName(kind)) + " address";
}

base::Sha256 subjectOf(const base::Address& address)
{
    return base::Sha256::fromRaw(address.raw());
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

std::optional<std::vector<Result<void>>> Ledger::attempt(std::span<const Job> jobs, bool savepoints)
{
    const auto allFail = [&](const base::Error& error) {
        return std::vector<Result<void>>(jobs.size(), tl::unexpected(error));
    };
    m_newest.reset();
    if (const auto begun = m_store->begin(Store::Access::Write); !begun)
        return allFail(begun.error());
    std::vector<Result<void>> outcomes;
    outcomes.reserve(jobs.size());
    for (const Job& job : jobs) {
        const std::int64_t changes = m_store->changes();
        if (savepoints)
            m_store->savepoint();
        Result<void> outcome;
        try {
            outcome = job(*this);
        } catch (const std::exception& e) { // not ours: out of memory, a library
            outcome = fail(ErrorCode::Internal, std::string("a job failed: ") + e.what());
        }
        if (savepoints)
            m_store->flush();
        if (const auto failed = m_store->error())
            outcome = tl::unexpected(*failed);
        if (savepoints && outcome)
            m_store->releaseSavepoint();
        if (!outcome) {
            m_newest.reset();
            if (savepoints) {
                m_store->rollbackToSavepoint();
            } else if (m_store->inTransaction() && !m_store->raced() &&
                       (m_store->error() || m_store->changes() != changes)) {
                m_store->rollback();
                return std::nullopt;
            }
        }
        const auto failed = m_store->error();
        if (failed || !m_store->inTransaction()) { // the whole transaction is lost, with all jobs before
            const base::Error error = failed ? *failed : outcome.error();
            m_store->rollback();
            return allFail(error);
        }
        outcomes.push_back(std::move(outcome));
    }
    m_store->flush();
    if (m_store->error() && !savepoints && m_store->inTransaction() && !m_store->raced()) { // some job's, who knows whose
        m_store->rollback();
        return std::nullopt;
    }
    if (const auto committed = m_store->commit(); !committed)
        return allFail(committed.error());
    return outcomes;
}

std::vector<Result<void>> Ledger::transact(std::span<const Job> jobs, int attempts)
{
    // Jobs hardly ever fail by themselves, as refusals are answers, so a savepoint for each is made only where one did.
    auto outcomes = attempt(jobs, false);
    if (!outcomes)
        outcomes = attempt(jobs, true);
    if (!m_store->raced() || attempts == maxAttempts)
        return *outcomes;
    m_store->pause(attempts);
    // The fewer rows, the fewer others want them at the same time.
    const std::size_t half = (jobs.size() + 1) / 2;
    auto first = transact(jobs.first(half), attempts + 1);
    if (half < jobs.size())
        std::ranges::move(transact(jobs.subspan(half), attempts + 1), std::back_inserter(first));
    return first;
}

std::vector<Result<void>> Ledger::transact(std::span<const Job> jobs)
{
    return transact(jobs, 1);
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
    return wire::derivedAddress(wire::enumName(kind), m_tracker, owner, generation);
}

Account Ledger::newAccount(AccountKind kind, const base::PublicKey& owner)
{
    Account account;
    account.kind = kind;
    account.owner = owner;
    for (const Account& earlier : m_store->accountsOf(owner)) {
        if (earlier.kind == kind)
            account.generation = std::max(account.generation, earlier.generation + 1);
        account.lastEntry = std::max(account.lastEntry, earlier.lastEntry);
    }
    // Everybody can compute an address before it exists, and send tokens to it; then it is an ordinary one for ever.
    for (;; ++account.generation) {
        account.address = derivedAddress(kind, owner.raw(), account.generation);
        if (!m_store->account(account.address, Store::Lock::None))
            break;
    }
    return account;
}

EntryKey Ledger::append(EntryKind kind, const base::Sha256& subject, std::string memo, const Document& cause,
                        std::vector<Posting> postings, const ContractRecord* contract, std::int64_t after)
{
    std::vector<base::Address> touched;
    touched.reserve(postings.size());
    for (const Posting& posting : postings) {
        if (contract == nullptr || posting.account != contract->account)
            touched.push_back(posting.account);
    }
    const Store::Head place = m_store->next(touched, after);
    Entry entry;
    entry.chain = place.key.chain;
    entry.number = place.key.number;
    entry.time = m_clock.now();
    entry.kind = kind;
    entry.subject = subject;
    entry.memo = std::move(memo);
    entry.cause = crypto::sha256(cause.bytes);
    entry.prevHash = place.hash;
    entry.postings = std::move(postings);
    std::ranges::sort(entry.postings, {}, &Posting::account);
    entry.hash = hashOf(entry);
    m_store->append(entry, cause, contract);
    m_newest = {entry.key(), entry.cause};
    return entry.key();
}

Result<Account> Ledger::payee(const base::Address& address)
{
    auto account = m_store->account(address, Store::Lock::Change);
    if (!account)
        return Account{.address = address, .kind = AccountKind::Ordinary, .owner = std::nullopt};
    if (account->kind != AccountKind::Ordinary && account->kind != AccountKind::Income && account->kind != AccountKind::Spend)
        return fail(ErrorCode::Unacceptable, "nothing can be sent to the address of a contract or of a tracker");
    if (!account->open)
        return fail(ErrorCode::Conflict, "the address to pay to is closed");
    return *account;
}

void Ledger::ensureOrdinary(const base::Address& address)
{
    if (!m_store->account(address, Store::Lock::Change))
        m_store->insertAccount({.address = address, .kind = AccountKind::Ordinary, .owner = std::nullopt});
}

tl::unexpected<base::Error> Ledger::tooFew(const char* where, Tokens there, Tokens needed)
{
    return fail(ErrorCode::PaymentRequired, std::string("the ") + where + " address has " + wire::inWords(there) + ", and " +
                                                wire::inWords(needed) + " are needed: " + wire::inWords(needed - there) + " are missing");
}

Result<Ledger::Moved> Ledger::issue(const wire::Signed<Issue>& order)
{
    const Issue& wanted = order.message;
    if (wanted.node != m_tracker || wanted.tracker != m_tracker)
        return fail(ErrorCode::Forbidden, "only the tracker itself issues tokens");
    if (wanted.amount.value() <= 0)
        return fail(ErrorCode::Unacceptable, "the amount must be more than 0");
    const base::Address issuance = derivedAddress(AccountKind::Issuance, m_tracker.raw(), 0);
    const auto source = m_store->account(issuance, Store::Lock::Change);
    const Tokens issued = source ? Tokens() - source->balance : Tokens();
    if (wanted.amount.value() > base::maxInteger - issued.value())
        return fail(ErrorCode::Unacceptable, "there would be more tokens than any amount can be");
    const auto to = payee(wanted.to);
    if (!to)
        return tl::unexpected(to.error());
    ensureOrdinary(wanted.to);
    const auto key = append(EntryKind::Issue, {}, wanted.memo, documentOf(order),
                            {{issuance, Tokens() - wanted.amount}, {wanted.to, wanted.amount}});
    return unlessFailed(Moved{key.number, to->balance + wanted.amount});
}

Result<Account> Ledger::addressFor(AccountKind kind, const base::PublicKey& owner, const Document& cause)
{
    if (kind != AccountKind::Income && kind != AccountKind::Spend)
        return fail(ErrorCode::Internal, "only income and spend addresses are made");
    if (auto open = m_store->openAccount(owner, kind))
        return *open;
    Account account = newAccount(kind, owner);
    // After the one before was closed, whichever process did that.
    account.lastEntry =
        append(EntryKind::AddressOpened, subjectOf(account.address), {}, cause, {}, nullptr, account.lastEntry).number;
    m_store->insertAccount(account);
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
    const auto from = m_store->account(wanted.from, Store::Lock::Change);
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
    const auto key = append(EntryKind::Transfer, {}, wanted.memo, documentOf(request),
                            {{wanted.from, Tokens() - wanted.amount}, {wanted.to, wanted.amount}});
    return unlessFailed(Moved{key.number, there - wanted.amount});
}

Result<Account> Ledger::ownAddress(AccountKind kind, const base::Address& address, const base::PublicKey& owner,
                                   Store::Lock lock)
{
    auto account = m_store->account(address, lock);
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
    const auto account = ownAddress(kind, address, owner, Store::Lock::Close);
    if (!account)
        return tl::unexpected(account.error());
    const std::int64_t open =
        kind == AccountKind::Spend ? account->openContracts : m_store->openContractsOn(address, m_clock.now());
    if (open > 0)
        return fail(ErrorCode::Conflict, "the " + nameOf(kind) + " has " + std::to_string(open) +
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
    if (const auto ordinary = m_store->account(crypto::ordinaryAddress(owner), Store::Lock::None))
        balance.ordinary = ordinary->balance;
    balance.income = m_store->openAccount(owner, AccountKind::Income);
    balance.spend = m_store->openAccount(owner, AccountKind::Spend);
    if (balance.spend)
        balance.locked = balance.spend->reserved;
    return unlessFailed(balance);
}

} // namespace mutoscope::ledger
