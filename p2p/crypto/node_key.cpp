#include "p2p/crypto/node_key.h"

#include <sodium.h>

#include "p2p/base/encoding.h"
#include "p2p/base/file.h"

namespace mutoscope::crypto
{

using base::ErrorCode;

struct NodeKey::Secret {
    base::PublicKey publicKey;
    SecretBytes key{crypto_sign_SECRETKEYBYTES};
};

void initialise()
{
    if (sodium_init() < 0)
        std::abort();
}

NodeKey::NodeKey(std::unique_ptr<Secret> secret) : m_secret(std::move(secret)) {}
NodeKey::NodeKey(NodeKey&&) noexcept = default;
NodeKey& NodeKey::operator=(NodeKey&&) noexcept = default;
NodeKey::~NodeKey() = default;

NodeKey NodeKey::generate()
{
    initialise();
    auto secret = std::make_unique<Secret>();
    crypto_sign_keypair(secret->publicKey.data(), secret->key.data());
    sodium_mprotect_readonly(secret->key.data());
    return NodeKey(std::move(secret));
}

NodeKey NodeKey::fromSeed(const std::uint8_t* seed)
{
    initialise();
    auto secret = std::make_unique<Secret>();
    crypto_sign_seed_keypair(secret->publicKey.data(), secret->key.data(), seed);
    sodium_mprotect_readonly(secret->key.data());
    return NodeKey(std::move(secret));
}

base::Result<NodeKey> NodeKey::loadOrCreate(const std::filesystem::path& file)
{
    initialise();
    std::error_code error;
    const bool isThere = std::filesystem::exists(file, error);
    if (error)
        return base::ioError("cannot look for the key file " + file.string(), error.value());
    if (isThere) {
        auto text = base::readFile(file, 1024);
        if (!text)
            return tl::unexpected(text.error());
        while (!text->empty() && text->back() == '\n')
            text->pop_back();
        auto seed = base::fromHex(*text);
        sodium_memzero(text->data(), text->size());
        if (!seed || seed->size() != seedSize)
            return base::fail(ErrorCode::Malformed, "the key file " + file.string() + " is damaged; restore it from a backup");
        NodeKey key = fromSeed(reinterpret_cast<const std::uint8_t*>(seed->data()));
        sodium_memzero(seed->data(), seed->size());
        return key;
    }
    std::string seed(seedSize, '\0');
    randombytes_buf(seed.data(), seed.size());
    std::string text = base::toHex(seed) + "\n";
    const auto written = base::writeFileDurably(file, text, base::FileMode::OwnerOnly);
    sodium_memzero(text.data(), text.size());
    if (!written)
        return tl::unexpected(written.error());
    NodeKey key = fromSeed(reinterpret_cast<const std::uint8_t*>(seed.data()));
    sodium_memzero(seed.data(), seed.size());
    return key;
}

const base::PublicKey& NodeKey::publicKey() const
{
    return m_secret->publicKey;
}

base::Signature NodeKey::sign(std::string_view message) const
{
    base::Signature signature;
    crypto_sign_detached(signature.data(), nullptr, reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                         m_secret->key.data());
    return signature;
}

SecretBytes NodeKey::derive(std::string_view purpose) const
{
    SecretBytes seed(crypto_sign_SEEDBYTES);
    crypto_sign_ed25519_sk_to_seed(seed.data(), m_secret->key.data());
    SecretBytes derived(crypto_generichash_BYTES);
    crypto_generichash(derived.data(), derived.size(), reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(), seed.data(),
                       seed.size());
    return derived;
}

std::optional<SecretBytes> NodeKey::openSealed(std::string_view sealed) const
{
    static_assert(sealOverhead == crypto_box_SEALBYTES);
    base::FixedBytes<struct BoxKeyTag, crypto_box_PUBLICKEYBYTES> publicKey;
    SecretBytes secretKey(crypto_box_SECRETKEYBYTES);
    if (sealed.size() <= sealOverhead || crypto_sign_ed25519_pk_to_curve25519(publicKey.data(), m_secret->publicKey.data()) != 0 ||
        crypto_sign_ed25519_sk_to_curve25519(secretKey.data(), m_secret->key.data()) != 0)
        return std::nullopt;
    SecretBytes opened(sealed.size() - sealOverhead);
    if (crypto_box_seal_open(opened.data(), reinterpret_cast<const unsigned char*>(sealed.data()), sealed.size(), publicKey.data(),
                             secretKey.data()) != 0)
        return std::nullopt;
    return opened;
}

std::optional<std::string> sealTo(const base::PublicKey& key, const SecretBytes& secret)
{
    base::FixedBytes<struct BoxKeyTag, crypto_box_PUBLICKEYBYTES> publicKey;
    if (crypto_sign_ed25519_pk_to_curve25519(publicKey.data(), key.data()) != 0)
        return std::nullopt;
    std::string sealed(secret.size() + sealOverhead, '\0');
    if (crypto_box_seal(reinterpret_cast<unsigned char*>(sealed.data()), secret.data(), secret.size(), publicKey.data()) != 0)
        return std::nullopt;
    return sealed;
}

bool verify(const base::PublicKey& key, std::string_view message, const base::Signature& signature)
{
    return crypto_sign_verify_detached(signature.data(), reinterpret_cast<const unsigned char*>(message.data()),
                                       message.size(), key.data()) == 0;
}

} // namespace mutoscope::crypto
