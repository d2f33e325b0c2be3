// Finding seeders: on a local network of three hosts, in a DHT of twenty nodes over long and lossy lines, and what it costs to
// be ready for it. See docs/benches.md. The last line of standard output is one JSON object.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "p2p/discovery/dht_source.h"
#include "tests/lab/local/hosts.h"
#include "tests/support/lab/link_emulator.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;
using nlohmann::json;
using Seconds = std::chrono::duration<double>;

namespace
{

base::ContentId filmOf(int number)
{
    return crypto::hash<base::ContentId>("film " + std::to_string(number));
}

double quantile(std::vector<double> values, double share)
{
    if (values.empty())
        return -1;
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

// ---- the local network ----

/// Each of three hosts in turn looks for a film that all of them have, and of which nobody has spoken before: from the question
/// until both others have proved themselves by a signed offer over TLS.
json localNetwork(int rounds)
{
    const auto lab = switchWithHosts(3);
    std::vector<std::unique_ptr<LocalNode>> nodes;
    for (std::uint8_t i = 1; i <= 3; ++i)
        nodes.push_back(std::make_unique<LocalNode>(*lab, "h" + std::to_string(i), static_cast<std::uint8_t>(10 + i)));
    for (const auto& node : nodes) {
        if (!node->problem().empty())
            throw std::runtime_error(node->problem());
    }
    // More films than are announced, so that the last ones have to be asked for.
    std::set<base::ContentId> films;
    for (int i = 0; i < 400; ++i)
        films.insert(filmOf(i));
    for (const auto& node : nodes)
        node->serve(films);
    std::this_thread::sleep_for(3s); // the announcements
    std::vector<base::ContentId> asked(films.begin(), films.end());
    std::ranges::sort(asked, {}, [](const base::ContentId& film) { return discovery::subtypeOf(film); });
    asked.erase(asked.begin(), asked.begin() + 100); // those are announced
    std::vector<double> milliseconds;
    int all = 0;
    for (int round = 0; round < rounds && round < static_cast<int>(asked.size()); ++round) {
        const auto outcome = nodes[static_cast<std::size_t>(round % 3)]->find(asked[static_cast<std::size_t>(round)], 2);
        all += outcome.seeders.size() == 2 ? 1 : 0;
        if (outcome.seeders.size() == 2)
            milliseconds.push_back(std::chrono::duration<double, std::milli>(outcome.lastAfter).count());
    }
    std::fprintf(stderr, "local network: %d of %d rounds found all, p50 %.0f ms, p95 %.0f ms\n", all, rounds, quantile(milliseconds, 0.5),
                 quantile(milliseconds, 0.95));
    return {{"rounds", rounds},
            {"found_all", all},
            {"p50_ms", quantile(milliseconds, 0.5)},
            {"p95_ms", quantile(milliseconds, 0.95)},
            {"worst_ms", quantile(milliseconds, 1)}};
}

// ---- the DHT ----

constexpr std::uint16_t firstPort = 6'881;

/// Knows one other at first, at firstPort.
std::unique_ptr<torrent::TorrentSession> privateNode(base::Executor& executor, const std::string& address, const std::string& first,
                                                    std::uint16_t port = firstPort)
{
    auto session = std::make_unique<torrent::TorrentSession>(
        executor, torrent::TorrentSession::Settings{.listen = address + ":" + std::to_string(port), .privateDht = {{{first, firstPort}}}});
    session->switchDht(true);
    return session;
}

/// One DHT node on a host of its own.
class DhtNode
{
public:
    DhtNode(const Lab& lab, const std::string& host, const std::string& address, const std::string& first, bool seeds, std::uint8_t number)
        : m_thread(lab, host)
    {
        m_thread.call([&] {
            m_session = privateNode(m_thread.executor(), address, first);
            if (!seeds)
                return;
            m_server = std::make_unique<OfferServer>(address, number);
            m_announcer = std::make_unique<discovery::DhtAnnouncer>(*m_session, m_thread.executor(), m_server->key());
        });
    }
    ~DhtNode()
    {
        m_thread.call([this] {
            m_source.reset();
            m_http.reset();
            m_announcer.reset();
            m_session.reset();
            m_server.reset();
        });
    }
    void announce(const std::set<base::ContentId>& films)
    {
        m_thread.call([&] {
            std::set<discovery::DhtAnnouncer::Film> all;
            for (const auto& film : films)
                all.insert({film, false});
            m_announcer->serve(m_server->port(), {}, std::move(all));
        });
    }
    int nodes()
    {
        int count = 0;
        m_thread.call([&] { count = m_session->dhtNodes(); });
        return count;
    }
    /// Until the first verified offer; nothing where the search ended without.
    std::optional<Seconds> find(const base::ContentId& film)
    {
        struct Search {
            std::mutex mutex;
            std::condition_variable changed;
            std::optional<Seconds> first;
            bool ended = false;
        };
        const auto state = std::make_shared<Search>();
        m_thread.call([this] { // no connection is left of an earlier search
            m_source.reset();
            m_http = std::make_unique<net::PinnedHttpClient>(m_thread.executor());
            m_source = std::make_unique<discovery::DhtSource>(*m_session, discovery::OfferAsker::Parts{*m_http, m_thread.executor(), rules()});
        });
        const auto begin = std::chrono::steady_clock::now();
        m_thread.executor().post([this, state, film, begin] {
            m_source->find(film, [state, begin](const base::Result<discovery::Offers>& offers, bool more) {
                const std::lock_guard lock(state->mutex);
                if (offers && !offers->empty() && !state->first)
                    state->first = std::chrono::steady_clock::now() - begin;
                state->ended = !more;
                state->changed.notify_all();
            });
        });
        std::unique_lock lock(state->mutex);
        state->changed.wait(lock, [&] { return state->ended || state->first; });
        return state->first;
    }

private:
    HostThread m_thread;
    std::unique_ptr<torrent::TorrentSession> m_session;
    std::unique_ptr<net::PinnedHttpClient> m_http;
    std::unique_ptr<discovery::DhtSource> m_source;
    std::unique_ptr<OfferServer> m_server;
    std::unique_ptr<discovery::DhtAnnouncer> m_announcer;
};

/// Twenty hosts, each behind a line of 25 ms one way to one router: between any two 100 ms there and back, and `loss` of the packets
/// each way. One seeds all films and two more every other one; those who don't seed take turns in looking, for each film once.
json dht(int rounds, double loss)
{
    constexpr int count = 20;
    constexpr int seeders = 3;
    Lab lab;
    lab.addHost("core");
    lab.makeRouter("core", "none", Lab::Nat::None);
    // A packet passes two lines, and each may lose it.
    const auto spec = [loss](int seed) {
        return LinkSpec{.bitsPerSecond = 50e6, .delay = 25ms, .loss = 1 - std::sqrt(1 - loss), .seed = static_cast<std::uint32_t>(seed)};
    };
    std::vector<std::unique_ptr<LinkEmulator>> lines;
    const auto addressOf = [](int node) { return "10.70." + std::to_string(node) + ".2"; };
    for (int i = 1; i <= count; ++i) {
        const std::string host = "n" + std::to_string(i);
        lab.addHost(host);
        const std::string gateway = "10.70." + std::to_string(i) + ".1";
        lines.push_back(std::make_unique<LinkEmulator>(lab, "l" + std::to_string(i), LinkEmulator::End{"core", gateway},
                                                       LinkEmulator::End{host, addressOf(i)}, spec(2 * i), spec(2 * i + 1)));
        lab.ip(host, "route add default dev l" + std::to_string(i));
    }
    std::vector<std::unique_ptr<DhtNode>> nodes;
    for (int i = 1; i <= count; ++i)
        nodes.push_back(std::make_unique<DhtNode>(lab, "n" + std::to_string(i), addressOf(i), addressOf(i == 1 ? 2 : 1), i <= seeders,
                                                  static_cast<std::uint8_t>(20 + i)));
    const auto together = [&] { return std::ranges::all_of(nodes, [](const auto& node) { return node->nodes() >= 8; }); };
    QElapsedTimer limit;
    for (limit.start(); !together() && limit.elapsed() < 120'000;)
        std::this_thread::sleep_for(500ms);
    if (!together())
        throw std::runtime_error("the nodes of the DHT don't find each other");
    const double togetherAfter = static_cast<double>(limit.elapsed()) / 1e3;
    std::fprintf(stderr, "DHT: %d nodes together after %.1f s\n", count, togetherAfter);
    std::set<base::ContentId> films;
    std::set<base::ContentId> everyOther;
    for (int i = 0; i < rounds; ++i) {
        films.insert(filmOf(1'000 + i));
        if (i % 2 == 1)
            everyOther.insert(filmOf(1'000 + i));
    }
    for (int i = 0; i < seeders; ++i)
        nodes[static_cast<std::size_t>(i)]->announce(i == 0 ? films : everyOther);
    // One film after the other; a walk that met a lost datagram ends only when libtorrent gives that up, after 15 s.
    std::this_thread::sleep_for(Seconds(0.5 * rounds + 30));
    std::vector<double> seconds[2]; // of films with one seeder, and with three
    int round = 0;
    for (const base::ContentId& film : films) {
        if (const auto first = nodes[static_cast<std::size_t>(seeders + round++ % (count - seeders))]->find(film))
            seconds[everyOther.contains(film) ? 1 : 0].push_back(first->count());
    }
    nodes.clear();
    std::uint64_t passed = 0;
    std::uint64_t lost = 0;
    for (const auto& line : lines) {
        for (const LinkQueue::Counters& way : line->stop()) {
            passed += way.passed;
            lost += way.lost;
        }
    }
    const auto found = static_cast<int>(seconds[0].size() + seconds[1].size());
    const double worst = std::max(quantile(seconds[0], 1), quantile(seconds[1], 1));
    std::fprintf(stderr, "DHT: found %d of %d, worst %.2f s; the lines lost %llu of %llu packets\n", found, rounds, worst,
                 static_cast<unsigned long long>(lost), static_cast<unsigned long long>(passed + lost));
    const auto row = [](const std::vector<double>& all) {
        return json{{"found", all.size()}, {"p50_s", quantile(all, 0.5)}, {"worst_s", quantile(all, 1)}};
    };
    return {{"nodes", count}, {"rtt_ms", 100}, {"loss", loss}, {"lost_of_a_line", static_cast<double>(lost) / static_cast<double>(passed + lost)},
            {"together_s", togetherAfter}, {"rounds", rounds}, {"found", found}, {"worst_s", worst},
            {"one_seeder", row(seconds[0])}, {"three_seeders", row(seconds[1])}};
}

// ---- what it costs to be ready ----

struct Use {
    double cpuSeconds = 0;
    double bytes = 0; ///< of its own, not shared with others
};

Use useNow()
{
    Use use;
    timespec cpu{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    use.cpuSeconds = static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) / 1e9;
    std::ifstream rollup("/proc/self/smaps_rollup");
    for (std::string word; rollup >> word;) {
        double kib = 0;
        if ((word == "Private_Dirty:" || word == "Private_Clean:") && rollup >> kib)
            use.bytes += kib * 1024;
    }
    return use;
}

constexpr int neighbours = 19;
constexpr auto neighbourHost = "192.168.7.2";

/// A process for itself, as it is not to be measured: nodes of a DHT at one address, and a seeder on the local network.
int beNeighbours()
{
    base::QtExecutor executor;
    std::vector<std::unique_ptr<torrent::TorrentSession>> nodes;
    for (int i = 0; i < neighbours; ++i)
        nodes.push_back(privateNode(executor, neighbourHost, neighbourHost, static_cast<std::uint16_t>(firstPort + i)));
    return QCoreApplication::exec();
}

/// The same process without discovery and with it: sockets for the local network with two films served, and a node of a DHT of twenty
/// with one film announced.
json idle(std::chrono::seconds time)
{
    const auto lab = switchWithHosts(2);
    QProcess others;
    QStringList words;
    for (const std::string& word : lab->prefix("h2"))
        words << QString::fromStdString(word);
    words << QCoreApplication::applicationFilePath() << QStringLiteral("--neighbours");
    others.setProcessChannelMode(QProcess::ForwardedChannels);
    const QString program = words.takeFirst();
    others.start(program, words);
    if (!others.waitForStarted())
        throw std::runtime_error("the neighbours don't start");
    HostThread thread(*lab, "h1");
    std::unique_ptr<net::PinnedHttpClient> http;
    thread.call([&] { http = std::make_unique<net::PinnedHttpClient>(thread.executor()); }); // every node has one
    const auto over = [&] {
        const Use before = useNow();
        std::this_thread::sleep_for(time);
        const Use after = useNow();
        return Use{(after.cpuSeconds - before.cpuSeconds) / Seconds(time).count(), after.bytes};
    };
    const Use without = over();
    base::SystemClock clock;
    crypto::SystemRandom random;
    const crypto::NodeKey key = nodeKey(11);
    std::unique_ptr<discovery::MulticastSockets> sockets;
    std::unique_ptr<discovery::LocalNetwork> network;
    std::unique_ptr<torrent::TorrentSession> session;
    std::unique_ptr<discovery::DhtAnnouncer> announcer;
    std::string problem;
    thread.call([&] {
        auto opened = discovery::MulticastSockets::open();
        if (!opened) {
            problem = opened.error().message;
            return;
        }
        sockets = std::move(*opened);
        network = std::make_unique<discovery::LocalNetwork>(discovery::LocalNetwork::Parts{thread.executor(), clock, random, *sockets, "idle"});
        network->serve(discovery::LocalNetwork::Service{7'747, {}, {filmOf(1), filmOf(2)}});
        session = privateNode(thread.executor(), "192.168.7.1", neighbourHost);
        announcer = std::make_unique<discovery::DhtAnnouncer>(*session, thread.executor(), key);
        announcer->serve(7'747, {}, {{filmOf(1), false}});
    });
    if (!problem.empty())
        throw std::runtime_error(problem);
    std::this_thread::sleep_for(20s); // the beginning is not idleness
    const Use with = over();
    int known = 0;
    thread.call([&] {
        known = session->dhtNodes();
        announcer.reset();
        session.reset();
        network.reset();
        sockets.reset();
        http.reset();
    });
    others.kill();
    others.waitForFinished();
    const double mib = (with.bytes - without.bytes) / (1 << 20);
    const double percent = 100 * (with.cpuSeconds - without.cpuSeconds);
    std::fprintf(stderr, "idle: %.1f MiB and %.3f %% of a processor more than without, %d neighbours\n", mib, percent, known);
    return {{"seconds", time.count()},
            {"dht_neighbours", known},
            {"memory_mib", mib},
            {"cpu_percent", percent},
            {"cpu_percent_without", 100 * without.cpuSeconds}};
}

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    crypto::initialise();
    if (argc > 1 && std::string_view(argv[1]) == "--neighbours")
        return beNeighbours();
    const bool quick = argc > 1 && std::string_view(argv[1]) == "--quick";
    if (const std::string why = Lab::whyNot(); !why.empty()) {
        std::fprintf(stderr, "bench_discovery: no lab of networks can be made here: %s\n", why.c_str());
        return 1;
    }
    try {
        json line{{"bench", "discovery"}};
        line["idle"] = idle(quick ? 10s : 60s); // first, while the process is small
        line["local_network"] = localNetwork(quick ? 30 : 200);
        line["dht"] = dht(quick ? 10 : 100, 0.05);
        std::printf("%s\n", line.dump().c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_discovery: %s\n", error.what());
        return 1;
    }
    return 0;
}
