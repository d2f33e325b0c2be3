#pragma once

#include <memory>
#include <string_view>

#include "p2p/base/types.h"

namespace mutoscope::crypto
{

/// SHA-256 (FIPS 180-4) as any of the 32-byte ids: hash<ContractId>(payload).
[[nodiscard]] base::Sha256 sha256(std::string_view bytes);

template <class Id>
[[nodiscard]] Id hash(std::string_view bytes)
{
    return Id::fromRaw(sha256(bytes).raw());
}

/// SHA-256 of bytes that come in pieces. One thread at a time.
class Sha256Stream
{
public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(const Sha256Stream&) = delete;
    Sha256Stream& operator=(const Sha256Stream&) = delete;

    void add(std::string_view bytes);
    /// Once; the stream is spent afterwards.
    [[nodiscard]] base::Sha256 finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The owner's ordinary address: SHA256(SHA224(PK)), protocol §1.
[[nodiscard]] base::Address ordinaryAddress(const base::PublicKey& key);

} // namespace mutoscope::crypto
