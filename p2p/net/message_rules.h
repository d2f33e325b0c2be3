#pragma once

#include <string>
#include <string_view>

#include "p2p/net/http.h"

/// What both sides of HTTP/1.1 (RFC 9112) agree on here. Pure; internal to p2p/net.
namespace mutoscope::net
{

inline constexpr std::size_t maxTarget = 2 * 1024;

/// Begins with '/', has at most maxTarget bytes, all printable ASCII without space.
[[nodiscard]] bool isAcceptableTarget(std::string_view target);

/// Why this client does not send such a request; empty if it does.
[[nodiscard]] std::string whyNotSendable(const HttpRequest& request);

/// Request line, fields and body as they go over the line.
[[nodiscard]] std::string formatRequest(const Endpoint& endpoint, const HttpRequest& request);

/// Status line and fields with the empty line that ends them. A status outside 200 … 599 becomes 500, a content type with
/// control characters application/octet-stream: neither may break out of its line.
[[nodiscard]] std::string formatResponseHead(int status, std::string_view contentType, std::size_t bodySize, bool close);

} // namespace mutoscope::net
