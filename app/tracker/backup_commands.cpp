#include "app/tracker/backup_commands.h"

#include <array>
#include <cstdio>
#include <system_error>

#include "app/tracker/place.h"
#include "p2p/base/file.h"
#include "p2p/ledger/audit.h"
#include "p2p/ledger/sqlite_backup.h"
#include "p2p/ledger/sqlite_store.h"

namespace mutoscope::app
{

using base::ErrorCode;
using base::fail;
using base::Result;

namespace
{

constexpr const char* ledgerName = "ledger.db";
constexpr std::array secrets{"tracker.key", "tls-identity.pem"};
constexpr std::size_t maxSecretBytes = 64 * 1024;

Result<void> copySecrets(const std::filesystem::path& from, const std::filesystem::path& to)
{
    for (const char* name : secrets) {
        const auto bytes = base::readFile(from / name, maxSecretBytes);
        if (!bytes)
            return tl::unexpected(bytes.error());
        if (auto written = base::writeFileDurably(to / name, *bytes, base::FileMode::OwnerOnly); !written)
            return written;
    }
    return {};
}

Result<ledger::AuditReport> auditFile(const std::filesystem::path& file, const tracker::Settings& settings)
{
    const auto store = ledger::openSqlite(file, {.create = false});
    if (!store)
        return tl::unexpected(store.error());
    if (const auto begun = (*store)->begin(ledger::Store::Access::Read); !begun)
        return tl::unexpected(begun.error());
    auto report = ledger::audit(
        **store, {.leastGrace = settings.allowShortGrace ? std::chrono::milliseconds(0) : tracker::Settings::minGrace});
    (*store)->rollback();
    if (report && report->broken)
        return fail(ErrorCode::WrongData, file.string() + ": " + inWords(*report->broken));
    return report;
}

Result<ledger::AuditReport> copyAll(const tracker::Settings& settings, const std::filesystem::path& to)
{
    if (auto made = base::makeFolder(to); !made)
        return tl::unexpected(made.error());
    std::error_code error;
    std::filesystem::permissions(to, std::filesystem::perms::owner_all, error);
    if (error || !std::filesystem::is_empty(to, error))
        return fail(ErrorCode::Conflict, "the folder " + to.string() + " is not empty, or not ours");
    if (auto copied = ledger::backupSqlite(settings.data / ledgerName, to / ledgerName); !copied)
        return tl::unexpected(copied.error());
    if (auto copied = copySecrets(settings.data, to); !copied)
        return tl::unexpected(copied.error());
    return auditFile(to / ledgerName, settings);
}

} // namespace

int backup(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto to = arguments.option("--to");
    if (!to)
        return misused("--to FOLDER is needed, a new or empty one");
    if (!settings.database.empty())
        return failed({ErrorCode::Unacceptable, "a ledger on PostgreSQL is backed up by PostgreSQL's own tools (pg_basebackup, "
                                                "pg_dump), and by 'export'; nothing was copied"});
    const auto report = copyAll(settings, std::filesystem::absolute(*to));
    if (!report)
        return failed(report.error());
    std::printf("backed up and audited: %lld entries, %lld micro-tokens issued\n",
                static_cast<long long>(report->entries), static_cast<long long>(report->issued.value()));
    return 0;
}

int restore(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto from = arguments.option("--from");
    if (!from)
        return misused("--from FOLDER is needed, what 'backup' has made");
    if (!settings.database.empty())
        return failed({ErrorCode::Unacceptable, "a ledger on PostgreSQL is restored by PostgreSQL's own tools, or by 'rebuild'"});
    const auto lock = ServingLock::take(settings.data);
    if (!lock)
        return failed(lock.error());
    std::error_code error;
    for (const char* name : {ledgerName, secrets[0], secrets[1]}) {
        if (std::filesystem::exists(settings.data / name, error))
            return failed({ErrorCode::Conflict,
                           "there is a " + (settings.data / name).string() + " already; nothing was restored"});
    }
    const std::filesystem::path folder = std::filesystem::absolute(*from);
    const auto report = auditFile(folder / ledgerName, settings);
    if (!report)
        return failed(report.error());
    // The ledger last: without it there is no tracker here, with it everything else is there, too.
    auto copied = copySecrets(folder, settings.data);
    if (copied)
        copied = ledger::backupSqlite(folder / ledgerName, settings.data / ledgerName);
    if (!copied)
        return failed(copied.error());
    std::printf("restored: %lld entries, %lld micro-tokens issued\n", static_cast<long long>(report->entries),
                static_cast<long long>(report->issued.value()));
    return 0;
}

} // namespace mutoscope::app
