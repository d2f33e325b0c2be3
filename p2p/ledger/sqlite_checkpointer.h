#pragma once

#include <atomic>
#include <filesystem>
#include <semaphore>
#include <thread>

struct sqlite3;

namespace mutoscope::ledger
{

/// Carries what the write-ahead log holds into the database file, on a thread and a connection of its own: done by the
/// writer at its commits, all requests wait for the disk meanwhile. Nothing depends on when it is done, as what was committed
/// is durable in the log; a log that is never carried over only grows.
///
/// While its thread works, the writer goes on and the log grows by what it writes; that rest is carried over by the writer
/// itself, so that the log is used from its beginning again.
class SqliteCheckpointer
{
public:
    /// `writer` is a connection to `file`, and outlives this. Begins when the log has this many pages; a ledger that never has
    /// so many costs no thread.
    SqliteCheckpointer(sqlite3* writer, std::filesystem::path file, int pages);
    ~SqliteCheckpointer();
    SqliteCheckpointer(const SqliteCheckpointer&) = delete;
    SqliteCheckpointer& operator=(const SqliteCheckpointer&) = delete;

private:
    enum class State { Idle, Working, RestIsLeft };

    /// On the writer's thread, after a commit that left the log with so many pages.
    void committed(int pages);
    void loop();

    sqlite3* const m_writer;
    const std::filesystem::path m_file;
    const int m_pages;
    std::atomic<State> m_state = State::Idle; ///< only the writer begins, only the thread ends
    std::atomic<bool> m_stopping = false;
    std::binary_semaphore m_wake{0};
    std::thread m_thread;
};

} // namespace mutoscope::ledger
