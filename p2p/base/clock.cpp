#include "p2p/base/clock.h"

#include <ctime>

#include "p2p/base/stopwatch.h"

namespace mutoscope::base
{

using namespace std::chrono;

UnixMs SystemClock::now() const
{
    return UnixMs(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

milliseconds SystemClock::monotonic() const
{
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time); // unlike steady_clock it goes on while the computer sleeps
    return duration_cast<milliseconds>(seconds(time.tv_sec) + nanoseconds(time.tv_nsec));
}

microseconds stopwatch()
{
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch());
}

} // namespace mutoscope::base
