#include "p2p/ledger/postgresql.h"

#include "p2p/base/log.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;

namespace
{

constexpr std::array<int, 32> binary = [] {
    std::array<int, 32> formats{};
    formats.fill(1);
    return formats;
}();

/// Without passwords and line ends.
std::string oneLine(const char* text)
{
    std::string line(text == nullptr ? "" : text);
    for (char& c : line) {
        if (c == '\n' || c == '\t')
            c = ' ';
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

} // namespace

base::Result<void> PgDatabase::connect()
{
    lose();
    clearError();
    // A server that is gone without a word is noticed in about ten seconds. What the URL says itself goes before.
    constexpr std::array keywords{"connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
                                  "tcp_user_timeout", "dbname", static_cast<const char*>(nullptr)};
    const std::array values{"5", "5", "2", "3", "10000", m_url.c_str(), static_cast<const char*>(nullptr)};
    constexpr int expandDbname = 1;
    m_handle.reset(PQconnectdbParams(keywords.data(), values.data(), expandDbname));
    if (PQstatus(m_handle.get()) != CONNECTION_OK) {
        const std::string why = oneLine(PQerrorMessage(m_handle.get()));
        m_handle.reset();
        return fail(ErrorCode::Unavailable, "cannot connect to the database: " + why);
    }
    PQsetNoticeProcessor(
        m_handle.get(), [](void*, const char* text) { qCDebug(logLedger, "%s", oneLine(text).c_str()); }, nullptr);
    // Whoever waits longer than that for a row gives up its own and tries again, instead of waiting for the server to
    // see a deadlock. No statement of ours takes long, and a process that stands still must not keep its rows from others.
    auto set = execute("SET client_encoding = 'UTF8'; SET lock_timeout = '500ms'; SET statement_timeout = '10s';"
                       " SET idle_in_transaction_session_timeout = '60s'; SET synchronous_commit = on;"
                       " SET application_name = 'mutoscope-tracker'");
    if (!set)
        m_handle.reset();
    return set;
}

void PgDatabase::lose()
{
    m_handle.reset();
    m_statements.clear();
    m_sent.clear();
}

void PgDatabase::clearError()
{
    m_error.reset();
    m_raced = false;
}

void PgDatabase::keepError(base::Error error)
{
    if (!m_error)
        m_error = std::move(error);
}

std::string PgDatabase::reason() const
{
    return m_handle == nullptr ? std::string("not connected") : oneLine(PQerrorMessage(m_handle.get()));
}

base::Result<void> PgDatabase::execute(const std::string& sql)
{
    if (m_handle == nullptr)
        return fail(ErrorCode::Unavailable, "the database is not connected");
    flush();
    if (m_handle != nullptr && PQpipelineStatus(m_handle.get()) != PQ_PIPELINE_OFF)
        (void)PQexitPipelineMode(m_handle.get());
    const Result result(m_handle == nullptr ? nullptr : PQexec(m_handle.get(), sql.c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return fail(PQstatus(m_handle.get()) == CONNECTION_OK ? ErrorCode::Internal : ErrorCode::Unavailable,
                    "the database refuses: " + reason());
    return {};
}

void PgDatabase::send(std::string_view sql, int parameters, const char* const* values, const int* lengths, bool oneRow)
{
    if (m_error)
        return;
    if (m_handle == nullptr)
        return keepError({ErrorCode::Unavailable, "the connection to the database is lost"});
    bool sent = PQpipelineStatus(m_handle.get()) != PQ_PIPELINE_OFF || PQenterPipelineMode(m_handle.get()) == 1;
    Statement& statement = m_statements[sql];
    if (sent && !statement.prepared) {
        statement.name = "s" + std::to_string(m_statements.size());
        statement.prepared = true;
        sent = PQsendPrepare(m_handle.get(), statement.name.c_str(), std::string(sql).c_str(), 0, nullptr) == 1;
        m_sent.push_back({&statement, false});
    }
    sent = sent && PQsendQueryPrepared(m_handle.get(), statement.name.c_str(), parameters, values, lengths, binary.data(),
                                       1) == 1;
    if (!sent) {
        keepError({ErrorCode::Unavailable, "the connection to the database is lost: " + reason()});
        return lose();
    }
    m_sent.push_back({nullptr, oneRow});
}

PgDatabase::Result PgDatabase::finish(bool rowsWanted)
{
    Result rows;
    if (m_handle == nullptr || m_sent.empty())
        return rows;
    bool fine = PQpipelineSync(m_handle.get()) == 1;
    while (fine && !m_sent.empty()) {
        Result result(PQgetResult(m_handle.get()));
        if (result == nullptr)
            break;
        const Sent sent = m_sent.front();
        m_sent.pop_front();
        take(result.get(), sent);
        if (rowsWanted && m_sent.empty() && PQresultStatus(result.get()) == PGRES_TUPLES_OK)
            rows = std::move(result);
        fine = PQstatus(m_handle.get()) == CONNECTION_OK && PQgetResult(m_handle.get()) == nullptr;
    }
    const Result end(fine && m_sent.empty() ? PQgetResult(m_handle.get()) : nullptr);
    if (PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) {
        m_error = base::Error{ErrorCode::Unavailable, "the connection to the database is lost: " + reason()};
        m_raced = false;
        lose();
        return nullptr;
    }
    return m_error ? nullptr : std::move(rows);
}

void PgDatabase::take(const PGresult* result, const Sent& sent)
{
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        if (sent.preparing != nullptr)
            return;
        m_lastTag = PQcmdStatus(const_cast<PGresult*>(result));
        if (sent.oneRow && std::string_view(PQcmdTuples(const_cast<PGresult*>(result))) != "1")
            keepError({ErrorCode::Internal, "a row that must be in the database is not there"});
        return;
    }
    m_lastTag.clear();
    if (sent.preparing != nullptr)
        sent.preparing->prepared = false;
    if (status == PGRES_PIPELINE_ABORTED || m_error)
        return;
    const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string_view state(field == nullptr ? "" : field);
    const std::string why = oneLine(PQresultErrorMessage(result));
    // Appendix A of PostgreSQL's manual. A unique violation is a race, too: the rules above look before they insert.
    const bool lockLost = state == "40001" || state == "40P01" || state == "55P03";
    m_raced = lockLost || state == "23505";
    if (lockLost)
        keepError({ErrorCode::Unavailable, "the database is in use by another process: " + why});
    else if (state == "57014")
        keepError({ErrorCode::Unavailable, "the database takes too long: " + why});
    else if (state.starts_with("08") || state.starts_with("57"))
        keepError({ErrorCode::Unavailable, "the database ends the connection: " + why});
    else if (state.starts_with("23") || state.starts_with("42") || state.starts_with("22") || state.starts_with("25"))
        keepError({ErrorCode::Internal, "the database refuses a change: " + why});
    else
        keepError({ErrorCode::Io, "the database fails: " + why});
}

// ---- PgQuery ----

bool PgQuery::next()
{
    if (m_row < 0) {
        run();
        if (!m_database.error())
            m_result = m_database.finish(true);
    }
    m_column = 0;
    return m_result != nullptr && ++m_row < PQntuples(m_result.get());
}

void PgQuery::bindRaw(std::string_view raw)
{
    const auto i = static_cast<std::size_t>(m_count++);
    m_values[i] = raw.empty() ? "" : raw.data(); // a null pointer would be NULL
    m_lengths[i] = static_cast<int>(raw.size());
}

void PgQuery::bind(std::int64_t value)
{
    auto& bigEndian = m_integers[static_cast<std::size_t>(m_count)];
    for (std::size_t i = 0; i < bigEndian.size(); ++i)
        bigEndian[i] = static_cast<char>((static_cast<std::uint64_t>(value) >> (56 - 8 * i)) & 0xff);
    bindRaw({bigEndian.data(), bigEndian.size()});
}

void PgQuery::bind(std::nullopt_t)
{
    m_values[static_cast<std::size_t>(m_count++)] = nullptr;
}

bool PgQuery::isNull() const
{
    return PQgetisnull(m_result.get(), m_row, m_column) != 0;
}

std::string_view PgQuery::bytes()
{
    const int column = m_column++;
    return {PQgetvalue(m_result.get(), m_row, column),
            static_cast<std::size_t>(PQgetlength(m_result.get(), m_row, column))};
}

std::int64_t PgQuery::integer()
{
    std::uint64_t value = 0;
    for (const char c : bytes())
        value = value << 8 | static_cast<std::uint8_t>(c);
    return static_cast<std::int64_t>(value);
}

} // namespace mutoscope::ledger
