#include <QTest>

#include "tests/unit/ledger/ledger_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using base::ErrorCode;
using ledger::AccountKind;
using wire::ContractState;

namespace
{

constexpr auto MiB = World::MiB;

template <class T>
ErrorCode codeOf(const base::Result<T>& result)
{
    return result ? ErrorCode::Cancelled : result.error().code; // Cancelled is none of the ledger's
}

} // namespace

class TestLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addressesFollowTheFormula();
    void addressesBelongToOneKeyAndGeneration();
    void addressTakenByAnEarlyTransferIsLeftOut();
    void issueMakesTokensWithinLimits();
    void transferMovesAndRefuses();
    void closedAddressPaysOutAndRefuses();
    void openReservesTheCap();
    void openRefusesUnfitTerms();
    void openSaysWhatIsMissing();
    void openIsTheSameAgain();
    void closeBySeederPaysAndReturns();
    void closeRefusesWhatDoesNotFit();
    void closeSettlesOnce();
    void viewerCloseWaitsForTheSeeder();
    void viewerCloseWithinGraceTakesTheBetter();
    void viewerSignedBetterThanSeeders();
    void equivocationIsKept();
    void equivocationIsKeptAfterSettlingToo();
    void expirySettlesWithTheBestOrReturnsAll();
    void addressWithOpenContractStaysOpen();
    void historyShowsBothSidesInPages();
    void balanceShowsLocked();
    void offersExpireAndAreBounded();
    void nonceUsedTwice();
    void refusedJobChangesNothing();
};

void TestLedger::addressesFollowTheFormula()
{
    World w;
    std::string text = "mutoscope.income.v1";
    text += w.tracker.publicKey().raw();
    text += w.seeder.publicKey().raw();
    text += std::string(8, '\0');
    QCOMPARE(w.income(w.seeder), crypto::hash<base::Address>(text));
}

void TestLedger::addressesBelongToOneKeyAndGeneration()
{
    World w;
    const auto first = w.spend(w.viewer);
    QCOMPARE(w.spend(w.viewer), first);
    QVERIFY(w.spend(w.stranger) != first);
    QVERIFY(w.income(w.viewer) != first);
    QVERIFY(w.closeAddress(AccountKind::Spend, w.viewer, first));
    const auto second = w.spend(w.viewer);
    QVERIFY(second != first);
    QCOMPARE(second, w.ledger->derivedAddress(AccountKind::Spend, w.viewer.publicKey().raw(), 1));
    QCOMPARE(w.check(), std::string());
}

void TestLedger::addressTakenByAnEarlyTransferIsLeftOut()
{
    World w;
    const auto zero = w.ledger->derivedAddress(AccountKind::Income, w.seeder.publicKey().raw(), 0);
    QVERIFY(w.issue(zero, 5));
    QCOMPARE(w.income(w.seeder), w.ledger->derivedAddress(AccountKind::Income, w.seeder.publicKey().raw(), 1));

    QVERIFY(w.issue(w.spend(w.viewer), 100));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 1, 100), w.viewer, w.seeder);
    // A contract's own account stands at its id, and is another than what somebody sent tokens to.
    const auto atId = base::Address::fromRaw(contract.payload.raw());
    QVERIFY(w.issue(atId, 1));
    QVERIFY(w.openContract(contract));
    QCOMPARE(w.check(), std::string());
    QCOMPARE(w.balance(atId), 1);
    QVERIFY(w.close(World::both(w.receipt(contract, 1, MiB), w.viewer, w.seeder), true));
    QCOMPARE(w.check(), std::string());
}

void TestLedger::issueMakesTokensWithinLimits()
{
    World w;
    const auto to = World::ordinary(w.viewer);
    QCOMPARE(codeOf(w.issue(to, 0)), ErrorCode::Unacceptable);
    QVERIFY(w.issue(to, base::maxInteger - 1));
    QCOMPARE(codeOf(w.issue(to, 2)), ErrorCode::Unacceptable);
    QVERIFY(w.issue(to, 1));
    QCOMPARE(w.balance(to), base::maxInteger);

    auto forged = w.request<ledger::Issue>(w.stranger);
    forged.to = to;
    forged.amount = Tokens(1);
    const auto document = wire::sign(forged, w.stranger);
    QCOMPARE(codeOf(w.run([&](ledger::Ledger& l) { return l.issue(document); })), ErrorCode::Forbidden);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::transferMovesAndRefuses()
{
    World w;
    const auto mine = World::ordinary(w.viewer);
    const auto theirs = World::ordinary(w.stranger); // unknown to the ledger
    QCOMPARE(codeOf(w.transfer(w.viewer, mine, theirs, 1)), ErrorCode::PaymentRequired);
    QVERIFY(w.issue(mine, 100));
    const auto moved = w.transfer(w.viewer, mine, theirs, 30);
    QVERIFY(moved);
    QCOMPARE(moved->balance.value(), 70);
    QCOMPARE(w.balance(theirs), 30);
    QCOMPARE(codeOf(w.transfer(w.viewer, mine, theirs, 71)), ErrorCode::PaymentRequired);
    QCOMPARE(codeOf(w.transfer(w.viewer, mine, theirs, 0)), ErrorCode::Unacceptable);
    QCOMPARE(codeOf(w.transfer(w.viewer, mine, mine, 1)), ErrorCode::Unacceptable);
    QCOMPARE(codeOf(w.transfer(w.viewer, theirs, mine, 1)), ErrorCode::Forbidden);

    const auto spend = w.spend(w.viewer);
    QVERIFY(w.transfer(w.viewer, mine, spend, 40));
    QCOMPARE(codeOf(w.transfer(w.viewer, spend, theirs, 1)), ErrorCode::Forbidden);
    QCOMPARE(codeOf(w.transfer(w.stranger, spend, theirs, 1)), ErrorCode::Forbidden);
    QVERIFY(w.transfer(w.viewer, spend, mine, 10));
    QCOMPARE(w.balance(spend), 30);
    QVERIFY(w.transfer(w.viewer, mine, w.income(w.seeder), 5));
    QCOMPARE(codeOf(w.transfer(w.seeder, w.income(w.seeder), World::ordinary(w.seeder), 1)), ErrorCode::Forbidden);

    const auto issuance = w.ledger->derivedAddress(AccountKind::Issuance, w.tracker.publicKey().raw(), 0);
    QCOMPARE(codeOf(w.transfer(w.viewer, mine, issuance, 1)), ErrorCode::Unacceptable);
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 1, 10), w.viewer, w.seeder);
    const auto reservation = w.openContract(contract)->account;
    QCOMPARE(codeOf(w.transfer(w.viewer, mine, reservation, 1)), ErrorCode::Unacceptable);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::closedAddressPaysOutAndRefuses()
{
    World w;
    const auto spend = w.spend(w.viewer);
    QVERIFY(w.issue(spend, 50));
    QCOMPARE(codeOf(w.closeAddress(AccountKind::Spend, w.stranger, spend)), ErrorCode::Forbidden);
    QCOMPARE(codeOf(w.closeAddress(AccountKind::Income, w.viewer, spend)), ErrorCode::NotFound);
    QCOMPARE(codeOf(w.closeAddress(AccountKind::Spend, w.viewer, World::ordinary(w.viewer))), ErrorCode::NotFound);
    QCOMPARE(w.closeAddress(AccountKind::Spend, w.viewer, spend)->value(), 50);
    QCOMPARE(w.balance(World::ordinary(w.viewer)), 50);
    QCOMPARE(codeOf(w.closeAddress(AccountKind::Spend, w.viewer, spend)), ErrorCode::Conflict);
    QCOMPARE(codeOf(w.transfer(w.viewer, World::ordinary(w.viewer), spend, 1)), ErrorCode::Conflict);
    QCOMPARE(codeOf(w.transfer(w.viewer, spend, World::ordinary(w.viewer), 1)), ErrorCode::Conflict);
    QCOMPARE(codeOf(w.issue(spend, 1)), ErrorCode::Conflict);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::openReservesTheCap()
{
    World w;
    const auto spend = w.spend(w.viewer);
    QVERIFY(w.issue(spend, 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
    const auto opened = w.openContract(contract);
    QVERIFY(opened);
    QCOMPARE(opened->state, ContractState::Open);
    QCOMPARE(w.balance(spend), 400);
    QCOMPARE(w.balance(opened->account), 600);
    // What is reserved cannot be spent twice.
    const auto second = World::both(w.terms(w.viewer, w.seeder, 100, 401), w.viewer, w.seeder);
    QCOMPARE(codeOf(w.openContract(second)), ErrorCode::PaymentRequired);
    const auto third = World::both(w.terms(w.viewer, w.seeder, 100, 400), w.viewer, w.seeder);
    QVERIFY(w.openContract(third));
    QCOMPARE(w.check(), std::string());
}

void TestLedger::openRefusesUnfitTerms()
{
    World w(":memory:", {.maxPricePerMiB = Tokens(1'000), .maxCap = Tokens(500), .maxOpenContracts = 2});
    QVERIFY(w.issue(w.spend(w.viewer), 10'000));
    const auto good = w.terms(w.viewer, w.seeder, 100, 100);
    const auto refusal = [&](auto change) {
        auto terms = good;
        terms.nonce = nonceOf(++w.nonces);
        change(terms);
        return codeOf(w.openContract(World::both(terms, w.viewer, w.seeder)));
    };
    const std::int64_t now = w.clock.now().value();
    const std::int64_t month = w.rules.maxContractTime.count();
    QCOMPARE(refusal([&](auto& t) { t.tracker = w.stranger.publicKey(); }), ErrorCode::Unacceptable);
    QCOMPARE(refusal([&](auto& t) { t.serveUntil = UnixMs(now); }), ErrorCode::Gone);
    QCOMPARE(refusal([&](auto& t) { t.closeUntil = UnixMs(now + month + 1); }), ErrorCode::Unacceptable);
    QCOMPARE(refusal([&](auto& t) { t.pricePerMiB = Tokens(1'001); }), ErrorCode::Unacceptable);
    QCOMPARE(refusal([&](auto& t) { t.maxAmount = Tokens(501); }), ErrorCode::Unacceptable);
    QCOMPARE(refusal([&](auto& t) { t.incomeAddress = t.spendAddress; }), ErrorCode::NotFound);
    QCOMPARE(refusal([&](auto& t) { t.spendAddress = World::ordinary(w.viewer); }), ErrorCode::NotFound);
    QCOMPARE(refusal([&](auto& t) { t.spendAddress = w.spend(w.stranger); }), ErrorCode::Forbidden);
    QCOMPARE(refusal([&](auto& t) { t.incomeAddress = w.income(w.stranger); }), ErrorCode::Forbidden);
    QCOMPARE(refusal([&](auto& t) { t.closeUntil = UnixMs(now + month); }), ErrorCode::Cancelled);
    QCOMPARE(refusal([&](auto& t) { t.serveUntil = UnixMs(now + 1); }), ErrorCode::Cancelled);
    QCOMPARE(refusal([](auto&) {}), ErrorCode::TooMany);

    const auto old = w.income(w.stranger);
    QVERIFY(w.closeAddress(AccountKind::Income, w.stranger, old));
    auto closed = w.terms(w.viewer, w.stranger, 1, 1);
    closed.incomeAddress = old;
    QCOMPARE(codeOf(w.openContract(World::both(closed, w.viewer, w.stranger))), ErrorCode::Conflict);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::openSaysWhatIsMissing()
{
    World w;
    QVERIFY(w.issue(w.spend(w.viewer), 1'500'000));
    const auto refused = w.openContract(World::both(w.terms(w.viewer, w.seeder, 1, 4'000'000), w.viewer, w.seeder));
    QCOMPARE(codeOf(refused), ErrorCode::PaymentRequired);
    QCOMPARE(refused.error().message,
             std::string("the spend address has 1.5 tokens, and 4 tokens are needed: 2.5 tokens are missing"));
}

void TestLedger::openIsTheSameAgain()
{
    World w;
    QVERIFY(w.issue(w.spend(w.viewer), 100));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 1, 60), w.viewer, w.seeder);
    const auto first = w.openContract(contract);
    w.clock.advance(std::chrono::hours(1)); // past serve_until: it is the same all the same
    const auto second = w.openContract(contract);
    QVERIFY(first && second);
    QCOMPARE(second->account, first->account);
    QCOMPARE(second->opened, first->opened);
    QCOMPARE(w.balance(w.spend(w.viewer)), 40);
}

void TestLedger::closeBySeederPaysAndReturns()
{
    World w;
    const auto spend = w.spend(w.viewer);
    QVERIFY(w.issue(spend, 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    const auto closed = w.close(World::both(w.receipt(contract, 3, 2 * MiB + 1), w.viewer, w.seeder), true);
    QVERIFY(closed);
    QCOMPARE(closed->state, ContractState::Closed);
    QCOMPARE(closed->paid.value(), 201); // ceil
    QCOMPARE(closed->returned.value(), 399);
    QCOMPARE(w.balance(w.income(w.seeder)), 201);
    QCOMPARE(w.balance(spend), 799);
    QCOMPARE(w.balance(closed->account), 0);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::closeRefusesWhatDoesNotFit()
{
    World w;
    QVERIFY(w.issue(w.spend(w.viewer), 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
    const auto good = w.receipt(contract, 1, MiB);
    QCOMPARE(codeOf(w.close(World::both(good, w.viewer, w.seeder), true)), ErrorCode::NotFound);
    QVERIFY(w.openContract(contract));
    auto cheap = good;
    cheap.amount = Tokens(99);
    QCOMPARE(codeOf(w.close(World::both(cheap, w.viewer, w.seeder), true)), ErrorCode::Unacceptable);
    QCOMPARE(codeOf(w.close(World::both(w.receipt(contract, 7, 7 * MiB), w.viewer, w.seeder), true)),
             ErrorCode::Unacceptable); // above the cap
    auto other = good;
    other.seeder = w.stranger.publicKey();
    QCOMPARE(codeOf(w.close(World::both(other, w.viewer, w.stranger), true)), ErrorCode::Unacceptable);
    QCOMPARE(w.balance(w.income(w.seeder)), 0);
    QVERIFY(w.close(World::both(w.receipt(contract, 6, 6 * MiB), w.viewer, w.seeder), true)); // exactly the cap
    QCOMPARE(w.balance(w.income(w.seeder)), 600);
}

void TestLedger::closeSettlesOnce()
{
    World w;
    QVERIFY(w.issue(w.spend(w.viewer), 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    const auto receipt = World::both(w.receipt(contract, 2, 2 * MiB), w.viewer, w.seeder);
    QVERIFY(w.close(receipt, true));
    const auto again = w.close(receipt, true);
    QVERIFY(again);
    QCOMPARE(again->paid.value(), 200);
    const auto higher = w.close(World::both(w.receipt(contract, 3, 3 * MiB), w.viewer, w.seeder), true);
    QCOMPARE(codeOf(higher), ErrorCode::Conflict);
    QVERIFY(higher.error().message.find("closed") != std::string::npos);
    QCOMPARE(w.settleDue(), 0);
    w.clock.advance(std::chrono::hours(3));
    QCOMPARE(w.settleDue(), 0);
    QCOMPARE(w.balance(w.income(w.seeder)), 200);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::viewerCloseWaitsForTheSeeder()
{
    World w;
    QVERIFY(w.issue(w.spend(w.viewer), 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    const auto closing = w.close(wire::sign(w.receipt(contract, 2, 2 * MiB), w.viewer), false);
    QVERIFY(closing);
    QCOMPARE(closing->state, ContractState::Closing);
    QCOMPARE(closing->settles->value(), w.clock.now().value() + 30'000);
    QCOMPARE(w.balance(w.income(w.seeder)), 0);
    w.clock.advance(std::chrono::milliseconds(29'999));
    QCOMPARE(w.settleDue(), 0);
    // A higher one does not move the time, a lower one changes nothing.
    QCOMPARE(w.close(wire::sign(w.receipt(contract, 3, 3 * MiB), w.viewer), false)->settles->value(),
             closing->settles->value());
    QCOMPARE(w.close(wire::sign(w.receipt(contract, 1, MiB), w.viewer), false)->best->bytes.value(), 3 * MiB);
    w.clock.advance(std::chrono::milliseconds(1));
    QCOMPARE(w.settleDue(), 1);
    QCOMPARE(w.settleDue(), 0);
    QCOMPARE(w.balance(w.income(w.seeder)), 300);
    QCOMPARE(w.evidence(), 0U);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::viewerCloseWithinGraceTakesTheBetter()
{
    World w;
    QVERIFY(w.issue(w.spend(w.viewer), 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    QVERIFY(w.close(wire::sign(w.receipt(contract, 2, 2 * MiB), w.viewer), false));
    const auto closed = w.close(World::both(w.receipt(contract, 4, 4 * MiB), w.viewer, w.seeder), true);
    QVERIFY(closed);
    QCOMPARE(closed->state, ContractState::Closed);
    QCOMPARE(closed->paid.value(), 400);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::viewerSignedBetterThanSeeders()
{
    World w;
    QVERIFY(w.issue(w.spend(w.viewer), 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    QVERIFY(w.close(wire::sign(w.receipt(contract, 4, 4 * MiB), w.viewer), false));
    const auto closed = w.close(World::both(w.receipt(contract, 2, 2 * MiB), w.viewer, w.seeder), true);
    QVERIFY(closed);
    QCOMPARE(closed->state, ContractState::Closed);
    QCOMPARE(closed->paid.value(), 400);
    QCOMPARE(w.evidence(), 0U); // both are honest
    QCOMPARE(w.check(), std::string());
}

void TestLedger::equivocationIsKept()
{
    World w;
    QVERIFY(w.issue(w.spend(w.viewer), 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    QVERIFY(w.close(wire::sign(w.receipt(contract, 3, MiB), w.viewer), false));
    QCOMPARE(codeOf(w.close(wire::sign(w.receipt(contract, 3, 2 * MiB), w.viewer), false)), ErrorCode::Conflict);
    QCOMPARE(w.evidence(), 1U);
    // A viewer that signed a later receipt for less does not take from the seeder what it has signed before.
    QCOMPARE(w.close(wire::sign(w.receipt(contract, 9, MiB / 2), w.viewer), false)->best->bytes.value(), MiB);
    const auto closed = w.close(World::both(w.receipt(contract, 2, 5 * MiB), w.viewer, w.seeder), true);
    QVERIFY(closed);
    QCOMPARE(closed->paid.value(), 500);
    QCOMPARE(w.evidence(), 1U); // the first pair is enough
    QCOMPARE(w.check(), std::string());
}

void TestLedger::equivocationIsKeptAfterSettlingToo()
{
    World w;
    QVERIFY(w.issue(w.spend(w.viewer), 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 600), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    const auto settled = World::both(w.receipt(contract, 3, MiB), w.viewer, w.seeder);
    QVERIFY(w.close(settled, true));
    QCOMPARE(codeOf(w.close(wire::sign(w.receipt(contract, 4, 2 * MiB), w.viewer), false)), ErrorCode::Conflict);
    QCOMPARE(w.evidence(), 0U); // late, and honest
    const auto other = wire::sign(w.receipt(contract, 3, 2 * MiB), w.viewer);
    QCOMPARE(codeOf(w.close(other, false)), ErrorCode::Conflict);
    QCOMPARE(w.evidence(), 1U);
    QVERIFY(w.ledger->read([&](ledger::Ledger& l) -> base::Result<void> {
        const auto kept = l.store().evidence().front();
        return kept.first == settled.bytes && kept.second == other.bytes ? base::Result<void>()
                                                                         : base::fail(ErrorCode::WrongData, kept.kind);
    }));
    QCOMPARE(w.check(), std::string());
}

void TestLedger::expirySettlesWithTheBestOrReturnsAll()
{
    World w(":memory:", {.closeGrace = std::chrono::hours(24)});
    const auto spend = w.spend(w.viewer);
    QVERIFY(w.issue(spend, 1'000));
    const auto lost = World::both(w.terms(w.viewer, w.seeder, 100, 300), w.viewer, w.seeder);
    const auto known = World::both(w.terms(w.viewer, w.seeder, 100, 300), w.viewer, w.seeder);
    QVERIFY(w.openContract(lost));
    QVERIFY(w.openContract(known));
    const auto closing = w.close(wire::sign(w.receipt(known, 1, MiB), w.viewer), false);
    QCOMPARE(*closing->settles, known.message.closeUntil); // never later than that
    w.clock.time = known.message.closeUntil;
    QCOMPARE(codeOf(w.close(World::both(w.receipt(lost, 1, MiB), w.viewer, w.seeder), true)), ErrorCode::Gone);
    QCOMPARE(w.settleDue(), 2);
    QCOMPARE(w.balance(w.income(w.seeder)), 100);
    QCOMPARE(w.balance(spend), 900);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::addressWithOpenContractStaysOpen()
{
    World w;
    const auto spend = w.spend(w.viewer);
    const auto income = w.income(w.seeder);
    QVERIFY(w.issue(spend, 1'000));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 300), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    QCOMPARE(codeOf(w.closeAddress(AccountKind::Spend, w.viewer, spend)), ErrorCode::Conflict);
    QCOMPARE(codeOf(w.closeAddress(AccountKind::Income, w.seeder, income)), ErrorCode::Conflict);
    QVERIFY(w.close(wire::sign(w.receipt(contract, 1, MiB), w.viewer), false));
    QCOMPARE(codeOf(w.closeAddress(AccountKind::Spend, w.viewer, spend)), ErrorCode::Conflict);
    w.clock.advance(std::chrono::seconds(30));
    QCOMPARE(w.settleDue(), 1);
    QVERIFY(w.closeAddress(AccountKind::Spend, w.viewer, spend));
    QVERIFY(w.closeAddress(AccountKind::Income, w.seeder, income));
    QCOMPARE(w.balance(World::ordinary(w.seeder)), 100);
    QCOMPARE(w.balance(World::ordinary(w.viewer)), 900);
    QCOMPARE(w.check(), std::string());
}

void TestLedger::historyShowsBothSidesInPages()
{
    World w;
    const auto mine = World::ordinary(w.viewer);
    const auto spend = w.spend(w.viewer);
    QVERIFY(w.issue(mine, 1'000));
    QVERIFY(w.transfer(w.viewer, mine, spend, 800, "top up"));
    const auto contract = World::both(w.terms(w.viewer, w.seeder, 100, 300), w.viewer, w.seeder);
    QVERIFY(w.openContract(contract));
    QVERIFY(w.close(World::both(w.receipt(contract, 3, 3 * MiB), w.viewer, w.seeder), true));

    const auto page = [&](const crypto::NodeKey& key, std::int64_t before, std::int64_t limit) {
        return *w.run([&](ledger::Ledger& l) { return l.history(key.publicKey(), before, limit); });
    };
    const auto all = page(w.viewer, base::maxInteger, 200);
    QVERIFY(!all.more);
    QCOMPARE(all.entries.size(), 5U); // close, open, both sides of the top-up, issue
    QCOMPARE(all.entries[0].kind, wire::EntryKind::ContractClosed);
    QVERIFY(all.entries[0].incoming);
    QCOMPARE(all.entries[0].amount.value(), 0); // all was paid; the row is there all the same
    QCOMPARE(*all.entries[0].contract, wire::contractId(contract));
    QCOMPARE(*all.entries[0].content, contract.message.content);
    QCOMPARE(all.entries[1].kind, wire::EntryKind::ContractOpened);
    QVERIFY(!all.entries[1].incoming);
    QCOMPARE(all.entries[1].amount.value(), 300);
    QCOMPARE(all.entries[2].memo, std::string("top up"));
    QCOMPARE(all.entries[2].entry, all.entries[3].entry);
    QVERIFY(all.entries[2].incoming != all.entries[3].incoming);
    QVERIFY(all.entries[2].counterparty.has_value());
    QCOMPARE(all.entries[4].kind, wire::EntryKind::Issue);

    const auto first = page(w.viewer, base::maxInteger, 2);
    QVERIFY(first.more);
    QCOMPARE(first.entries.size(), 2U);
    const auto rest = page(w.viewer, first.entries.back().entry, 2);
    QVERIFY(!rest.more);
    QCOMPARE(rest.entries.size(), 3U);

    const auto earned = page(w.seeder, base::maxInteger, 200);
    QCOMPARE(earned.entries.size(), 1U);
    QCOMPARE(earned.entries[0].amount.value(), 300);
    QCOMPARE(earned.entries[0].address, wire::AddressKind::Income);
    QVERIFY(page(w.stranger, base::maxInteger, 200).entries.empty());
}

void TestLedger::balanceShowsLocked()
{
    World w;
    const auto balance = [&](const crypto::NodeKey& key) {
        return *w.run([&](ledger::Ledger& l) { return l.balance(key.publicKey()); });
    };
    QVERIFY(!balance(w.viewer).spend);
    QVERIFY(w.issue(w.spend(w.viewer), 1'000));
    QVERIFY(w.issue(World::ordinary(w.viewer), 7));
    QVERIFY(w.openContract(World::both(w.terms(w.viewer, w.seeder, 100, 300), w.viewer, w.seeder)));
    const auto seen = balance(w.viewer);
    QCOMPARE(seen.ordinary.value(), 7);
    QCOMPARE(seen.spend->balance.value(), 700);
    QCOMPARE(seen.locked.value(), 300);
    QVERIFY(!seen.income);
    QCOMPARE(balance(w.seeder).locked.value(), 0);
}

void TestLedger::offersExpireAndAreBounded()
{
    World w(":memory:", {.maxOffersPerSeeder = 2, .maxOffersPerContent = 2});
    const auto put = [&](const crypto::NodeKey& key, const char* content, std::int64_t inMs, std::string title = {}) {
        wire::Offer offer;
        offer.network = network;
        offer.seeder = key.publicKey();
        offer.tracker = w.tracker.publicKey();
        offer.incomeAddress = w.income(key);
        offer.content = crypto::hash<base::ContentId>(content);
        offer.title = std::move(title);
        offer.expires = UnixMs(w.clock.now().value() + inMs);
        const auto document = wire::sign(offer, key);
        return w.run([&](ledger::Ledger& l) { return l.putOffer(document); });
    };
    const auto found = [&](const char* content) {
        return *w.run([&](ledger::Ledger& l) { return l.offers(crypto::hash<base::ContentId>(content), 50); });
    };
    const std::int64_t now = w.clock.now().value();
    QCOMPARE(codeOf(put(w.seeder, "a", 0)), ErrorCode::Gone);
    QCOMPARE(put(w.seeder, "a", 60'000)->value(), now + 60'000);
    QCOMPARE(put(w.seeder, "b", 10'000'000)->value(), now + 3'600'000); // clamped
    QCOMPARE(codeOf(put(w.seeder, "c", 60'000)), ErrorCode::TooMany);
    QVERIFY(put(w.seeder, "a", 70'000, "newer"));
    QCOMPARE(put(w.seeder, "a", 60'000, "older")->value(), now + 70'000); // an old one does not replace it
    QCOMPARE(found("a").size(), 1U);
    QVERIFY(put(w.viewer, "a", 60'000));
    QCOMPARE(codeOf(put(w.stranger, "a", 60'000)), ErrorCode::TooMany);
    QCOMPARE(found("a").size(), 2U);
    w.clock.advance(std::chrono::milliseconds(70'000));
    QCOMPARE(found("a").size(), 0U);
    QVERIFY(*w.ledger->nextDue() <= w.clock.now());
    QVERIFY(w.ledger->transact([&](ledger::Ledger& l) { return l.expireOffers(w.clock.now()); }));
    QVERIFY(put(w.seeder, "c", 60'000)); // room again
    QCOMPARE(found("b").size(), 1U);
}

void TestLedger::nonceUsedTwice()
{
    World w;
    QVERIFY(w.issue(World::ordinary(w.viewer), 10));
    const auto first = w.transferRequest(w.viewer, World::ordinary(w.viewer), World::ordinary(w.seeder), 1);
    auto changed = first.message;
    changed.amount = Tokens(2);
    const auto second = wire::sign(changed, w.viewer);
    const auto ask = [&](const auto& request) { // as the tracker's methods do
        base::Result<std::optional<ledger::StoredAnswer>> found;
        const ledger::RequestKey key{request.message.node, request.message.nonce, request.payload};
        const auto committed = w.ledger->transact([&](ledger::Ledger& l) -> base::Result<void> {
            found = l.storedAnswer(key, ledger::documentOf(request));
            if (found && !*found)
                l.storeAnswer(key, ledger::documentOf(request), 200, "answer");
            return {};
        });
        return committed ? found : tl::unexpected(committed.error());
    };
    QVERIFY(ask(first));
    QCOMPARE((*ask(first))->answer, std::string("answer"));
    QCOMPARE(w.evidence(), 0U);
    QCOMPARE(codeOf(ask(second)), ErrorCode::Conflict);
    QCOMPARE(codeOf(ask(second)), ErrorCode::Conflict);
    QCOMPARE(w.evidence(), 1U);
    QVERIFY(w.ledger->read([&](ledger::Ledger& l) -> base::Result<void> {
        const auto kept = l.store().evidence().front();
        return kept.first == first.bytes && kept.second == second.bytes ? base::Result<void>()
                                                                        : base::fail(ErrorCode::WrongData, kept.kind);
    }));
}

void TestLedger::refusedJobChangesNothing()
{
    World w;
    const auto mine = World::ordinary(w.viewer);
    QVERIFY(w.issue(mine, 100));
    const auto request = w.transferRequest(w.viewer, mine, World::ordinary(w.seeder), 60);
    const auto again = w.transferRequest(w.viewer, mine, World::ordinary(w.seeder), 40);
    const std::vector<ledger::Ledger::Job> jobs{
        [&](ledger::Ledger& l) -> base::Result<void> {
            (void)l.transfer(request);
            return base::fail(ErrorCode::Internal, "changed its mind");
        },
        [&](ledger::Ledger& l) -> base::Result<void> {
            const auto moved = l.transfer(again);
            return moved ? base::Result<void>() : tl::unexpected(moved.error());
        },
        [](ledger::Ledger&) -> base::Result<void> { throw std::runtime_error("out of luck"); },
        [&](ledger::Ledger& l) -> base::Result<void> { // a database error in one job is that job's only
            l.store().insertAccount({.address = World::ordinary(w.viewer), .kind = AccountKind::Ordinary, .owner = {}});
            return {};
        },
    };
    const auto outcomes = w.ledger->transact(jobs);
    QVERIFY(!outcomes[0]);
    QVERIFY(outcomes[1]);
    QCOMPARE(codeOf(outcomes[2]), ErrorCode::Internal);
    QCOMPARE(codeOf(outcomes[3]), ErrorCode::Internal);
    QCOMPARE(w.balance(mine), 60);
    QCOMPARE(w.check(), std::string());
}

QTEST_GUILESS_MAIN(TestLedger)
#include "tst_ledger.moc"
