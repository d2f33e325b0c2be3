#include "p2p/net/tls_identity.h"

#include <cstdlib>
#include <memory>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "p2p/base/file.h"

namespace mutoscope::net
{

namespace
{

constexpr std::size_t maxFile = 16 * 1024;

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const
    {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Memory = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

// Only without memory or with a broken OpenSSL: nothing that a caller could handle.
void require(bool done)
{
    if (!done)
        std::abort();
}

// Long ago, so that no wrong clock minds; and the date that RFC 5280 §4.1.2.5 names for "never ends".
constexpr const char* notBefore = "20200101000000Z";
constexpr const char* notAfter = "99991231235959Z";

Certificate selfSigned(EVP_PKEY* key)
{
    Certificate certificate(X509_new());
    X509* const x = certificate.get();
    std::uint64_t serial = 0;
    require(x && RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
    require(X509_set_version(x, X509_VERSION_3) == 1);
    require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), (serial >> 1) | 1) == 1);
    require(ASN1_TIME_set_string_X509(X509_getm_notBefore(x), notBefore) == 1);
    require(ASN1_TIME_set_string_X509(X509_getm_notAfter(x), notAfter) == 1);
    X509_NAME* const name = X509_get_subject_name(x);
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("mutoscope"), -1,
                                       -1, 0) == 1);
    require(X509_set_issuer_name(x, name) == 1);
    require(X509_set_pubkey(x, key) == 1);
    require(X509_sign(x, key, EVP_sha256()) > 0);
    return certificate;
}

std::string text(BIO* memory)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

} // namespace

TlsIdentity TlsIdentity::generate()
{
    const Key key(EVP_EC_gen("P-256"));
    require(key != nullptr);
    const Certificate certificate = selfSigned(key.get());
    const Memory out(BIO_new(BIO_s_secmem()));
    require(out && PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    require(PEM_write_bio_X509(out.get(), certificate.get()) == 1);
    const auto identity = fromPem(text(out.get()));
    require(identity.has_value());
    return *identity;
}

base::Result<TlsIdentity> TlsIdentity::fromPem(const std::string& pem)
{
    const auto malformed = [] {
        ERR_clear_error();
        return base::fail(base::ErrorCode::Malformed, "no P-256 key with its certificate");
    };
    const Memory in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    require(in != nullptr);
    // An own callback that refuses: the default one would ask on the terminal for the password of an encrypted key.
    const auto noPassword = [](char*, int, int, void*) { return -1; };
    const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, noPassword, nullptr));
    if (!key)
        return malformed();
    const Certificate certificate(PEM_read_bio_X509(in.get(), nullptr, noPassword, nullptr));
    char group[32] = {};
    if (!certificate || EVP_PKEY_get_group_name(key.get(), group, sizeof group, nullptr) != 1 ||
        std::string_view(group) != "prime256v1" || X509_check_private_key(certificate.get(), key.get()) != 1)
        return malformed();

    TlsIdentity identity;
    const Memory keyOut(BIO_new(BIO_s_secmem()));
    const Memory certificateOut(BIO_new(BIO_s_mem()));
    require(keyOut && certificateOut);
    require(PEM_write_bio_PKCS8PrivateKey(keyOut.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    require(PEM_write_bio_X509(certificateOut.get(), certificate.get()) == 1);
    identity.m_keyPem = text(keyOut.get());
    identity.m_certificatePem = text(certificateOut.get());
    unsigned size = 0;
    require(X509_digest(certificate.get(), EVP_sha256(), identity.m_fingerprint.data(), &size) == 1);
    return identity;
}

base::Result<TlsIdentity> TlsIdentity::loadOrCreate(const std::filesystem::path& folder)
{
    // Key and certificate in one file: no crash can leave one without the other.
    const std::filesystem::path file = folder / "tls-identity.pem";
    const auto bytes = base::readFile(file, maxFile);
    if (bytes) {
        auto identity = fromPem(*bytes);
        if (!identity)
            return base::fail(base::ErrorCode::Malformed, file.string() + " holds " + identity.error().message);
        return identity;
    }
    if (bytes.error().code != base::ErrorCode::NotFound)
        return tl::unexpected(bytes.error());
    TlsIdentity identity = generate();
    const auto written =
        base::writeFileDurably(file, identity.m_keyPem + identity.m_certificatePem, base::FileMode::OwnerOnly);
    if (!written)
        return tl::unexpected(written.error());
    return identity;
}

} // namespace mutoscope::net
