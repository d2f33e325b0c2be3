#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
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
        std::size_t batch = 128;   ///< jobs of one transaction at most
        bool thread = true;        ///< else whoever made it calls runPending(), in tests and simulations
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
    /// Runs what waits and takes nothing more. From any thread but the writer's.
    void stop();

private:
    struct Item {
        Ledger::Job job;
        Done done;
    };

    [[nodiscard]] std::vector<Item> take();
    void run(std::vector<Item> items);
    void loop();

    Ledger& m_ledger;
    const Options m_options;
    std::mutex m_mutex; ///< of the two below
    std::deque<Item> m_queue;
    bool m_stopping = false;
    std::condition_variable m_wake;
    std::thread m_thread;
};

} // namespace mutoscope::ledger
