#include <QTest>

#include "tests/unit/wallet/fake_tracker.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ErrorCode;
using wallet::TrackerIdentity;

namespace
{

base::Result<TrackerIdentity> handshake(Bank& bank)
{
    std::optional<base::Result<TrackerIdentity>> result;
    bank.client->handshake([&](auto given) { result = std::move(given); });
    bank.time.runUntil([&] { return result.has_value(); }, 60s);
    return result.value_or(base::fail(ErrorCode::Internal, "never called back"));
}

using Transferred = base::Result<wire::Signed<wire::TransferAnswer>>;

Transferred transfer(Bank& bank, std::chrono::milliseconds limit = 10min)
{
    wire::Transfer message;
    message.amount = base::Tokens(5);
    std::optional<Transferred> result;
    bank.client->insist<wire::TransferAnswer>("transfer", message, [&](const auto& given) { result = given; });
    bank.time.runUntil([&] { return result.has_value(); }, limit);
    return result ? *result : Transferred(base::fail(ErrorCode::Internal, "never called back"));
}

} // namespace

class TestTrackerClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void nothingIsAskedBeforeTheHandshake()
    {
        Bank bank;
        const auto result = transfer(bank);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Unavailable);
        QVERIFY(bank.tracker.asked.empty());
    }

    void theHandshakeTellsKeyNameAndClock()
    {
        Bank bank;
        bank.tracker.ahead = 90s;
        const auto identity = handshake(bank);
        QVERIFY(identity);
        QCOMPARE(identity->key, bank.tracker.key.publicKey());
        QCOMPARE(identity->name, std::string("fake"));
        QVERIFY(std::abs(bank.client->now().value() - bank.tracker.now().value()) < 10);
        QVERIFY(transfer(bank));
        // Dated by the tracker's clock, and addressed to it.
        const auto sent = wire::open<wire::Transfer>(bank.tracker.asked.back().second, network, {wire::Role::Node});
        QVERIFY(sent);
        QVERIFY(std::abs(sent->message.time.value() - bank.tracker.now().value()) < 10);
        QCOMPARE(sent->message.tracker, bank.tracker.key.publicKey());
        QCOMPARE(sent->message.node, bank.key.publicKey());
    }

    void ourWallClockMayBeSet()
    {
        Bank bank;
        QVERIFY(handshake(bank));
        for (const auto jump : {3h, -7h}) {
            const base::UnixMs tracker = bank.tracker.now();
            bank.time.jump(jump);
            QVERIFY(std::abs(bank.client->now().value() - tracker.value()) < 10);
            bank.tracker.ahead -= jump; // its own was not set
            QVERIFY(transfer(bank));
        }
    }

    void theLinksKeyIsKept()
    {
        Bank right(keyOf(1).publicKey());
        QVERIFY(handshake(right));
        Bank wrong(keyOf(7).publicKey());
        const auto refused = handshake(wrong);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::WrongData);
        QVERIFY(!wrong.client->identity());
    }

    void anotherKeyThanBeforeIsRefused()
    {
        Bank bank;
        QVERIFY(handshake(bank));
        bank.tracker.key = keyOf(8);
        QVERIFY(!handshake(bank));
        QCOMPARE(bank.client->identity()->key, keyOf(1).publicKey());
        const auto result = transfer(bank);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::WrongData);
    }

    void aLostAnswerIsAskedForWithTheSameBytes()
    {
        Bank bank;
        QVERIFY(handshake(bank));
        int losses = 3;
        bank.wires.setFault([&](const auto&, const auto&) { return losses-- > 0 ? VirtualNetwork::Fate::LoseAnswer : VirtualNetwork::Fate::Deliver; });
        QVERIFY(transfer(bank));
        QCOMPARE(bank.tracker.count("transfer"), 4);
        for (std::size_t i = 2; i < bank.tracker.asked.size(); ++i)
            QCOMPARE(bank.tracker.asked[i].second, bank.tracker.asked[1].second);
        // The next one is another request.
        QVERIFY(transfer(bank));
        QVERIFY(bank.tracker.asked.back().second != bank.tracker.asked[1].second);
    }

    void itAsksUntilTheOutcomeIsKnown()
    {
        Bank bank;
        QVERIFY(handshake(bank));
        bank.wires.unplug(1);
        std::optional<Transferred> result;
        bank.client->insist<wire::TransferAnswer>("transfer", wire::Transfer(), [&](const auto& given) { result = given; });
        bank.time.advance(1h);
        QVERIFY(!result);
        bank.tracker.refusals["transfer"] = {ErrorCode::Unavailable, "later"}; // that is no outcome
        bank.wires.listen(1, &bank.tracker);
        bank.time.advance(1min);
        QVERIFY(!result);
        QVERIFY(bank.tracker.count("transfer") > 5);
        bank.tracker.refusals.clear();
        QVERIFY(bank.time.runUntil([&] { return result.has_value(); }, 1min));
        QVERIFY(*result);
        for (std::size_t i = 2; i < bank.tracker.asked.size(); ++i)
            QCOMPARE(bank.tracker.asked[i].second, bank.tracker.asked[1].second);
    }

    void aRefusalIsSaidOnce()
    {
        Bank bank;
        QVERIFY(handshake(bank));
        bank.tracker.refusals["transfer"] = {ErrorCode::PaymentRequired, "there are 3 tokens only"};
        const auto result = transfer(bank);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::PaymentRequired);
        QCOMPARE(result.error().message, std::string("there are 3 tokens only"));
        QCOMPARE(bank.tracker.count("transfer"), 1);
    }

    void answersThatAreNotForUs_data()
    {
        QTest::addColumn<int>("what");
        for (int what = 0; what < 6; ++what)
            QTest::addRow("%d", what) << what;
    }
    void answersThatAreNotForUs()
    {
        QFETCH(int, what);
        Bank bank;
        QVERIFY(handshake(bank));
        bank.tracker.change = [&](const auto&, std::string answer) -> std::string {
            auto opened = wire::open<wire::TransferAnswer>(answer, network, {wire::Role::Node}).value().message;
            switch (what) {
            case 0: // to another request
                return bank.tracker.sign(opened, base::Sha256());
            case 1: // another signer who names himself
                opened.node = keyOf(5).publicKey();
                return wire::sign(opened, keyOf(5)).bytes;
            case 2: // another signer who names the tracker
                return wire::sign(opened, keyOf(5)).bytes;
            case 3:
                return bank.tracker.sign(wire::HistoryAnswer(), opened.request);
            case 4:
                return answer.substr(0, answer.size() / 2);
            default:
                return {};
            }
        };
        const auto result = transfer(bank);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::WrongData);
        bank.tracker.change = {};
        QVERIFY(transfer(bank));
    }

    void nothingAfterDestruction()
    {
        for (const auto after : {0ms, 1ms, 2ms, 300ms}) {
            Bank bank;
            QVERIFY(handshake(bank));
            if (after == 300ms)
                bank.wires.unplug(1); // waits for its next attempt
            bool called = false;
            bank.client->insist<wire::TransferAnswer>("transfer", wire::Transfer(), [&](const auto&) { called = true; });
            QVERIFY(!called);
            bank.time.advance(after == 2ms ? 1ms : after);
            bank.client.reset();
            bank.time.advance(1min);
            QVERIFY(!called);
        }
    }
};

QTEST_GUILESS_MAIN(TestTrackerClient)
#include "tst_tracker_client.moc"
