#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace mutoscope::crypto
{

/// Bytes that nobody else may see: in guarded memory that is never swapped or dumped (libsodium's secure memory), wiped when
/// it goes. It moves, and is copied only where one says so.
class SecretBytes
{
public:
    /// So many zero bytes.
    explicit SecretBytes(std::size_t size);
    [[nodiscard]] static SecretBytes random(std::size_t size);
    [[nodiscard]] static SecretBytes copyOf(std::string_view bytes);

    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    ~SecretBytes();

    [[nodiscard]] std::uint8_t* data() { return m_data; }
    [[nodiscard]] const std::uint8_t* data() const { return m_data; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    /// For as long as this object lives.
    [[nodiscard]] std::string_view view() const { return {reinterpret_cast<const char*>(m_data), m_size}; }
    /// In a time that tells nothing but the sizes.
    [[nodiscard]] bool operator==(const SecretBytes& other) const;

private:
    std::uint8_t* m_data = nullptr;
    std::size_t m_size = 0;
};

/// A secret on its way from one thread to another.
using SharedSecret = std::shared_ptr<const SecretBytes>;

/// Overwrites what was secret in ordinary memory.
void wipe(char* bytes, std::size_t size);

/// The process leaves no core file, and others of the same user can't read its memory. For programs that hold keys, early in
/// main: some of what is secret passes through widgets and libraries, whose memory is not ours to guard.
void forbidDumps();

} // namespace mutoscope::crypto
