#include "player/gst/pixels.h"

#include <libyuv.h>

namespace mutoscope::player::gst
{
namespace
{

const libyuv::YuvConstants& matrixOf(const GstVideoInfo& info)
{
    const bool isFull = info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
    if (info.colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_BT601)
        return isFull ? libyuv::kYuvJPEGConstants : libyuv::kYuvI601Constants;
    return isFull ? libyuv::kYuvF709Constants : libyuv::kYuvH709Constants; // also where nothing is said
}

bool isUsual(const GstVideoInfo& info)
{
    const int matrix = info.colorimetry.matrix;
    // Its fixed point is too short for BT.2020: blue loses 16 of 255.
    const bool isOfLibyuv =
        matrix == GST_VIDEO_COLOR_MATRIX_BT601 || matrix == GST_VIDEO_COLOR_MATRIX_BT709 || matrix == GST_VIDEO_COLOR_MATRIX_UNKNOWN;
    const int format = GST_VIDEO_INFO_FORMAT(&info);
    return isOfLibyuv && !GST_VIDEO_INFO_IS_INTERLACED(&info) &&
           (format == GST_VIDEO_FORMAT_I420 || format == GST_VIDEO_FORMAT_NV12 || format == GST_VIDEO_FORMAT_I420_10LE);
}

/// True where it was one of the usual formats.
bool writeUsual(const GstVideoFrame& frame, std::uint8_t* to, int stride)
{
    const auto plane = [&](guint i) { return static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, i)); };
    const auto wide = [&](guint i) { return reinterpret_cast<const std::uint16_t*>(plane(i)); };
    const auto strideOf = [&](guint i) { return GST_VIDEO_FRAME_PLANE_STRIDE(&frame, i); };
    const libyuv::YuvConstants& matrix = matrixOf(frame.info);
    const int width = frame.info.width;
    const int height = frame.info.height;
    switch (static_cast<int>(GST_VIDEO_FRAME_FORMAT(&frame))) { // see isUsual()
    case GST_VIDEO_FORMAT_I420:
        return libyuv::I420ToARGBMatrix(plane(0), strideOf(0), plane(1), strideOf(1), plane(2), strideOf(2), to, stride, &matrix, width, height) == 0;
    case GST_VIDEO_FORMAT_NV12:
        return libyuv::NV12ToARGBMatrix(plane(0), strideOf(0), plane(1), strideOf(1), to, stride, &matrix, width, height) == 0;
    case GST_VIDEO_FORMAT_I420_10LE:
        return libyuv::I010ToARGBMatrix(wide(0), strideOf(0) / 2, wide(1), strideOf(1) / 2, wide(2), strideOf(2) / 2, to, stride, &matrix, width,
                                        height) == 0;
    default:
        return false;
    }
}

} // namespace

MappedFrame::~MappedFrame()
{
    if (frame.buffer)
        gst_video_frame_unmap(&frame);
}

PixelConverter::PixelConverter(const GstVideoInfo& from) : m_from(from), m_isUsual(isUsual(from))
{
    if (m_isUsual)
        return;
    gst_video_info_set_interlaced_format(&m_to, GST_VIDEO_FORMAT_BGRA, GST_VIDEO_INFO_INTERLACE_MODE(&from),
                                         static_cast<guint>(from.width), static_cast<guint>(from.height));
    m_to.fps_n = from.fps_n; // a converter takes no others
    m_to.fps_d = from.fps_d;
    m_converter.reset(gst_video_converter_new(&m_from, &m_to, nullptr));
}

bool PixelConverter::writeBgra(const GstVideoFrame& frame, std::uint8_t* to, int stride)
{
    if (m_isUsual) // libyuv's ARGB is a word, so B is the first byte here
        return writeUsual(frame, to, stride);
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
