#include "p2p/crypto/segment_cipher.h"

#include <algorithm>
#include <array>
#include <cassert>

#include <sodium.h>

namespace mutoscope::crypto
{

namespace
{

constexpr std::string_view nonceLabel = "mutoscope.segment.v1";
using SegmentNonce = std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>;
static_assert(nonceLabel.size() + 4 == std::tuple_size_v<SegmentNonce>);
static_assert(SegmentCipher::keySize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(SegmentCipher::overhead == crypto_aead_xchacha20poly1305_ietf_ABYTES);

SegmentNonce nonceOf(base::SegmentIndex index)
{
    SegmentNonce nonce{};
    std::ranges::copy(nonceLabel, nonce.begin());
    for (std::size_t i = 0; i < 4; ++i)
        nonce[nonceLabel.size() + i] = static_cast<unsigned char>(index.value() >> (24 - 8 * i));
    return nonce;
}

const unsigned char* bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

SegmentCipher::SegmentCipher(SharedSecret key) : m_key(std::move(key))
{
    assert(m_key && m_key->size() == keySize);
}

std::string SegmentCipher::encrypt(base::SegmentIndex index, std::string_view plain) const
{
    std::string encrypted(plain.size() + overhead, '\0');
    const SegmentNonce nonce = nonceOf(index);
    crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(encrypted.data()), nullptr, bytesOf(plain), plain.size(),
                                               nullptr, 0, nullptr, nonce.data(), m_key->data());
    return encrypted;
}

std::optional<std::string> SegmentCipher::decrypt(base::SegmentIndex index, std::string_view encrypted) const
{
    if (encrypted.size() < overhead)
        return std::nullopt;
    std::string plain(encrypted.size() - overhead, '\0');
    const SegmentNonce nonce = nonceOf(index);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, bytesOf(encrypted),
                                                   encrypted.size(), nullptr, 0, nonce.data(), m_key->data()) != 0)
        return std::nullopt;
    return plain;
}

} // namespace mutoscope::crypto
