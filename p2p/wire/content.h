#pragma once

#include <array>

#include "p2p/wire/contract.h"

namespace mutoscope::wire
{

enum class Access { Open, Permit };

constexpr auto namesOf(Access)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{Access::Open, "open"sv}, std::pair{Access::Permit, "permit"sv}};
}

enum class Cipher { XChaCha20Poly1305 };

constexpr auto namesOf(Cipher)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{Cipher::XChaCha20Poly1305, "xchacha20-poly1305"sv}};
}

/// How a film's segments are encrypted, protocol §5. Permits carry the key.
struct Encryption {
    Cipher cipher = Cipher::XChaCha20Poly1305;
    base::Nonce salt;  ///< the publisher derives the key from its own with it
    base::Sha256 key;  ///< SHA-256("mutoscope.filmKey.v1" ‖ key): whoever is given a key sees whether it is the film's

    template <class F>
    void fields(F& f)
    {
        f("cipher", cipher);
        f("salt", salt);
        f("key_sha256", key);
    }
    bool operator==(const Encryption&) const = default;
};

/// A free resource that is known by its hash.
struct ObjectRef {
    base::Sha256 sha256;
    base::ByteCount bytes;

    template <class F>
    void fields(F& f)
    {
        f("sha256", sha256);
        f("bytes", bytes);
    }
    bool operator==(const ObjectRef&) const = default;
};

/// One playlist of a stream: a PlaylistDocument by its hash, and how many segments it names.
struct PlaylistRef {
    base::Sha256 sha256;
    base::ByteCount bytes;
    std::int64_t segments = 0;

    template <class F>
    void fields(F& f)
    {
        f("sha256", sha256);
        f("bytes", bytes);
        f("segments", segments);
    }
    bool operator==(const PlaylistRef&) const = default;
};

/// What is published as a poster, and what is fetched as one.
inline constexpr std::size_t maxPosterBytes = 1024 * 1024;

/// What a publisher signs about a stream, protocol §5. The content id is the SHA-256 of its payload. Playlist 0 is where
/// a player starts (a multivariant playlist, or the only media playlist). Segments are numbered through all playlists in
/// their order: those of playlist k start where those of playlist k − 1 end.
struct Manifest {
    static constexpr std::string_view type = "mutoscope.manifest.v1";
    static constexpr std::size_t maxBytes = 64 * 1024;
    static constexpr std::size_t maxPlaylists = 128;

    std::string network;
    base::PublicKey publisher;
    std::string title;
    std::string description;
    base::UnixMs published;
    std::int64_t durationMs = 0;
    base::ByteCount segmentBytes; ///< of all segments together, init sections included
    Access access = Access::Open;
    std::optional<Encryption> encryption; ///< of the segments; absent: they are plain
    std::optional<ObjectRef> poster; ///< JPEG or PNG
    std::vector<PlaylistRef> playlists;

    template <class F>
    void fields(F& f)
    {
        f("network", network, maxNetwork);
        f("publisher", publisher);
        f("title", title, MaxSize{300});
        f("description", description, MaxSize{4000});
        f("published", published);
        f("duration_ms", durationMs);
        f("segment_bytes", segmentBytes);
        f("access", access);
        f("encryption", encryption);
        f("poster", poster);
        f("playlists", playlists, MaxSize{maxPlaylists});
    }
    [[nodiscard]] const base::PublicKey& key(Role) const { return publisher; }
    [[nodiscard]] base::Result<void> check() const;

    [[nodiscard]] std::int64_t segmentCount() const;
};

[[nodiscard]] inline base::ContentId contentId(const Signed<Manifest>& manifest)
{
    return base::ContentId::fromRaw(manifest.payload.raw());
}

/// A segment or init section as its playlist names it.
struct SegmentRef {
    base::Sha256 sha256;
    base::ByteCount bytes;
    std::int64_t durationMs = 0; ///< 0 for an init section

    template <class F>
    void fields(F& f)
    {
        f("sha256", sha256);
        f("bytes", bytes);
        f("duration_ms", durationMs);
    }
    bool operator==(const SegmentRef&) const = default;
};

/// A playlist (RFC 8216) whose URIs were replaced: `{s:N}` stands for segment N of the stream, `{p:K}` for playlist K,
/// so that whoever serves it to a player puts in its own addresses. Not signed: the manifest names its hash.
struct PlaylistDocument {
    static constexpr std::size_t maxBytes = 8 * 1024 * 1024;
    static constexpr std::size_t maxSegments = 40'000;
    static constexpr std::int64_t maxSegmentBytes = 64 * 1024 * 1024;

    std::string hls;
    std::vector<SegmentRef> segments;

    template <class F>
    void fields(F& f)
    {
        f("hls", hls, MaxSize{4 * 1024 * 1024});
        f("segments", segments, MaxSize{maxSegments});
    }
    [[nodiscard]] base::Result<void> check() const;

    [[nodiscard]] static base::Result<PlaylistDocument> decode(std::string_view bytes);
};

/// What a seeder announces, protocol §5. Also the request `announce` at a tracker.
struct Offer {
    static constexpr std::string_view type = "mutoscope.offer.v1";
    static constexpr std::size_t maxBytes = 8 * 1024;

    std::string network;
    base::PublicKey seeder;
    base::PublicKey tracker; ///< where the seeder has its income address
    base::Address incomeAddress;
    base::ContentId content;
    std::string title; ///< the manifest's, so that a list of offers can be read
    base::Tokens pricePerMiB;
    std::int64_t creditWindow = 1; ///< the largest that the seeder grants
    std::vector<std::string> endpoints; ///< host:port, IPv6 in brackets
    base::Sha256 tlsPin;                ///< SHA-256 of the seeder's DER certificate
    bool complete = true;               ///< has every segment
    base::UnixMs expires;

    template <class F>
    void fields(F& f)
    {
        f("network", network, maxNetwork);
        f("seeder", seeder);
        f("tracker", tracker);
        f("income_address", incomeAddress);
        f("content", content);
        f("title", title, MaxSize{300});
        f("price_per_mib", pricePerMiB);
        f("credit_window", creditWindow);
        f("endpoints", endpoints, MaxSize{8}, MaxSize{260});
        f("tls_pin", tlsPin);
        f("complete", complete);
        f("expires", expires);
    }
    [[nodiscard]] const base::PublicKey& key(Role) const { return seeder; }
};

} // namespace mutoscope::wire
