#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "p2p/base/types.h"

/// What a relay and nodes say to each other before bytes are copied, protocol §10: frames of a type, a length of two bytes, big-endian, and that
/// many bytes. Pure; internal to p2p/net.
namespace mutoscope::net
{

/// The first bytes from a node to a relay.
inline constexpr std::string_view relayGreeting = "MUTOREL1";
/// The first bytes of a connection that a called node makes to its caller, before the caller's TLS; a call's id follows. No TLS begins so.
inline constexpr std::string_view returnGreeting = "MUTOREV1";

inline constexpr std::size_t maxRelayFrame = 4 * 1024; ///< without type and length
inline constexpr std::size_t relayFrameHead = 3;
inline constexpr std::size_t callIdSize = 16;
inline constexpr std::size_t challengeSize = 32;

/// By chance, of the relay: who knows it was told by the relay.
using CallId = std::array<std::uint8_t, callIdSize>;

enum class RelayFrame : char {
    // From the relay, first of all
    Challenge = 'H', ///< challengeSize bytes
    // From who wants to be called
    Register = 'R', ///< a signed message with the challenge
    Ping = 'P',     ///< nothing; answered alike
    Answer = 'A',   ///< call id, on a connection of its own: the other end of a call with Mode::Copy
    // From the relay to it
    Registered = 'K', ///< its address as text, see formatAddress
    Incoming = 'I',   ///< Incoming
    Terms = 'T',      ///< what copying costs: the relay's signed offer (protocol §10)
    Due = 'W',        ///< nothing; soon no more is copied that isn't paid for
    // From a caller
    Call = 'C', ///< 32 bytes, the key of who is called
    How = 'M',  ///< Mode, and two bytes: the caller's port for Mode::Return, else 0
    // From the relay to it
    Joined = 'J', ///< Joined
    // From the relay to both ends: whatever follows is the other one's
    Go = 'G',
    // From the relay, before it closes: why, a sentence
    Refused = 'N',
};

/// What the called node shall do.
enum class RelayMode : char {
    Return = 'r', ///< connect to the caller's port
    Punch = 'p',  ///< connect to the address from which the caller talks to the relay, at the same time as the caller
    Copy = 'd',   ///< connect to the relay, which copies
};

struct NetAddress {
    std::string host; ///< IPv4 or IPv6 address
    std::uint16_t port = 0;

    bool operator==(const NetAddress&) const = default;
};

struct RelayIncoming {
    CallId call{};
    RelayMode mode = RelayMode::Copy;
    NetAddress caller; ///< to connect to

    bool operator==(const RelayIncoming&) const = default;
};

struct RelayJoined {
    CallId call{};
    NetAddress callee; ///< from which it talks to the relay

    bool operator==(const RelayJoined&) const = default;
};

struct RelayHow {
    RelayMode mode = RelayMode::Copy;
    std::uint16_t port = 0;

    bool operator==(const RelayHow&) const = default;
};

[[nodiscard]] std::string makeFrame(RelayFrame type, std::string_view payload = {});

/// Takes frames out of what has come so far.
class FrameReader
{
public:
    struct Frame {
        RelayFrame type;
        std::string payload;
    };
    void add(std::string_view bytes) { m_bytes += bytes; }
    /// Nothing while it isn't complete.
    [[nodiscard]] std::optional<Frame> next();
    /// A length that none may have: the connection is to be closed.
    [[nodiscard]] bool isBroken() const;
    /// What came behind the last frame.
    [[nodiscard]] const std::string& rest() const { return m_bytes; }

private:
    std::string m_bytes;
};

[[nodiscard]] std::string encode(const RelayIncoming& incoming);
[[nodiscard]] std::string encode(const RelayJoined& joined);
[[nodiscard]] std::string encode(const RelayHow& how);
[[nodiscard]] std::optional<RelayIncoming> decodeIncoming(std::string_view payload);
[[nodiscard]] std::optional<RelayJoined> decodeJoined(std::string_view payload);
[[nodiscard]] std::optional<RelayHow> decodeHow(std::string_view payload);
[[nodiscard]] std::optional<CallId> decodeCall(std::string_view payload);
[[nodiscard]] std::string encode(const CallId& call);

/// "192.0.2.1 4711"
[[nodiscard]] std::string formatAddress(const NetAddress& address);
[[nodiscard]] std::optional<NetAddress> parseAddress(std::string_view text);

} // namespace mutoscope::net
