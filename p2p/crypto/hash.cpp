#include "p2p/crypto/hash.h"

#include <openssl/evp.h>

namespace mutoscope::crypto
{

namespace
{

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

// EVP and not libsodium: OpenSSL uses the processor's SHA instructions and is six times as fast. Fetched once, as OpenSSL 3
// else looks the algorithm up by its name each time, which costs more than to hash a message of ours.
const EVP_MD* sha256Algorithm()
{
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    return algorithm;
}

const EVP_MD* sha224Algorithm()
{
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA2-224", nullptr);
    return algorithm;
}

template <class Digest>
Digest digest(const EVP_MD* algorithm, std::string_view bytes)
{
    thread_local const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free); // of each Digest
    Digest result;
    unsigned size = 0;
    if (EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1 || EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), result.data(), &size) != 1 || size != Digest::size)
        std::abort(); // only without memory
    return result;
}

using Sha224 = base::FixedBytes<struct Sha224Tag, 28>;

} // namespace

struct Sha256Stream::State {
    Context context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256Stream::Sha256Stream() : m_state(std::make_unique<State>())
{
    if (EVP_DigestInit_ex(m_state->context.get(), sha256Algorithm(), nullptr) != 1)
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
    return digest<base::Sha256>(sha256Algorithm(), bytes);
}

base::Address ordinaryAddress(const base::PublicKey& key)
{
    const auto inner = digest<Sha224>(sha224Algorithm(), key.raw());
    return base::Address::fromRaw(sha256(inner.raw()).raw());
}

} // namespace mutoscope::crypto
