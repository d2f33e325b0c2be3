#include <QTest>

#include "tests/unit/wallet/fake_tracker.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using base::ErrorCode;
using wallet::History;
using wallet::Wallet;

namespace
{

/// A tracker with so many movements, a second apart, which tells them as the real one does.
struct LongHistory : Bank {
    std::int64_t count = 0;
    std::int64_t pageSize = wire::GetHistory::maxLimit;
    std::int64_t answersLeft = base::maxInteger; ///< then it refuses
    std::unique_ptr<Wallet> wallet = std::make_unique<Wallet>(*client, time, crypto::ordinaryAddress(key.publicKey()));

    explicit LongHistory(std::int64_t movements) : count(movements)
    {
        tracker.change = [this](const std::string& method, std::string answer) { return method == "getHistory" ? page() : answer; };
    }
    [[nodiscard]] static base::UnixMs timeOf(std::int64_t entry) { return base::UnixMs(1'700'000'000'000 + entry * 1'000); }
    [[nodiscard]] std::string page()
    {
        const std::string& body = tracker.asked.back().second;
        const wire::GetHistory request = wire::open<wire::GetHistory>(body, network, {wire::Role::Node}).value().message;
        const auto payload = crypto::sha256(wire::readEnvelope(body, "mutoscope.getHistory.v1", 64 * 1024).value().payload);
        if (answersLeft-- <= 0)
            return "no answer at all";
        wire::HistoryAnswer answer;
        for (std::int64_t entry = std::min(count, request.before - 1); entry > 0 && std::ssize(answer.entries) < pageSize; --entry) {
            wire::HistoryEntry movement;
            movement.entry = entry;
            movement.time = timeOf(entry);
            movement.amount = base::Tokens(entry);
            answer.entries.push_back(movement);
        }
        answer.more = !answer.entries.empty() && answer.entries.back().entry > 1;
        return tracker.sign(answer, payload);
    }
    /// Newest first, each once.
    [[nodiscard]] bool isExact(std::int64_t oldest = 1) const
    {
        const auto& entries = wallet->accounts().history;
        if (!entries || std::ssize(*entries) != count - oldest + 1)
            return false;
        std::int64_t expected = count;
        return std::ranges::all_of(*entries, [&](const auto& entry) { return entry.entry == expected--; });
    }
    [[nodiscard]] bool comes() { return time.runUntil([this] { return wallet->accounts().historyIsWhole; }, 60s); }
};

} // namespace

class TestHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void allOfItComes_data()
    {
        QTest::addColumn<int>("count");
        for (const int count : {0, 1, 199, 200, 201, 400, 1'234})
            QTest::addRow("%d", count) << count;
    }
    void allOfItComes()
    {
        QFETCH(int, count);
        LongHistory bank(count);
        bank.wallet->start();
        QVERIFY(bank.comes());
        QVERIFY(bank.isExact());
    }

    /// The newest page is enough to go on, the others come behind it.
    void theNewestAreThereAtOnce()
    {
        LongHistory bank(1'000);
        bank.answersLeft = 1;
        bank.wallet->start();
        QVERIFY(bank.time.runUntil([&] { return bank.wallet->connection() == Wallet::Connection::Online; }, 60s));
        QVERIFY(bank.isExact(801));
        QVERIFY(!bank.wallet->accounts().historyIsWhole);
        bank.answersLeft = base::maxInteger;
        QVERIFY(bank.comes()); // by the next refresh
        QVERIFY(bank.isExact());
    }

    void whatHappensMeanwhileLeavesNoGap_data()
    {
        QTest::addColumn<int>("more");
        for (const int more : {0, 1, 200, 201, 999})
            QTest::addRow("%d", more) << more;
    }
    void whatHappensMeanwhileLeavesNoGap()
    {
        QFETCH(int, more);
        LongHistory bank(500);
        bank.wallet->start();
        QVERIFY(bank.comes());
        const History::Entries before = bank.wallet->accounts().history;
        bank.count += more;
        bank.answersLeft = 2; // breaks off in the middle of longer ones
        bank.wallet->refresh();
        bank.time.advance(2s);
        bank.answersLeft = base::maxInteger;
        bank.count += more > 0 ? 1 : 0;
        QVERIFY(bank.time.runUntil([&] { return bank.isExact(); }, 60s));
        QVERIFY(bank.wallet->accounts().historyIsWhole);
        QCOMPARE(before == bank.wallet->accounts().history, more == 0); // the same list where nothing happened
    }

    void sinceATimeHoweverMany()
    {
        LongHistory bank(5'000);
        bank.wallet->start();
        std::optional<base::Result<History::Entries>> told;
        bank.wallet->historySince(LongHistory::timeOf(1'000), [&](auto entries) { told = std::move(entries); });
        QVERIFY(bank.time.runUntil([&] { return told.has_value(); }, 60s));
        QVERIFY(*told);
        QVERIFY((**told)->size() > 4'000 && (**told)->back().time < LongHistory::timeOf(1'000));
        told.reset();
        bank.wallet->historySince(base::UnixMs(0), [&](auto entries) { told = std::move(entries); });
        QVERIFY(bank.time.runUntil([&] { return told.has_value(); }, 60s));
        QCOMPARE((**told)->size(), std::size_t(5'000));
    }

    /// Nothing is said rather than too little.
    void sinceATimeThatCannotBeReached()
    {
        LongHistory bank(5'000);
        bank.answersLeft = 3;
        std::optional<base::Result<History::Entries>> told;
        bank.wallet->historySince(LongHistory::timeOf(10), [&](auto entries) { told = std::move(entries); });
        QVERIFY(bank.time.runUntil([&] { return told.has_value(); }, 60s));
        QVERIFY(!*told);
        told.reset();
        bank.wires.unplug(1);
        bank.wallet->historySince(LongHistory::timeOf(10), [&](auto entries) { told = std::move(entries); });
        QVERIFY(bank.time.runUntil([&] { return told.has_value(); }, 60s));
        QVERIFY(!*told);
    }

    void aListThatIsTooLongEnds()
    {
        History history;
        wire::HistoryAnswer page;
        page.more = true;
        std::int64_t next = 1'000'000;
        const auto fill = [&] {
            page.entries.clear();
            for (int i = 0; i < 200; ++i) {
                wire::HistoryEntry entry;
                entry.entry = --next;
                entry.time = base::UnixMs(next);
                page.entries.push_back(entry);
            }
        };
        fill();
        QCOMPARE(history.takeNewer(page), 0);
        for (int pages = 1; history.olderBefore() != 0; ++pages) {
            QVERIFY(pages < 1'000);
            fill();
            history.takeOlder(page);
        }
        QVERIFY(history.isFull() && !history.isWhole());
        QVERIFY(!history.reaches(base::UnixMs(next)));
        QVERIFY(history.reaches(base::UnixMs(next + 1)));
    }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
