#include <QTemporaryDir>
#include <QTest>

#include "p2p/base/file.h"
#include "p2p/wallet/contract_book.h"
#include "tests/support/virtual_time.h"

using namespace mutoscope;
using base::ByteCount;
using base::ContentId;
using base::ContractId;
using base::SegmentIndex;
using base::Tokens;
using wallet::ContractBook;

namespace
{

template <class Id>
Id id(char c)
{
    return Id::fromRaw(std::string(Id::size, c));
}

struct Desk {
    QTemporaryDir folder;
    test::VirtualTime disk;
    ContractBook::State state;
    std::unique_ptr<ContractBook> book;
    std::vector<std::string> done; ///< in their order; "!" in front of those that failed

    Desk() { open(); }
    [[nodiscard]] std::filesystem::path file() const { return std::filesystem::path(folder.path().toStdString()) / "book" / "contracts"; }
    void open()
    {
        book.reset();
        disk.advance(std::chrono::milliseconds(1)); // what waits holds the file
        state = {};
        auto opened = ContractBook::open(file(), disk, state);
        if (!opened)
            qFatal("%s", opened.error().message.c_str());
        book = std::move(*opened);
    }
    [[nodiscard]] ContractBook::Done note(std::string name)
    {
        return [this, name = std::move(name)](const base::Result<void>& written) { done.push_back((written ? "" : "!") + name); };
    }
    void run() { disk.advance(std::chrono::milliseconds(1)); }
};

std::vector<SegmentIndex> indices(std::initializer_list<std::uint32_t> values)
{
    std::vector<SegmentIndex> result;
    for (const auto value : values)
        result.emplace_back(value);
    return result;
}

} // namespace

class TestContractBook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsBeingClosedIsClosedOn()
    {
        Desk desk;
        desk.book->addContract(id<ContractId>('a'), "contract a", desk.note("a"));
        desk.book->addContract(id<ContractId>('b'), "contract b", desk.note("b"));
        desk.book->beginClosing(id<ContractId>('a'), desk.note("a closing"));
        desk.book->beginClosing(id<ContractId>('x'), desk.note("unknown"));
        desk.run();
        desk.open();
        QCOMPARE(desk.state.open.size(), 2U);
        QVERIFY(desk.state.open.at(id<ContractId>('a')).closing);
        QVERIFY(!desk.state.open.at(id<ContractId>('b')).closing);
    }

    void whatWasWrittenIsThere()
    {
        Desk desk;
        QVERIFY(desk.state.open.empty());
        desk.book->addContract(id<ContractId>('a'), "contract a", desk.note("a"));
        desk.book->addContract(id<ContractId>('b'), "contract b", desk.note("b"));
        desk.book->addReceipt(id<ContractId>('a'), "receipt 0", SegmentIndex(0), desk.note("a0"));
        desk.book->addReceipt(id<ContractId>('a'), "receipt 1", SegmentIndex(1), desk.note("a1"));
        desk.book->addReceipt(id<ContractId>('a'), {}, SegmentIndex(1), desk.note("a1 again"));
        desk.book->addReceipt(id<ContractId>('b'), "final", std::nullopt, desk.note("bf"));
        desk.book->closeContract(id<ContractId>('b'), id<ContentId>('f'), ByteCount(1'000), Tokens(7), desk.note("bx"));
        QVERIFY(desk.done.empty()); // never before it is durable
        desk.run();
        QCOMPARE(desk.done, (std::vector<std::string>{"a", "b", "a0", "a1", "a1 again", "bf", "bx"}));
        desk.open();
        QCOMPARE(desk.state.open.size(), 1U);
        const auto& a = desk.state.open.at(id<ContractId>('a'));
        QCOMPARE(a.contract, std::string("contract a"));
        QCOMPARE(a.receipt, std::string("receipt 1")); // an empty one keeps the one before
        QCOMPARE(a.sent, indices({0, 1, 1}));
        const auto& totals = desk.state.totals.at(id<ContentId>('f'));
        QCOMPARE(totals.bytes.value(), 1'000);
        QCOMPARE(totals.amount.value(), 7);
        QCOMPARE(totals.contracts, 1);
    }

    void closedTwiceCountsOnce()
    {
        Desk desk;
        desk.book->addContract(id<ContractId>('a'), "contract", desk.note("a"));
        for (int i = 0; i < 2; ++i)
            desk.book->closeContract(id<ContractId>('a'), id<ContentId>('f'), ByteCount(10), Tokens(1), desk.note("x"));
        desk.book->closeContract(id<ContractId>('z'), id<ContentId>('f'), ByteCount(10), Tokens(1), desk.note("unknown"));
        desk.book->addReceipt(id<ContractId>('a'), "late", SegmentIndex(1), desk.note("late"));
        desk.run();
        desk.open();
        QVERIFY(desk.state.open.empty());
        QCOMPARE(desk.state.totals.at(id<ContentId>('f')).contracts, 1);
        QCOMPARE(desk.state.totals.at(id<ContentId>('f')).amount.value(), 1);
    }

    void oneTurnOfTheDiskForAllThatWait()
    {
        Desk desk;
        for (int i = 0; i < 100; ++i)
            desk.book->addContract(id<ContractId>(static_cast<char>(i)), "c", desk.note(std::to_string(i)));
        int turns = 0;
        // Posted behind the first record's turn: if each record had its own, this would run before the last ones.
        desk.disk.post([&] { turns = static_cast<int>(desk.done.size()); });
        desk.run();
        QCOMPARE(turns, 100);
    }

    void aTornTailCostsOnlyItself()
    {
        Desk desk;
        desk.book->addContract(id<ContractId>('a'), "contract a", desk.note("a"));
        desk.book->addReceipt(id<ContractId>('a'), "receipt 1", SegmentIndex(3), desk.note("a1"));
        desk.run();
        const std::string whole = base::readFile(desk.file(), 1 << 20).value();
        desk.book->addReceipt(id<ContractId>('a'), "receipt 2", SegmentIndex(4), desk.note("a2"));
        desk.run();
        const std::string longer = base::readFile(desk.file(), 1 << 20).value();
        QVERIFY(longer.size() > whole.size());
        for (std::size_t size = whole.size(); size < longer.size(); ++size) {
            desk.book.reset();
            desk.run();
            QVERIFY(base::writeFileDurably(desk.file(), longer.substr(0, size)));
            desk.open();
            const auto& a = desk.state.open.at(id<ContractId>('a'));
            QCOMPARE(a.receipt, std::string("receipt 1"));
            QCOMPARE(a.sent, indices({3}));
        }
    }

    void recordsOfAnotherKindAreLeftOut()
    {
        Desk desk;
        desk.book.reset();
        desk.run();
        {
            auto log = base::RecordLog::open(desk.file(), [](std::string_view) {});
            QVERIFY(log);
            for (const std::string& record : {std::string(), std::string("C"), std::string("Cshort"), std::string("R"), "X" + std::string(32, 'a'),
                                              "T" + std::string(40, 'b'), std::string("?what"), "R" + std::string(40, 'n') + "receipt of nothing"})
                QVERIFY(log->append(record));
            QVERIFY(log->sync());
        }
        desk.open();
        QVERIFY(desk.state.open.empty());
        QVERIFY(desk.state.totals.empty());
        desk.book->addContract(id<ContractId>('a'), "contract", desk.note("a"));
        desk.run();
        desk.open();
        QCOMPARE(desk.state.open.size(), 1U);
    }

    void rewritingKeepsTheState()
    {
        Desk desk;
        const std::string large(200'000, 'r');
        desk.book->addContract(id<ContractId>('a'), "contract a", desk.note("a"));
        desk.book->addContract(id<ContractId>('b'), "contract b", desk.note("b"));
        desk.book->closeContract(id<ContractId>('b'), id<ContentId>('f'), ByteCount(5), Tokens(2), desk.note("x"));
        desk.book->addContract(id<ContractId>('d'), "contract d", desk.note("d"));
        for (std::uint32_t i = 0; i < 200; ++i) { // 40 MB
            desk.book->addReceipt(id<ContractId>('a'), large + std::to_string(i), SegmentIndex(i), desk.note("r"));
            desk.run();
        }
        QVERIFY(std::filesystem::file_size(desk.file()) < 20'000'000);
        QCOMPARE(std::ranges::count(desk.done, "r"), 200);
        desk.open();
        QCOMPARE(desk.state.open.size(), 2U);
        const auto& a = desk.state.open.at(id<ContractId>('a'));
        QCOMPARE(a.contract, std::string("contract a"));
        QVERIFY(a.receipt == large + "199");
        QCOMPARE(a.sent.size(), 200U);
        QCOMPARE(a.sent.back().value(), 199U);
        QVERIFY(desk.state.open.at(id<ContractId>('d')).receipt.empty());
        QCOMPARE(desk.state.totals.at(id<ContentId>('f')).amount.value(), 2);
    }

    void aRecordThatCannotBeWrittenIsReportedAndForgotten()
    {
        Desk desk;
        desk.book->addContract(id<ContractId>('a'), "contract", desk.note("a"));
        desk.run();
        // All that share the turn fail together: none of them may be acted on.
        desk.book->addReceipt(id<ContractId>('a'), "receipt 1", std::nullopt, desk.note("r1"));
        desk.book->addReceipt(id<ContractId>('a'), std::string(base::RecordLog::maxRecordBytes, 'x'), std::nullopt, desk.note("r2"));
        desk.run();
        QCOMPARE(desk.done, (std::vector<std::string>{"a", "!r1", "!r2"}));
        desk.book->addReceipt(id<ContractId>('a'), {}, SegmentIndex(5), desk.note("s5"));
        desk.run();
        QCOMPARE(desk.done.back(), std::string("s5"));
        desk.open();
        QVERIFY(desk.state.open.at(id<ContractId>('a')).receipt.empty());
        QCOMPARE(desk.state.open.at(id<ContractId>('a')).sent, indices({5}));
    }

    void notOpenedTwice()
    {
        Desk desk;
        ContractBook::State other;
        const auto second = ContractBook::open(desk.file(), desk.disk, other);
        QVERIFY(!second);
        QCOMPARE(second.error().code, base::ErrorCode::Conflict);
    }

    void whatWaitsIsWrittenThoughTheBookIsGone()
    {
        Desk desk;
        desk.book->addContract(id<ContractId>('a'), "contract", desk.note("a"));
        desk.book.reset();
        desk.run();
        QCOMPARE(desk.done, std::vector<std::string>{"a"});
        desk.open();
        QCOMPARE(desk.state.open.size(), 1U);
    }
};

QTEST_GUILESS_MAIN(TestContractBook)
#include "tst_contract_book.moc"
