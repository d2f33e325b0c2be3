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

bool isMadeBy(GstElement* element, const char* factory)
{
    GstElementFactory* const its = gst_element_get_factory(element);
    return its && g_str_equal(GST_OBJECT_NAME(its), factory);
}

/// uridecodebin3 1.22 starts its source before its decodebin3, in which what comes at once then meets pads that are not active: the
/// source takes that for a flush and stops without a word, and the film never begins. So the one is started before the other.
void onElementOf(GstBin*, GstBin* parent, GstElement* element, gpointer)
{
    if (!isMadeBy(element, "urisourcebin"))
        return;
    GstIterator* const siblings = gst_bin_iterate_elements(parent);
    (void)gst_iterator_foreach(
        siblings,
        [](const GValue* item, gpointer) {
            auto* const sibling = static_cast<GstElement*>(g_value_get_object(item));
            if (isMadeBy(sibling, "decodebin3"))
                gst_element_set_state(sibling, GST_STATE_PAUSED);
        },
        nullptr);
    gst_iterator_free(siblings);
}

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
    g_signal_connect(pipeline, "deep-element-added", G_CALLBACK(onElementOf), nullptr);
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
