#include "player/gst/pixels.h"

namespace mutoscope::player::gst
{

MappedFrame::~MappedFrame()
{
    if (frame.buffer)
        gst_video_frame_unmap(&frame);
}

PixelConverter::PixelConverter(const GstVideoInfo& from) : m_from(from)
{
    gst_video_info_set_interlaced_format(&m_to, GST_VIDEO_FORMAT_BGRA, GST_VIDEO_INFO_INTERLACE_MODE(&from),
                                         static_cast<guint>(from.width), static_cast<guint>(from.height));
    m_to.fps_n = from.fps_n; // a converter takes no others
    m_to.fps_d = from.fps_d;
    m_converter.reset(gst_video_converter_new(&m_from, &m_to, nullptr));
}

bool PixelConverter::writeBgra(const GstVideoFrame& frame, std::uint8_t* to, int stride)
{
    if (!m_converter)
        return false;
    GstVideoFrame target{};
    target.info = m_to;
    target.info.stride[0] = stride;
    target.data[0] = to;
    gst_video_converter_frame(m_converter.get(), &frame, &target);
    return true;
}

} // namespace mutoscope::player::gst
