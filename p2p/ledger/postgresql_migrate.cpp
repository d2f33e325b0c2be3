#include "p2p/ledger/migrations.h"
#include "p2p/ledger/postgresql_tables.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;

std::int64_t PgStore::ask(std::string_view sql)
{
    PgQuery query(m_db, sql);
    return query.next() ? query.get<std::int64_t>() : 0;
}

base::Result<void> PgStore::migrate()
{
    const auto known = postgresqlMigrations();
    for (;;) {
        // The lock is for those who start at the same time. It ends with the transaction. A large table takes its time.
        if (auto begun = m_db.execute("BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(1299543151)"); !begun)
            return begun;
        const auto giveUp = [&](base::Result<void> why) {
            m_db.clearError();
            (void)m_db.execute("ROLLBACK");
            return why;
        };
        const bool ours = ask("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
                              " AND tablename = 'mutoscope_schema'") == 1;
        const bool empty = ask("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()") == 0;
        const std::int64_t version = ours ? ask("SELECT max(version) FROM mutoscope_schema") : 0;
        if (m_db.error())
            return giveUp(tl::unexpected(*m_db.error()));
        if (!ours && !empty)
            return giveUp(fail(ErrorCode::Conflict, "the database is one of another program"));
        if (version > static_cast<std::int64_t>(known.size()))
            return giveUp(fail(ErrorCode::Conflict, "the ledger in the database has schema version " + std::to_string(version) +
                                                        ", and this program knows none after " + std::to_string(known.size())));
        if (version == static_cast<std::int64_t>(known.size()))
            return giveUp({});
        const Migration& next = known[static_cast<std::size_t>(version)];
        std::string sql(next.sql);
        if (!ours)
            sql += ";CREATE TABLE mutoscope_schema (version bigint NOT NULL PRIMARY KEY)";
        sql += ";INSERT INTO mutoscope_schema VALUES (" + std::to_string(version + 1) + "); COMMIT";
        if (auto done = m_db.execute(sql); !done)
            return giveUp(fail(done.error().code, "the migration " + std::string(next.name) + " failed: " + done.error().message));
    }
}

} // namespace mutoscope::ledger
