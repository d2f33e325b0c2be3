#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace mutoscope::tracker
{

/// A token bucket for each network that asks: an IPv4 address, or an IPv6 /64, which is what one line has. Bounded memory:
/// networks whose bucket is full again are forgotten, and where there are too many others, all are. Any thread.
class RateLimit
{
public:
    static constexpr std::size_t maxNetworks = 10'000;

    /// `burst` at once, then `perMinute`; 0 a minute is no limit.
    RateLimit(int perMinute, int burst) : m_perMinute(perMinute), m_burst(burst) {}

    /// Whether one more is allowed to this IP address at this moment of the monotonic clock; if so it counts.
    [[nodiscard]] bool take(const std::string& address, std::chrono::milliseconds now);

private:
    struct Bucket {
        double left = 0;
        std::chrono::milliseconds at{};
    };
    [[nodiscard]] double refilled(const Bucket& bucket, std::chrono::milliseconds now) const;

    const double m_perMinute;
    const double m_burst;
    std::mutex m_mutex;
    std::unordered_map<std::string, Bucket> m_buckets;
};

} // namespace mutoscope::tracker
