#include "p2p/ledger/sqlite.h"

namespace mutoscope::ledger
{

using base::ErrorCode;

base::Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::filesystem::path& file,
                                                                   std::chrono::milliseconds busyTimeout)
{
    std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(file.string()));
    // Before the first connection of the process: else a lock of all connections is taken for each allocation, to count it.
    static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(uncounted);
    // NOMUTEX: one thread uses the connection.
    const int code = sqlite3_open_v2(file.c_str(), &database->m_handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK)
        return tl::unexpected(database->describe(code));
    sqlite3_extended_result_codes(database->m_handle, 1);
    sqlite3_busy_timeout(database->m_handle, static_cast<int>(busyTimeout.count()));
    return database;
}

SqliteDatabase::~SqliteDatabase()
{
    for (const auto& [sql, statement] : m_statements)
        sqlite3_finalize(statement);
    sqlite3_close(m_handle);
}

base::Result<void> SqliteDatabase::execute(const std::string& sql)
{
    const int code = sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return tl::unexpected(describe(code));
    return {};
}

base::Result<int> SqliteDatabase::checkpoint()
{
    // A connection that has not read anything yet does not know that there is a log.
    if (const auto read = execute("SELECT 1 FROM sqlite_schema LIMIT 1"); !read)
        return tl::unexpected(read.error());
    int pages = 0;
    const int code = sqlite3_wal_checkpoint_v2(m_handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, &pages);
    if (code != SQLITE_OK)
        return tl::unexpected(describe(code));
    return pages;
}

base::Error SqliteDatabase::describe(int code) const
{
    const std::string reason = m_handle != nullptr ? sqlite3_errmsg(m_handle) : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorCode::Unavailable, "the database " + m_name + " is in use by another process: " + reason};
    case SQLITE_FULL:
        return {ErrorCode::Io, "the disk is full, or may not grow: cannot write the database " + m_name + ": " + reason};
    case SQLITE_CONSTRAINT:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
        return {ErrorCode::Internal, "the database " + m_name + " refuses a change: " + reason};
    default:
        return {ErrorCode::Io, "the database " + m_name + " fails: " + reason};
    }
}

void SqliteDatabase::keepError(base::Error error)
{
    if (!m_error)
        m_error = std::move(error);
}

sqlite3_stmt* SqliteDatabase::prepared(std::string_view sql)
{
    if (m_error)
        return nullptr;
    sqlite3_stmt*& statement = m_statements[sql.data()];
    if (statement == nullptr) {
        const int code = sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK)
            keepError(describe(code));
    }
    return statement;
}

Query::~Query()
{
    if (m_statement == nullptr)
        return;
    sqlite3_reset(m_statement);
    sqlite3_clear_bindings(m_statement);
}

bool Query::next()
{
    m_column = 0;
    if (m_statement == nullptr || m_database.error())
        return false;
    const int code = sqlite3_step(m_statement);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        m_database.keepError(m_database.describe(code));
    return code == SQLITE_ROW;
}

// SQLITE_STATIC throughout: what is bound outlives the statement's run.
void Query::bindText(std::string_view text)
{
    if (m_statement != nullptr)
        check(sqlite3_bind_text64(m_statement, ++m_parameter, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                                  SQLITE_UTF8));
}

void Query::bindBlob(std::string_view raw)
{
    if (m_statement != nullptr)
        check(sqlite3_bind_blob64(m_statement, ++m_parameter, raw.empty() ? "" : raw.data(), raw.size(), SQLITE_STATIC));
}

void Query::bind(std::int64_t value)
{
    if (m_statement != nullptr)
        check(sqlite3_bind_int64(m_statement, ++m_parameter, value));
}

void Query::bind(std::nullopt_t)
{
    if (m_statement != nullptr)
        check(sqlite3_bind_null(m_statement, ++m_parameter));
}

std::string Query::bytes()
{
    const int column = m_column++;
    const void* data = sqlite3_column_blob(m_statement, column);
    const int size = sqlite3_column_bytes(m_statement, column);
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

void Query::check(int code)
{
    if (code != SQLITE_OK)
        m_database.keepError(m_database.describe(code));
}

} // namespace mutoscope::ledger
