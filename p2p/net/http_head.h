#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>

/// Internal to p2p/net: for the translation units that include Beast.
namespace mutoscope::net
{

/// For the parser's own header_limit(), see parseHead().
inline constexpr std::uint32_t noHeaderLimit = 0x7fff'ffff;

/// Gives what is in `buffer` to a parser whose header isn't done. `used` counts the header's bytes over all calls.
/// Returns nothing when the header is done, need_more, header_limit, or what is wrong.
///
/// In place of Beast's async_read_header: the limit of its 1.74 is only for fields that are not complete yet, so that short
/// fields without end would be taken for as long as they come.
template <class Parser>
boost::system::error_code parseHead(Parser& parser, boost::beast::flat_buffer& buffer, std::size_t& used, std::size_t limit)
{
    namespace http = boost::beast::http;
    boost::system::error_code error = http::error::need_more;
    if (buffer.size() > 0) {
        const std::size_t now = parser.put(buffer.data(), error);
        buffer.consume(now);
        used += now;
    }
    if (used > limit || (error == http::error::need_more && used + buffer.size() > limit))
        return http::error::header_limit;
    return error;
}

} // namespace mutoscope::net
