#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace mutoscope::test::swarm
{

using std::chrono::milliseconds;

/// Randomness of one run. Not std::uniform_int_distribution, which each library implements in its own way.
class Dice
{
public:
    explicit Dice(std::uint64_t seed) : m_engine(seed) {}
    /// least … most
    int between(int least, int most)
    {
        return least + static_cast<int>(m_engine() % static_cast<std::uint64_t>(most - least + 1));
    }
    milliseconds between(milliseconds least, milliseconds most)
    {
        return milliseconds(between(static_cast<int>(least.count()), static_cast<int>(most.count())));
    }
    bool chance(int percent) { return between(1, 100) <= percent; }

private:
    std::mt19937_64 m_engine;
};

/// Something that goes wrong for a while.
struct Trouble {
    enum class Kind {
        Partition, ///< nothing passes between the two
        Restart,   ///< killed at `from`, started again at `until`
        Suspend,   ///< asleep; the wall clock goes on
        Jump,      ///< the wall clock jumps by `by` at `from`
        Slow,      ///< everything to and from it takes `by` longer
        Wipe,      ///< the tracker loses its ledger, and starts with an empty one
    };
    Kind kind = Kind::Partition;
    milliseconds from{};
    milliseconds until{};
    int party = 0;
    int other = 0;     ///< Partition only
    milliseconds by{}; ///< Jump and Slow

    [[nodiscard]] std::string inWords() const;
};

/// All that a seed decides before a run begins. Parties are numbered: 1 is T, then come the seeders, then the viewers.
struct Plan {
    static constexpr int tracker = 1;
    static constexpr int films = 4;

    explicit Plan(std::uint64_t seed);
    /// One seeder, one viewer, both honest, and nothing goes wrong.
    [[nodiscard]] static Plan fair(std::uint64_t seed, milliseconds calm);

    std::uint64_t seed;
    Dice dice; ///< for what the run itself throws
    int seeders = 1;
    int viewers = 1;
    int liars = 0;            ///< of the viewers, the last ones
    bool lyingSeeder = false; ///< the first seeder sends wrong bytes now and then
    int film = 0;
    int window = 1; ///< of credit
    milliseconds latency{};
    milliseconds jitter{};
    milliseconds disk{};
    int loss = 0;                    ///< percent of requests, and of answers
    int copies = 0;                  ///< percent of requests that come twice
    std::vector<int> pricesPerMiB;   ///< of the seeders
    std::vector<milliseconds> skews; ///< of the parties' wall clocks, from party 1
    std::vector<Trouble> troubles;
    milliseconds calm{}; ///< from then on nothing goes wrong any more

    [[nodiscard]] int parties() const { return 1 + seeders + viewers; }
    [[nodiscard]] bool isSeeder(int party) const { return party > tracker && party <= tracker + seeders; }
    [[nodiscard]] bool isLiar(int party) const { return party > parties() - liars; }
    [[nodiscard]] bool wipes() const;
    /// "T", "B2", "C4".
    [[nodiscard]] std::string name(int party) const;
    /// Whether anything goes wrong that concerns the party, within this time.
    [[nodiscard]] bool isTroubled(int party, milliseconds from, milliseconds until) const;
    [[nodiscard]] std::string inWords() const;
};

} // namespace mutoscope::test::swarm
