#include "app/tracker/place.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "p2p/base/file.h"
#include "p2p/ledger/postgresql_store.h"
#include "p2p/ledger/sqlite_store.h"

namespace mutoscope::app
{

using base::ErrorCode;
using base::fail;
using base::Result;

namespace
{

/// Who owes what is nobody else's business on a machine with several users.
Result<void> makeFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    const bool made = std::filesystem::create_directories(folder, error);
    if (made && !error)
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error)
        return fail(ErrorCode::Io, "cannot make the folder " + folder.string() + ": " + error.message());
    return {};
}

} // namespace

Result<std::unique_ptr<Place>> openPlace(const tracker::Settings& settings, Missing missing)
{
    const auto keyFile = settings.data / "tracker.key";
    std::error_code error;
    const auto database = settings.data / "ledger.db";
    const bool onSqlite = settings.database.empty();
    if (missing == Missing::NewLedger && onSqlite && std::filesystem::exists(database, error))
        return fail(ErrorCode::Conflict, "there is a ledger in " + settings.data.string() + " already; it is left as it is");
    if (missing == Missing::NewLedger && !std::filesystem::exists(keyFile, error))
        return fail(ErrorCode::NotFound, "the tracker's key is not in " + settings.data.string() +
                                             "; copy tracker.key there, and the TLS identity, from the tracker's old folder");
    if (missing == Missing::Fail && !std::filesystem::exists(keyFile, error))
        return fail(ErrorCode::NotFound, "there is no tracker in " + settings.data.string() +
                                             "; start it once, or run 'mutoscope-tracker init'");
    if (const auto made = makeFolder(settings.data); !made)
        return tl::unexpected(made.error());
    auto key = crypto::NodeKey::loadOrCreate(keyFile);
    if (!key)
        return tl::unexpected(key.error());
    auto store = onSqlite ? ledger::openSqlite(database, {.create = missing != Missing::Fail})
                                           : ledger::openPostgresql(settings.database);
    if (!store)
        return tl::unexpected(store.error());
    auto place = std::make_unique<Place>();
    place->settings = settings;
    place->key = std::make_unique<crypto::NodeKey>(std::move(*key));
    ledger::Rules rules;
    rules.closeGrace = settings.closeGrace;
    auto opened = ledger::Ledger::open(std::move(*store), settings.network, place->key->publicKey(), place->clock, rules);
    if (!opened)
        return tl::unexpected(opened.error());
    place->ledger = std::move(*opened);
    return place;
}

Result<std::unique_ptr<ledger::Store>> Place::openStore() const
{
    if (!settings.database.empty())
        return ledger::openPostgresql(settings.database);
    return ledger::openSqlite(settings.data / "ledger.db", {.create = false});
}

void Place::removeNewLedger()
{
    ledger.reset();
    if (!settings.database.empty())
        return; // there, the transaction has taken everything back
    std::error_code ignored;
    for (const char* name : {"ledger.db", "ledger.db-wal", "ledger.db-shm"})
        std::filesystem::remove(settings.data / name, ignored);
}

ServingLock::~ServingLock()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

Result<ServingLock> ServingLock::take(const std::filesystem::path& folder)
{
    const auto file = folder / "lock";
    if (const auto made = makeFolder(folder); !made)
        return tl::unexpected(made.error());
    ServingLock lock;
    lock.m_fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.m_fd < 0)
        return base::ioError("cannot open " + file.string(), errno);
    if (::flock(lock.m_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return fail(ErrorCode::Conflict, "another mutoscope-tracker serves the folder " + folder.string() + " already");
        return base::ioError("cannot lock " + file.string(), errno);
    }
    return lock;
}

} // namespace mutoscope::app
