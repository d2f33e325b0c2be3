#include "player/gst/hardware_decoder.h"

#include <atomic>
#include <memory>

#include "player/gst/gst_ptr.h"
#include "player/gst/playbin.h"

namespace mutoscope::player::gst
{
namespace
{

/// From the first picture that a decoder takes to the first that it gives. Where a slow line is what takes so long, the processor
/// decodes a film that it need not have; no harm beyond that.
constexpr GstClockTime longestSilence = 3 * GST_SECOND;

struct Traffic {
    explicit Traffic(GstElement* element) { g_weak_ref_init(&decoder, element); }
    ~Traffic() { g_weak_ref_clear(&decoder); }
    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

    GWeakRef decoder{};
    std::atomic<bool> hasGiven = false;
};
using Held = std::shared_ptr<Traffic>;

void drop(gpointer held)
{
    delete static_cast<Held*>(held);
}

/// On a thread of the clock's.
gboolean onTime(GstClock*, GstClockTime, GstClockID, gpointer held)
{
    Traffic& traffic = **static_cast<Held*>(held);
    const Ptr<GstElement> decoder(static_cast<GstElement*>(g_weak_ref_get(&traffic.decoder)));
    if (decoder && !traffic.hasGiven)
        GST_ELEMENT_ERROR(decoder.get(), STREAM, DECODE, (nullptr), ("it takes pictures and gives none"));
    return TRUE;
}

GstPadProbeReturn onTaken(GstPad*, GstPadProbeInfo*, gpointer held)
{
    const Ptr<GstClock> clock(gst_system_clock_obtain());
    GstClockID alarm = gst_clock_new_single_shot_id(clock.get(), gst_clock_get_time(clock.get()) + longestSilence);
    gst_clock_id_wait_async(alarm, &onTime, new Held(*static_cast<Held*>(held)), &drop);
    gst_clock_id_unref(alarm);
    return GST_PAD_PROBE_REMOVE;
}

GstPadProbeReturn onGiven(GstPad*, GstPadProbeInfo*, gpointer held)
{
    (*static_cast<Held*>(held))->hasGiven = true;
    return GST_PAD_PROBE_REMOVE;
}

void addProbe(GstElement* element, const char* pad, GstPadProbeCallback probe, const Held& traffic)
{
    if (const Ptr<GstPad> at{gst_element_get_static_pad(element, pad)})
        gst_pad_add_probe(at.get(), GST_PAD_PROBE_TYPE_BUFFER, probe, new Held(traffic), &drop);
}

} // namespace

GstElementFactory* hardwareDecoderOf(GstMessage* message)
{
    for (GstObject* object = GST_MESSAGE_SRC(message); object; object = GST_OBJECT_PARENT(object)) {
        GstElementFactory* factory = GST_IS_ELEMENT(object) ? gst_element_get_factory(GST_ELEMENT(object)) : nullptr;
        if (factory && isHardwareDecoder(factory))
            return factory;
    }
    return nullptr;
}

GstElementFactory* hardwareDecoderIn(GstElement* pipeline)
{
    GstElementFactory* found = nullptr;
    GstIterator* all = gst_bin_iterate_recurse(GST_BIN(pipeline));
    (void)gst_iterator_foreach(
        all,
        [](const GValue* item, gpointer result) {
            GstElementFactory* factory = gst_element_get_factory(GST_ELEMENT(g_value_get_object(item)));
            if (factory && isHardwareDecoder(factory))
                *static_cast<GstElementFactory**>(result) = factory;
        },
        static_cast<gpointer>(&found));
    gst_iterator_free(all);
    return found;
}

void watchForSilence(GstElement* videoDecoder)
{
    GstElementFactory* factory = gst_element_get_factory(videoDecoder);
    if (!factory || !isHardwareDecoder(factory))
        return;
    const auto traffic = std::make_shared<Traffic>(videoDecoder);
    addProbe(videoDecoder, "sink", &onTaken, traffic);
    addProbe(videoDecoder, "src", &onGiven, traffic);
}

} // namespace mutoscope::player::gst
