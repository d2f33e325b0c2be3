#include "player/gst/playbin.h"

#include <chrono>

#include <QThread>

namespace mutoscope::player::gst
{
namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::microseconds demuxerStart = 200ms; ///< some 100 times what an idle machine needs

// playbin3's GstPlayFlags, which no installed header has.
constexpr gint flagVideo = 1 << 0;
constexpr gint flagAudio = 1 << 1;
constexpr gint flagSoftVolume = 1 << 4;
constexpr gint flagNativeVideo = 1 << 6; ///< no scaler of playsink's own before ours: it would hide the true size

} // namespace

Ptr<GstElement> makePlaybin(GstElement* videoSink, GstElement* audioSink, GstElement* audioFilter)
{
    GstElement* const pipeline = gst_element_factory_make("playbin3", nullptr);
    if (!pipeline || !videoSink) {
        for (GstElement* const each : {pipeline, audioSink, audioFilter}) {
            if (each)
                gst_object_unref(gst_object_ref_sink(each));
        }
        return {};
    }
    g_object_set(pipeline, "flags", flagVideo | flagAudio | flagSoftVolume | flagNativeVideo, "video-sink", videoSink, "audio-sink", audioSink,
                 "audio-filter", audioFilter, nullptr);
    return Ptr<GstElement>(GST_ELEMENT(gst_object_ref_sink(pipeline)));
}

bool isHardwareDecoder(GstElementFactory* factory)
{
    return gst_element_factory_list_is_type(factory, GST_ELEMENT_FACTORY_TYPE_DECODER) &&
           gst_element_factory_list_is_type(factory, GST_ELEMENT_FACTORY_TYPE_HARDWARE);
}

void DemuxerStart::made()
{
    m_made = g_get_monotonic_time();
}

void DemuxerStart::waitIfNew()
{
    if (const gint64 made = m_made.exchange(0)) {
        const gint64 rest = made + demuxerStart.count() - g_get_monotonic_time();
        if (rest > 0)
            QThread::usleep(static_cast<unsigned long>(rest));
    }
}

} // namespace mutoscope::player::gst
