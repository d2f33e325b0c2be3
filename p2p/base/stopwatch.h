#pragma once

#include <chrono>

namespace mutoscope::base
{

/// For figures about how long something took, finer than Clock::monotonic(). Nothing is decided by it, so it is not
/// injected. Its zero means nothing. Any thread.
[[nodiscard]] std::chrono::microseconds stopwatch();

} // namespace mutoscope::base
