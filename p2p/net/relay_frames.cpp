#include "p2p/net/relay_frames.h"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "p2p/base/encoding.h"

namespace mutoscope::net
{

namespace
{

std::size_t lengthOf(std::string_view head)
{
    return static_cast<std::size_t>(static_cast<unsigned char>(head[1])) << 8 | static_cast<unsigned char>(head[2]);
}

std::optional<RelayMode> modeOf(char c)
{
    for (const RelayMode mode : {RelayMode::Return, RelayMode::Punch, RelayMode::Copy}) {
        if (static_cast<char>(mode) == c)
            return mode;
    }
    return std::nullopt;
}

} // namespace

std::string makeFrame(RelayFrame type, std::string_view payload)
{
    std::string frame;
    frame.reserve(relayFrameHead + payload.size());
    frame += static_cast<char>(type);
    frame += static_cast<char>(payload.size() >> 8 & 0xff);
    frame += static_cast<char>(payload.size() & 0xff);
    return frame.append(payload);
}

std::optional<FrameReader::Frame> FrameReader::next()
{
    if (m_bytes.size() < relayFrameHead || isBroken() || m_bytes.size() < relayFrameHead + lengthOf(m_bytes))
        return std::nullopt;
    Frame frame{static_cast<RelayFrame>(m_bytes[0]), m_bytes.substr(relayFrameHead, lengthOf(m_bytes))};
    m_bytes.erase(0, relayFrameHead + frame.payload.size());
    return frame;
}

bool FrameReader::isBroken() const
{
    return m_bytes.size() >= relayFrameHead && lengthOf(m_bytes) > maxRelayFrame;
}

std::string encode(const CallId& call)
{
    return {reinterpret_cast<const char*>(call.data()), call.size()};
}

std::optional<CallId> decodeCall(std::string_view payload)
{
    if (payload.size() != callIdSize)
        return std::nullopt;
    CallId call;
    std::ranges::copy(payload, reinterpret_cast<char*>(call.data()));
    return call;
}

std::string encode(const RelayIncoming& incoming)
{
    return encode(incoming.call) + static_cast<char>(incoming.mode) + formatAddress(incoming.caller);
}

std::optional<RelayIncoming> decodeIncoming(std::string_view payload)
{
    if (payload.size() < callIdSize + 1)
        return std::nullopt;
    const auto call = decodeCall(payload.substr(0, callIdSize));
    const auto mode = modeOf(payload[callIdSize]);
    const auto caller = parseAddress(payload.substr(callIdSize + 1));
    if (!call || !mode || !caller)
        return std::nullopt;
    return RelayIncoming{*call, *mode, *caller};
}

std::string encode(const RelayJoined& joined)
{
    return encode(joined.call) + formatAddress(joined.callee);
}

std::optional<RelayJoined> decodeJoined(std::string_view payload)
{
    if (payload.size() < callIdSize)
        return std::nullopt;
    const auto call = decodeCall(payload.substr(0, callIdSize));
    const auto callee = parseAddress(payload.substr(callIdSize));
    if (!call || !callee)
        return std::nullopt;
    return RelayJoined{*call, *callee};
}

std::string encode(const RelayHow& how)
{
    return {static_cast<char>(how.mode), static_cast<char>(how.port >> 8), static_cast<char>(how.port & 0xff)};
}

std::optional<RelayHow> decodeHow(std::string_view payload)
{
    if (payload.size() != 3)
        return std::nullopt;
    const auto mode = modeOf(payload[0]);
    const auto port = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[1]) << 8 | static_cast<unsigned char>(payload[2]));
    if (!mode || (*mode == RelayMode::Return) != (port != 0))
        return std::nullopt;
    return RelayHow{*mode, port};
}

std::string formatAddress(const NetAddress& address)
{
    return address.host + ' ' + std::to_string(address.port);
}

std::optional<NetAddress> parseAddress(std::string_view text)
{
    const auto space = text.find(' ');
    if (space == std::string_view::npos || text.size() > 64)
        return std::nullopt;
    NetAddress address{std::string(text.substr(0, space)), 0};
    in6_addr bytes{};
    if (::inet_pton(AF_INET, address.host.c_str(), &bytes) != 1 && ::inet_pton(AF_INET6, address.host.c_str(), &bytes) != 1)
        return std::nullopt;
    const auto port = base::parseInteger(text.substr(space + 1));
    if (!port || *port < 1 || *port > 65'535)
        return std::nullopt;
    address.port = static_cast<std::uint16_t>(*port);
    return address;
}

} // namespace mutoscope::net
