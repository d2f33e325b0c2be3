#pragma once

#include "tests/sim/swarm/auditor.h"
#include "tests/sim/swarm/disks.h"
#include "tests/sim/swarm/film.h"
#include "tests/sim/swarm/people.h"

namespace mutoscope::test::swarm
{

/// Something that the checks must find: without such a test nobody knows whether they check anything.
enum class Sabotage {
    None,
    OneSegmentTooMany,  ///< a seeder gives a segment without a receipt for the one before
    DoublePayment,      ///< the tracker posts a second payment past its rules
    TokensFromNowhere,  ///< a balance grows without an entry
    LiarTakenForHonest, ///< what liars do must be found where nobody expects it
    SeederNeverCloses,  ///< it can't reach the tracker any more, and says nothing
};

struct Options {
    Sabotage sabotage = Sabotage::None;
    bool countsWrites = false;        ///< those that make a new ledger, too
    std::optional<Accident> accident; ///< with countsWrites only
};

struct Outcome {
    std::string failure; ///< empty: none
    std::string story;   ///< the last events before it
    milliseconds simulated{};
    std::int64_t segments = 0;
    std::int64_t contracts = 0;
    std::map<int, int> writes;      ///< of each party, where they are counted
    std::set<std::string> problems; ///< that viewers were told
};

/// One run: a tracker, seeders, viewers and liars, all real but for the liars, who watch one film while things go wrong
/// as planned; then a while of calm in which everything must be settled; then time goes past every contract's end.
[[nodiscard]] Outcome run(const Plan& plan, const SmallFilm& film, const std::filesystem::path& folder,
                          const Options& options = {});

} // namespace mutoscope::test::swarm
