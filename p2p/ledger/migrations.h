#pragma once

#include <span>
#include <string>
#include <string_view>

#include "p2p/base/result.h"

namespace mutoscope::ledger
{

struct Migration {
    std::string_view name; ///< "001_ledger"
    std::string_view sql;
};

/// All of migrations/*.sql in their order; the position, from 1, is the schema version.
[[nodiscard]] std::span<const Migration> migrations();

class SqliteDatabase;

/// Brings the schema up to date: each migration in a transaction of its own, together with its number. Several processes
/// may try at once. Conflict where the database is another program's, or newer than this program; `file` is for the
/// sentence.
[[nodiscard]] base::Result<void> migrate(SqliteDatabase& database, const std::string& file);

} // namespace mutoscope::ledger
