#include "p2p/node/seeding_rules.h"

#include "p2p/base/file.h"
#include "p2p/wire/message.h"

namespace mutoscope::node
{

namespace
{

constexpr std::int64_t minutesOfDay = 24 * 60;
constexpr std::int64_t msOfHour = 60 * 60 * 1000;
constexpr std::size_t maxBytes = 64 * 1024;

bool isWithin(std::int64_t from, std::int64_t to, std::int64_t minute)
{
    return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

} // namespace

base::Result<void> SeedingRules::check() const
{
    if (fromMinute < 0 || fromMinute > minutesOfDay || toMinute < 0 || toMinute > minutesOfDay)
        return base::fail(base::ErrorCode::Malformed, "a schedule's times are minutes of a day");
    if (port && (*port < 1 || *port > 65'535))
        return base::fail(base::ErrorCode::Malformed, "a port is a number from 1 to 65535");
    return {};
}

Pause pauseOf(const SeedingRules& rules, const SeededFilm& film, int minuteOfDay)
{
    if (rules.stopAtRatioPercent > 0 && film.size.value() > 0 &&
        static_cast<double>(film.uploaded.value()) * 100 >=
            static_cast<double>(film.size.value()) * static_cast<double>(rules.stopAtRatioPercent))
        return Pause::Ratio;
    if (rules.stopAfterHours > 0 && film.seededMs / msOfHour >= rules.stopAfterHours)
        return Pause::Time;
    if (rules.scheduled && !isWithin(rules.fromMinute, rules.toMinute, minuteOfDay))
        return Pause::Schedule;
    return Pause::None;
}

base::Result<SeedingRules> loadSeedingRules(const std::filesystem::path& file)
{
    const auto text = base::readFile(file, maxBytes);
    if (!text)
        return tl::unexpected(text.error());
    auto rules = wire::decodeFields<SeedingRules>(*text, {.maxBytes = maxBytes, .maxDepth = 2, .maxValues = 64});
    if (!rules)
        return base::fail(rules.error().code, file.string() + " can't be read: " + rules.error().message);
    return rules;
}

base::Result<void> saveSeedingRules(const std::filesystem::path& file, const SeedingRules& rules)
{
    if (const auto checked = rules.check(); !checked)
        return checked;
    return base::writeFileDurably(file, wire::encodeFields(rules));
}

} // namespace mutoscope::node
