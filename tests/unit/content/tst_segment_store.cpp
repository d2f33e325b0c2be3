#include <thread>

#include <QtTest>

#include "tests/unit/content/fixture.h"

using namespace mutoscope;
using namespace mutoscope::content;
using base::ByteCount;
using base::ErrorCode;
using content::testing::readText;
using content::testing::writeText;
namespace fs = std::filesystem;

namespace
{

std::string object(char c, std::size_t size = 1000)
{
    return std::string(size, c);
}

base::Sha256 hashOf(char c, std::size_t size = 1000)
{
    return crypto::sha256(object(c, size));
}

} // namespace

class TestSegmentStore : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    fs::path m_folder;
    std::unique_ptr<SegmentStore> m_store;

    void open(StoreLimits limits)
    {
        m_store.reset(); // its lock
        auto opened = SegmentStore::open(m_folder, limits);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        m_store = std::move(*opened);
    }
    bool put(char c) { return m_store->put(hashOf(c), object(c)).has_value(); }

    fs::path fileOf(char c)
    {
        const std::string hex = base::toHex(hashOf(c));
        return m_folder / hex.substr(0, 2) / hex.substr(2);
    }
    std::int64_t bytesOnDisk()
    {
        std::int64_t sum = 0;
        for (const auto& entry : fs::recursive_directory_iterator(m_folder))
            sum += entry.is_regular_file() ? static_cast<std::int64_t>(entry.file_size()) : 0;
        return sum;
    }

private Q_SLOTS:
    void init()
    {
        static int number = 0;
        m_folder = fs::path(m_home.path().toStdString()) / std::to_string(++number);
        open({});
    }
    void cleanup() { m_store.reset(); }

    void keepsWhatWasPut()
    {
        QVERIFY(!m_store->contains(hashOf('a')));
        QVERIFY(put('a'));
        QVERIFY(put('a')); // twice is no error
        QVERIFY(m_store->contains(hashOf('a')));
        QCOMPARE(**m_store->get(hashOf('a')), object('a'));
        QCOMPARE(m_store->usage(), ByteCount(1000));
        QCOMPARE(readText(fileOf('a')), object('a'));
        QVERIFY(m_store->sync());
        QCOMPARE(bytesOnDisk(), 1000);
    }

    void neverStoresOtherBytes()
    {
        const auto put = m_store->put(hashOf('a'), object('b'));
        QVERIFY(!put);
        QCOMPARE(put.error().code, ErrorCode::WrongData);
        QVERIFY(!m_store->contains(hashOf('a')));
        QVERIFY(!m_store->contains(hashOf('b')));
        QCOMPARE(bytesOnDisk(), 0);
        QCOMPARE(m_store->usage(), ByteCount(0));
    }

    void refusesWhatIsTooLarge()
    {
        const std::string large(SegmentStore::maxObjectBytes + 1, 'x');
        const auto put = m_store->put(crypto::sha256(large), large);
        QVERIFY(!put);
        QCOMPARE(put.error().code, ErrorCode::TooLarge);
    }

    void findsItsObjectsAgain()
    {
        QVERIFY(put('a'));
        QVERIFY(put('b'));
        m_store.reset();
        writeText(m_folder / "tmp" / "7", "half a segment");    // as a crash leaves it
        writeText(m_folder / "zz" / "something", "somebody's"); // not ours
        writeText(m_folder / "ab" / "README", "somebody's");
        open({});
        QCOMPARE(m_store->usage(), ByteCount(2000));
        QCOMPARE(**m_store->get(hashOf('b')), object('b'));
        QVERIFY(!fs::exists(m_folder / "tmp" / "7"));
        QVERIFY(fs::exists(m_folder / "zz" / "something"));
        QVERIFY(fs::exists(m_folder / "ab" / "README"));
    }

    void removesWhatWasDamaged_data()
    {
        QTest::addColumn<QByteArray>("damaged");
        QTest::newRow("a bit") << QByteArray(999, 'a') + "c";
        QTest::newRow("cut") << QByteArray(10, 'a');
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("longer") << QByteArray(1001, 'a');
    }
    void removesWhatWasDamaged()
    {
        QFETCH(QByteArray, damaged);
        QVERIFY(put('a'));
        writeText(fileOf('a'), damaged.toStdString());
        const auto got = m_store->get(hashOf('a'));
        QVERIFY(!got);
        QCOMPARE(got.error().code, ErrorCode::NotFound);
        QVERIFY(!m_store->contains(hashOf('a')));
        QVERIFY(!fs::exists(fileOf('a')));
        QCOMPARE(m_store->usage(), ByteCount(0));
        QVERIFY(put('a'));
        QCOMPARE(**m_store->get(hashOf('a')), object('a'));
    }

    void survivesAFileThatVanished()
    {
        QVERIFY(put('a'));
        fs::remove(fileOf('a'));
        QVERIFY(put('a')); // notices and writes it again
        QCOMPARE(**m_store->get(hashOf('a')), object('a'));
        fs::remove(fileOf('a'));
        QCOMPARE(m_store->get(hashOf('a')).error().code, ErrorCode::NotFound);
        QCOMPARE(m_store->usage(), ByteCount(0));
    }

    void removes()
    {
        QVERIFY(put('a'));
        m_store->pin(hashOf('a'));
        QVERIFY(!m_store->remove(hashOf('a')));
        m_store->unpin(hashOf('a'));
        QVERIFY(m_store->remove(hashOf('a')));
        QVERIFY(!m_store->remove(hashOf('a')));
        QVERIFY(!fs::exists(fileOf('a')));
    }

    void evictsTheLongestUnused()
    {
        open({.quota = ByteCount(3000)});
        QVERIFY(put('a') && put('b') && put('c'));
        QVERIFY(m_store->get(hashOf('a'))); // now b is the longest unused
        QVERIFY(put('d'));
        QVERIFY(m_store->contains(hashOf('a')));
        QVERIFY(!m_store->contains(hashOf('b')));
        QVERIFY(!fs::exists(fileOf('b')));
        QCOMPARE(m_store->usage(), ByteCount(3000));
        QCOMPARE(bytesOnDisk(), 3000);
    }

    void neverExceedsItsQuotaNorEvictsPinned()
    {
        open({.quota = ByteCount(2999)});
        m_store->pin(hashOf('a')); // before it is there
        QVERIFY(put('a') && put('b'));
        m_store->pin(hashOf('b'));
        const auto refused = m_store->put(hashOf('c'), object('c'));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Io);
        QVERIFY(refused.error().message.find("limit") != std::string::npos);
        QCOMPARE(m_store->usage(), ByteCount(2000));
        m_store->pin(hashOf('b'));
        m_store->unpin(hashOf('b'));
        QVERIFY(!put('c')); // pins are counted
        m_store->unpin(hashOf('b'));
        QVERIFY(put('c'));
        QVERIFY(m_store->contains(hashOf('a')));
        QVERIFY(!m_store->contains(hashOf('b')));
    }

    void throwsNothingAwayInVain()
    {
        open({.quota = ByteCount(2500)});
        QVERIFY(put('a'));
        m_store->pin(hashOf('a'));
        QVERIFY(put('b'));
        QVERIFY(!m_store->put(hashOf('c', 2000), object('c', 2000))); // would not fit without b either
        QVERIFY(m_store->contains(hashOf('b')));
    }

    void exactlyTheQuotaFits()
    {
        open({.quota = ByteCount(1000)});
        QVERIFY(put('a'));
        QVERIFY(!m_store->put(hashOf('c', 1001), object('c', 1001)));
        QVERIFY(m_store->contains(hashOf('a')));
    }

    void aLowerQuotaCountsAtOnce()
    {
        QVERIFY(put('a') && put('b') && put('c'));
        m_store->pin(hashOf('c'));
        m_store->setLimits({.quota = ByteCount(1500)});
        QCOMPARE(m_store->usage(), ByteCount(1000));
        QVERIFY(m_store->contains(hashOf('c')));
        m_store->setLimits({.quota = ByteCount(0)});
        QVERIFY(m_store->contains(hashOf('c')));
    }

    void leavesDiskFree()
    {
        QVERIFY(put('a'));
        m_store->pin(hashOf('a'));
        m_store->setLimits({.quota = ByteCount(base::maxInteger), .minFreeDisk = ByteCount(base::maxInteger)});
        const auto refused = m_store->put(hashOf('b'), object('b'));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Io);
        QVERIFY(refused.error().message.find("disk") != std::string::npos);
        QCOMPARE(m_store->usage(), ByteCount(1000));
    }

    void aFailedWriteLeavesNothing()
    {
        fs::remove_all(m_folder / "tmp");
        QVERIFY(!put('a'));
        QCOMPARE(m_store->usage(), ByteCount(0));
        fs::create_directory(m_folder / "tmp");
        writeText(fileOf('a').parent_path(), "a file where a folder is to be");
        QVERIFY(!put('a'));
        QCOMPARE(m_store->usage(), ByteCount(0));
        QVERIFY(fs::is_empty(m_folder / "tmp"));
        fs::remove(fileOf('a').parent_path());
        QVERIFY(put('a'));
    }

    void belongsToOneProcess()
    {
        const auto second = SegmentStore::open(m_folder, {});
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::Conflict);
        m_store.reset();
        QVERIFY(SegmentStore::open(m_folder, {}));
    }

    void manyThreads()
    {
        open({.quota = ByteCount(10'000)});
        std::vector<std::thread> threads;
        std::atomic<int> wrong = 0;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 200; ++i) {
                    const char c = static_cast<char>('a' + (i * 7 + t * 3) % 26);
                    if (i % 5 == 4)
                        m_store->remove(hashOf(c));
                    else if (!put(c))
                        ++wrong;
                    const auto got = m_store->get(hashOf(c));
                    if (got ? **got != object(c) : got.error().code != ErrorCode::NotFound)
                        ++wrong;
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
        QVERIFY(m_store->usage() <= ByteCount(10'000));
        QCOMPARE(bytesOnDisk(), m_store->usage().value());
    }
};

QTEST_GUILESS_MAIN(TestSegmentStore)
#include "tst_segment_store.moc"
