#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

namespace mutoscope::net
{

/// Keeps what is sent below a rate, over all connections together: a token bucket, kept as the time at which what was taken is
/// paid off (the generic cell rate algorithm, ITU-T I.371). A pause is not saved up for more than `burst`.
///
/// Any thread.
class TokenBucket
{
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::milliseconds burst{250};

    /// Bytes a second; 0: no limit.
    void setRate(std::int64_t bytesPerSecond);
    [[nodiscard]] std::int64_t rate() const;

    /// Takes this many bytes; they may be sent after the time that is returned, which is never negative.
    [[nodiscard]] Clock::duration take(std::size_t bytes, Clock::time_point now);
    /// All bytes that were ever taken.
    [[nodiscard]] std::int64_t taken() const;

private:
    mutable std::mutex m_mutex; // all below
    std::int64_t m_rate = 0;
    std::int64_t m_taken = 0;
    Clock::time_point m_paidOff{};
};

} // namespace mutoscope::net
