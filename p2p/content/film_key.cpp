#include "p2p/content/film_key.h"

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/crypto/random.h"

namespace mutoscope::content
{

using base::ErrorCode;
using base::fail;

namespace
{

crypto::SharedSecret deriveKey(const crypto::NodeKey& publisher, const base::Nonce& salt)
{
    return std::make_shared<const crypto::SecretBytes>(publisher.derive("mutoscope.film.v1" + std::string(salt.raw())));
}

base::Sha256 fingerprint(const crypto::SecretBytes& key)
{
    crypto::Sha256Stream hash;
    hash.add("mutoscope.filmKey.v1");
    hash.add(key.view());
    return hash.finish();
}

} // namespace

NewFilmKey newFilmKey(const crypto::NodeKey& publisher)
{
    NewFilmKey made;
    made.encryption.salt = crypto::SystemRandom().make<base::Nonce>();
    made.key = deriveKey(publisher, made.encryption.salt);
    made.encryption.key = fingerprint(*made.key);
    return made;
}

base::Result<wire::Signed<wire::Permit>> makePermit(const wire::Signed<wire::Manifest>& film, const base::PublicKey& viewer,
                                                    base::UnixMs notBefore, base::UnixMs expires, const crypto::NodeKey& publisher)
{
    const wire::Manifest& manifest = film.message;
    if (manifest.publisher != publisher.publicKey())
        return fail(ErrorCode::Unacceptable, "only the film's publisher can make permits for it");
    if (manifest.access == wire::Access::Open)
        return fail(ErrorCode::Unacceptable, "everybody may watch this film, it needs no permit");
    wire::Permit permit;
    permit.network = manifest.network;
    permit.publisher = manifest.publisher;
    permit.viewer = viewer;
    permit.content = wire::contentId(film);
    permit.title = manifest.title;
    permit.notBefore = notBefore;
    permit.expires = expires;
    if (const auto sound = permit.check(); !sound)
        return fail(ErrorCode::Unacceptable, sound.error().message);
    if (manifest.encryption) {
        const auto key = deriveKey(publisher, manifest.encryption->salt);
        if (fingerprint(*key) != manifest.encryption->key)
            return fail(ErrorCode::Unacceptable, "the film was encrypted with a key that this node does not have");
        const auto sealed = crypto::sealTo(viewer, *key);
        if (!sealed)
            return fail(ErrorCode::Unacceptable, "the viewer's key is not a key");
        permit.sealedKey = wire::SealedKey::fromRaw(*sealed);
    }
    auto made = wire::sign(std::move(permit), publisher);
    // What nobody could read must not be given away.
    if (const auto opened = wire::open<wire::Permit>(made.bytes, manifest.network, {wire::Role::Publisher}); !opened)
        return tl::unexpected(opened.error());
    return made;
}

base::Result<std::optional<crypto::SegmentCipher>> openFilm(const wire::Signed<wire::Manifest>& film, const wire::Permit& permit,
                                                            const crypto::NodeKey& viewer)
{
    if (!film.message.encryption)
        return std::nullopt;
    if (!permit.sealedKey)
        return fail(ErrorCode::Forbidden, "the permit lets this film be seeded, not watched");
    auto key = viewer.openSealed(permit.sealedKey->raw());
    if (!key || key->size() != crypto::SegmentCipher::keySize || fingerprint(*key) != film.message.encryption->key)
        return fail(ErrorCode::Forbidden, "the key in the permit is not the film's");
    return std::optional(crypto::SegmentCipher(std::make_shared<const crypto::SecretBytes>(std::move(*key))));
}

} // namespace mutoscope::content
