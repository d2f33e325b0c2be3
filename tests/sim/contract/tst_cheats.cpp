#include <QTest>

#include "tests/sim/contract/cheat.h"

// Viewers and seeders that don't keep to the protocol: nobody may lose by it but within the credit window.

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::Tokens;

namespace
{

struct Cheated : Fixture {
    Cheat cheat{*this};
    wire::Signed<wire::Contract> contract;

    /// A contract that is open, under the cheat's control.
    void openContract(Tokens cap = Tokens(5'000'000))
    {
        contract = cheat.sign(cheat.terms(cap));
        if (cheat.propose(contract) != 200)
            qFatal("the contract was not opened");
    }
    [[nodiscard]] wire::Signed<wire::Receipt> receipt(std::int64_t seq, std::uint32_t count) { return cheat.sign(cheat.receipt(contract, seq, count)); }
    [[nodiscard]] bool isSettled(std::chrono::milliseconds within = 30s)
    {
        return time.runUntil([this] { return locked().value() == 0; }, within);
    }
    [[nodiscard]] Tokens shownAsEarned() { return seeder->seeder->titles().front().earned; }
};

} // namespace

class TestCheats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void noReceiptNoNextSegment()
    {
        Cheated world;
        world.openContract();
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200);
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 1), 402);
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200); // the same one, as after a broken connection
        QCOMPARE(world.cheat.ask(world.receipt(1, 1), 1), 200);
        QCOMPARE(world.cheat.ask(world.receipt(1, 1), 2), 402);
        QVERIFY(world.isSettled(120s)); // the receipt for segment 1 never comes
        world.verifyBooks(world.priceOf(1));
    }

    void aSegmentIsNotSentForEver()
    {
        Cheated world;
        world.openContract();
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200);
        for (int i = 0; i < seeder::ServedContract::maxResends; ++i)
            QCOMPARE(world.cheat.ask(world.receipt(i, 0), 0), 200); // new numbers earn nothing
        QCOMPARE(world.cheat.ask(world.receipt(9, 0), 0), 409);
        QVERIFY(world.isSettled(120s));
        world.verifyBooks(Tokens(0));
    }

    void aLowerReceiptClosesWithTheBest()
    {
        Cheated world;
        world.openContract();
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200);
        QCOMPARE(world.cheat.ask(world.receipt(1, 1), 1), 200);
        QCOMPARE(world.cheat.ask(world.receipt(2, 0), 2), 422);
        QVERIFY(world.isSettled());
        world.verifyBooks(world.priceOf(1));
    }

    void twoReceiptsWithOneNumberCloseWithTheFirst()
    {
        Cheated world;
        world.openContract();
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200);
        QCOMPARE(world.cheat.bring(world.receipt(1, 1)), 200);
        wire::Receipt other = world.cheat.receipt(world.contract, 1, 1);
        other.reason = "another one";
        QCOMPARE(world.cheat.bring(world.cheat.sign(other)), 409);
        QVERIFY(world.isSettled());
        world.verifyBooks(world.priceOf(1));
    }

    void segmentsThatWereNotSentAreNotAccepted()
    {
        Cheated world;
        world.openContract();
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200);
        QCOMPARE(world.cheat.ask(world.receipt(1, 3), 3), 422);
        QVERIFY(world.isSettled());
        world.verifyBooks(Tokens(0));
    }

    void nothingIsServedAtTheEndOfAGrace()
    {
        Cheated world;
        world.openContract();
        world.time.advance(5500ms);
        QCOMPARE(world.cheat.tellTracker("closeContract", world.receipt(0, 0).bytes), 200); // settled in 10 s
        world.time.advance(9600ms);
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 410);
        QVERIFY(world.isSettled());
        world.verifyBooks(Tokens(0));
    }

    void termsOfAnotherWorldAreRefused_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<int>("status");
        QTest::newRow("below the price") << 0 << 422;
        QTest::newRow("another income address") << 1 << 422;
        QTest::newRow("another tracker") << 2 << 422;
        QTest::newRow("expired") << 3 << 410;
        QTest::newRow("a larger window") << 4 << 422;
        QTest::newRow("another film") << 5 << 404;
        QTest::newRow("another's spend address") << 6 << 403;
    }
    void termsOfAnotherWorldAreRefused()
    {
        QFETCH(int, what);
        QFETCH(int, status);
        Cheated world;
        wire::Contract terms = world.cheat.terms(Tokens(1'000'000));
        switch (what) {
        case 0:
            terms.pricePerMiB -= Tokens(1);
            break;
        case 1:
            terms.incomeAddress = terms.spendAddress;
            break;
        case 2:
            terms.tracker = keyOf(9).publicKey();
            break;
        case 3:
            terms.serveUntil = world.time.now();
            break;
        case 4:
            terms.creditWindow = 2;
            break;
        case 5:
            terms.content = base::ContentId();
            break;
        default:
            terms.spendAddress = *world.seeder->basics.wallet.accounts().spendAddress;
        }
        QCOMPARE(world.cheat.propose(world.cheat.sign(terms)), status);
        QCOMPARE(world.seeder->seeder->openContracts(), 0);
        world.verifyBooks(Tokens(0));
    }

    void aReceiptOfAnotherContractChangesNothing()
    {
        Cheated world;
        world.openContract(Tokens(1'000'000));
        const auto first = world.contract;
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200);
        const auto stolen = world.receipt(1, 1);
        world.openContract(Tokens(1'000'000));
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200);
        const std::string target = Cheat::path(wire::contractId(world.contract)) + "/segments/1";
        QCOMPARE(world.cheat.post(world.seeder->port, target, stolen.bytes), 400);
        QCOMPARE(world.seeder->seeder->openContracts(), 2);
        // Each is paid by its own receipt.
        wire::Receipt last = world.cheat.receipt(first, 1, 1);
        last.final = true;
        QCOMPARE(world.cheat.bring(world.cheat.sign(last)), 200);
        QVERIFY(world.isSettled(120s));
        world.verifyBooks(world.priceOf(1));
    }

    void oneBalanceIsNotReservedTwice()
    {
        Cheated world;
        std::vector<wire::Signed<wire::Contract>> opened;
        for (int i = 0; i < 10; ++i) {
            const auto contract = world.cheat.sign(world.cheat.terms(Tokens(3'000'000)));
            const int status = world.cheat.propose(contract);
            if (status == 200)
                opened.push_back(contract);
            else
                QCOMPARE(status, 402);
            QCOMPARE((world.spendable() + world.locked()).value(), funds.value());
        }
        QCOMPARE(opened.size(), 3U);
        for (const auto& contract : opened) {
            wire::Receipt last = world.cheat.receipt(contract, 0, 0);
            last.final = true;
            QCOMPARE(world.cheat.bring(world.cheat.sign(last)), 200);
        }
        world.verifyBooks(Tokens(0));
    }

    void flippedBitsChangeNothing()
    {
        Cheated world;
        const auto proposal = world.cheat.sign(world.cheat.terms(Tokens(1'000'000)));
        const auto flipped = [](std::string bytes, std::size_t at) {
            bytes[at] = static_cast<char>(bytes[at] ^ 1);
            return bytes;
        };
        for (std::size_t i = 0; i < proposal.bytes.size(); i += 41)
            QCOMPARE(world.cheat.post(world.seeder->port, "/v1/contracts", flipped(proposal.bytes, i)), 400);
        QCOMPARE(world.seeder->seeder->openContracts(), 0);
        world.openContract(Tokens(1'000'000));
        const auto receipt = world.receipt(0, 0);
        const std::string target = Cheat::path(receipt.message.contract) + "/segments/0";
        for (std::size_t i = 0; i < receipt.bytes.size(); i += 41)
            QCOMPARE(world.cheat.post(world.seeder->port, target, flipped(receipt.bytes, i)), 400);
        QCOMPARE(world.cheat.post(world.seeder->port, target, {}), 400);
        QCOMPARE(world.cheat.post(world.seeder->port, target, "{}"), 400);
        QCOMPARE(world.cheat.ask(receipt, 0), 200); // it is open as before
        QCOMPARE(world.cheat.bring(world.receipt(1, 1)), 200);
        QVERIFY(world.isSettled(20min));
        world.verifyBooks(world.priceOf(1));
    }

    void pathsThatLeadNowhere()
    {
        Cheated world;
        world.openContract(Tokens(1'000'000));
        const auto receipt = world.receipt(0, 0);
        const std::string own = Cheat::path(receipt.message.contract);
        for (const std::string& target : {std::string("/"), std::string("/v1/"), std::string("/v1/contracts/"), std::string("/v1/contracts/zz/receipts"),
                                          own, own + "/segments", own + "/segments/", own + "/segments/-1", own + "/segments/1x",
                                          own + "/segments/99999999999999999999", own + "/segments/1048576", own + "/receipts/1"})
            QCOMPARE(world.cheat.post(world.seeder->port, target, receipt.bytes), 404);
        QCOMPARE(world.cheat.ask(receipt, 12), 404); // one behind the last
        QCOMPARE(world.seeder->seeder->openContracts(), 1);
    }

    /// The tracker takes the viewer's word for a lower receipt, and waits for the seeder's: it has to bring it in time.
    void closingBehindTheSeedersBackDoesNotPay()
    {
        Cheated world;
        world.openContract();
        for (std::uint32_t i = 0; i < 4; ++i)
            QCOMPARE(world.cheat.ask(world.receipt(i, i), i), 200);
        QCOMPARE(world.cheat.bring(world.receipt(4, 4)), 200);
        QCOMPARE(world.cheat.tellTracker("closeContract", world.receipt(0, 0).bytes), 200);
        QVERIFY(world.isSettled());
        world.verifyBooks(world.priceOf(4));
        QCOMPARE(world.cheat.ask(world.receipt(4, 4), 4), 410);
    }

    /// The tracker answers the same request with the same bytes, so that an old contract's opening looks like a new one's.
    void aSettledContractIsNotServedAgain()
    {
        Cheated world;
        world.openContract();
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200);
        wire::Receipt last = world.cheat.receipt(world.contract, 1, 1);
        last.final = true;
        QCOMPARE(world.cheat.bring(world.cheat.sign(last)), 200);
        QCOMPARE(world.locked().value(), 0);
        QCOMPARE(world.cheat.propose(world.contract), 410);
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 1), 410);
        QCOMPARE(world.shownAsEarned().value(), world.priceOf(1).value()); // and it is counted once
        QCOMPARE(world.seeder->seeder->openContracts(), 0);
        world.seeder.reset();
        world.seeder = world.makeSeeder(); // after a restart no less
        need(world.seeder->seeder->setTitle(world.film, price, true));
        world.time.advance(5s);
        QCOMPARE(world.cheat.propose(world.contract), 410);
        QCOMPARE(world.shownAsEarned().value(), world.priceOf(1).value());
        world.verifyBooks(world.priceOf(1));
    }

    void oldReceiptsDoNotPutOffTheTimeout()
    {
        Cheated world;
        world.openContract();
        QCOMPARE(world.cheat.ask(world.receipt(0, 0), 0), 200);
        for (int i = 1; i <= 3; ++i) {
            world.time.advance(15s);
            QCOMPARE(world.cheat.bring(world.receipt(0, 0)), 200);
            QCOMPARE(world.cheat.bring(world.receipt(i, 0)), 200);
        }
        world.time.advance(16s); // 61 s after the segment
        QCOMPARE(world.seeder->seeder->openContracts(), 0);
        world.verifyBooks(Tokens(0));
    }
};

QTEST_GUILESS_MAIN(TestCheats)
#include "tst_cheats.moc"
