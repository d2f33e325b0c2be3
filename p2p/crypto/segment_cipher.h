#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "p2p/base/types.h"
#include "p2p/crypto/secret.h"

namespace mutoscope::crypto
{

/// A film's segments under one key, protocol §5: XChaCha20-Poly1305 (IETF) with the nonce "mutoscope.segment.v1" ‖ index (4 bytes
/// big-endian), the tag behind. The key is another one for each film, so that no nonce comes twice.
///
/// Immutable; any thread.
class SegmentCipher
{
public:
    static constexpr std::size_t keySize = 32;
    static constexpr std::size_t overhead = 16; ///< bytes that a segment becomes longer

    /// A key of keySize bytes.
    explicit SegmentCipher(SharedSecret key);

    [[nodiscard]] std::string encrypt(base::SegmentIndex index, std::string_view plain) const;
    /// None where it was encrypted with another key or as another segment, or was changed.
    [[nodiscard]] std::optional<std::string> decrypt(base::SegmentIndex index, std::string_view encrypted) const;

private:
    SharedSecret m_key;
};

} // namespace mutoscope::crypto
