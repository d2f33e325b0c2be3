#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/wire/fields.h"

namespace mutoscope::node
{

/// What this node gives to others, beyond a film's own switch and price. 0 means "no limit" throughout.
struct SeedingRules {
    bool seedWatched = false;            ///< films that are here as a whole after they were watched
    base::Tokens watchedPrice{10'000};   ///< for each MiB of those
    base::ByteCount quota;               ///< disk for films, hard
    base::ByteCount minFreeDisk{500'000'000};
    base::ByteCount uploadPerSecond;
    bool scheduled = false;
    std::int64_t fromMinute = 0; ///< of the day, local time, where scheduled; an end before the begin is the next day's
    std::int64_t toMinute = 0;
    std::int64_t stopAtRatioPercent = 0; ///< uploaded, of the film's size
    std::int64_t stopAfterHours = 0;     ///< since its seeding was switched on
    std::optional<std::int64_t> port{};  ///< TCP, where viewers are served from the next start on; none: the usual one, or any
    // For relays, where nobody can connect to this node otherwise. Files of earlier versions don't have them.
    std::optional<base::Tokens> relayPrice{};  ///< the most for each MiB that one copies; none: only free ones
    std::optional<base::Tokens> relayPerDay{}; ///< the most in a day (UTC); none: usualRelayPerDay

    static constexpr base::Tokens usualRelayPerDay{1'000'000};

    template <class F>
    void fields(F& f)
    {
        f("seed_watched", seedWatched);
        f("watched_price", watchedPrice);
        f("quota", quota);
        f("min_free_disk", minFreeDisk);
        f("upload_per_second", uploadPerSecond);
        f("scheduled", scheduled);
        f("from_minute", fromMinute);
        f("to_minute", toMinute);
        f("stop_at_ratio_percent", stopAtRatioPercent);
        f("stop_after_hours", stopAfterHours);
        f("port", port);
        f("relay_price", relayPrice);
        f("relay_per_day", relayPerDay);
    }
    /// Malformed where a minute is none of a day, or the port is none.
    [[nodiscard]] base::Result<void> check() const;
    bool operator==(const SeedingRules&) const = default;
};

/// Why a film that is switched on is not seeded just now.
enum class Pause { None, Schedule, Ratio, Time };

constexpr auto namesOf(Pause)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{Pause::None, "none"sv}, std::pair{Pause::Schedule, "schedule"sv},
                      std::pair{Pause::Ratio, "ratio"sv}, std::pair{Pause::Time, "time"sv}};
}

/// A film as the rules look at it.
struct SeededFilm {
    base::ByteCount size;
    base::ByteCount uploaded;
    std::int64_t seededMs = 0; ///< since it was switched on
};

[[nodiscard]] Pause pauseOf(const SeedingRules& rules, const SeededFilm& film, int minuteOfDay);

/// No file: the usual rules, NotFound. One that can't be read stays as it is.
[[nodiscard]] base::Result<SeedingRules> loadSeedingRules(const std::filesystem::path& file);
/// Durable when it returns.
[[nodiscard]] base::Result<void> saveSeedingRules(const std::filesystem::path& file, const SeedingRules& rules);

} // namespace mutoscope::node
