#include "p2p/base/heap.h"

#include <malloc.h>

namespace mutoscope::base
{

void trimHeap()
{
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

} // namespace mutoscope::base
