#include "p2p/reach/addresses.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include "p2p/net/endpoint.h"

namespace mutoscope::reach
{

namespace
{

constexpr std::size_t maxEndpoints = 8; // wire::Offer's

Scope scopeOf4(std::uint32_t address)
{
    const auto in = [address](std::uint32_t network, int bits) { return address >> (32 - bits) == network >> (32 - bits); };
    if (in(0x7f000000, 8))
        return Scope::Loopback;
    if (in(0x00000000, 8) || in(0xa9fe0000, 16) || in(0xe0000000, 4) || in(0xf0000000, 4))
        return Scope::Nowhere;
    if (in(0x0a000000, 8) || in(0xac100000, 12) || in(0xc0a80000, 16) || in(0x64400000, 10))
        return Scope::Private;
    return Scope::World;
}

Scope scopeOf6(const in6_addr& address)
{
    if (IN6_IS_ADDR_LOOPBACK(&address))
        return Scope::Loopback;
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        const std::uint8_t* const v4 = address.s6_addr + 12;
        return scopeOf4(static_cast<std::uint32_t>(v4[0]) << 24 | static_cast<std::uint32_t>(v4[1]) << 16 |
                        static_cast<std::uint32_t>(v4[2]) << 8 | v4[3]);
    }
    if (IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LINKLOCAL(&address) || IN6_IS_ADDR_MULTICAST(&address))
        return Scope::Nowhere;
    return (address.s6_addr[0] & 0xfe) == 0xfc ? Scope::Private : Scope::World;
}

} // namespace

Scope scopeOf(const std::string& address)
{
    in_addr v4{};
    if (::inet_pton(AF_INET, address.c_str(), &v4) == 1)
        return scopeOf4(ntohl(v4.s_addr));
    in6_addr v6{};
    return ::inet_pton(AF_INET6, address.c_str(), &v6) == 1 ? scopeOf6(v6) : Scope::Nowhere;
}

bool isWildcard(const std::string& host)
{
    return host == "0.0.0.0" || host == "::";
}

std::vector<std::string> localAddresses()
{
    std::vector<std::string> addresses;
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0)
        return addresses;
    for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_UP) == 0)
            continue;
        std::array<char, INET6_ADDRSTRLEN> text{};
        const void* bytes = nullptr;
        if (each->ifa_addr->sa_family == AF_INET)
            bytes = &reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr;
        else if (each->ifa_addr->sa_family == AF_INET6)
            bytes = &reinterpret_cast<const sockaddr_in6*>(each->ifa_addr)->sin6_addr;
        if (bytes == nullptr || ::inet_ntop(each->ifa_addr->sa_family, bytes, text.data(), text.size()) == nullptr)
            continue;
        if (const Scope scope = scopeOf(text.data()); scope == Scope::Private || scope == Scope::World)
            addresses.emplace_back(text.data());
    }
    ::freeifaddrs(all);
    return addresses;
}

std::vector<std::string> endpointsToAnnounce(const Candidates& candidates)
{
    std::vector<std::string> endpoints;
    const auto add = [&endpoints](std::string endpoint) {
        if (!endpoint.empty() && endpoints.size() < maxEndpoints && std::ranges::find(endpoints, endpoint) == endpoints.end())
            endpoints.push_back(std::move(endpoint));
    };
    const auto addHost = [&](const std::string& host) {
        add(net::hostAndPort({.host = host, .port = candidates.listenPort, .pin = {}}));
    };
    for (const std::string& each : candidates.advertised)
        add(each);
    for (const std::string& each : candidates.confirmed)
        add(each);
    add(candidates.relay);
    if (!candidates.advertised.empty())
        return endpoints;
    if (!isWildcard(candidates.listenHost)) {
        addHost(candidates.listenHost);
        return endpoints;
    }
    const bool takesIpv6 = candidates.listenHost == "::";
    std::vector<std::string> usable = candidates.local;
    std::erase_if(usable, [&](const std::string& each) { return !takesIpv6 && each.find(':') != std::string::npos; });
    std::ranges::sort(usable);
    const bool anyOfTheWorld = std::ranges::any_of(usable, [](const std::string& each) { return scopeOf(each) == Scope::World; });
    for (const std::string& each : usable) {
        if (!anyOfTheWorld || scopeOf(each) == Scope::World)
            addHost(each);
    }
    if (endpoints.empty())
        addHost(takesIpv6 ? "::1" : "127.0.0.1"); // no network at all: whoever is on this computer
    return endpoints;
}

} // namespace mutoscope::reach
