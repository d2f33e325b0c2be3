#include "p2p/content/hls_attributes.h"

#include <algorithm>

#include "p2p/base/encoding.h"

namespace mutoscope::content
{

constexpr std::string_view digits = "0123456789";

bool consistsOf(std::string_view text, std::string_view characters)
{
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool isInteger(std::string_view text)
{
    return consistsOf(text, digits) && text.size() <= 15;
}

bool isDecimal(std::string_view text)
{
    const std::size_t point = text.find('.');
    return isInteger(text.substr(0, point)) && (point == std::string_view::npos || isInteger(text.substr(point + 1)));
}

bool isUri(std::string_view text)
{
    return !text.empty() && text.size() <= HlsPlaylist::maxUriBytes && text.find('"') == std::string_view::npos;
}

std::optional<HlsByteRange> parseRange(std::string_view text)
{
    const std::size_t at = text.find('@');
    const auto length = base::parseInteger(text.substr(0, at));
    const auto offset =
        at == std::string_view::npos ? std::optional<std::int64_t>(-1) : base::parseInteger(text.substr(at + 1));
    if (!length || *length == 0 || !offset)
        return std::nullopt;
    return HlsByteRange{*offset, *length};
}

bool hasForm(Form form, std::string_view value, bool isQuoted)
{
    switch (form) {
    case Form::Integer:
        return !isQuoted && isInteger(value);
    case Form::Decimal:
        return !isQuoted && isDecimal(value);
    case Form::SignedDecimal:
        return !isQuoted && isDecimal(value.starts_with('-') ? value.substr(1) : value);
    case Form::Resolution:
        return !isQuoted && std::ranges::count(value, 'x') == 1 && isInteger(value.substr(0, value.find('x'))) &&
               isInteger(value.substr(value.find('x') + 1));
    case Form::Name:
        return !isQuoted && consistsOf(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    case Form::Quoted:
        return isQuoted;
    case Form::QuotedOrName:
        return isQuoted || hasForm(Form::Name, value, isQuoted);
    case Form::Uri:
        return isQuoted && isUri(value);
    case Form::ByteRange:
        return isQuoted && parseRange(value).has_value();
    }
    return false;
}

std::optional<std::vector<Attribute>> parseAttributes(std::string_view text)
{
    std::vector<Attribute> attributes;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || !hasForm(Form::Name, text.substr(0, equals), false))
            return std::nullopt;
        Attribute attribute;
        attribute.name = text.substr(0, equals);
        text.remove_prefix(equals + 1);
        attribute.isQuoted = text.starts_with('"');
        if (attribute.isQuoted)
            text.remove_prefix(1);
        const std::size_t end = attribute.isQuoted ? text.find('"') : std::min(text.find(','), text.size());
        if (end == std::string_view::npos)
            return std::nullopt;
        attribute.value = text.substr(0, end);
        if (!attribute.isQuoted &&
            (attribute.value.empty() || attribute.value.find_first_of("\" ") != std::string_view::npos))
            return std::nullopt;
        text.remove_prefix(end + (attribute.isQuoted ? 1 : 0));
        if (std::ranges::find(attributes, attribute.name, &Attribute::name) != attributes.end())
            return std::nullopt;
        attributes.push_back(attribute);
        if (text.empty())
            return attributes;
        if (!text.starts_with(','))
            return std::nullopt;
        text.remove_prefix(1);
    }
}

} // namespace mutoscope::content
