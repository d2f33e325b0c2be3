#pragma once

// For the sqlite_*.cpp files only: nobody else sees SQLite.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

#include "p2p/base/result.h"
#include "p2p/base/types.h"

namespace mutoscope::ledger
{

/// A connection that keeps its first failure until clearError(); statements do nothing meanwhile. One thread.
class SqliteDatabase
{
public:
    [[nodiscard]] static base::Result<std::unique_ptr<SqliteDatabase>> open(const std::filesystem::path& file,
                                                                            std::chrono::milliseconds busyTimeout);
    ~SqliteDatabase();
    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;

    /// Several statements without results.
    [[nodiscard]] base::Result<void> execute(const std::string& sql);
    /// Carries over what the write-ahead log has, as far as no reader needs it there, and syncs. Not in a transaction. How many
    /// of the log's pages are in the database now.
    [[nodiscard]] base::Result<int> checkpoint();
    /// For sqlite_checkpointer.cpp.
    [[nodiscard]] sqlite3* handle() const { return m_handle; }
    [[nodiscard]] bool inTransaction() const { return sqlite3_get_autocommit(m_handle) == 0; }

    /// Where its files are.
    [[nodiscard]] std::filesystem::path folder() const { return std::filesystem::path(m_name).parent_path(); }

    [[nodiscard]] const std::optional<base::Error>& error() const { return m_error; }
    void clearError() { m_error.reset(); }
    void keepError(base::Error error);
    [[nodiscard]] base::Error describe(int code) const;
    [[nodiscard]] std::int64_t changedRows() const { return sqlite3_changes64(m_handle); }
    [[nodiscard]] std::int64_t totalChanges() const { return sqlite3_total_changes64(m_handle); }

private:
    friend class Query;
    explicit SqliteDatabase(std::string name) : m_name(std::move(name)) {}
    /// Prepared once for each text, by where it stands. Null after a failure.
    [[nodiscard]] sqlite3_stmt* prepared(std::string_view sql);

    std::string m_name;
    sqlite3* m_handle = nullptr;
    std::unordered_map<const char*, sqlite3_stmt*> m_statements; ///< by texts that live as long as the program
    std::optional<base::Error> m_error;
};

/// One run of a statement: bind its parameters in their order, then next() for each row and get() for its columns in
/// their order. `sql` must be a string literal, or live as long as the program and never change.
class Query
{
public:
    template <class... Args>
    Query(SqliteDatabase& database, std::string_view sql, const Args&... args)
        : m_database(database), m_statement(database.prepared(sql))
    {
        (bind(args), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Whether there is another row.
    [[nodiscard]] bool next();
    /// Runs a statement without rows.
    void run() { (void)next(); }

    template <class T>
    [[nodiscard]] T get()
    {
        T value{};
        read(value);
        return value;
    }
    template <class T>
    void read(T& value)
    {
        if constexpr (std::is_same_v<T, std::string>)
            value = bytes();
        else if constexpr (std::is_same_v<T, std::int64_t>)
            value = sqlite3_column_int64(m_statement, m_column++);
        else if constexpr (std::is_same_v<T, int>)
            value = sqlite3_column_int(m_statement, m_column++);
        else if constexpr (requires { T::fromRaw(std::string_view()); })
            value = T::fromRaw(bytes());
        else
            value = T(sqlite3_column_int64(m_statement, m_column++));
    }
    template <class T>
    void read(std::optional<T>& value)
    {
        value.reset();
        if (sqlite3_column_type(m_statement, m_column) == SQLITE_NULL)
            ++m_column;
        else
            read(value.emplace());
    }

private:
    void bindText(std::string_view text);
    void bindBlob(std::string_view raw);
    void bind(std::int64_t value);
    void bind(int value) { bind(std::int64_t{value}); }
    void bind(std::nullopt_t);
    /// Text for SQL's TEXT columns; bytes go in as FixedBytes or Blob.
    void bind(std::string_view text) { bindText(text); }
    template <class Tag, std::size_t N>
    void bind(const base::FixedBytes<Tag, N>& value)
    {
        bindBlob(value.raw());
    }
    template <class Tag, class Rep>
    void bind(const base::Strong<Tag, Rep>& value)
    {
        bind(static_cast<std::int64_t>(value.value()));
    }
    template <class T>
    void bind(const std::optional<T>& value)
    {
        if (value)
            bind(*value);
        else
            bind(std::nullopt);
    }

public:
    struct Blob {
        std::string_view raw;
    };

private:
    void bind(const Blob& blob) { bindBlob(blob.raw); }
    [[nodiscard]] std::string bytes();
    void check(int code);

    SqliteDatabase& m_database;
    sqlite3_stmt* m_statement;
    int m_parameter = 0;
    int m_column = 0;
};

/// Brings the schema up to date: each migration in a transaction of its own, together with its number. Several processes
/// may try at once. Conflict where the database is another program's, or newer than this program; `file` is for the
/// sentence.
[[nodiscard]] base::Result<void> migrate(SqliteDatabase& database, const std::string& file);

} // namespace mutoscope::ledger
