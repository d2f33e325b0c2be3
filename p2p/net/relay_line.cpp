#include "p2p/net/relay_line.h"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include "p2p/net/peer_address.h"

namespace mutoscope::net
{

namespace
{

namespace asio = boost::asio;
using asio::ip::tcp;
using base::ErrorCode;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds betweenAttempts{100};

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// So that several connections share a port: a router then shows the same one to all whom they go to, if it keeps ports at all.
error_code prepare(tcp::socket& socket, const tcp::endpoint& from)
{
    error_code error;
    socket.open(from.protocol(), error);
    if (!error)
        socket.set_option(tcp::socket::reuse_address(true), error);
    if (!error)
        socket.set_option(ReusePort(true), error);
    if (!error)
        socket.bind(from, error);
    if (!error)
        socket.set_option(tcp::no_delay(true), error);
    return error;
}

} // namespace

NetAddress toNetAddress(const tcp::endpoint& endpoint)
{
    return {plainAddress(endpoint.address()).to_string(), endpoint.port()};
}

std::optional<tcp::endpoint> toEndpoint(const NetAddress& address)
{
    error_code error;
    const auto host = asio::ip::make_address(address.host, error);
    if (error)
        return std::nullopt;
    return tcp::endpoint(host, address.port);
}

// ---- a line to a relay ----

void RelayLine::open(const std::string& host, std::uint16_t port, milliseconds atMost, Done done)
{
    m_opened = std::move(done);
    limit(atMost);
    if (const auto address = toEndpoint({host, port}))
        return connect({*address}, 0);
    m_resolver.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service,
                             [self = shared_from_this()](error_code error, const tcp::resolver::results_type& results) {
                                 if (self->m_closed)
                                     return;
                                 if (error)
                                     return self->fail("its name is not known: " + error.message());
                                 self->connect(std::vector<tcp::endpoint>(results.begin(), results.end()), 0);
                             });
}

void RelayLine::connect(const std::vector<tcp::endpoint>& addresses, std::size_t next)
{
    if (next >= addresses.size())
        return fail("it does not answer");
    error_code ignored;
    m_socket.close(ignored);
    const tcp::endpoint any(addresses[next].protocol(), 0);
    if (const error_code error = prepare(m_socket, any))
        return fail(error.message());
    m_socket.async_connect(addresses[next], [self = shared_from_this(), addresses, next](error_code error) {
        if (self->m_closed)
            return;
        if (error)
            return self->connect(addresses, next + 1);
        self->m_got = [self](base::Result<FrameReader::Frame> frame) {
            const auto opened = std::exchange(self->m_opened, nullptr);
            if (!frame)
                return opened(tl::unexpected(frame.error()));
            if (frame->type != RelayFrame::Challenge || frame->payload.size() != challengeSize)
                return opened(base::fail(ErrorCode::Network, "what answers there is not a relay"));
            self->m_challenge = frame->payload;
            opened({});
        };
        self->readHead();
    });
}

void RelayLine::limit(milliseconds atMost)
{
    m_timer.expires_after(atMost);
    m_timer.async_wait([self = shared_from_this()](error_code error) {
        if (!error && !self->m_closed)
            self->fail("it does not answer in time");
    });
}

void RelayLine::fail(const std::string& why)
{
    const auto opened = std::exchange(m_opened, nullptr);
    const auto got = std::exchange(m_got, nullptr);
    close();
    const auto error = base::fail(ErrorCode::Network, "the relay can't be used: " + why);
    if (opened) // then `got` is a part of it
        opened(error);
    else if (got)
        got(error);
}

void RelayLine::readFrame(milliseconds atMost, GotFrame got)
{
    m_got = std::move(got);
    limit(atMost);
    readHead();
}

void RelayLine::readHead()
{
    asio::async_read(m_socket, asio::buffer(m_head), [self = shared_from_this()](error_code error, std::size_t) {
        if (self->m_closed)
            return;
        if (error)
            return self->fail("it has closed the connection");
        const auto size = static_cast<std::size_t>(static_cast<unsigned char>(self->m_head[1])) << 8 | static_cast<unsigned char>(self->m_head[2]);
        if (size > maxRelayFrame)
            return self->fail("it does not speak this protocol");
        self->m_payload.resize(size);
        self->readPayload();
    });
}

void RelayLine::readPayload()
{
    asio::async_read(m_socket, asio::buffer(m_payload), [self = shared_from_this()](error_code error, std::size_t) {
        if (self->m_closed)
            return;
        if (error)
            return self->fail("it has closed the connection");
        self->m_timer.cancel();
        FrameReader::Frame frame{static_cast<RelayFrame>(self->m_head[0]), std::move(self->m_payload)};
        if (frame.type == RelayFrame::Refused)
            return self->fail(frame.payload.substr(0, 200));
        if (const auto got = std::exchange(self->m_got, nullptr))
            got(std::move(frame));
    });
}

void RelayLine::send(std::string bytes)
{
    if (m_closed)
        return;
    m_out += bytes;
    if (m_writing.empty())
        write();
}

void RelayLine::write()
{
    m_writing = std::exchange(m_out, {});
    asio::async_write(m_socket, asio::buffer(m_writing), [self = shared_from_this()](error_code error, std::size_t) {
        if (self->m_closed)
            return;
        self->m_writing.clear();
        if (!error && !self->m_out.empty()) // where it failed, the reading tells
            self->write();
    });
}

tcp::endpoint RelayLine::local() const
{
    error_code ignored;
    return m_socket.local_endpoint(ignored);
}

tcp::endpoint RelayLine::remote() const
{
    error_code ignored;
    return m_socket.remote_endpoint(ignored);
}

SocketHandle RelayLine::release()
{
    error_code error;
    const int file = m_socket.release(error);
    close();
    return SocketHandle(error ? -1 : file);
}

void RelayLine::close()
{
    m_closed = true;
    m_got = nullptr;
    m_opened = nullptr;
    m_resolver.cancel();
    m_timer.cancel();
    error_code ignored;
    m_socket.close(ignored);
}

// ---- through routers ----

void Puncher::start(const std::optional<tcp::endpoint>& from, const tcp::endpoint& to, milliseconds atMost, Done done)
{
    m_from = from;
    m_to = to;
    m_done = std::move(done);
    m_timer.expires_after(atMost);
    m_timer.async_wait([self = shared_from_this()](error_code error) {
        if (!error)
            self->finish({});
    });
    attempt();
}

void Puncher::attempt()
{
    if (m_from && m_from->protocol() != m_to.protocol())
        return finish({});
    error_code error;
    m_socket.close(error);
    m_socket = tcp::socket(m_context);
    if ((error = prepare(m_socket, m_from.value_or(tcp::endpoint(m_to.protocol(), 0)))))
        return finish({});
    m_socket.async_connect(m_to, [self = shared_from_this()](error_code failure) {
        if (!self->m_done)
            return;
        if (!failure) {
            error_code ignored;
            return self->finish(SocketHandle(self->m_socket.release(ignored)));
        }
        // Refused: the other side has not called yet.
        self->m_pause.expires_after(betweenAttempts);
        self->m_pause.async_wait([self](error_code cancelled) {
            if (!cancelled && self->m_done)
                self->attempt();
        });
    });
}

void Puncher::finish(SocketHandle socket)
{
    const auto done = std::exchange(m_done, nullptr);
    close();
    if (done)
        done(std::move(socket));
}

void Puncher::close()
{
    m_done = nullptr;
    m_timer.cancel();
    m_pause.cancel();
    error_code ignored;
    m_socket.close(ignored);
}

} // namespace mutoscope::net
