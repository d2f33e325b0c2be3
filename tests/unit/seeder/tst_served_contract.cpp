#include <QTest>

#include "p2p/seeder/served_contract.h"
#include "p2p/wire/amount.h"

using namespace mutoscope;
using base::ByteCount;
using base::ErrorCode;
using base::SegmentIndex;
using base::Tokens;
using base::UnixMs;
using seeder::ServedContract;

namespace
{

constexpr std::int64_t MiB = 1 << 20;
constexpr std::uint32_t filmSegments = 20;
constexpr UnixMs now(1'000);

/// A film of segments of 1 MiB, each for 10 micro-tokens.
struct Served {
    base::ContractId id = base::ContractId::fromRaw(std::string(32, 'c'));
    wire::Contract terms;
    std::optional<ServedContract> contract;

    explicit Served(std::int64_t window = 1, Tokens cap = Tokens(1'000))
    {
        terms.seeder = base::PublicKey::fromRaw(std::string(32, 's'));
        terms.viewer = base::PublicKey::fromRaw(std::string(32, 'v'));
        terms.pricePerMiB = Tokens(10);
        terms.maxAmount = cap;
        terms.creditWindow = window;
        terms.serveUntil = UnixMs(10'000);
        contract.emplace(id, terms, [](SegmentIndex index) { return index.value() < filmSegments ? std::optional(ByteCount(MiB)) : std::nullopt; });
    }

    [[nodiscard]] wire::Receipt claim(std::int64_t seq, const std::vector<std::uint32_t>& segments) const
    {
        wire::Receipt receipt;
        receipt.contract = id;
        receipt.seeder = terms.seeder;
        receipt.viewer = terms.viewer;
        receipt.seq = seq;
        for (const std::uint32_t i : segments)
            receipt.segments.insert(SegmentIndex(i));
        receipt.bytes = ByteCount(receipt.segments.count() * MiB);
        receipt.amount = wire::amountDue(receipt.bytes, terms.pricePerMiB).value();
        return receipt;
    }
    /// As if its signature had been checked.
    static ServedContract::Receipt made(const wire::Receipt& receipt)
    {
        return {receipt, "bytes", crypto::sha256(wire::encodeFields(receipt))};
    }
    [[nodiscard]] base::Result<ServedContract::Step> take(std::int64_t seq, const std::vector<std::uint32_t>& segments)
    {
        return contract->take(made(claim(seq, segments)));
    }
    [[nodiscard]] base::Result<void> release(std::uint32_t index) { return contract->release(SegmentIndex(index), now); }
    /// The code of a refusal; −1 where it was sent.
    [[nodiscard]] int refusal(std::uint32_t index)
    {
        const auto released = release(index);
        return released ? -1 : static_cast<int>(released.error().code);
    }
};

constexpr int sent = -1;
constexpr int paymentRequired = static_cast<int>(ErrorCode::PaymentRequired);
constexpr int conflict = static_cast<int>(ErrorCode::Conflict);

} // namespace

class TestServedContract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingWithoutAReceipt()
    {
        Served served;
        QCOMPARE(served.refusal(0), paymentRequired);
        QVERIFY(served.contract->outstanding().empty());
    }

    void theFirstOneComesWithTheProposal()
    {
        const auto first = [](Served& served, std::uint32_t index) {
            const auto released = served.contract->releaseFirst(SegmentIndex(index), now);
            return released ? sent : static_cast<int>(released.error().code);
        };
        // One that went along, by another connection, has overtaken it; no more are out than the credit allows.
        Served overtaken(3);
        QVERIFY(overtaken.take(0, {}));
        QCOMPARE(overtaken.refusal(5), sent);
        QCOMPARE(first(overtaken, 4), sent);
        QCOMPARE(first(overtaken, 6), paymentRequired);

        Served served(3);
        QCOMPARE(first(served, filmSegments), static_cast<int>(ErrorCode::NotFound));
        QCOMPARE(first(served, 4), sent);
        QCOMPARE(first(served, 5), paymentRequired); // one, whatever the window
        for (int i = 0; i < ServedContract::maxResends; ++i)
            QCOMPARE(first(served, 4), sent);
        QCOMPARE(first(served, 4), conflict);
        QVERIFY(served.take(1, {4}));
        QCOMPARE(first(served, 5), conflict); // from now on with a receipt
        QCOMPARE(served.refusal(5), sent);

        Served poor(1, Tokens(9));
        QCOMPARE(first(poor, 0), paymentRequired); // above the cap
    }

    void theWindowIsExact_data()
    {
        QTest::addColumn<int>("window");
        for (const int window : {1, 2, 5})
            QTest::addRow("%d", window) << window;
    }
    void theWindowIsExact()
    {
        QFETCH(int, window);
        Served served(window);
        QVERIFY(served.take(0, {}));
        std::vector<std::uint32_t> receipted;
        std::uint32_t next = 0;
        // It grows by one with each that is paid, from two on, up to what the contract says.
        for (std::int64_t seq = 1; seq < 8; ++seq) {
            const std::int64_t granted = std::min<std::int64_t>(window, 2 + static_cast<std::int64_t>(receipted.size()));
            while (served.contract->outstanding().count() < granted)
                QCOMPARE(served.refusal(next++), sent);
            QCOMPARE(served.refusal(next), paymentRequired);
            QCOMPARE(served.contract->outstanding().count(), granted); // a refusal leaves no trace
            receipted.push_back(static_cast<std::uint32_t>(receipted.size()));
            QVERIFY(served.take(seq, receipted));
            QCOMPARE(served.contract->outstanding().count(), granted - 1);
        }
    }

    void aReceiptWithAGapWithinTheWindow()
    {
        Served served(3);
        QVERIFY(served.take(0, {}));
        QCOMPARE(served.refusal(3), sent);
        QVERIFY(served.take(1, {3}));
        for (const std::uint32_t i : {4U, 5U, 6U})
            QCOMPARE(served.refusal(i), sent);
        QVERIFY(served.take(2, {3, 4, 6}));
        QCOMPARE(served.contract->outstanding().count(), 1);
        QVERIFY(served.contract->outstanding().contains(SegmentIndex(5)));
        QVERIFY(served.take(3, {3, 4, 5, 6}));
        QVERIFY(served.contract->outstanding().empty());
    }

    void resendsEnd()
    {
        Served served;
        QVERIFY(served.take(0, {}));
        QCOMPARE(served.refusal(0), sent);
        for (int i = 0; i < ServedContract::maxResends; ++i)
            QCOMPARE(served.refusal(0), sent);
        QCOMPARE(served.refusal(0), conflict);
        // A higher number alone is no reason to begin again.
        QVERIFY(served.take(1, {}));
        QCOMPARE(served.refusal(0), conflict);
        QVERIFY(served.take(2, {0}));
        QCOMPARE(served.refusal(0), conflict); // receipted
        QCOMPARE(served.refusal(1), sent);
        QCOMPARE(served.refusal(1), sent); // its own attempts
    }

    /// A connection that breaks takes all that were under way with it.
    void severalAreSentAgain()
    {
        Served served(4);
        QVERIFY(served.take(0, {}));
        QCOMPARE(served.refusal(0), sent);
        QVERIFY(served.take(1, {0}));
        QCOMPARE(served.refusal(1), sent);
        QVERIFY(served.take(2, {0, 1}));
        for (const std::uint32_t i : {2U, 3U, 4U, 5U})
            QCOMPARE(served.refusal(i), sent);
        for (int i = 0; i < ServedContract::maxResends; ++i) {
            for (const std::uint32_t each : {2U, 3U, 4U, 5U})
                QCOMPARE(served.refusal(each), sent);
        }
        for (const std::uint32_t each : {2U, 3U, 4U, 5U})
            QCOMPARE(served.refusal(each), conflict);
        QVERIFY(served.take(3, {0, 1, 2}));
        QCOMPARE(served.refusal(3), conflict); // what was paid is another one
        QCOMPARE(served.refusal(6), sent);
    }

    void theCapIsExact()
    {
        Served served(5, Tokens(30)); // three segments
        QVERIFY(served.take(0, {}));
        QCOMPARE(served.refusal(0), sent);
        QVERIFY(served.take(1, {0}));
        for (const std::uint32_t i : {1U, 2U})
            QCOMPARE(served.refusal(i), sent);
        QCOMPARE(served.refusal(3), paymentRequired); // what is outstanding counts, too
        QVERIFY(served.take(2, {0, 1, 2}));
        QCOMPARE(served.refusal(3), paymentRequired);

        Served less(5, Tokens(29));
        QVERIFY(less.take(0, {}));
        QCOMPARE(less.refusal(0), sent);
        QVERIFY(less.take(1, {0}));
        QCOMPARE(less.refusal(1), sent);
        QCOMPARE(less.refusal(2), paymentRequired);
    }

    void refusalsOfASegment()
    {
        Served served;
        QVERIFY(served.take(0, {}));
        QCOMPARE(served.refusal(filmSegments), static_cast<int>(ErrorCode::NotFound));
        QCOMPARE(served.refusal(0xffffffffU), static_cast<int>(ErrorCode::NotFound));
        QVERIFY(served.contract->release(SegmentIndex(0), UnixMs(9'999)));
        QCOMPARE(served.contract->release(SegmentIndex(0), UnixMs(10'000)).error().code, ErrorCode::Gone);
        auto last = served.claim(1, {0});
        last.final = true;
        QVERIFY(served.contract->take(Served::made(last)));
        QCOMPARE(served.refusal(1), conflict);
    }

    void oldAndEqualReceiptsChangeNothing()
    {
        Served served;
        QVERIFY(served.take(0, {}));
        QCOMPARE(served.refusal(0), sent);
        QCOMPARE(served.take(1, {0}).value(), ServedContract::Step::Newer);
        QCOMPARE(served.take(1, {0}).value(), ServedContract::Step::Known);
        QCOMPARE(served.take(0, {}).value(), ServedContract::Step::Known);
        QCOMPARE(served.contract->best()->message.seq, 1);
        QCOMPARE(served.refusal(1), sent);
        QCOMPARE(served.take(0, {}).value(), ServedContract::Step::Known);
        QCOMPARE(served.contract->outstanding().count(), 1);
    }

    void receiptsThatEndTheContract_data()
    {
        QTest::addColumn<std::function<void(wire::Receipt&)>>("change");
        using Change = std::function<void(wire::Receipt&)>;
        const auto set = [](wire::Receipt& r, const std::vector<std::uint32_t>& segments) {
            r = Served().claim(r.seq, segments);
        };
        QTest::newRow("fewer segments") << Change([set](auto& r) { set(r, {}); });
        QTest::newRow("other segments") << Change([set](auto& r) { set(r, {1, 2}); });
        QTest::newRow("not sent") << Change([set](auto& r) { set(r, {0, 1, 2, 3}); });
        QTest::newRow("not of the film") << Change([set](auto& r) { set(r, {0, 1, filmSegments}); });
        QTest::newRow("the same number") << Change([](auto& r) {
            r = Served().claim(1, {0});
            r.reason = "another text";
        });
        QTest::newRow("another contract") << Change([](auto& r) { r.contract = base::ContractId(); });
        QTest::newRow("another seeder") << Change([](auto& r) { r.seeder = r.viewer; });
        QTest::newRow("another viewer") << Change([](auto& r) { r.viewer = r.seeder; });
        QTest::newRow("a byte less") << Change([](auto& r) { r.bytes -= ByteCount(1); });
        QTest::newRow("a byte more") << Change([](auto& r) { r.bytes += ByteCount(1); });
        QTest::newRow("one micro-token less") << Change([](auto& r) { r.amount -= Tokens(1); });
        QTest::newRow("one micro-token more") << Change([](auto& r) { r.amount += Tokens(1); });
        QTest::newRow("the most there can be") << Change([](auto& r) { r.bytes = ByteCount(base::maxInteger); });
    }
    void receiptsThatEndTheContract()
    {
        QFETCH(std::function<void(wire::Receipt&)>, change);
        Served served(2);
        QVERIFY(served.take(0, {}));
        QCOMPARE(served.refusal(0), sent);
        QVERIFY(served.take(1, {0}));
        QCOMPARE(served.refusal(1), sent);
        QCOMPARE(served.refusal(2), sent);
        auto receipt = served.claim(2, {0, 1, 2});
        change(receipt);
        QVERIFY(!served.contract->take(Served::made(receipt)));
        QCOMPARE(served.contract->best()->message.seq, 1); // it is closed with this one
        QCOMPARE(served.contract->outstanding().count(), 2);
    }

    void restored()
    {
        Served served;
        served.contract->restoreBest(Served::made(served.claim(1, {0})));
        served.contract->restoreSent(SegmentIndex(0));
        QVERIFY(served.contract->outstanding().empty());
        served.contract->restoreSent(SegmentIndex(1));
        QCOMPARE(served.contract->outstanding().count(), 1);
        QCOMPARE(served.refusal(2), paymentRequired); // the window is as it was
        QVERIFY(served.take(2, {0, 1}));
        QCOMPARE(served.refusal(2), sent);
    }
};

QTEST_GUILESS_MAIN(TestServedContract)
#include "tst_served_contract.moc"
