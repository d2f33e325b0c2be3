#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

namespace mutoscope::base
{

/// An integer that does not mix with other integers. Units are the Tag's.
template <class Tag, class Rep>
class Strong
{
public:
    using Value = Rep;

    constexpr Strong() = default;
    constexpr explicit Strong(Rep value) : m_value(value) {}

    [[nodiscard]] constexpr Rep value() const { return m_value; }

    constexpr auto operator<=>(const Strong&) const = default;

    constexpr Strong& operator+=(Strong other)
    {
        m_value += other.m_value;
        return *this;
    }
    constexpr Strong& operator-=(Strong other)
    {
        m_value -= other.m_value;
        return *this;
    }
    friend constexpr Strong operator+(Strong a, Strong b) { return a += b; }
    friend constexpr Strong operator-(Strong a, Strong b) { return a -= b; }

private:
    Rep m_value = 0;
};

/// Micro-tokens: 1 token = 1,000,000. On the wire 0 … maxInteger.
using Tokens = Strong<struct TokensTag, std::int64_t>;
/// Bytes of segments, bodies, files.
using ByteCount = Strong<struct ByteCountTag, std::int64_t>;
/// Position of a segment in its stream: all resources of all playlists, counted through from 0 (protocol §5).
using SegmentIndex = Strong<struct SegmentIndexTag, std::uint32_t>;
/// Milliseconds since 1970-01-01 UTC.
using UnixMs = Strong<struct UnixMsTag, std::int64_t>;

/// The largest integer that every JSON implementation keeps exact (RFC 8259 §6): 2^53 − 1.
inline constexpr std::int64_t maxInteger = (std::int64_t{1} << 53) - 1;

/// N bytes that do not mix with other N bytes.
template <class Tag, std::size_t N>
class FixedBytes
{
public:
    static constexpr std::size_t size = N;

    constexpr FixedBytes() = default;
    explicit FixedBytes(const std::array<std::uint8_t, N>& bytes) : m_bytes(bytes) {}

    /// From exactly N raw bytes; anything else is our bug, so callers check the size of foreign input first.
    [[nodiscard]] static FixedBytes fromRaw(std::string_view raw)
    {
        FixedBytes result;
        std::memcpy(result.m_bytes.data(), raw.data(), std::min(raw.size(), N));
        return result;
    }

    [[nodiscard]] std::string_view raw() const { return {reinterpret_cast<const char*>(m_bytes.data()), N}; }
    [[nodiscard]] const std::uint8_t* data() const { return m_bytes.data(); }
    [[nodiscard]] std::uint8_t* data() { return m_bytes.data(); }
    [[nodiscard]] bool isZero() const { return *this == FixedBytes(); }

    auto operator<=>(const FixedBytes&) const = default;

private:
    std::array<std::uint8_t, N> m_bytes{};
};

/// Ed25519 public key of a node. Base64url on the wire.
using PublicKey = FixedBytes<struct PublicKeyTag, 32>;
/// Ed25519 signature. Base64url on the wire.
using Signature = FixedBytes<struct SignatureTag, 64>;
/// Ordinary, income or spend address. Lower-case hex on the wire.
using Address = FixedBytes<struct AddressTag, 32>;
/// SHA-256 of a manifest's payload. Lower-case hex.
using ContentId = FixedBytes<struct ContentIdTag, 32>;
/// SHA-256 of a contract's payload. Lower-case hex.
using ContractId = FixedBytes<struct ContractIdTag, 32>;
/// SHA-256 of anything else: a segment, a playlist object, a certificate, a request. Lower-case hex.
using Sha256 = FixedBytes<struct Sha256Tag, 32>;
/// Makes two otherwise equal messages differ. Lower-case hex.
using Nonce = FixedBytes<struct NonceTag, 16>;

} // namespace mutoscope::base

template <class Tag, std::size_t N>
struct std::hash<mutoscope::base::FixedBytes<Tag, N>> {
    std::size_t operator()(const mutoscope::base::FixedBytes<Tag, N>& value) const noexcept
    {
        return std::hash<std::string_view>()(value.raw());
    }
};

template <class Tag, class Rep>
struct std::hash<mutoscope::base::Strong<Tag, Rep>> {
    std::size_t operator()(mutoscope::base::Strong<Tag, Rep> value) const noexcept { return std::hash<Rep>()(value.value()); }
};
