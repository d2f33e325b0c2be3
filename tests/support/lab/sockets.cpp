#include "tests/support/lab/sockets.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mutoscope::test
{

namespace
{

struct Raw {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Raw toRaw(const Address& address)
{
    Raw raw;
    auto* const v4 = reinterpret_cast<sockaddr_in*>(&raw.storage);
    auto* const v6 = reinterpret_cast<sockaddr_in6*>(&raw.storage);
    if (::inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(address.port);
        raw.size = sizeof *v4;
    } else if (::inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(address.port);
        raw.size = sizeof *v6;
    } else {
        throw std::runtime_error(address.host + " is no address");
    }
    return raw;
}

Address fromRaw(const Raw& raw)
{
    char text[INET6_ADDRSTRLEN] = {};
    if (raw.storage.ss_family == AF_INET) {
        const auto* const v4 = reinterpret_cast<const sockaddr_in*>(&raw.storage);
        ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        return {text, ntohs(v4->sin_port)};
    }
    const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(&raw.storage);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    return {text, ntohs(v6->sin6_port)};
}

int makeSocket(const Raw& address)
{
    const int file = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    if (file < 0 || ::setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::setsockopt(file, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
        throw std::runtime_error(std::string("no socket: ") + std::strerror(errno));
    return file;
}

void mustBind(int file, const Raw& address)
{
    if (::bind(file, address.get(), address.size) != 0)
        throw std::runtime_error(std::string("the address can't be used: ") + std::strerror(errno));
}

} // namespace

Socket::Socket(Socket&& other) noexcept : m_file(std::exchange(other.m_file, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept
{
    std::swap(m_file, other.m_file);
    return *this;
}

Socket::~Socket()
{
    if (m_file >= 0)
        ::close(m_file);
}

Socket Socket::listen(const Address& at)
{
    const Raw raw = toRaw(at);
    Socket socket(makeSocket(raw));
    mustBind(socket.m_file, raw);
    if (::listen(socket.m_file, 8) != 0)
        throw std::runtime_error("can't listen");
    return socket;
}

Socket Socket::connect(const Address& to, std::chrono::milliseconds atMost, const Address& from)
{
    const Raw raw = toRaw(to);
    Socket socket(makeSocket(raw));
    if (!from.host.empty())
        mustBind(socket.m_file, toRaw(from));
    // Linux ends a connect() after the time limit for sending.
    const timeval limit{.tv_sec = atMost.count() / 1000, .tv_usec = atMost.count() % 1000 * 1000};
    ::setsockopt(socket.m_file, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (::connect(socket.m_file, raw.get(), raw.size) != 0)
        return Socket();
    return socket;
}

Socket Socket::accept(std::chrono::milliseconds atMost) const
{
    pollfd event{m_file, POLLIN, 0};
    if (::poll(&event, 1, static_cast<int>(atMost.count())) != 1)
        return Socket();
    return Socket(::accept(m_file, nullptr, nullptr));
}

Address Socket::local() const
{
    Raw raw;
    raw.size = sizeof raw.storage;
    ::getsockname(m_file, raw.get(), &raw.size);
    return fromRaw(raw);
}

Address Socket::peer() const
{
    Raw raw;
    raw.size = sizeof raw.storage;
    ::getpeername(m_file, raw.get(), &raw.size);
    return fromRaw(raw);
}

void Socket::send(std::size_t bytes) const
{
    const std::vector<char> piece(64 * 1024);
    while (bytes > 0) {
        const ssize_t sent = ::send(m_file, piece.data(), std::min(bytes, piece.size()), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes -= static_cast<std::size_t>(sent);
    }
}

std::size_t Socket::receive(std::size_t bytes) const
{
    std::vector<char> piece(64 * 1024);
    std::size_t came = 0;
    while (came < bytes) {
        const ssize_t size = ::recv(m_file, piece.data(), std::min(bytes - came, piece.size()), 0);
        if (size <= 0)
            break;
        came += static_cast<std::size_t>(size);
    }
    return came;
}

} // namespace mutoscope::test
