#include "p2p/ledger/group_committer.h"

#include <algorithm>

#include <pthread.h>

#include "p2p/base/log.h"
#include "p2p/base/stopwatch.h"

namespace mutoscope::ledger
{

using base::ErrorCode;

GroupCommitter::GroupCommitter(Ledger& ledger, Options options) : m_ledger(ledger), m_options(options)
{
    if (m_options.thread)
        m_thread = std::thread([this] { loop(); });
}

GroupCommitter::~GroupCommitter()
{
    stop();
}

base::Result<void> GroupCommitter::submit(Ledger::Job job, Done done)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping)
            return base::fail(ErrorCode::Unavailable, "the tracker is stopping");
        if (m_queue.size() >= m_options.queue)
            return base::fail(ErrorCode::Unavailable, "the tracker has too much to do, slow down");
        m_queue.push_back({std::move(job), std::move(done), m_ledger.clock().monotonic()});
    }
    m_wake.notify_one();
    return {};
}

std::vector<GroupCommitter::Item> GroupCommitter::take()
{
    std::vector<Item> items;
    const std::size_t count = std::min(m_queue.size(), m_options.batch);
    items.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        items.push_back(std::move(m_queue.front()));
        m_queue.pop_front();
    }
    if (!items.empty())
        m_underWay = items.front().since;
    return items;
}

GroupCommitter::Load GroupCommitter::load() const
{
    const std::lock_guard lock(m_mutex);
    Load load{.waiting = m_queue.size()};
    const auto since = m_underWay ? m_underWay : m_queue.empty() ? std::nullopt : std::optional(m_queue.front().since);
    if (since)
        load.oldest = m_ledger.clock().monotonic() - *since;
    return load;
}

void GroupCommitter::run(std::vector<Item> items)
{
    std::vector<Ledger::Job> jobs;
    jobs.reserve(items.size());
    for (Item& item : items)
        jobs.push_back(std::move(item.job));
    const auto begin = base::stopwatch();
    const auto outcomes = m_ledger.transact(jobs);
    if (m_options.observe) {
        const bool failed = std::ranges::none_of(outcomes, [](const auto& outcome) { return outcome.has_value(); });
        m_options.observe({items.size(), base::stopwatch() - begin,
                           failed ? std::optional(outcomes.front().error()) : std::nullopt});
    }
    const auto bad = std::ranges::find_if(outcomes, [](const auto& outcome) { return !outcome.has_value(); });
    if (bad != outcomes.end())
        qCWarning(logLedger, "%s", bad->error().message.c_str());
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i].done(outcomes[i]);
    const std::lock_guard lock(m_mutex);
    m_underWay.reset();
}

std::size_t GroupCommitter::runPending()
{
    std::vector<Item> items;
    {
        const std::lock_guard lock(m_mutex);
        items = take();
    }
    const std::size_t count = items.size();
    if (count > 0)
        run(std::move(items));
    return count;
}

void GroupCommitter::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
    if (!m_options.thread) {
        while (runPending() > 0) {
        }
    }
}

void GroupCommitter::loop()
{
    ::pthread_setname_np(::pthread_self(), "ledger"); // for top -H, and the bench
    for (;;) {
        std::vector<Item> items;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_stopping || !m_queue.empty(); });
            items = take();
            if (items.empty())
                return; // stopping, and nothing is left
        }
        run(std::move(items));
    }
}

} // namespace mutoscope::ledger
