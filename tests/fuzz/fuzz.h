#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "p2p/base/result.h"
#include "p2p/crypto/node_key.h"

/// What the fuzz targets share. A target defines fuzzOne(): any bytes may come, a property that does not hold is HOLDS's to report.
void fuzzOne(std::string_view input);

/// Ends the process where a property does not hold; libFuzzer keeps the input.
#define HOLDS(property)                                                              \
    do {                                                                             \
        if (!(property)) {                                                           \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property); \
            std::abort();                                                            \
        }                                                                            \
    } while (false)

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" inline __attribute__((used)) int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzzOne({reinterpret_cast<const char*>(data), size});
    return 0;
}

namespace mutoscope::fuzz
{

/// The key that seals the payloads: RFC 8032 §7.1, test 1.
inline const crypto::NodeKey& key()
{
    static const crypto::NodeKey key = [] {
        crypto::initialise();
        static constexpr std::uint8_t seed[] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
                                                0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
        return crypto::NodeKey::fromSeed(seed);
    }();
    return key;
}

/// The first byte chooses, the rest is for whom it chose.
struct Choice {
    std::size_t which;
    std::string_view rest;
};
inline Choice choose(std::string_view input, std::size_t among)
{
    if (input.empty())
        return {0, {}};
    return {static_cast<std::uint8_t>(input.front()) % among, input.substr(1)};
}

} // namespace mutoscope::fuzz
