#pragma once

#include <string>
#include <string_view>

#include "p2p/base/result.h"
#include "p2p/crypto/secret.h"

namespace mutoscope::crypto
{

/// What it costs to try a passphrase (Argon2id, RFC 9106): passes over so much memory. By default libsodium's "moderate", most of a
/// second.
struct SealCost {
    std::uint32_t passes = 3;
    std::uint32_t memoryKiB = 256 * 1024;
};

/// A secret that only the passphrase opens, as a line of text:
///     "mutoscope.sealed.v1:" base64url(passes, 4 bytes big-endian ‖ KiB of memory, 4 bytes big-endian ‖ salt, 16 ‖ nonce, 24 ‖ box)
/// The box is XChaCha20-Poly1305 (IETF) under the key that Argon2id makes of passphrase and salt; what stands before it, from the
/// "m" to the nonce, is authenticated with it. Unavailable where there is not so much memory.
[[nodiscard]] base::Result<std::string> seal(const SecretBytes& secret, std::string_view passphrase, SealCost cost = {});

/// Forbidden where the passphrase is another one, or something in the box was changed, which can't be told apart. Malformed where it is
/// no sealed secret or asks for more than 1 GiB or 16 passes. Takes as long as sealing did.
[[nodiscard]] base::Result<SecretBytes> unseal(std::string_view sealed, std::string_view passphrase);

/// Whether it is meant to be one.
[[nodiscard]] bool isSealed(std::string_view text);

} // namespace mutoscope::crypto
