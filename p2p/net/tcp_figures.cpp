#include "p2p/net/tcp_figures.h"

#include <cstddef>

// Asio includes the C library's netinet/tcp.h, which has an older tcp_info and can't stand beside this one.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace mutoscope::net
{

std::optional<TcpFigures> tcpFigures(int socket)
{
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        size < offsetof(tcp_info, tcpi_rcv_ooopack) + sizeof info.tcpi_rcv_ooopack)
        return std::nullopt;
    TcpFigures figures;
    if (info.tcpi_min_rtt != ~0U)
        figures.leastRoundTrip = std::chrono::microseconds(info.tcpi_min_rtt);
    figures.bytesReceived = info.tcpi_bytes_received;
    figures.packetsReceived = info.tcpi_data_segs_in;
    figures.outOfOrder = info.tcpi_rcv_ooopack;
    return figures;
}

} // namespace mutoscope::net
