#pragma once

#include <cstdint>
#include <span>

#include "p2p/base/types.h"

namespace mutoscope::crypto
{

/// Where nonces and secrets of a protocol run come from; a simulation passes one that it can replay. Any thread.
class Random
{
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> bytes) = 0;

    template <class Fixed>
    [[nodiscard]] Fixed make()
    {
        Fixed value;
        fill({value.data(), Fixed::size});
        return value;
    }
};

/// The operating system's generator through libsodium.
class SystemRandom final : public Random
{
public:
    void fill(std::span<std::uint8_t> bytes) override;
};

} // namespace mutoscope::crypto
