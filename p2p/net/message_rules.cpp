#include "p2p/net/message_rules.h"

#include <algorithm>

#include "p2p/net/endpoint.h"

namespace mutoscope::net
{

namespace
{

bool isPrintable(std::string_view text, char from)
{
    return std::ranges::all_of(text, [from](char c) { return c >= from && c <= '~'; });
}

// RFC 9112 §4: clients ignore it. Only the usual ones, for a person who looks at the line.
std::string_view reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 206: return "Partial Content";
    case 400: return "Bad Request";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";
    }
}

} // namespace

bool isAcceptableTarget(std::string_view target)
{
    return target.starts_with('/') && target.size() <= maxTarget && isPrintable(target, '!');
}

std::string whyNotSendable(const HttpRequest& request)
{
    if (request.method != "GET" && request.method != "POST")
        return "a request's method must be GET or POST";
    if (request.method == "GET" && !request.body.empty())
        return "a GET has no body";
    if (!isAcceptableTarget(request.target))
        return "a request's target must begin with / and be at most 2 KiB of printable ASCII";
    return {};
}

std::string formatRequest(const Endpoint& endpoint, const HttpRequest& request)
{
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + hostAndPort(endpoint) + "\r\n";
    if (request.method == "POST")
        text += "Content-Type: application/jose+json\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n";
    text += "\r\n";
    return text += request.body;
}

std::string formatResponseHead(int status, std::string_view contentType, std::size_t bodySize, bool close)
{
    const int sent = status >= 200 && status <= 599 ? status : 500;
    std::string text = "HTTP/1.1 " + std::to_string(sent) + " ";
    text += reason(sent);
    text += "\r\n";
    if (bodySize > 0) {
        text += "Content-Type: ";
        text += !contentType.empty() && isPrintable(contentType, ' ') ? contentType : "application/octet-stream";
        text += "\r\n";
    }
    if (sent == 405)
        text += "Allow: GET, POST\r\n";
    text += "Content-Length: " + std::to_string(bodySize) + "\r\nCache-Control: no-store\r\n";
    text += close ? "Connection: close\r\n\r\n" : "\r\n";
    return text;
}

} // namespace mutoscope::net
