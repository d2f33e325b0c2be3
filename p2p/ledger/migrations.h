#pragma once

#include <span>
#include <string_view>

namespace mutoscope::ledger
{

struct Migration {
    std::string_view name; ///< "001_ledger"
    std::string_view sql;
};

/// All of migrations/<engine>/*.sql in their order; the position, from 1, is the schema version. One that was released is
/// never edited.
[[nodiscard]] std::span<const Migration> sqliteMigrations();
[[nodiscard]] std::span<const Migration> postgresqlMigrations();

} // namespace mutoscope::ledger
