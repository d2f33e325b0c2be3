#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "p2p/base/executor.h"
#include "p2p/base/result.h"
#include "p2p/wire/answers.h"

namespace mutoscope::node
{

/// Brings the library back after a wallet was restored from its words: the films that its history names, one after the other, from whoever
/// seeds them now. A film that nobody has just now is asked for again, also after a restart; what is to be done rests in a small file. All
/// on the executor's thread.
class LibraryRestore
{
public:
    static constexpr std::chrono::minutes again{10}; ///< for those that nobody had

    using Fetched = std::function<void()>;
    struct Parts {
        base::Executor& executor;
        std::filesystem::path file;
        std::function<bool(const base::ContentId&)> has;
        /// Brings manifest and playlists into the library, if somebody has them, and pays nothing. One at a time; never calls back before
        /// it returns.
        std::function<void(const base::ContentId&, Fetched)> fetch;
        std::function<void()> changed; ///< pending() is another number
    };

    explicit LibraryRestore(Parts parts) : m_parts(std::move(parts)) {}
    ~LibraryRestore();
    LibraryRestore(const LibraryRestore&) = delete;
    LibraryRestore& operator=(const LibraryRestore&) = delete;

    /// Goes on with what is in the file, if there is one.
    [[nodiscard]] base::Result<void> load();
    /// Of a wallet that was just restored. Durable when it returns.
    [[nodiscard]] base::Result<void> begin();
    /// collect() is to be called once all of the history is known.
    [[nodiscard]] bool wantsHistory() const { return m_wantsHistory; }
    void collect(const std::vector<wire::HistoryEntry>& history);
    /// Films that are still missing.
    [[nodiscard]] std::size_t pending() const { return m_films.size(); }

private:
    [[nodiscard]] base::Result<void> keep() const;
    void changed();
    void next();

    Parts m_parts;
    bool m_wantsHistory = false;
    std::set<base::ContentId> m_films;
    std::deque<base::ContentId> m_round; ///< of m_films, not yet asked for this time
    bool m_underWay = false;
    base::Executor::TimerId m_timer = 0;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::node
