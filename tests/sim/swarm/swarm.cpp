#include "tests/sim/swarm/swarm.h"

#include <algorithm>
#include <fstream>

#include "p2p/base/file.h"
#include "p2p/wire/amount.h"

namespace mutoscope::test::swarm
{

using namespace std::chrono_literals;
using Kind = Trouble::Kind;

namespace
{

constexpr auto leaveAfter = 6s;       ///< of calm
constexpr auto settledWithin = 20min; ///< of calm: longer than the seeder's idle time
constexpr auto pastEverything = 8h;   ///< longer than any contract lasts
constexpr auto worldLooksEvery = 400ms;

/// Stands before a seeder.
class Front final : public net::RequestHandler
{
public:
    enum class Manners { WrongBytes, OneTooMany };

    Front(net::RequestHandler& seeder, const SmallFilm& film, content::SegmentStore& store, Manners manners, Dice dice)
        : m_seeder(seeder), m_film(film), m_store(store), m_manners(manners), m_dice(dice)
    {
    }
    void handle(net::HttpRequest request, Respond respond) override
    {
        if (request.target.find("/segments/") == std::string::npos || !m_dice.chance(20))
            return m_seeder.handle(std::move(request), std::move(respond));
        if (m_manners == Manners::OneTooMany) {
            const auto& segment = m_film.stream.segment(base::SegmentIndex(m_film.stream.segmentCount() - 1));
            return respond({.contentType = "application/octet-stream", .body = need(m_store.get(segment.sha256))});
        }
        m_seeder.handle(std::move(request), [respond = std::move(respond)](net::HttpResponse response) {
            if (response.contentType == "application/octet-stream" && !response.body->empty()) {
                std::string bytes = *response.body;
                bytes.back() = static_cast<char>(bytes.back() ^ 1);
                response.body = std::make_shared<const std::string>(std::move(bytes));
            }
            respond(std::move(response));
        });
    }

private:
    net::RequestHandler& m_seeder;
    const SmallFilm& m_film;
    content::SegmentStore& m_store;
    Manners m_manners;
    Dice m_dice;
};

/// For wallets: what they ask every 15 s would be most of what is simulated.
class Unhurried final : public base::Executor
{
public:
    explicit Unhurried(VirtualHost& host) : m_host(host) {}
    void post(Task task) override { m_host.post(std::move(task)); }
    TimerId after(milliseconds delay, Task task) override
    {
        return m_host.after(delay < 15s ? delay : 20 * delay, std::move(task));
    }
    void cancel(TimerId timer) override { m_host.cancel(timer); }

private:
    VirtualHost& m_host;
};

/// A copy of one that was made once: all migrations of an empty ledger would take as long as a sixth of a run.
void newLedger(const std::filesystem::path& file)
{
    static const std::string empty = [&file] {
        static_cast<void>(need(ledger::openSqlite(file))); // closed again: all of it is in the file
        return need(base::readFile(file, 1 << 20));
    }();
    std::ofstream(file, std::ios::binary) << empty;
}

class World
{
public:
    World(const Plan& plan, const SmallFilm& film, std::filesystem::path folder, const Options& options)
        : m_plan(plan), m_auditorsPlan(plan), m_film(film), m_folder(std::move(folder)), m_options(options),
          m_dice(plan.dice), m_auditor(m_auditorsPlan, m_time, film.stream)
    {
        if (m_options.sabotage == Sabotage::LiarTakenForHonest)
            m_auditorsPlan.liars = 0;
        std::filesystem::create_directories(m_folder / plan.name(Plan::tracker));
        m_wires.setWatcher(&m_auditor);
        m_wires.setWeather([this](const std::string& client, std::uint16_t port, const net::HttpRequest& request) {
            return journey(client, port, request);
        });
        for (int party = 1; party <= plan.parties(); ++party)
            m_computers.push_back(std::make_unique<Computer>(m_time, plan, party));
        if (m_options.countsWrites) {
            std::map<int, std::filesystem::path> folders;
            for (int party = 1; party <= plan.parties(); ++party)
                folders[party] = folderOf(party);
            m_disks.emplace(std::move(folders), m_options.accident, [this] { accident(); });
        }
        start(Plan::tracker);
        for (int party = 2; party <= plan.parties(); ++party) {
            if (plan.isSeeder(party))
                film.linkInto(folderOf(party));
            else
                m_people[party] = makePerson(party);
            start(party);
        }
        for (const Trouble& trouble : plan.troubles) {
            m_time.after(trouble.from, [this, trouble] { begin(trouble); });
            m_time.after(trouble.until, [this, trouble] { end(trouble); });
        }
        look();
    }
    ~World()
    {
        for (int party = m_plan.parties(); party > 0; --party)
            kill(party);
    }

    Outcome run()
    {
        const auto never = [] { return false; };
        runTo(m_plan.calm + leaveAfter, never);
        for (const auto& [party, person] : m_people)
            person->leave();
        if (!runTo(m_plan.calm + settledWithin, [this] { return m_isSettled; }) && m_auditor.failure().empty())
            m_auditor.fail("not everything is settled long after all is well again: " + unsettled());
        for (int party = 2; party <= m_plan.parties(); ++party)
            kill(party);
        m_computers[0]->host.jump(pastEverything);
        runTo(m_time.monotonic() + 3s, never);
        if (m_auditor.failure().empty())
            m_auditor.checkEnd(m_tracker->books());
        Outcome outcome;
        outcome.failure = m_auditor.failure();
        outcome.story = outcome.failure.empty() ? std::string() : m_auditor.story();
        outcome.simulated = m_time.monotonic();
        outcome.segments = m_auditor.segmentsSent();
        outcome.contracts = m_auditor.contractsSettled();
        if (m_disks)
            outcome.writes = m_disks->boundaries();
        for (const auto& [party, person] : m_people)
            outcome.problems.merge(person->problems());
        return outcome;
    }

private:
    struct Computer {
        Computer(VirtualTime& time, const Plan& plan, int party)
            : name(plan.name(party)), host(time, plan.skews[static_cast<std::size_t>(party - 1)]), disk(host, plan.disk)
        {
        }
        const std::string name;
        VirtualHost host;
        VirtualDisk disk;
        Unhurried unhurried{host};
        std::uint32_t life = 0;
    };

    [[nodiscard]] std::filesystem::path folderOf(int party) const { return m_folder / m_plan.name(party); }
    [[nodiscard]] Computer& computer(int party) { return *m_computers[static_cast<std::size_t>(party - 1)]; }
    [[nodiscard]] Place place(int party)
    {
        Computer& where = computer(party);
        return {where.host,      where.disk,  m_wires,
                where.name,      &where.host, static_cast<std::uint32_t>(m_plan.seed * 16 + where.life),
                &where.unhurried};
    }

    // ---- the parties ----

    void start(int party)
    {
        Computer& where = computer(party);
        ++where.life;
        where.host.revive();
        const bool isVictim = m_options.accident && m_options.accident->party == party;
        try {
            if (party == Plan::tracker)
                startTracker();
            else if (m_plan.isSeeder(party))
                startSeeder(party);
            else
                startPerson(party);
        } catch (const Needed& failure) { // as a program that says why and ends
            m_auditor.note(where.name + " can't start: " + failure.what());
            if (!isVictim)
                m_auditor.fail(where.name + " can't start: " + failure.what());
            bury(party);
            if (where.host.isAlive())
                where.host.after(1s, [this, party] { start(party); });
        }
    }
    void startPerson(int party)
    {
        m_people[party]->setPlace(place(party));
        m_people[party]->start();
    }
    void startTracker()
    {
        const auto file = folderOf(Plan::tracker) / "ledger";
        if (!m_options.countsWrites && !std::filesystem::exists(file))
            newLedger(file);
        m_tracker = std::make_unique<TrackerNode>(place(Plan::tracker), file.string(), 30s);
        m_tracker->onCommit = [this] {
            if (!computer(Plan::tracker).host.isAlive())
                return; // its last transaction, of which nobody hears
            sabotageLedger();
            m_auditor.check(m_tracker->books());
        };
        readIssues();
    }
    void startSeeder(int party)
    {
        seeder::SeederSettings settings;
        settings.creditWindow = m_plan.window;
        m_auditor.seederStarts(party, folderOf(party) / "served");
        auto& node = m_seeders[party];
        node = std::make_unique<SeederNode>(place(party), static_cast<std::uint8_t>(party), folderOf(party).string(),
                                            settings);
        need(node->seeder->setTitle(m_film.id, priceOf(party), true));
        const bool isLiar = m_plan.lyingSeeder && party == 2;
        if (!isLiar && m_options.sabotage != Sabotage::OneSegmentTooMany)
            return;
        auto& front = m_fronts[party];
        front = std::make_unique<Front>(*node->seeder, m_film, *node->basics.store,
                                        isLiar ? Front::Manners::WrongBytes : Front::Manners::OneTooMany, m_dice);
        m_wires.listen(node->port, front.get(), &computer(party).host);
    }
    void kill(int party)
    {
        Computer& where = computer(party);
        if (!where.host.isAlive())
            return;
        where.host.die();
        bury(party);
    }
    /// What is left of a process in our memory.
    void bury(int party)
    {
        if (party == Plan::tracker) {
            m_wires.unplug(TrackerNode::port);
            m_tracker.reset();
        } else if (m_plan.isSeeder(party)) {
            m_seeders.erase(party);
            m_fronts.erase(party);
        } else {
            m_people[party]->bury();
        }
    }
    [[nodiscard]] base::Tokens priceOf(int seeder) const
    {
        return base::Tokens(m_plan.pricesPerMiB[static_cast<std::size_t>(seeder - 2)]);
    }
    [[nodiscard]] std::unique_ptr<Person> makePerson(int party)
    {
        Dice dice(m_plan.seed * 64 + static_cast<std::uint64_t>(party));
        if (!m_plan.isLiar(party))
            return std::make_unique<Audience>(place(party), party, folderOf(party), dice, m_film.id);
        std::vector<wire::Offer> victims;
        for (const auto& [number, node] : m_seeders) {
            wire::Offer offer;
            offer.seeder = node->basics.key.publicKey();
            offer.tracker = keyOf(Plan::tracker).publicKey();
            offer.incomeAddress = m_tracker->books().derivedAddress(ledger::AccountKind::Income, offer.seeder.raw(), 0);
            offer.pricePerMiB = priceOf(number);
            offer.creditWindow = m_plan.window;
            offer.endpoints = {"127.0.0.1:" + std::to_string(node->port)};
            victims.push_back(std::move(offer));
        }
        return std::make_unique<Liar>(place(party), party, folderOf(party), dice, m_film.stream, std::move(victims));
    }

    // ---- what goes wrong ----

    /// In the middle of one of the party's writes.
    void accident()
    {
        const Accident& what = *m_options.accident;
        m_auditor.note("** an accident at write " + std::to_string(what.boundary) + " of " + m_plan.name(what.party));
        if (what.kind == Accident::Kind::FullDisk) {
            m_time.after(4s, [this] { m_disks->recovered(); });
            return;
        }
        VirtualHost& host = computer(what.party).host;
        host.die();
        m_time.post([this, party = what.party] {
            bury(party);
            m_disks->processEnded();
        });
        m_time.after(2s, [this, &host, party = what.party] {
            m_disks->recovered();
            if (!host.isAlive())
                start(party);
        });
    }
    void begin(const Trouble& trouble)
    {
        m_auditor.note("** " + trouble.inWords());
        VirtualHost& host = computer(trouble.party).host;
        switch (trouble.kind) {
        case Kind::Restart:
            return kill(trouble.party);
        case Kind::Suspend:
            return host.suspend();
        case Kind::Jump:
            return host.jump(trouble.by);
        case Kind::Wipe:
            kill(trouble.party);
            for (const char* file : {"ledger", "ledger-wal", "ledger-shm"})
                std::filesystem::remove(folderOf(Plan::tracker) / file);
            return m_auditor.wiped();
        case Kind::Partition:
        case Kind::Slow:
            m_troubles.push_back(trouble);
        }
    }
    void end(const Trouble& trouble)
    {
        Computer& where = computer(trouble.party);
        where.host.resume();
        if (!where.host.isAlive())
            start(trouble.party);
        std::erase_if(m_troubles, [&](const Trouble& each) { return each.until <= m_time.monotonic(); });
    }
    [[nodiscard]] VirtualNetwork::Journey journey(const std::string& client, std::uint16_t port,
                                                  const net::HttpRequest& request)
    {
        const int from = std::stoi(client.substr(1)); // "C4"
        const int to = port == TrackerNode::port ? Plan::tracker : port - SeederNode::portOf(0);
        VirtualNetwork::Journey journey{m_plan.latency, m_plan.latency, {}, false, false, {}};
        if (m_options.sabotage == Sabotage::SeederNeverCloses && m_plan.isSeeder(from) &&
            request.target == "/v1/closeContract")
            journey.losesRequest = true;
        if (m_time.monotonic() >= m_plan.calm)
            return journey;
        journey.there += m_dice.between(0ms, m_plan.jitter);
        journey.back += m_dice.between(0ms, m_plan.jitter);
        journey.losesRequest = journey.losesRequest || m_dice.chance(m_plan.loss);
        journey.losesAnswer = m_dice.chance(m_plan.loss);
        if (m_dice.chance(m_plan.copies))
            journey.again = m_dice.between(0ms, 3000ms);
        for (const Trouble& trouble : m_troubles) {
            const bool concerns = trouble.party == from || trouble.party == to;
            if (trouble.kind == Kind::Slow && concerns)
                journey.there += trouble.by;
            if (trouble.kind == Kind::Partition && concerns && (trouble.other == from || trouble.other == to))
                journey.losesRequest = true;
        }
        return journey;
    }

    /// What a tracker with a bug might do.
    void sabotageLedger()
    {
        if (m_options.sabotage != Sabotage::DoublePayment && m_options.sabotage != Sabotage::TokensFromNowhere)
            return;
        static_cast<void>(m_tracker->books().transact([this](ledger::Ledger& books) -> base::Result<void> {
            std::optional<ledger::ContractRecord> paid;
            books.store().eachContract([&](const ledger::ContractRecord& record) {
                if (record.paid.value() > 0)
                    paid = record;
                return !paid;
            });
            if (!paid || books.store().account(paid->spendAddress, ledger::Store::Lock::Change)->balance.value() == 0)
                return {};
            const std::string document = "a mistake";
            const auto place = books.store().next(std::array{paid->incomeAddress, paid->spendAddress}, 0);
            ledger::Entry entry;
            entry.chain = place.key.chain;
            entry.number = place.key.number;
            entry.time = books.clock().now();
            entry.cause = crypto::sha256(document);
            entry.prevHash = place.hash;
            entry.postings = {{paid->incomeAddress, base::Tokens(1)}};
            if (m_options.sabotage == Sabotage::DoublePayment)
                entry.postings.push_back({paid->spendAddress, base::Tokens(-1)});
            std::ranges::sort(entry.postings, {}, &ledger::Posting::account);
            entry.hash = hashOf(entry);
            books.store().append(entry, {wire::Receipt::type, document}, nullptr);
            return {};
        }));
    }

    // ---- its course ----

    void look()
    {
        m_time.after(worldLooksEvery, [this] { look(); });
        if (!m_tracker || !computer(Plan::tracker).host.isAlive())
            return;
        giveTokens();
        if (m_time.monotonic() > m_plan.calm)
            m_isSettled = unsettled().empty();
    }
    /// To everybody, once.
    void giveTokens()
    try {
        for (const auto& [party, person] : m_people) {
            NodeBasics* const basics = person->basics();
            if (basics == nullptr || m_funded.contains(party) || !basics->wallet.accounts().spendAddress)
                continue;
            const auto spend = m_tracker->balance(person->key()).spend;
            if (!spend)
                continue;
            const std::int64_t film =
                need(wire::amountDue(m_film.stream.bytes(), priceOf(m_dice.between(2, 1 + m_plan.seeders)))).value();
            m_tracker->issue(spend->address,
                             base::Tokens(std::max<std::int64_t>(1, film * m_dice.between(20, 500) / 100)));
            readIssues();
            basics->wallet.refresh();
        }
    } catch (const Needed& failure) {
        if (!m_options.accident || m_options.accident->party != Plan::tracker)
            m_auditor.fail(std::string("the operator can't issue tokens: ") + failure.what());
    }
    /// They stand in the journal, whatever a crash left of it.
    void readIssues()
    {
        std::vector<std::pair<base::Address, base::Tokens>> issues;
        std::map<base::PublicKey, base::Tokens> issued;
        need(m_tracker->books().read([&](ledger::Ledger& books) -> base::Result<void> {
            books.store().eachEntry([&](const ledger::Entry& entry, const ledger::Document&) {
                for (const ledger::Posting& posting : entry.postings) {
                    if (entry.kind == ledger::EntryKind::Issue && posting.amount.value() > 0)
                        issues.emplace_back(posting.account, posting.amount);
                }
                return true;
            });
            for (const auto& [address, amount] : issues)
                issued[*books.store().account(address, ledger::Store::Lock::None)->owner] += amount;
            return {};
        }));
        m_funded.clear();
        for (const auto& [party, person] : m_people) {
            if (issued.contains(person->key()))
                m_funded.insert(party);
        }
        m_auditor.issued(std::move(issued));
    }
    [[nodiscard]] std::string unsettled()
    {
        std::string who;
        for (const auto& [party, person] : m_people) {
            if (!person->isDone())
                who += m_plan.name(party) + " has an open session; ";
        }
        for (const auto& [party, node] : m_seeders) {
            if (node->seeder->openContracts() > 0)
                who += m_plan.name(party) + " has open contracts; ";
        }
        if (!who.empty())
            return who;
        static_cast<void>(m_tracker->books().read([&](ledger::Ledger& books) -> base::Result<void> {
            books.store().eachContract([&](const ledger::ContractRecord& record) {
                if (record.state != wire::ContractState::Closed)
                    who += "T has an open contract; ";
                return true;
            });
            return {};
        }));
        return who;
    }
    /// Until the condition holds, something is found wrong, or this time has come. Whether the condition holds.
    bool runTo(milliseconds end, const std::function<bool()>& condition)
    {
        while (!condition() && m_auditor.failure().empty() && m_time.step(end)) {
        }
        return condition();
    }

    const Plan& m_plan;
    Plan m_auditorsPlan;
    const SmallFilm& m_film;
    const std::filesystem::path m_folder;
    const Options m_options;
    Dice m_dice;
    VirtualTime m_time;
    VirtualNetwork m_wires{m_time};
    Auditor m_auditor;
    std::optional<Disks> m_disks;
    std::vector<std::unique_ptr<Computer>> m_computers;
    std::unique_ptr<TrackerNode> m_tracker;
    std::map<int, std::unique_ptr<SeederNode>> m_seeders;
    std::map<int, std::unique_ptr<Front>> m_fronts;
    std::map<int, std::unique_ptr<Person>> m_people;
    std::vector<Trouble> m_troubles; ///< that are on
    std::set<int> m_funded;
    bool m_isSettled = false;
};

} // namespace

Outcome run(const Plan& plan, const SmallFilm& film, const std::filesystem::path& folder, const Options& options)
{
    Outcome outcome;
    {
        World world(plan, film, folder, options);
        outcome = world.run();
    }
    std::filesystem::remove_all(folder);
    return outcome;
}

} // namespace mutoscope::test::swarm
