// Links: mutoscope_content
#include "p2p/content/hls.h"
#include "p2p/content/stream.h"
#include "p2p/crypto/hash.h"
#include "tests/fuzz/fuzz.h"

using namespace mutoscope;

namespace
{

/// One of eight segments for each digit: inputs can't be expected to hit upon hashes.
wire::SegmentRef segment(char c)
{
    wire::SegmentRef ref;
    ref.sha256 = crypto::sha256(std::string(1, c));
    ref.bytes = base::ByteCount(1 + c % 8);
    ref.durationMs = c % 4 == 0 ? 0 : 1000;
    return ref;
}

void stream(const std::string& document, const wire::PlaylistDocument& decoded)
{
    wire::Manifest manifest;
    manifest.network = "test";
    manifest.publisher = fuzz::key().publicKey();
    manifest.title = "film";
    std::int64_t durationMs = 0;
    for (const wire::SegmentRef& each : decoded.segments) {
        manifest.segmentBytes += each.bytes;
        durationMs += each.durationMs;
    }
    manifest.durationMs = durationMs;
    manifest.playlists.push_back({crypto::sha256(document), base::ByteCount(static_cast<std::int64_t>(document.size())),
                                  static_cast<std::int64_t>(decoded.segments.size())});
    const auto made = content::Stream::make(wire::sign(manifest, fuzz::key()), {document});
    if (!made)
        return;
    // What reaches the player has our addresses and nobody else's.
    const std::string text = made->renderPlaylist(
        0, [](base::SegmentIndex index) { return "s" + std::to_string(index.value()); }, [](std::size_t number) { return "p" + std::to_string(number); });
    const auto rendered = content::parseHls(text);
    HOLDS(rendered.has_value());
    HOLDS(rendered->leftOut == 0);
    for (const auto& resource : rendered->resources)
        HOLDS(resource.uri.front() == 's' || resource.uri.front() == 'p');
    for (std::uint32_t i = 0; i < made->segmentCount(); ++i) {
        const base::SegmentIndex index(i);
        HOLDS(made->playlistOf(index) == 0);
        HOLDS(made->startMs(index) <= made->durationMs());
        if (const auto next = made->next(index))
            HOLDS(made->has(*next));
    }
    HOLDS(!made->segmentAt(0, made->durationMs() + 1) || made->has(*made->segmentAt(0, made->durationMs() + 1)));
}

} // namespace

// A playlist document as it stands; or, where the input begins so, only its text, with segments for the characters of the first line.
void fuzzOne(std::string_view input)
{
    const auto [which, rest] = fuzz::choose(input, 2);
    std::string document(rest);
    if (which == 1) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        wire::PlaylistDocument made;
        if (!base::isUtf8(rest))
            return;
        made.hls = rest.substr(std::min(end + 1, rest.size()));
        for (const char c : rest.substr(0, end))
            made.segments.push_back(segment(c));
        document = wire::encodeFields(made);
    }
    const auto decoded = wire::PlaylistDocument::decode(document);
    if (!decoded)
        return;
    const std::string text = wire::encodeFields(*decoded);
    const auto again = wire::PlaylistDocument::decode(text);
    HOLDS(again.has_value());
    HOLDS(again->hls == decoded->hls && again->segments == decoded->segments);
    stream(text, *again);
}
