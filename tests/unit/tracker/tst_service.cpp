#include <set>

#include <QTest>

#include "p2p/wire/papers.h"
#include "tests/unit/tracker/service_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using wire::ContractState;
using wire::Role;

// Each method: what it answers and refuses. What all methods have in common is in tst_requests.cpp.

namespace
{

constexpr auto MiB = World::MiB;

} // namespace

class TestService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void handshakeTellsTimeNameAndPin();
    void addressesAndBalance();
    void transferRefusals();
    void contractFromOpenToClosed();
    void openContractRefusals();
    void viewerCloseSettlesByTick();
    void onlyPartiesSeeAContract();
    void papersProveAContract();
    void addressesClose();
    void offersAreFoundUntilTheyExpire();
    void largeAnswersStayWithinTheirLimits();
    void historyRefusesOddLimits();
};

void TestService::handshakeTellsTimeNameAndPin()
{
    Tracker t;
    auto message = t.request<wire::Handshake>(t.viewer);
    message.tracker = {};        // does not know it yet
    message.time = UnixMs(1'000); // and has no idea of the time
    const auto answer = t.ask<wire::HandshakeAnswer>("handshake", wire::sign(message, t.viewer));
    QVERIFY(answer);
    QCOMPARE(answer->node, t.tracker.publicKey());
    QCOMPARE(answer->name, std::string("Tester"));
    QCOMPARE(answer->tlsPin, crypto::sha256("certificate"));
    QCOMPARE(answer->time, t.clock.now());
}

void TestService::addressesAndBalance()
{
    Tracker t;
    const auto income = t.ask<wire::AddressAnswer>("getIncomeAddress", t.from<wire::GetIncomeAddress>(t.viewer));
    const auto spend = t.ask<wire::AddressAnswer>("getSpendAddress", t.from<wire::GetSpendAddress>(t.viewer));
    QVERIFY(income && spend);
    QCOMPARE(income->kind, wire::AddressKind::Income);
    QCOMPARE(spend->kind, wire::AddressKind::Spend);
    QCOMPARE(spend->owner, World::ordinary(t.viewer));
    QCOMPARE(t.ask<wire::AddressAnswer>("getSpendAddress", t.from<wire::GetSpendAddress>(t.viewer))->address, spend->address);
    QVERIFY(t.issue(spend->address, 500));
    QVERIFY(t.issue(World::ordinary(t.viewer), 20));
    const auto balance = t.ask<wire::BalanceAnswer>("getBalance", t.from<wire::GetBalance>(t.viewer));
    QCOMPARE(balance->ordinary.value(), 20);
    QCOMPARE(balance->spend.value(), 500);
    QCOMPARE(*balance->spendAddress, spend->address);
    QCOMPARE(*balance->incomeAddress, income->address);
    const auto empty = t.ask<wire::BalanceAnswer>("getBalance", t.from<wire::GetBalance>(t.stranger));
    QVERIFY(!empty->spendAddress && !empty->incomeAddress);
    QCOMPARE(empty->ordinary.value(), 0);
}

void TestService::transferRefusals()
{
    Tracker t;
    const auto mine = World::ordinary(t.viewer);
    const auto theirs = World::ordinary(t.seeder);
    const auto status = [&](const crypto::NodeKey& key, const base::Address& from, const base::Address& to, std::int64_t amount) {
        return statusOf(t.ask<wire::TransferAnswer>("transfer", t.transferRequest(key, from, to, amount)));
    };
    QCOMPARE(status(t.viewer, mine, theirs, 1), 402);
    QVERIFY(t.issue(mine, 10));
    QCOMPARE(status(t.stranger, mine, theirs, 1), 403);
    QCOMPARE(status(t.viewer, mine, theirs, 0), 422);
    QCOMPARE(status(t.viewer, mine, theirs, 11), 402);
    QCOMPARE(status(t.viewer, mine, theirs, 10), 200);
    QCOMPARE(t.balance(theirs), 10);
}

void TestService::contractFromOpenToClosed()
{
    Tracker t;
    QVERIFY(t.issue(t.spend(t.viewer), 1'000));
    const auto contract = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    const auto opened = t.ask<wire::ContractAnswer>("openContract", contract);
    QVERIFY(opened);
    QCOMPARE(opened->state, ContractState::Open);
    QCOMPARE(opened->contract, wire::contractId(contract));
    QCOMPARE(opened->reserved.value(), 600);

    const auto receipt = World::both(t.receipt(contract, 3, 3 * MiB), t.viewer, t.seeder);
    const auto closed = t.ask<wire::ContractAnswer>("closeContract", receipt);
    QVERIFY(closed);
    QCOMPARE(closed->state, ContractState::Closed);
    QCOMPARE(closed->paid.value(), 300);
    QCOMPARE(closed->returned.value(), 300);
    QCOMPARE(closed->bytes.value(), 3 * MiB);
    QVERIFY(closed->closed.has_value());
    // The same document with the signatures the other way round is the same request.
    const auto turned = World::both(receipt.message, t.seeder, t.viewer);
    QVERIFY(turned.bytes != receipt.bytes);
    QCOMPARE(*t.call("closeContract", turned.bytes).body, *t.call("closeContract", receipt.bytes).body);
    QCOMPARE(statusOf(t.ask<wire::ContractAnswer>(
                 "closeContract", World::both(t.receipt(contract, 4, 4 * MiB), t.viewer, t.seeder))),
             409);
    QCOMPARE(t.balance(t.income(t.seeder)), 300);
    QCOMPARE(t.check(), std::string());
}

void TestService::openContractRefusals()
{
    Tracker t;
    const auto status = [&](auto change) {
        auto terms = t.terms(t.viewer, t.seeder, 100, 300);
        change(terms);
        return statusOf(t.ask<wire::ContractAnswer>("openContract", World::both(terms, t.viewer, t.seeder)));
    };
    QCOMPARE(status([](auto&) {}), 402);
    QVERIFY(t.issue(t.spend(t.viewer), 1'000));
    QCOMPARE(status([&](auto& c) { c.tracker = t.stranger.publicKey(); }), 422);
    QCOMPARE(status([&](auto& c) { c.serveUntil = UnixMs(t.clock.now().value() - 1); }), 410);
    QCOMPARE(status([&](auto& c) { c.closeUntil = UnixMs(base::maxInteger); }), 422);
    QCOMPARE(status([&](auto& c) { c.incomeAddress = {}; }), 404);
    QCOMPARE(status([&](auto& c) { c.spendAddress = t.spend(t.stranger); }), 403);
    QCOMPARE(t.balance(t.spend(t.viewer)), 1'000);
    QCOMPARE(status([](auto&) {}), 200);
}

void TestService::viewerCloseSettlesByTick()
{
    Tracker t;
    QVERIFY(t.issue(t.spend(t.viewer), 1'000));
    const auto contract = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    QVERIFY(t.ask<wire::ContractAnswer>("openContract", contract));
    const auto tick = [&] {
        t.service.tick();
        return t.committer.runPending();
    };
    QCOMPARE(tick(), 1U); // at the start it does not know what is due
    QCOMPARE(tick(), 0U); // then it costs nothing until something is
    const auto receipt = wire::sign(t.receipt(contract, 2, 2 * MiB), t.viewer);
    const auto closing = t.ask<wire::ContractAnswer>("closeContract", receipt);
    QVERIFY(closing);
    QCOMPARE(closing->state, ContractState::Closing);
    QCOMPARE(closing->settles->value(), t.clock.now().value() + 30'000);
    QCOMPARE(tick(), 0U);
    t.clock.advance(std::chrono::milliseconds(29'999));
    QCOMPARE(tick(), 0U);
    t.clock.advance(std::chrono::milliseconds(1));
    QCOMPARE(tick(), 1U);
    QCOMPARE(tick(), 0U);
    const auto settled = t.ask<wire::ContractAnswer>("closeContract", receipt); // again: where it stands now
    QCOMPARE(settled->state, ContractState::Closed);
    QCOMPARE(settled->paid.value(), 200);
    QCOMPARE(t.balance(t.income(t.seeder)), 200);

    // The one that nobody closes: by its own time.
    const auto lost = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    QVERIFY(t.ask<wire::ContractAnswer>("openContract", lost));
    t.clock.time = lost.message.closeUntil;
    QCOMPARE(tick(), 1U);
    QCOMPARE(t.balance(t.spend(t.viewer)), 800);
}

void TestService::onlyPartiesSeeAContract()
{
    Tracker t;
    QVERIFY(t.issue(t.spend(t.viewer), 1'000));
    const auto contract = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    const auto status = [&](const crypto::NodeKey& key) {
        auto message = t.request<wire::GetContract>(key);
        message.contract = wire::contractId(contract);
        return statusOf(t.ask<wire::ContractAnswer>("getContract", wire::sign(message, key)));
    };
    QCOMPARE(status(t.viewer), 404);
    QVERIFY(t.openContract(contract));
    QCOMPARE(status(t.viewer), 200);
    QCOMPARE(status(t.seeder), 200);
    QCOMPARE(status(t.stranger), 403);
}

void TestService::papersProveAContract()
{
    Tracker t;
    QVERIFY(t.issue(t.spend(t.viewer), 1'000));
    const auto contract = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    const auto id = wire::contractId(contract);
    const auto papersFor = [&](const crypto::NodeKey& key) {
        auto message = t.request<wire::GetPapers>(key);
        message.contract = id;
        return t.ask<wire::PapersAnswer>("getPapers", wire::sign(message, key));
    };
    QCOMPARE(statusOf(papersFor(t.viewer)), 404);
    QVERIFY(t.openContract(contract));
    QCOMPARE(statusOf(papersFor(t.stranger)), 403);

    const auto open = papersFor(t.viewer);
    QVERIFY(open);
    QVERIFY(!open->receipt);
    const auto agreed = wire::checkPapers(open->contract, {});
    QVERIFY(agreed);
    QVERIFY(agreed->id == id);

    const auto mine = wire::sign(t.receipt(contract, 1, MiB), t.viewer); // asked to close, not settled yet
    QVERIFY(t.ask<wire::ContractAnswer>("closeContract", mine));
    const auto closing = papersFor(t.viewer);
    QVERIFY(closing && closing->receipt);
    const auto half = wire::checkPapers(closing->contract, *closing->receipt);
    QVERIFY(half && half->receipt && !half->seederSignedReceipt);

    const auto last = World::both(t.receipt(contract, 2, 2 * MiB), t.viewer, t.seeder);
    QVERIFY(t.ask<wire::ContractAnswer>("closeContract", last));
    for (const auto* key : {&t.viewer, &t.seeder}) {
        const auto closed = papersFor(*key);
        QVERIFY(closed && closed->receipt);
        QVERIFY(closed->state == wire::ContractState::Closed);
        QVERIFY(closed->closed);
        const auto checked = wire::checkPapers(closed->contract, *closed->receipt);
        QVERIFY(checked && checked->receipt);
        QVERIFY(checked->seederSignedReceipt);
        QCOMPARE(checked->receipt->amount, closed->paid);
        QCOMPARE(closed->returned.value(), 600 - closed->paid.value());
        // Nothing of it can be changed, nor put together with something else.
        std::string other = *closed->receipt;
        other[other.find("payload") + 12] ^= 1;
        QVERIFY(!wire::checkPapers(closed->contract, other));
        QVERIFY(!wire::checkPapers(*closed->receipt, closed->contract));
        const auto another = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
        QVERIFY(!wire::checkPapers(another.bytes, *closed->receipt));
    }

    // All of the cap was paid: nothing came back.
    const auto whole = World::both(t.terms(t.viewer, t.seeder, 100, 300), t.viewer, t.seeder);
    QVERIFY(t.openContract(whole));
    QVERIFY(t.ask<wire::ContractAnswer>("closeContract", World::both(t.receipt(whole, 1, 3 * MiB), t.viewer, t.seeder)));
    auto message = t.request<wire::GetPapers>(t.viewer);
    message.contract = wire::contractId(whole);
    const auto paid = t.ask<wire::PapersAnswer>("getPapers", wire::sign(message, t.viewer));
    QVERIFY(paid && paid->receipt);
    QCOMPARE(paid->paid.value(), 300);
}

void TestService::addressesClose()
{
    Tracker t;
    const auto spend = t.spend(t.viewer);
    QVERIFY(t.issue(spend, 1'000));
    const auto contract = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    QVERIFY(t.openContract(contract));
    const auto close = [&](const crypto::NodeKey& key, const base::Address& address) {
        auto message = t.request<wire::CloseSpendAddress>(key);
        message.address = address;
        return t.ask<wire::AddressClosedAnswer>("closeSpendAddress", wire::sign(message, key));
    };
    QCOMPARE(statusOf(close(t.viewer, spend)), 409);
    QCOMPARE(statusOf(close(t.stranger, spend)), 403);
    QCOMPARE(statusOf(close(t.viewer, World::ordinary(t.viewer))), 404);
    QVERIFY(t.close(World::both(t.receipt(contract, 1, MiB), t.viewer, t.seeder), true));
    QCOMPARE(close(t.viewer, spend)->moved.value(), 900);
    QCOMPARE(statusOf(close(t.viewer, spend)), 409);
    auto income = t.request<wire::CloseIncomeAddress>(t.seeder);
    income.address = t.income(t.seeder);
    QCOMPARE(t.ask<wire::AddressClosedAnswer>("closeIncomeAddress", wire::sign(income, t.seeder))->moved.value(), 100);
    QCOMPARE(t.balance(World::ordinary(t.seeder)), 100);
    QVERIFY(t.ask<wire::AddressAnswer>("getIncomeAddress", t.from<wire::GetIncomeAddress>(t.seeder))->address != income.address);
}

void TestService::offersAreFoundUntilTheyExpire()
{
    Tracker t;
    wire::Offer offer;
    offer.network = network;
    offer.seeder = t.seeder.publicKey();
    offer.tracker = t.tracker.publicKey();
    offer.incomeAddress = t.income(t.seeder);
    offer.content = crypto::hash<base::ContentId>("film");
    offer.title = "Wanna \"work\"";
    offer.expires = UnixMs(t.clock.now().value() + 60'000);
    const auto status = [&](auto change) {
        auto changed = offer;
        change(changed);
        return statusOf(t.ask<wire::AnnounceAnswer>("announce", wire::sign(changed, t.seeder)));
    };
    QCOMPARE(status([&](auto& o) { o.tracker = t.stranger.publicKey(); }), 422);
    QCOMPARE(status([&](auto& o) { o.incomeAddress = t.income(t.stranger); }), 403);
    QCOMPARE(status([&](auto& o) { o.incomeAddress = {}; }), 404);
    QCOMPARE(status([&](auto& o) { o.expires = t.clock.now(); }), 410);
    const auto announced = t.ask<wire::AnnounceAnswer>("announce", wire::sign(offer, t.seeder));
    QCOMPARE(announced->expires, offer.expires);

    auto find = t.request<wire::FindSeeders>(t.viewer);
    find.content = offer.content;
    const auto message = wire::sign(find, t.viewer);
    const auto found = t.ask<wire::SeedersAnswer>("findSeeders", message);
    QCOMPARE(found->offers.size(), 1U);
    const auto opened = wire::open<wire::Offer>(found->offers[0], network, {Role::Node}); // still as it was signed
    QVERIFY(opened);
    QCOMPARE(opened->message.title, offer.title);
    t.clock.time = offer.expires;
    QVERIFY(t.ask<wire::SeedersAnswer>("findSeeders", message)->offers.empty());
}

void TestService::largeAnswersStayWithinTheirLimits()
{
    Tracker t;
    // The longest rows that a history can have: both sides of each transfer, memos that JSON writes six times as long.
    QVERIFY(t.issue(World::ordinary(t.viewer), 1'000'000));
    const auto spend = t.spend(t.viewer);
    for (int i = 0; i < 210; ++i)
        QVERIFY(t.transfer(t.viewer, World::ordinary(t.viewer), spend, 1, std::string(200, '\1')));
    std::set<std::int64_t> seen;
    std::int64_t before = base::maxInteger;
    for (bool more = true; more;) {
        auto message = t.request<wire::GetHistory>(t.viewer);
        message.before = before;
        const auto page = t.ask<wire::HistoryAnswer>("getHistory", wire::sign(message, t.viewer));
        QVERIFY(page && !page->entries.empty());
        for (const auto& row : page->entries)
            seen.insert(row.entry);
        before = page->entries.back().entry;
        more = page->more;
    }
    QCOMPARE(seen.size(), 211U);

    // Fifty of the longest offers.
    for (std::uint8_t i = 0; i < wire::SeedersAnswer::maxOffers; ++i) {
        const auto key = keyOf(static_cast<std::uint8_t>(100 + i));
        wire::Offer offer;
        offer.network = network;
        offer.seeder = key.publicKey();
        offer.tracker = t.tracker.publicKey();
        offer.incomeAddress = t.income(key);
        offer.content = crypto::hash<base::ContentId>("film");
        offer.title = std::string(300, '\1');
        offer.endpoints.assign(8, std::string(200, 'x'));
        offer.expires = UnixMs(t.clock.now().value() + 60'000);
        QCOMPARE(statusOf(t.ask<wire::AnnounceAnswer>("announce", wire::sign(offer, key))), 200);
    }
    auto find = t.request<wire::FindSeeders>(t.viewer);
    find.content = crypto::hash<base::ContentId>("film");
    const auto found = t.ask<wire::SeedersAnswer>("findSeeders", wire::sign(find, t.viewer));
    QVERIFY(found);
    QVERIFY(found->offers.size() > 30);
}

void TestService::historyRefusesOddLimits()
{
    Tracker t;
    for (const auto& [limit, status] : {std::pair(0, 422), std::pair(1, 200), std::pair(200, 200), std::pair(201, 422)}) {
        auto message = t.request<wire::GetHistory>(t.viewer);
        message.limit = limit;
        QCOMPARE(statusOf(t.ask<wire::HistoryAnswer>("getHistory", wire::sign(message, t.viewer))), status);
    }
}

QTEST_GUILESS_MAIN(TestService)
#include "tst_service.moc"
