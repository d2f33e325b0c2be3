#include "p2p/net/relay_dial.h"

#include <boost/asio/read.hpp>

#include "p2p/net/endpoint.h"

namespace mutoscope::net
{

namespace asio = boost::asio;
using asio::ip::tcp;
using base::ErrorCode;
using boost::system::error_code;

RelayDial::RelayDial(RelayDialOwner& owner, asio::io_context& context, Endpoint endpoint, Dialer::Connected connected)
    : m_owner(owner), m_context(context), m_endpoint(std::move(endpoint)), m_connected(std::move(connected)),
      m_line(std::make_shared<RelayLine>(context)), m_greeted(context), m_timer(context)
{
}

void RelayDial::start()
{
    m_line->open(m_endpoint.host, m_endpoint.port, m_owner.limits().relayTime, [self = shared_from_this()](const base::Result<void>& opened) {
        if (self->m_done)
            return;
        if (!opened)
            return self->fail(opened.error());
        self->call();
    });
}

void RelayDial::call()
{
    m_line->send(std::string(relayGreeting) + makeFrame(RelayFrame::Call, m_endpoint.relayed->raw()));
    m_line->readFrame(m_owner.limits().relayTime, [self = shared_from_this()](const base::Result<FrameReader::Frame>& frame) {
        if (self->m_done)
            return;
        if (!frame)
            return self->fail(frame.error());
        const auto joined = frame->type == RelayFrame::Joined ? decodeJoined(frame->payload) : std::nullopt;
        if (!joined)
            return self->fail({ErrorCode::Network, "the relay does not speak this protocol"});
        self->m_joined = *joined;
        self->next(Path::Returned);
    });
}

/// Tries this way, or the one after it.
void RelayDial::next(Path path)
{
    m_path = path;
    switch (path) {
    case Path::Returned:
        if (m_owner.returnPort() && m_owner.mayWork(m_endpoint, path))
            return awaitReturn();
        return next(Path::Punched);
    case Path::Punched:
        if (m_owner.limits().punchTime > std::chrono::milliseconds(0) && m_owner.mayWork(m_endpoint, path))
            return punch();
        return next(Path::Relayed);
    case Path::Relayed:
        return copy();
    }
}

void RelayDial::awaitReturn()
{
    m_owner.expect(m_joined.call, shared_from_this());
    m_line->send(makeFrame(RelayFrame::How, encode(RelayHow{RelayMode::Return, *m_owner.returnPort()})));
    m_timer.expires_after(m_owner.limits().returnTime);
    m_timer.async_wait([self = shared_from_this()](error_code error) {
        if (error || self->m_done || self->m_path != Path::Returned)
            return;
        self->m_owner.expectNoMore(self->m_joined.call);
        self->m_owner.hasFailed(self->m_endpoint, Path::Returned);
        self->next(Path::Punched);
    });
}

void RelayDial::returned(SocketHandle socket)
{
    if (!m_done && m_path == Path::Returned)
        succeed(std::move(socket), Path::Returned);
}

void RelayDial::punch()
{
    const auto to = toEndpoint(m_joined.callee);
    if (!to)
        return next(Path::Relayed);
    m_line->send(makeFrame(RelayFrame::How, encode(RelayHow{RelayMode::Punch, 0})));
    m_puncher = std::make_shared<Puncher>(m_context);
    m_puncher->start(m_line->local(), *to, m_owner.limits().punchTime, [self = shared_from_this()](SocketHandle socket) {
        if (self->m_done)
            return;
        if (socket.get() >= 0)
            return self->checkPunched(std::move(socket));
        self->m_owner.hasFailed(self->m_endpoint, Path::Punched);
        self->next(Path::Relayed);
    });
}

/// Only the one that was called knows the call's id.
void RelayDial::checkPunched(SocketHandle socket)
{
    error_code error;
    m_greeted = tcp::socket(m_context);
    m_greeted.assign(toEndpoint(m_joined.callee)->protocol(), socket.release(), error);
    m_greeting.resize(returnGreeting.size() + callIdSize);
    m_timer.expires_after(m_owner.limits().relayTime);
    m_timer.async_wait([self = shared_from_this()](error_code cancelled) {
        error_code ignored;
        if (!cancelled && !self->m_done)
            self->m_greeted.cancel(ignored); // the reading fails
    });
    asio::async_read(m_greeted, asio::buffer(m_greeting), [self = shared_from_this()](error_code failure, std::size_t) {
        if (self->m_done)
            return;
        self->m_timer.cancel();
        error_code ignored;
        if (!failure && self->m_greeting == std::string(returnGreeting) + encode(self->m_joined.call))
            return self->succeed(SocketHandle(self->m_greeted.release(ignored)), Path::Punched);
        self->m_greeted.close(ignored);
        self->m_owner.hasFailed(self->m_endpoint, Path::Punched);
        self->next(Path::Relayed);
    });
}

void RelayDial::copy()
{
    m_line->send(makeFrame(RelayFrame::How, encode(RelayHow{RelayMode::Copy, 0})));
    m_line->readFrame(m_owner.limits().relayTime, [self = shared_from_this()](const base::Result<FrameReader::Frame>& frame) {
        if (self->m_done)
            return;
        if (!frame)
            return self->fail(frame.error());
        if (frame->type != RelayFrame::Go)
            return self->fail({ErrorCode::Network, "the relay does not speak this protocol"});
        self->succeed(self->m_line->release(), Path::Relayed);
    });
}

void RelayDial::succeed(SocketHandle socket, Path path)
{
    const auto self = shared_from_this();
    close();
    auto dialed = std::make_shared<Dialed>();
    dialed->socket = std::move(socket);
    dialed->path = path;
    m_owner.finished(self, std::move(dialed));
}

void RelayDial::fail(const base::Error& error)
{
    const auto self = shared_from_this();
    close();
    m_owner.finished(self, tl::unexpected(error));
}

void RelayDial::close()
{
    if (std::exchange(m_done, true))
        return;
    m_owner.expectNoMore(m_joined.call);
    m_timer.cancel();
    m_line->close();
    if (m_puncher)
        m_puncher->close();
    error_code ignored;
    m_greeted.close(ignored);
}

} // namespace mutoscope::net
