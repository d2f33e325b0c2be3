#include "p2p/base/clock.h"

namespace mutoscope::base
{

using namespace std::chrono;

UnixMs SystemClock::now() const
{
    return UnixMs(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

milliseconds SystemClock::monotonic() const
{
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch());
}

} // namespace mutoscope::base
