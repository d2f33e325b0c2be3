#include "p2p/net/byte_meter.h"

#include <linux/tcp.h> // not the C library's: its tcp_info ends before the counters. So this is a file of its own.
#include <netinet/in.h>
#include <sys/socket.h>

namespace mutoscope::net
{

std::int64_t carriedBytes(int socket)
{
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return 0;
    return static_cast<std::int64_t>(info.tcpi_bytes_acked + info.tcpi_bytes_received);
}

} // namespace mutoscope::net
