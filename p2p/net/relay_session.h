#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility> // before Asio: 1.74 relies on it for std::exchange with g++ 12

#include <boost/asio/ip/tcp.hpp>

#include "p2p/net/admission.h"
#include "p2p/net/relay_frames.h"
#include "p2p/net/relay_server.h"

/// What RelayServer is made of; everything on its thread. Internal to p2p/net: only relay_server.cpp and relay_session.cpp
/// include it.
namespace mutoscope::net
{

using RelayTime = std::chrono::steady_clock;

/// What a node may still have copied for it: fills up within an hour.
class RelayAllowance
{
public:
    RelayAllowance(base::ByteCount perHour, RelayTime::time_point now)
        : m_perHour(static_cast<double>(perHour.value())), m_left(m_perHour), m_at(now)
    {
    }

    [[nodiscard]] bool isUsedUp(RelayTime::time_point now);
    void take(std::size_t bytes, RelayTime::time_point now);
    [[nodiscard]] bool isFull(RelayTime::time_point now) const { return m_left + sinceThen(now) >= m_perHour; }
    [[nodiscard]] base::ByteCount left(RelayTime::time_point now) const
    {
        return base::ByteCount(static_cast<std::int64_t>(std::min(m_perHour, m_left + sinceThen(now))));
    }

private:
    void refill(RelayTime::time_point now);
    [[nodiscard]] double sinceThen(RelayTime::time_point now) const
    {
        return std::max(0.0, std::chrono::duration<double, std::ratio<3600>>(now - m_at).count()) * m_perHour;
    }

    double m_perHour;
    double m_left;
    RelayTime::time_point m_at;
};

class RelaySession;

/// What a session needs of its relay.
class RelayOwner
{
public:
    virtual ~RelayOwner() = default;

    [[nodiscard]] virtual const RelayLimits& limits() const = 0;
    /// Whether it is registered now; why not otherwise.
    virtual base::Result<base::PublicKey> registerNode(std::string_view message, std::string_view challenge,
                                                       const std::shared_ptr<RelaySession>& session) = 0;
    /// The node that is called, with the call's id; why not otherwise.
    virtual base::Result<CallId> call(const base::PublicKey& node, const std::shared_ptr<RelaySession>& caller) = 0;
    [[nodiscard]] virtual std::shared_ptr<RelaySession> node(const base::PublicKey& key) const = 0;
    /// What waiting nodes are told of the price; empty: nothing is sold.
    [[nodiscard]] virtual const std::string& terms() const = 0;
    /// The caller that waits to be joined by the node's own connection, if it does.
    virtual std::shared_ptr<RelaySession> takeCaller(const CallId& call) = 0;
    /// Whether there is something left of what is free, or of what was bought.
    [[nodiscard]] virtual bool mayCopy(const base::PublicKey& node) = 0;
    virtual void copied(const base::PublicKey& node, std::size_t bytes) = 0;
    /// Whether more can be bought; then the node is told that it is time.
    virtual bool askForPayment(const base::PublicKey& node) = 0;
    virtual void copying(bool begins) = 0;
    virtual void refused() = 0;
    virtual void forget(const std::shared_ptr<RelaySession>& session) = 0;
};

/// One connection: of a node that waits, of a caller, or a node's end of a call.
class RelaySession : public std::enable_shared_from_this<RelaySession>
{
public:
    RelaySession(RelayOwner& owner, boost::asio::ip::tcp::socket socket, NetAddress peer, std::unique_ptr<Admission::Ticket> ticket,
                 std::string challenge);

    void start();
    void close();
    /// Says why, then closes.
    void refuse(std::string sentence);
    void tell(RelayFrame type, std::string_view payload = {});

    [[nodiscard]] const NetAddress& peer() const { return m_peer; }
    [[nodiscard]] bool isLate(RelayTime::time_point now) const { return now >= m_deadline; }
    /// Of a node that waits, or of the one that a caller calls.
    [[nodiscard]] const std::optional<base::PublicKey>& node() const { return m_node; }
    [[nodiscard]] bool isNode() const { return m_role == Role::Node; }
    [[nodiscard]] const std::optional<CallId>& callId() const { return m_call; }
    [[nodiscard]] bool wantsCopy() const { return m_role == Role::Caller && m_wantsCopy; }
    /// Nothing is copied from here until the node has paid.
    [[nodiscard]] bool awaitsPayment() const { return m_role == Role::Copying && m_awaitsPayment; }
    /// Goes on, if it may by now.
    void paid();

private:
    enum class Role { New, Node, Caller, Copying, Closing, Closed };

    void read();
    void took(std::size_t size);
    bool takeFrame(const FrameReader::Frame& frame);
    bool takeHow(const std::string& payload);
    bool takeAnswer(const std::string& payload);
    void write();
    /// From now on what comes from here goes there.
    void pairWith(const std::shared_ptr<RelaySession>& other);
    void copy();
    void awaitPayment();
    void endOfStream();
    void extend(std::chrono::milliseconds by) { m_deadline = RelayTime::now() + by; }
    void isAlive();

    RelayOwner& m_owner;
    boost::asio::ip::tcp::socket m_socket;
    const NetAddress m_peer;
    std::unique_ptr<Admission::Ticket> m_ticket;
    const std::string m_challenge;
    Role m_role = Role::New;
    RelayTime::time_point m_deadline;
    FrameReader m_frames;
    bool m_greeted = false;
    std::string m_out;     ///< waits to be written
    std::string m_writing; ///< is being written
    std::optional<base::PublicKey> m_node;
    std::optional<CallId> m_call;
    bool m_wantsCopy = false;
    int m_hows = 0;
    std::shared_ptr<RelaySession> m_other; ///< both hold each other until they are closed
    bool m_readDone = false;               ///< the peer has sent all
    bool m_awaitsPayment = false;
    std::string m_buffer;
};

} // namespace mutoscope::net
