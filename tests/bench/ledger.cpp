// What a contract's opening and closing cost the ledger, against the least that writing the same rows can cost: a bare loop
// over SQLite with the same tables, bytes and prepared statements, in batches of 100, without reading, hashing or deciding.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <QCoreApplication>
#include <QTemporaryDir>

#include <sqlite3.h>

#include "p2p/ledger/group_committer.h"
#include "tests/unit/ledger/ledger_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using base::Result;
using ledger::AccountKind;
using ledger::GroupCommitter;
using ledger::Ledger;

namespace
{

constexpr std::size_t batch = 100;
using Clock = std::chrono::steady_clock;

struct Sizes {
    std::int64_t few = 1'000;
    std::int64_t many = 1'000'000; ///< addresses
    std::size_t rounds = 5;
    std::size_t contracts = 2'000; ///< of each round
};

double seconds(Clock::time_point since)
{
    return std::chrono::duration<double>(Clock::now() - since).count();
}

/// Of this thread, which a busy machine doesn't change as much as the time.
double cpuSeconds()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Rate {
    double perSecond = 0;
    double cpuMicroseconds = 0; ///< of each contract
};

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

crypto::NodeKey keyNumber(std::int64_t number)
{
    std::array<std::uint8_t, 32> seed{};
    std::memcpy(seed.data(), &number, sizeof number);
    return crypto::NodeKey::fromSeed(seed.data());
}

base::Address addressNumber(std::int64_t number)
{
    return crypto::hash<base::Address>("address " + std::to_string(number));
}

[[noreturn]] void give(const std::string& why)
{
    std::fprintf(stderr, "bench_ledger: %s\n", why.c_str());
    std::exit(1);
}

/// Signed by both, made before the clock runs. Even addresses are spend addresses, odd ones income addresses.
struct Pair {
    wire::Signed<wire::Contract> contract;
    wire::Signed<wire::Receipt> receipt;
    std::string answer;
};

std::vector<Pair> makePairs(World& w, std::int64_t addresses, std::size_t count)
{
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = static_cast<std::int64_t>(w.nonces % static_cast<std::uint64_t>(addresses / 2)) * 2;
        const auto viewer = keyNumber(number);
        const auto seeder = keyNumber(number + 1);
        wire::Contract terms;
        terms.network = network;
        terms.content = crypto::hash<base::ContentId>("film");
        terms.tracker = w.tracker.publicKey();
        terms.seeder = seeder.publicKey();
        terms.incomeAddress = addressNumber(number + 1);
        terms.viewer = viewer.publicKey();
        terms.spendAddress = addressNumber(number);
        terms.pricePerMiB = Tokens(100);
        terms.maxAmount = Tokens(1'000);
        terms.receiptTimeoutMs = 10'000;
        terms.serveUntil = UnixMs(w.clock.now().value() + 3'600'000);
        terms.closeUntil = UnixMs(w.clock.now().value() + 7'200'000);
        terms.nonce = nonceOf(++w.nonces);
        Pair& pair = pairs.emplace_back();
        pair.contract = World::both(terms, viewer, seeder);
        pair.receipt = World::both(w.receipt(pair.contract, 5, 5 * World::MiB), viewer, seeder);
        pair.answer.assign(1'000, 'a');
    }
    return pairs;
}

ledger::Account accountNumber(std::int64_t number, std::int64_t used)
{
    // Only the first ones sign anything; where they stand in the tables is as good as random for all.
    const std::string other = std::string(crypto::sha256(std::to_string(number)).raw());
    return {.address = addressNumber(number),
            .kind = number % 2 == 0 ? AccountKind::Spend : AccountKind::Income,
            .owner = number < used ? keyNumber(number).publicKey() : base::PublicKey::fromRaw(other),
            .balance = Tokens(number % 2 == 0 ? 1'000'000'000 : 0)};
}

/// Accounts without a journal behind them: only what is asked for at opening and closing.
void fill(Ledger& ledger, std::int64_t addresses)
{
    const auto done = ledger.transact([&](Ledger& l) -> Result<void> {
        for (std::int64_t i = 0; i < addresses; ++i)
            l.store().insertAccount(accountNumber(i, addresses));
        return {};
    });
    if (!done)
        give(done.error().message);
}

/// The same for many, past the store: without a sync, and the indices at the end.
void fillFile(const std::filesystem::path& file, std::int64_t addresses, std::int64_t used)
{
    std::vector<ledger::Account> accounts;
    for (std::int64_t i = 0; i < addresses; ++i)
        accounts.push_back(accountNumber(i, used));
    std::ranges::sort(accounts, {}, &ledger::Account::address);
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    const auto run = [&](const char* sql) {
        if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            give(std::string(sql) + ": " + sqlite3_errmsg(database));
    };
    if (sqlite3_open(file.c_str(), &database) != SQLITE_OK)
        give("sqlite3_open");
    run("PRAGMA synchronous = OFF; BEGIN; DROP INDEX accounts_of_owner; DROP INDEX accounts_open");
    if (sqlite3_prepare_v2(database, "INSERT INTO accounts VALUES (?, ?, ?, 0, 'open', ?, 0, 0, 0)", -1, &statement, nullptr) !=
        SQLITE_OK)
        give(sqlite3_errmsg(database));
    for (const ledger::Account& account : accounts) {
        const auto kind = wire::enumName(account.kind);
        sqlite3_bind_blob(statement, 1, account.address.data(), 32, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, kind.data(), static_cast<int>(kind.size()), SQLITE_STATIC);
        sqlite3_bind_blob(statement, 3, account.owner->data(), 32, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 4, account.balance.value());
        if (sqlite3_step(statement) != SQLITE_DONE)
            give(sqlite3_errmsg(database));
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    // As the newest migration has them.
    run("CREATE UNIQUE INDEX accounts_of_owner ON accounts (owner, kind, generation) WHERE owner IS NOT NULL;"
        "CREATE UNIQUE INDEX accounts_open ON accounts (owner, kind) WHERE owner IS NOT NULL AND state = 'open';"
        "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_close(database);
}

/// As the tracker's service asks the ledger, but for the signing of answers.
Ledger::Job opening(const Pair& pair)
{
    return [&pair](Ledger& l) -> Result<void> {
        const auto& contract = pair.contract;
        const ledger::RequestKey key{contract.message.viewer, contract.message.nonce, contract.payload};
        const auto stored = l.storedAnswer(key, ledger::documentOf(contract));
        if (!stored || *stored)
            return base::fail(base::ErrorCode::Internal, "the contract was opened before");
        if (const auto opened = l.openContract(contract); !opened)
            return tl::unexpected(opened.error());
        l.storeAnswer(key, ledger::documentOf(contract), 200, pair.answer);
        return {};
    };
}

Ledger::Job closing(const Pair& pair)
{
    return [&pair](Ledger& l) -> Result<void> {
        const auto& receipt = pair.receipt;
        const ledger::RequestKey key{receipt.message.seeder, std::nullopt, receipt.payload};
        const auto stored = l.storedAnswer(key, ledger::documentOf(receipt));
        if (!stored || *stored)
            return base::fail(base::ErrorCode::Internal, "the contract was closed before");
        if (const auto closed = l.closeContract(receipt, true); !closed)
            return tl::unexpected(closed.error());
        l.storeAnswer(key, ledger::documentOf(receipt), 200, pair.answer);
        return {};
    };
}

/// Contracts opened and closed.
Rate ours(Ledger& ledger, std::span<const Pair> pairs)
{
    GroupCommitter committer(ledger, {.queue = 4'096, .batch = batch, .thread = false});
    const auto done = [](const Result<void>& outcome) {
        if (!outcome)
            give(outcome.error().message);
    };
    const auto begun = Clock::now();
    const double cpu = cpuSeconds();
    for (std::size_t from = 0; from < pairs.size(); from += batch) {
        const auto group = pairs.subspan(from, std::min(batch, pairs.size() - from));
        for (const bool close : {false, true}) {
            for (const Pair& pair : group)
                (void)committer.submit(close ? closing(pair) : opening(pair), done);
            committer.runPending();
        }
    }
    const auto count = static_cast<double>(pairs.size());
    return {count / seconds(begun), 1e6 * (cpuSeconds() - cpu) / count};
}

/// The bare loop.
class Bare
{
public:
    explicit Bare(const std::filesystem::path& file)
    {
        if (sqlite3_open(file.c_str(), &m_database) != SQLITE_OK)
            give("sqlite3_open");
        run("PRAGMA journal_mode = WAL");
        for (const auto& [name, value] : ledger::sqlitePragmas)
            run("PRAGMA " + std::string(name) + " = " + std::string(value));
        run("PRAGMA wal_autocheckpoint = " + std::to_string(ledger::SqliteOptions().checkpointPages)); // by itself: it has one thread
        m_entry = prepare("INSERT INTO entries VALUES (0, ?, ?, ?, ?, '', ?, ?, ?, ?, ?)");
        m_posting = prepare("INSERT INTO postings VALUES (0, ?, ?, ?, ?)");
        m_balance = prepare("UPDATE accounts SET balance = balance + ?, last_entry = ? WHERE address = ?");
        m_spend = prepare("UPDATE accounts SET balance = balance + ?, last_entry = ?, open_contracts = open_contracts + ?,"
                          " reserved = reserved + ? WHERE address = ?");
        m_contract = prepare("INSERT INTO contracts (id, state, opened_chain, opened_number, content, seeder, income_address,"
                             " viewer, spend_address, price, cap, opened, serve_until, close_until, due)"
                             " VALUES (?, 'open', 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        m_settle = prepare("UPDATE contracts SET state = 'closed', best_payload = ?, best_seq = 5, best_bytes = ?,"
                           " best_amount = ?, paid = ?, returned = ?, closed = ? WHERE id = ?");
        m_request = prepare("INSERT INTO requests (node, key, id, chain, number, time, status, answer)"
                            " VALUES (?, ?, ?, 0, ?, ?, 200, ?)");
    }
    ~Bare()
    {
        for (sqlite3_stmt* statement : m_statements)
            sqlite3_finalize(statement);
        sqlite3_close(m_database);
    }
    Bare(const Bare&) = delete;
    Bare& operator=(const Bare&) = delete;

    Rate operator()(std::span<const Pair> pairs)
    {
        const std::int64_t time = 1'800'000'000'000;
        const auto begun = Clock::now();
        const double cpu = cpuSeconds();
        for (std::size_t from = 0; from < pairs.size(); from += batch) {
            const auto group = pairs.subspan(from, std::min(batch, pairs.size() - from));
            run("BEGIN IMMEDIATE");
            for (const Pair& pair : group) {
                const auto& c = pair.contract.message;
                const auto id = pair.contract.payload.raw();
                entry("contract-opened", id, wire::Contract::type, pair.contract.bytes, time);
                step(m_posting, m_number, c.spendAddress.raw(), std::int64_t{-1'000}, std::int64_t{0});
                step(m_posting, m_number, id, std::int64_t{1'000}, std::int64_t{1});
                step(m_spend, std::int64_t{-1'000}, m_number, std::int64_t{1}, std::int64_t{1'000}, c.spendAddress.raw());
                step(m_contract, id, m_number, c.content.raw(), c.seeder.raw(), c.incomeAddress.raw(), c.viewer.raw(),
                     c.spendAddress.raw(), c.pricePerMiB.value(), c.maxAmount.value(), time, c.serveUntil.value(),
                     c.closeUntil.value(), c.closeUntil.value());
                step(m_request, c.viewer.raw(), c.nonce.raw(), id, m_number, time, std::string_view(pair.answer));
            }
            run("COMMIT");
            run("BEGIN IMMEDIATE");
            for (const Pair& pair : group) {
                const auto& c = pair.contract.message;
                const auto& r = pair.receipt.message;
                const auto id = pair.contract.payload.raw();
                const std::int64_t paid = r.amount.value();
                entry("contract-closed", id, wire::Receipt::type, pair.receipt.bytes, time);
                step(m_posting, m_number, id, std::int64_t{-1'000}, std::int64_t{1});
                step(m_posting, m_number, c.incomeAddress.raw(), paid, std::int64_t{0});
                step(m_posting, m_number, c.spendAddress.raw(), 1'000 - paid, std::int64_t{0});
                step(m_balance, paid, m_number, c.incomeAddress.raw());
                step(m_spend, 1'000 - paid, m_number, std::int64_t{-1}, std::int64_t{-1'000}, c.spendAddress.raw());
                step(m_settle, pair.receipt.payload.raw(), r.bytes.value(), paid, paid, 1'000 - paid, time, id);
                step(m_request, r.seeder.raw(), pair.receipt.payload.raw(), pair.receipt.payload.raw(), m_number, time,
                     std::string_view(pair.answer));
            }
            run("COMMIT");
        }
        const auto count = static_cast<double>(pairs.size());
    return {count / seconds(begun), 1e6 * (cpuSeconds() - cpu) / count};
    }

private:
    void run(const std::string& sql)
    {
        if (sqlite3_exec(m_database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            give(sql + ": " + sqlite3_errmsg(m_database));
    }
    sqlite3_stmt* prepare(const char* sql)
    {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v3(m_database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
            give(std::string(sql) + ": " + sqlite3_errmsg(m_database));
        m_statements.push_back(statement);
        return statement;
    }
    static void bind(sqlite3_stmt* to, int at, std::int64_t value) { sqlite3_bind_int64(to, at, value); }
    static void bind(sqlite3_stmt* to, int at, std::string_view raw)
    {
        sqlite3_bind_blob64(to, at, raw.data(), raw.size(), SQLITE_STATIC);
    }
    static void bind(sqlite3_stmt* to, int at, const char* text) { sqlite3_bind_text(to, at, text, -1, SQLITE_STATIC); }
    template <class... Args>
    void step(sqlite3_stmt* statement, const Args&... args)
    {
        int at = 0;
        (bind(statement, ++at, args), ...);
        if (sqlite3_step(statement) != SQLITE_DONE)
            give(sqlite3_errmsg(m_database));
        sqlite3_reset(statement);
    }
    void entry(const char* kind, std::string_view subject, std::string_view type, const std::string& document, std::int64_t time)
    {
        const std::string before(m_hash);
        ++m_number;
        std::memcpy(m_hash.data(), &m_number, sizeof m_number);
        step(m_entry, m_number, time, kind, subject, subject, std::string_view(before), std::string_view(m_hash),
             std::string(type).c_str(), std::string_view(document));
    }

    sqlite3* m_database = nullptr;
    std::vector<sqlite3_stmt*> m_statements;
    sqlite3_stmt *m_entry = nullptr, *m_posting = nullptr, *m_balance = nullptr, *m_spend = nullptr, *m_contract = nullptr,
                 *m_settle = nullptr, *m_request = nullptr;
    std::int64_t m_number = 0;
    std::string m_hash = std::string(32, '\0');
};

/// Milliseconds from a request's submission to its answer, with 400 under way all the time.
std::pair<double, double> latency(Ledger& ledger, std::span<const Pair> pairs)
{
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t underWay = 0;
    std::vector<double> times;
    {
        GroupCommitter committer(ledger);
        for (const bool close : {false, true}) {
            for (const Pair& pair : pairs) {
                std::unique_lock lock(mutex);
                changed.wait(lock, [&] { return underWay < 400; });
                ++underWay;
                (void)committer.submit(close ? closing(pair) : opening(pair),
                                       [&, begun = Clock::now()](const Result<void>& outcome) {
                                           if (!outcome)
                                               give(outcome.error().message);
                                           const std::lock_guard guard(mutex);
                                           times.push_back(1'000 * seconds(begun));
                                           --underWay;
                                           changed.notify_one();
                                       });
            }
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return underWay == 0; });
        }
    }
    std::ranges::sort(times);
    return {times[times.size() / 2], times[times.size() * 99 / 100]};
}

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    Sizes sizes;
    bool postgresql = true;
    std::string folder = QDir::currentPath().toStdString();
    for (const QString& argument : QCoreApplication::arguments().mid(1)) {
        if (argument == QStringLiteral("--smoke"))
            sizes = {.few = 20, .many = 200, .rounds = 1, .contracts = 120};
        else if (argument == QStringLiteral("--no-postgresql"))
            postgresql = false;
        else
            give("unknown option " + argument.toStdString());
    }
    const QTemporaryDir temporary(QString::fromStdString(folder) + QStringLiteral("/bench-ledger-XXXXXX"));
    const auto file = [&](const char* name) { return std::filesystem::path(temporary.filePath(QString::fromUtf8(name)).toStdString()); };

    World few(file("few.db"));
    fill(*few.ledger, sizes.few);
    { World same(file("bare.db")); fill(*same.ledger, sizes.few); }
    Bare bare(file("bare.db"));
    const auto used = std::min(sizes.many, static_cast<std::int64_t>(2 * sizes.rounds * sizes.contracts));
    World many(file("many.db"));
    fillFile(file("many.db"), sizes.many, used);

    std::vector<Rate> ourRates, bareRates, manyRates;
    std::vector<double> ratios, costRatios, cpuRatios;
    std::uint64_t bareNonces = 0;
    for (std::size_t round = 0; round < sizes.rounds; ++round) {
        const auto forFew = makePairs(few, sizes.few, sizes.contracts);
        std::swap(few.nonces, bareNonces);
        const auto forBare = makePairs(few, sizes.few, sizes.contracts);
        std::swap(few.nonces, bareNonces);
        const auto forMany = makePairs(many, used, sizes.contracts);
        const Rate our = ourRates.emplace_back(ours(*few.ledger, forFew));
        const Rate least = bareRates.emplace_back(bare(forBare));
        const Rate large = manyRates.emplace_back(ours(*many.ledger, forMany));
        ratios.push_back(our.perSecond / least.perSecond);
        costRatios.push_back(our.perSecond / large.perSecond);
        cpuRatios.push_back(large.cpuMicroseconds / our.cpuMicroseconds);
        std::fprintf(stderr, "round %zu: ours %.0f/s (%.0f us of CPU), bare %.0f/s (%.0f us), at %lld addresses %.0f/s (%.0f us)\n",
                     round + 1, our.perSecond, our.cpuMicroseconds, least.perSecond, least.cpuMicroseconds,
                     static_cast<long long>(sizes.many), large.perSecond, large.cpuMicroseconds);
    }
    const auto perSecond = [](const std::vector<Rate>& rates) {
        std::vector<double> values;
        std::ranges::transform(rates, std::back_inserter(values), &Rate::perSecond);
        return median(values);
    };
    const auto cpu = [](const std::vector<Rate>& rates) {
        std::vector<double> values;
        std::ranges::transform(rates, std::back_inserter(values), &Rate::cpuMicroseconds);
        return median(values);
    };
    const auto loaded = makePairs(few, sizes.few, sizes.contracts);
    const auto [p50, p99] = latency(*few.ledger, loaded);

    std::vector<Rate> onServer{{}};
    if (postgresql) {
        auto store = ledger::openPostgresql(postgresqlServer().url("bench"));
        if (!store)
            give(store.error().message);
        World w;
        w.nonces = 2'000'000'000;
        auto opened = Ledger::open(std::move(*store), network, w.tracker.publicKey(), w.clock, w.rules);
        if (!opened)
            give(opened.error().message);
        fill(**opened, sizes.few);
        onServer.clear();
        for (std::size_t round = 0; round < sizes.rounds; ++round)
            onServer.push_back(ours(**opened, makePairs(w, sizes.few, sizes.contracts)));
    }
    std::printf("{\"bench\": \"ledger\", \"what\": \"contracts opened and closed per second, batches of 100\", \"ours\": %.1f,"
                " \"limit\": %.1f, \"ratio\": %.3f, \"cpu_us\": %.1f, \"limit_cpu_us\": %.1f, \"p50_ms\": %.2f, \"p99_ms\": %.2f,"
                " \"addresses\": [%lld, %lld], \"cost_us\": [%.1f, %.1f], \"cost_ratio\": %.3f, \"cost_cpu_ratio\": %.3f,"
                " \"postgresql\": %.1f}\n",
                perSecond(ourRates), perSecond(bareRates), median(ratios), cpu(ourRates), cpu(bareRates), p50, p99,
                static_cast<long long>(sizes.few), static_cast<long long>(sizes.many), 1e6 / perSecond(ourRates),
                1e6 / perSecond(manyRates), median(costRatios), median(cpuRatios), perSecond(onServer));
    return 0;
}
