#include <QTest>

#include "p2p/crypto/random.h"
#include "p2p/tracker/reserves_keeper.h"
#include "p2p/wallet/reserves_check.h"
#include "tests/support/virtual_time.h"
#include "tests/unit/tracker/full_ledger.h"

using namespace mutoscope;
using namespace mutoscope::test;
using wallet::OwnBooks;

namespace
{

struct Proven : FullLedger {
    Proven()
    {
        service.setReserves([this] { return snapshot; });
        take();
    }
    void take()
    {
        auto taken = tracker::takeReserves(ledger->store(), tracker, clock);
        if (!taken)
            qFatal("%s", taken.error().message.c_str());
        snapshot = std::move(*taken);
    }
    base::Result<wire::ReservesAnswer> reservesOf(const crypto::NodeKey& key)
    {
        return ask<wire::ReservesAnswer>("getReserves", from<wire::GetReserves>(key));
    }
    OwnBooks booksOf(const crypto::NodeKey& key)
    {
        OwnBooks own;
        own.balance = *ask<wire::BalanceAnswer>("getBalance", from<wire::GetBalance>(key));
        own.history = ask<wire::HistoryAnswer>("getHistory", from<wire::GetHistory>(key))->entries;
        return own;
    }
    base::Result<wallet::ReservesReport> compared(const crypto::NodeKey& key, const OwnBooks& own)
    {
        return wallet::compareReserves(*reservesOf(key), own, network, tracker.publicKey(), key.publicKey());
    }

    std::shared_ptr<const tracker::ReservesSnapshot> snapshot;
};

/// Straight to the service, without a network.
class LoopClient final : public net::HttpClient
{
public:
    LoopClient(Proven& world, base::Executor& executor) : m_world(world), m_executor(executor) {}

    RequestId send(const net::Endpoint&, net::HttpRequest request, net::RequestLimits, Callback callback) override
    {
        const auto response = m_world.call(request.target.substr(4), request.body);
        asked.push_back(request.target.substr(4));
        if (onAsked)
            onAsked(asked.back());
        m_executor.post([callback = std::move(callback), response] { callback(response); });
        return ++m_last;
    }
    void cancel(RequestId) override {}

    std::vector<std::string> asked;
    std::function<void(const std::string&)> onAsked;

private:
    Proven& m_world;
    base::Executor& m_executor;
    RequestId m_last = 0;
};

/// The wallet's own way through it.
base::Result<wallet::ReservesReport> checked(Proven& w, const std::function<void(const std::string&)>& onAsked = {})
{
    VirtualTime time;
    crypto::SystemRandom random;
    LoopClient http(w, time);
    http.onAsked = onAsked;
    wallet::TrackerClient client({.http = http,
                                  .executor = time,
                                  .clock = time,
                                  .random = random,
                                  .key = w.viewer,
                                  .network = network,
                                  .tracker = {{"tracker", 1, {}}, w.tracker.publicKey()}});
    std::optional<base::Result<wallet::ReservesReport>> result;
    client.handshake([&](const auto&) {
        wallet::checkReserves(client, network, w.viewer.publicKey(), {},
                              [&](auto report) { result = std::move(report); });
    });
    time.runUntil([&] { return result.has_value(); }, std::chrono::minutes(5));
    return result.value_or(base::fail(base::ErrorCode::Internal, "never called back"));
}

} // namespace

class TestReserves : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void owedIsIssued();
    void walletFindsItself();
    void whatHappenedSinceIsUndone();
    void lyingTrackerIsFound();
    void severalChains();
    void walletAsksUntilItFits();
    void withoutAProofItSaysSo();
    void booksThatDoNotAddUpAreNotProven();
    void keeperServesTheNewest();
};

void TestReserves::owedIsIssued()
{
    Proven w;
    const wire::Reserves& said = w.snapshot->statement.message;
    QCOMPARE(said.issued.value(), 10'000'500);
    QCOMPARE(said.sum, said.issued);
    QCOMPARE(said.heads.size(), std::size_t{1});
    QCOMPARE(said.heads[0].number, w.ledger->store().heads().back().key.number);
    QCOMPARE(said.heads[0].hash, w.ledger->store().heads().back().hash);
    QVERIFY(wire::openReserves(w.snapshot->statement.bytes, network, w.tracker.publicKey()));
    QVERIFY(!wire::openReserves(w.snapshot->statement.bytes, network, w.viewer.publicKey()));
    QVERIFY(!wire::openReserves(w.snapshot->statement.bytes, "other", w.tracker.publicKey()));
    QVERIFY(wire::verifyLeaves(said, w.snapshot->tree.leaves()));
    auto leaves = w.snapshot->tree.leaves();
    leaves.pop_back();
    QVERIFY(!wire::verifyLeaves(said, leaves));
    // A tracker that has issued less than it owes can sign it, but nobody takes it.
    wire::Reserves poor = said;
    poor.issued -= Tokens(1);
    const auto refused = wire::openReserves(wire::sign(poor, w.tracker).bytes, network, w.tracker.publicKey());
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, base::ErrorCode::WrongData);
}

void TestReserves::walletFindsItself()
{
    Proven w;
    OwnBooks own = w.booksOf(w.viewer);
    own.contracts[wire::contractId(w.stillOpen)] = w.stillOpen.message.maxAmount;
    own.contracts[wire::contractId(w.stillClosing)] = w.stillClosing.message.maxAmount;
    const auto report = w.compared(w.viewer, own);
    QVERIFY2(report, report ? "" : report.error().message.c_str());
    QCOMPARE(report->contracts, 2);
    QCOMPARE(report->balances.size(), std::size_t{3});
    QCOMPARE(report->balances[0].proven.value(), own.balance.ordinary.value());
    QCOMPARE(report->balances[1].proven.value(), own.balance.spend.value());
    QVERIFY(report->balances[1].proven.value() > 0);
    QVERIFY(w.compared(w.seeder, w.booksOf(w.seeder)));
    QVERIFY(w.reservesOf(w.seeder)->proofs.size() == 4); // ordinary, income, two contracts
    // Who has nothing is owed nothing.
    const auto nobody = keyOf(99);
    QVERIFY(w.reservesOf(nobody)->proofs.empty());
    QVERIFY(w.compared(nobody, w.booksOf(nobody)));
}

void TestReserves::whatHappenedSinceIsUndone()
{
    Proven w;
    w.pay(w.viewer, World::ordinary(w.viewer), World::ordinary(w.stranger), 77);
    w.pay(w.viewer, w.spendAddress, World::ordinary(w.viewer), 33);
    w.closeIncome(w.stranger, w.incomeOf(w.stranger));
    FullLedger::expectOk(w.ask<wire::ContractAnswer>("closeContract", w.closing(w.stillOpen, 2, 2 * World::MiB)));
    const auto viewer = w.compared(w.viewer, w.booksOf(w.viewer));
    QVERIFY2(viewer, viewer ? "" : viewer.error().message.c_str());
    const auto seeder = w.compared(w.seeder, w.booksOf(w.seeder));
    QVERIFY2(seeder, seeder ? "" : seeder.error().message.c_str());
    QVERIFY(w.compared(w.stranger, w.booksOf(w.stranger)));
    // A history that doesn't reach back can't tell.
    OwnBooks forgetful = w.booksOf(w.viewer);
    forgetful.reachesBack = false;
    QCOMPARE(w.compared(w.viewer, forgetful).error().code, base::ErrorCode::Unavailable);
    // The next proof has it all.
    w.take();
    QVERIFY(w.compared(w.viewer, w.booksOf(w.viewer)));
}

void TestReserves::lyingTrackerIsFound()
{
    Proven w;
    const OwnBooks own = w.booksOf(w.viewer);
    const auto honest = *w.reservesOf(w.viewer);
    const auto judged = [&](const wire::ReservesAnswer& answer) {
        return wallet::compareReserves(answer, own, network, w.tracker.publicKey(), w.viewer.publicKey());
    };
    QVERIFY(judged(honest));
    auto lie = honest;
    lie.proofs[0].balance += Tokens(1);
    QVERIFY(!judged(lie));
    lie = honest;
    lie.proofs.erase(lie.proofs.begin()); // an address left out
    QVERIFY(!judged(lie));
    lie = honest;
    lie.proofs[1].path.pop_back();
    QVERIFY(!judged(lie));
    lie = honest;
    lie.proofs[1].index ^= 1;
    QVERIFY(!judged(lie));
    // A tree of the tracker's own, with less on our spend address and the rest on another: signed and whole, but not
    // ours.
    auto leaves = w.snapshot->tree.leaves();
    for (wire::SumLeaf& leaf : leaves) {
        if (leaf.address == w.spendAddress)
            leaf.balance -= Tokens(1);
        if (leaf.address == World::ordinary(w.stranger))
            leaf.balance += Tokens(1);
    }
    const auto tree = *wire::MerkleSumTree::build(leaves);
    wire::Reserves forged = w.snapshot->statement.message;
    forged.root = tree.root().hash;
    const auto forgery = std::make_shared<tracker::ReservesSnapshot>(*w.snapshot);
    forgery->statement = wire::sign(forged, w.tracker);
    forgery->tree = tree;
    w.snapshot = forgery;
    const auto found = judged(*w.reservesOf(w.viewer));
    QVERIFY(!found);
    QVERIFY(QString::fromStdString(found.error().message).contains(QStringLiteral("spend address")));
    // A contract's reservation that is too small.
    OwnBooks more = own;
    more.contracts[wire::contractId(w.stillOpen)] = Tokens(1'101);
    Proven honestOne;
    QVERIFY(!honestOne.compared(honestOne.viewer, more));
}

void TestReserves::severalChains()
{
    // Heads at 3 and 9: an entry between may be in the proof or not, but entries of one account are in order.
    Proven w;
    wire::Reserves said;
    said.network = network;
    said.node = w.tracker.publicKey();
    said.heads = {{0, 3, {}}, {1, 9, {}}};
    const auto answerWith = [&](std::int64_t balance) {
        const auto tree = *wire::MerkleSumTree::build({{World::ordinary(w.viewer), Tokens(balance)}});
        said.root = tree.root().hash;
        said.sum = said.issued = Tokens(balance);
        said.leaves = 1;
        wire::ReservesAnswer answer;
        answer.statement = wire::sign(said, w.tracker).bytes;
        answer.proofs = {wire::inclusionProof(tree, 0)};
        return answer;
    };
    OwnBooks own;
    own.balance.ordinary = Tokens(100);
    const auto row = [](std::int64_t number, std::int64_t amount) {
        wire::HistoryEntry entry;
        entry.entry = number;
        entry.incoming = true;
        entry.amount = Tokens(amount);
        return entry;
    };
    own.history = {row(12, 1), row(8, 10), row(5, 20), row(2, 30)};
    const auto fits = [&](std::int64_t balance) {
        return wallet::compareReserves(answerWith(balance), own, network, w.tracker.publicKey(), w.viewer.publicKey())
            .has_value();
    };
    QVERIFY(!fits(100)); // entry 12 is after all heads
    QVERIFY(fits(99));
    QVERIFY(fits(89));
    QVERIFY(fits(69));
    QVERIFY(!fits(39)); // entry 2 is before all of them
    QVERIFY(!fits(79)); // 5 without 8 can't be
}

void TestReserves::walletAsksUntilItFits()
{
    Proven w;
    for (int i = 0; i < 250; ++i) // more than a page since the proof
        w.pay(w.viewer, World::ordinary(w.viewer), World::ordinary(w.stranger), 1);
    const auto fine = checked(w);
    QVERIFY2(fine, fine ? "" : fine.error().message.c_str());
    QCOMPARE(fine->balances[0].proven.value() - 250, w.balance(World::ordinary(w.viewer)));
    // Something moves between balance and history: asked again.
    int moved = 0;
    const auto again = checked(w, [&](const std::string& method) {
        if (method == "getBalance" && ++moved == 1)
            w.pay(w.viewer, World::ordinary(w.viewer), World::ordinary(w.stranger), 1);
    });
    QVERIFY2(again, again ? "" : again.error().message.c_str());
    QVERIFY(moved > 2);
    // It never stops moving: that is said, and not taken for a lie.
    const auto never = checked(w, [&](const std::string& method) {
        if (method == "getBalance")
            w.pay(w.viewer, World::ordinary(w.viewer), World::ordinary(w.stranger), 1);
    });
    QVERIFY(!never);
    QCOMPARE(never.error().code, base::ErrorCode::Unavailable);
    w.snapshot.reset();
    QCOMPARE(checked(w).error().code, base::ErrorCode::Unavailable);
}

void TestReserves::withoutAProofItSaysSo()
{
    FullLedger w;
    const auto none = w.ask<wire::ReservesAnswer>("getReserves", w.from<wire::GetReserves>(w.viewer));
    QVERIFY(!none);
    QCOMPARE(none.error().code, base::ErrorCode::Unavailable);
    auto late = w.request<wire::GetReserves>(w.viewer);
    late.time -= UnixMs(11 * 60'000);
    QCOMPARE(w.call("getReserves", wire::sign(late, w.viewer).bytes).status, 422);
    QCOMPARE(w.call("getReserves", "rubbish").status, 400);
}

void TestReserves::booksThatDoNotAddUpAreNotProven()
{
    FullLedger w;
    (void)w.ledger->transact([&](ledger::Ledger& l) -> base::Result<void> {
        l.store().insertAccount({.address = crypto::hash<base::Address>("x"),
                                 .kind = ledger::AccountKind::Ordinary,
                                 .owner = std::nullopt,
                                 .balance = Tokens(1)});
        return {};
    });
    const auto taken = tracker::takeReserves(w.ledger->store(), w.tracker, w.clock);
    QVERIFY(!taken);
    QCOMPARE(taken.error().code, base::ErrorCode::WrongData);
}

void TestReserves::keeperServesTheNewest()
{
    const ManualClock clock;
    const auto key = keyOf(1);
    int opened = 0;
    tracker::ReservesKeeper keeper(
        [&]() -> base::Result<std::unique_ptr<ledger::Store>> {
            ++opened;
            auto store = ledger::openSqlite(":memory:");
            if (store && (*store)->begin(ledger::Store::Access::Write)) {
                (*store)->setIdentity({network, key.publicKey()});
                (void)(*store)->commit();
            }
            return store;
        },
        key, clock, std::chrono::seconds(0));
    QTRY_VERIFY_WITH_TIMEOUT(keeper.latest() != nullptr, 30'000);
    QCOMPARE(keeper.latest()->statement.message.leaves, 0);
    QCOMPARE(opened, 1);
}

QTEST_GUILESS_MAIN(TestReserves)
#include "tst_reserves.moc"
