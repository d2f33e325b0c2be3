#pragma once

#include "p2p/wire/content.h"

namespace mutoscope::wire
{

/// A film's key in a crypto_box_seal for one node.
using SealedKey = base::FixedBytes<struct SealedKeyTag, 80>;

/// A publisher's word that a node may have a film, protocol §5. Signed by the publisher.
struct Permit {
    static constexpr std::string_view type = "mutoscope.permit.v1";
    static constexpr std::size_t maxBytes = 6 * 1024;

    std::string network;
    base::PublicKey publisher;
    base::PublicKey viewer;
    base::ContentId content;
    std::string title; ///< the manifest's, so that a list of permits can be read
    base::UnixMs notBefore;
    base::UnixMs expires; ///< by the clock of the tracker; no segment is sent after it
    std::optional<SealedKey> sealedKey; ///< of an encrypted film; without it the film can be had and seeded, not watched

    template <class F>
    void fields(F& f)
    {
        f("network", network, maxNetwork);
        f("publisher", publisher);
        f("viewer", viewer);
        f("content", content);
        f("title", title, MaxSize{300});
        f("not_before", notBefore);
        f("expires", expires);
        f("sealed_key", sealedKey);
    }
    [[nodiscard]] const base::PublicKey& key(Role) const { return publisher; }
    [[nodiscard]] base::Result<void> check() const;
};

/// When somebody wants a film.
struct Moment {
    base::UnixMs now;
    base::UnixMs until; ///< not before `now`: of the contract that is to be signed
};

/// Whether this permit, an envelope, lets the viewer have the film then; the permit if so. An open film needs none. Forbidden with
/// the reason for a person else.
[[nodiscard]] base::Result<std::optional<Signed<Permit>>> checkPermit(const std::optional<std::string>& permit,
                                                                      const Signed<Manifest>& film, const base::PublicKey& viewer,
                                                                      const Moment& when);

/// A node's key as people hand it on, base64url as in links, and back. White space around it is allowed, and 64 hex digits.
[[nodiscard]] std::string keyText(const base::PublicKey& key);
[[nodiscard]] std::optional<base::PublicKey> keyFromText(std::string_view text);

} // namespace mutoscope::wire
