#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace mutoscope::viewer
{

/// How fast a seeder sends, by what arrives while something is under way: pure. Pauses in which nothing was asked for don't
/// count, nor does what comes from the disk. Two averages, one that follows quickly and one that does not; the lower of them
/// counts, so that a rate is believed late and a slump at once (as hls.js and Shaka Player do it).
class RateMeter
{
public:
    void asked(std::chrono::milliseconds now);
    /// So much more of what is under way is here; 0 where one has looked, and there is no more. Who never says so is measured by
    /// what has arrived as a whole.
    void received(std::chrono::milliseconds now, std::int64_t bytes);
    /// All of it: the rest, of which nothing was said before.
    void arrived(std::chrono::milliseconds now, std::int64_t bytes);
    /// What was asked for does not come.
    void failed(std::chrono::milliseconds now);
    /// It is not wanted any more: the time that was spent on it says nothing.
    void cancelled(std::chrono::milliseconds now);
    /// None of what was asked for comes.
    void stop() { m_underWay = 0; }

    /// None before enough has arrived.
    [[nodiscard]] std::optional<std::int64_t> bytesPerSecond() const;

private:
    /// Samples weigh as much as they lasted, half of it after each `halfLife` of newer ones.
    struct Average {
        double halfLifeMs = 1;
        double sum = 0;
        double weight = 0;
        void add(double bytesPerMs, double ms);
    };

    void passed(std::chrono::milliseconds now);
    void count(std::chrono::milliseconds now);
    void sample();

    int m_underWay = 0;
    bool m_isFirst = false; ///< nothing has come since the last pause: what the way there and back takes is not counted
    std::chrono::milliseconds m_since{0}; ///< what is under way is counted from
    double m_ms = 0;                      ///< of a sample that is still too small
    double m_bytes = 0;
    Average m_quick{.halfLifeMs = 2'000};
    Average m_slow{.halfLifeMs = 8'000};
};

} // namespace mutoscope::viewer
