#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "p2p/ledger/ledger.h"

namespace mutoscope::ledger
{

/// Many jobs, one commit: durable answers at the price of a fraction of a disk sync each. Owns the ledger's one thread.
class GroupCommitter
{
public:
    struct Options {
        std::size_t queue = 4'096; ///< jobs that wait at most
        std::size_t batch = 256;   ///< jobs of one transaction at most
        bool thread = true;        ///< else whoever made it calls runPending(), in tests and simulations
        /// What became of each transaction, on the writer's thread.
        struct Batch {
            std::size_t jobs = 0;
            std::chrono::microseconds time{}; ///< from its begin to its commit
            std::optional<base::Error> failed; ///< nothing was written
        };
        std::function<void(const Batch&)> observe = {};
    };
    /// On the writer's thread, after the commit: the job's own outcome, or why the commit failed.
    using Done = std::function<void(base::Result<void>)>;

    /// `ledger` must outlive it and is used by nobody else meanwhile.
    explicit GroupCommitter(Ledger& ledger) : GroupCommitter(ledger, Options()) {}
    GroupCommitter(Ledger& ledger, Options options);
    /// stop()
    ~GroupCommitter();
    GroupCommitter(const GroupCommitter&) = delete;
    GroupCommitter& operator=(const GroupCommitter&) = delete;

    /// From any thread. Jobs run in the order of their submission. Error: Unavailable (the queue is full, or
    /// it is stopping); then neither is called.
    [[nodiscard]] base::Result<void> submit(Ledger::Job job, Done done);
    /// One transaction with what waits; returns how many jobs that were. Only without a thread.
    std::size_t runPending();
    /// Jobs that wait, and how long the one has that is under way or waits for longest. Any thread.
    struct Load {
        std::size_t waiting = 0;
        std::chrono::milliseconds oldest{};
    };
    [[nodiscard]] Load load() const;
    /// Runs what waits and takes nothing more. From any thread but the writer's.
    void stop();

private:
    struct Item {
        Ledger::Job job;
        Done done;
        std::chrono::milliseconds since; ///< monotonic
    };

    [[nodiscard]] std::vector<Item> take();
    void run(std::vector<Item> items);
    void loop();

    Ledger& m_ledger;
    const Options m_options;
    mutable std::mutex m_mutex; ///< of the three below
    std::deque<Item> m_queue;
    std::optional<std::chrono::milliseconds> m_underWay; ///< since when the oldest job of the batch has waited
    bool m_stopping = false;
    std::condition_variable m_wake;
    std::thread m_thread;
};

} // namespace mutoscope::ledger
