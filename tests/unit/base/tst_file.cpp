#include <cerrno>
#include <fstream>

#include <sys/stat.h>

#include <QTemporaryDir>
#include <QtTest>

#include "p2p/base/disk.h"
#include "p2p/base/file.h"

using namespace mutoscope::base;
namespace fs = std::filesystem;

class TestFile : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    [[nodiscard]] fs::path path(const char* name) const { return fs::path(m_home.path().toStdString()) / name; }

    [[nodiscard]] static int modeOf(const fs::path& file) { return static_cast<int>(fs::status(file).permissions()); }

private Q_SLOTS:
    void writesAndReads()
    {
        const fs::path file = path("a/b/c.txt");
        QVERIFY(writeFileDurably(file, std::string_view("one\0two", 7)));
        QCOMPARE(readFile(file, 7).value(), std::string("one\0two", 7));
        QVERIFY(writeFileDurably(file, ""));
        QCOMPARE(readFile(file, 0).value(), std::string());
        QCOMPARE(std::distance(fs::directory_iterator(path("a/b")), fs::directory_iterator()), 1); // nothing beside it
    }

    void knowsWhetherThereIsRoom()
    {
        const fs::path folder(m_home.path().toStdString());
        const auto files = std::distance(fs::directory_iterator(folder), fs::directory_iterator());
        QCOMPARE(disk::hasRoom(folder, 1 << 20), 0);
        QVERIFY(disk::hasRoom(folder, std::int64_t{1} << 60) != 0);
        QCOMPARE(disk::hasRoom(path("nowhere"), 1), ENOENT);
        QCOMPARE(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), files);
    }

    void readsNoMoreThanAllowed()
    {
        QVERIFY(writeFileDurably(path("large"), "12345"));
        QVERIFY(readFile(path("large"), 5));
        QCOMPARE(readFile(path("large"), 4).error().code, ErrorCode::TooLarge);
    }

    void namesWhatItCannotRead()
    {
        const auto none = readFile(path("none"), 10);
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        QVERIFY(none.error().message.find("none") != std::string::npos);
        QCOMPARE(readFile(path(""), 10).error().code, ErrorCode::Io); // a folder
        QCOMPARE(::mkfifo(path("pipe").c_str(), 0600), 0);
        QCOMPARE(readFile(path("pipe"), 10).error().code, ErrorCode::Io); // and does not wait for somebody to write
    }

    void modes()
    {
        QVERIFY(writeFileDurably(path("secret"), "x", FileMode::OwnerOnly));
        QCOMPARE(modeOf(path("secret")), 0600);
        QVERIFY(writeFileDurably(path("secret"), "y", FileMode::OwnerOnly));
        QCOMPARE(modeOf(path("secret")), 0600);
    }

    void aFailedWriteLeavesTheOldFileAndNothingElse()
    {
        fs::create_directories(path("d/folder/inside"));
        const auto failed = writeFileDurably(path("d/folder"), "x"); // a folder can't be replaced
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Io);
        QVERIFY(failed.error().message.find("folder") != std::string::npos);
        QCOMPARE(std::distance(fs::directory_iterator(path("d")), fs::directory_iterator()), 1);
        QVERIFY(writeFileDurably(path("d/file"), "x"));
        QVERIFY(!writeFileDurably(path("d/file/below"), "y"));
        QCOMPARE(readFile(path("d/file"), 10).value(), std::string("x"));
    }

    void aLockIsForOne()
    {
        {
            const auto first = FileLock::acquire(path("locks/x"), "the thing");
            QVERIFY(first);
            const auto second = FileLock::acquire(path("locks/x"), "the thing");
            QVERIFY(!second);
            QCOMPARE(second.error().code, ErrorCode::Conflict);
            QVERIFY(second.error().message.starts_with("the thing is in use"));
            QVERIFY(FileLock::acquire(path("locks/y"), "another"));
        }
        QVERIFY(FileLock::acquire(path("locks/x"), "the thing"));
    }
};

QTEST_GUILESS_MAIN(TestFile)
#include "tst_file.moc"
