#include "tests/sim/swarm/disks.h"

#include <cerrno>
#include <cstring>

#include <sqlite3.h>

namespace mutoscope::test::swarm
{

using base::disk::Operation;
namespace fs = std::filesystem;

namespace
{

Disks* current = nullptr;

} // namespace

Disks::Disks(std::map<int, fs::path> folders, std::optional<Accident> accident, std::function<void()> dies)
    : m_folders(std::move(folders)), m_accident(accident), m_dies(std::move(dies))
{
    current = this;
    base::disk::setFaults(this);
}

Disks::~Disks()
{
    base::disk::setFaults(nullptr);
    current = nullptr;
}

int Disks::partyOf(const fs::path& file) const
{
    for (const auto& [party, folder] : m_folders) {
        if (file.native().starts_with(folder.native()))
            return party;
    }
    return 0;
}

int Disks::before(Operation operation, const fs::path& file, std::size_t& bytes)
{
    const int party = partyOf(file);
    const int number = ++m_count[party];
    const bool concerned = m_accident && m_accident->party == party;
    if (!concerned || m_state == State::Over) {
        remember(operation, file);
        return 0;
    }
    const std::size_t half = bytes / 2;
    if (m_state == State::Dead) {
        bytes = 0;
        return EIO;
    }
    if (m_state == State::Waiting && number == m_accident->boundary) {
        m_state = m_accident->kind == Accident::Kind::FullDisk ? State::Full : State::Dead;
        m_dies();
        switch (m_accident->kind) {
        case Accident::Kind::Before:
            bytes = 0;
            return EIO;
        case Accident::Kind::Torn:
            bytes = half;
            return EIO;
        case Accident::Kind::After:
        case Accident::Kind::PowerCut:
            remember(operation, file);
            return 0;
        case Accident::Kind::FullDisk:
            break;
        }
    }
    const bool needsRoom = operation == Operation::Write || operation == Operation::MakeFolder;
    if (m_state == State::Full && needsRoom) {
        bytes = half;
        return ENOSPC;
    }
    remember(operation, file);
    return 0;
}

/// The operation will go well.
void Disks::remember(Operation operation, const fs::path& file)
{
    if (!m_accident || m_accident->kind != Accident::Kind::PowerCut)
        return;
    std::error_code error;
    switch (operation) {
    case Operation::Sync:
        if (fs::is_directory(file, error))
            std::erase_if(m_newNames, [&](const fs::path& name) { return name.parent_path() == file; });
        else
            m_synced[file] = fs::file_size(file, error);
        break;
    case Operation::Rename:
        m_newNames.insert(file);
        m_synced.erase(file); // its bytes were synced under the old name
        break;
    case Operation::Write:
        if (!m_synced.contains(file)) { // what it has so far was synced under the name from which it was renamed
            const auto size = fs::file_size(file, error);
            m_synced[file] = error ? 0 : size;
        }
        break;
    case Operation::Truncate:
    case Operation::Remove:
    case Operation::MakeFolder:
        break;
    }
}

void Disks::processEnded()
{
    if (!m_accident || m_accident->kind != Accident::Kind::PowerCut)
        return;
    std::error_code error;
    for (const auto& [file, size] : m_synced) {
        if (partyOf(file) == m_accident->party && fs::exists(file, error) && fs::file_size(file, error) > size)
            fs::resize_file(file, size, error);
    }
    for (const fs::path& name : m_newNames) {
        if (partyOf(name) == m_accident->party)
            fs::remove(name, error);
    }
}

// ---- SQLite ----

namespace
{

sqlite3_vfs* realVfs = nullptr;
sqlite3_io_methods methods{};

/// What SQLite sees as its file; the real one's lies behind it in memory.
struct File {
    sqlite3_file base;
    const char* name; ///< SQLite keeps it for as long as the file is open
    [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* fileOf(sqlite3_file* file)
{
    return reinterpret_cast<File*>(file);
}

sqlite3_file* realOf(sqlite3_file* file)
{
    return fileOf(file)->real();
}

int ask(Operation operation, const char* file, std::size_t& bytes)
{
    return current == nullptr || file == nullptr ? 0 : current->before(operation, file, bytes);
}

int codeOf(int reason)
{
    return reason == ENOSPC ? SQLITE_FULL : SQLITE_IOERR;
}

int xWrite(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset)
{
    auto bytes = static_cast<std::size_t>(size);
    const int reason = ask(Operation::Write, fileOf(file)->name, bytes);
    if (reason == 0)
        return realOf(file)->pMethods->xWrite(realOf(file), data, size, offset);
    if (bytes > 0)
        realOf(file)->pMethods->xWrite(realOf(file), data, static_cast<int>(bytes), offset);
    return codeOf(reason);
}

int xSync(sqlite3_file* file, int flags)
{
    std::size_t none = 0;
    const int reason = ask(Operation::Sync, fileOf(file)->name, none);
    return reason == 0 ? realOf(file)->pMethods->xSync(realOf(file), flags) : codeOf(reason);
}

int xTruncate(sqlite3_file* file, sqlite3_int64 size)
{
    std::size_t none = 0;
    const int reason = ask(Operation::Truncate, fileOf(file)->name, none);
    return reason == 0 ? realOf(file)->pMethods->xTruncate(realOf(file), size) : codeOf(reason);
}

int xDelete(sqlite3_vfs*, const char* name, int syncFolder)
{
    std::size_t none = 0;
    const int reason = ask(Operation::Remove, name, none);
    return reason == 0 ? realVfs->xDelete(realVfs, name, syncFolder) : codeOf(reason);
}

int xOpen(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* outFlags)
{
    file->pMethods = nullptr;
    const int code = realVfs->xOpen(realVfs, name, realOf(file), flags, outFlags);
    if (code != SQLITE_OK)
        return code;
    fileOf(file)->name = name;
    file->pMethods = &methods;
    return SQLITE_OK;
}

sqlite3_io_methods makeMethods()
{
    sqlite3_io_methods made{};
    made.iVersion = 2; // no memory-mapped files: they would be written past us
    made.xClose = [](sqlite3_file* f) { return realOf(f)->pMethods->xClose(realOf(f)); };
    made.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
        return realOf(f)->pMethods->xRead(realOf(f), to, size, at);
    };
    made.xWrite = xWrite;
    made.xTruncate = xTruncate;
    made.xSync = xSync;
    made.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
        return realOf(f)->pMethods->xFileSize(realOf(f), size);
    };
    made.xLock = [](sqlite3_file* f, int level) { return realOf(f)->pMethods->xLock(realOf(f), level); };
    made.xUnlock = [](sqlite3_file* f, int level) { return realOf(f)->pMethods->xUnlock(realOf(f), level); };
    made.xCheckReservedLock = [](sqlite3_file* f, int* out) {
        return realOf(f)->pMethods->xCheckReservedLock(realOf(f), out);
    };
    made.xFileControl = [](sqlite3_file* f, int op, void* arg) {
        return realOf(f)->pMethods->xFileControl(realOf(f), op, arg);
    };
    made.xSectorSize = [](sqlite3_file* f) { return realOf(f)->pMethods->xSectorSize(realOf(f)); };
    made.xDeviceCharacteristics = [](sqlite3_file* f) {
        return realOf(f)->pMethods->xDeviceCharacteristics(realOf(f));
    };
    made.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
        return realOf(f)->pMethods->xShmMap(realOf(f), page, size, extend, out);
    };
    made.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
        return realOf(f)->pMethods->xShmLock(realOf(f), offset, n, flags);
    };
    made.xShmBarrier = [](sqlite3_file* f) { realOf(f)->pMethods->xShmBarrier(realOf(f)); };
    made.xShmUnmap = [](sqlite3_file* f, int remove) { return realOf(f)->pMethods->xShmUnmap(realOf(f), remove); };
    return made;
}

} // namespace

void watchSqlite()
{
    static sqlite3_vfs vfs;
    if (realVfs != nullptr)
        return;
    realVfs = sqlite3_vfs_find(nullptr);
    methods = makeMethods();
    vfs = *realVfs;
    vfs.zName = "watched";
    vfs.szOsFile = static_cast<int>(sizeof(File)) + realVfs->szOsFile;
    vfs.xOpen = xOpen;
    vfs.xDelete = xDelete;
    sqlite3_vfs_register(&vfs, 1);
}

} // namespace mutoscope::test::swarm
