#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "p2p/ledger/store.h"

namespace mutoscope::ledger
{

struct SqliteOptions {
    std::chrono::milliseconds busyTimeout{5'000}; ///< for another process's transaction
    bool create = true;                           ///< else NotFound where there is no file
    int checkpointPages = 8'000; ///< of the write-ahead log, when it is carried over: the more, the more often one that changed many times is copied once
};

/// How a connection is set, beside the write-ahead log; the bench's bare loop is set alike.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 5> sqlitePragmas{{
    {"synchronous", "FULL"}, // NORMAL would lose the newest commits in a power cut
    {"foreign_keys", "ON"},
    {"trusted_schema", "OFF"},
    {"temp_store", "MEMORY"},
    {"cache_size", "-262144"}, // KiB, where there is so much: among a million addresses the next ones are anywhere
}};

/// Opens or creates the database file (":memory:" for one that is gone with the store) and brings its schema up to date.
/// WAL with synchronous=FULL: what was committed survives a power cut. Errors: Io, Unavailable, NotFound, and Conflict
/// where the file is not a ledger, or has a newer schema than this program knows.
[[nodiscard]] base::Result<std::unique_ptr<Store>> openSqlite(const std::filesystem::path& file,
                                                              const SqliteOptions& options = {});

} // namespace mutoscope::ledger
