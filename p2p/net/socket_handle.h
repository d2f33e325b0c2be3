#pragma once

#include <utility>

#include <unistd.h>

namespace mutoscope::net
{

/// A connected TCP socket on its way from who made it to who talks over it. Closed where nobody takes it.
class SocketHandle
{
public:
    SocketHandle() = default;
    explicit SocketHandle(int file) : m_file(file) {}
    SocketHandle(SocketHandle&& other) noexcept : m_file(other.release()) {}
    SocketHandle& operator=(SocketHandle&& other) noexcept
    {
        std::swap(m_file, other.m_file);
        return *this;
    }
    ~SocketHandle()
    {
        if (m_file >= 0)
            ::close(m_file);
    }

    [[nodiscard]] int get() const { return m_file; }
    [[nodiscard]] int release() { return std::exchange(m_file, -1); }

private:
    int m_file = -1;
};

} // namespace mutoscope::net
