#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// Plain blocking sockets with limits, for looking at networks from both ends. Each belongs to the host in whose thread it was
/// made. A port is 0 for any; what must not fail throws std::runtime_error.
namespace mutoscope::test
{

struct Address {
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const Address&) const = default;
};

class Socket
{
public:
    explicit Socket(int file = -1) : m_file(file) {}
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    ~Socket();

    [[nodiscard]] static Socket listen(const Address& at);
    /// Closed (see isOpen) where nobody answers in time. `from`: its port is shared with other sockets.
    [[nodiscard]] static Socket connect(const Address& to, std::chrono::milliseconds atMost, const Address& from = {});
    /// Closed where nobody comes in time.
    [[nodiscard]] Socket accept(std::chrono::milliseconds atMost) const;

    [[nodiscard]] bool isOpen() const { return m_file >= 0; }
    [[nodiscard]] Address local() const;
    [[nodiscard]] Address peer() const;
    /// All of it, or until the other side is gone.
    void send(std::size_t bytes) const;
    /// Until so many have come, or the other side is gone; how many came.
    std::size_t receive(std::size_t bytes) const;

private:
    int m_file;
};

} // namespace mutoscope::test
