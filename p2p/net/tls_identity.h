#pragma once

#include <filesystem>
#include <string>

#include "p2p/base/result.h"
#include "p2p/base/types.h"

namespace mutoscope::net
{

/// What a server shows in the TLS handshake: a P-256 key and a certificate that it signed itself. Nobody trusts the
/// certificate for its own sake: clients compare its fingerprint with the one that the node announced under its node key.
/// So it names no host and never expires. P-256 and not Ed25519, because Qt reads no Ed25519 key.
/// A value: copy it freely, read it from any thread; treat it as secret.
class TlsIdentity
{
public:
    /// Reads `folder`/tls-identity.pem, or makes a new identity and the file (mode 0600, durable before it returns) if
    /// there is none. A file that exists and cannot be read as a key with its certificate is an error (Io, Malformed) and
    /// is never replaced: others know the node by it.
    [[nodiscard]] static base::Result<TlsIdentity> loadOrCreate(const std::filesystem::path& folder);
    /// In memory only.
    [[nodiscard]] static TlsIdentity generate();

    /// SHA-256 of the DER certificate: an Endpoint's pin.
    [[nodiscard]] const base::Sha256& fingerprint() const { return m_fingerprint; }
    [[nodiscard]] const std::string& certificatePem() const { return m_certificatePem; }
    /// Unencrypted PKCS #8. Never logged.
    [[nodiscard]] const std::string& keyPem() const { return m_keyPem; }

private:
    TlsIdentity() = default;

    [[nodiscard]] static base::Result<TlsIdentity> fromPem(const std::string& pem);

    std::string m_certificatePem;
    std::string m_keyPem;
    base::Sha256 m_fingerprint;
};

} // namespace mutoscope::net
