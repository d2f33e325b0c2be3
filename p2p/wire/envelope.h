#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/crypto/node_key.h"

/// The envelope of every message: JWS General JSON Serialization (RFC 7515 §7.2.1) with EdDSA (RFC 8037). Protected
/// header: `alg` = EdDSA, `typ` = the message type, `jwk` = the signer's public key, and nothing else.
namespace mutoscope::wire
{

inline constexpr std::size_t maxSignatures = 4;

struct Envelope {
    struct Signer {
        base::PublicKey key;
        base::Signature signature;
        std::string protectedPart; ///< as it stands in the envelope: part of what is signed
    };
    std::string payload;        ///< decoded bytes
    std::string encodedPayload; ///< as it stands in the envelope: part of what is signed
    std::vector<Signer> signers;
};

/// Takes the envelope apart without checking a signature. BadSignature for anything that isn't exactly such an
/// envelope with this type; TooLarge over `maxBytes`.
[[nodiscard]] base::Result<Envelope> readEnvelope(std::string_view bytes, std::string_view type, std::size_t maxBytes);

/// Exactly one valid signature of each expected key, and no other. BadSignature otherwise.
[[nodiscard]] base::Result<void> verifySigners(const Envelope& envelope, std::span<const base::PublicKey> expected);

/// A new envelope with one signature.
[[nodiscard]] std::string seal(std::string_view payload, std::string_view type, const crypto::NodeKey& key);

/// The same payload with one more signature; those that are there stay as they are and are not checked.
[[nodiscard]] base::Result<std::string> countersign(std::string_view bytes, std::string_view type, std::size_t maxBytes,
                                                    const crypto::NodeKey& key);

} // namespace mutoscope::wire
