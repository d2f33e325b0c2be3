#include <QTemporaryDir>
#include <QtTest>

#include "p2p/base/file.h"
#include "p2p/node/seeding_list.h"
#include "p2p/node/seeding_rules.h"

using namespace mutoscope;
using namespace mutoscope::node;
using base::ByteCount;

class TestSeedingRules : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path file(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }

private Q_SLOTS:
    void aSchedule_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::addColumn<int>("minute");
        QTest::addColumn<bool>("seeds");
        QTest::newRow("begins") << 60 << 120 << 60 << true;
        QTest::newRow("before") << 60 << 120 << 59 << false;
        QTest::newRow("ends") << 60 << 120 << 120 << false;
        QTest::newRow("over midnight, evening") << 23 * 60 << 7 * 60 << 23 * 60 + 59 << true;
        QTest::newRow("over midnight, morning") << 23 * 60 << 7 * 60 << 0 << true;
        QTest::newRow("over midnight, noon") << 23 * 60 << 7 * 60 << 12 * 60 << false;
        QTest::newRow("all day") << 0 << 24 * 60 << 24 * 60 - 1 << true;
        QTest::newRow("never") << 0 << 0 << 0 << false;
    }
    void aSchedule()
    {
        QFETCH(int, from);
        QFETCH(int, to);
        QFETCH(int, minute);
        QFETCH(bool, seeds);
        SeedingRules rules;
        rules.fromMinute = from;
        rules.toMinute = to;
        QVERIFY(pauseOf(rules, {}, minute) == Pause::None); // as long as it is not switched on
        rules.scheduled = true;
        QVERIFY((pauseOf(rules, {}, minute) == Pause::None) == seeds);
    }
    void stopsAtARatio()
    {
        SeedingRules rules;
        const SeededFilm film{.size = ByteCount(1'000), .uploaded = ByteCount(1'999), .seededMs = 0};
        QVERIFY(pauseOf(rules, film, 0) == Pause::None);
        rules.stopAtRatioPercent = 200;
        QVERIFY(pauseOf(rules, film, 0) == Pause::None);
        QVERIFY(pauseOf(rules, {.size = ByteCount(1'000), .uploaded = ByteCount(2'000)}, 0) == Pause::Ratio);
        QVERIFY(pauseOf(rules, {.size = ByteCount(base::maxInteger), .uploaded = ByteCount(base::maxInteger)}, 0) == Pause::None);
        QVERIFY(pauseOf(rules, {.size = ByteCount(), .uploaded = ByteCount()}, 0) == Pause::None);
    }
    void stopsAfterAWhile()
    {
        SeedingRules rules;
        rules.stopAfterHours = 48;
        QVERIFY(pauseOf(rules, {.size = {}, .uploaded = {}, .seededMs = 48 * 3'600'000LL - 1}, 0) == Pause::None);
        QVERIFY(pauseOf(rules, {.size = {}, .uploaded = {}, .seededMs = 48 * 3'600'000LL}, 0) == Pause::Time);
    }
    void areKept()
    {
        QVERIFY(loadSeedingRules(file("none.json")).error().code == base::ErrorCode::NotFound);
        SeedingRules rules;
        rules.seedWatched = true;
        rules.quota = ByteCount(5'000'000'000);
        rules.scheduled = true;
        rules.fromMinute = 1'380;
        rules.toMinute = 420;
        QVERIFY(saveSeedingRules(file("rules.json"), rules));
        QVERIFY(loadSeedingRules(file("rules.json")) == rules);
        rules.toMinute = 1'441;
        QVERIFY(!saveSeedingRules(file("rules.json"), rules));
        QCOMPARE(loadSeedingRules(file("rules.json"))->toMinute, 420);
        QVERIFY(base::writeFileDurably(file("bad.json"), "{\"quota\":-1}"));
        QVERIFY(loadSeedingRules(file("bad.json")).error().message.find("bad.json") != std::string::npos);
    }
    /// Rules that were written before relays could be paid are read: nothing is paid then.
    void rulesOfEarlierVersionsAreRead()
    {
        const std::string before = R"({"from_minute":0,"min_free_disk":1,"quota":2,"scheduled":false,"seed_watched":true,"stop_after_hours":0,)"
                                   R"("stop_at_ratio_percent":0,"to_minute":0,"upload_per_second":3,"watched_price":4})";
        QVERIFY(base::writeFileDurably(file("before.json"), before));
        auto rules = loadSeedingRules(file("before.json"));
        QVERIFY2(rules, rules ? "" : rules.error().message.c_str());
        QVERIFY(rules->seedWatched);
        QVERIFY(!rules->relayPrice && !rules->relayPerDay);
        rules->relayPrice = base::Tokens(2'000);
        rules->relayPerDay = base::Tokens(500'000);
        QVERIFY(saveSeedingRules(file("after.json"), *rules));
        QVERIFY(loadSeedingRules(file("after.json")) == *rules);
    }
    /// A list that was written before films had a time is read, and says since when once it is switched on.
    void theListRemembersSinceWhen()
    {
        const std::string id(64, 'a');
        QVERIFY(base::writeFileDurably(file("seeding.json"), R"({"films":[{"content":")" + id + R"(","price_per_mib":7,"seeding":true}]})"));
        auto list = SeedingList::load(file("seeding.json"));
        QVERIFY(list);
        SeedingList::Item item = list->items().front();
        QVERIFY(!item.since);
        item.since = base::UnixMs(5'000);
        QVERIFY(list->set(item));
        item.since.reset();
        item.seeding = false;
        QVERIFY(list->set(item));
        list = SeedingList::load(file("seeding.json"));
        QCOMPARE(list->find(item.content)->since->value(), 5'000);
        QVERIFY(!list->find(item.content)->seeding);
        QVERIFY(list->remove(item.content));
        QVERIFY(list->remove(item.content));
        QVERIFY(SeedingList::load(file("seeding.json"))->items().empty());
    }
};

QTEST_GUILESS_MAIN(TestSeedingRules)
#include "tst_seeding_rules.moc"
