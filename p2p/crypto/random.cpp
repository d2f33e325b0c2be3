#include "p2p/crypto/random.h"

#include <sodium.h>

namespace mutoscope::crypto
{

void SystemRandom::fill(std::span<std::uint8_t> bytes)
{
    randombytes_buf(bytes.data(), bytes.size());
}

} // namespace mutoscope::crypto
