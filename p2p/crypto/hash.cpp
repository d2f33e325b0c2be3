#include "p2p/crypto/hash.h"

#include <openssl/evp.h>

namespace mutoscope::crypto
{

namespace
{

// EVP and not libsodium: OpenSSL uses the processor's SHA instructions and is six times as fast.
template <class Digest>
Digest digest(const EVP_MD* algorithm, std::string_view bytes)
{
    Digest result;
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), result.data(), &size, algorithm, nullptr) != 1 || size != Digest::size)
        std::abort(); // only without memory
    return result;
}

using Sha224 = base::FixedBytes<struct Sha224Tag, 28>;

} // namespace

struct Sha256Stream::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256Stream::Sha256Stream() : m_state(std::make_unique<State>())
{
    if (EVP_DigestInit_ex(m_state->context.get(), EVP_sha256(), nullptr) != 1)
        std::abort(); // only without memory
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(std::string_view bytes)
{
    EVP_DigestUpdate(m_state->context.get(), bytes.data(), bytes.size());
}

base::Sha256 Sha256Stream::finish()
{
    base::Sha256 result;
    EVP_DigestFinal_ex(m_state->context.get(), result.data(), nullptr);
    return result;
}

base::Sha256 sha256(std::string_view bytes)
{
    return digest<base::Sha256>(EVP_sha256(), bytes);
}

base::Address ordinaryAddress(const base::PublicKey& key)
{
    const auto inner = digest<Sha224>(EVP_sha224(), key.raw());
    return base::Address::fromRaw(sha256(inner.raw()).raw());
}

} // namespace mutoscope::crypto
