#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "p2p/base/clock.h"
#include "p2p/viewer/need.h"
#include "p2p/viewer/rate_meter.h"

namespace mutoscope::viewer
{

/// Which seeder is asked for which segment: pure but for the clock. It foresees, from the rate that each seeder was measured to
/// send with and from what each has still to send, when a segment would be here from whom. Of those from whom it comes in time the
/// cheapest is asked, and waited for even if it is busy; where none can, the one that is first. What is under way and will be late
/// is asked for elsewhere while that still helps. Seeders whose offers are known, without a contract so far, take part with what
/// opening one takes: where they are cheaper, or where nobody else is in time.
///
/// When somebody jumps, what is under way and not needed any more is broken off. For the seeder it counts as sent: it is asked for again
/// when there is nothing else to do, so that the place that it keeps in the credit window comes free, and the seeder is paid for it.
class Scheduler
{
public:
    using Ms = std::chrono::milliseconds;
    using Id = int;

    struct Ask {
        Id seeder = 0;
        base::SegmentIndex index;
        bool operator==(const Ask&) const = default;
    };
    struct Open {
        Id seeder = 0;
        std::optional<base::SegmentIndex> index; ///< asked for with it; none where it is for what comes after the first picture
    };
    enum class Why { Stuck, Unused };
    struct Close {
        Id seeder = 0;
        Why why = Why::Stuck;
    };
    struct Decision {
        std::vector<Ask> ask;
        std::vector<Open> open; ///< a contract
        std::vector<Close> close;
        std::vector<Ask> cancel; ///< before anything is asked
        bool isShort = false; ///< of seeders: something will be late, and nobody is left to ask for help
    };
    /// What a seeder can be asked for now.
    struct Means {
        std::int64_t places = 0; ///< requests beside those under way
        bool isConnected = false; ///< without a contract so far, but one has talked with it
        bool canOpen = true;     ///< what is left of the budget suffices for a contract with it
        std::vector<base::SegmentIndex> owed{}; ///< keep a place, and can be asked for without another one; not here so far
    };

    explicit Scheduler(const base::Clock& clock) : m_clock(clock) {}

    /// A seeder offers the film, or does so at another price now.
    void offered(Id seeder, base::Tokens pricePerMiB);
    /// It can't be asked any more. What was measured of it is kept.
    void withdrawn(Id seeder);
    /// A contract with it is being opened at this price; is open; is closed.
    void opening(Id seeder, base::Tokens pricePerMiB);
    void opened(Id seeder);
    void closed(Id seeder);

    void asked(Id seeder, base::SegmentIndex index, std::int64_t bytes);
    /// So much of it is here so far. Where this is told, a slow seeder is known for it before its first segment is here, and a
    /// silent one soon. Returns how much of that is new.
    std::int64_t received(Id seeder, base::SegmentIndex index, std::int64_t bytes);
    /// Returns how much of it nobody had told of before.
    std::int64_t arrived(Id seeder, base::SegmentIndex index);
    void failed(Id seeder, base::SegmentIndex index);
    /// It is here from another one, which was asked later perhaps, but was quicker.
    void overtaken(Id seeder, base::SegmentIndex index);
    /// We don't want it from there any more, which says nothing of the seeder.
    void cancelled(Id seeder, base::SegmentIndex index);

    /// `needs`: the most urgent first, what is under way included. `filmRate`: bytes that a second of film takes; 0 where unknown.
    [[nodiscard]] Decision decide(const std::vector<Need>& needs, std::int64_t filmRate, const std::map<Id, Means>& means) const;

    /// Bytes per second; none before enough has come.
    [[nodiscard]] std::optional<std::int64_t> rate(Id seeder) const;
    [[nodiscard]] bool isUnderWay(base::SegmentIndex index) const;

private:
    enum class State { Offered, Opening, Open, Gone };
    struct Request {
        base::SegmentIndex index;
        std::int64_t bytes = 0;
        Ms asked{0};
        std::int64_t here = 0; ///< bytes
    };
    struct Seeder {
        State state = State::Offered;
        base::Tokens price;
        RateMeter meter;
        std::vector<Request> underWay; ///< in the order in which they were asked for
        Ms since{0};                   ///< opening, or open
        Ms last{0};                    ///< something arrived, be it a few bytes, or the first request after a pause left
        bool isWatched = false;        ///< one is told how much is here
        std::optional<double> atMost;  ///< bytes per millisecond, as far as its silence since then tells
        bool isSilent = false;         ///< and that was long
    };
    struct Line;
    class Round;

    void remove(Id seeder, base::SegmentIndex index);

    const base::Clock& m_clock;
    std::map<Id, Seeder> m_seeders;
};

} // namespace mutoscope::viewer
