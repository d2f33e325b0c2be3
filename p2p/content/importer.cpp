#include "p2p/content/importer.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/base/log.h"
#include "p2p/content/film_key.h"
#include "p2p/content/hls.h"
#include "p2p/content/stream.h"
#include "p2p/crypto/hash.h"

namespace mutoscope::content
{

using base::ErrorCode;
using base::fail;
using base::Result;
namespace fs = std::filesystem;

namespace
{

/// Keeps what was stored from being evicted by what is stored next.
class Pins
{
public:
    explicit Pins(SegmentStore& store) : m_store(store) {}
    ~Pins()
    {
        for (const base::Sha256& hash : m_hashes)
            m_store.unpin(hash);
    }
    Pins(const Pins&) = delete;
    Pins& operator=(const Pins&) = delete;

    void add(const base::Sha256& hash)
    {
        m_store.pin(hash);
        m_hashes.push_back(hash);
    }

private:
    SegmentStore& m_store;
    std::vector<base::Sha256> m_hashes;
};

bool isWithin(const fs::path& path, const fs::path& folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

/// RFC 3986 §3.1: "http:", "file:", "C:".
bool hasScheme(std::string_view uri)
{
    return uri.substr(0, uri.find_first_of("/?#")).find(':') != std::string_view::npos;
}

std::string percentDecoded(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        std::string digits(text.starts_with('%') ? text.substr(1, 2) : std::string_view());
        std::ranges::transform(digits, digits.begin(),
                               [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
        const auto byte = base::fromHex(digits);
        const bool isEscape = byte && byte->size() == 1 && byte->front() != '\0';
        result += isEscape ? byte->front() : text.front();
        text.remove_prefix(isEscape ? 3 : 1);
    }
    return result;
}

/// The bytes of a file that was resolved, or of a range of it.
Result<std::string> readResource(const fs::path& file, const std::optional<HlsByteRange>& range, std::int64_t maxBytes)
{
    const std::string name = file.filename().string();
    // What was checked is the path: the file itself must be no link, and no device that would hold us.
    const base::Descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {
    };
    if (!input.isOpen() || ::fstat(input.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return fail(ErrorCode::Unacceptable, "the file " + name + " can't be read");
    const std::int64_t offset = range ? range->offset : 0;
    const std::int64_t length = range ? range->length : status.st_size;
    if (offset + length > status.st_size)
        return fail(ErrorCode::Malformed, "the playlist names bytes of " + name + " that it does not have");
    if (length == 0)
        return fail(ErrorCode::Malformed, "the file " + name + " is empty");
    if (length > maxBytes)
        return fail(ErrorCode::TooLarge, "a segment in " + name + " is larger than " +
                                             std::to_string(wire::PlaylistDocument::maxSegmentBytes >> 20) +
                                             " MiB; make shorter segments");
    std::string bytes(static_cast<std::size_t>(length), '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::pread(input.get(), bytes.data() + filled, bytes.size() - filled,
                                    offset + static_cast<std::int64_t>(filled));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return base::ioError("cannot read " + name, errno);
        if (got == 0)
            return fail(ErrorCode::Io, "the file " + name + " became shorter while it was read");
        filled += static_cast<std::size_t>(got);
    }
    return bytes;
}

/// A playlist's text with the files that it refers to.
struct Source {
    fs::path file;
    HlsPlaylist hls;
    std::vector<fs::path> files; ///< of each resource
};

class Import
{
public:
    Import(const ImportOptions& options, SegmentStore& store, const crypto::NodeKey& publisher,
           const base::Clock& clock, const ImportProgress& progress)
        : m_options(options), m_store(store), m_publisher(publisher), m_clock(clock), m_progress(progress),
          m_pins(store)
    {
        if (options.access == wire::Access::Permit) {
            const NewFilmKey made = newFilmKey(publisher);
            m_manifest.encryption = made.encryption;
            m_cipher.emplace(made.key);
        }
    }

    Result<wire::Signed<wire::Manifest>> run(const fs::path& playlist)
    {
        const auto stored = checkTexts()
                                .and_then([&] { return readSources(playlist); })
                                .and_then([&] { return takePoster(); })
                                .and_then([&] { return takePlaylists(); })
                                .and_then([&] { return m_store.sync(); });
        if (!stored)
            return tl::unexpected(stored.error());
        return finish();
    }

private:
    Result<void> checkTexts() const;
    Result<void> readSources(const fs::path& playlist);
    Result<Source> readSource(const fs::path& file) const;
    Result<fs::path> resolve(const fs::path& playlist, const std::string& uri) const;
    Result<void> takePoster();
    Result<void> takePlaylists();
    Result<void> takePlaylist(const Source& source);
    Result<std::string> readSegment(const Source& source, std::size_t resource, std::int64_t index) const;
    Result<void> store(const base::Sha256& hash, std::string_view bytes);
    Result<wire::Signed<wire::Manifest>> finish();

    const ImportOptions& m_options;
    SegmentStore& m_store;
    const crypto::NodeKey& m_publisher;
    const base::Clock& m_clock;
    const ImportProgress& m_progress;
    Pins m_pins;

    fs::path m_root; ///< nothing outside it is read
    std::vector<Source> m_sources;
    std::size_t m_resources = 0; ///< segments of all playlists
    std::size_t m_taken = 0;
    wire::Manifest m_manifest;
    std::optional<crypto::SegmentCipher> m_cipher;
    std::vector<std::string> m_documents;
};

Result<void> Import::checkTexts() const
{
    const auto isText = [](const std::string& text, std::size_t max) {
        return text.size() <= max && base::isUtf8(text);
    };
    if (m_options.title.empty() || !isText(m_options.title, 300))
        return fail(ErrorCode::Unacceptable, "the title must be 1 to 300 bytes of text");
    if (!isText(m_options.description, 4000))
        return fail(ErrorCode::Unacceptable, "the description must be at most 4000 bytes of text");
    return {};
}

Result<fs::path> Import::resolve(const fs::path& playlist, const std::string& uri) const
{
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::Unacceptable,
                    playlist.filename().string() + " refers to '" + base::utf8Prefix(uri, 200) + "', " + why);
    };
    if (hasScheme(uri) || uri.starts_with('/'))
        return refuse("which is not a file in its folder");
    // A packager may have written the file's name as it is, or as a URI.
    for (const std::string& name : {uri, percentDecoded(uri)}) {
        const fs::path file = (playlist.parent_path() / name).lexically_normal();
        if (!isWithin(file, m_root))
            return refuse("which is outside of its folder");
        std::error_code error;
        const fs::path real = fs::canonical(file, error);
        if (error)
            continue;
        if (!isWithin(real, m_root))
            return refuse("which leads out of its folder");
        return real;
    }
    return refuse("which does not exist");
}

Result<Source> Import::readSource(const fs::path& file) const
{
    const auto named = [&](const base::Error& error) {
        return fail(error.code, file.filename().string() + ": " + error.message);
    };
    const auto text = base::readFile(file, HlsPlaylist::maxBytes);
    if (!text)
        return tl::unexpected(text.error());
    auto hls = parseHls(*text);
    if (!hls)
        return named(hls.error());
    if (hls->leftOut > 0)
        qCInfo(logContent, "%s: %zu tags or attributes left out", file.c_str(), hls->leftOut);
    if (!hls->isMultivariant && hls->resources.size() > wire::PlaylistDocument::maxSegments)
        return fail(ErrorCode::TooLarge, file.filename().string() + " has more segments than a stream can have");
    Source source{.file = file, .hls = std::move(*hls), .files = {}};
    for (const HlsResource& resource : source.hls.resources) {
        auto path = resolve(file, resource.uri);
        if (!path)
            return tl::unexpected(path.error());
        source.files.push_back(std::move(*path));
    }
    return source;
}

Result<void> Import::readSources(const fs::path& playlist)
{
    std::error_code error;
    const fs::path start = fs::canonical(playlist, error);
    if (error)
        return base::ioError("cannot open " + playlist.string(), error.value());
    m_root = start.parent_path();
    auto first = readSource(start);
    if (!first)
        return tl::unexpected(first.error());
    m_sources.push_back(std::move(*first));
    if (m_sources[0].hls.isMultivariant) {
        if (m_sources[0].files.size() >= wire::Manifest::maxPlaylists)
            return fail(ErrorCode::TooLarge, "the stream has more renditions than a manifest can name");
        for (const fs::path& file : std::vector(m_sources[0].files)) {
            auto source = readSource(file);
            if (!source)
                return tl::unexpected(source.error());
            if (source->hls.isMultivariant)
                return fail(ErrorCode::Malformed,
                            file.filename().string() + " is a multivariant playlist inside of another");
            m_sources.push_back(std::move(*source));
        }
    }
    for (const Source& source : m_sources)
        m_resources += source.hls.isMultivariant ? 0 : source.files.size();
    return {};
}

Result<void> Import::store(const base::Sha256& hash, std::string_view bytes)
{
    m_pins.add(hash);
    return m_store.put(hash, bytes);
}

Result<void> Import::takePoster()
{
    if (!m_options.poster)
        return {};
    const auto bytes = base::readFile(*m_options.poster, wire::maxPosterBytes);
    if (!bytes && bytes.error().code == ErrorCode::TooLarge)
        return fail(ErrorCode::Unacceptable, "the poster is larger than 1 MiB");
    if (!bytes)
        return tl::unexpected(bytes.error());
    if (!bytes->starts_with("\xff\xd8\xff") && !bytes->starts_with("\x89PNG\r\n\x1a\n"))
        return fail(ErrorCode::Unacceptable, "the poster must be a JPEG or PNG picture");
    m_manifest.poster =
        wire::ObjectRef{crypto::sha256(*bytes), base::ByteCount(static_cast<std::int64_t>(bytes->size()))};
    return store(m_manifest.poster->sha256, *bytes);
}

Result<void> Import::takePlaylists()
{
    for (const Source& source : m_sources) {
        if (const auto taken = takePlaylist(source); !taken)
            return taken;
    }
    return {};
}

/// As it is stored and sent.
Result<std::string> Import::readSegment(const Source& source, std::size_t resource, std::int64_t index) const
{
    const auto longer = static_cast<std::int64_t>(m_cipher ? crypto::SegmentCipher::overhead : 0);
    auto bytes = readResource(source.files[resource], source.hls.resources[resource].range,
                              wire::PlaylistDocument::maxSegmentBytes - longer);
    if (bytes && m_cipher)
        *bytes = m_cipher->encrypt(base::SegmentIndex(static_cast<std::uint32_t>(index)), *bytes);
    return bytes;
}

Result<void> Import::takePlaylist(const Source& source)
{
    wire::PlaylistDocument document;
    const std::int64_t first = m_manifest.segmentCount();
    std::int64_t durationMs = 0;
    if (!source.hls.isMultivariant) {
        for (std::size_t i = 0; i < source.files.size(); ++i) {
            if (m_progress && !m_progress(static_cast<double>(m_taken) / static_cast<double>(m_resources)))
                return fail(ErrorCode::Cancelled, "the import was broken off");
            const auto bytes = readSegment(source, i, first + static_cast<std::int64_t>(i));
            if (!bytes)
                return tl::unexpected(bytes.error());
            const base::ByteCount size(static_cast<std::int64_t>(bytes->size()));
            document.segments.push_back({crypto::sha256(*bytes), size, source.hls.resources[i].durationMs});
            if (const auto stored = store(document.segments.back().sha256, *bytes); !stored)
                return stored;
            durationMs += source.hls.resources[i].durationMs;
            m_manifest.segmentBytes += size;
            ++m_taken;
        }
    }
    document.hls = writeHls(source.hls, [&](std::size_t resource) {
        if (!source.hls.isMultivariant)
            return "{s:" + std::to_string(first + static_cast<std::int64_t>(resource)) + "}";
        // Two URIs may be one file; its playlist is in the stream once for each, which costs a little and harms nobody.
        return "{p:" + std::to_string(resource + 1) + "}";
    });
    const auto segments = static_cast<std::int64_t>(document.segments.size());
    std::string encoded = wire::encodeFields(std::move(document));
    if (encoded.size() > wire::PlaylistDocument::maxBytes)
        return fail(ErrorCode::TooLarge,
                    source.file.filename().string() + " is larger than a stream's playlist can be");
    const base::Sha256 hash = crypto::sha256(encoded);
    m_manifest.playlists.push_back({hash, base::ByteCount(static_cast<std::int64_t>(encoded.size())), segments});
    m_manifest.durationMs = std::max(m_manifest.durationMs, durationMs);
    const auto stored = store(hash, encoded);
    m_documents.push_back(std::move(encoded));
    return stored;
}

Result<wire::Signed<wire::Manifest>> Import::finish()
{
    m_manifest.network = m_options.network;
    m_manifest.publisher = m_publisher.publicKey();
    m_manifest.title = m_options.title;
    m_manifest.description = m_options.description;
    m_manifest.published = m_clock.now();
    m_manifest.access = m_options.access;
    auto manifest = wire::sign(std::move(m_manifest), m_publisher);
    // What a viewer would refuse must not be published.
    const auto opened = wire::open<wire::Manifest>(manifest.bytes, m_options.network, {wire::Role::Publisher});
    if (!opened)
        return tl::unexpected(opened.error());
    if (const auto stream = Stream::make(*opened, m_documents); !stream)
        return tl::unexpected(stream.error());
    if (m_progress)
        m_progress(1);
    return manifest;
}

} // namespace

Result<wire::Signed<wire::Manifest>> importHls(const fs::path& playlist, const ImportOptions& options,
                                               SegmentStore& store, const crypto::NodeKey& publisher,
                                               const base::Clock& clock, const ImportProgress& progress)
{
    return Import(options, store, publisher, clock, progress).run(playlist);
}

} // namespace mutoscope::content
