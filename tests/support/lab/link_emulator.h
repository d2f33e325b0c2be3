#pragma once

#include <array>
#include <memory>
#include <string>
#include <thread>

#include "tests/support/lab/lab.h"
#include "tests/support/lab/link_queue.h"

namespace mutoscope::test
{

/// A line between two hosts of a lab, as slow, long and lossy as is asked for: two TUN devices, one in each host, and a thread
/// for each direction that carries the packets. The kernel of a test machine may have no emulator of its own (sch_netem).
/// It holds what LinkQueue says while the machine has time for it; a busy one makes the line longer, never faster.
class LinkEmulator
{
public:
    struct End {
        std::string host;    ///< of the lab
        std::string address; ///< of this end, IPv4 or IPv6, without a prefix length
    };

    /// The interface is called `name` in both hosts.
    LinkEmulator(Lab& lab, const std::string& name, const End& one, const End& other, const LinkSpec& fromOne,
                 const LinkSpec& fromOther);
    /// The same both ways.
    LinkEmulator(Lab& lab, const std::string& name, const End& one, const End& other, const LinkSpec& both)
        : LinkEmulator(lab, name, one, other, both, both)
    {
    }
    ~LinkEmulator();
    LinkEmulator(const LinkEmulator&) = delete;
    LinkEmulator& operator=(const LinkEmulator&) = delete;

    /// Both ways, from now on.
    void setRate(double bitsPerSecond);
    /// Ends the emulation: nothing passes any more. What passed, from one to the other and back.
    std::array<LinkQueue::Counters, 2> stop();

private:
    struct Direction;
    std::array<int, 2> m_devices{-1, -1};
    int m_stop = -1;
    std::array<std::unique_ptr<Direction>, 2> m_directions;
    std::array<std::thread, 2> m_threads;
};

} // namespace mutoscope::test
