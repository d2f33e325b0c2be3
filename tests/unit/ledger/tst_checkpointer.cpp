#include <fstream>

#include <QDeadlineTimer>
#include <QTemporaryDir>
#include <QTest>

#include "p2p/ledger/sqlite.h"
#include "tests/unit/ledger/ledger_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using ledger::AccountKind;
using ledger::Ledger;

/// What only SQLite has: a log that is carried over into the database from time to time, aside of the writer.
class TestCheckpointer : public QObject
{
    Q_OBJECT

    static constexpr std::int64_t amount = 5;
    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path file() const { return std::filesystem::path(m_folder.path().toStdString()) / "ledger"; }

    [[nodiscard]] std::unique_ptr<Ledger> open(const World& w) const
    {
        auto store = ledger::openSqlite(file(), {.checkpointPages = 30});
        if (!store)
            qFatal("%s", store.error().message.c_str());
        auto opened = Ledger::open(std::move(*store), network, w.tracker.publicKey(), w.clock, w.rules);
        if (!opened)
            qFatal("%s", opened.error().message.c_str());
        return std::move(*opened);
    }

    /// How often the log was begun anew; the number stands in its header (SQLite's file format, §4.1).
    [[nodiscard]] int timesBegun() const
    {
        std::ifstream log(file().string() + "-wal", std::ios::binary);
        std::array<char, 16> header{};
        log.read(header.data(), header.size());
        int number = 0;
        for (std::size_t i = 12; i < 16; ++i)
            number = number << 8 | static_cast<unsigned char>(header[i]);
        return number;
    }

    /// Transactions until the log was begun anew so often, or `most` of them. Returns how many.
    [[nodiscard]] int writeUntil(World& w, const base::Address& to, int begun, int most) const
    {
        int written = 0;
        const QDeadlineTimer limit(std::chrono::seconds(120));
        while (timesBegun() < begun && written < most && !limit.hasExpired()) {
            if (!w.issue(to, amount))
                qFatal("cannot issue");
            ++written;
        }
        return written;
    }

private Q_SLOTS:
    void theLogBeginsAnewAndNothingIsLost()
    {
        World w;
        w.ledger = open(w);
        const base::Address to = crypto::ordinaryAddress(keyOf(7).publicKey());
        const int written = writeUntil(w, to, 3, 1'000'000);
        QVERIFY(timesBegun() >= 3);
        QVERIFY(written > 10); // 30 pages are more than a few transactions
        const auto balance = [&] { return w.run([](Ledger& l) { return l.balance(keyOf(7).publicKey()); })->ordinary; };
        QCOMPARE(balance().value(), written * amount);
        w.ledger.reset();
        w.ledger = open(w);
        QCOMPARE(balance().value(), written * amount);
        const auto checked = w.ledger->read([](Ledger& l) { return l.check(); });
        QVERIFY2(checked, checked ? "" : checked.error().message.c_str());
    }

    /// What the thread does, with a connection that has done nothing else.
    void anotherConnectionCarriesItOver()
    {
        const std::filesystem::path other(file().string() + "-2");
        const auto writer = ledger::SqliteDatabase::open(other, std::chrono::seconds(5));
        QVERIFY(writer);
        QVERIFY((*writer)->execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x)"));
        for (int i = 0; i < 5; ++i)
            QVERIFY((*writer)->execute("INSERT INTO t VALUES (1)"));
        const auto another = ledger::SqliteDatabase::open(other, std::chrono::seconds(0));
        QVERIFY(another);
        const auto pages = (*another)->checkpoint();
        QVERIFY2(pages, pages ? "" : pages.error().message.c_str());
        QVERIFY(*pages >= 5);
    }

    void whoReadsKeepsTheLog()
    {
        World w;
        w.ledger = open(w);
        const base::Address to = crypto::ordinaryAddress(keyOf(8).publicKey());
        QVERIFY(w.issue(to, amount));
        const int before = timesBegun();
        const auto reader = open(w);
        const auto read = reader->read([&](Ledger& l) -> base::Result<void> {
            const auto seen = l.balance(keyOf(8).publicKey());
            if (writeUntil(w, to, before + 2, 300) < 300)
                return base::fail(base::ErrorCode::Internal, "the log began anew twice although it is read");
            const auto again = l.balance(keyOf(8).publicKey());
            if (!seen || !again || seen->ordinary != again->ordinary)
                return base::fail(base::ErrorCode::Internal, "the snapshot has changed");
            return {};
        });
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        static_cast<void>(writeUntil(w, to, before + 2, 1'000'000)); // now it may
        QVERIFY(timesBegun() >= before + 2);
    }
};

QTEST_GUILESS_MAIN(TestCheckpointer)
#include "tst_checkpointer.moc"
