#include "p2p/net/relay_session.h"

#include <algorithm>

#include <boost/asio/write.hpp>

namespace mutoscope::net
{

namespace
{

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t wordBuffer = 4 * 1024;
constexpr std::size_t copyBuffer = 64 * 1024;
constexpr std::size_t mostUnsent = 64 * 1024; // of frames, to one who doesn't read
constexpr int modes = 3;

} // namespace

void RelayAllowance::refill(RelayTime::time_point now)
{
    m_left = std::min(m_perHour, m_left + sinceThen(now));
    m_at = now;
}

bool RelayAllowance::isUsedUp(RelayTime::time_point now)
{
    refill(now);
    return m_left <= 0;
}

void RelayAllowance::take(std::size_t bytes, RelayTime::time_point now)
{
    refill(now);
    m_left -= static_cast<double>(bytes);
}

RelaySession::RelaySession(RelayOwner& owner, tcp::socket socket, NetAddress peer, std::unique_ptr<Admission::Ticket> ticket,
                           std::string challenge)
    : m_owner(owner), m_socket(std::move(socket)), m_peer(std::move(peer)), m_ticket(std::move(ticket)),
      m_challenge(std::move(challenge))
{
}

void RelaySession::start()
{
    extend(m_owner.limits().handshakeTime);
    tell(RelayFrame::Challenge, m_challenge);
    read();
}

void RelaySession::close()
{
    if (m_role == Role::Closed)
        return;
    const auto self = shared_from_this();
    const bool copied = m_role == Role::Copying;
    m_role = Role::Closed;
    error_code ignored;
    m_socket.close(ignored);
    m_ticket.reset();
    if (const auto other = std::exchange(m_other, nullptr)) {
        if (copied && other->m_role == Role::Copying)
            m_owner.copying(false);
        other->close();
    }
    m_owner.forget(self);
}

void RelaySession::refuse(std::string sentence)
{
    m_owner.refused();
    tell(RelayFrame::Refused, sentence);
    if (m_role != Role::Closed)
        m_role = Role::Closing; // once that is written
}

void RelaySession::tell(RelayFrame type, std::string_view payload)
{
    if (m_role == Role::Closed || m_role == Role::Closing)
        return;
    m_out += makeFrame(type, payload);
    if (m_out.size() > mostUnsent)
        return close();
    if (m_writing.empty())
        write();
}

void RelaySession::write()
{
    m_writing = std::exchange(m_out, {});
    asio::async_write(m_socket, asio::buffer(m_writing), [self = shared_from_this()](error_code error, std::size_t) {
        if (self->m_role == Role::Closed)
            return;
        self->m_writing.clear();
        if (error)
            return self->close();
        if (!self->m_out.empty())
            return self->write();
        if (self->m_role == Role::Closing)
            return self->close();
        if (self->m_role == Role::Copying)
            self->copy();
    });
}

void RelaySession::read()
{
    m_buffer.resize(wordBuffer);
    m_socket.async_read_some(asio::buffer(m_buffer), [self = shared_from_this()](error_code error, std::size_t size) {
        if (self->m_role == Role::Closed || self->m_role == Role::Closing || self->m_role == Role::Copying)
            return;
        if (error)
            return self->close();
        self->took(size);
    });
}

void RelaySession::took(std::size_t size)
{
    m_frames.add({m_buffer.data(), size});
    if (!m_greeted) {
        const std::string& sofar = m_frames.rest();
        if (sofar.compare(0, std::min(sofar.size(), relayGreeting.size()), relayGreeting, 0, std::min(sofar.size(), relayGreeting.size())) != 0)
            return close(); // a stranger to this protocol
        if (sofar.size() < relayGreeting.size())
            return read();
        FrameReader behind;
        behind.add(std::string_view(sofar).substr(relayGreeting.size()));
        m_frames = std::move(behind);
        m_greeted = true;
    }
    while (const auto frame = m_frames.next()) {
        if (!takeFrame(*frame))
            return close();
        if (m_role == Role::Closing || m_role == Role::Closed || m_role == Role::Copying)
            return;
    }
    if (m_frames.isBroken())
        return close();
    read();
}

/// False for what has no place here.
bool RelaySession::takeFrame(const FrameReader::Frame& frame)
{
    switch (frame.type) {
    case RelayFrame::Register: {
        if (m_role != Role::New)
            return false;
        const auto registered = m_owner.registerNode(frame.payload, m_challenge, shared_from_this());
        if (!registered) {
            refuse(registered.error().message);
            return true;
        }
        m_node = *registered;
        m_role = Role::Node;
        extend(m_owner.limits().quietTime);
        tell(RelayFrame::Registered, formatAddress(m_peer));
        if (!m_owner.terms().empty())
            tell(RelayFrame::Terms, m_owner.terms());
        return true;
    }
    case RelayFrame::Ping:
        if (m_role != Role::Node)
            return false;
        extend(m_owner.limits().quietTime);
        tell(RelayFrame::Ping);
        return true;
    case RelayFrame::Call: {
        if (m_role != Role::New || frame.payload.size() != base::PublicKey::size)
            return false;
        const auto key = base::PublicKey::fromRaw(frame.payload);
        const auto call = m_owner.call(key, shared_from_this());
        if (!call) {
            refuse(call.error().message);
            return true;
        }
        m_node = key;
        m_call = *call;
        m_role = Role::Caller;
        extend(m_owner.limits().callTime);
        tell(RelayFrame::Joined, encode(RelayJoined{*call, m_owner.node(key)->peer()}));
        return true;
    }
    case RelayFrame::How:
        return m_role == Role::Caller && takeHow(frame.payload);
    case RelayFrame::Answer:
        return m_role == Role::New && takeAnswer(frame.payload);
    case RelayFrame::Challenge:
    case RelayFrame::Registered:
    case RelayFrame::Incoming:
    case RelayFrame::Joined:
    case RelayFrame::Terms:
    case RelayFrame::Due:
    case RelayFrame::Go:
    case RelayFrame::Refused:
        break;
    }
    return false;
}

bool RelaySession::takeHow(const std::string& payload)
{
    const auto how = decodeHow(payload);
    if (!how || ++m_hows > modes || m_wantsCopy)
        return false;
    const auto called = m_owner.node(*m_node);
    if (!called) {
        refuse("the node is not at this relay any more");
        return true;
    }
    NetAddress caller = m_peer; // and no other one: nobody is made to connect to a third party
    if (how->mode == RelayMode::Return)
        caller.port = how->port;
    if (how->mode == RelayMode::Copy) {
        if (!m_owner.mayCopy(*m_node) && !m_owner.askForPayment(*m_node)) {
            refuse("the relay has copied as much for the node as it does in an hour");
            return true;
        }
        m_wantsCopy = true;
    }
    called->tell(RelayFrame::Incoming, encode(RelayIncoming{*m_call, how->mode, caller}));
    return true;
}

bool RelaySession::takeAnswer(const std::string& payload)
{
    const auto call = decodeCall(payload);
    const auto caller = call ? m_owner.takeCaller(*call) : nullptr;
    if (!caller) {
        refuse("there is no such call");
        return true;
    }
    m_node = caller->m_node;
    pairWith(caller);
    return true;
}

void RelaySession::pairWith(const std::shared_ptr<RelaySession>& other)
{
    m_other = other;
    other->m_other = shared_from_this();
    m_owner.copying(true);
    // The caller's read that is under way is broken off: it sends nothing before Go. Each begins to copy when its Go is written.
    error_code ignored;
    other->m_socket.cancel(ignored);
    for (RelaySession* const each : {this, other.get()}) {
        each->tell(RelayFrame::Go);
        each->m_role = Role::Copying;
        each->extend(m_owner.limits().quietTime);
    }
}

void RelaySession::copy()
{
    if (!m_owner.mayCopy(*m_node))
        return awaitPayment();
    m_buffer.resize(copyBuffer);
    m_socket.async_read_some(asio::buffer(m_buffer), [self = shared_from_this()](error_code error, std::size_t size) {
        if (self->m_role != Role::Copying)
            return;
        if (error == asio::error::eof)
            return self->endOfStream();
        if (error)
            return self->close();
        self->m_owner.copied(*self->m_node, size);
        const auto other = self->m_other;
        self->isAlive();
        other->isAlive();
        asio::async_write(other->m_socket, asio::buffer(self->m_buffer.data(), size), [self](error_code failure, std::size_t) {
            if (self->m_role != Role::Copying)
                return;
            if (failure)
                return self->close();
            self->copy();
        });
    });
}

/// Bytes come, in either direction: it may be quiet again for a while.
void RelaySession::isAlive()
{
    if (!m_awaitsPayment)
        extend(m_owner.limits().quietTime);
}

/// What has come stays where it is, and so TCP slows the sender down.
void RelaySession::awaitPayment()
{
    if (!m_owner.askForPayment(*m_node))
        return close();
    if (!std::exchange(m_awaitsPayment, true))
        extend(m_owner.limits().paymentTime);
}

void RelaySession::paid()
{
    if (!awaitsPayment() || !m_owner.mayCopy(*m_node))
        return;
    m_awaitsPayment = false;
    extend(m_owner.limits().quietTime);
    copy();
}

/// One direction has ended; the other may go on.
void RelaySession::endOfStream()
{
    m_readDone = true;
    if (m_other->m_readDone)
        return close();
    error_code ignored;
    m_other->m_socket.shutdown(tcp::socket::shutdown_send, ignored);
}

} // namespace mutoscope::net
