#include <QSignalSpy>
#include <QTest>

#include "p2p/control/mirror.h"
#include "tests/unit/control/full_snapshot.h"
#include "tests/unit/control/recording_node.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;
using control::call;
using tests::filled;
using tests::full;

namespace
{

/// Both ends and nothing between them.
class Pair : public control::Mirror
{
public:
    tests::RecordingNode node;
    base::Result<void> outcome;

    using Mirror::take;

private:
    void transmit(std::string line) override { outcome = call(line, node); }
};

} // namespace

class TestMessages : public QObject
{
    Q_OBJECT

    const std::string m_id = std::string(32, 'c');

private Q_SLOTS:
    void everyCallArrives()
    {
        Pair pair;
        std::size_t seen = 0;
        const auto expect = [&](const std::string& asked) {
            ++seen;
            QVERIFY2(pair.outcome, pair.outcome ? "" : pair.outcome.error().message.c_str());
            QCOMPARE(pair.node.asked.size(), seen);
            QCOMPARE(QByteArray::fromStdString(pair.node.asked.back()), QByteArray::fromStdString(asked));
        };
        const auto content = base::ContentId::fromRaw(m_id);
        const std::string hex = base::toHex(content);
        pair.open(u"mutoscope:ä"_s, {.approveUpTo = base::Tokens(5), .readAheadMs = 7, .calmStartMs = 8, .dailyCap = base::Tokens(9), .waitForPlayer = true});
        expect("open[\"mutoscope:ä\",{\"approve_up_to\":5,\"read_ahead_ms\":7,\"calm_start_ms\":8,\"daily_cap\":9,\"wait_for_player\":true}]");
        pair.approve(base::Tokens(12));
        expect("approve[12]");
        pair.setReadAhead(3'000);
        expect("setReadAhead[3000]");
        pair.retry(node::WayOut::RaiseCap);
        expect("retry[\"raise-cap\"]");
        pair.setQuality(2);
        expect("setQuality[2]");
        pair.setQuality(std::nullopt);
        expect("setQuality[null]");
        pair.fetchSubtitles(3, 4'000);
        expect("fetchSubtitles[3,4000]");
        pair.finish(u"enough"_s);
        expect("finish[\"enough\"]");
        const auto secret = [](std::string_view text) { return std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf(text)); };
        pair.createWallet(nullptr);
        expect("createWallet[null]");
        pair.restoreWallet(secret("zoo zoo"), secret("ä"));
        expect("restoreWallet[\"zoo zoo\",\"ä\"]");
        pair.unlock(secret("open"));
        expect("unlock[\"open\"]");
        pair.lock();
        expect("lock[]");
        pair.showWords(nullptr);
        expect("showWords[null]");
        pair.confirmWords(secret("zoo"));
        expect("confirmWords[\"zoo\"]");
        pair.setPassphrase(nullptr, secret("new"));
        expect("setPassphrase[null,\"new\"]");
        pair.moveKey(node::KeyPlace::Keychain, secret("old"), nullptr);
        expect("moveKey[\"keychain\",\"old\",null]");
        pair.topUp(base::Tokens(1));
        expect("topUp[1]");
        pair.payOutIncome();
        expect("payOutIncome[]");
        pair.send(filled<base::Address>('a'), base::Tokens(2), u"memo"_s);
        expect("send[\"" + base::toHex(std::string(32, 'a')) + "\",2,\"memo\"]");
        pair.closeSpendAddress();
        expect("closeSpendAddress[]");
        pair.fetchContract(filled<base::ContractId>('k'));
        expect("fetchContract[\"" + base::toHex(std::string(32, 'k')) + "\"]");
        pair.refreshWallet();
        expect("refreshWallet[]");
        pair.publish({.playlist = "/a/b.m3u8", .poster = "/c.jpg", .title = "T", .description = "D", .pricePerMiB = base::Tokens(3), .access = wire::Access::Permit});
        expect("publish[{\"playlist\":\"/a/b.m3u8\",\"poster\":\"/c.jpg\",\"title\":\"T\",\"description\":\"D\",\"price_per_mib\":3,\"access\":\"permit\"}]");
        pair.cancelPublishing();
        expect("cancelPublishing[]");
        pair.setSeeding(content, true);
        expect("setSeeding[\"" + hex + "\",true]");
        pair.setPrice(content, base::Tokens(9));
        expect("setPrice[\"" + hex + "\",9]");
        pair.setSeedingRules(full<node::SeedingRules>());
        expect("setSeedingRules[" + control::Writer::textOf(full<node::SeedingRules>()) + "]");
        pair.removeFilm(content);
        expect("removeFilm[\"" + hex + "\"]");
        pair.makePermit(content, filled<base::PublicKey>('v'), base::UnixMs(11));
        expect("makePermit[\"" + hex + "\",\"" + base::toBase64Url(std::string(32, 'v')) + "\",11]");
        pair.takePermit(u"mutoscope:x"_s);
        expect("takePermit[\"mutoscope:x\"]");
        pair.search(u"moon"_s, u"next"_s);
        expect("search[\"moon\",\"next\"]");
        pair.fetchPoster(content, {.sha256 = filled<base::Sha256>('p'), .bytes = base::ByteCount(4)});
        expect("fetchPoster[\"" + hex + "\",{\"sha256\":\"" + base::toHex(std::string(32, 'p')) + "\",\"bytes\":4}]");
        pair.setSource(node::SourceKind::Dht, false);
        expect("setSource[\"dht\",false]");
        pair.checkSeeders(content);
        expect("checkSeeders[\"" + hex + "\"]");
        pair.setTracker(u"https://tracker.example.org:7750/"_s);
        expect("setTracker[\"https://tracker.example.org:7750/\"]");
        pair.stop();
        expect("stop[]");
        // setQuality was tried twice.
        QCOMPARE(seen, std::tuple_size_v<decltype(control::calls)> + 1);
    }

    void aFileIsNamedAsTheCallerSeesIt()
    {
        Pair pair;
        pair.publish({.playlist = "here.m3u8", .poster = {}, .title = {}, .description = {}, .pricePerMiB = {}, .access = {}});
        QVERIFY(pair.node.asked.at(0).find((std::filesystem::current_path() / "here.m3u8").string()) != std::string::npos);
        QVERIFY(pair.node.asked.at(0).find("\"poster\":\"\"") != std::string::npos);
    }

    void everySignalComes()
    {
        Pair pair;
        const auto comes = [&]<auto signal>(const control::Named<signal>&) {
            using Tuple = typename control::ArgumentsOf<decltype(signal)>::Tuple;
            Tuple sent;
            tests::Filler filler;
            std::apply([&](auto&... each) { (filler.value(each), ...); }, sent);
            std::string got;
            QObject context;
            QObject::connect(&pair, signal, &context, [&](const auto&... each) { got = control::Writer::textOf(std::tuple(each...)); });
            const std::string line = std::apply([](const auto&... each) { return control::eventLine<signal>(each...); }, sent);
            const auto taken = pair.take(line);
            QVERIFY2(taken, line.c_str());
            QCOMPARE(QByteArray::fromStdString(got), QByteArray::fromStdString(control::Writer::textOf(sent)));
        };
        std::apply([&](const auto&... each) { (comes(each), ...); }, control::events);
    }

    void theSnapshotComes()
    {
        Pair pair;
        QSignalSpy changed(&pair, &node::Node::changed);
        const auto sent = full<node::Snapshot>();
        QVERIFY(pair.take(control::snapshotLine(sent, true, true)));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(control::snapshotLine(pair.snapshot(), true, true), control::snapshotLine(sent, true, true));
        QCOMPARE(pair.snapshot().library->size(), std::size_t(2));
    }

    /// It may be long, and is sent when it changes.
    void theLibraryStaysWhereItIsNotSent()
    {
        Pair pair;
        auto sent = full<node::Snapshot>();
        QVERIFY(pair.take(control::snapshotLine(sent, true, true)));
        sent.peers = 99;
        const std::string brief = control::snapshotLine(sent, false, false);
        QVERIFY(brief.find("\"library\":null") != std::string::npos);
        QVERIFY(pair.take(brief));
        QCOMPARE(pair.snapshot().peers, 99);
        QCOMPARE(control::snapshotLine(pair.snapshot(), true, true), control::snapshotLine(sent, true, true));
    }

    void anErrorIsTold()
    {
        Pair pair;
        QSignalSpy refused(&pair, &control::Mirror::refused);
        QVERIFY(pair.take(control::errorLine("no \"such\" thing")));
        QCOMPARE(refused.size(), 1);
        QCOMPARE(refused[0][0].toString(), u"no \"such\" thing"_s);
    }

    void badCallsDoNothing_data()
    {
        QTest::addColumn<QByteArray>("line");
        for (const char* line : {"", "{", "[]", "7", "null", "{}", "{\"call\":\"stop\"}", "{\"with\":[]}", "{\"call\":7,\"with\":[]}",
                                 "{\"call\":\"stop\",\"with\":{}}", "{\"call\":\"stop\",\"with\":[1]}", "{\"call\":\"Stop\",\"with\":[]}",
                                 "{\"call\":\"stop\",\"with\":[],\"more\":1}", "{\"call\":\"approve\",\"with\":[]}", "{\"call\":\"approve\",\"with\":[1,2]}",
                                 "{\"call\":\"approve\",\"with\":[\"1\"]}", "{\"call\":\"approve\",\"with\":[1.5]}",
                                 "{\"call\":\"approve\",\"with\":[9007199254740993]}", "{\"call\":\"removeFilm\",\"with\":[\"00\"]}",
                                 "{\"call\":\"retry\",\"with\":[\"pray\"]}", "{\"call\":\"fetchSubtitles\",\"with\":[-1,0]}",
                                 "{\"call\":\"open\",\"with\":[\"x\",{\"approve_up_to\":5}]}", "{\"call\":\"changed\",\"with\":[]}",
                                 "{\"call\":\"published\",\"with\":[\"\",\"\"]}", "{\"call\":\"stop\",\"with\":[],\"with\":[]}"})
            QTest::newRow(line) << QByteArray(line);
        QTest::newRow("NUL") << QByteArray("{\"call\":\"stop\",\"with\":[]}\0", 26);
        QTest::newRow("not UTF-8") << QByteArray("{\"call\":\"finish\",\"with\":[\"") + "\xff" + "\"]}";
        QTest::newRow("deep") << QByteArray("{\"call\":\"stop\",\"with\":") + QByteArray(100, '[') + QByteArray(100, ']') + "}";
        QTest::newRow("too long") << "{\"call\":\"finish\",\"with\":[\"" + QByteArray(control::maxCall, 'x') + "\"]}";
        QTest::newRow("many values") << "{\"call\":\"stop\",\"with\":[" + QByteArray("1,").repeated(20'000) + "1]}";
    }
    void badCallsDoNothing()
    {
        QFETCH(QByteArray, line);
        tests::RecordingNode node;
        const auto done = call(line.toStdString(), node);
        QVERIFY(!done);
        QVERIFY(!done.error().message.empty());
        QVERIFY2(node.asked.empty(), node.asked.empty() ? "" : node.asked.front().c_str());
    }

    void badNewsChangeNothing_data()
    {
        QTest::addColumn<QByteArray>("line");
        for (const char* line : {"", "{}", "[]", "{\"snapshot\":{}}", "{\"snapshot\":1,\"error\":\"x\"}", "{\"error\":5}", "{\"event\":\"stopped\"}",
                                 "{\"event\":\"stop\",\"with\":[]}", "{\"event\":\"stopped\",\"with\":[1]}", "{\"news\":\"none\"}"})
            QTest::newRow(line) << QByteArray(line);
    }
    void badNewsChangeNothing()
    {
        QFETCH(QByteArray, line);
        Pair pair;
        QSignalSpy changed(&pair, &node::Node::changed);
        QSignalSpy stopped(&pair, &node::Node::stopped);
        QVERIFY(!pair.take(line.toStdString()));
        QCOMPARE(changed.size() + stopped.size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestMessages)
#include "tst_messages.moc"
