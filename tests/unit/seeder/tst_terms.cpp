#include <QTest>

#include "p2p/crypto/node_key.h"
#include "p2p/seeder/terms.h"

using namespace mutoscope;
using base::ErrorCode;
using base::Tokens;
using base::UnixMs;

namespace
{

constexpr UnixMs now(1'700'000'000'000);

template <class Fixed>
Fixed filled(char c)
{
    return Fixed::fromRaw(std::string(Fixed::size, c));
}

seeder::Terms terms()
{
    seeder::Terms terms;
    terms.network = "test";
    terms.tracker = filled<base::PublicKey>('t');
    terms.seeder = filled<base::PublicKey>('s');
    terms.incomeAddress = filled<base::Address>('i');
    terms.pricePerMiB = Tokens(1'000);
    terms.creditWindow = 2;
    return terms;
}

wire::Contract fitting()
{
    wire::Contract contract;
    contract.network = "test";
    contract.tracker = terms().tracker;
    contract.seeder = terms().seeder;
    contract.incomeAddress = terms().incomeAddress;
    contract.viewer = filled<base::PublicKey>('v');
    contract.pricePerMiB = Tokens(1'000);
    contract.maxAmount = Tokens(1);
    contract.creditWindow = 2;
    contract.receiptTimeoutMs = 60'000;
    contract.serveUntil = now + UnixMs(3'600'000);
    contract.closeUntil = contract.serveUntil + UnixMs(600'000);
    return contract;
}

using Change = std::function<void(wire::Contract&)>;

} // namespace


class TestTerms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLimitsThemselvesAreFine_data()
    {
        QTest::addColumn<Change>("change");
        const auto row = [](const char* name, Change change) { QTest::newRow(name) << std::move(change); };
        row("as it is", [](auto&) {});
        row("dearer", [](auto& c) { c.pricePerMiB = Tokens(1'001); });
        row("smaller window", [](auto& c) { c.creditWindow = 1; });
        row("shortest timeout", [](auto& c) { c.receiptTimeoutMs = terms().shortestReceiptTimeoutMs; });
        row("longest timeout", [](auto& c) { c.receiptTimeoutMs = terms().longestReceiptTimeoutMs; });
        row("a moment", [](auto& c) {
            c.serveUntil = now + UnixMs(1);
            c.closeUntil = c.serveUntil + UnixMs(terms().closingMarginMs);
        });
        row("longest", [](auto& c) {
            c.serveUntil = now + UnixMs(terms().longestServingMs);
            c.closeUntil = c.serveUntil + UnixMs(terms().longestClosingMs);
        });
    }
    void theLimitsThemselvesAreFine()
    {
        QFETCH(Change, change);
        auto contract = fitting();
        change(contract);
        const auto result = seeder::acceptable(contract, terms(), now);
        QVERIFY2(result, result ? "" : result.error().message.c_str());
    }

    void oneStepBeyondIsRefused_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, Change change, ErrorCode code = ErrorCode::Unacceptable) {
            QTest::newRow(name) << std::move(change) << static_cast<int>(code);
        };
        row("tracker", [](auto& c) { c.tracker = filled<base::PublicKey>('x'); });
        row("seeder", [](auto& c) { c.seeder = filled<base::PublicKey>('x'); });
        row("income address", [](auto& c) { c.incomeAddress = filled<base::Address>('x'); });
        row("price", [](auto& c) { c.pricePerMiB = Tokens(999); });
        row("window", [](auto& c) { c.creditWindow = 3; });
        row("timeout too short", [](auto& c) { c.receiptTimeoutMs = terms().shortestReceiptTimeoutMs - 1; });
        row("timeout too long", [](auto& c) { c.receiptTimeoutMs = terms().longestReceiptTimeoutMs + 1; });
        row("over", [](auto& c) { c.serveUntil = now; }, ErrorCode::Gone);
        row("before all time", [](auto& c) { c.serveUntil = UnixMs(0); }, ErrorCode::Gone);
        row("too long", [](auto& c) {
            c.serveUntil = now + UnixMs(terms().longestServingMs + 1);
            c.closeUntil = c.serveUntil + UnixMs(terms().closingMarginMs);
        });
        row("for ever", [](auto& c) { c.serveUntil = c.closeUntil = UnixMs(base::maxInteger); });
        row("no time to close", [](auto& c) { c.closeUntil = c.serveUntil + UnixMs(terms().closingMarginMs - 1); });
        row("too long to close", [](auto& c) { c.closeUntil = c.serveUntil + UnixMs(terms().longestClosingMs + 1); });
    }
    void oneStepBeyondIsRefused()
    {
        QFETCH(Change, change);
        QFETCH(int, code);
        auto contract = fitting();
        change(contract);
        const auto result = seeder::acceptable(contract, terms(), now);
        QVERIFY(!result);
        QCOMPARE(static_cast<int>(result.error().code), code);
        QVERIFY(!result.error().message.empty());
    }
};

QTEST_GUILESS_MAIN(TestTerms)
#include "tst_terms.moc"
