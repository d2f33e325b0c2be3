#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace mutoscope::net
{

/// Over how many connections to one server pipelined requests are spread: pure. One is enough for any line that loses nothing, and
/// fair to those who share it. Where packets get lost all the time each connection is held down by that, however much the line carries
/// (TCP takes every loss for congestion; its rate falls with the root of the loss, RFC 5348 §3.1): then one more is tried, and kept if
/// more arrives with it.
///
/// Loss is seen by packets that arrive out of order: after each loss all do that were on their way, so that their share is about
/// 1.2 √p where a share p is lost and nothing else is in the way. That a connection fills the queue of a line once in a while makes
/// little of it.
class LinkSpread
{
public:
    using Ms = std::chrono::milliseconds;

    explicit LinkSpread(std::size_t most) : m_most(most) {}

    /// What has arrived since the last call, over all connections that were busy meanwhile.
    struct Sample {
        std::uint64_t bytes = 0;
        std::uint64_t packets = 0;
        std::uint64_t outOfOrder = 0;
        std::size_t busy = 0; ///< connections
    };
    /// `now` is of any clock that does not go back.
    void sample(Ms now, const Sample& sample);
    /// Nothing was asked for until now: that time says nothing.
    void pause(Ms now);

    [[nodiscard]] std::size_t connections() const { return m_connections; }
    /// The most of the last periods; 0 before the first one.
    [[nodiscard]] std::int64_t bytesPerSecond() const { return m_rates[0] > m_rates[1] ? m_rates[0] : m_rates[1]; }

private:
    void endPeriod(Ms now);
    void judgeTrial(Ms now, std::int64_t rate);

    const std::size_t m_most;
    std::size_t m_connections = 1;
    Sample m_sum; ///< of this period; `busy` the least of it
    std::optional<Ms> m_since;
    std::int64_t m_rates[2] = {0, 0}; ///< bytes a second, the newest first
    int m_lossy = 0;                  ///< periods one after the other
    int m_calm = 0;
    struct Trial {
        Ms since{};
        std::int64_t before = 0; ///< bytes a second with one less
        int periods = 0;
        std::int64_t sum = 0;
    };
    std::optional<Trial> m_trial;
    std::optional<Ms> m_notBefore; ///< another one that did not help
    Ms m_rest{0};
};

} // namespace mutoscope::net
