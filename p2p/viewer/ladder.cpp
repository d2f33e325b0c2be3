#include "p2p/viewer/ladder.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

namespace mutoscope::viewer
{

using base::SegmentIndex;
using content::Rendition;
using content::Stream;
using content::Variant;

namespace
{

/// Segments of two renditions that begin further apart are not the same piece of film: what packagers round is less.
constexpr std::int64_t sameTimeMs = 100;

std::vector<SegmentIndex> segmentsOf(const Stream& stream, std::size_t playlist)
{
    std::vector<SegmentIndex> segments;
    for (auto index = stream.firstSegment(playlist); index; index = stream.next(*index))
        segments.push_back(*index);
    return segments;
}

/// "avc1.4d401f,mp4a.40.2": avc1 and mp4a, whatever their profiles.
std::vector<std::string> codecNames(const std::string& codecs)
{
    std::vector<std::string> names;
    std::istringstream all(codecs);
    for (std::string each; std::getline(all, each, ',');) {
        each.erase(0, each.find_first_not_of(' '));
        names.push_back(each.substr(0, each.find('.')));
    }
    std::ranges::sort(names);
    return names;
}

/// Of a rendered playlist: where a break in the time line is, by segments before it.
std::vector<std::size_t> discontinuities(const Stream& stream, std::size_t playlist)
{
    std::istringstream text(stream.renderPlaylist(
        playlist, [](SegmentIndex) { return "segment"; }, [](std::size_t) { return ""; }));
    std::vector<std::size_t> places;
    std::size_t segments = 0;
    for (std::string line; std::getline(text, line);) {
        if (line == "#EXT-X-DISCONTINUITY")
            places.push_back(segments);
        segments += line == "segment" ? 1 : 0;
    }
    return places;
}

bool isInterchangeable(const Stream& stream, const Variant& a, const Variant& b)
{
    const auto left = segmentsOf(stream, a.playlist);
    const auto right = segmentsOf(stream, b.playlist);
    if (left.size() != right.size() || a.audioGroup.empty() != b.audioGroup.empty() || (a.height == 0) != (b.height == 0))
        return false;
    if (!a.codecs.empty() && !b.codecs.empty() && codecNames(a.codecs) != codecNames(b.codecs))
        return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (std::abs(stream.startMs(left[i]) - stream.startMs(right[i])) > sameTimeMs ||
            stream.initOf(left[i]).has_value() != stream.initOf(right[i]).has_value())
            return false;
    }
    return std::abs(stream.durationMs(a.playlist) - stream.durationMs(b.playlist)) <= sameTimeMs &&
           discontinuities(stream, a.playlist) == discontinuities(stream, b.playlist);
}

std::string quoted(const std::string& text)
{
    return "\"" + text + "\"";
}

} // namespace

Ladder::Ladder(const Stream& stream)
{
    const auto& variants = stream.renditions().variants;
    for (const Variant& variant : variants) {
        if (!isInterchangeable(stream, variants.front(), variant))
            continue;
        const std::int64_t ms = std::max<std::int64_t>(stream.durationMs(variant.playlist), 1);
        m_rungs.push_back({.playlist = variant.playlist,
                           .width = variant.width,
                           .height = variant.height,
                           .bitsPerSecond = stream.bytes(variant.playlist).value() * 8'000 / ms});
    }
    if (m_rungs.size() < 2) {
        m_rungs.clear();
        return;
    }
    std::ranges::stable_sort(m_rungs, {}, &Rung::bitsPerSecond);
    for (const Rung& rung : m_rungs)
        m_segments.push_back(segmentsOf(stream, rung.playlist));
}

std::optional<std::size_t> Ladder::positionOf(SegmentIndex index) const
{
    for (const auto& segments : m_segments) {
        const auto it = std::ranges::lower_bound(segments, index);
        if (it != segments.end() && *it == index)
            return static_cast<std::size_t>(it - segments.begin());
    }
    return std::nullopt;
}

std::optional<std::size_t> Ladder::rungOf(std::size_t playlist) const
{
    const auto it = std::ranges::find(m_rungs, playlist, &Rung::playlist);
    return it == m_rungs.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - m_rungs.begin()));
}

std::vector<Rendition> audioOf(const Stream& stream)
{
    std::vector<Rendition> result;
    const auto& [variants, others] = stream.renditions();
    for (const Rendition& each : others) {
        if (each.kind == Rendition::Kind::Audio && !variants.empty() && each.group == variants.front().audioGroup)
            result.push_back(each);
    }
    if (std::ranges::none_of(result, [](const Rendition& each) { return each.playlist.has_value(); }))
        result.clear();
    return result;
}

std::vector<Rendition> subtitlesOf(const Stream& stream)
{
    std::vector<Rendition> result;
    for (const Rendition& each : stream.renditions().others) {
        if (each.kind != Rendition::Kind::Subtitles || !each.playlist ||
            std::ranges::any_of(result, [&](const Rendition& known) { return known.playlist == each.playlist; }))
            continue;
        // With an init section it is not WebVTT but XML in MP4, which nobody here draws.
        const auto first = stream.firstSegment(*each.playlist);
        if (first && !stream.initOf(*first))
            result.push_back(each);
    }
    return result;
}

std::string topPlaylist(const Stream& stream, const Ladder& ladder, const std::string& ladderUri,
                        const std::function<std::string(std::size_t)>& playlistUri,
                        const std::function<std::string(SegmentIndex)>& segmentUri)
{
    const auto& variants = stream.renditions().variants;
    if (variants.empty())
        return stream.renderPlaylist(0, segmentUri, playlistUri);
    const Variant& first = variants.front();
    std::int64_t bandwidth = first.bandwidth;
    for (const Variant& each : variants) {
        if (ladder.rungOf(each.playlist))
            bandwidth = std::max(bandwidth, each.bandwidth);
    }
    std::string text = "#EXTM3U\n#EXT-X-VERSION:7\n";
    const auto sound = audioOf(stream);
    for (const Rendition& each : sound) {
        text += "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=" + quoted(each.group) + ",NAME=" + quoted(each.name);
        text += each.language.empty() ? "" : ",LANGUAGE=" + quoted(each.language);
        text += std::string(",DEFAULT=") + (each.isDefault ? "YES" : "NO") + ",AUTOSELECT=YES";
        text += each.playlist ? ",URI=" + quoted(playlistUri(*each.playlist)) + "\n" : "\n";
    }
    text += "#EXT-X-STREAM-INF:BANDWIDTH=" + std::to_string(bandwidth);
    text += first.codecs.empty() ? "" : ",CODECS=" + quoted(first.codecs);
    text += sound.empty() ? "" : ",AUDIO=" + quoted(first.audioGroup);
    if (ladder.isEmpty() && first.width > 0)
        text += ",RESOLUTION=" + std::to_string(first.width) + "x" + std::to_string(first.height);
    return text + "\n" + (ladder.isEmpty() ? playlistUri(first.playlist) : ladderUri) + "\n";
}

std::string ladderPlaylist(const Stream& stream, const Ladder& ladder,
                           const std::function<std::string(std::size_t)>& positionUri)
{
    std::istringstream whole(stream.renderPlaylist(
        ladder.rungs().front().playlist,
        [&](SegmentIndex index) { return stream.isInit(index) ? "" : positionUri(*ladder.positionOf(index)); },
        [](std::size_t) { return ""; }));
    std::string text;
    for (std::string line; std::getline(whole, line);) {
        if (!line.starts_with("#EXT-X-MAP:"))
            text += line + "\n";
    }
    return text;
}

} // namespace mutoscope::viewer
