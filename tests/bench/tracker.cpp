// Contracts opened and closed at a real tracker over TLS, against the bare cost of their signatures.
//
// Ours: `connections` keep-alive TLS 1.3 connections on loopback, each one request after the other: openContract, then
// closeContract with both signatures, of contracts that were signed beforehand. The tracker is the real one: HTTPS server,
// service, SQLite with a sync for each group commit. Every answer's status is checked, and the books are at the end.
// Limit: what the same machine does of these pairs if there were nothing but their Ed25519 operations: 4 verifications and 2
// signatures a pair, each over as many bytes as the pair's, on all cores. Ours and limit alternate; medians.
//
// The clients share the cores with the tracker; what they take of them is told beside what each of its threads takes, as
// the kernel counts it (schedstat), which other load on the machine distorts less than it does the rates.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "p2p/crypto/random.h"
#include "p2p/ledger/group_committer.h"
#include "p2p/ledger/sqlite_store.h"
#include "p2p/net/https_server.h"
#include "p2p/tracker/service.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/answers.h"
#include "p2p/wire/envelope.h"

using namespace mutoscope;
using Clock = std::chrono::steady_clock;

namespace
{

const std::string network = "bench";
constexpr int connections = 384;
constexpr int viewers = 64;
constexpr base::Tokens price(1'000'000);
constexpr base::Tokens cap(5'000'000);

[[noreturn]] void die(const std::string& why)
{
    std::fprintf(stderr, "bench tracker: %s\n", why.c_str());
    std::exit(1);
}

template <class T>
T need(base::Result<T> result)
{
    if (!result)
        die(result.error().message);
    return std::move(*result);
}

double seconds(Clock::duration time)
{
    return std::chrono::duration<double>(time).count();
}

/// Processor time of this process's threads so far, by their names, in seconds.
std::map<std::string, double> busyThreads()
{
    std::map<std::string, double> busy;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string name;
        double nanoseconds = 0;
        std::getline(std::ifstream(task.path() / "comm"), name);
        std::ifstream(task.path() / "schedstat") >> nanoseconds;
        busy[name] += 1e-9 * nanoseconds;
    }
    return busy;
}

double processorSeconds()
{
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

struct Party {
    crypto::NodeKey key = crypto::NodeKey::generate();
    base::Address address; ///< spend address of a viewer, income address of a seeder
};

struct Pair {
    std::string open;  ///< HTTP request
    std::string close; ///< HTTP request
};

/// How many bytes each signature of a pair goes over.
struct SignedSizes {
    std::size_t contract = 0;
    std::size_t receipt = 0;
    std::size_t answer = 0;
};

template <class M>
std::size_t signedSize(const wire::Signed<M>& message)
{
    const auto envelope = need(wire::readEnvelope(message.bytes, M::type, M::maxBytes));
    return envelope.signers.front().protectedPart.size() + 1 + envelope.encodedPayload.size();
}

std::string httpRequest(const char* method, const std::string& body)
{
    return std::string("POST /v1/") + method + " HTTP/1.1\r\nHost: t\r\nContent-Type: application/jose+json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A tracker as it is in service, in a folder that goes with it.
class Tracker
{
public:
    Tracker()
        : m_folder(std::filesystem::temp_directory_path() / ("mutoscope-bench-" + std::to_string(::getpid()))),
          m_ledger(open()), m_committer(*m_ledger), m_identity(net::TlsIdentity::generate()),
          m_service({.network = network, .name = "bench", .tlsPin = m_identity.fingerprint()}, m_key, m_committer, m_clock),
          m_server(need(net::HttpsServer::start("127.0.0.1", 0, m_identity, m_service, {.maxConnectionsPerAddress = 2 * connections})))
    {
        for (int i = 0; i < viewers; ++i) {
            Party& viewer = m_viewers.emplace_back();
            Party& seeder = m_seeders.emplace_back();
            work([&](ledger::Ledger& books) -> base::Result<void> {
                viewer.address = need(books.addressFor(ledger::AccountKind::Spend, viewer.key.publicKey(), requestOf<wire::GetSpendAddress>(viewer.key))).address;
                seeder.address = need(books.addressFor(ledger::AccountKind::Income, seeder.key.publicKey(), requestOf<wire::GetIncomeAddress>(seeder.key))).address;
                ledger::Issue order = request<ledger::Issue>(m_key);
                order.to = viewer.address;
                order.amount = base::Tokens(1'000'000'000'000);
                (void)need(books.issue(wire::sign(order, m_key)));
                return {};
            });
        }
    }
    ~Tracker()
    {
        m_server->stop();
        m_committer.stop();
        m_server.reset();
        std::error_code ignored;
        std::filesystem::remove_all(m_folder, ignored);
    }

    [[nodiscard]] std::uint16_t port() const { return m_server->port(); }

    [[nodiscard]] Pair makePair(int number)
    {
        const Party& viewer = m_viewers[static_cast<std::size_t>(number % viewers)];
        const Party& seeder = m_seeders[static_cast<std::size_t>(number / viewers % viewers)];
        wire::Contract contract;
        contract.network = network;
        contract.content = base::ContentId::fromRaw(std::string(32, 'f'));
        contract.tracker = m_key.publicKey();
        contract.seeder = seeder.key.publicKey();
        contract.incomeAddress = seeder.address;
        contract.viewer = viewer.key.publicKey();
        contract.spendAddress = viewer.address;
        contract.pricePerMiB = price;
        contract.maxAmount = cap;
        contract.receiptTimeoutMs = 60'000;
        contract.serveUntil = m_clock.now() + base::UnixMs(3'600'000);
        contract.closeUntil = contract.serveUntil + base::UnixMs(600'000);
        contract.nonce = m_random.make<base::Nonce>();
        const auto proposed = wire::sign(contract, viewer.key);
        wire::Receipt receipt;
        receipt.network = network;
        receipt.contract = wire::contractId(proposed);
        receipt.seeder = contract.seeder;
        receipt.viewer = contract.viewer;
        receipt.seq = 12;
        for (std::uint32_t i = 0; i < 12; ++i)
            receipt.segments.insert(base::SegmentIndex(i));
        receipt.bytes = base::ByteCount(3'000'000);
        receipt.amount = need(wire::amountDue(receipt.bytes, price));
        receipt.final = true;
        receipt.reason = "everything was received";
        const auto signedReceipt = wire::sign(receipt, viewer.key);
        if (m_sizes.answer == 0) {
            wire::ContractAnswer answer; // about as long as the tracker's
            answer.network = network;
            answer.time = m_clock.now();
            answer.reserved = cap;
            answer.opened = m_clock.now();
            m_sizes = {signedSize(proposed), signedSize(signedReceipt), signedSize(wire::sign(answer, m_key))};
        }
        return {httpRequest("openContract", need(wire::countersign(proposed, seeder.key))),
                httpRequest("closeContract", need(wire::countersign(signedReceipt, seeder.key)))};
    }
    /// Of all pairs, once one was made.
    [[nodiscard]] const SignedSizes& sizes() const { return m_sizes; }

    void check()
    {
        const auto checked = m_ledger->read([](ledger::Ledger& books) { return books.check(); });
        if (!checked)
            die("the books are wrong: " + checked.error().message);
    }

private:
    std::unique_ptr<ledger::Ledger> open()
    {
        std::filesystem::create_directories(m_folder);
        return need(ledger::Ledger::open(need(ledger::openSqlite(m_folder / "ledger.db")), network, m_key.publicKey(), m_clock));
    }
    template <class M>
    M request(const crypto::NodeKey& key)
    {
        M message;
        message.network = network;
        message.node = key.publicKey();
        message.tracker = m_key.publicKey();
        message.time = m_clock.now();
        message.nonce = m_random.make<base::Nonce>();
        return message;
    }
    template <class M>
    ledger::Document requestOf(const crypto::NodeKey& key)
    {
        return {M::type, m_kept.emplace_back(wire::sign(request<M>(key), key).bytes)};
    }
    void work(const ledger::Ledger::Job& job)
    {
        if (const auto done = m_ledger->transact(job); !done)
            die(done.error().message);
    }

    base::SystemClock m_clock;
    crypto::SystemRandom m_random;
    std::filesystem::path m_folder;
    crypto::NodeKey m_key = crypto::NodeKey::generate();
    std::unique_ptr<ledger::Ledger> m_ledger;
    ledger::GroupCommitter m_committer;
    net::TlsIdentity m_identity;
    tracker::Service m_service;
    std::unique_ptr<net::HttpsServer> m_server;
    std::vector<Party> m_viewers;
    std::vector<Party> m_seeders;
    std::deque<std::string> m_kept;
    SignedSizes m_sizes;
};

/// One keep-alive connection, as light as it can be, so that the tracker has the cores.
class Client
{
public:
    Client(SSL_CTX* context, std::uint16_t port) : m_ssl(SSL_new(context)), m_fd(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(m_fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || SSL_set_fd(m_ssl, m_fd) != 1 ||
            SSL_connect(m_ssl) != 1 || ::fcntl(m_fd, F_SETFL, O_NONBLOCK) != 0)
            die("a client can't connect");
    }
    ~Client()
    {
        SSL_free(m_ssl);
        ::close(m_fd);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] int fd() const { return m_fd; }
    /// Nothing else is under way, so that the socket has room for it.
    void send(const std::string& request)
    {
        m_sent = Clock::now();
        if (SSL_write(m_ssl, request.data(), static_cast<int>(request.size())) <= 0)
            die("a request can't be sent");
    }
    /// Reads what is there. Whether the whole answer is, whose status must be 200.
    [[nodiscard]] bool receive()
    {
        const int got = SSL_read(m_ssl, m_buffer.data() + m_have, static_cast<int>(m_buffer.size() - m_have));
        if (got <= 0 && SSL_get_error(m_ssl, got) != SSL_ERROR_WANT_READ)
            die("an answer broke off");
        m_have += static_cast<std::size_t>(std::max(got, 0)); // nothing for a session ticket
        const std::string_view text(m_buffer.data(), m_have);
        if (const auto end = text.find("\r\n\r\n"); m_whole == 0 && end != std::string_view::npos) {
            const auto length = text.find("Content-Length: ");
            if (!text.starts_with("HTTP/1.1 200") || length == std::string_view::npos)
                die("refused: " + std::string(text));
            m_whole = end + 4 + static_cast<std::size_t>(std::atoll(m_buffer.data() + length + 16));
        }
        if (m_whole == 0 || m_have < m_whole)
            return false;
        m_have = m_whole = 0;
        return true;
    }
    [[nodiscard]] Clock::time_point sent() const { return m_sent; }

    const Pair* pair = nullptr; ///< what is under way
    bool closing = false;       ///< the second request of it

private:
    SSL* m_ssl;
    int m_fd;
    std::array<char, 32 * 1024> m_buffer{};
    std::size_t m_have = 0;
    std::size_t m_whole = 0; ///< bytes of the answer; 0 until its header is there
    Clock::time_point m_sent;
};

struct Rate {
    double pairs = 0;                   ///< a second
    std::map<std::string, double> busy; ///< microseconds of processor a pair, by thread
};

/// All requests' times go to `times`, in seconds. One thread serves all connections.
Rate runOurs(Tracker& tracker, SSL_CTX* context, const std::vector<Pair>& pairs, std::vector<double>& times)
{
    const int poll = ::epoll_create1(0);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < connections; ++i) {
        Client* const client = clients.emplace_back(std::make_unique<Client>(context, tracker.port())).get();
        epoll_event wanted{.events = EPOLLIN, .data = {.ptr = client}};
        if (::epoll_ctl(poll, EPOLL_CTL_ADD, client->fd(), &wanted) != 0)
            die("epoll fails");
    }
    std::size_t begun = 0;
    std::size_t done = 0;
    const auto next = [&](Client& client) {
        client.pair = begun < pairs.size() ? &pairs[begun++] : nullptr;
        client.closing = false;
        if (client.pair != nullptr)
            client.send(client.pair->open);
    };
    Rate rate;
    const auto busyBefore = busyThreads();
    const auto begin = Clock::now();
    for (const auto& client : clients)
        next(*client);
    std::array<epoll_event, connections> events{};
    while (done < pairs.size()) {
        const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 60'000);
        if (ready <= 0)
            die("the tracker does not answer");
        for (int i = 0; i < ready; ++i) {
            Client& client = *static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (!client.receive())
                continue;
            times.push_back(seconds(Clock::now() - client.sent()));
            if (std::exchange(client.closing, true)) {
                ++done;
                next(client);
            } else {
                client.send(client.pair->close);
            }
        }
    }
    const auto count = static_cast<double>(pairs.size());
    rate.pairs = count / seconds(Clock::now() - begin);
    for (const auto& [name, busy] : busyThreads())
        rate.busy[name] = 1e6 * (busy - (busyBefore.contains(name) ? busyBefore.at(name) : 0)) / count;
    ::close(poll);
    return rate;
}

/// Pairs a second of nothing but 4 verifications and 2 signatures on all cores.
double runLimit(const SignedSizes& sizes, double forSeconds)
{
    const std::string contract(sizes.contract, 'x');
    const std::string receipt(sizes.receipt, 'x');
    const std::string answer(sizes.answer, 'x');
    std::atomic<std::int64_t> pairs = 0;
    const auto begin = Clock::now();
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
            threads.emplace_back([&] {
                const auto key = crypto::NodeKey::generate();
                const std::array wanted{std::pair(&contract, key.sign(contract)), std::pair(&receipt, key.sign(receipt))};
                while (seconds(Clock::now() - begin) < forSeconds) {
                    for (const auto& [text, signature] : wanted) {
                        for (int party = 0; party < 2; ++party) {
                            if (!crypto::verify(key.publicKey(), *text, signature))
                                die("a signature does not fit");
                        }
                        static_cast<void>(key.sign(answer));
                    }
                    ++pairs;
                }
            });
        }
    }
    return static_cast<double>(pairs) / seconds(Clock::now() - begin);
}

} // namespace

/// bench_tracker [PAIRS [ROUNDS]] — pairs a round
int main(int argc, char** argv)
{
    crypto::initialise();
    const int pairsARound = argc > 1 ? std::atoi(argv[1]) : 6'000;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
    const double limitSeconds = pairsARound > 1'000 ? 2.0 : 0.05;
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_read_ahead(context, 1); // one read for a record

    Tracker tracker;
    std::vector<double> ours;
    std::vector<double> limits;
    std::vector<double> bareBusy; // microseconds of processor a pair
    std::map<std::string, std::vector<double>> busy;
    std::vector<double> times;
    int number = 0;
    for (int round = 0; round < rounds; ++round) {
        std::vector<Pair> pairs;
        for (int i = 0; i < pairsARound; ++i)
            pairs.push_back(tracker.makePair(number++));
        const Rate rate = runOurs(tracker, context, pairs, times);
        ours.push_back(rate.pairs);
        for (const auto& [name, microseconds] : rate.busy)
            busy[name].push_back(microseconds);
        const double bareBefore = processorSeconds();
        limits.push_back(runLimit(tracker.sizes(), limitSeconds));
        bareBusy.push_back(1e6 * (processorSeconds() - bareBefore) / (limits.back() * limitSeconds));
        std::fprintf(stderr, "round %d: %.0f pairs/s over TLS, %.0f/s of bare signatures\n", round + 1, ours.back(), limits.back());
    }
    tracker.check();
    SSL_CTX_free(context);
    std::ranges::sort(times);
    const auto percentile = [&](double share) { return 1000 * times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))]; };
    nlohmann::json processor{{"limit", median(bareBusy)}};
    double all = 0;
    for (const auto& [thread, microseconds] : busy) {
        const double each = median(microseconds);
        processor[thread == "bench_tracker" ? "clients" : thread] = each;
        all += each;
    }
    processor["all"] = all;
    std::printf("%s\n", nlohmann::json{{"bench", "tracker"},
                                       {"what", "open + close pairs a second over TLS"},
                                       {"ours", median(ours)},
                                       {"limit", median(limits)},
                                       {"ratio", median(ours) / median(limits)},
                                       {"cpu_us_a_pair", processor},
                                       {"request_ms_p50", percentile(0.5)},
                                       {"request_ms_p99", percentile(0.99)},
                                       {"connections", connections},
                                       {"pairs", number},
                                       {"cores", std::thread::hardware_concurrency()}}
                            .dump()
                            .c_str());
    return 0;
}
