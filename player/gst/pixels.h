#pragma once

#include <cstdint>
#include <memory>

#include <gst/video/video.h>

namespace mutoscope::player::gst
{

/// A buffer's pixels, mapped for as long as this lives.
struct MappedFrame {
    GstVideoFrame frame{};
    MappedFrame() = default;
    ~MappedFrame();
    MappedFrame(const MappedFrame&) = delete;
    MappedFrame& operator=(const MappedFrame&) = delete;
};

/// Any of GStreamer's raw formats to BGRA of the same size: the usual ones by libyuv, which takes less than half the time of GStreamer's
/// own converter, the others by that one. Used by one thread at a time.
class PixelConverter
{
public:
    explicit PixelConverter(const GstVideoInfo& from);

    [[nodiscard]] bool takes(const GstVideoInfo& info) const { return gst_video_info_is_equal(&m_from, &info); }
    /// All pixels opaque, rows of `stride` bytes. False if there is no conversion.
    bool writeBgra(const GstVideoFrame& frame, std::uint8_t* to, int stride);

private:
    struct Free {
        void operator()(GstVideoConverter* converter) const { gst_video_converter_free(converter); }
    };

    GstVideoInfo m_from;
    bool m_isUsual = false; ///< libyuv takes it
    GstVideoInfo m_to;
    std::unique_ptr<GstVideoConverter, Free> m_converter;
};

} // namespace mutoscope::player::gst
