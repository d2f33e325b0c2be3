// Links: mutoscope_net Boost::headers
#include <boost/beast/http.hpp>

#include "p2p/net/http_head.h"
#include "p2p/net/message_rules.h"
#include "tests/fuzz/fuzz.h"

namespace http = boost::beast::http;
using namespace mutoscope;

namespace
{

struct Parsed {
    bool isDone = false;
    std::size_t used = 0;
    std::string target;
};

/// As the server reads: the input comes in pieces of this size.
Parsed readHead(std::string_view bytes, std::size_t piece)
{
    constexpr std::size_t limit = 4 * 1024;
    http::request_parser<http::string_body> parser;
    parser.header_limit(net::noHeaderLimit);
    boost::beast::flat_buffer buffer;
    Parsed parsed;
    boost::system::error_code error = http::error::need_more;
    while (error == http::error::need_more && !bytes.empty()) {
        const std::string_view next = bytes.substr(0, piece);
        bytes.remove_prefix(next.size());
        buffer.commit(boost::asio::buffer_copy(buffer.prepare(next.size()), boost::asio::buffer(next)));
        error = net::parseHead(parser, buffer, parsed.used, limit);
    }
    parsed.isDone = !error && parser.is_header_done();
    if (parsed.isDone)
        parsed.target = std::string(parser.get().target());
    return parsed;
}

/// What the client sends is read by the server's parser as it was meant.
void sent(std::string_view target, std::string_view body)
{
    net::HttpRequest request{.method = body.empty() ? "GET" : "POST", .target = std::string(target), .body = std::string(body), .peer = {}};
    if (!net::whyNotSendable(request).empty())
        return;
    const std::string text = net::formatRequest({.host = "::1", .port = 1, .pin = {}}, request);
    http::request_parser<http::string_body> parser;
    parser.eager(true);
    boost::system::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(text), error);
    HOLDS(!error && parser.is_done() && used == text.size());
    HOLDS(parser.get().target() == request.target && parser.get().body() == request.body);
}

/// Nothing in it breaks out of its line.
void answered(int status, std::string_view contentType, std::size_t size)
{
    const std::string head = net::formatResponseHead(status, contentType, size, size % 2 == 0);
    HOLDS(head.find("\r\n\r\n") == head.size() - 4);
    http::response_parser<http::string_body> parser;
    boost::system::error_code error;
    parser.put(boost::asio::buffer(head), error);
    HOLDS(!error || error == http::error::need_more);
    HOLDS(parser.is_header_done());
    HOLDS(parser.get().result_int() >= 200 && parser.get().result_int() <= 599);
    HOLDS(parser.content_length().value_or(0) == size || parser.get().result_int() == 204 || parser.get().result_int() == 304);
}

} // namespace

void fuzzOne(std::string_view input)
{
    const auto [which, rest] = fuzz::choose(input, 3);
    const std::size_t line = std::min(rest.find('\n'), rest.size());
    if (which == 0) {
        const Parsed whole = readHead(rest, rest.size() + 1);
        const Parsed bytewise = readHead(rest, 1);
        if (whole.isDone && bytewise.isDone)
            HOLDS(whole.target == bytewise.target);
        return;
    }
    if (which == 1)
        return sent(rest.substr(0, line), rest.substr(std::min(line + 1, rest.size())));
    int status = 0;
    for (const char c : rest.substr(0, 2))
        status = status * 100 + static_cast<std::uint8_t>(c);
    answered(status, rest.substr(std::min<std::size_t>(2, rest.size())), rest.size());
}
