#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "p2p/ledger/store.h"

namespace mutoscope::ledger
{

struct SqliteOptions {
    std::chrono::milliseconds busyTimeout{5'000}; ///< for another process's transaction
    bool create = true;                           ///< else NotFound where there is no file
};

/// Opens or creates the database file (":memory:" for one that is gone with the store) and brings its schema up to date.
/// WAL with synchronous=FULL: what was committed survives a power cut. Errors: Io, Unavailable, NotFound, and Conflict
/// where the file is not a ledger, or has a newer schema than this program knows.
[[nodiscard]] base::Result<std::unique_ptr<Store>> openSqlite(const std::filesystem::path& file,
                                                              const SqliteOptions& options = {});

} // namespace mutoscope::ledger
