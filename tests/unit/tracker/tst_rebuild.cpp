#include <fstream>
#include <sstream>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include "p2p/ledger/audit.h"
#include "p2p/ledger/transfer_log.h"
#include "tests/unit/tracker/full_ledger.h"

using namespace mutoscope;
using namespace mutoscope::test;
using ledger::Ledger;
using ledger::LogReader;
using ledger::LogWriter;

namespace
{

std::filesystem::path in(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

std::string contentOf(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

void write(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

std::string exported(World& world, const std::filesystem::path& file)
{
    auto writer = LogWriter::create(file);
    if (!writer)
        qFatal("%s", writer.error().message.c_str());
    auto done = world.ledger->read([&](Ledger& l) { return ledger::exportLog(l.store(), *writer); });
    if (done)
        done = writer->finish();
    if (!done)
        qFatal("%s", done.error().message.c_str());
    return contentOf(file);
}

base::Result<ledger::Rebuilt> rebuilt(World& world, const std::filesystem::path& log)
{
    base::Result<ledger::Rebuilt> result;
    const auto done = world.ledger->transact([&](Ledger& l) -> base::Result<void> {
        auto reader = LogReader::open(log); // here, as a job may run again
        if (!reader)
            return tl::unexpected(reader.error());
        result = ledger::rebuildFromLog(*reader, l.store());
        if (!result)
            return tl::unexpected(result.error());
        return {};
    });
    if (!done)
        return tl::unexpected(done.error());
    return result;
}

/// A log whose last line is right again for what stands before it.
std::string sealed(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text + ledger::encode(ledger::LogEnd{static_cast<std::int64_t>(lines.size()), crypto::sha256(text)}) + "\n";
}

std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

using Damage = std::function<std::string(std::vector<std::string>)>;

} // namespace

Q_DECLARE_METATYPE(Damage)

class TestRebuild : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTripIsTheSameBytes();
    void rebuiltLedgerGoesOn();
    void brokenLogsAreNamed_data();
    void brokenLogsAreNamed();
    void neverIntoAnExistingLedger();
    void neverOverAFile();
    void failedExportLeavesNothing();
};

void TestRebuild::roundTripIsTheSameBytes()
{
    const QTemporaryDir folder;
    FullLedger old;
    const std::string log = exported(old, in(folder, "log"));
    QVERIFY(log.ends_with("}\n"));
    QVERIFY(!std::filesystem::exists(in(folder, "log.partial")));

    Tracker fresh;
    const auto done = rebuilt(fresh, in(folder, "log"));
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    QCOMPARE(done->issued.value(), 10'000'500);
    QCOMPARE(done->contracts, 2);
    QVERIFY(exported(fresh, in(folder, "again")) == log);

    std::string broken;
    (void)fresh.ledger->read([&](Ledger& l) -> base::Result<void> {
        const auto report = ledger::audit(l.store(), {.leastGrace = std::chrono::seconds(30)});
        broken = report && !report->broken ? "" : report ? inWords(*report->broken) : report.error().message;
        return {};
    });
    QCOMPARE(broken, std::string());
    QCOMPARE(fresh.check(), std::string());
    QCOMPARE(fresh.evidence(), old.evidence());
    QVERIFY(old.evidence() == 1);
    // An empty ledger, too.
    Tracker empty;
    Tracker other;
    const std::string nothing = exported(empty, in(folder, "empty"));
    QVERIFY(rebuilt(other, in(folder, "empty")));
    QVERIFY(exported(other, in(folder, "empty2")) == nothing);
}

void TestRebuild::rebuiltLedgerGoesOn()
{
    const QTemporaryDir folder;
    FullLedger old;
    (void)exported(old, in(folder, "log"));
    Tracker fresh;
    fresh.clock.time = old.clock.time;
    fresh.nonces = 1'000'000;
    QVERIFY(rebuilt(fresh, in(folder, "log")));

    std::vector<ledger::Account> accounts;
    (void)old.ledger->read([&](Ledger& l) -> base::Result<void> {
        l.store().eachAccount([&](const ledger::Account& account) {
            accounts.push_back(account);
            return true;
        });
        return {};
    });
    for (const ledger::Account& account : accounts)
        QCOMPARE(fresh.balance(account.address), account.balance.value());

    // The same request, the same bytes.
    QCOMPARE(*fresh.call("transfer", old.lastTransfer.bytes).body, old.lastAnswer);
    // The same nonce in another request: still known.
    auto reused = old.lastTransfer.message;
    reused.amount = Tokens(8);
    QCOMPARE(fresh.call("transfer", wire::sign(reused, fresh.stranger).bytes).status, 409);
    // A contract that was open closes, one that was closing is settled with the receipt that it had.
    const auto closed =
        fresh.ask<wire::ContractAnswer>("closeContract", old.closing(old.stillOpen, 3, 10 * World::MiB));
    QVERIFY2(closed, closed ? "" : closed.error().message.c_str());
    QCOMPARE(closed->paid.value(), 110);
    fresh.clock.advance(std::chrono::seconds(31));
    QCOMPARE(fresh.settleDue(), 1);
    QCOMPARE(fresh.balance(old.incomeAddress), 110 + 55);
    // Generations go on where they were.
    const auto address =
        fresh.ask<wire::AddressAnswer>("getSpendAddress", fresh.from<wire::GetSpendAddress>(fresh.stranger));
    QCOMPARE(address->address,
             fresh.ledger->derivedAddress(ledger::AccountKind::Spend, fresh.stranger.publicKey().raw(), 1));
    QCOMPARE(fresh.check(), std::string());
}

void TestRebuild::brokenLogsAreNamed_data()
{
    QTest::addColumn<Damage>("damage");
    QTest::addColumn<QString>("says");
    const auto add = [](const char* name, const char* says, Damage damage) {
        QTest::newRow(name) << damage << QString::fromLatin1(says);
    };
    add("cut between lines", "line 30: the log ends before its last line", [](std::vector<std::string> lines) {
        std::string text;
        for (std::size_t i = 0; i < 29; ++i)
            text += lines[i] + "\n";
        return text;
    });
    add("cut within a line", "line 1: the line has no end",
        [](std::vector<std::string> lines) { return lines[0].substr(0, 20); });
    add("empty", "line 1: the log ends", [](std::vector<std::string>) { return std::string(); });
    add("a byte changed", "should have", [](std::vector<std::string> lines) {
        std::string text;
        for (std::string& line : lines) {
            // When evidence was found is in no document: only the hash can tell.
            if (line.find("\"line\":\"evidence\"") != std::string::npos)
                line.replace(line.find("\"time\":1"), 8, "\"time\":2");
            text += line + "\n";
        }
        return text;
    });
    add("of another network", "the network 'tesd'", [](std::vector<std::string> lines) {
        lines.pop_back();
        lines[0].replace(lines[0].find("test"), 4, "tesd");
        return sealed(lines);
    });
    add("an entry missing", "line 6: entry 6 of chain 0", [](std::vector<std::string> lines) {
        lines.pop_back();
        lines.erase(lines.begin() + 5);
        return sealed(lines);
    });
    add("an amount changed", "line 6: entry 5 of chain 0: what it moves", [](std::vector<std::string> lines) {
        lines.pop_back();
        auto line = nlohmann::json::parse(lines[5]);
        line["postings"][0]["amount"] = line["postings"][0]["amount"].get<std::int64_t>() + 1;
        lines[5] = line.dump();
        return sealed(lines);
    });
    add("a member too much", "line 3: it has other members", [](std::vector<std::string> lines) {
        auto line = nlohmann::json::parse(lines[2]);
        line["more"] = 1;
        lines[2] = line.dump();
        return sealed(lines);
    });
    add("white space", "line 3: it has other members", [](std::vector<std::string> lines) {
        lines[2] += " ";
        return sealed(lines);
    });
    add("out of order", "is out of order", [](std::vector<std::string> lines) {
        lines.pop_back();
        lines.push_back(lines[1]);
        return sealed(lines);
    });
    add("something behind the end", "behind the end", [](std::vector<std::string> lines) {
        lines.pop_back();
        return sealed(lines) + "\n";
    });
    add("garbage", "line 2: ", [](std::vector<std::string> lines) {
        lines[1] = std::string("\xff\x00{", 3);
        return sealed(lines);
    });
    add("a line without end", "longer than any",
        [](std::vector<std::string> lines) { return lines[0] + "\n" + std::string(3'000'000, 'x'); });
    add("a receipt of another contract", "line ", [](std::vector<std::string> lines) {
        lines.pop_back();
        for (std::string& line : lines) {
            if (line.find("\"line\":\"contract\"") != std::string::npos) {
                auto object = nlohmann::json::parse(line);
                object["receipt"] = std::string("{}");
                line = object.dump();
            }
        }
        return sealed(lines);
    });
    add("an answer by somebody else", "the stored answer", [](std::vector<std::string> lines) {
        lines.pop_back();
        for (std::string& line : lines) {
            if (line.find("\"line\":\"answer\"") != std::string::npos) {
                auto object = nlohmann::json::parse(line);
                object["answer"] = object["answer"].get<std::string>() + " ";
                auto signedAnswer = nlohmann::json::parse(object["answer"].get<std::string>());
                std::string signature = signedAnswer["signatures"][0]["signature"];
                signature[0] = signature[0] == 'A' ? 'B' : 'A';
                signedAnswer["signatures"][0]["signature"] = signature;
                object["answer"] = signedAnswer.dump();
                line = object.dump();
                break;
            }
        }
        return sealed(lines);
    });
}

void TestRebuild::brokenLogsAreNamed()
{
    QFETCH(Damage, damage);
    QFETCH(QString, says);
    const QTemporaryDir folder;
    FullLedger old;
    write(in(folder, "broken"), damage(linesOf(exported(old, in(folder, "log")))));
    Tracker fresh;
    const auto done = rebuilt(fresh, in(folder, "broken"));
    QVERIFY(!done);
    QVERIFY2(QString::fromStdString(done.error().message).contains(says), done.error().message.c_str());
    // Nothing of it is there.
    Tracker untouched;
    QCOMPARE(fresh.books(), untouched.books());
}

void TestRebuild::neverIntoAnExistingLedger()
{
    const QTemporaryDir folder;
    FullLedger old;
    (void)exported(old, in(folder, "log"));
    const std::string before = old.books();
    const auto done = rebuilt(old, in(folder, "log"));
    QVERIFY(!done);
    QCOMPARE(done.error().code, base::ErrorCode::Conflict);
    QCOMPARE(old.books(), before);
}

void TestRebuild::neverOverAFile()
{
    const QTemporaryDir folder;
    write(in(folder, "log"), "mine");
    const auto writer = LogWriter::create(in(folder, "log"));
    QVERIFY(!writer);
    QCOMPARE(writer.error().code, base::ErrorCode::Conflict);
    QCOMPARE(contentOf(in(folder, "log")), std::string("mine"));
}

void TestRebuild::failedExportLeavesNothing()
{
    const QTemporaryDir folder;
    {
        auto writer = LogWriter::create(in(folder, "log"));
        QVERIFY(writer);
        writer->add(ledger::LogHeader{"test", {}});
    } // never finished
    QVERIFY(QDir(folder.path()).isEmpty());
    QVERIFY(!LogWriter::create(in(folder, "no/such/folder")));
}

QTEST_GUILESS_MAIN(TestRebuild)
#include "tst_rebuild.moc"
