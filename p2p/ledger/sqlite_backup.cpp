#include "p2p/ledger/sqlite_backup.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "p2p/base/file.h"
#include "p2p/ledger/sqlite.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::Result;

namespace
{

Result<void> syncFile(const std::filesystem::path& file)
{
    const base::Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.isOpen() || ::fsync(fd.get()) != 0)
        return base::ioError("cannot sync " + file.string(), errno);
    return base::syncFolder(file.parent_path());
}

} // namespace

Result<void> backupSqlite(const std::filesystem::path& database, const std::filesystem::path& copy)
{
    std::error_code ignored;
    if (std::filesystem::exists(copy, ignored))
        return base::fail(ErrorCode::Conflict, "there is a file " + copy.string() + " already");
    if (!std::filesystem::exists(database, ignored))
        return base::fail(ErrorCode::NotFound, "there is no ledger " + database.string());
    auto source = SqliteDatabase::open(database, std::chrono::seconds(5));
    if (!source)
        return tl::unexpected(source.error());
    std::string quoted;
    for (const char c : copy.string())
        quoted += c == '\'' ? std::string("''") : std::string(1, c);
    // Not sqlite3_backup: that begins again whenever somebody writes, and may never end under load. This is one read
    // transaction.
    auto done = (*source)->execute("VACUUM INTO '" + quoted + "'");
    if (done)
        done = syncFile(copy);
    if (!done)
        std::filesystem::remove(copy, ignored);
    return done;
}

} // namespace mutoscope::ledger
