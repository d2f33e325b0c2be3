#include "tests/support/lab/link_emulator.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace mutoscope::test
{

namespace
{

constexpr std::size_t maxPacket = 2048; // the device's MTU is 1500
constexpr int atATime = 64;

LinkQueue::Time now()
{
    return std::chrono::steady_clock::now().time_since_epoch();
}

int makeDevice(const Lab& lab, const std::string& name, const LinkEmulator::End& end, const std::string& peer)
{
    int device = -1;
    lab.run(end.host, [&] {
        device = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
        ifreq request{};
        request.ifr_flags = IFF_TUN | IFF_NO_PI;
        std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
        if (device < 0 || ::ioctl(device, TUNSETIFF, &request) != 0)
            throw std::runtime_error(std::string("a TUN device can't be made: ") + std::strerror(errno));
    });
    const bool isIpv6 = end.address.find(':') != std::string::npos;
    lab.ip(end.host, "addr add " + end.address + " peer " + peer + " dev " + name + (isIpv6 ? " nodad" : ""));
    lab.ip(end.host, "link set " + name + " mtu 1500 txqueuelen 2000 up");
    if (isIpv6) // of IPv4 the kernel makes it by itself
        lab.ip(end.host, "-6 route replace " + peer + " dev " + name);
    return device;
}

} // namespace

struct LinkEmulator::Direction {
    struct Packet {
        LinkQueue::Time at;
        std::vector<char> bytes;
    };

    Direction(const LinkSpec& spec, int source, int target, int stopEvent)
        : queue(spec), rate(spec.bitsPerSecond), from(source), to(target), stop(stopEvent)
    {
    }

    void work()
    {
        ::prctl(PR_SET_TIMERSLACK, 1'000UL); // ns
        for (;;) {
            deliver();
            timespec rest{0, 0};
            const timespec* wait = nullptr;
            if (!flying.empty()) {
                const auto left = std::max(flying.front().at - now(), LinkQueue::Time(0)).count();
                rest = {.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
                wait = &rest;
            }
            std::array<pollfd, 2> events{pollfd{from, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
            if (::ppoll(events.data(), events.size(), wait, nullptr) < 0 && errno != EINTR)
                return;
            if (events[1].revents != 0)
                return;
            if (events[0].revents != 0)
                take();
        }
    }

    void deliver()
    {
        while (!flying.empty() && flying.front().at <= now()) {
            // A host that takes no more has lost it, as on any line.
            [[maybe_unused]] const ssize_t written = ::write(to, flying.front().bytes.data(), flying.front().bytes.size());
            flying.pop_front();
        }
    }

    void take()
    {
        queue.setRate(rate);
        std::array<char, maxPacket> buffer;
        for (int i = 0; i < atATime; ++i) {
            const ssize_t size = ::read(from, buffer.data(), buffer.size());
            if (size <= 0)
                return;
            if (const auto at = queue.pass(now(), static_cast<std::size_t>(size)))
                flying.push_back({*at, {buffer.data(), buffer.data() + size}}); // the delay is always the same: in order
        }
    }

    LinkQueue queue;
    std::atomic<double> rate; ///< to be the queue's
    const int from;
    const int to;
    const int stop;
    std::deque<Packet> flying;
};

LinkEmulator::LinkEmulator(Lab& lab, const std::string& name, const End& one, const End& other, const LinkSpec& fromOne,
                           const LinkSpec& fromOther)
{
    m_devices = {makeDevice(lab, name, one, other.address), makeDevice(lab, name, other, one.address)};
    m_stop = ::eventfd(0, EFD_CLOEXEC);
    m_directions = {std::make_unique<Direction>(fromOne, m_devices[0], m_devices[1], m_stop),
                    std::make_unique<Direction>(fromOther, m_devices[1], m_devices[0], m_stop)};
    for (std::size_t i = 0; i < m_threads.size(); ++i)
        m_threads[i] = std::thread([direction = m_directions[i].get()] { direction->work(); });
}

void LinkEmulator::setRate(double bitsPerSecond)
{
    for (const auto& direction : m_directions)
        direction->rate = bitsPerSecond;
}

std::array<LinkQueue::Counters, 2> LinkEmulator::stop()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t told = ::write(m_stop, &one, sizeof one);
    for (std::thread& thread : m_threads) {
        if (thread.joinable())
            thread.join();
    }
    return {m_directions[0]->queue.counters(), m_directions[1]->queue.counters()};
}

LinkEmulator::~LinkEmulator()
{
    stop();
    for (const int file : {m_devices[0], m_devices[1], m_stop})
        ::close(file);
}

} // namespace mutoscope::test
