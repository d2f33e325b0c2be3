#pragma once

// For the postgresql_*.cpp files only: nobody else sees libpq.

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <libpq-fe.h>

#include "p2p/base/result.h"
#include "p2p/base/types.h"

namespace mutoscope::ledger
{

/// A connection in libpq's pipeline mode: changes are sent without waiting for their results, which come with the next
/// question's. Keeps its first failure until clearError(); statements do nothing meanwhile. One thread.
class PgDatabase
{
public:
    /// `url` as libpq takes it. Nothing is connected yet.
    explicit PgDatabase(std::string url) : m_url(std::move(url)) {}
    PgDatabase(const PgDatabase&) = delete;
    PgDatabase& operator=(const PgDatabase&) = delete;

    /// A new connection. Unavailable where there is none to be had.
    [[nodiscard]] base::Result<void> connect();
    [[nodiscard]] bool isConnected() const { return m_handle != nullptr; }
    /// Several statements without results, outside of the pipeline.
    [[nodiscard]] base::Result<void> execute(const std::string& sql);

    [[nodiscard]] const std::optional<base::Error>& error() const { return m_error; }
    void clearError();
    void keepError(base::Error error);
    /// Whether the failure is that another session changed the same at the same time.
    [[nodiscard]] bool raced() const { return m_raced; }

    /// Waits for all that was sent.
    void flush() { (void)finish(false); }
    /// The last statement's tag, e.g. "COMMIT"; after flush().
    [[nodiscard]] const std::string& lastTag() const { return m_lastTag; }

private:
    friend class PgQuery;
    struct Statement {
        std::string name;
        bool prepared = false;
    };
    struct Sent {
        Statement* preparing = nullptr; ///< it prepares this one, else it runs one
        bool oneRow = false;            ///< it must have changed exactly one
    };
    struct CloseResult {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    struct CloseConnection {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    using Result = std::unique_ptr<PGresult, CloseResult>;

    void send(std::string_view sql, int parameters, const char* const* values, const int* lengths, bool oneRow);
    /// Reads the results of all that was sent; the last one's where it has rows.
    [[nodiscard]] Result finish(bool rowsWanted);
    void take(const PGresult* result, const Sent& sent);
    void lose();
    [[nodiscard]] std::string reason() const;

    std::string m_url;
    std::unique_ptr<PGconn, CloseConnection> m_handle;
    std::unordered_map<std::string_view, Statement> m_statements; ///< by texts that live as long as the program
    std::deque<Sent> m_sent;
    std::optional<base::Error> m_error;
    bool m_raced = false;
    std::string m_lastTag;
};

/// One run of a statement, its parameters $1, $2 … in their order. `sql` must live as long as the program. Every integer in
/// SQL must be a bigint.
class PgQuery
{
public:
    struct Blob {
        std::string_view raw;
    };

    template <class... Args>
    PgQuery(PgDatabase& database, std::string_view sql, const Args&... args) : m_database(database), m_sql(sql)
    {
        static_assert(sizeof...(Args) <= maxParameters);
        (bind(args), ...);
    }
    PgQuery(const PgQuery&) = delete;
    PgQuery& operator=(const PgQuery&) = delete;

    /// Sends it, and waits for nothing.
    void run() { m_database.send(m_sql, m_count, m_values.data(), m_lengths.data(), false); }
    /// The same; it must change one row.
    void runOnOneRow() { m_database.send(m_sql, m_count, m_values.data(), m_lengths.data(), true); }

    /// Whether there is another row. The first call sends the statement and waits for all rows.
    [[nodiscard]] bool next();

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
        else if constexpr (std::is_same_v<T, bool>)
            value = bytes() == std::string_view("\1", 1);
        else if constexpr (std::is_integral_v<T>)
            value = static_cast<T>(integer());
        else if constexpr (requires { T::fromRaw(std::string_view()); })
            value = T::fromRaw(bytes());
        else
            value = T(integer());
    }
    template <class T>
    void read(std::optional<T>& value)
    {
        value.reset();
        if (isNull())
            ++m_column;
        else
            read(value.emplace());
    }

private:
    static constexpr std::size_t maxParameters = 20;

    void bindRaw(std::string_view raw);
    void bind(std::int64_t value);
    void bind(int value) { bind(std::int64_t{value}); }
    void bind(bool value) { bindRaw(value ? std::string_view("\1", 1) : std::string_view("\0", 1)); }
    void bind(std::nullopt_t);
    void bind(std::string_view text) { bindRaw(text); }
    void bind(const std::string& text) { bindRaw(text); }
    void bind(const char* text) { bindRaw(text); }
    void bind(const Blob& blob) { bindRaw(blob.raw); }
    template <class Tag, std::size_t N>
    void bind(const base::FixedBytes<Tag, N>& value)
    {
        bindRaw(value.raw());
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
    [[nodiscard]] bool isNull() const;
    [[nodiscard]] std::string_view bytes();
    [[nodiscard]] std::int64_t integer();

    PgDatabase& m_database;
    std::string_view m_sql;
    // What is bound outlives the sending, but for integers, which are turned round here.
    int m_count = 0;
    std::array<const char*, maxParameters> m_values{};
    std::array<int, maxParameters> m_lengths{};
    std::array<std::array<char, 8>, maxParameters> m_integers{};
    PgDatabase::Result m_result;
    int m_row = -1;
    int m_column = 0;
};

} // namespace mutoscope::ledger
