#pragma once

#include <atomic>
#include <cstdint>

namespace mutoscope::net
{

/// What connections have carried so far, in both directions together: bytes of TCP that came, and those that the other side has
/// acknowledged. Any thread.
class ByteMeter
{
public:
    void add(std::int64_t bytes) { m_bytes += bytes; }
    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }

private:
    std::atomic<std::int64_t> m_bytes{0};
};

/// By the kernel's count (TCP_INFO), since the connection was made; 0 where it can't say. Internal to p2p/net.
[[nodiscard]] std::int64_t carriedBytes(int socket);

} // namespace mutoscope::net
