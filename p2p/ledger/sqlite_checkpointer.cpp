#include "p2p/ledger/sqlite_checkpointer.h"

#include <chrono>

#include <pthread.h>

#include "p2p/base/log.h"
#include "p2p/ledger/sqlite.h"

namespace mutoscope::ledger
{

SqliteCheckpointer::SqliteCheckpointer(sqlite3* writer, std::filesystem::path file, int pages)
    : m_writer(writer), m_file(std::move(file)), m_pages(pages)
{
    // In place of the one that PRAGMA wal_autocheckpoint has set.
    sqlite3_wal_hook(
        m_writer,
        [](void* self, sqlite3*, const char*, int pagesInLog) {
            static_cast<SqliteCheckpointer*>(self)->committed(pagesInLog);
            return SQLITE_OK;
        },
        this);
}

SqliteCheckpointer::~SqliteCheckpointer()
{
    sqlite3_wal_hook(m_writer, nullptr, nullptr);
    m_stopping = true;
    m_wake.release();
    if (m_thread.joinable())
        m_thread.join();
}

void SqliteCheckpointer::committed(int pages)
{
    switch (m_state.load()) {
    case State::Idle:
        if (pages < m_pages)
            return;
        if (!m_thread.joinable())
            m_thread = std::thread([this] { loop(); });
        m_state = State::Working;
        m_wake.release();
        return;
    case State::Working:
        return;
    case State::RestIsLeft:
        // What it can't carry over, as somebody reads an older state, waits for the next time.
        sqlite3_wal_checkpoint_v2(m_writer, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        m_state = State::Idle;
    }
}

void SqliteCheckpointer::loop()
{
    ::pthread_setname_np(::pthread_self(), "checkpoint");
    const auto database = SqliteDatabase::open(m_file, std::chrono::milliseconds(0));
    for (;;) {
        m_wake.acquire();
        if (m_stopping)
            return;
        const base::Result<int> done = database ? (*database)->checkpoint() : tl::unexpected(database.error());
        if (!done)
            qCWarning(logLedger, "the write-ahead log could not be carried over: %s", done.error().message.c_str());
        m_state = State::RestIsLeft; // after a failure the writer tries itself, as without this thread
    }
}

} // namespace mutoscope::ledger
