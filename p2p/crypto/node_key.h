#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/crypto/secret.h"

namespace mutoscope::crypto
{

/// To be called once, early in main; later calls cost nothing. Aborts where the system has no randomness.
void initialise();

/// A node's Ed25519 key pair. The secret lies in guarded, locked memory and is wiped on destruction.
/// const functions from any thread.
class NodeKey
{
public:
    static constexpr std::size_t seedSize = 32;

    [[nodiscard]] static NodeKey generate();
    /// From the 32 bytes of an RFC 8032 private key.
    [[nodiscard]] static NodeKey fromSeed(const std::uint8_t* seed);
    /// Reads the key file, or makes a new key and file (mode 0600, durable before it returns) if there is none.
    /// A file that exists and cannot be read as a key is an error, never replaced.
    [[nodiscard]] static base::Result<NodeKey> loadOrCreate(const std::filesystem::path& file);

    NodeKey(NodeKey&&) noexcept;
    NodeKey& operator=(NodeKey&&) noexcept;
    ~NodeKey();

    [[nodiscard]] const base::PublicKey& publicKey() const;
    [[nodiscard]] base::Signature sign(std::string_view message) const;
    /// 32 bytes that only this key's owner can know, others for each purpose: BLAKE2b-256 of the purpose under the private key.
    [[nodiscard]] SecretBytes derive(std::string_view purpose) const;
    /// What sealTo() has sealed to this key; none where it was sealed to another, or changed.
    [[nodiscard]] std::optional<SecretBytes> openSealed(std::string_view sealed) const;

private:
    struct Secret;
    explicit NodeKey(std::unique_ptr<Secret> secret);
    std::unique_ptr<Secret> m_secret;
};

inline constexpr std::size_t sealOverhead = 48;

/// The secret for the owner of this key alone: libsodium's crypto_box_seal (X25519, XSalsa20-Poly1305) to the Ed25519 key's
/// Montgomery form. `sealOverhead` bytes longer; none where the key is no point that can be used.
[[nodiscard]] std::optional<std::string> sealTo(const base::PublicKey& key, const SecretBytes& secret);

/// Ed25519 (RFC 8032) as libsodium checks it: non-canonical S, non-canonical or small-order points are refused. A key with a
/// part of small order is not looked for, as that costs most of a verification: what it signs and we accept, every verifier does.
[[nodiscard]] bool verify(const base::PublicKey& key, std::string_view message, const base::Signature& signature);

} // namespace mutoscope::crypto
