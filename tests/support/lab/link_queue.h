#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>

namespace mutoscope::test
{

/// One direction of a line.
struct LinkSpec {
    double bitsPerSecond = 100e6;
    std::chrono::microseconds delay{0}; ///< one way, after the last bit has left
    double loss = 0;                    ///< 0 … 1, of packets that got a place in the queue
    std::size_t queueBytes = 256 * 1024; ///< what waits for the line at most; a packet that finds it full is dropped
    std::uint32_t seed = 1;              ///< of the loss
};

/// What becomes of a packet on a line: drop-tail queue, serialisation at a rate, delay, random loss. Pure.
class LinkQueue
{
public:
    using Time = std::chrono::nanoseconds; ///< since any moment, never going back
    /// What a frame costs beside the IP packet in it, as on Ethernet.
    static constexpr std::size_t frameOverhead = 14;

    explicit LinkQueue(const LinkSpec& spec) : m_spec(spec), m_random(spec.seed) {}

    /// From the next packet on.
    void setRate(double bitsPerSecond) { m_spec.bitsPerSecond = bitsPerSecond; }
    /// When the packet that comes now is at the other end; nothing if it never is.
    [[nodiscard]] std::optional<Time> pass(Time now, std::size_t packetBytes);

    struct Counters {
        std::uint64_t passed = 0;
        std::uint64_t dropped = 0; ///< the queue was full
        std::uint64_t lost = 0;
    };
    [[nodiscard]] const Counters& counters() const { return m_counters; }

private:
    [[nodiscard]] Time onTheLine(std::size_t bytes) const;

    LinkSpec m_spec;
    std::mt19937 m_random;
    Time m_freeAt{0}; ///< the line has sent everything by then
    Counters m_counters;
};

} // namespace mutoscope::test
