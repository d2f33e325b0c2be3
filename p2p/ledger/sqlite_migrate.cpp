#include "p2p/ledger/migrations.h"
#include "p2p/ledger/sqlite.h"

namespace mutoscope::ledger
{

namespace
{

using base::ErrorCode;
using base::fail;

constexpr int applicationId = 0x4d75746f; ///< "Muto", in the database file's header

std::int64_t pragma(SqliteDatabase& database, std::string_view sql)
{
    Query query(database, sql);
    return query.next() ? query.get<std::int64_t>() : 0;
}

base::Result<void> ownError(SqliteDatabase& database)
{
    if (!database.error())
        return {};
    return tl::unexpected(*database.error());
}

} // namespace

base::Result<void> migrate(SqliteDatabase& database, const std::string& file)
{
    const auto known = sqliteMigrations();
    for (;;) {
        if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun)
            return begun;
        const std::int64_t version = pragma(database, "PRAGMA user_version");
        const std::int64_t application = pragma(database, "PRAGMA application_id");
        const std::int64_t tables = pragma(database, "SELECT count(*) FROM sqlite_schema");
        base::Result<void> done = ownError(database);
        if (done && application != applicationId && (application != 0 || version != 0 || tables != 0))
            done = fail(ErrorCode::Conflict, file + " is a database of another program");
        if (done && version > static_cast<std::int64_t>(known.size()))
            done = fail(ErrorCode::Conflict, "the ledger " + file + " has schema version " + std::to_string(version) +
                                                 ", and this program knows none after " + std::to_string(known.size()));
        if (!done || version == static_cast<std::int64_t>(known.size())) {
            (void)database.execute("ROLLBACK");
            return done;
        }
        const Migration& next = known[static_cast<std::size_t>(version)];
        done = database.execute(std::string(next.sql) + ";PRAGMA application_id = " + std::to_string(applicationId) +
                                ";PRAGMA user_version = " + std::to_string(version + 1));
        if (done)
            done = database.execute("COMMIT");
        if (!done) {
            (void)database.execute("ROLLBACK");
            return fail(done.error().code, "the migration " + std::string(next.name) + " failed: " + done.error().message);
        }
    }
}

} // namespace mutoscope::ledger
