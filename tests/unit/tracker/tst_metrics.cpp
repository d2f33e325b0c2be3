#include <QTest>

#include <nlohmann/json.hpp>

#include "p2p/tracker/log_event.h"
#include "p2p/tracker/metrics.h"
#include "tests/unit/tracker/service_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using ledger::GroupCommitter;
using tracker::Metrics;
using namespace std::chrono_literals;

namespace
{

bool has(const std::string& text, const std::string& line)
{
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

} // namespace

class TestMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsAndHistograms();
    void troubleIsNamed();
    void handlerCountsByMethodAndStatus();
    void committerTellsOfItsBatches();
    void logLines();
};

void TestMetrics::countsAndHistograms()
{
    const ManualClock clock;
    Metrics metrics(clock);
    for (const auto time : {500us, 1'000us, 1'001us, 20'000us, 60'000'000us})
        metrics.committed({.jobs = 3, .time = time, .failed = {}});
    metrics.requestBegun();
    metrics.requestBegun();
    metrics.requestDone("transfer", 402, 7ms);
    Metrics::Gauges gauges;
    gauges.queue.waiting = 5;
    gauges.queue.oldest = 1'500ms;
    gauges.heads = {{0, 17}, {2, 19}};
    gauges.totals = ledger::Store::Totals{2, Tokens(70), Tokens(1'000)};
    const std::string text = metrics.text(gauges);
    for (const char* line :
         {"mutoscope_commit_seconds_bucket{le=\"0.001\"} 2", "mutoscope_commit_seconds_bucket{le=\"0.0025\"} 3",
          "mutoscope_commit_seconds_bucket{le=\"0.025\"} 4", "mutoscope_commit_seconds_bucket{le=\"10\"} 4",
          "mutoscope_commit_seconds_bucket{le=\"+Inf\"} 5", "mutoscope_commit_seconds_count 5",
          "mutoscope_commit_seconds_sum 60.022501", "mutoscope_batch_jobs_bucket{le=\"2\"} 0",
          "mutoscope_batch_jobs_bucket{le=\"4\"} 5", "mutoscope_requests_total{method=\"transfer\",status=\"402\"} 1",
          "mutoscope_requests_under_way 1", "mutoscope_queue_jobs 5", "mutoscope_queue_oldest_seconds 1.5",
          "mutoscope_ledger_head{chain=\"2\"} 19", "mutoscope_open_contracts 2", "mutoscope_reserved_microtokens 70",
          "mutoscope_issued_microtokens 1000", "mutoscope_healthy 1"})
        QVERIFY2(has(text, line), line);
    QVERIFY(text.find("mutoscope_relay") == std::string::npos); // there is none
    gauges.relay = {.nodes = 1, .copying = 2, .calls = 3, .copiedBytes = 5'000'000'000, .boughtBytes = 3'000'000'000, .unpaid = 5, .refused = 4};
    gauges.relayEarned = base::Tokens(6);
    const std::string withRelay = metrics.text(gauges);
    for (const char* line : {"mutoscope_relay_nodes 1", "mutoscope_relay_copied_connections 2", "mutoscope_relay_calls_total 3",
                             "mutoscope_relay_copied_bytes_total 5000000000", "mutoscope_relay_refused_total 4", "mutoscope_relay_bought_bytes_total 3000000000",
                             "mutoscope_relay_unpaid_total 5", "mutoscope_relay_earned_microtokens 6"})
        QVERIFY2(has(withRelay, line), line);
    // What could not be read is left out, not told as 0.
    gauges.totals.reset();
    QVERIFY(metrics.text(gauges).find("mutoscope_issued") == std::string::npos);
}

void TestMetrics::troubleIsNamed()
{
    ManualClock clock;
    Metrics metrics(clock);
    QCOMPARE(metrics.trouble({}), std::string());
    QVERIFY(metrics.isStale(1h)); // never written yet
    metrics.committed({.jobs = 1, .time = 1ms, .failed = {}});
    QVERIFY(!metrics.isStale(1h));
    clock.advance(1h);
    QVERIFY(metrics.isStale(1h));
    metrics.committed({.jobs = 1, .time = 1ms, .failed = {}});
    metrics.committed({.jobs = 1, .time = 1ms, .failed = base::Error{base::ErrorCode::Io, "the disk is full"}});
    QVERIFY(metrics.trouble({}).find("the disk is full") != std::string::npos);
    QVERIFY(metrics.isStale(1h)); // to be tried again
    QVERIFY(has(metrics.text({}), "mutoscope_healthy 0"));
    QVERIFY(has(metrics.text({}), "mutoscope_failed_commits_total 1"));
    metrics.committed({.jobs = 1, .time = 1ms, .failed = {}});
    QCOMPARE(metrics.trouble({}), std::string());
    QCOMPARE(metrics.trouble({.waiting = 1, .oldest = 10'000ms}), std::string());
    QVERIFY(metrics.trouble({.waiting = 1, .oldest = 10'001ms}).find("hangs") != std::string::npos);
}

void TestMetrics::handlerCountsByMethodAndStatus()
{
    Tracker t;
    Metrics metrics(t.clock);
    tracker::MeasuredHandler handler(t.service, metrics);
    const auto ask = [&](const std::string& verb, const std::string& target, const std::string& body) {
        int status = 0;
        handler.handle({.method = verb, .target = target, .body = body, .peer = "test"},
                       [&](const net::HttpResponse& response) { status = response.status; });
        t.committer.runPending();
        return status;
    };
    QCOMPARE(ask("POST", "/v1/getBalance", t.from<wire::GetBalance>(t.viewer).bytes), 200);
    QCOMPARE(ask("POST", "/v1/getBalance", "rubbish"), 400);
    QCOMPARE(ask("GET", "/v1/getBalance", ""), 405);
    for (const char* target : {"/v1/x", "/getBalance", "/v1/getBalance\"} 1\nevil", "/"})
        QCOMPARE(ask("POST", target, ""), 404);
    const std::string text = metrics.text({});
    QVERIFY(has(text, "mutoscope_requests_total{method=\"getBalance\",status=\"200\"} 1"));
    QVERIFY(has(text, "mutoscope_requests_total{method=\"getBalance\",status=\"400\"} 1"));
    QVERIFY(has(text, "mutoscope_requests_total{method=\"getBalance\",status=\"405\"} 1"));
    QVERIFY(has(text, "mutoscope_requests_total{method=\"other\",status=\"404\"} 4"));
    QVERIFY(has(text, "mutoscope_request_seconds_count 7"));
    QVERIFY(has(text, "mutoscope_requests_under_way 0"));
    QVERIFY(text.find("evil") == std::string::npos);
}

void TestMetrics::committerTellsOfItsBatches()
{
    World w;
    std::vector<GroupCommitter::Options::Batch> batches;
    GroupCommitter committer(*w.ledger,
                             {.thread = false, .observe = [&](const auto& batch) { batches.push_back(batch); }});
    const auto submit = [&](bool fine) {
        QVERIFY(committer.submit(
            [fine](ledger::Ledger&) -> base::Result<void> {
                if (!fine)
                    return base::fail(base::ErrorCode::Io, "no disk");
                return {};
            },
            [](const base::Result<void>&) {}));
    };
    submit(true);
    submit(false);
    QCOMPARE(committer.load().waiting, std::size_t{2});
    w.clock.advance(3s);
    QCOMPARE(committer.load().oldest, std::chrono::milliseconds(3s));
    QCOMPARE(committer.runPending(), std::size_t{2});
    submit(false);
    committer.runPending();
    QCOMPARE(batches.size(), std::size_t{2});
    QCOMPARE(batches[0].jobs, std::size_t{2});
    QVERIFY(!batches[0].failed); // one of them was written
    QVERIFY(batches[1].failed);
    QCOMPARE(batches[1].failed->message, std::string("no disk"));
    QCOMPARE(committer.load().waiting, std::size_t{0});
    QCOMPARE(committer.load().oldest.count(), 0);
}

void TestMetrics::logLines()
{
    const std::string message =
        tracker::event("it\nhappened", {{"key", "a b"}, {"empty", ""}, {"n", "5"}, {"evil", "x\x1ey\x1fz\n{\""}});
    const tracker::LogLine line{
        .time = UnixMs(1'795'439'357'123), .level = "info", .category = "mutoscope.tracker", .message = message};
    QCOMPARE(QString::fromStdString(textLine(line)),
             QStringLiteral("2026-11-23T13:09:17.123Z info mutoscope.tracker: it happened key=\"a b\" empty=\"\" n=5 "
                            "evil=\"x y z {\\\"\""));
    const auto json = nlohmann::json::parse(jsonLine(line));
    QCOMPARE(json["time"].get<std::string>(), std::string("2026-11-23T13:09:17.123Z"));
    QCOMPARE(json["message"].get<std::string>(), std::string("it happened"));
    QCOMPARE(json["fields"]["key"].get<std::string>(), std::string("a b"));
    QCOMPARE(json["fields"]["evil"].get<std::string>(), std::string("x y z {\""));
    QVERIFY(jsonLine(line).find('\n') == std::string::npos);
    // A message without fields, and one that is no UTF-8.
    QVERIFY(!nlohmann::json::parse(
                 tracker::jsonLine({.time = {}, .level = "warning", .category = "c", .message = "plain \xff"}))
                 .contains("fields"));
    QCOMPARE(tracker::shortKey(keyOf(1).publicKey()).size(), std::size_t{8});
}

QTEST_GUILESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
