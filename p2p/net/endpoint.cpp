#include "p2p/net/endpoint.h"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "p2p/base/encoding.h"

namespace mutoscope::net
{

namespace
{

constexpr std::size_t maxText = 512;
constexpr std::size_t maxName = 253; // RFC 1035 §2.3.4, without the final dot
constexpr std::size_t maxLabel = 63;
constexpr std::string_view scheme = "https://";

tl::unexpected<base::Error> malformed(const std::string& why)
{
    return base::fail(base::ErrorCode::Malformed, "not a link to a node: " + why);
}

std::optional<std::string> ipv6(const std::string& text)
{
    in6_addr address{};
    char shortest[INET6_ADDRSTRLEN] = {};
    if (::inet_pton(AF_INET6, text.c_str(), &address) != 1 ||
        !::inet_ntop(AF_INET6, &address, shortest, sizeof shortest))
        return std::nullopt;
    return shortest;
}

// A name or an IPv4 address, in lower case.
std::optional<std::string> nameOrIpv4(std::string_view text)
{
    if (text.empty() || text.size() > maxName)
        return std::nullopt;
    std::string host;
    std::size_t label = 0;
    bool digitsOnly = true; // in the last label: then the whole must be an IPv4 address, as browsers have it
    for (const char c : text) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool digit = lower >= '0' && lower <= '9';
        const bool letter = lower >= 'a' && lower <= 'z';
        if (lower == '.') {
            if (label == 0 || host.back() == '-')
                return std::nullopt;
            label = 0;
            digitsOnly = true;
        } else if (digit || letter || (lower == '-' && label > 0)) {
            if (++label > maxLabel)
                return std::nullopt;
            digitsOnly = digitsOnly && digit;
        } else {
            return std::nullopt;
        }
        host += lower;
    }
    if (label == 0 || host.back() == '-')
        return std::nullopt;
    in_addr address{};
    if (digitsOnly && ::inet_pton(AF_INET, host.c_str(), &address) != 1)
        return std::nullopt;
    return host;
}

struct Parts {
    Endpoint endpoint; // without its pin
    std::string_view fragment;
};

base::Result<Parts> split(std::string_view text)
{
    if (text.size() > maxText)
        return malformed("it is too long");
    if (!text.starts_with(scheme))
        return malformed("it does not begin with https://");
    text.remove_prefix(scheme.size());
    Parts parts;
    const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
    text.remove_prefix(authority.size());

    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos)
        return malformed("the port is missing");
    const std::string_view host = authority.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    const auto known = bracketed ? ipv6(std::string(host.substr(1, host.size() - 2))) : nameOrIpv4(host);
    if (!known)
        return malformed("the host is neither a name nor an address");
    parts.endpoint.host = *known;

    const std::string_view digits = authority.substr(colon + 1);
    const auto port = base::parseInteger(digits);
    if (!port || *port < 1 || *port > 65'535 || digits.front() == '0')
        return malformed("the port is not a number from 1 to 65535");
    parts.endpoint.port = static_cast<std::uint16_t>(*port);

    if (text.starts_with('/'))
        text.remove_prefix(1);
    if (text.starts_with('#'))
        text.remove_prefix(1);
    else if (!text.empty())
        return malformed("there is a path behind the port");
    parts.fragment = text;
    return parts;
}

} // namespace

namespace
{

base::Result<TrackerLink> parseAny(std::string_view text)
{
    const auto parts = split(text);
    if (!parts)
        return tl::unexpected(parts.error());
    TrackerLink link{parts->endpoint, std::nullopt};
    std::string_view rest = parts->fragment;
    while (!rest.empty()) {
        const std::string_view item = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), item.size() + 1));
        if (item.starts_with("pin=") && !link.endpoint.pin) {
            link.endpoint.pin = base::fixedFromHex<base::Sha256>(item.substr(4));
            if (!link.endpoint.pin)
                return malformed("the pin is not 64 lower-case hex digits");
        } else if (item.starts_with("key=") && !link.key) {
            link.key = base::fixedFromBase64Url<base::PublicKey>(item.substr(4));
            if (!link.key)
                return malformed("the key is not 32 bytes in base64url");
        } else if (item.starts_with("relay=") && !link.endpoint.relayed) {
            link.endpoint.relayed = base::fixedFromBase64Url<base::PublicKey>(item.substr(6));
            if (!link.endpoint.relayed)
                return malformed("the key at the relay is not 32 bytes in base64url");
        } else {
            return malformed("what follows # is unknown or there twice");
        }
        if (rest.empty() && parts->fragment.ends_with('&'))
            return malformed("it ends with &");
    }
    return link;
}

} // namespace

base::Result<TrackerLink> parseTrackerLink(std::string_view text)
{
    auto link = parseAny(text);
    if (link && link->endpoint.relayed)
        return malformed("a tracker is not behind a relay");
    return link;
}

base::Result<Endpoint> parseEndpoint(std::string_view text)
{
    auto link = parseAny(text);
    if (!link)
        return tl::unexpected(link.error());
    if (link->key)
        return malformed("a key belongs to the link of a tracker");
    return std::move(link->endpoint);
}

std::string hostAndPort(const Endpoint& endpoint)
{
    const bool isIpv6 = endpoint.host.find(':') != std::string::npos;
    return (isIpv6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

std::string toString(const TrackerLink& link)
{
    std::string text = std::string(scheme) + hostAndPort(link.endpoint) + "/";
    char separator = '#';
    if (link.key) {
        text += separator + ("key=" + base::toBase64Url(link.key->raw()));
        separator = '&';
    }
    if (link.endpoint.pin) {
        text += separator + ("pin=" + base::toHex(*link.endpoint.pin));
        separator = '&';
    }
    if (link.endpoint.relayed)
        text += separator + ("relay=" + base::toBase64Url(link.endpoint.relayed->raw()));
    return text;
}

std::string toString(const Endpoint& endpoint)
{
    return toString(TrackerLink{endpoint, std::nullopt});
}

} // namespace mutoscope::net
