#include "player/gst/still.h"

#include <algorithm>

#include <QElapsedTimer>

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include "player/gst/gst_ptr.h"
#include "player/gst/startup.h"
#include "player/log.h"

namespace mutoscope::player::gst
{
namespace
{

constexpr qint64 longestMs = 3'000;
constexpr GstClockTime lookAgain = 50 * GST_MSECOND; ///< whether it is cancelled
constexpr int largest = 8192;                        ///< pixels, each way

QImage toImage(GstSample* sample, int longestSide)
{
    GstVideoInfo info;
    gst_video_info_init(&info);
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    GstVideoFrame frame{};
    if (!buffer || !gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) || info.width > largest || info.height > largest ||
        !gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ))
        return {};
    const QImage whole(static_cast<const uchar*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)), info.width, info.height,
                       GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0), QImage::Format_RGB32);
    // Pixels need not be square.
    QSize size(static_cast<int>(gst_util_uint64_scale_int_round(static_cast<guint64>(info.width), std::max(1, GST_VIDEO_INFO_PAR_N(&info)),
                                                                std::max(1, GST_VIDEO_INFO_PAR_D(&info)))),
               info.height);
    size.scale(longestSide, longestSide, Qt::KeepAspectRatio);
    QImage small = whole.scaled(size.expandedTo({1, 1}), Qt::IgnoreAspectRatio, Qt::SmoothTransformation); // a copy
    gst_video_frame_unmap(&frame);
    return small;
}

bool hasFailed(GstElement* pipeline)
{
    const Ptr<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(pipeline)));
    const Ptr<GstMessage> message(gst_bus_pop_filtered(bus.get(), GST_MESSAGE_ERROR));
    return message != nullptr;
}

} // namespace

QImage still(const QUrl& url, int longestSide, const std::atomic<bool>& cancelled)
{
    if (cancelled || !ensureStarted())
        return {};
    // The sound is not decoded. Scaling is left to Qt: one picture is not worth a negotiation.
    const Ptr<GstElement> pipeline(gst_parse_launch("uridecodebin name=source expose-all-streams=false caps=\"video/x-raw(ANY)\" ! videoflip video-direction=auto ! "
                                                    "videoconvert ! video/x-raw,format=BGRx ! appsink name=sink sync=false max-buffers=1",
                                                    nullptr));
    if (!pipeline)
        return {};
    const Ptr<GstElement> source(gst_bin_get_by_name(GST_BIN(pipeline.get()), "source"));
    const Ptr<GstElement> sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), "sink"));
    g_object_set(source.get(), "uri", url.toEncoded().constData(), nullptr);
    g_signal_connect(source.get(), "deep-element-added", G_CALLBACK(+[](GstBin*, GstBin*, GstElement* element, gpointer) {
                         // The film that plays needs the processor more.
                         if (g_object_class_find_property(G_OBJECT_GET_CLASS(element), "max-threads"))
                             g_object_set(element, "max-threads", 1, nullptr);
                     }),
                     nullptr);
    QElapsedTimer clock;
    clock.start();
    QImage picture;
    if (gst_element_set_state(pipeline.get(), GST_STATE_PAUSED) != GST_STATE_CHANGE_FAILURE) {
        while (picture.isNull() && !cancelled && !clock.hasExpired(longestMs) && !hasFailed(pipeline.get())) {
            if (const Ptr<GstSample> sample{gst_app_sink_try_pull_preroll(GST_APP_SINK(sink.get()), lookAgain)}) {
                picture = toImage(sample.get(), longestSide);
                break;
            }
            if (gst_app_sink_is_eos(GST_APP_SINK(sink.get())))
                break;
        }
    }
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
    return picture;
}

} // namespace mutoscope::player::gst
