#pragma once

#include "p2p/content/stream.h"
#include "p2p/crypto/hash.h"
#include "p2p/crypto/node_key.h"

namespace mutoscope::test
{

inline crypto::NodeKey publisher()
{
    std::array<std::uint8_t, crypto::NodeKey::seedSize> seed{};
    seed.fill('p');
    return crypto::NodeKey::fromSeed(seed.data());
}

/// What segment `index` of each film here holds.
inline std::string segmentBytes(std::uint32_t index)
{
    return "segment " + std::to_string(index) + std::string(100, '.');
}

inline content::Stream streamOf(const std::vector<wire::PlaylistDocument>& documents)
{
    wire::Manifest manifest;
    manifest.network = "test";
    manifest.publisher = publisher().publicKey();
    manifest.title = "Film";
    std::vector<std::string> texts;
    for (const auto& document : documents) {
        texts.push_back(wire::encodeFields(document));
        manifest.playlists.push_back({crypto::sha256(texts.back()), base::ByteCount(static_cast<std::int64_t>(texts.back().size())),
                                      static_cast<std::int64_t>(document.segments.size())});
        std::int64_t duration = 0;
        for (const auto& segment : document.segments) {
            manifest.segmentBytes += segment.bytes;
            duration += segment.durationMs;
        }
        manifest.durationMs = std::max(manifest.durationMs, duration);
    }
    auto stream = content::Stream::make(wire::sign(manifest, publisher()), texts);
    if (!stream)
        qFatal("%s", stream.error().message.c_str());
    return *stream;
}

enum class Container { TransportStream, Fmp4 };

/// Segments of four seconds; in fMP4 each playlist begins with an init section. One playlist is a media playlist, of several
/// the first is a multivariant one, with a variant for each of `variants`, a sound for each of `sounds` and subtitles for each of
/// `texts`, in this order.
inline content::Stream film(const std::vector<std::uint32_t>& variants, const std::vector<std::uint32_t>& sounds = {},
                            const std::vector<std::uint32_t>& texts = {}, Container container = Container::TransportStream)
{
    std::vector<std::uint32_t> segmentsOfPlaylists = variants;
    segmentsOfPlaylists.insert(segmentsOfPlaylists.end(), sounds.begin(), sounds.end());
    segmentsOfPlaylists.insert(segmentsOfPlaylists.end(), texts.begin(), texts.end());
    std::vector<wire::PlaylistDocument> documents;
    if (segmentsOfPlaylists.size() > 1) {
        wire::PlaylistDocument top;
        top.hls = "#EXTM3U\n";
        std::size_t k = variants.size();
        for (std::size_t i = 0; i < sounds.size(); ++i)
            top.hls += "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"sound " + std::to_string(i) + "\",LANGUAGE=\"en\",DEFAULT=" +
                       (i == 0 ? "YES" : "NO") + ",URI=\"{p:" + std::to_string(++k) + "}\"\n";
        for (std::size_t i = 0; i < texts.size(); ++i)
            top.hls += "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"t\",NAME=\"text " + std::to_string(i) + "\",LANGUAGE=\"de\",URI=\"{p:" +
                       std::to_string(++k) + "}\"\n";
        for (k = 1; k <= variants.size(); ++k)
            top.hls += "#EXT-X-STREAM-INF:BANDWIDTH=" + std::to_string(k * 1'000) + ",RESOLUTION=" + std::to_string(k * 160) + "x" +
                       std::to_string(k * 90) + (sounds.empty() ? "" : ",AUDIO=\"a\"") + (texts.empty() ? "" : ",SUBTITLES=\"t\"") +
                       "\n{p:" + std::to_string(k) + "}\n";
        documents.push_back(std::move(top));
    }
    std::uint32_t index = 0;
    for (const std::uint32_t count : segmentsOfPlaylists) {
        wire::PlaylistDocument media;
        media.hls = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n";
        const auto add = [&](std::int64_t ms) {
            const std::string bytes = segmentBytes(index);
            media.segments.push_back({crypto::sha256(bytes), base::ByteCount(static_cast<std::int64_t>(bytes.size())), ms});
        };
        if (container == Container::Fmp4) {
            media.hls += "#EXT-X-MAP:URI=\"{s:" + std::to_string(index) + "}\"\n";
            add(0);
            ++index;
        }
        for (std::uint32_t i = 0; i < count; ++i, ++index) {
            media.hls += "#EXTINF:4,\n{s:" + std::to_string(index) + "}\n";
            add(4'000);
        }
        media.hls += "#EXT-X-ENDLIST\n";
        documents.push_back(std::move(media));
    }
    return streamOf(documents);
}

} // namespace mutoscope::test
