#pragma once

namespace mutoscope::base
{

/// Gives what is free of the heap back to the system, where the C library can (glibc): after work that took much of it for a while.
/// Some milliseconds; any thread.
void trimHeap();

} // namespace mutoscope::base
