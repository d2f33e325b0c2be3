#include "p2p/tracker/metrics.h"

#include <algorithm>
#include <cstdio>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/base/stopwatch.h"
#include "p2p/tracker/log_event.h"
#include "p2p/tracker/service.h"

namespace mutoscope::tracker
{

namespace
{

std::string number(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.12g", value);
    return text.data();
}

void head(std::string& out, const char* name, const char* type, const char* help)
{
    out += "# HELP " + std::string(name) + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

void line(std::string& out, const std::string& name, std::int64_t value)
{
    out += name + " " + std::to_string(value) + "\n";
}

void gauge(std::string& out, const char* name, const char* help, std::int64_t value, const char* type = "gauge")
{
    head(out, name, type, help);
    line(out, name, value);
}

} // namespace

template <std::size_t N>
void Metrics::add(Histogram<N>& histogram, const std::array<double, N>& bounds, double value)
{
    const auto bound = std::ranges::lower_bound(bounds, value);
    if (bound != bounds.end())
        ++histogram.counts[static_cast<std::size_t>(bound - bounds.begin())];
    ++histogram.total;
    histogram.sum += value;
}

template <std::size_t N>
void Metrics::write(std::string& out, const char* name, const Histogram<N>& histogram,
                    const std::array<double, N>& bounds)
{
    std::int64_t below = 0;
    for (std::size_t i = 0; i < N; ++i) {
        below += histogram.counts[i];
        line(out, std::string(name) + "_bucket{le=\"" + number(bounds[i]) + "\"}", below);
    }
    line(out, std::string(name) + "_bucket{le=\"+Inf\"}", histogram.total);
    out += std::string(name) + "_sum " + number(histogram.sum) + "\n";
    line(out, std::string(name) + "_count", histogram.total);
}

void Metrics::requestDone(const std::string& method, int status, std::chrono::microseconds time)
{
    --m_underWay;
    const std::lock_guard lock(m_mutex);
    ++m_requests[{method, status}];
    add(m_requestTime, secondsBounds, static_cast<double>(time.count()) / 1e6);
}

void Metrics::committed(const ledger::GroupCommitter::Options::Batch& batch)
{
    const std::lock_guard lock(m_mutex);
    m_lastCommit = m_clock.monotonic();
    if (batch.failed) {
        ++m_failedCommits;
        m_failure = batch.failed->message;
        return;
    }
    m_failure.reset();
    add(m_commitTime, secondsBounds, static_cast<double>(batch.time.count()) / 1e6);
    add(m_batchSize, sizeBounds, static_cast<double>(batch.jobs));
}

std::string Metrics::trouble(const ledger::GroupCommitter::Load& queue) const
{
    if (queue.oldest > maxWait)
        return "the ledger's writer hangs: a request waits for " + std::to_string(queue.oldest.count() / 1000) + " s";
    const std::lock_guard lock(m_mutex);
    return m_failure ? "the ledger can't be written: " + *m_failure : std::string();
}

bool Metrics::isStale(std::chrono::milliseconds age) const
{
    const std::lock_guard lock(m_mutex);
    return !m_lastCommit || m_failure || m_clock.monotonic() - *m_lastCommit >= age;
}

std::string Metrics::text(const Gauges& gauges) const
{
    std::string out;
    head(out, "mutoscope_build_info", "gauge", "Version of the program.");
    out += "mutoscope_build_info{version=\"" MUTOSCOPE_VERSION "\"} 1\n";
    gauge(out, "mutoscope_uptime_seconds", "Since the tracker started.", gauges.uptimeSeconds);
    gauge(out, "mutoscope_healthy", "1 where /healthz says 200.", trouble(gauges.queue).empty() ? 1 : 0);
    gauge(out, "mutoscope_connections", "Open connections of nodes.", gauges.connections);
    gauge(out, "mutoscope_requests_under_way", "Requests that were read and not answered yet.", m_underWay);
    gauge(out, "mutoscope_queue_jobs", "Jobs that wait for the ledger's writer.",
          static_cast<std::int64_t>(gauges.queue.waiting));
    head(out, "mutoscope_queue_oldest_seconds", "gauge", "How long the oldest job has waited.");
    out += "mutoscope_queue_oldest_seconds " + number(static_cast<double>(gauges.queue.oldest.count()) / 1000) + "\n";
    gauge(out, "mutoscope_database_bytes", "Size of the ledger's files.", gauges.databaseBytes);
    if (gauges.totals) {
        gauge(out, "mutoscope_open_contracts", "Contracts that are not closed.", gauges.totals->openContracts);
        gauge(out, "mutoscope_reserved_microtokens", "Reserved in them.", gauges.totals->reserved.value());
        gauge(out, "mutoscope_issued_microtokens", "Issued by the operator.", gauges.totals->issued.value());
    }
    head(out, "mutoscope_ledger_head", "gauge", "Number of the last entry of each chain.");
    for (const auto& [chain, entry] : gauges.heads)
        line(out, "mutoscope_ledger_head{chain=\"" + std::to_string(chain) + "\"}", entry);
    gauge(out, "mutoscope_reserves_timestamp_ms", "When the newest proof of reserves was made; 0: none yet.",
          gauges.reservesTimeMs);

    const auto ofPeers = [&](const char* name, const char* help, auto value) {
        if (!gauges.peers.empty())
            head(out, name, "gauge", help);
        for (const Gauges::Peer& peer : gauges.peers) {
            std::string label = name;
            label += "{peer=\"";
            label += base::toBase64Url(peer.books.tracker.raw());
            label += "\"}";
            if (const std::optional<std::int64_t> each = value(peer))
                line(out, label, *each);
        }
    };
    using Value = std::optional<std::int64_t>;
    const auto amount = [](const std::optional<base::Tokens>& tokens) { return tokens ? Value(tokens->value()) : Value(); };
    ofPeers("mutoscope_peer_limit_microtokens", "What another tracker may owe here.",
            [](const auto& peer) { return Value(peer.books.limit.value()); });
    ofPeers("mutoscope_peer_owed_microtokens", "What it owes.", [](const auto& peer) { return Value(peer.books.owed.value()); });
    ofPeers("mutoscope_peer_reserved_microtokens", "What it may come to owe by open contracts.",
            [](const auto& peer) { return Value(peer.books.reserved.value()); });
    ofPeers("mutoscope_peer_open_contracts", "Of them.", [](const auto& peer) { return Value(peer.books.openContracts); });
    ofPeers("mutoscope_peer_owing_microtokens", "What this tracker owes it.",
            [](const auto& peer) { return Value(peer.books.owing.value()); });
    ofPeers("mutoscope_peer_their_limit_microtokens", "What this tracker may owe there, as the other one says.",
            [&](const auto& peer) { return amount(peer.theirLimit); });
    ofPeers("mutoscope_peer_their_owed_microtokens", "What this tracker owes there, as the other one says.",
            [&](const auto& peer) { return amount(peer.theirOwed); });
    ofPeers("mutoscope_peer_up", "1 where it answered when it was asked last.",
            [](const auto& peer) { return Value(peer.answers ? 1 : 0); });

    if (gauges.relay) {
        const auto counter = [&out](const char* name, const char* help, std::uint64_t value) {
            gauge(out, name, help, static_cast<std::int64_t>(value), "counter");
        };
        gauge(out, "mutoscope_relay_nodes", "Nodes that wait at the relay to be called.", gauges.relay->nodes);
        gauge(out, "mutoscope_relay_copied_connections", "Pairs of connections between which it copies.", gauges.relay->copying);
        counter("mutoscope_relay_calls_total", "Calls of a node that waited.", gauges.relay->calls);
        counter("mutoscope_relay_copied_bytes_total", "Both directions together.", gauges.relay->copiedBytes);
        counter("mutoscope_relay_bought_bytes_total", "Of those, what nodes have bought.", gauges.relay->boughtBytes);
        counter("mutoscope_relay_unpaid_total", "Connections that ended because nobody paid for more.", gauges.relay->unpaid);
        if (gauges.relayEarned)
            gauge(out, "mutoscope_relay_earned_microtokens", "Receipted and settled so far.", gauges.relayEarned->value());
        counter("mutoscope_relay_refused_total", "What was refused, for limits or because a node was not there.", gauges.relay->refused);
    }

    const std::lock_guard lock(m_mutex);
    head(out, "mutoscope_requests_total", "counter", "Requests by method and status.");
    for (const auto& [key, count] : m_requests)
        line(out,
             "mutoscope_requests_total{method=\"" + key.first + "\",status=\"" + std::to_string(key.second) + "\"}",
             count);
    head(out, "mutoscope_request_seconds", "histogram", "From a request's last byte to its answer.");
    write(out, "mutoscope_request_seconds", m_requestTime, secondsBounds);
    head(out, "mutoscope_commit_seconds", "histogram", "Transactions of the ledger, begin to commit.");
    write(out, "mutoscope_commit_seconds", m_commitTime, secondsBounds);
    head(out, "mutoscope_batch_jobs", "histogram", "Jobs in a transaction.");
    write(out, "mutoscope_batch_jobs", m_batchSize, sizeBounds);
    gauge(out, "mutoscope_failed_commits_total", "Transactions that failed: nothing of them was written.",
          m_failedCommits, "counter");
    return out;
}

void MeasuredHandler::handle(net::HttpRequest request, Respond respond)
{
    // What strangers ask for becomes no label, or they could make as many as they like.
    const std::string method =
        Service::knows(request.target) ? request.target.substr(request.target.rfind('/') + 1) : "other";
    const auto begun = base::stopwatch();
    m_metrics.requestBegun();
    m_inner.handle(std::move(request), [this, method, begun, respond = std::move(respond)](net::HttpResponse response) {
        const auto time = base::stopwatch() - begun;
        m_metrics.requestDone(method, response.status, time);
        qCDebug(logTracker, "%s",
                event("request", {{"method", method},
                                  {"status", std::to_string(response.status)},
                                  {"microseconds", std::to_string(time.count())}})
                    .c_str());
        respond(std::move(response));
    });
}

} // namespace mutoscope::tracker
