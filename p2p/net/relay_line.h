#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility> // before Asio: 1.74 relies on it for std::exchange with g++ 12
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "p2p/base/result.h"
#include "p2p/net/relay_frames.h"
#include "p2p/net/socket_handle.h"

/// A node's side of connections to relays and to those whom it meets there. Internal to p2p/net: only rendezvous.cpp,
/// relay_dial.cpp and relay_line.cpp include it. Everything on one I/O thread.
namespace mutoscope::net
{

[[nodiscard]] NetAddress toNetAddress(const boost::asio::ip::tcp::endpoint& endpoint);
/// None for what isn't an address.
[[nodiscard]] std::optional<boost::asio::ip::tcp::endpoint> toEndpoint(const NetAddress& address);

/// A connection to a relay. Reads whole frames and not a byte more, so that what follows Go is left for whoever takes the socket.
/// After close(), or when the last reference goes, no callback comes any more.
class RelayLine : public std::enable_shared_from_this<RelayLine>
{
public:
    using Done = std::function<void(base::Result<void>)>;
    using GotFrame = std::function<void(base::Result<FrameReader::Frame>)>;

    explicit RelayLine(boost::asio::io_context& context) : m_resolver(context), m_socket(context), m_timer(context) {}

    /// To a name or an address; from a port that punch() can use, too. `done` with the relay's challenge taken.
    void open(const std::string& host, std::uint16_t port, std::chrono::milliseconds atMost, Done done);
    void send(std::string bytes);
    /// One at a time.
    void readFrame(std::chrono::milliseconds atMost, GotFrame got);
    [[nodiscard]] const std::string& challenge() const { return m_challenge; }
    [[nodiscard]] boost::asio::ip::tcp::endpoint local() const;
    [[nodiscard]] boost::asio::ip::tcp::endpoint remote() const;
    /// The line is of no more use afterwards.
    [[nodiscard]] SocketHandle release();
    void close();

private:
    void connect(const std::vector<boost::asio::ip::tcp::endpoint>& addresses, std::size_t next);
    void readHead();
    void readPayload();
    void write();
    void fail(const std::string& why);
    void limit(std::chrono::milliseconds atMost);

    boost::asio::ip::tcp::resolver m_resolver;
    boost::asio::ip::tcp::socket m_socket;
    boost::asio::steady_timer m_timer;
    Done m_opened;
    GotFrame m_got;
    std::string m_challenge;
    std::array<char, relayFrameHead> m_head{};
    std::string m_payload;
    std::string m_out;
    std::string m_writing;
    bool m_closed = false;
};

/// Connects again and again to one address, from a port that other connections use, too, until it gets through or the time is up. So two
/// get through to each other whose routers let only those in who were called before. Called back once, unless it is dropped before.
class Puncher : public std::enable_shared_from_this<Puncher>
{
public:
    using Done = std::function<void(SocketHandle)>; ///< none if the time is up

    explicit Puncher(boost::asio::io_context& context) : m_context(context), m_socket(context), m_timer(context), m_pause(context) {}

    /// From any port where `from` is empty.
    void start(const std::optional<boost::asio::ip::tcp::endpoint>& from, const boost::asio::ip::tcp::endpoint& to,
               std::chrono::milliseconds atMost, Done done);
    void close();

private:
    void attempt();
    void finish(SocketHandle socket);

    boost::asio::io_context& m_context;
    boost::asio::ip::tcp::socket m_socket;
    boost::asio::steady_timer m_timer;
    boost::asio::steady_timer m_pause;
    std::optional<boost::asio::ip::tcp::endpoint> m_from;
    boost::asio::ip::tcp::endpoint m_to;
    Done m_done;
};

} // namespace mutoscope::net
