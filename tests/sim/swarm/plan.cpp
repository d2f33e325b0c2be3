#include "tests/sim/swarm/plan.h"

#include <algorithm>

namespace mutoscope::test::swarm
{

using namespace std::chrono_literals;
using Kind = Trouble::Kind;

namespace
{

std::string seconds(milliseconds time)
{
    return std::to_string(static_cast<double>(time.count()) / 1000).substr(0, 7) + " s";
}

} // namespace

Plan::Plan(std::uint64_t number) : seed(number), dice(number)
{
    // Small and short mostly: many worlds find more than large ones.
    seeders = dice.chance(80) ? dice.between(1, 2) : 3;
    viewers = dice.chance(80) ? dice.between(1, 2) : dice.between(3, 4);
    liars = dice.chance(50) ? dice.between(0, viewers) : 0;
    lyingSeeder = dice.chance(15);
    film = dice.between(0, films - 1);
    window = dice.chance(50) ? dice.between(2, 4) : 1;
    latency = dice.between(1ms, dice.chance(20) ? 400ms : 60ms);
    jitter = dice.chance(60) ? dice.between(0ms, dice.chance(10) ? 2000ms : 150ms) : 0ms;
    disk = dice.chance(70) ? dice.between(0ms, dice.chance(10) ? 800ms : 20ms) : 0ms;
    loss = dice.chance(50) ? dice.between(1, 12) : 0;
    copies = dice.chance(50) ? dice.between(1, 25) : 0;
    for (int i = 0; i < seeders; ++i)
        pricesPerMiB.push_back(dice.chance(10) ? 0 : dice.between(1, 1'000'000'000));
    for (int party = 1; party <= parties(); ++party) {
        const bool isWrong = party != tracker && dice.chance(40);
        skews.push_back(isWrong ? dice.between(-7'200'000ms, 7'200'000ms) : dice.between(-500ms, 500ms));
    }
    calm = dice.between(4s, dice.chance(15) ? 60s : 15s);
    const int count = dice.chance(75) ? dice.between(1, 6) : 0;
    for (int i = 0; i < count; ++i) {
        Trouble trouble;
        trouble.party = dice.between(1, parties());
        trouble.from = dice.between(500ms, calm - 2s);
        trouble.until = std::min(calm, trouble.from + dice.between(50ms, 25s));
        switch (dice.between(0, 9)) {
        case 0:
        case 1:
            trouble.kind = Kind::Partition;
            trouble.other = dice.between(1, parties());
            break;
        case 2:
        case 3:
        case 4:
            trouble.kind = Kind::Restart;
            break;
        case 5:
            trouble.kind = Kind::Suspend;
            break;
        case 6:
        case 7:
            trouble.kind = Kind::Jump;
            trouble.by =
                trouble.party == tracker ? dice.between(-2000ms, 2000ms) : dice.between(-14'400'000ms, 14'400'000ms);
            break;
        default:
            trouble.kind = Kind::Slow;
            trouble.by = dice.between(500ms, 15s);
            trouble.party = tracker;
            break;
        }
        troubles.push_back(trouble);
    }
    if (dice.chance(2))
        troubles.push_back({Kind::Wipe, calm / 2, calm / 2 + 1s, tracker, 0, {}});
    std::ranges::sort(troubles, {}, &Trouble::from);
}

Plan Plan::fair(std::uint64_t number, milliseconds calm)
{
    Plan plan(number);
    plan.seeders = plan.viewers = 1;
    plan.liars = plan.loss = plan.copies = 0;
    plan.lyingSeeder = false;
    plan.film = 1;
    plan.window = 2;
    plan.latency = 5ms;
    plan.jitter = plan.disk = 0ms;
    plan.pricesPerMiB = {500'000'000};
    plan.skews = {0ms, 0ms, 0ms};
    plan.troubles.clear();
    plan.calm = calm;
    return plan;
}

bool Plan::wipes() const
{
    return std::ranges::any_of(troubles, [](const Trouble& each) { return each.kind == Kind::Wipe; });
}

std::string Plan::name(int party) const
{
    if (party == tracker)
        return "T";
    return (isSeeder(party) ? "B" : "C") + std::to_string(party);
}

bool Plan::isTroubled(int party, milliseconds from, milliseconds until) const
{
    if (from < calm && (loss > 0 || latency + jitter > 1s || disk > 200ms))
        return true;
    return std::ranges::any_of(troubles, [&](const Trouble& each) {
        const bool concerns = each.party == party || each.other == party || each.party == tracker;
        return concerns && each.from < until && each.until > from;
    });
}

std::string Trouble::inWords() const
{
    const std::string span = seconds(from) + " … " + seconds(until) + ": ";
    const std::string who = "party " + std::to_string(party);
    switch (kind) {
    case Kind::Partition:
        return span + who + " and " + std::to_string(other) + " are cut off from each other";
    case Kind::Restart:
        return span + who + " is killed, and started again";
    case Kind::Suspend:
        return span + who + " is suspended";
    case Kind::Jump:
        return span + who + "'s clock jumps by " + seconds(by);
    case Kind::Slow:
        return span + who + " is slower by " + seconds(by);
    case Kind::Wipe:
        return span + who + " loses its ledger";
    }
    return {};
}

std::string Plan::inWords() const
{
    std::string text = "seed " + std::to_string(seed) + ": " + std::to_string(seeders) + " seeders" +
                       (lyingSeeder ? " (B2 lies)" : "") + ", " + std::to_string(viewers) + " viewers, the last " +
                       std::to_string(liars) + " of them liars; film " + std::to_string(film) + ", latency " +
                       std::to_string(latency.count()) + " + 0…" + std::to_string(jitter.count()) + " ms, disk " +
                       std::to_string(disk.count()) + " ms, loss " + std::to_string(loss) + " %, copies " +
                       std::to_string(copies) + " %, calm from " + seconds(calm) + "\n";
    for (std::size_t i = 0; i < skews.size(); ++i)
        text += "  " + name(static_cast<int>(i) + 1) + "'s clock is off by " + seconds(skews[i]) + "\n";
    for (const Trouble& trouble : troubles)
        text += "  " + trouble.inWords() + "\n";
    return text;
}

} // namespace mutoscope::test::swarm
