#include "p2p/crypto/secret.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "p2p/crypto/node_key.h"

namespace mutoscope::crypto
{

SecretBytes::SecretBytes(std::size_t size) : m_size(size)
{
    initialise();
    m_data = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (m_data == nullptr)
        std::abort(); // no memory for a key: nothing sensible is left to do
    std::memset(m_data, 0, size);
}

SecretBytes SecretBytes::random(std::size_t size)
{
    SecretBytes bytes(size);
    randombytes_buf(bytes.m_data, size);
    return bytes;
}

SecretBytes SecretBytes::copyOf(std::string_view bytes)
{
    SecretBytes copy(bytes.size());
    std::memcpy(copy.m_data, bytes.data(), bytes.size());
    return copy;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

SecretBytes::~SecretBytes()
{
    sodium_free(m_data); // wipes
}

bool SecretBytes::operator==(const SecretBytes& other) const
{
    return m_size == other.m_size && sodium_memcmp(m_data, other.m_data, m_size) == 0;
}

void wipe(char* bytes, std::size_t size)
{
    sodium_memzero(bytes, size);
}

void forbidDumps()
{
    // The limit alone does not hold where dumps go to a program; the flag alone could be taken back by a privileged exec.
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}

} // namespace mutoscope::crypto
