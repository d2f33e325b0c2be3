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

/// Segments of four seconds. One playlist is a media playlist, of several the first is a multivariant one.
inline content::Stream film(const std::vector<std::uint32_t>& segmentsOfPlaylists)
{
    std::vector<wire::PlaylistDocument> documents;
    if (segmentsOfPlaylists.size() > 1) {
        wire::PlaylistDocument top;
        top.hls = "#EXTM3U\n";
        for (std::size_t k = 1; k <= segmentsOfPlaylists.size(); ++k)
            top.hls += "#EXT-X-STREAM-INF:BANDWIDTH=" + std::to_string(k * 1'000) + "\n{p:" + std::to_string(k) + "}\n";
        documents.push_back(std::move(top));
    }
    std::uint32_t index = 0;
    for (const std::uint32_t count : segmentsOfPlaylists) {
        wire::PlaylistDocument media;
        media.hls = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n";
        for (std::uint32_t i = 0; i < count; ++i, ++index) {
            media.hls += "#EXTINF:4,\n{s:" + std::to_string(index) + "}\n";
            const std::string bytes = segmentBytes(index);
            media.segments.push_back({crypto::sha256(bytes), base::ByteCount(static_cast<std::int64_t>(bytes.size())), 4'000});
        }
        media.hls += "#EXT-X-ENDLIST\n";
        documents.push_back(std::move(media));
    }
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

} // namespace mutoscope::test
