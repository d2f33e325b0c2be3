#pragma once

#include <span>
#include <string_view>

namespace mutoscope::ledger
{

struct Migration {
    std::string_view name; ///< "001_ledger"
    std::string_view sql;
};

/// All of migrations/*.sql in their order; the position, from 1, is the schema version.
[[nodiscard]] std::span<const Migration> migrations();

} // namespace mutoscope::ledger
