#include "p2p/wire/address.h"

#include <string>

#include "p2p/crypto/hash.h"

namespace mutoscope::wire
{

base::Address derivedAddress(std::string_view kind, const base::PublicKey& tracker, std::string_view owner,
                             std::int64_t generation)
{
    std::string bytes = "mutoscope." + std::string(kind) + ".v1";
    bytes += tracker.raw();
    bytes += owner;
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes += static_cast<char>((static_cast<std::uint64_t>(generation) >> shift) & 0xff);
    return crypto::hash<base::Address>(bytes);
}

} // namespace mutoscope::wire
