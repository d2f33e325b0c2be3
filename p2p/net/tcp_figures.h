#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace mutoscope::net
{

/// What the kernel has counted on a TCP connection.
struct TcpFigures {
    std::chrono::microseconds leastRoundTrip{0}; ///< 0: not known yet
    std::uint64_t bytesReceived = 0;
    std::uint64_t packetsReceived = 0; ///< with data
    std::uint64_t outOfOrder = 0;      ///< of these: an earlier one was missing, lost most likely
};

/// Nothing where the kernel does not tell all of it (Linux does since 5.4; TCP_INFO, tcp(7)).
[[nodiscard]] std::optional<TcpFigures> tcpFigures(int socket);

} // namespace mutoscope::net
