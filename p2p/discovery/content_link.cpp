#include "p2p/discovery/content_link.h"

#include <QByteArray>

#include "p2p/base/encoding.h"

namespace mutoscope::discovery
{

using base::ErrorCode;
using base::fail;

namespace
{

constexpr std::string_view scheme = "mutoscope:";

std::string percentEncoded(const std::string& text)
{
    return QByteArray::fromStdString(text).toPercentEncoding().toStdString();
}

std::string percentDecoded(std::string_view text)
{
    return QByteArray::fromPercentEncoding(QByteArray(text.data(), static_cast<qsizetype>(text.size()))).toStdString();
}

base::Result<void> readParameter(ContentLink& link, std::string_view name, const std::string& value)
{
    if (name == "tracker" && !link.tracker) {
        auto tracker = net::parseTrackerLink(value);
        if (!tracker)
            return fail(ErrorCode::Malformed, "the link's tracker can't be read: " + tracker.error().message);
        link.tracker = std::move(*tracker);
        return {};
    }
    if (name == "publisher" && !link.publisher) {
        link.publisher = base::fixedFromBase64Url<base::PublicKey>(value);
        if (!link.publisher)
            return fail(ErrorCode::Malformed, "the link's publisher can't be read");
        return {};
    }
    if (name == "seeder" && link.seeders.size() < ContentLink::maxSeeders) {
        auto seeder = net::parseEndpoint(value);
        if (!seeder)
            return fail(ErrorCode::Malformed, "a seeder in the link can't be read: " + seeder.error().message);
        link.seeders.push_back(std::move(*seeder));
        return {};
    }
    if (name == "permit" && !link.permit) {
        link.permit = base::fromBase64Url(value);
        if (!link.permit || link.permit->empty())
            return fail(ErrorCode::Malformed, "the link's permit can't be read; it may have been cut off");
        return {};
    }
    return fail(ErrorCode::Malformed, "the link has a part that this version does not know");
}

} // namespace

base::Result<ContentLink> parseContentLink(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t' || text.front() == '\r'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    if (text.size() > ContentLink::maxBytes)
        return fail(ErrorCode::TooLarge, "the link is longer than any link to a film");
    if (!text.starts_with(scheme))
        return fail(ErrorCode::Malformed, "a link to a film starts with mutoscope:");
    text.remove_prefix(scheme.size());
    const auto question = text.find('?');
    const auto content = base::fixedFromHex<base::ContentId>(text.substr(0, question));
    if (!content)
        return fail(ErrorCode::Malformed, "the link's content id is not 64 hex digits; it may have been cut off");
    ContentLink link;
    link.content = *content;
    std::string_view rest = question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const std::string_view parameter = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto equals = parameter.find('=');
        if (equals == std::string_view::npos)
            return fail(ErrorCode::Malformed, "the link has a part without a value");
        const auto read = readParameter(link, parameter.substr(0, equals), percentDecoded(parameter.substr(equals + 1)));
        if (!read)
            return tl::unexpected(read.error());
    }
    return link;
}

std::string toString(const ContentLink& link)
{
    std::string text = std::string(scheme) + base::toHex(link.content);
    char separator = '?';
    if (link.tracker) {
        text += separator + std::string("tracker=") + percentEncoded(net::toString(*link.tracker));
        separator = '&';
    }
    if (link.publisher) {
        text += separator + std::string("publisher=") + base::toBase64Url(link.publisher->raw());
        separator = '&';
    }
    for (const net::Endpoint& seeder : link.seeders) {
        text += separator + std::string("seeder=") + percentEncoded(net::toString(seeder));
        separator = '&';
    }
    if (link.permit)
        text += separator + std::string("permit=") + base::toBase64Url(*link.permit);
    return text;
}

} // namespace mutoscope::discovery
