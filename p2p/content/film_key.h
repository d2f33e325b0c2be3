#pragma once

#include <optional>

#include "p2p/base/result.h"
#include "p2p/crypto/node_key.h"
#include "p2p/crypto/segment_cipher.h"
#include "p2p/wire/permit.h"

namespace mutoscope::content
{

/// A new film's key, which its publisher derives from its own: so the 24 words bring it back, and nothing else need be kept.
/// `encryption` is what the manifest says of it.
struct NewFilmKey {
    wire::Encryption encryption;
    crypto::SharedSecret key;
};
[[nodiscard]] NewFilmKey newFilmKey(const crypto::NodeKey& publisher);

/// A permit for a film of this publisher, with its key where it is encrypted. Unacceptable where the film is somebody else's or
/// open, the viewer's key can't be used, or the times are no time.
[[nodiscard]] base::Result<wire::Signed<wire::Permit>> makePermit(const wire::Signed<wire::Manifest>& film, const base::PublicKey& viewer,
                                                                  base::UnixMs notBefore, base::UnixMs expires,
                                                                  const crypto::NodeKey& publisher);

/// What a permit that was checked opens for its viewer; none where the film is not encrypted. Forbidden where the permit has no key,
/// or not the film's.
[[nodiscard]] base::Result<std::optional<crypto::SegmentCipher>> openFilm(const wire::Signed<wire::Manifest>& film,
                                                                          const wire::Permit& permit, const crypto::NodeKey& viewer);

} // namespace mutoscope::content
