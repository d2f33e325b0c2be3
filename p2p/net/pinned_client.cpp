#include "p2p/net/pinned_client.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <unordered_map>

#include "p2p/net/pinned_link.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "p2p/base/log.h"
#include "p2p/net/endpoint.h"
#include "p2p/net/message_rules.h"

namespace mutoscope::net
{

namespace
{

namespace asio = boost::asio;
using base::ErrorCode;
using boost::system::error_code;

constexpr auto sampleEach = std::chrono::milliseconds(250);
constexpr std::size_t maxPools = 64; // beyond, those of endpoints without a connection are forgotten

using Pool = PinnedPool;
using Job = PinnedJob;
struct Asked {
    HttpClient::Callback callback;
    Job::Received received = std::make_shared<std::atomic<std::int64_t>>(0);
};
using AllAsked = std::unordered_map<HttpClient::RequestId, Asked>;

} // namespace

/// What was asked for belongs to the executor's thread, connections and requests under way to the I/O thread.
class PinnedHttpClient::Impl final : PinnedLinkOwner
{
public:
    Impl(base::Executor& executor, PinnedClientLimits limits, Dialer* dialer) : m_executor(executor), m_limits(limits), m_dialer(dialer)
    {
        m_thread = std::thread([this] { run(); });
    }
    ~Impl() override;

    RequestId send(const Endpoint& endpoint, HttpRequest&& request, RequestLimits limits, Callback&& callback);
    void cancel(RequestId id);
    [[nodiscard]] LineFigures line(const Endpoint& endpoint) const;
    [[nodiscard]] std::optional<std::int64_t> received(RequestId id) const;
    [[nodiscard]] bool isOwnThread() const { return std::this_thread::get_id() == m_owner; }
    [[nodiscard]] Counters counters() const { return {m_connections, m_resumed, m_repeated}; }

private:
    using PoolKey = std::tuple<std::string, std::uint16_t, std::optional<base::Sha256>, std::optional<base::PublicKey>>;

    void post(RequestId id, base::Result<HttpResponse> result); // any thread

    // I/O thread:
    void finish(const std::shared_ptr<Job>& job, base::Result<HttpResponse> result) override;
    void repeat(const std::vector<std::shared_ptr<Job>>& jobs) override;
    void began(const std::shared_ptr<Job>& job) override;
    void waits(const std::shared_ptr<Job>& job) override { job->timer.cancel(); }
    void arm(const std::shared_ptr<Job>& job);
    void pump(const std::shared_ptr<Pool>& pool) override;
    void connected(bool resumed) override;
    [[nodiscard]] Dialer* dialer() const override { return m_dialer; }
    [[nodiscard]] std::shared_ptr<asio::io_context> context() const override { return m_sharedContext; }
    void run();
    void submit(const std::shared_ptr<Job>& job);
    void drop(RequestId id);
    void expired(const std::shared_ptr<Job>& job);
    void breakOff(const std::shared_ptr<Job>& job);
    std::shared_ptr<Pool> poolFor(const Endpoint& endpoint);
    [[nodiscard]] std::shared_ptr<PinnedLink> linkFor(const std::shared_ptr<Pool>& pool, const Job& job);
    void measure(const std::shared_ptr<Pool>& pool);
    void sampleLater(const std::shared_ptr<Pool>& pool);
    [[nodiscard]] static LinkSpread::Ms now();
    [[nodiscard]] static PoolKey keyOf(const Endpoint& endpoint) { return {endpoint.host, endpoint.port, endpoint.pin, endpoint.relayed}; }

    base::Executor& m_executor;
    const PinnedClientLimits m_limits;
    Dialer* const m_dialer;
    const std::thread::id m_owner = std::this_thread::get_id();
    const std::shared_ptr<AllAsked> m_asked = std::make_shared<AllAsked>();
    RequestId m_lastId = 0;
    mutable std::mutex m_linesMutex; // m_lines
    std::map<PoolKey, LineFigures> m_lines;
    std::atomic<std::uint64_t> m_connections{0};
    std::atomic<std::uint64_t> m_resumed{0};
    std::atomic<std::uint64_t> m_repeated{0};

    /// A dialer may have something for a connection that is gone by then.
    const std::shared_ptr<asio::io_context> m_sharedContext = std::make_shared<asio::io_context>(1);
    asio::io_context& m_context = *m_sharedContext;
    asio::executor_work_guard<asio::io_context::executor_type> m_guard{m_context.get_executor()};
    std::map<PoolKey, std::shared_ptr<Pool>> m_pools;
    std::unordered_map<RequestId, std::shared_ptr<Job>> m_jobs;
    std::thread m_thread;
};

PinnedHttpClient::Impl::~Impl()
{
    m_asked->clear();
    asio::post(m_context, [this] {
        m_jobs.clear();
        for (const auto& [key, pool] : m_pools) {
            pool->queue.clear();
            for (const auto& link : std::vector(pool->links))
                link->close();
            pool->sampling.cancel();
        }
        m_context.stop(); // a name that is still being looked up is not waited for here
    });
    m_thread.join();
}

void PinnedHttpClient::Impl::run()
{
    for (;;) {
        try {
            m_context.run();
            return;
        } catch (const std::exception& error) { // no memory, most likely: that request runs into its time limit
            qCWarning(logNet, "a connection failed: %s", error.what());
        }
    }
}

HttpClient::RequestId PinnedHttpClient::Impl::send(const Endpoint& endpoint, HttpRequest&& request, RequestLimits limits,
                                                   Callback&& callback)
{
    const RequestId id = ++m_lastId;
    const auto received = m_asked->emplace(id, Asked{std::move(callback)}).first->second.received;
    if (std::string why = whyNotSendable(request); !why.empty()) {
        post(id, base::fail(ErrorCode::Malformed, std::move(why)));
    } else if (!endpoint.pin && !limits.anyCertificate) {
        post(id, base::fail(ErrorCode::Network, hostAndPort(endpoint) + " announced no certificate to know it by"));
    } else {
        auto job = std::make_shared<Job>(m_context, id, endpoint, std::move(request), limits, received);
        job->timer.expires_after(limits.timeout);
        asio::post(m_context, [this, job = std::move(job)] { submit(job); });
    }
    return id;
}

void PinnedHttpClient::Impl::cancel(RequestId id)
{
    if (m_asked->erase(id) > 0)
        asio::post(m_context, [this, id] { drop(id); });
}

std::optional<std::int64_t> PinnedHttpClient::Impl::received(RequestId id) const
{
    const auto found = m_asked->find(id);
    return found == m_asked->end() ? std::nullopt : std::optional(found->second.received->load(std::memory_order_relaxed));
}

void PinnedHttpClient::Impl::post(RequestId id, base::Result<HttpResponse> result)
{
    m_executor.post([asked = std::weak_ptr(m_asked), id, result = std::move(result)]() mutable {
        const auto known = asked.lock();
        if (!known)
            return;
        auto found = known->extract(id); // out before the call, which may send, cancel, or end the client
        if (!found.empty())
            found.mapped().callback(std::move(result));
    });
}

void PinnedHttpClient::Impl::submit(const std::shared_ptr<Job>& job)
{
    m_jobs.emplace(job->id, job);
    arm(job);
    const auto pool = poolFor(job->endpoint);
    pool->queue.push_back(job);
    pump(pool);
}

void PinnedHttpClient::Impl::arm(const std::shared_ptr<Job>& job)
{
    job->timer.async_wait([this, job](error_code error) {
        if (!error && m_jobs.contains(job->id))
            expired(job);
    });
}

/// Its time begins anew where it has waited for others' answers.
void PinnedHttpClient::Impl::began(const std::shared_ptr<Job>& job)
{
    if (!job->limits.pipelined)
        return;
    job->timer.expires_after(job->limits.timeout);
    arm(job);
}

void PinnedHttpClient::Impl::finish(const std::shared_ptr<Job>& job, base::Result<HttpResponse> result)
{
    job->timer.cancel();
    if (m_jobs.erase(job->id) > 0)
        post(job->id, std::move(result));
}

void PinnedHttpClient::Impl::drop(RequestId id)
{
    const auto it = m_jobs.find(id);
    if (it == m_jobs.end())
        return;
    const auto job = it->second;
    m_jobs.erase(it);
    job->timer.cancel();
    breakOff(job);
}

void PinnedHttpClient::Impl::expired(const std::shared_ptr<Job>& job)
{
    m_jobs.erase(job->id);
    post(job->id, base::fail(ErrorCode::Timeout, hostAndPort(job->endpoint) + " did not answer within " +
                                                     std::to_string(job->limits.timeout.count()) + " ms"));
    breakOff(job);
}

void PinnedHttpClient::Impl::breakOff(const std::shared_ptr<Job>& job)
{
    const auto pool = poolFor(job->endpoint);
    std::erase(pool->queue, job);
    const auto has = [&job](const auto& link) { return std::ranges::find(link->jobs(), job) != link->jobs().end(); };
    const auto found = std::ranges::find_if(pool->links, has);
    if (found != pool->links.end() && !(*found)->withdraw(job)) {
        const auto link = *found;
        auto others = link->jobs();
        link->close();
        std::erase(others, job);
        pool->queue.insert(pool->queue.begin(), others.begin(), others.end()); // not their fault
    }
    pump(pool);
}

void PinnedHttpClient::Impl::connected(bool resumed)
{
    ++m_connections;
    if (resumed)
        ++m_resumed;
}

void PinnedHttpClient::Impl::repeat(const std::vector<std::shared_ptr<Job>>& jobs)
{
    m_repeated += jobs.size();
    const auto pool = poolFor(jobs.front()->endpoint);
    // What killed this kept connection has most likely killed the others too.
    for (const auto& link : std::vector(pool->links))
        if (link->isIdle())
            link->close();
    pool->queue.insert(pool->queue.begin(), jobs.begin(), jobs.end());
    pump(pool);
}

/// The first that can leave, and what can behind it. A pipelined one does not wait for a connection of its own, nor does it hold
/// up others.
void PinnedHttpClient::Impl::pump(const std::shared_ptr<Pool>& pool)
{
    for (bool goesOn = true; goesOn;) {
        goesOn = false;
        for (auto it = pool->queue.begin(); it != pool->queue.end(); ++it) {
            if (const auto link = linkFor(pool, **it)) {
                const auto job = *it;
                pool->queue.erase(it);
                link->start(job);
                goesOn = true; // it may have changed both lists
                break;
            }
        }
    }
    measure(pool);
}

std::shared_ptr<PinnedLink> PinnedHttpClient::Impl::linkFor(const std::shared_ptr<Pool>& pool, const Job& job)
{
    auto& links = pool->links;
    std::shared_ptr<PinnedLink> behind; // the one with the fewest before it
    std::size_t pipelines = 0;
    for (const auto& link : links) {
        if (link->isIdle() || !link->accepts(job))
            continue;
        ++pipelines;
        if (!behind || link->jobs().size() < behind->jobs().size())
            behind = link;
    }
    if (behind && pipelines >= pool->spread.connections())
        return behind;
    auto idle = std::find_if(links.rbegin(), links.rend(), [](const auto& link) { return link->isIdle() && link->isConnected(); });
    if (idle == links.rend()) // one that was made for a request that is cancelled by now
        idle = std::find_if(links.rbegin(), links.rend(), [](const auto& link) { return link->isIdle(); });
    if (idle != links.rend())
        return *idle;
    if (links.size() < std::max<std::size_t>(1, m_limits.connectionsPerEndpoint))
        return links.emplace_back(PinnedLink::make(*this, m_context, m_limits, pool));
    return behind;
}

// ---- what is learnt of the line ----

void PinnedHttpClient::Impl::measure(const std::shared_ptr<Pool>& pool)
{
    std::chrono::microseconds least{0};
    bool isBusy = false;
    for (const auto& link : pool->links) {
        isBusy = isBusy || !link->isIdle();
        const auto figures = pool->endpoint.relayed ? std::nullopt : link->figures(); // of a relay's connection they are the relay's
        if (figures && figures->leastRoundTrip.count() > 0 && (least.count() == 0 || figures->leastRoundTrip < least))
            least = figures->leastRoundTrip;
    }
    {
        const std::lock_guard lock(m_linesMutex);
        LineFigures& line = m_lines[keyOf(pool->endpoint)];
        if (least.count() > 0)
            line.roundTrip = line.roundTrip.count() == 0 ? least : std::min(least, line.roundTrip);
        line.bytesPerSecond = pool->spread.bytesPerSecond();
        line.connections = static_cast<std::int64_t>(pool->spread.connections());
    }
    if (isBusy && !std::exchange(pool->isSampled, true)) {
        pool->spread.pause(now());
        sampleLater(pool);
    }
}

LinkSpread::Ms PinnedHttpClient::Impl::now()
{
    return std::chrono::duration_cast<LinkSpread::Ms>(std::chrono::steady_clock::now().time_since_epoch());
}

void PinnedHttpClient::Impl::sampleLater(const std::shared_ptr<Pool>& pool)
{
    pool->sampling.expires_after(sampleEach);
    pool->sampling.async_wait([this, weak = std::weak_ptr(pool)](error_code error) {
        const auto alive = weak.lock();
        if (error || !alive)
            return;
        LinkSpread::Sample sample;
        for (const auto& link : alive->links) {
            const auto figures = link->figures();
            const TcpFigures before = std::exchange(link->seen, figures.value_or(link->seen));
            if (!figures || link->isIdle())
                continue;
            ++sample.busy;
            sample.bytes += figures->bytesReceived - before.bytesReceived;
            sample.packets += figures->packetsReceived - before.packetsReceived;
            sample.outOfOrder += figures->outOfOrder - before.outOfOrder;
        }
        alive->isSampled = sample.busy > 0;
        if (alive->isSampled) {
            alive->spread.sample(now(), sample);
            sampleLater(alive);
        }
        pump(alive); // there may be another connection to be used now
    });
}

LineFigures PinnedHttpClient::Impl::line(const Endpoint& endpoint) const
{
    const std::lock_guard lock(m_linesMutex);
    const auto found = m_lines.find(keyOf(endpoint));
    return found == m_lines.end() ? LineFigures() : found->second;
}

std::shared_ptr<Pool> PinnedHttpClient::Impl::poolFor(const Endpoint& endpoint)
{
    auto& pool = m_pools[keyOf(endpoint)];
    if (pool)
        return pool;
    const std::size_t most = std::max<std::size_t>(2, m_limits.connectionsPerEndpoint) - 1; // one is left for what is not pipelined
    pool = std::make_shared<Pool>(m_context, endpoint, most);
    const auto made = pool;
    if (m_pools.size() > maxPools) {
        std::erase_if(m_pools, [&made](const auto& entry) {
            return entry.second != made && entry.second->links.empty() && entry.second->queue.empty();
        });
        const std::lock_guard lock(m_linesMutex);
        std::erase_if(m_lines, [this](const auto& entry) { return !m_pools.contains(entry.first); });
    }
    return made;
}

PinnedHttpClient::PinnedHttpClient(base::Executor& executor, PinnedClientLimits limits, Dialer* dialer)
    : m_impl(std::make_unique<Impl>(executor, limits, dialer))
{
}

PinnedHttpClient::~PinnedHttpClient() = default;

HttpClient::RequestId PinnedHttpClient::send(const Endpoint& endpoint, HttpRequest request, RequestLimits limits,
                                             Callback callback)
{
    Q_ASSERT(m_impl->isOwnThread());
    return m_impl->send(endpoint, std::move(request), limits, std::move(callback));
}

void PinnedHttpClient::cancel(RequestId request)
{
    Q_ASSERT(m_impl->isOwnThread());
    m_impl->cancel(request);
}

LineFigures PinnedHttpClient::line(const Endpoint& endpoint) const
{
    return m_impl->line(endpoint);
}

std::optional<std::int64_t> PinnedHttpClient::received(RequestId request) const
{
    Q_ASSERT(m_impl->isOwnThread());
    return m_impl->received(request);
}

PinnedHttpClient::Counters PinnedHttpClient::counters() const
{
    return m_impl->counters();
}

} // namespace mutoscope::net
