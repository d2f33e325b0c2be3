#include "p2p/crypto/sealed.h"

#include <sodium.h>

#include "p2p/base/encoding.h"
#include "p2p/crypto/node_key.h"

namespace mutoscope::crypto
{

using base::ErrorCode;

namespace
{

constexpr std::string_view mark = "mutoscope.sealed.v1:";
constexpr std::uint32_t maxPasses = 16;
constexpr std::uint32_t maxMemoryKiB = 1024 * 1024;
constexpr std::size_t maxText = 4096;
constexpr std::size_t saltSize = crypto_pwhash_SALTBYTES;
constexpr std::size_t nonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t headSize = 8 + saltSize + nonceSize;

const unsigned char* bytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string bigEndian(std::uint32_t value)
{
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>(value >> shift & 0xFF);
    return out;
}

std::uint32_t fromBigEndian(std::string_view raw)
{
    std::uint32_t value = 0;
    for (const char c : raw.substr(0, 4))
        value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

base::Result<SecretBytes> keyOf(std::string_view passphrase, std::string_view salt, SealCost cost)
{
    SecretBytes key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    if (crypto_pwhash(key.data(), key.size(), passphrase.data(), passphrase.size(), bytes(salt), cost.passes,
                      std::size_t{cost.memoryKiB} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return base::fail(ErrorCode::Unavailable, "there is not enough memory to make a key of the passphrase");
    return key;
}

} // namespace

base::Result<std::string> seal(const SecretBytes& secret, std::string_view passphrase, SealCost cost)
{
    initialise();
    std::string head = bigEndian(cost.passes) + bigEndian(cost.memoryKiB);
    head.resize(headSize);
    randombytes_buf(head.data() + 8, saltSize + nonceSize);
    const std::string_view salt = std::string_view(head).substr(8, saltSize);
    const auto key = keyOf(passphrase, salt, cost);
    if (!key)
        return tl::unexpected(key.error());
    const std::string authenticated = std::string(mark) + head;
    std::string box(secret.size() + tagSize, '\0');
    crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(box.data()), nullptr, secret.data(), secret.size(),
                                               bytes(authenticated), authenticated.size(), nullptr,
                                               bytes(head) + 8 + saltSize, key->data());
    return std::string(mark) + base::toBase64Url(head + box);
}

base::Result<SecretBytes> unseal(std::string_view sealed, std::string_view passphrase)
{
    initialise();
    const auto malformed = [] { return base::fail(ErrorCode::Malformed, "this is no secret sealed with a passphrase, or it is damaged"); };
    if (!isSealed(sealed) || sealed.size() > maxText)
        return malformed();
    const auto raw = base::fromBase64Url(sealed.substr(mark.size()));
    if (!raw || raw->size() < headSize + tagSize)
        return malformed();
    const std::string_view head = std::string_view(*raw).substr(0, headSize);
    const std::string_view box = std::string_view(*raw).substr(headSize);
    const SealCost cost{.passes = fromBigEndian(head), .memoryKiB = fromBigEndian(head.substr(4))};
    if (cost.passes < crypto_pwhash_argon2id_OPSLIMIT_MIN || cost.passes > maxPasses ||
        cost.memoryKiB < crypto_pwhash_argon2id_MEMLIMIT_MIN / 1024 || cost.memoryKiB > maxMemoryKiB)
        return malformed();
    const auto key = keyOf(passphrase, head.substr(8, saltSize), cost);
    if (!key)
        return tl::unexpected(key.error());
    const std::string authenticated = std::string(mark) + std::string(head);
    SecretBytes secret(box.size() - tagSize);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret.data(), nullptr, nullptr, bytes(box), box.size(), bytes(authenticated),
                                                   authenticated.size(), bytes(head) + 8 + saltSize, key->data()) != 0)
        return base::fail(ErrorCode::Forbidden, "the passphrase is wrong");
    return secret;
}

bool isSealed(std::string_view text)
{
    return text.starts_with(mark);
}

} // namespace mutoscope::crypto
