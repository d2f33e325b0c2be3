#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "p2p/base/clock.h"
#include "p2p/ledger/group_committer.h"
#include "p2p/net/http.h"
#include "p2p/net/relay_server.h"

namespace mutoscope::tracker
{

/// Figures of a running tracker, and whether it is well. Any thread. docs/operations.md says what each means.
class Metrics
{
public:
    /// Must outlive it.
    explicit Metrics(const base::Clock& clock) : m_clock(clock) {}

    void requestBegun() { ++m_underWay; }
    void requestDone(const std::string& method, int status, std::chrono::microseconds time);
    void committed(const ledger::GroupCommitter::Options::Batch& batch);

    /// What others know at the moment of asking.
    struct Gauges {
        ledger::GroupCommitter::Load queue;
        int connections = 0;
        std::int64_t uptimeSeconds = 0;
        std::int64_t databaseBytes = 0;
        std::optional<ledger::Store::Totals> totals;              ///< none where the ledger could not be read
        std::vector<std::pair<std::int64_t, std::int64_t>> heads; ///< chain, number
        std::int64_t reservesTimeMs = 0;                          ///< of the newest proof; 0: none
        struct Peer {
            ledger::Ledger::Peer books;
            bool answers = false;                   ///< the last time it was asked
            std::optional<base::Tokens> theirLimit; ///< what this tracker may owe there, as it said last
            std::optional<base::Tokens> theirOwed;  ///< what this tracker owes by the other's books
        };
        std::vector<Peer> peers;
        std::optional<net::RelayServer::Counters> relay; ///< where there is one
        std::optional<base::Tokens> relayEarned;         ///< where it sells
    };
    /// Prometheus' text format, version 0.0.4.
    [[nodiscard]] std::string text(const Gauges& gauges) const;

    /// Longer than this no request may wait for the ledger.
    static constexpr std::chrono::milliseconds maxWait{10'000};
    /// Empty where all is well; else a sentence: the last commit failed, or the writer hangs.
    [[nodiscard]] std::string trouble(const ledger::GroupCommitter::Load& queue) const;
    /// Whether there was no commit for that long, or the last one failed: time for a probe.
    [[nodiscard]] bool isStale(std::chrono::milliseconds age) const;

private:
    template <std::size_t N>
    struct Histogram {
        std::array<std::int64_t, N> counts{}; ///< of each bound, and not those before; the rest is in `total` only
        std::int64_t total = 0;
        double sum = 0;
    };
    static constexpr std::array secondsBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                              0.25,  0.5,    1.0,   2.5,  5.0,   10.0};
    static constexpr std::array sizeBounds{1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0};
    template <std::size_t N>
    static void add(Histogram<N>& histogram, const std::array<double, N>& bounds, double value);
    template <std::size_t N>
    static void write(std::string& out, const char* name, const Histogram<N>& histogram,
                      const std::array<double, N>& bounds);

    const base::Clock& m_clock;
    std::atomic<std::int64_t> m_underWay = 0;
    mutable std::mutex m_mutex; ///< of everything below
    std::map<std::pair<std::string, int>, std::int64_t> m_requests;
    Histogram<secondsBounds.size()> m_requestTime;
    Histogram<secondsBounds.size()> m_commitTime;
    Histogram<sizeBounds.size()> m_batchSize;
    std::int64_t m_failedCommits = 0;
    std::optional<std::string> m_failure; ///< of the last commit
    std::optional<std::chrono::milliseconds> m_lastCommit; ///< monotonic
};

/// Counts what passes through to another handler.
class MeasuredHandler final : public net::RequestHandler
{
public:
    /// Both must outlive it.
    MeasuredHandler(net::RequestHandler& inner, Metrics& metrics) : m_inner(inner), m_metrics(metrics) {}

    void handle(net::HttpRequest request, Respond respond) override;

private:
    net::RequestHandler& m_inner;
    Metrics& m_metrics;
};

} // namespace mutoscope::tracker
