#include "p2p/content/stream.h"

#include <algorithm>

#include <QtGlobal>

#include "p2p/base/encoding.h"
#include "p2p/content/hls.h"
#include "p2p/crypto/hash.h"

namespace mutoscope::content
{

using base::ErrorCode;
using base::fail;
using base::Result;
using base::SegmentIndex;

namespace
{

/// A playlist of a stream. Its segment i is the resource i of its text, and segment `first` + i of the stream.
struct Part {
    HlsPlaylist hls;
    std::uint32_t first = 0;
    std::vector<wire::SegmentRef> segments; // empty in a multivariant playlist
    std::vector<std::int64_t> startsMs;
    std::int64_t durationMs = 0;
    base::ByteCount bytes;

    [[nodiscard]] bool isInit(std::size_t i) const { return hls.resources[i].kind == HlsResource::Kind::Init; }
};

tl::unexpected<base::Error> doesNotFit(std::size_t playlist, const std::string& why)
{
    return fail(ErrorCode::Malformed, "playlist " + std::to_string(playlist) + " of the stream does not fit: " + why);
}

/// N of "{s:N}" or "{p:N}".
std::optional<std::int64_t> placeholder(std::string_view uri, char kind)
{
    if (uri.size() < 5 || uri[0] != '{' || uri[1] != kind || uri[2] != ':' || uri.back() != '}')
        return std::nullopt;
    return base::parseInteger(uri.substr(3, uri.size() - 4));
}

Result<void> checkVariants(const Part& part, std::size_t playlistCount)
{
    for (const HlsResource& resource : part.hls.resources) {
        const auto number = placeholder(resource.uri, 'p');
        if (!number || *number < 1 || *number >= static_cast<std::int64_t>(playlistCount))
            return doesNotFit(0, "it names a playlist that is none of the stream's");
    }
    return {};
}

/// By playlist numbers instead of places; the text was checked.
Renditions numbered(const HlsPlaylist& hls)
{
    Renditions renditions = readRenditions(hls);
    const auto number = [&](std::size_t place) {
        return static_cast<std::size_t>(*placeholder(hls.resources[place].uri, 'p'));
    };
    for (Variant& variant : renditions.variants)
        variant.playlist = number(variant.playlist);
    for (Rendition& rendition : renditions.others) {
        if (rendition.playlist)
            rendition.playlist = number(*rendition.playlist);
    }
    return renditions;
}

Result<void> fillMedia(Part& part, std::size_t playlist)
{
    if (part.hls.resources.size() != part.segments.size())
        return doesNotFit(playlist, "it has more or fewer segments than it lists");
    for (std::size_t i = 0; i < part.segments.size(); ++i) {
        const HlsResource& resource = part.hls.resources[i];
        const wire::SegmentRef& segment = part.segments[i];
        // Numbered in the order of first use: so there is one way to write it, and each segment stands there once.
        if (placeholder(resource.uri, 's') != std::optional<std::int64_t>(part.first + i) || resource.range)
            return doesNotFit(playlist, "it names a segment that is not the next one of the stream");
        if (segment.durationMs != resource.durationMs)
            return doesNotFit(playlist, "a segment's durations differ");
        part.startsMs.push_back(part.durationMs);
        part.durationMs += segment.durationMs;
        part.bytes += segment.bytes;
    }
    return {};
}

} // namespace

struct Stream::Data {
    wire::Signed<wire::Manifest> manifest;
    std::vector<Part> parts;
    Renditions renditions;

    [[nodiscard]] std::size_t partOf(SegmentIndex index) const
    {
        // Parts without segments start where the next one does: the last of those that start here is meant.
        const auto next = std::ranges::upper_bound(parts, index.value(), {}, &Part::first);
        return static_cast<std::size_t>(next - parts.begin()) - 1;
    }
};

Result<Stream> Stream::make(wire::Signed<wire::Manifest> manifest, const std::vector<std::string>& playlists)
{
    const std::vector<wire::PlaylistRef>& refs = manifest.message.playlists;
    if (const auto checked = manifest.message.check(); !checked)
        return tl::unexpected(checked.error());
    if (playlists.size() != refs.size())
        return fail(ErrorCode::Malformed, "the stream has another number of playlists than its manifest");
    auto data = std::make_shared<Data>();
    std::uint32_t first = 0;
    std::int64_t durationMs = 0;
    base::ByteCount bytes;
    for (std::size_t k = 0; k < playlists.size(); ++k) {
        if (static_cast<std::int64_t>(playlists[k].size()) != refs[k].bytes.value() ||
            crypto::sha256(playlists[k]) != refs[k].sha256)
            return fail(ErrorCode::WrongData,
                        "playlist " + std::to_string(k) + " is not the one that the manifest names");
        auto document = wire::PlaylistDocument::decode(playlists[k]);
        if (!document)
            return doesNotFit(k, document.error().message);
        if (static_cast<std::int64_t>(document->segments.size()) != refs[k].segments)
            return doesNotFit(k, "the manifest counts other segments");
        auto hls = parseHls(document->hls);
        if (!hls)
            return doesNotFit(k, hls.error().message);
        if (hls->leftOut != 0)
            return doesNotFit(k, "it has tags or attributes that may not reach a player");
        if (hls->isMultivariant != (k == 0 && playlists.size() > 1))
            return doesNotFit(k, "only the first of several playlists is a multivariant one");
        Part part;
        part.hls = std::move(*hls);
        part.first = first;
        part.segments = std::move(document->segments);
        if (part.hls.isMultivariant && !part.segments.empty())
            return doesNotFit(k, "a multivariant playlist has no segments");
        const auto fits = part.hls.isMultivariant ? checkVariants(part, playlists.size()) : fillMedia(part, k);
        if (!fits)
            return tl::unexpected(fits.error());
        first += static_cast<std::uint32_t>(part.segments.size());
        durationMs = std::max(durationMs, part.durationMs);
        bytes += part.bytes;
        data->parts.push_back(std::move(part));
    }
    if (bytes != manifest.message.segmentBytes || durationMs != manifest.message.durationMs)
        return fail(ErrorCode::Malformed, "the stream has another size or duration than its manifest says");
    data->renditions = numbered(data->parts.front().hls);
    data->manifest = std::move(manifest);
    return Stream(std::move(data));
}

const wire::Signed<wire::Manifest>& Stream::manifest() const
{
    return m_data->manifest;
}

base::ContentId Stream::id() const
{
    return wire::contentId(m_data->manifest);
}

std::int64_t Stream::durationMs() const
{
    return m_data->manifest.message.durationMs;
}

base::ByteCount Stream::bytes() const
{
    return m_data->manifest.message.segmentBytes;
}

std::uint32_t Stream::segmentCount() const
{
    const Part& last = m_data->parts.back();
    return last.first + static_cast<std::uint32_t>(last.segments.size());
}

const wire::SegmentRef& Stream::segment(SegmentIndex index) const
{
    const Part& part = m_data->parts[playlistOf(index)];
    return part.segments[index.value() - part.first];
}

std::size_t Stream::playlistOf(SegmentIndex index) const
{
    Q_ASSERT(has(index));
    return m_data->partOf(index);
}

bool Stream::isInit(SegmentIndex index) const
{
    const Part& part = m_data->parts[playlistOf(index)];
    return part.isInit(index.value() - part.first);
}

std::optional<SegmentIndex> Stream::initOf(SegmentIndex index) const
{
    const Part& part = m_data->parts[playlistOf(index)];
    const std::size_t init = part.hls.resources[index.value() - part.first].init;
    if (init == SIZE_MAX)
        return std::nullopt;
    return SegmentIndex(part.first + static_cast<std::uint32_t>(init));
}

std::optional<SegmentIndex> Stream::next(SegmentIndex index) const
{
    // An init section stands right before the first segment that needs it (parseHls sees to that).
    const Part& part = m_data->parts[playlistOf(index)];
    for (std::size_t i = index.value() - part.first + 1; i < part.segments.size(); ++i) {
        if (!part.isInit(i))
            return SegmentIndex(part.first + static_cast<std::uint32_t>(i));
    }
    return std::nullopt;
}

std::int64_t Stream::startMs(SegmentIndex index) const
{
    const Part& part = m_data->parts[playlistOf(index)];
    return part.startsMs[index.value() - part.first];
}

std::size_t Stream::playlistCount() const
{
    return m_data->parts.size();
}

const Renditions& Stream::renditions() const
{
    return m_data->renditions;
}

std::optional<SegmentIndex> Stream::firstSegment(std::size_t playlist) const
{
    return segmentAt(playlist, -1);
}

std::optional<SegmentIndex> Stream::segmentAt(std::size_t playlist, std::int64_t ms) const
{
    const Part& part = m_data->parts.at(playlist);
    if (part.segments.empty())
        return std::nullopt;
    const auto later = std::ranges::upper_bound(part.startsMs, ms);
    auto i = static_cast<std::size_t>(std::max<std::ptrdiff_t>(later - part.startsMs.begin() - 1, 0));
    if (part.isInit(i))
        ++i; // never the last one, see next()
    return SegmentIndex(part.first + static_cast<std::uint32_t>(i));
}

std::int64_t Stream::durationMs(std::size_t playlist) const
{
    return m_data->parts.at(playlist).durationMs;
}

base::ByteCount Stream::bytes(std::size_t playlist) const
{
    return m_data->parts.at(playlist).bytes;
}

std::string Stream::renderPlaylist(std::size_t playlist, const std::function<std::string(SegmentIndex)>& segmentUri,
                                   const std::function<std::string(std::size_t)>& playlistUri) const
{
    const Part& part = m_data->parts.at(playlist);
    return writeHls(part.hls, [&](std::size_t resource) {
        if (part.hls.isMultivariant)
            return playlistUri(static_cast<std::size_t>(*placeholder(part.hls.resources[resource].uri, 'p')));
        return segmentUri(SegmentIndex(part.first + static_cast<std::uint32_t>(resource)));
    });
}

} // namespace mutoscope::content
