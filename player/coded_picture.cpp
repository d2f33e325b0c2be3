#include "player/coded_picture.h"

namespace mutoscope::player
{
namespace
{

using Bytes = std::span<const std::uint8_t>;

/// What follows the next start code; empty if there is none.
Bytes afterStartCode(Bytes bytes)
{
    for (std::size_t i = 0; i + 3 < bytes.size(); ++i)
        if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1)
            return bytes.subspan(i + 3);
    return {};
}

struct Unit {
    bool isPicture = false;
    bool isUnreferenced = false;
};

Unit read(NalFraming::Codec codec, std::uint8_t header)
{
    if (codec == NalFraming::Codec::H264) {
        const int type = header & 0x1f;
        return {type >= 1 && type <= 5, (header & 0x60) == 0};
    }
    const int type = (header >> 1) & 0x3f;
    return {type < 32, type <= 14 && type % 2 == 0};
}

} // namespace

bool isUnreferenced(NalFraming framing, std::span<const std::uint8_t> picture)
{
    // All units of a picture agree, so the first one that belongs to it tells.
    if (framing.lengthBytes == 0) {
        while (!(picture = afterStartCode(picture)).empty())
            if (const Unit unit = read(framing.codec, picture[0]); unit.isPicture)
                return unit.isUnreferenced;
        return false;
    }
    while (picture.size() > framing.lengthBytes) {
        std::size_t length = 0;
        for (std::size_t i = 0; i < framing.lengthBytes; ++i)
            length = length << 8 | picture[i];
        picture = picture.subspan(framing.lengthBytes);
        if (length == 0 || length > picture.size())
            return false;
        if (const Unit unit = read(framing.codec, picture[0]); unit.isPicture)
            return unit.isUnreferenced;
        picture = picture.subspan(length);
    }
    return false;
}

} // namespace mutoscope::player
