#pragma once

#include <chrono>

#include "p2p/base/types.h"

namespace mutoscope::base
{

/// Where every part gets the time from; tests pass their own. Callable from any thread.
class Clock
{
public:
    virtual ~Clock() = default;

    /// Wall clock: may jump. For what is written into messages and compared with a tracker's times.
    [[nodiscard]] virtual UnixMs now() const = 0;
    /// Never goes back, does not jump, goes on while the computer sleeps. For durations. Its zero means nothing.
    [[nodiscard]] virtual std::chrono::milliseconds monotonic() const = 0;
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] UnixMs now() const override;
    [[nodiscard]] std::chrono::milliseconds monotonic() const override;
};

} // namespace mutoscope::base
