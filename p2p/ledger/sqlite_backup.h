#pragma once

#include <filesystem>

#include "p2p/base/result.h"

namespace mutoscope::ledger
{

/// A copy of the database as it is at this moment, while others read and write it. Durable when it returns. The copy's
/// file must not exist (Conflict). Errors: Io, Unavailable; then there is no copy.
[[nodiscard]] base::Result<void> backupSqlite(const std::filesystem::path& database, const std::filesystem::path& copy);

} // namespace mutoscope::ledger
