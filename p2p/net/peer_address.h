#pragma once

#include <string>

#include <boost/asio/ip/address.hpp>

/// Who is at the other end of a socket. Internal to p2p/net.
namespace mutoscope::net
{

/// An IPv4 address as such, where a socket of IPv6 took it.
[[nodiscard]] inline boost::asio::ip::address plainAddress(const boost::asio::ip::address& address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    return address;
}

/// What is counted as one stranger: a household has one IPv4 address, or a whole /64 of IPv6.
[[nodiscard]] inline std::string networkOf(const boost::asio::ip::address& address)
{
    if (address.is_v4())
        return address.to_string();
    const auto bytes = address.to_v6().to_bytes();
    return {reinterpret_cast<const char*>(bytes.data()), 8};
}

} // namespace mutoscope::net
