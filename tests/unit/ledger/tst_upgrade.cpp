#include <fstream>
#include <map>
#include <sstream>

#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

#include "p2p/ledger/migrations.h"
#include "tests/unit/ledger/ledger_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using base::ErrorCode;
using ledger::Ledger;
using wire::ContractState;

namespace
{

constexpr auto MiB = World::MiB;

/// version_1.sql is the dump of a database that the first version of this program has written: tokens issued and topped
/// up, a contract of each state, one that nobody gave a receipt for, one closed with a lower receipt than the viewer's, a
/// closed address, one that was paid to before it was made, evidence of both kinds, answers, an offer.
std::string dump()
{
    std::ifstream file(qEnvironmentVariable("MUTOSCOPE_SOURCE_DIR").toStdString() + "/tests/unit/ledger/version_1.sql");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Rows {
    sqlite3* database = nullptr;

    explicit Rows(const std::filesystem::path& file)
    {
        if (sqlite3_open(file.c_str(), &database) != SQLITE_OK)
            qFatal("cannot open the database");
    }
    ~Rows() { sqlite3_close(database); }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    void execute(const std::string& sql)
    {
        if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            qFatal("%s", sqlite3_errmsg(database));
    }
    /// One line for each row.
    std::string operator()(const std::string& sql)
    {
        std::string text;
        const auto add = [](void* to, int columns, char** values, char**) {
            for (int i = 0; i < columns; ++i)
                *static_cast<std::string*>(to) += std::string(values[i] == nullptr ? "null" : values[i]) + '|';
            *static_cast<std::string*>(to) += '\n';
            return 0;
        };
        if (sqlite3_exec(database, sql.c_str(), add, &text, nullptr) != SQLITE_OK)
            qFatal("%s", sqlite3_errmsg(database));
        return text;
    }
};

} // namespace

class TestUpgrade : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path m_file;

private Q_SLOTS:
    void init();
    void everythingIsCarriedOver();
    void goesOnFromThere();
    void brokenDatabaseStaysAsItWas();
};

void TestUpgrade::init()
{
    QVERIFY(!dump().empty());
    m_file = std::filesystem::path(m_folder.path().toStdString()) / (std::string(QTest::currentTestFunction()) + ".db");
    Rows(m_file).execute(dump());
}

void TestUpgrade::everythingIsCarriedOver()
{
    std::map<std::string, std::string> before;
    const std::map<std::string, std::pair<std::string, std::string>> same{
        {"entries", {"SELECT number, time, kind, hex(subject), memo, hex(cause), hex(prev_hash), hex(e.hash), d.type, hex(d.bytes)"
                     " FROM entries e JOIN documents d ON d.hash = cause ORDER BY number",
                     "SELECT number, time, kind, hex(subject), memo, hex(cause), hex(prev_hash), hex(hash), type, hex(document)"
                     " FROM entries WHERE chain = 0 ORDER BY number"}},
        {"postings", {"SELECT entry, hex(account), amount FROM postings ORDER BY 1, 2",
                      "SELECT number, hex(account), amount FROM postings WHERE chain = 0 ORDER BY 1, 2"}},
        {"accounts", {"SELECT hex(address), kind, hex(owner), generation, state, balance FROM accounts"
                      " WHERE kind <> 'contract' ORDER BY 1",
                      "SELECT hex(address), kind, hex(owner), generation, state, balance FROM accounts ORDER BY 1"}},
        {"contracts", {"SELECT hex(id), state, hex(account), cap, due, settles, hex(best_receipt), best_bytes, paid, returned, closed"
                       " FROM contracts ORDER BY 1",
                       "SELECT hex(id), state, hex(account), cap, due, settles, hex(best_receipt), best_bytes, paid, returned, closed"
                       " FROM contracts ORDER BY 1"}},
        {"answers", {"SELECT hex(id), hex(node), hex(nonce), status, hex(answer) FROM requests ORDER BY 1",
                     "SELECT hex(id), hex(node), iif(length(key) = 16, hex(key), ''), status, hex(answer) FROM requests ORDER BY 1"}},
        {"evidence", {"SELECT kind, hex(subject), hex(a.bytes), hex(b.bytes) FROM evidence e JOIN documents a ON a.hash = first"
                      " JOIN documents b ON b.hash = second ORDER BY 1",
                      "SELECT kind, hex(subject), hex(first), hex(second) FROM evidence ORDER BY 1"}},
        {"offers", {"SELECT hex(content), hex(seeder), expires, hex(bytes) FROM offers",
                    "SELECT hex(content), hex(seeder), expires, hex(bytes) FROM offers"}},
    };
    for (const auto& [what, queries] : same) {
        before[what] = Rows(m_file)(queries.first);
        QVERIFY2(!before[what].empty(), what.c_str());
    }
    QVERIFY(ledger::openSqlite(m_file));
    for (const auto& [what, queries] : same)
        QCOMPARE(Rows(m_file)(queries.second), before[what]);
    // The lower receipt of the seeder caused no entry, so its bytes stand with the answer to it.
    QCOMPARE(Rows(m_file)("SELECT chain, number, length(document) > 100 FROM requests WHERE length(key) = 32"),
             std::string("null|null|1|\n"));
    QCOMPARE(Rows(m_file)("SELECT e.kind FROM requests r JOIN entries e ON e.chain = r.chain AND e.number = r.number"),
             std::string("transfer|\n"));
    World w(m_file);
    QCOMPARE(w.check(), std::string());
}

void TestUpgrade::goesOnFromThere()
{
    World w(m_file);
    std::vector<ledger::ContractRecord> contracts;
    QVERIFY(w.ledger->read([&](Ledger& l) -> base::Result<void> {
        l.store().eachContract([&](const ledger::ContractRecord& contract) {
            contracts.push_back(contract);
            return true;
        });
        return {};
    }));
    QCOMPARE(contracts.size(), 4U);
    // Open and closing ones settle by the entries and accounts of the new schema.
    w.clock.time = UnixMs(1'900'000'000'000);
    QCOMPARE(w.settleDue(), 2);
    QCOMPARE(w.check(), std::string());
    for (const auto& contract : contracts) {
        const auto settled = *w.run([&](Ledger& l) { return l.contract(contract.id); });
        QCOMPARE(settled.state, ContractState::Closed);
        QCOMPARE(w.balance(contract.account), 0);
    }
    // A contract of the first schema has an account of its own, and nobody can send to it.
    QVERIFY(w.issue(World::ordinary(w.viewer), 10));
    QVERIFY(contracts.front().account.raw() != contracts.front().id.raw());
    QVERIFY(!w.transfer(w.viewer, World::ordinary(w.viewer), contracts.front().account, 1));
    w.nonces = 1'000;
    const auto fresh = World::both(w.terms(w.viewer, w.seeder, 100, 300), w.viewer, w.seeder);
    QVERIFY(w.openContract(fresh));
    QVERIFY(w.close(World::both(w.receipt(fresh, 2, 2 * MiB), w.viewer, w.seeder), true));
    QCOMPARE(w.check(), std::string());
    w.open(m_file);
    QCOMPARE(w.check(), std::string());
}

void TestUpgrade::brokenDatabaseStaysAsItWas()
{
    // An entry whose document is gone would be lost on the way.
    Rows(m_file).execute("DROP TRIGGER documents_kept; DELETE FROM documents WHERE hash = (SELECT cause FROM entries LIMIT 1)");
    const auto refused = ledger::openSqlite(m_file);
    QVERIFY(!refused);
    QVERIFY(refused.error().message.find("002_chains") != std::string::npos);
    QCOMPARE(Rows(m_file)("PRAGMA user_version"), std::string("1|\n"));
    QVERIFY(!Rows(m_file)("SELECT * FROM documents").empty());
}

QTEST_GUILESS_MAIN(TestUpgrade)
#include "tst_upgrade.moc"
