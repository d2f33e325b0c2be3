#include "p2p/content/renditions.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/content/hls_attributes.h"

namespace mutoscope::content
{

namespace
{

constexpr std::string_view streamInf = "#EXT-X-STREAM-INF:";
constexpr std::string_view media = "#EXT-X-MEDIA:";

class Attributes
{
public:
    explicit Attributes(std::string_view text) : m_all(parseAttributes(text).value_or(std::vector<Attribute>())) {}
    [[nodiscard]] std::string_view operator[](std::string_view name) const
    {
        const auto it = std::ranges::find(m_all, name, &Attribute::name);
        return it == m_all.end() ? std::string_view() : it->value;
    }

private:
    std::vector<Attribute> m_all;
};

int pixels(std::string_view text)
{
    constexpr std::int64_t most = 1 << 20;
    return static_cast<int>(std::min(base::parseInteger(text).value_or(0), most));
}

Variant readVariant(std::string_view text)
{
    const Attributes attributes(text);
    Variant variant{.codecs = std::string(attributes["CODECS"]), .audioGroup = std::string(attributes["AUDIO"])};
    variant.bandwidth = base::parseInteger(attributes["BANDWIDTH"]).value_or(0);
    const std::string_view size = attributes["RESOLUTION"];
    if (const std::size_t by = size.find('x'); by != std::string_view::npos) {
        variant.width = pixels(size.substr(0, by));
        variant.height = pixels(size.substr(by + 1));
    }
    return variant;
}

} // namespace

Renditions readRenditions(const HlsPlaylist& playlist)
{
    Renditions result;
    std::optional<Variant> next;
    for (const HlsPlaylist::Line& line : playlist.lines) {
        const bool hasResource = line.resource != SIZE_MAX;
        if (line.before.starts_with(streamInf)) {
            next = readVariant(std::string_view(line.before).substr(streamInf.size()));
        } else if (next && hasResource && line.before.empty()) {
            // The same picture may stand there again, with other sound: the first is taken.
            if (std::ranges::find(result.variants, line.resource, &Variant::playlist) == result.variants.end()) {
                next->playlist = line.resource;
                result.variants.push_back(std::move(*next));
            }
            next.reset();
        } else if (line.before.starts_with(media)) {
            // Of a line with a resource `before` ends in ',URI="'.
            std::string_view text = std::string_view(line.before).substr(media.size());
            if (hasResource)
                text = text.substr(0, text.rfind(','));
            const Attributes attributes(text);
            const std::string_view type = attributes["TYPE"];
            if (type != "AUDIO" && type != "SUBTITLES")
                continue;
            result.others.push_back({.kind = type == "AUDIO" ? Rendition::Kind::Audio : Rendition::Kind::Subtitles,
                                     .group = std::string(attributes["GROUP-ID"]),
                                     .name = std::string(attributes["NAME"]),
                                     .language = std::string(attributes["LANGUAGE"]),
                                     .isDefault = attributes["DEFAULT"] == "YES",
                                     .isForced = attributes["FORCED"] == "YES",
                                     .playlist = hasResource ? std::optional(line.resource) : std::nullopt});
        }
    }
    return result;
}

} // namespace mutoscope::content
