#pragma once

#include <map>
#include <tuple>

#include "p2p/net/rendezvous.h"
#include "p2p/net/relay_line.h"

/// Internal to p2p/net: only rendezvous.cpp and relay_dial.cpp include it. Everything on the rendezvous' thread.
namespace mutoscope::net
{

class RelayDial;

/// What a call needs of its rendezvous.
class RelayDialOwner
{
public:
    virtual ~RelayDialOwner() = default;

    [[nodiscard]] virtual const Rendezvous::Limits& limits() const = 0;
    [[nodiscard]] virtual std::optional<std::uint16_t> returnPort() const = 0;
    /// Whether the way has not failed with this node lately.
    [[nodiscard]] virtual bool mayWork(const Endpoint& endpoint, Path path) = 0;
    virtual void hasFailed(const Endpoint& endpoint, Path path) = 0;
    /// From now on, or no more, a connection that comes with the call's id is given to returned().
    virtual void expect(const CallId& call, const std::shared_ptr<RelayDial>& dial) = 0;
    virtual void expectNoMore(const CallId& call) = 0;
    /// The dial has ended; it is dropped.
    virtual void finished(const std::shared_ptr<RelayDial>& dial, base::Result<std::shared_ptr<Dialed>> result) = 0;
};

/// One call of a node that waits at a relay.
class RelayDial : public std::enable_shared_from_this<RelayDial>
{
public:
    RelayDial(RelayDialOwner& owner, boost::asio::io_context& context, Endpoint endpoint, Dialer::Connected connected);

    void start();
    void returned(SocketHandle socket);
    /// Calls nobody any more.
    void close();
    [[nodiscard]] const Dialer::Connected& connected() const { return m_connected; }

private:
    void call();
    void next(Path path);
    void awaitReturn();
    void punch();
    void checkPunched(SocketHandle socket);
    void copy();
    void succeed(SocketHandle socket, Path path);
    void fail(const base::Error& error);

    RelayDialOwner& m_owner;
    boost::asio::io_context& m_context;
    const Endpoint m_endpoint;
    Dialer::Connected m_connected;
    std::shared_ptr<RelayLine> m_line;
    std::shared_ptr<Puncher> m_puncher;
    boost::asio::ip::tcp::socket m_greeted; ///< punched, its first words are read
    boost::asio::steady_timer m_timer;
    std::string m_greeting;
    RelayJoined m_joined;
    Path m_path = Path::Returned; ///< that is being tried
    bool m_done = false;
};

} // namespace mutoscope::net
