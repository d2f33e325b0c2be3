#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "p2p/net/dialer.h"

namespace mutoscope::net
{

/// A node at its relays, protocol §10. It may wait at one, so that others can call it; and it calls those who wait at one. Of the ways to a
/// connection the first that works is taken: the called node connects to its caller; both connect at the same time; the relay
/// copies. What did not work with somebody is not tried again with them for some minutes. A thread of its own; functions from any thread.
class Rendezvous final : public Dialer
{
public:
    struct Hooks {
        /// A signed registration with this challenge. On the rendezvous' thread.
        std::function<std::string(std::string_view challenge)> registration;
        /// Somebody who called this node: TLS begins. The address is that of whom the socket is connected to. On the rendezvous' thread.
        std::function<void(SocketHandle socket, const std::string& address, Path path)> accepted;
        /// status() is another one. On the rendezvous' thread.
        std::function<void()> changed;
        /// What the relay where it waits asks for copying: a signed offer, unchecked. On the rendezvous' thread; may be missing.
        std::function<void(std::string offer)> terms{};
        /// The relay will soon copy nothing more that isn't paid. On the rendezvous' thread; may be missing.
        std::function<void()> due{};
    };
    struct Limits {
        std::chrono::milliseconds relayTime{4'000};  ///< to the relay, and for each of its answers
        std::chrono::milliseconds returnTime{2'500};
        std::chrono::milliseconds punchTime{3'000}; ///< 0: it is not tried
        std::chrono::milliseconds pingInterval{25'000}; ///< routers forget a quiet connection, some after a minute
        std::chrono::milliseconds firstRetry{2'000};    ///< to wait again after the relay was lost, doubled each time
        std::chrono::milliseconds longestRetry{60'000};
        std::chrono::milliseconds memory{600'000};      ///< for ways that did not work
        int callsAtOnce = 32;                           ///< of others that are being answered; more are ignored
    };
    struct Status {
        bool waiting = false; ///< can be called
        std::string problem;  ///< why it does not wait, though it should
        std::uint64_t losses = 0; ///< of a relay, or attempts to get to one
        /// Connections made so far, by Path; as the one that is called, and as the caller.
        std::array<std::uint64_t, 3> answered{};
        std::array<std::uint64_t, 3> called{};
    };

    Rendezvous(Hooks hooks, Limits limits);
    explicit Rendezvous(Hooks hooks) : Rendezvous(std::move(hooks), Limits()) {}
    ~Rendezvous() override;
    Rendezvous(const Rendezvous&) = delete;
    Rendezvous& operator=(const Rendezvous&) = delete;

    /// At the relay of this name or address, instead of any other.
    void waitAt(const std::string& host, std::uint16_t port);
    void stopWaiting();
    /// The port at which others reach this node, if they do: whoever is called may connect there.
    void setReturnPort(std::optional<std::uint16_t> port);
    /// A connection that has come there with this call's id.
    void returned(const std::string& call, SocketHandle socket);

    void dial(const Endpoint& endpoint, Connected connected) override;

    [[nodiscard]] Status status() const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace mutoscope::net
