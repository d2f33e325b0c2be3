#include <QTest>

#include "tests/unit/wallet/fake_tracker.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ErrorCode;
using wallet::Wallet;

namespace
{

struct Purse : Bank {
    std::unique_ptr<Wallet> wallet = std::make_unique<Wallet>(*client, time, crypto::ordinaryAddress(key.publicKey()));
    int changes = 0;

    Purse()
    {
        wallet->onChange([this] { ++changes; });
    }
    [[nodiscard]] bool reaches(Wallet::Connection connection)
    {
        return time.runUntil([&] { return wallet->connection() == connection; }, 60s);
    }
    void start()
    {
        wallet->start();
        if (!reaches(Wallet::Connection::Online))
            qFatal("the wallet does not start");
    }
};

} // namespace

class TestWallet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void unknownUntilTold()
    {
        Purse purse;
        const auto& accounts = purse.wallet->accounts();
        QCOMPARE(accounts.ordinaryAddress, crypto::ordinaryAddress(purse.key.publicKey()));
        QVERIFY(!accounts.spendAddress && !accounts.incomeAddress && !accounts.ordinary && !accounts.spend && !accounts.locked &&
                !accounts.income && !accounts.history);
        QCOMPARE(purse.wallet->connection(), Wallet::Connection::Connecting);
        purse.start();
        QCOMPARE(accounts.ordinary->value(), 1);
        QCOMPARE(accounts.spend->value(), 2);
        QCOMPARE(accounts.locked->value(), 3);
        QCOMPARE(accounts.income->value(), 4);
        QVERIFY(accounts.spendAddress && accounts.incomeAddress && accounts.history);
        QVERIFY(purse.changes > 0);
        QVERIFY(purse.wallet->problem().empty());
    }

    void offlineSaysWhyAndComesBack()
    {
        Purse purse;
        purse.start();
        purse.wires.unplug(1);
        purse.wallet->refresh();
        QVERIFY(purse.reaches(Wallet::Connection::Offline));
        QCOMPARE(purse.wallet->problem(), std::string("nobody answers at port 1"));
        QCOMPARE(purse.wallet->accounts().spend->value(), 2); // the last that was known
        purse.wires.listen(1, &purse.tracker);
        QVERIFY(purse.reaches(Wallet::Connection::Online));
        QVERIFY(purse.wallet->problem().empty());
    }

    void itNeverCeasesToTry()
    {
        Purse purse;
        purse.wires.unplug(1);
        purse.wallet->start();
        purse.time.advance(24h);
        QCOMPARE(purse.wallet->connection(), Wallet::Connection::Offline);
        QVERIFY(purse.changes > 1'000);  // at most 16 s apart
        QVERIFY(purse.changes < 20'000); // and not in a loop
        purse.wires.listen(1, &purse.tracker);
        QVERIFY(purse.reaches(Wallet::Connection::Online));
    }

    void aRefusedStepIsOfflineWithItsReason_data()
    {
        QTest::addColumn<QString>("method");
        for (const char* method : {"getSpendAddress", "getIncomeAddress", "getBalance", "getHistory"})
            QTest::newRow(method) << QString::fromLatin1(method);
    }
    void aRefusedStepIsOfflineWithItsReason()
    {
        QFETCH(QString, method);
        Purse purse;
        purse.tracker.refusals[method.toStdString()] = {ErrorCode::TooMany, "slow down, please"};
        bool ready = false;
        purse.wallet->whenReady([&] { ready = true; });
        purse.wallet->start();
        QVERIFY(purse.reaches(Wallet::Connection::Offline));
        QCOMPARE(purse.wallet->problem(), std::string("slow down, please"));
        QVERIFY(!ready);
        purse.tracker.refusals.clear();
        QVERIFY(purse.reaches(Wallet::Connection::Online));
        QVERIFY(ready);
    }

    void decidedOnceItIsKnown()
    {
        Purse purse;
        int decided = 0;
        purse.wallet->whenDecided([&] { ++decided; });
        purse.wires.unplug(1);
        purse.wallet->start();
        QCOMPARE(decided, 0);
        QVERIFY(purse.reaches(Wallet::Connection::Offline));
        QCOMPARE(decided, 1);
        purse.wallet->whenDecided([&] { ++decided; });
        QCOMPARE(decided, 2);
    }

    /// An answer without an address must not send those that wait for it round in circles.
    void readyMeansThatTheAddressesAreKnown()
    {
        Purse purse;
        purse.tracker.spend.reset();
        bool ready = false;
        purse.wallet->whenReady([&] { ready = true; });
        purse.start();
        QVERIFY(!ready);
        purse.wallet->whenReady([&] { ready = true; });
        QVERIFY(!ready);
        purse.tracker.spend = base::Address::fromRaw(std::string(32, 's'));
        QVERIFY(purse.time.runUntil([&] { return ready; }, 60s));
        QVERIFY(purse.wallet->accounts().spendAddress);
    }

    void callsWhileARefreshIsUnderWayMakeOneMore()
    {
        Purse purse;
        purse.start();
        const auto before = purse.tracker.count("getBalance");
        for (int i = 0; i < 10; ++i)
            purse.wallet->refresh();
        purse.time.advance(5s);
        QCOMPARE(purse.tracker.count("getBalance"), before + 2);
    }

    void payingOut()
    {
        Purse purse;
        std::optional<base::Result<void>> done;
        const auto note = [&](const base::Result<void>& result) { done = result; };
        purse.wallet->payOutIncome(note);
        QVERIFY(done && !*done);
        done.reset();
        purse.wallet->topUp(base::Tokens(1), note);
        QVERIFY(done && !*done);
        purse.start();
        done.reset();
        purse.tracker.refusals["closeIncomeAddress"] = {ErrorCode::Conflict, "a contract is open on it"};
        purse.wallet->payOutIncome(note);
        QVERIFY(purse.time.runUntil([&] { return done.has_value(); }, 60s));
        QVERIFY(!*done);
        QCOMPARE(done->error().message, std::string("a contract is open on it"));
        QVERIFY(purse.wallet->accounts().incomeAddress);
        purse.tracker.refusals.clear();
        done.reset();
        purse.wallet->payOutIncome(note);
        QVERIFY(purse.time.runUntil([&] { return done.has_value(); }, 60s));
        QVERIFY(*done);
        QVERIFY(purse.time.runUntil([&] { return purse.wallet->accounts().incomeAddress.has_value(); }, 60s));
    }

    void nothingAfterDestruction()
    {
        for (const auto after : {0ms, 1ms, 2ms, 3ms, 5ms, 20'000ms}) {
            Purse purse;
            purse.wallet->start();
            purse.time.advance(after);
            const int changes = purse.changes;
            purse.wallet.reset();
            purse.client.reset();
            purse.time.advance(1min);
            QCOMPARE(purse.changes, changes);
        }
    }
};

QTEST_GUILESS_MAIN(TestWallet)
#include "tst_wallet.moc"
