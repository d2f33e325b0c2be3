#include "player/gst/video_sink.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

namespace mutoscope::player::gst
{
namespace
{

GstElement* add(GstBin* bin, const char* factory)
{
    GstElement* element = gst_element_factory_make(factory, nullptr);
    if (element)
        gst_bin_add(bin, element);
    return element;
}

VideoFrame::Matrix matrixOf(const GstVideoInfo& info)
{
    const GstVideoColorMatrix matrix = info.colorimetry.matrix;
    if (matrix == GST_VIDEO_COLOR_MATRIX_BT2020)
        return VideoFrame::Matrix::Bt2020;
    return matrix == GST_VIDEO_COLOR_MATRIX_BT601 ? VideoFrame::Matrix::Bt601 : VideoFrame::Matrix::Bt709;
}

VideoFrame::Orientation orientationOf(GstVideoOrientationMethod method)
{
    switch (method) {
    case GST_VIDEO_ORIENTATION_90R:
        return {1, false};
    case GST_VIDEO_ORIENTATION_180:
        return {2, false};
    case GST_VIDEO_ORIENTATION_90L:
        return {3, false};
    case GST_VIDEO_ORIENTATION_HORIZ:
        return {0, true};
    case GST_VIDEO_ORIENTATION_UR_LL:
        return {1, true};
    case GST_VIDEO_ORIENTATION_VERT:
        return {2, true};
    case GST_VIDEO_ORIENTATION_UL_LR:
        return {3, true};
    case GST_VIDEO_ORIENTATION_IDENTITY:
    case GST_VIDEO_ORIENTATION_AUTO:
    case GST_VIDEO_ORIENTATION_CUSTOM:
        break;
    }
    return {};
}

} // namespace

VideoSink::VideoSink(std::shared_ptr<FrameMailbox> mailbox, bool fast) : m_mailbox(std::move(mailbox))
{
    GstElement* bin = gst_bin_new("mutoscope-video");
    m_bin.reset(GST_ELEMENT(gst_object_ref_sink(bin)));
    const bool yuv = m_mailbox->wantsYuv();
    // videoflip copies each picture, also those that it doesn't turn: left out where the widget can turn them.
    GstElement* flip = add(GST_BIN(bin), yuv ? "videoflip" : "identity");
    // Scaled while it is YUV, then converted: for 1080p30 on a 720p widget 25 % less CPU, decoding included, than
    // videoconvertscale in one step and 15 % less than scaling by QPainter. At exactly half the size QPainter is 10 %
    // cheaper; enlarging costs the same everywhere. Converted to RGB where it is painted, straight into the window's memory.
    GstElement* scale = add(GST_BIN(bin), "videoscale");
    GstElement* convert = add(GST_BIN(bin), yuv ? "videoconvert" : "identity");
    m_filter = add(GST_BIN(bin), "capsfilter");
    GstElement* sink = add(GST_BIN(bin), "appsink");
    if (!flip || !scale || !convert || !m_filter || !sink ||
        !gst_element_link_many(flip, scale, convert, m_filter, sink, nullptr)) {
        m_bin.reset();
        return;
    }
    // A picture that was scaled for the window's last size may still be on its way: refused, it would end the film.
    gst_util_set_object_arg(G_OBJECT(m_filter), "caps-change-mode", "delayed");
    if (yuv)
        gst_util_set_object_arg(G_OBJECT(flip), "video-direction", "auto"); // from the film's tags
    // In normal pace decoders may skip what would come too late; in fast mode every frame counts.
    g_object_set(sink, "sync", !fast, "qos", !fast, "max-lateness", fast ? gint64(-1) : gint64(40 * GST_MSECOND),
                 "max-buffers", 1U, "enable-last-sample", FALSE, nullptr);

    GstAppSinkCallbacks callbacks{};
    callbacks.new_preroll = [](GstAppSink* appSink, gpointer self) {
        if (const Ptr<GstSample> sample{gst_app_sink_pull_preroll(appSink)})
            static_cast<VideoSink*>(self)->onSample(sample.get(), true);
        return GST_FLOW_OK;
    };
    callbacks.new_sample = [](GstAppSink* appSink, gpointer self) {
        if (const Ptr<GstSample> sample{gst_app_sink_pull_sample(appSink)})
            static_cast<VideoSink*>(self)->onSample(sample.get(), false);
        return GST_FLOW_OK;
    };
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, this, nullptr);

    const Ptr<GstPad> scaleIn(gst_element_get_static_pad(scale, "sink"));
    gst_pad_add_probe(
        scaleIn.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        [](GstPad*, GstPadProbeInfo* probe, gpointer self) {
            static_cast<VideoSink*>(self)->onEvent(GST_PAD_PROBE_INFO_EVENT(probe));
            return GST_PAD_PROBE_OK;
        },
        this, nullptr);

    // Says that pictures may lie in memory with any strides: otherwise the decoder copies each into a plain one.
    const Ptr<GstPad> sinkIn(gst_element_get_static_pad(sink, "sink"));
    gst_pad_add_probe(
        sinkIn.get(), GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
        [](GstPad*, GstPadProbeInfo* probe, gpointer) {
            GstQuery* const query = GST_PAD_PROBE_INFO_QUERY(probe);
            if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION)
                return GST_PAD_PROBE_OK;
            gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
            return GST_PAD_PROBE_HANDLED;
        },
        nullptr, nullptr);

    const Ptr<GstPad> in(gst_element_get_static_pad(flip, "sink"));
    gst_element_add_pad(bin, gst_ghost_pad_new("sink", in.get()));
    updateScale();
}

VideoSink::~VideoSink() = default;

void VideoSink::onEvent(GstEvent* event)
{
    if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
        GstCaps* caps = nullptr;
        gst_event_parse_caps(event, &caps);
        onCaps(caps);
    } else if (GST_EVENT_TYPE(event) == GST_EVENT_TAG && !m_mailbox->wantsYuv()) {
        GstTagList* tags = nullptr;
        gst_event_parse_tag(event, &tags);
        onTags(tags);
    } else if (GST_EVENT_TYPE(event) == GST_EVENT_STREAM_START) {
        const std::lock_guard lock(m_mutex);
        m_orientation = {}; // the tags of this stream follow
    }
}

void VideoSink::onTags(const GstTagList* tags)
{
    GstVideoOrientationMethod method = GST_VIDEO_ORIENTATION_IDENTITY;
    if (!gst_video_orientation_from_tag(const_cast<GstTagList*>(tags), &method))
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_orientation = orientationOf(method);
    }
    updateScale();
}

/// The true shape. With m_mutex held.
QSize VideoSink::natural() const
{
    return m_orientation.quarterTurns % 2 == 0 ? m_coded : m_coded.transposed();
}

void VideoSink::onCaps(GstCaps* caps)
{
    GstVideoInfo info;
    gst_video_info_init(&info);
    if (!gst_video_info_from_caps(&info, caps))
        return;
    const int parN = std::max(1, GST_VIDEO_INFO_PAR_N(&info));
    const int parD = std::max(1, GST_VIDEO_INFO_PAR_D(&info));
    const auto width = gst_util_uint64_scale_int_round(static_cast<guint64>(info.width), parN, parD);
    m_hasPicture = true;
    m_pictureTime = info.fps_n > 0 ? static_cast<std::int64_t>(gst_util_uint64_scale_int_round(GST_SECOND, info.fps_d, info.fps_n)) : 0;
    {
        const std::lock_guard lock(m_mutex);
        // A stranger's film may claim any pixel aspect ratio; beyond this it would only cost memory.
        m_coded = QSize(static_cast<int>(std::clamp<guint64>(width, 1, 16384)), std::max(1, info.height));
    }
    updateScale();
}

void VideoSink::updateScale()
{
    const QSize wanted = m_mailbox->wantedSize();
    const std::lock_guard lock(m_mutex);
    const bool yuv = m_mailbox->wantsYuv();
    QSize target;
    if (!m_coded.isEmpty())
        target = yuv || wanted.isEmpty() ? m_coded : fit(m_coded, m_orientation.quarterTurns % 2 == 0 ? wanted : wanted.transposed());
    if (!target.isEmpty() && target == m_scaled)
        return;
    m_scaled = target;

    Ptr<GstCaps> caps(gst_caps_from_string(yuv ? "video/x-raw, format=(string){ I420, NV12 }, pixel-aspect-ratio=1/1"
                                               : "video/x-raw, pixel-aspect-ratio=1/1"));
    if (!target.isEmpty())
        gst_caps_set_simple(caps.get(), "width", G_TYPE_INT, target.width(), "height", G_TYPE_INT, target.height(),
                            nullptr);
    g_object_set(m_filter, "caps", caps.get(), nullptr);
}

void VideoSink::onSample(GstSample* sample, bool preroll)
{
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    GstCaps* caps = gst_sample_get_caps(sample);
    GstVideoInfo info;
    gst_video_info_init(&info);
    if (!buffer || !caps || !gst_video_info_from_caps(&info, caps))
        return;
    if (!m_open)
        return;
    const GstClockTime time = GST_BUFFER_PTS(buffer);
    // The frame that was shown while the pipeline filled comes again when it starts to play.
    const bool again = !preroll && GST_CLOCK_TIME_IS_VALID(time) && time == m_prerolled;
    m_prerolled = preroll ? time : GST_CLOCK_TIME_NONE;
    if (!preroll)
        m_mailbox->noteHandedOut();
    if (const guint64 at = gst_segment_to_stream_time(gst_sample_get_segment(sample), GST_FORMAT_TIME, time); GST_CLOCK_TIME_IS_VALID(at))
        m_shownAt = static_cast<std::int64_t>(at);
    if (again)
        return;

    auto mapped = std::make_shared<MappedFrame>();
    if (!gst_video_frame_map(&mapped->frame, &info, buffer, GST_MAP_READ))
        return;
    if (!m_mailbox->wantsYuv() && (!m_converter || !m_converter->takes(info)))
        m_converter = std::make_shared<PixelConverter>(info);
    VideoFrame frame;
    frame.session = m_session;
    frame.size = QSize(info.width, info.height);
    {
        const std::lock_guard lock(m_mutex);
        frame.shown = m_coded.isEmpty() ? frame.size : natural();
        frame.orientation = m_orientation;
    }
    if (GST_VIDEO_INFO_FORMAT(&info) == GST_VIDEO_FORMAT_I420)
        frame.format = VideoFrame::Format::I420;
    else if (GST_VIDEO_INFO_FORMAT(&info) == GST_VIDEO_FORMAT_NV12)
        frame.format = VideoFrame::Format::Nv12;
    frame.matrix = matrixOf(info);
    frame.fullRange = info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
    for (guint i = 0; i < std::min<guint>(3, GST_VIDEO_FRAME_N_PLANES(&mapped->frame)); ++i)
        frame.planes[i] = {static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&mapped->frame, i)),
                           GST_VIDEO_FRAME_PLANE_STRIDE(&mapped->frame, i)};
    if (m_converter)
        frame.writeBgra = [converter = m_converter, mapped](std::uint8_t* to, int stride) { return converter->writeBgra(mapped->frame, to, stride); };
    frame.owner = std::move(mapped);
    m_mailbox->put(std::move(frame));
}

} // namespace mutoscope::player::gst
