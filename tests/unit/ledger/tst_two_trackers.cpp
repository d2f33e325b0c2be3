#include <QTemporaryDir>
#include <QTest>

#include "p2p/ledger/audit.h"
#include "p2p/ledger/transfer_log.h"
#include "tests/unit/ledger/ledger_world.h"

// Contracts across two trackers, protocol §9: the two ledgers with their words to each other carried by hand.

using namespace mutoscope;
using namespace mutoscope::test;
using base::ErrorCode;
using ledger::AccountKind;
using ledger::ContractRecord;
using ledger::Ledger;
using wire::ContractState;

namespace
{

constexpr auto MiB = World::MiB;
constexpr std::uint8_t keyOfPaying = 21;
constexpr std::uint8_t keyOfIncome = 22;

template <class T>
ErrorCode codeOf(const base::Result<T>& result)
{
    return result ? ErrorCode::Cancelled : result.error().code; // Cancelled is none of the ledger's
}

/// The viewer pays from an address at the one, the seeder is paid at the other.
struct Two {
    static constexpr std::int64_t limit = 2'000;

    explicit Two(const std::filesystem::path& fileOfIncome = ":memory:")
        : paying(":memory:", rulesWith(keyOfIncome, 0), keyOfPaying),
          income(fileOfIncome, rulesWith(keyOfPaying, limit), keyOfIncome)
    {
        (void)paying.issue(paying.spend(paying.viewer), 10'000);
    }
    static ledger::Rules rulesWith(std::uint8_t peer, std::int64_t limit)
    {
        ledger::Rules rules;
        rules.peers[keyOf(peer).publicKey()] = Tokens(limit);
        return rules;
    }

    wire::Contract terms(std::int64_t cap)
    {
        auto terms = paying.terms(paying.viewer, paying.seeder, 100, cap);
        terms.incomeTracker = income.tracker.publicKey();
        terms.incomeAddress = income.income(income.seeder);
        return terms;
    }
    wire::Signed<wire::Contract> contract(std::int64_t cap)
    {
        return World::both(terms(cap), paying.viewer, paying.seeder);
    }
    /// What the paying tracker says about it.
    wire::Signed<wire::ContractAnswer> word(const ContractRecord& record, const base::Sha256& request,
                                            std::uint8_t signer = keyOfPaying)
    {
        auto answer = wire::answerTo<wire::ContractAnswer>(request, network, keyOf(signer).publicKey(), paying.clock.now());
        answer.contract = record.id;
        answer.state = record.state;
        answer.reserved = record.cap;
        answer.bytes = record.best ? record.best->bytes : base::ByteCount();
        answer.paid = record.paid;
        answer.returned = record.returned;
        answer.opened = record.opened;
        answer.settles = record.settles;
        answer.closed = record.closed;
        return wire::sign(std::move(answer), keyOf(signer));
    }
    base::Result<ContractRecord> take(const wire::Signed<wire::ContractAnswer>& said)
    {
        return income.run([&](Ledger& l) { return l.takeWord(said); });
    }
    base::Result<ContractRecord> refuse(const wire::Signed<wire::Contract>& contract, std::uint8_t signer = keyOfPaying)
    {
        const auto said = wire::refusal({ErrorCode::PaymentRequired, "too little"}, contract.payload, network, keyOf(signer),
                                        paying.clock.now());
        return income.run([&](Ledger& l) { return l.takeRefusal(wire::contractId(contract), said); });
    }
    /// At both.
    wire::Signed<wire::Contract> opened(std::int64_t cap)
    {
        auto made = contract(cap);
        const auto reserved = income.openContract(made);
        const auto promised = reserved ? paying.openContract(made) : reserved;
        const auto open = promised ? take(word(*promised, made.payload)) : promised;
        if (!open)
            qFatal("%s", open.error().message.c_str());
        return made;
    }
    wire::Signed<wire::Receipt> closing(const wire::Signed<wire::Contract>& contract, std::int64_t mebibytes)
    {
        return World::both(paying.receipt(contract, mebibytes, mebibytes * MiB), paying.viewer, paying.seeder);
    }
    void closed(const wire::Signed<wire::Contract>& contract, std::int64_t mebibytes)
    {
        const auto receipt = closing(contract, mebibytes);
        const auto kept = income.close(receipt, true);
        const auto settled = kept ? paying.close(receipt, true) : kept;
        const auto followed = settled ? take(word(*settled, receipt.payload)) : settled;
        if (!followed || followed->state != ContractState::Closed)
            qFatal("not closed: %s", followed ? "still open" : followed.error().message.c_str());
    }
    base::Result<Ledger::Moved> settle(World& at, std::int64_t amount, std::uint64_t nonce,
                                       std::uint8_t creditor = keyOfIncome, std::uint8_t debtor = keyOfPaying)
    {
        wire::Settle said;
        said.network = network;
        said.node = keyOf(creditor).publicKey();
        said.tracker = keyOf(debtor).publicKey();
        said.time = at.clock.now();
        said.nonce = nonceOf(nonce);
        said.amount = Tokens(amount);
        said.memo = "by bank";
        const auto document = wire::sign(said, keyOf(creditor));
        return at.run([&](Ledger& l) { return l.settleDebt(document); });
    }
    Ledger::Peer atIncome()
    {
        return *income.run([](Ledger& l) { return l.peer(keyOf(keyOfPaying).publicKey()); });
    }
    Ledger::Peer atPaying()
    {
        return *paying.run([](Ledger& l) { return l.peer(keyOf(keyOfIncome).publicKey()); });
    }
    static std::string audit(World& world)
    {
        std::string broken;
        (void)world.ledger->read([&](Ledger& l) -> base::Result<void> {
            const auto report = ledger::audit(l.store());
            broken = !report ? report.error().message : report->broken ? inWords(*report->broken) : std::string();
            return {};
        });
        return broken;
    }
    /// Empty where both books are right.
    std::string check()
    {
        std::string broken;
        for (World* world : {&paying, &income})
            broken += world->check() + audit(*world);
        return broken;
    }

    World paying;
    World income;
};

} // namespace

class TestTwoTrackers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothReserve();
    void closingMovesTheSameAtBoth();
    void theWordCountsOnce();
    void whatHasToBeAsked();
    void limitHolds();
    void strangersAreRefused();
    void wordsThatDontFitAreRefused();
    void refusalReleases();
    void promiseIsNotTakenBack();
    void lowerWordIsKeptAsEvidence();
    void onlyThePayingTrackersTimeSettles();
    void lateWordPaysTheOrdinaryAddress();
    void settlementLowersTheDebt();
    void nothingIsSentToATracker();
    void logBringsEverythingBack();
};

void TestTwoTrackers::bothReserve()
{
    Two two;
    const auto contract = two.contract(500);
    const auto reserved = two.income.openContract(contract);
    QVERIFY(reserved);
    QVERIFY(!reserved->promise);
    QCOMPARE(two.atIncome().reserved.value(), 500);
    const auto promised = two.paying.openContract(contract);
    QVERIFY(promised);
    QCOMPARE(two.paying.balance(contract.message.spendAddress), 9'500);
    const auto said = two.word(*promised, contract.payload);
    const auto open = two.take(said);
    QVERIFY(open);
    QCOMPARE(open->promise, std::optional(said.bytes));
    QCOMPARE(two.income.openContract(contract)->promise, std::optional(said.bytes)); // the same again
    QCOMPARE(two.atIncome().reserved.value(), 500);
    QCOMPARE(two.atIncome().owed.value(), 0);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::closingMovesTheSameAtBoth()
{
    Two two;
    const auto contract = two.opened(500);
    two.closed(contract, 3);
    QCOMPARE(two.paying.balance(contract.message.spendAddress), 9'700);
    QCOMPARE(two.atPaying().owing.value(), 300);
    QCOMPARE(two.income.balance(contract.message.incomeAddress), 300);
    QCOMPARE(two.atIncome().owed.value(), 300);
    QCOMPARE(two.atIncome().reserved.value(), 0);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::theWordCountsOnce()
{
    Two two;
    const auto contract = two.opened(500);
    const auto receipt = two.closing(contract, 3);
    QCOMPARE(two.income.close(receipt, true)->state, ContractState::Closing);
    QCOMPARE(two.income.balance(contract.message.incomeAddress), 0); // a receipt alone is no word
    const auto settled = two.paying.close(receipt, true);
    QVERIFY(settled);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(two.take(two.word(*settled, base::Sha256()))->paid.value(), 300);
    // Another one of the same signer comes too late.
    ContractRecord more = *settled;
    more.best->bytes = base::ByteCount(4 * MiB);
    more.paid = Tokens(400);
    more.returned = Tokens(100);
    QCOMPARE(two.take(two.word(more, base::Sha256()))->paid.value(), 300);
    QCOMPARE(two.income.balance(contract.message.incomeAddress), 300);
    QCOMPARE(two.paying.balance(contract.message.spendAddress), 9'700);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::whatHasToBeAsked()
{
    Two two;
    const auto asked = [&](std::uint8_t tracker = keyOfPaying) {
        return two.income
            .run([&](Ledger& l) -> base::Result<std::vector<ContractRecord>> {
                return l.store().contractsElsewhere(keyOf(tracker).publicKey(), two.income.clock.now(), 10);
            })
            ->size();
    };
    const auto contract = two.contract(500);
    QVERIFY(two.income.openContract(contract)); // for its promise
    QCOMPARE(asked(), 1U);
    QCOMPARE(asked(77), 0U);
    const auto promised = two.paying.openContract(contract);
    QVERIFY(two.take(two.word(*promised, contract.payload)));
    QCOMPARE(asked(), 0U);
    two.income.clock.time = contract.message.closeUntil; // how it was settled
    QCOMPARE(asked(), 1U);
    two.income.clock.time = two.paying.clock.time;
    QCOMPARE(asked(), 0U);
    const auto receipt = two.closing(contract, 1); // to settle with
    QVERIFY(two.income.close(receipt, true));
    QCOMPARE(asked(), 1U);
    const auto settled = two.paying.close(receipt, true);
    QVERIFY(two.take(two.word(*settled, receipt.payload)));
    QCOMPARE(asked(), 0U);
    QCOMPARE(two.income.close(receipt, true)->paid.value(), 100); // what became of it
}

void TestTwoTrackers::limitHolds()
{
    Two two;
    (void)two.opened(1'500);
    QCOMPARE(codeOf(two.income.openContract(two.contract(501))), ErrorCode::PaymentRequired);
    const auto last = two.opened(500); // exactly what is left
    QCOMPARE(codeOf(two.income.openContract(two.contract(1))), ErrorCode::PaymentRequired);
    two.closed(last, 2); // 200 are owed now, 300 free
    QCOMPARE(codeOf(two.income.openContract(two.contract(301))), ErrorCode::PaymentRequired);
    (void)two.opened(300);
    QCOMPARE(two.atIncome().owed.value() + two.atIncome().reserved.value(), Two::limit);
    // The debtor's own limit for the other direction is 0.
    auto back = two.income.terms(two.income.viewer, two.income.seeder, 100, 1);
    back.incomeTracker = two.paying.tracker.publicKey();
    back.incomeAddress = two.paying.income(two.paying.seeder);
    QCOMPARE(codeOf(two.paying.openContract(World::both(back, two.income.viewer, two.income.seeder))),
             ErrorCode::PaymentRequired);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::strangersAreRefused()
{
    Two two;
    auto terms = two.terms(10);
    terms.incomeTracker = keyOf(77).publicKey();
    QCOMPARE(codeOf(two.paying.openContract(World::both(terms, two.paying.viewer, two.paying.seeder))), ErrorCode::Forbidden);
    terms = two.terms(10);
    terms.tracker = keyOf(77).publicKey();
    QCOMPARE(codeOf(two.income.openContract(World::both(terms, two.paying.viewer, two.paying.seeder))), ErrorCode::Forbidden);
    terms.incomeTracker = keyOf(78).publicKey();
    QCOMPARE(codeOf(two.income.openContract(World::both(terms, two.paying.viewer, two.paying.seeder))), ErrorCode::Unacceptable);
    QCOMPARE(two.atIncome().reserved.value(), 0);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::wordsThatDontFitAreRefused()
{
    Two two;
    const auto contract = two.opened(500);
    auto settled = *two.paying.close(two.closing(contract, 3), true);
    const auto good = settled;
    QCOMPARE(codeOf(two.take(two.word(good, base::Sha256(), 77))), ErrorCode::Forbidden);
    settled.cap = Tokens(600);
    QCOMPARE(codeOf(two.take(two.word(settled, base::Sha256()))), ErrorCode::Unacceptable);
    settled = good;
    settled.paid = Tokens(301); // not what the bytes cost
    settled.returned = Tokens(199);
    QCOMPARE(codeOf(two.take(two.word(settled, base::Sha256()))), ErrorCode::Unacceptable);
    settled = good;
    settled.returned = Tokens(201);
    QCOMPARE(codeOf(two.take(two.word(settled, base::Sha256()))), ErrorCode::Unacceptable);
    settled = good;
    settled.best->bytes = base::ByteCount(6 * MiB); // above the cap
    settled.paid = Tokens(600);
    settled.returned = Tokens(-100);
    settled.id = base::ContractId::fromRaw(crypto::sha256("another").raw());
    QCOMPARE(codeOf(two.take(two.word(settled, base::Sha256()))), ErrorCode::NotFound);
    QCOMPARE(two.income.balance(contract.message.incomeAddress), 0);
    QVERIFY(two.take(two.word(good, base::Sha256())));
    QCOMPARE(two.income.balance(contract.message.incomeAddress), 300);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::refusalReleases()
{
    Two two;
    const auto contract = two.contract(2'000);
    QVERIFY(two.income.openContract(contract));
    QCOMPARE(codeOf(two.refuse(contract, 77)), ErrorCode::Forbidden);
    QCOMPARE(two.atIncome().reserved.value(), 2'000);
    QCOMPARE(two.refuse(contract)->state, ContractState::Closed);
    QCOMPARE(two.refuse(contract)->returned.value(), 2'000);
    QCOMPARE(two.atIncome().reserved.value(), 0);
    QCOMPARE(two.atIncome().owed.value(), 0);
    (void)two.opened(2'000);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::promiseIsNotTakenBack()
{
    Two two;
    const auto contract = two.opened(500);
    QCOMPARE(two.refuse(contract)->state, ContractState::Open);
    QCOMPARE(two.atIncome().reserved.value(), 500);
    two.closed(contract, 5);
    QCOMPARE(two.income.balance(contract.message.incomeAddress), 500);
}

void TestTwoTrackers::lowerWordIsKeptAsEvidence()
{
    Two two;
    const auto contract = two.opened(500);
    QVERIFY(two.income.close(two.closing(contract, 4), true));
    const auto settled = two.paying.close(two.closing(contract, 1), true); // whatever it was given
    QCOMPARE(two.take(two.word(*settled, base::Sha256()))->paid.value(), 100);
    QCOMPARE(two.income.evidence(), 1U);
    QCOMPARE(two.income.balance(contract.message.incomeAddress), 100);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::onlyThePayingTrackersTimeSettles()
{
    Two two;
    const auto contract = two.opened(500);
    two.income.clock.advance(std::chrono::hours(24));
    QCOMPARE(two.income.settleDue(), 0);
    QCOMPARE(two.atIncome().reserved.value(), 500);
    two.paying.clock.advance(std::chrono::hours(24));
    QCOMPARE(two.paying.settleDue(), 1);
    QCOMPARE(two.paying.balance(contract.message.spendAddress), 10'000);
    const auto settled = two.paying.run([&](Ledger& l) { return l.contract(wire::contractId(contract)); });
    QCOMPARE(two.take(two.word(*settled, base::Sha256()))->state, ContractState::Closed);
    QCOMPARE(two.atIncome().reserved.value(), 0);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::lateWordPaysTheOrdinaryAddress()
{
    Two two;
    const auto contract = two.opened(500);
    const auto receipt = two.closing(contract, 3);
    QVERIFY(two.income.close(receipt, true));
    const auto settled = two.paying.close(receipt, true);
    const auto close = [&] {
        return two.income.closeAddress(AccountKind::Income, two.income.seeder, contract.message.incomeAddress);
    };
    QCOMPARE(codeOf(close()), ErrorCode::Conflict);
    two.income.clock.time = contract.message.closeUntil; // the paying tracker is away: nothing stays locked for it
    QVERIFY(close());
    QVERIFY(two.take(two.word(*settled, base::Sha256())));
    QCOMPARE(two.income.balance(World::ordinary(two.income.seeder)), 300);
    QCOMPARE(two.income.balance(contract.message.incomeAddress), 0);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::settlementLowersTheDebt()
{
    Two two;
    two.closed(two.opened(500), 3);
    (void)two.opened(700);
    QCOMPARE(codeOf(two.settle(two.income, 301, 1)), ErrorCode::Conflict); // what is reserved is not owed
    QCOMPARE(codeOf(two.settle(two.income, 0, 1)), ErrorCode::Unacceptable);
    QCOMPARE(codeOf(two.settle(two.paying, 301, 1)), ErrorCode::Conflict);
    QCOMPARE(codeOf(two.settle(two.income, 1, 1, 77, 78)), ErrorCode::Unacceptable);
    const auto got = two.settle(two.income, 200, 1);
    QVERIFY(got);
    QCOMPARE(got->balance.value(), 100);
    QCOMPARE(two.atIncome().owed.value(), 100);
    const auto totals = [](World& world) { return *world.run([](Ledger& l) -> base::Result<std::int64_t> { return l.store().totals().issued.value(); }); };
    QCOMPARE(totals(two.income), 200);
    QCOMPARE(totals(two.paying), 10'000);
    const auto untold = *two.income.run([](Ledger& l) -> base::Result<std::vector<ledger::StoredSettlement>> { return l.store().untoldSettlements(10); });
    QCOMPARE(untold.size(), 1U);
    QCOMPARE(untold[0].tracker, keyOf(keyOfPaying).publicKey());
    const auto document = wire::open<wire::Settle>(untold[0].document, network, {wire::Role::Node});
    QVERIFY(document);
    QCOMPARE(two.paying.run([&](Ledger& l) { return l.settleDebt(*document); })->balance.value(), 100);
    QCOMPARE(totals(two.paying), 9'800);
    QCOMPARE(two.atPaying().owing.value(), 100);
    (void)two.income.run([&](Ledger& l) -> base::Result<int> {
        l.store().settlementTold(untold[0].id);
        return 0;
    });
    QVERIFY(two.income.run([](Ledger& l) -> base::Result<std::vector<ledger::StoredSettlement>> { return l.store().untoldSettlements(10); })->empty());
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::nothingIsSentToATracker()
{
    Two two;
    two.closed(two.opened(500), 3);
    const auto vostro = *two.paying.run([](Ledger& l) -> base::Result<base::Address> {
        return l.store().openAccount(keyOf(keyOfIncome).publicKey(), AccountKind::Vostro)->address;
    });
    QCOMPARE(codeOf(two.paying.issue(vostro, 1)), ErrorCode::Unacceptable);
    QCOMPARE(two.check(), std::string());
}

void TestTwoTrackers::logBringsEverythingBack()
{
    Two two;
    two.closed(two.opened(500), 3);
    QVERIFY(two.settle(two.income, 100, 1));
    const auto refused = two.contract(5);
    QVERIFY(two.income.openContract(refused));
    QVERIFY(two.refuse(refused));
    const auto open = two.opened(700);
    QVERIFY(two.income.close(two.closing(open, 2), true)); // not brought to the paying tracker yet
    QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath(QStringLiteral("log")).toStdString();
    {
        auto writer = *ledger::LogWriter::create(file);
        QVERIFY(two.income.ledger->read([&](Ledger& l) { return ledger::exportLog(l.store(), writer); }));
        QVERIFY(writer.finish());
    }
    World again(":memory:", Two::rulesWith(keyOfPaying, Two::limit), keyOfIncome);
    const auto rebuilt = again.ledger->transact([&](Ledger& l) -> base::Result<void> {
        auto reader = ledger::LogReader::open(file);
        const auto done = ledger::rebuildFromLog(*reader, l.store());
        if (!done)
            return tl::unexpected(done.error());
        return {};
    });
    QVERIFY2(rebuilt, rebuilt ? "" : rebuilt.error().message.c_str());
    QCOMPARE(again.check() + Two::audit(again), std::string());
    const auto elsewhere = *again.run([&](Ledger& l) -> base::Result<std::vector<ContractRecord>> {
        return l.store().contractsElsewhere(keyOf(keyOfPaying).publicKey(), two.income.clock.now(), 10);
    });
    QCOMPARE(elsewhere.size(), 1U);
    QCOMPARE(elsewhere[0].id, wire::contractId(open));
    QCOMPARE(elsewhere[0].best->amount.value(), 200);
    QCOMPARE(again.run([](Ledger& l) -> base::Result<std::vector<ledger::StoredSettlement>> { return l.store().untoldSettlements(10); })->size(), 1U);
}

QTEST_GUILESS_MAIN(TestTwoTrackers)
#include "tst_two_trackers.moc"
