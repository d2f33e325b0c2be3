#include "p2p/viewer/scheduler.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::SegmentIndex;

namespace
{

constexpr double unknownFilm = 1'000'000;  ///< bytes per second
constexpr double believed = 2;             ///< times the film's rate: what a seeder is taken for before it was measured
constexpr double likeOthers = 1.2;         ///< and not much more than the best one that was
constexpr double openingMs = 300;          ///< what a contract costs in time, about
constexpr double openingPatience = 3'000;  ///< one that takes longer does not count as being opened
constexpr std::ptrdiff_t mostOpenings = 3; ///< at a time
constexpr double calmMs = 1'500;           ///< what comes so soon need not come sooner
constexpr double deepMs = 1'500;           ///< what one has still to send, where others could be asked later: should it fail, that is lost
constexpr double farMs = 30'000;           ///< who wants film so far ahead wants it as fast as the line carries it
constexpr double rescueTimes = 2;          ///< what a segment takes: until somebody else has sent it, and what was under way there before
constexpr std::ptrdiff_t mostForSpeed = 3; ///< contracts at a time, where one would do
constexpr double marginMs = 250;           ///< before something is due
constexpr double marginShare = 0.2;        ///< of the time that it takes
constexpr double leastGainMs = 500;        ///< for which a second request, or a contract more, is worth it
constexpr double leastGainShare = 0.25;
constexpr double overdue = 1.5;            ///< times what was expected
constexpr double strangerMs = 10'000;      ///< until something is asked for again of somebody who was never measured
constexpr double lastChanceMs = 2'000;
constexpr double muteMs = 3'000;  ///< without a byte, where bytes are counted: nothing is expected of it until there is one
constexpr double mutePenaltyMs = 10'000;
constexpr double stuckMs = 10'000;
constexpr double stuckTimes = 4;           ///< what was expected
constexpr double strangerStuckMs = 20'000; ///< of one that was never measured, and may just be slow
constexpr double unusedMs = 60'000;
constexpr double soonMs = 700; ///< what comes so soon is not broken off

double ms(Scheduler::Ms time)
{
    return static_cast<double>(time.count());
}

} // namespace

// ---- what happens ----

void Scheduler::offered(Id seeder, base::Tokens pricePerMiB)
{
    Seeder& each = m_seeders[seeder];
    if (each.state == State::Gone)
        each.state = State::Offered;
    if (each.state == State::Offered) // a contract's price stays
        each.price = pricePerMiB;
}

void Scheduler::withdrawn(Id seeder)
{
    m_seeders[seeder].state = State::Gone;
}

void Scheduler::opening(Id seeder, base::Tokens pricePerMiB)
{
    Seeder& each = m_seeders[seeder];
    each.state = State::Opening;
    each.price = pricePerMiB;
    each.since = each.last = m_clock.monotonic();
}

void Scheduler::opened(Id seeder)
{
    Seeder& each = m_seeders.at(seeder);
    each.state = State::Open;
    each.since = m_clock.monotonic();
}

void Scheduler::closed(Id seeder)
{
    Seeder& each = m_seeders.at(seeder);
    each.state = State::Offered;
    each.isSilent = false;
    each.underWay.clear();
    each.meter.stop();
}

void Scheduler::asked(Id seeder, SegmentIndex index, std::int64_t bytes)
{
    Seeder& each = m_seeders.at(seeder);
    const Ms now = m_clock.monotonic();
    if (each.underWay.empty())
        each.last = now;
    each.underWay.push_back({index, bytes, now});
    each.meter.asked(now);
}

std::int64_t Scheduler::received(Id seeder, SegmentIndex index, std::int64_t bytes)
{
    Seeder& each = m_seeders.at(seeder);
    const auto request = std::ranges::find(each.underWay, index, &Request::index);
    if (request == each.underWay.end())
        return 0;
    const Ms now = m_clock.monotonic();
    const std::int64_t more = bytes - std::exchange(request->here, bytes); // fewer where it begins anew, on another connection
    each.isWatched = true;
    each.meter.received(now, std::max<std::int64_t>(more, 0));
    if (more <= 0)
        return 0;
    each.last = now;
    each.atMost.reset();
    each.isSilent = false;
    return more;
}

void Scheduler::remove(Id seeder, SegmentIndex index)
{
    std::erase_if(m_seeders.at(seeder).underWay, [index](const Request& each) { return each.index == index; });
}

std::int64_t Scheduler::arrived(Id seeder, SegmentIndex index)
{
    Seeder& each = m_seeders.at(seeder);
    each.last = m_clock.monotonic();
    each.atMost.reset();
    each.isSilent = false;
    const auto request = std::ranges::find(each.underWay, index, &Request::index);
    if (request == each.underWay.end())
        return 0;
    const std::int64_t rest = std::max<std::int64_t>(request->bytes - request->here, 0);
    each.meter.arrived(each.last, rest);
    remove(seeder, index);
    return rest;
}

void Scheduler::failed(Id seeder, SegmentIndex index)
{
    m_seeders.at(seeder).meter.cancelled(m_clock.monotonic()); // a broken connection is not a slow one
    remove(seeder, index);
}

void Scheduler::overtaken(Id seeder, SegmentIndex index)
{
    Seeder& each = m_seeders.at(seeder);
    const auto request = std::ranges::find(each.underWay, index, &Request::index);
    const Ms now = m_clock.monotonic();
    if (request != each.underWay.end() && each.isWatched && ms(now - std::max(each.last, request->asked)) > muteMs) {
        each.isSilent = true;
    } else if (request != each.underWay.end() && each.last <= request->asked) {
        const double took = std::max(ms(now - request->asked), 1.0);
        each.atMost = static_cast<double>(request->bytes) / took;
        each.isSilent = took >= stuckMs;
    }
    each.meter.failed(now);
    remove(seeder, index);
}

void Scheduler::cancelled(Id seeder, SegmentIndex index)
{
    m_seeders.at(seeder).meter.cancelled(m_clock.monotonic());
    remove(seeder, index);
}

std::optional<std::int64_t> Scheduler::rate(Id seeder) const
{
    const auto found = m_seeders.find(seeder);
    return found == m_seeders.end() ? std::nullopt : found->second.meter.bytesPerSecond();
}

bool Scheduler::isUnderWay(SegmentIndex index) const
{
    return std::ranges::any_of(m_seeders, [index](const auto& each) {
        return std::ranges::find(each.second.underWay, index, &Request::index) != each.second.underWay.end();
    });
}

// ---- what to do about it ----

/// A seeder in one decision: what is foreseen of it. Times are milliseconds of the clock.
struct Scheduler::Line {
    struct Coming {
        SegmentIndex index;
        double asked = 0;
        double expected = 0; ///< how long it should take
        double at = 0;       ///< when it will be here
    };

    Id id = 0;
    const Seeder* seeder = nullptr;
    double bytesPerMs = 1;
    bool isMeasured = false;
    bool isNew = false; ///< has no contract
    bool isFar = false; ///< nor is there a connection to it
    std::int64_t places = 0;
    std::ptrdiff_t underWay = 0;
    bool isMute = false; ///< something is under way, and nothing comes
    bool keepsPlace = false; ///< its last one is for what the player will wait for
    double freeAt = 0;
    std::vector<Coming> coming;
    std::vector<SegmentIndex> owed;

    [[nodiscard]] bool owes(SegmentIndex index) const { return std::ranges::find(owed, index) != owed.end(); }
    [[nodiscard]] double arrival(std::int64_t bytes) const { return freeAt + static_cast<double>(bytes) / bytesPerMs; }
    [[nodiscard]] const Coming* find(SegmentIndex index) const
    {
        const auto found = std::ranges::find(coming, index, &Coming::index);
        return found == coming.end() ? nullptr : &*found;
    }
};

class Scheduler::Round
{
public:
    Round(const Scheduler& scheduler, std::int64_t filmRate, const std::map<Id, Means>& means)
        : m_now(ms(scheduler.m_clock.monotonic()))
    {
        double stranger = believed * (filmRate > 0 ? static_cast<double>(filmRate) : unknownFilm) / 1000;
        double best = 0;
        for (const auto& [id, seeder] : scheduler.m_seeders) {
            if (const auto rate = seeder.meter.bytesPerSecond(); rate && (seeder.state == State::Open || seeder.state == State::Opening))
                best = std::max(best, static_cast<double>(*rate) / 1000);
        }
        if (best > 0)
            stranger = std::min(stranger, best * likeOthers);
        for (const auto& [id, seeder] : scheduler.m_seeders) {
            const auto can = means.find(id);
            const bool isNew = seeder.state == State::Offered;
            if (seeder.state == State::Gone || can == means.end() || (isNew && !can->second.canOpen))
                continue;
            Line line{.id = id, .seeder = &seeder, .isNew = isNew, .coming = {}, .owed = {}};
            const auto rate = seeder.meter.bytesPerSecond();
            line.isMeasured = rate.has_value();
            line.bytesPerMs = rate ? static_cast<double>(*rate) / 1000 : stranger;
            line.bytesPerMs = std::max(std::min(line.bytesPerMs, seeder.atMost.value_or(line.bytesPerMs)), 0.001);
            line.isFar = isNew && !can->second.isConnected;
            line.places = isNew ? 0 : can->second.places;
            line.owed = can->second.owed;
            foresee(line);
            line.underWay = std::ssize(line.coming);
            m_openings += seeder.state == State::Opening && m_now - ms(seeder.since) < openingPatience ? 1 : 0;
            m_contracts += isNew ? 0 : 1;
            m_lines.push_back(std::move(line));
        }
        // What somebody who was never measured is taken for is a guess: where others could have it, a second one does not go along with
        // the proposal.
        for (Line& line : m_lines) {
            if (line.seeder->state == State::Opening && !line.isMeasured && m_lines.size() > 1)
                line.places = 0;
        }
    }

    Decision decide(const std::vector<Need>& needs)
    {
        closeSome(); // first: what these were asked for is asked of others at once
        m_isFirstPicture = std::ranges::any_of(needs, &Need::asap);
        if (m_isFirstPicture)
            cancelOthers(needs);
        for (const Need& need : needs) {
            if (isComing(need.index))
                helpIfLate(need);
            else
                assign(need);
        }
        askForOwed(needs);
        return std::move(m_decision);
    }

private:
    void foresee(Line& line) const
    {
        double at = ms(line.seeder->last);
        const auto later = [this](double time) { // what should be here takes as long again as it is late
            return time < m_now ? m_now + std::max(m_now - time, marginMs) : time;
        };
        line.isMute = line.seeder->isWatched && !line.seeder->underWay.empty() && m_now - at > muteMs;
        const double penalty = line.isMute ? m_now - at + mutePenaltyMs : 0;
        for (const Request& request : line.seeder->underWay) {
            const double takes = static_cast<double>(request.bytes - request.here) / line.bytesPerMs;
            at = std::max(at, ms(request.asked)) + takes;
            line.coming.push_back({request.index, ms(request.asked), at - ms(request.asked), later(at + penalty)});
            at = later(at);
        }
        at += penalty;
        if (line.coming.empty() && line.seeder->state == State::Opening)
            at = later(ms(line.seeder->since) + openingMs);
        line.freeAt = std::max(at, m_now) + (line.isNew ? openingMs : 0);
    }
    [[nodiscard]] bool isComing(SegmentIndex index) const
    {
        return std::ranges::any_of(m_lines, [index](const Line& line) { return line.find(index) != nullptr; });
    }
    [[nodiscard]] bool isInTime(double at, const Need& need) const
    {
        return at + marginMs + marginShare * (at - m_now) <= ms(need.due);
    }
    [[nodiscard]] double gainFor(double at) const { return std::max(leastGainMs, leastGainShare * (at - m_now)); }
    [[nodiscard]] bool mayOpen() const { return m_openings < mostOpenings; }

    /// By price, then without a new contract, or at least a new connection, then the first, where that is not soon anyway; nothing where nobody is in time.
    Line* cheapestInTime(const Need& need, bool withNew)
    {
        Line* best = nullptr;
        for (Line& line : m_lines) {
            if ((line.isNew && (!withNew || !mayOpen())) || !isInTime(line.arrival(need.bytes), need))
                continue;
            const auto rank = [&](const Line& each) {
                return std::tuple(each.seeder->price, each.isNew, each.isFar, std::max(each.arrival(need.bytes), m_now + calmMs));
            };
            if (best == nullptr || rank(line) < rank(*best))
                best = &line;
        }
        return best;
    }
    /// This one is in time, but has much to do before, and the need is far ahead or would be too late should this one fail: another one at
    /// its price, without a contract so far, that has it sooner.
    Line* forSpeed(const Need& need, const Line& line)
    {
        if (line.isNew || !line.isMeasured || line.freeAt - m_now < calmMs || m_contracts >= mostForSpeed || !mayOpen())
            return nullptr;
        const double at = line.arrival(need.bytes);
        const double again = rescueTimes * (at - line.freeAt);
        if (ms(need.due) - m_now < farMs && at + again <= ms(need.due))
            return nullptr;
        return firstOf(need, [&](const Line& other) {
            return other.isNew && other.seeder->price <= line.seeder->price && other.arrival(need.bytes) + gainFor(at) < at;
        });
    }
    /// `counts` says whose arrival counts.
    template <class Counts>
    Line* firstOf(const Need& need, const Counts& counts)
    {
        Line* best = nullptr;
        for (Line& line : m_lines) {
            const auto rank = [&](const Line& each) { return std::tuple(each.arrival(need.bytes), each.seeder->price); };
            if (counts(line) && (best == nullptr || rank(line) < rank(*best)))
                best = &line;
        }
        return best;
    }
    /// For the rest of this round it is one that is busy.
    void open(Line& line, const std::optional<Need>& first)
    {
        m_decision.open.push_back({line.id, first ? std::optional(first->index) : std::nullopt});
        if (first)
            line.freeAt = line.arrival(first->bytes);
        line.isNew = false;
        line.places = 0;
        ++m_openings;
        ++m_contracts;
    }
    void give(Line& line, const Need& need)
    {
        if (line.isNew)
            return open(line, need);
        // A place stays free for what the player will wait for: after a seek the target does not stand behind what is bought ahead. Not
        // while a contract is opened: what goes along keeps the line busy until more may be asked for. Nor does what is needed later,
        // and would be late, take the place that was left free before.
        const bool leavesPlace = line.seeder->state == State::Open && line.underWay > 0 && !need.isWaitedFor &&
                                 (line.keepsPlace || isInTime(line.arrival(need.bytes), need));
        line.keepsPlace = line.keepsPlace || leavesPlace;
        const bool isOwed = line.owes(need.index) && line.seeder->state == State::Open;
        const bool isDeep = m_contracts > 1 && line.isMeasured && line.underWay >= 2 && line.freeAt - m_now > deepMs;
        if (isOwed || (!isDeep && line.places > (leavesPlace ? 1 : 0))) {
            m_decision.ask.push_back({line.id, need.index});
            line.places -= isOwed ? 0 : 1;
            ++line.underWay;
        } else {
            m_waiting.emplace_back(need, line.arrival(need.bytes));
        }
        line.freeAt = line.arrival(need.bytes); // without a place it waits for one
    }
    /// A contract for speed: with what waits elsewhere and is to be here first, where it comes no later by this one.
    void openForSpeed(Line& line, const Need& need)
    {
        const auto sooner = std::ranges::find_if(m_waiting, [&line](const auto& each) { return line.arrival(each.first.bytes) <= each.second; });
        if (sooner == m_waiting.end())
            return open(line, need);
        open(line, sooner->first);
        m_waiting.erase(sooner);
    }

    void assign(const Need& need)
    {
        const auto isOld = [](const Line& line) { return !line.isNew; };
        const auto canStart = [&need](const Line& line) { return !line.isNew && (line.places > 0 || line.owes(need.index)); };
        const auto isNew = [](const Line& line) { return line.isNew; };
        if (need.asap) {
            if (Line* const line = firstOf(need, canStart))
                return give(*line, need);
        }
        if (Line* const line = cheapestInTime(need, true)) {
            Line* const quicker = forSpeed(need, *line);
            if (!m_isFirstPicture)
                return quicker ? openForSpeed(*quicker, need) : give(*line, need);
            // Nothing that has time is to be on the line before the picture, but a contract is opened meanwhile.
            if (quicker)
                open(*quicker, {});
            if (line->isNew || line->underWay > 0)
                return give(*line, need);
            line->freeAt = line->arrival(need.bytes);
            return;
        }
        Line* const old = firstOf(need, isOld);
        Line* const other = mayOpen() ? firstOf(need, isNew) : nullptr;
        const bool helps = other && (!old || other->arrival(need.bytes) + gainFor(old->arrival(need.bytes)) < old->arrival(need.bytes));
        if (helps)
            return give(*other, need);
        m_decision.isShort = m_decision.isShort || firstOf(need, isNew) == nullptr;
        if (old)
            give(*old, need);
    }

    /// It is under way. Where it will be late, another one is asked, too: what is here first counts.
    void helpIfLate(const Need& need)
    {
        const Line::Coming* first = nullptr;
        bool isMute = false;
        int copies = 0;
        for (const Line& line : m_lines) {
            if (const auto* coming = line.find(need.index)) {
                ++copies;
                if (first == nullptr || coming->at < first->at) {
                    first = coming;
                    isMute = line.isMute;
                }
            }
        }
        const double waited = m_now - first->asked;
        const bool isOverdue = waited > overdue * first->expected;
        if (copies > 1 || (isInTime(first->at, need) && !isOverdue))
            return;
        const double coming = first->at;
        const auto helps = [&](const Line& line) {
            if (line.find(need.index) != nullptr || (line.isNew ? !mayOpen() : line.places <= 0))
                return false;
            if (!line.isMeasured && !isMute)
                return isOverdue && waited >= strangerMs;
            const double at = line.arrival(need.bytes);
            const bool isLastChance = isOverdue && at <= ms(need.due) && at + lastChanceMs > ms(need.due);
            return isLastChance || (!isInTime(coming, need) && at + gainFor(coming) < coming);
        };
        if (Line* const line = firstOf(need, helps))
            give(*line, need);
    }

    /// What nobody needs any more. One request stays where the seeder has no place left: its receipt makes room for the target.
    void cancelOthers(const std::vector<Need>& needs)
    {
        for (Line& line : m_lines) {
            if (line.seeder->state != State::Open)
                continue;
            const auto isNeeded = [&](const Line::Coming& each) { return std::ranges::find(needs, each.index, &Need::index) != needs.end(); };
            const Line::Coming* stays = nullptr;
            if (line.places <= 0 && std::ranges::none_of(line.coming, isNeeded))
                stays = &*std::ranges::min_element(line.coming, {}, &Line::Coming::at);
            std::vector<SegmentIndex> cancelled;
            for (const Line::Coming& each : line.coming) {
                if (!isNeeded(each) && &each != stays && each.at - m_now > soonMs)
                    cancelled.push_back(each.index);
            }
            for (const SegmentIndex index : cancelled) {
                m_decision.cancel.push_back({line.id, index});
                line.owed.push_back(index);
                std::erase_if(line.coming, [index](const Line::Coming& each) { return each.index == index; });
            }
            if (!cancelled.empty()) {
                line.freeAt = line.coming.empty() ? m_now : std::ranges::max(line.coming, {}, &Line::Coming::at).at;
                line.underWay = std::ssize(line.coming);
            }
        }
    }

    /// Where a seeder has nothing to do, and nothing is waited for.
    void askForOwed(const std::vector<Need>& needs)
    {
        if (!m_decision.cancel.empty() || std::ranges::any_of(needs, &Need::isWaitedFor))
            return;
        for (Line& line : m_lines) {
            if (line.underWay > 0 || line.owed.empty() || line.seeder->state != State::Open || isComing(line.owed.front()))
                continue;
            m_decision.ask.push_back({line.id, line.owed.front()});
            ++line.underWay;
        }
    }

    void closeSome()
    {
        const auto isBusy = [this](const Line& line) {
            return line.seeder->state == State::Open && (!line.coming.empty() || m_now - ms(line.seeder->last) < unusedMs);
        };
        const auto working = std::ranges::count_if(m_lines, isBusy);
        for (const Line& line : m_lines) {
            if (line.seeder->state == State::Offered)
                continue;
            const bool hasOther = m_lines.size() > m_decision.close.size() + 1;
            const double silent = m_now - ms(line.seeder->last);
            const bool isStuck = line.seeder->isSilent || (line.isMute && silent > stuckMs) || std::ranges::any_of(line.coming, [&](const Line::Coming& each) {
                const double patience = std::max(line.isMeasured ? stuckMs : strangerStuckMs, stuckTimes * each.expected);
                return m_now - each.asked > patience && silent > stuckMs;
            });
            const bool isUnused = line.seeder->state == State::Open && !isBusy(line) && m_now - ms(line.seeder->since) > unusedMs;
            if (isStuck && hasOther)
                m_decision.close.push_back({line.id, Why::Stuck});
            else if (isUnused && working > 0)
                m_decision.close.push_back({line.id, Why::Unused});
        }
        std::erase_if(m_lines, [this](const Line& line) { return std::ranges::find(m_decision.close, line.id, &Close::seeder) != m_decision.close.end(); });
    }

    const double m_now;
    std::vector<Line> m_lines;
    std::ptrdiff_t m_openings = 0; ///< contracts that are being opened
    std::ptrdiff_t m_contracts = 0; ///< these included
    std::vector<std::pair<Need, double>> m_waiting; ///< for a place, and when it would be here
    bool m_isFirstPicture = false; ///< somebody looks at a standing one
    Decision m_decision;
};

Scheduler::Decision Scheduler::decide(const std::vector<Need>& needs, std::int64_t filmRate, const std::map<Id, Means>& means) const
{
    return Round(*this, filmRate, means).decide(needs);
}

} // namespace mutoscope::viewer
