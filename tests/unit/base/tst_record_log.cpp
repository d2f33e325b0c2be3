#include <csignal>
#include <fstream>

#include <sys/resource.h>

#include <QTemporaryDir>
#include <QtTest>

#include "p2p/base/encoding.h"
#include "p2p/base/record_log.h"

using namespace mutoscope::base;
namespace fs = std::filesystem;

namespace
{

/// No file can grow beyond it, as on a full disk: a write comes back short, the next one fails.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(std::int64_t bytes)
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{static_cast<rlim_t>(bytes), m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit m_before{};
    void (*m_handler)(int) = nullptr;
};

std::string readText(const fs::path& file)
{
    std::ifstream input(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(input), {}};
}

void writeText(const fs::path& file, const std::string& text)
{
    std::ofstream(file, std::ios::binary) << text;
}

} // namespace

class TestRecordLog : public QObject
{
    Q_OBJECT

    using Records = std::vector<std::string>;

    QTemporaryDir m_home;
    fs::path m_file;

    Result<RecordLog> open(Records& records)
    {
        records.clear();
        return RecordLog::open(m_file, [&](std::string_view record) { records.emplace_back(record); });
    }
    Records replayed()
    {
        Records records;
        const auto log = open(records);
        if (!log)
            records = {"ERROR " + log.error().message};
        return records;
    }
    void write(const Records& records)
    {
        fs::remove(m_file);
        Records none;
        auto log = open(none);
        QVERIFY(log);
        for (const std::string& record : records)
            QVERIFY(log->append(record));
    }

private Q_SLOTS:
    void init()
    {
        static int number = 0;
        m_file = fs::path(m_home.path().toStdString()) / "folder" / ("log" + std::to_string(++number));
    }

    void keepsRecordsInOrder()
    {
        Records records;
        {
            auto log = open(records);
            QVERIFY2(log, log ? "" : log.error().message.c_str());
            QVERIFY(records.empty());
            QVERIFY(log->append("one"));
            QVERIFY(log->append(""));
            QVERIFY(log->append(std::string("\0\n\xff", 3)));
            QVERIFY(log->sync());
            QCOMPARE(log->size().value(), static_cast<std::int64_t>(fs::file_size(m_file)));
        }
        const Records expected{"one", "", std::string("\0\n\xff", 3)};
        {
            auto log = open(records);
            QVERIFY(log);
            QCOMPARE(records, expected);
            QVERIFY(log->append("four"));
        }
        QCOMPARE(replayed().size(), std::size_t{4});
        QCOMPARE(static_cast<int>(fs::status(m_file).permissions()), 0600);
    }

    /// The format as its description has it, made by another program.
    void hasTheFormatThatIsWrittenDown()
    {
        write({"hello", "", "world!"});
        QCOMPARE(toHex(readText(m_file)),
                 std::string("4d55544f4c4f470105000000a1b1174e68656c6c6f00000000c74b6748060000004b2e4369776f726c6421"));
    }

    void aTornTailIsCutAtEveryLength()
    {
        const Records all{"first", "second record", "third"};
        write(all);
        const std::string whole = readText(m_file);
        for (std::size_t size = 8; size < whole.size(); ++size) {
            writeText(m_file, whole.substr(0, size));
            const Records got = replayed();
            QVERIFY(got.size() < all.size());
            QVERIFY(std::ranges::equal(got, std::span(all).first(got.size())));
            Records again;
            auto log = open(again);
            QVERIFY(log);
            QCOMPARE(again, got);
            QCOMPARE(log->size().value(), static_cast<std::int64_t>(fs::file_size(m_file)));
            QVERIFY(log->append("new"));
            log = tl::unexpected(Error{}); // closes it
            again = replayed();
            QCOMPARE(again.back(), std::string("new"));
            QCOMPARE(again.size(), got.size() + 1);
        }
    }

    void everyFlippedBitIsNoticed()
    {
        const Records all{"first", "second record", "third"};
        write(all);
        const std::string whole = readText(m_file);
        for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
            std::string damaged = whole;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
            writeText(m_file, damaged);
            const Records got = replayed();
            if (bit < 64) { // the header: not ours
                QVERIFY(got.at(0).starts_with("ERROR"));
                QCOMPARE(readText(m_file), damaged);
                continue;
            }
            QVERIFY(got.size() < all.size());
            QVERIFY(std::ranges::equal(got, std::span(all).first(got.size())));
        }
    }

    void zerosAtTheEndAreNoRecords()
    {
        write({"a"});
        writeText(m_file, readText(m_file) + std::string(4096, '\0')); // what some file systems leave after a power cut
        QCOMPARE(replayed(), Records{"a"});
        QCOMPARE(fs::file_size(m_file), std::uintmax_t{8 + 8 + 1});
    }

    void leavesOtherFilesAsTheyAre_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("short") << QByteArray("MUTO");
        QTest::newRow("text") << QByteArray("my diary, the only copy of it");
        QTest::newRow("another version") << QByteArray("MUTOLOG\x02 something");
    }
    void leavesOtherFilesAsTheyAre()
    {
        QFETCH(QByteArray, content);
        fs::create_directories(m_file.parent_path());
        writeText(m_file, content.toStdString());
        Records records;
        const auto log = open(records);
        QVERIFY(!log);
        QCOMPARE(log.error().code, ErrorCode::Malformed);
        QCOMPARE(readText(m_file), content.toStdString());
    }

    void refusesAFolder()
    {
        fs::create_directories(m_file);
        Records records;
        QVERIFY(!open(records));
    }

    void belongsToOne()
    {
        Records records;
        auto log = open(records);
        QVERIFY(log);
        const auto second = open(records);
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::Conflict);
        QVERIFY(second.error().message.find("in use by another process") != std::string::npos);
        QVERIFY(log->rewrite(Records{"a"}));
        QVERIFY(!open(records)); // still
        RecordLog moved = std::move(*log);
        QVERIFY(moved.append("b"));
        QVERIFY(!open(records));
    }

    void recordsHaveALimit()
    {
        {
            Records records;
            auto log = open(records);
            QVERIFY(log);
            QVERIFY(log->append(std::string(RecordLog::maxRecordBytes, 'x')));
            const auto refused = log->append(std::string(RecordLog::maxRecordBytes + 1, 'x'));
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::TooLarge);
            QVERIFY(!log->rewrite(Records{std::string(RecordLog::maxRecordBytes + 1, 'x')}));
        }
        QCOMPARE(replayed(), Records{std::string(RecordLog::maxRecordBytes, 'x')});
    }

    void rewrites()
    {
        Records records;
        {
            auto log = open(records);
            QVERIFY(log);
            for (int i = 0; i < 100; ++i)
                QVERIFY(log->append("old"));
            const ByteCount before = log->size();
            QVERIFY(log->rewrite(Records{"new 1", "new 2"}));
            QVERIFY(log->size() < before);
            QVERIFY(log->append("new 3"));
            QVERIFY(log->sync());
        }
        QCOMPARE(replayed(), (Records{"new 1", "new 2", "new 3"}));
        std::ptrdiff_t files = 0;
        for (const auto& entry : fs::directory_iterator(m_file.parent_path()))
            files += entry.path().string().starts_with(m_file.string()) ? 1 : 0;
        QCOMPARE(files, 2); // the log and its lock
    }

    void aFullDiskLeavesAUsableLog()
    {
        {
            Records records;
            auto log = open(records);
            QVERIFY(log);
            QVERIFY(log->append("before"));
            const ByteCount size = log->size();
            {
                const FileSizeLimit full(size.value() + 24);
                const auto refused = log->append(std::string(100, 'x'));
                QVERIFY(!refused);
                QCOMPARE(refused.error().code, ErrorCode::Io);
                QVERIFY(refused.error().message.find(m_file.string()) != std::string::npos);
                QCOMPARE(log->size(), size);
                QCOMPARE(fs::file_size(m_file), static_cast<std::uintmax_t>(size.value())); // nothing of it stays
                QVERIFY(log->append("small"));                                              // what fits still does
                QVERIFY(!log->rewrite(Records{std::string(100, 'y')}));
                QVERIFY(log->append(""));
            }
            QVERIFY(log->append("after"));
            QVERIFY(log->sync());
        }
        QCOMPARE(replayed(), (Records{"before", "small", "", "after"}));
    }
};

QTEST_GUILESS_MAIN(TestRecordLog)
#include "tst_record_log.moc"
