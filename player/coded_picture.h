#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mutoscope::player
{

/// How the NAL units of a coded picture are told apart.
struct NalFraming {
    enum class Codec { H264, H265 };
    Codec codec = Codec::H264;
    std::size_t lengthBytes = 0; ///< before each unit (ISO/IEC 14496-15); 0: start codes (Annex B)
};

/// Whether other pictures can be decoded without this one: nal_ref_idc is 0 (H.264, 7.4.1), or it is a sub-layer non-reference
/// picture (H.265, 7.4.2.2). False where the bytes can't be read.
[[nodiscard]] bool isUnreferenced(NalFraming framing, std::span<const std::uint8_t> picture);

} // namespace mutoscope::player
