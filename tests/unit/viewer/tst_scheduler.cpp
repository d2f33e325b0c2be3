#include <QTest>

#include "p2p/viewer/scheduler.h"
#include "tests/support/virtual_time.h"

// Lines that carry so and so much, a player that plays second after second, and the scheduler between them, on virtual time.

using namespace mutoscope;
using namespace std::chrono_literals;
using base::SegmentIndex;
using base::Tokens;
using viewer::Need;
using viewer::Scheduler;
using Id = Scheduler::Id;
using Ms = std::chrono::milliseconds;

namespace
{

constexpr std::int64_t megabit = 125'000; ///< bytes
constexpr auto step = 50ms;

/// A seeder with one line, over which what was asked for comes one after the other.
struct Line {
    std::int64_t bytesPerSecond = 0;
    Tokens price{100};
    std::int64_t window = 2;
    bool isDead = false;
    bool failsLoudly = true; ///< a connection that is broken off; else nothing comes any more, and nobody says so
    bool lies = false;
    bool isOpen = false;
    std::int64_t owed = 0; ///< places that what was cancelled keeps
    Ms opensAt{-1};
    struct Job {
        SegmentIndex index;
        double left = 0;
    };
    std::vector<Job> jobs{};
    int sent = 0; ///< segments that came whole, and were paid
    int opened = 0;
};

struct Theatre {
    test::VirtualTime time;
    Scheduler scheduler{time};
    std::map<Id, Line> lines;
    std::int64_t filmRate;
    const std::int64_t segmentMs;
    std::int64_t bytes;
    Ms readAhead = 26s;
    std::uint32_t reserve = 2; ///< segments with which the player begins
    bool isWatched = false;    ///< the scheduler is told how much of each is here
    Ms opening = 100ms;        ///< until a contract is known to be open
    std::set<std::uint32_t> here;
    int paidTwice = 0;
    Ms played{0};        ///< of the film
    bool plays = false;
    Ms stood{0};         ///< after it had begun
    Ms began{-1};
    int largestNumber = 0; ///< of contracts at a time

    explicit Theatre(std::int64_t megabits, Ms segment = 4s)
        : filmRate(megabits * megabit), segmentMs(segment.count()), bytes(filmRate * segmentMs / 1000)
    {
    }

    void add(Id id, std::int64_t megabits, Tokens price = Tokens(100), std::int64_t window = 2)
    {
        lines[id] = {.bytesPerSecond = megabits * megabit, .price = price, .window = window};
        scheduler.offered(id, price);
    }
    [[nodiscard]] std::uint32_t position() const { return static_cast<std::uint32_t>(played.count() / segmentMs); }
    [[nodiscard]] std::vector<Need> needs() const
    {
        std::vector<Need> all;
        const Ms now = time.monotonic();
        for (std::uint32_t i = position();; ++i) {
            const Ms starts(i * segmentMs);
            if (starts - played >= readAhead)
                return all;
            if (here.contains(i))
                continue;
            const Ms grace = plays ? 0ms : Ms(segmentMs);
            all.push_back({.index = SegmentIndex(i), .bytes = bytes, .due = now + std::max(0ms, starts - played) + grace, .isWaitedFor = i == position(), .asap = i == position()});
        }
    }
    void kill(Id id, bool loudly)
    {
        Line& line = lines.at(id);
        line.isDead = true;
        line.failsLoudly = loudly;
        if (!loudly)
            return;
        for (const auto& job : std::exchange(line.jobs, {}))
            scheduler.failed(id, job.index);
        drop(id);
    }
    void revive(Id id)
    {
        lines.at(id).isDead = false;
        lines.at(id).jobs.clear();
        scheduler.offered(id, lines.at(id).price);
    }
    void drop(Id id)
    {
        Line& line = lines.at(id);
        line.jobs.clear();
        line.isOpen = false;
        line.opensAt = Ms(-1);
        scheduler.closed(id);
        if (line.isDead || line.lies)
            scheduler.withdrawn(id);
    }
    void ask(Id id, SegmentIndex index)
    {
        scheduler.asked(id, index, bytes);
        lines.at(id).jobs.push_back({index, static_cast<double>(bytes)});
    }
    void decide()
    {
        std::map<Id, Scheduler::Means> means;
        for (const auto& [id, line] : lines)
            means[id] = {.places = line.window - static_cast<std::int64_t>(line.jobs.size()) - line.owed};
        const auto decision = scheduler.decide(needs(), filmRate, means);
        for (const auto& each : decision.close) {
            drop(each.seeder);
            if (each.why == Scheduler::Why::Stuck)
                scheduler.withdrawn(each.seeder);
        }
        for (const auto& each : decision.open) {
            Line& line = lines.at(each.seeder);
            line.opensAt = time.monotonic() + opening;
            line.owed = 0;
            ++line.opened;
            scheduler.opening(each.seeder, line.price);
            if (each.index)
                ask(each.seeder, *each.index);
        }
        for (const auto& each : decision.ask)
            ask(each.seeder, each.index);
        int open = 0;
        for (const auto& [id, line] : lines)
            open += line.isOpen ? 1 : 0;
        largestNumber = std::max(largestNumber, open);
    }
    void came(Id id, SegmentIndex index)
    {
        Line& line = lines.at(id);
        if (line.lies) { // nothing is paid
            scheduler.failed(id, index);
            return drop(id);
        }
        ++line.sent;
        paidTwice += here.insert(index.value()).second ? 0 : 1;
        for (auto& [other, each] : lines) {
            if (other == id || std::erase_if(each.jobs, [&](const auto& job) { return job.index == index; }) == 0)
                continue;
            scheduler.overtaken(other, index);
            if (++each.owed >= each.window)
                drop(other);
        }
        scheduler.arrived(id, index);
    }
    void run(Ms duration)
    {
        for (const Ms end = time.monotonic() + duration; time.monotonic() < end;) {
            decide();
            time.advance(step);
            for (auto& [id, line] : lines) {
                if (line.opensAt >= 0ms && line.opensAt <= time.monotonic() && !line.isOpen && !line.isDead) {
                    line.isOpen = true;
                    scheduler.opened(id);
                }
                double carries = line.isDead ? 0 : static_cast<double>(line.bytesPerSecond) * 0.001 * static_cast<double>(step.count());
                while (!line.jobs.empty() && carries > 0) {
                    const double part = std::min(carries, line.jobs.front().left);
                    line.jobs.front().left -= part;
                    carries -= part;
                    if (line.jobs.front().left > 0.5)
                        break;
                    const SegmentIndex index = line.jobs.front().index;
                    line.jobs.erase(line.jobs.begin());
                    came(id, index);
                }
                for (const auto& job : std::vector(isWatched ? line.jobs : std::vector<Line::Job>()))
                    scheduler.received(id, job.index, bytes - static_cast<std::int64_t>(job.left));
            }
            const bool has = here.contains(position());
            if (!plays && has && here.contains(position() + reserve - 1)) {
                plays = true;
                if (began < 0ms)
                    began = time.monotonic();
            }
            if (plays && has)
                played += step;
            else if (plays)
                stood += step;
        }
    }
};

} // namespace

class TestScheduler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// One that carries the film is enough, whatever others there are.
    void oneIsEnough()
    {
        Theatre theatre(5);
        theatre.add(1, 20);
        theatre.add(2, 20);
        theatre.add(3, 100, Tokens(150));
        theatre.run(120s);
        QCOMPARE(theatre.largestNumber, 1);
        QCOMPARE(theatre.lines[1].opened, 1);
        QCOMPARE(theatre.stood.count(), 0);
        QVERIFY(theatre.began < 4s);
    }
    void threeCarryWhatOneDoesNot()
    {
        Theatre theatre(10);
        for (const Id id : {1, 2, 3})
            theatre.add(id, 5);
        theatre.run(180s);
        QCOMPARE(theatre.stood.count(), 0);
        QCOMPARE(theatre.largestNumber, 3);
        QCOMPARE(theatre.paidTwice, 0);
        QVERIFY2(theatre.began < 30s, std::to_string(theatre.began.count()).c_str());
        QVERIFY(theatre.played > 140s);
    }
    void oneIsKilledEveryTwentySeconds()
    {
        Theatre theatre(10);
        for (const Id id : {1, 2, 3})
            theatre.add(id, 5);
        theatre.run(60s);
        for (int i = 0; i < 9; ++i) {
            const Id victim = 1 + i % 3;
            theatre.kill(victim, true);
            theatre.run(10s);
            theatre.revive(victim);
            theatre.run(10s);
        }
        QCOMPARE(theatre.stood.count(), 0);
        QCOMPARE(theatre.paidTwice, 0);
    }
    /// A player that begins with its first segment, at once: the others are asked before that one is here.
    void threeCarryItFromTheFirstPicture()
    {
        Theatre theatre(10, 839ms);
        theatre.isWatched = true;
        theatre.reserve = 1;
        for (const Id id : {1, 2, 3})
            theatre.add(id, 5);
        theatre.run(60s);
        QCOMPARE(theatre.stood.count(), 0);
        QCOMPARE(theatre.paidTwice, 0);
        QVERIFY2(theatre.began < 2s, std::to_string(theatre.began.count()).c_str());
    }
    /// The same, and what the first one is measured to send counts while its contract is being opened: who was never measured is not taken
    /// for quicker, and is not promised what it can't bring.
    void threeCarryItThoughTheTrackerIsSlow()
    {
        Theatre theatre(10, 839ms);
        theatre.isWatched = true;
        theatre.reserve = 1;
        theatre.opening = 1'900ms;
        theatre.readAhead = 300s;
        for (const Id id : {1, 2, 3})
            theatre.add(id, 5);
        theatre.run(60s);
        QCOMPARE(theatre.stood.count(), 0);
        QCOMPARE(theatre.paidTwice, 0);
    }
    /// What is in time, but would not be should its seeder fail, is worth a contract more; not a dearer one.
    void aReserveIsMadeForAFailure()
    {
        Theatre theatre(10);
        for (const Id id : {1, 2}) {
            theatre.add(id, 10);
            theatre.scheduler.opening(id, Tokens(100));
            theatre.scheduler.opened(id);
        }
        for (std::uint32_t i = 0; i < 6; ++i) { // each has sent two, and is busy for 4 s more
            if (i == 2 || i == 4) {
                theatre.time.advance(4s);
                for (const Id id : {1, 2})
                    theatre.scheduler.arrived(id, SegmentIndex(i - 3 + static_cast<std::uint32_t>(id)));
            }
            theatre.scheduler.asked(1 + static_cast<Id>(i % 2), SegmentIndex(i), theatre.bytes);
        }
        const auto opened = [&theatre](Ms due, Tokens pricePerMiB) {
            theatre.scheduler.offered(3, pricePerMiB);
            const Need need{.index = SegmentIndex(6), .bytes = theatre.bytes, .due = theatre.time.monotonic() + due}; // 8 s
            return theatre.scheduler.decide({need}, theatre.filmRate, {{1, {.places = 1}}, {2, {.places = 1}}, {3, {}}}).open.size();
        };
        QCOMPARE(opened(12s, Tokens(100)), 1U);
        QCOMPARE(opened(12s, Tokens(101)), 0U);
        QCOMPARE(opened(20s, Tokens(100)), 0U);

        // What is far away is a reason for a contract, too, but what waits for the others comes first.
        theatre.scheduler.offered(3, Tokens(100));
        std::vector<Need> needs;
        for (const std::uint32_t i : {6U, 7U, 8U})
            needs.push_back({.index = SegmentIndex(i), .bytes = theatre.bytes, .due = theatre.time.monotonic() + (i == 8 ? 60s : 25s)});
        const auto decision = theatre.scheduler.decide(needs, theatre.filmRate, {{1, {}}, {2, {}}, {3, {}}});
        QCOMPARE(decision.open.size(), 1U);
        QCOMPARE(decision.open.front().index, std::optional(SegmentIndex(6)));
    }
    /// Little is in reserve: what is asked of one that sends nothing any more is asked elsewhere within seconds.
    void oneFallsSilentWhereBytesAreCounted()
    {
        Theatre theatre(10, 1s);
        theatre.isWatched = true;
        theatre.readAhead = 8s;
        for (const Id id : {1, 2, 3})
            theatre.add(id, 10);
        theatre.run(30s);
        QVERIFY(!theatre.lines[1].jobs.empty());
        theatre.kill(1, false);
        theatre.run(5s);
        for (const auto& job : theatre.lines[1].jobs)
            QVERIFY2(theatre.here.contains(job.index.value()), std::to_string(job.index.value()).c_str());
        theatre.run(30s);
        QCOMPARE(theatre.stood.count(), 0);
        QCOMPARE(theatre.paidTwice, 0);
    }
    /// As long as the first picture is not here, nothing else is on the line; then each carries its share.
    void whereMuchIsWantedSeveralBringIt()
    {
        Theatre theatre(5);
        theatre.isWatched = true;
        theatre.readAhead = 300s;
        for (const Id id : {1, 2, 3, 4})
            theatre.add(id, 20);
        theatre.lines[4].price = Tokens(101);
        theatre.scheduler.offered(4, Tokens(101));
        theatre.run(950ms);
        QCOMPARE(theatre.here.size(), 0U);
        for (const Id id : {2, 3}) {
            QCOMPARE(theatre.lines[id].opened, 1);
            QCOMPARE(theatre.lines[id].jobs.size(), 0U);
        }
        theatre.run(25s);
        QVERIFY2(theatre.here.size() >= 66, std::to_string(theatre.here.size()).c_str()); // of 75 that three lines can carry
        QVERIFY2(*theatre.here.rbegin() < theatre.here.size() + 4, "what is far away came before what is near");
        QCOMPARE(theatre.lines[4].opened, 0); // the dearer one
        QCOMPARE(theatre.paidTwice, 0);
        theatre.run(150s);
        QCOMPARE(theatre.stood.count(), 0);
        QCOMPARE(theatre.lines[1].isOpen + theatre.lines[2].isOpen + theatre.lines[3].isOpen, 1); // one carries what is wanted now
    }
    /// Nobody says that it is gone: what it was asked for is late, and nothing else.
    void oneFallsSilent()
    {
        Theatre theatre(10);
        for (const Id id : {1, 2, 3})
            theatre.add(id, 8);
        theatre.run(60s);
        theatre.kill(1, false);
        theatre.run(100s);
        QCOMPARE(theatre.stood.count(), 0);
        QCOMPARE(theatre.paidTwice, 0);
        QVERIFY(!theatre.lines[1].isOpen);
    }
    void theCheaperWinsIfItIsInTime()
    {
        Theatre theatre(5);
        theatre.add(1, 50, Tokens(200));
        theatre.run(20s);
        const int before = theatre.lines[1].sent;
        theatre.add(2, 10, Tokens(100)); // joins late, is cheaper, and carries the film
        theatre.run(100s);
        QCOMPARE(theatre.stood.count(), 0);
        QVERIFY2(theatre.lines[1].sent <= before + 2, "the dearer one was still asked");
        QVERIFY(theatre.lines[2].sent > 15);
        QVERIFY2(!theatre.lines[1].isOpen, "what the dearer one reserves is not given back");
    }
    /// The cheap one does what it can.
    void theDearerOneOnlyHelps()
    {
        Theatre theatre(10);
        theatre.add(1, 6, Tokens(100));
        theatre.add(2, 50, Tokens(300));
        theatre.run(180s);
        QCOMPARE(theatre.stood.count(), 0);
        QVERIFY2(theatre.lines[1].sent >= theatre.lines[2].sent, std::to_string(theatre.lines[1].sent).c_str());
        QVERIFY(theatre.lines[2].sent > 10);
    }
    void aLiarIsReplaced()
    {
        Theatre theatre(5);
        theatre.add(1, 50, Tokens(10));
        theatre.lines[1].lies = true;
        theatre.add(2, 10);
        theatre.run(60s);
        QCOMPARE(theatre.lines[1].opened, 1);
        QCOMPARE(theatre.lines[1].sent, 0);
        QCOMPARE(theatre.stood.count(), 0);
        QVERIFY(theatre.began < 12s);
    }
    void oneThatNeverSendsIsReplaced()
    {
        Theatre theatre(5);
        theatre.add(1, 0, Tokens(10));
        theatre.add(2, 10);
        theatre.run(60s);
        QCOMPARE(theatre.stood.count(), 0);
        QVERIFY2(theatre.began < 18s, std::to_string(theatre.began.count()).c_str());
        QVERIFY(!theatre.lines[1].isOpen);
        QVERIFY(theatre.lines[1].opened <= 2);
    }
    /// A seeder that slows down does not hold up what the player comes to: others are asked for it, and it is paid once.
    void oneThatSlowsDownIsHelped()
    {
        Theatre theatre(5);
        theatre.add(1, 20);
        theatre.add(2, 20);
        theatre.run(40s);
        theatre.lines[1].bytesPerSecond = megabit / 10;
        theatre.run(80s);
        QCOMPARE(theatre.stood.count(), 0);
        QCOMPARE(theatre.paidTwice, 0);
        QVERIFY(theatre.lines[2].sent > 10);
    }
    void lateJoinersAreUsed()
    {
        Theatre theatre(10);
        theatre.add(1, 5);
        theatre.run(30s);
        QVERIFY(theatre.scheduler.decide(theatre.needs(), theatre.filmRate, {{1, {}}}).isShort);
        theatre.add(2, 10);
        theatre.run(30s);
        QCOMPARE(theatre.lines[2].opened, 1);
        const Ms before = theatre.stood;
        theatre.run(60s);
        QCOMPARE(theatre.stood.count(), before.count());
    }
    /// A seek's target is asked of whoever has it here first.
    void theTargetOfAJumpComesFirst()
    {
        Theatre theatre(5);
        theatre.add(1, 4, Tokens(100));
        theatre.add(2, 50, Tokens(300));
        theatre.run(60s);
        QVERIFY(theatre.lines[2].isOpen);
        Need target{.index = SegmentIndex(200), .bytes = theatre.bytes, .due = theatre.time.monotonic() + 4s, .isWaitedFor = true, .asap = true};
        const auto decision = theatre.scheduler.decide({target}, theatre.filmRate, {{1, {.places = 1}}, {2, {.places = 1}}});
        QCOMPARE(decision.ask.size(), 1U);
        QCOMPARE(decision.ask.front().seeder, 2);
    }
    /// One is in time, and leaves the last place to what the player will wait for. The next one would be late: it does not take that place.
    void whatComesLaterDoesNotOvertake()
    {
        Theatre theatre(5);
        theatre.add(1, 10);
        theatre.run(20s);
        const auto now = theatre.time.monotonic();
        theatre.ask(1, SegmentIndex(200));
        const Need inTime{.index = SegmentIndex(201), .bytes = theatre.bytes, .due = now + 30s};
        const Need late{.index = SegmentIndex(202), .bytes = 20 * theatre.bytes, .due = now + 34s};
        QVERIFY(theatre.scheduler.decide({inTime, late}, theatre.filmRate, {{1, {.places = 1}}}).ask.empty());
        const auto decision = theatre.scheduler.decide({inTime, late}, theatre.filmRate, {{1, {.places = 2}}});
        QCOMPARE(decision.ask, (std::vector<Scheduler::Ask>{{1, SegmentIndex(201)}}));
        QCOMPARE(theatre.scheduler.decide({late}, theatre.filmRate, {{1, {.places = 1}}}).ask.size(), 1U);
    }
    /// Of those at the same price the one that one has talked with: a connection takes its time.
    void whoIsConnectedIsAskedFirst()
    {
        Theatre theatre(5);
        for (const Id id : {1, 2, 3})
            theatre.add(id, 10, Tokens(id == 3 ? 101 : 100));
        const auto first = [&theatre](Id connected) {
            std::map<Id, Scheduler::Means> means{{1, {}}, {2, {}}, {3, {}}};
            means[connected].isConnected = true;
            return theatre.scheduler.decide(theatre.needs(), theatre.filmRate, means).open.front().seeder;
        };
        QCOMPARE(first(2), 2);
        QCOMPARE(first(3), 1); // the dearer one
    }
    void whereTheBudgetAllowsNoContractNoneIsOpened()
    {
        Theatre theatre(10);
        theatre.add(1, 5, Tokens(100));
        theatre.add(2, 50, Tokens(50));
        const auto decision =
            theatre.scheduler.decide(theatre.needs(), theatre.filmRate, {{1, {}}, {2, {.canOpen = false}}});
        QCOMPARE(decision.open.size(), 1U);
        QCOMPARE(decision.open.front().seeder, 1);
    }
};

QTEST_GUILESS_MAIN(TestScheduler)
#include "tst_scheduler.moc"
