#include "player/gst/seek_skipper.h"

#include <optional>
#include <string_view>

#include "player/coded_picture.h"
#include "player/gst/gst_ptr.h"

namespace mutoscope::player::gst
{
namespace
{

/// A byte of the avcC or hvcC box says how long the lengths are (ISO/IEC 14496-15, 5.3.3 and 8.3.3); 0 if it is not there.
std::size_t lengthBytes(const GstStructure* caps, gsize at)
{
    const GValue* value = gst_structure_get_value(caps, "codec_data");
    GstBuffer* record = value ? gst_value_get_buffer(value) : nullptr;
    guint8 byte = 0;
    return record && gst_buffer_extract(record, at, &byte, 1) == 1 ? (byte & 3U) + 1U : 0;
}

std::optional<NalFraming> framingOf(GstPad* pad)
{
    const Ptr<GstCaps> caps(gst_pad_get_current_caps(pad));
    if (!caps || gst_caps_get_size(caps.get()) == 0)
        return {};
    const GstStructure* structure = gst_caps_get_structure(caps.get(), 0);
    const bool h264 = gst_structure_has_name(structure, "video/x-h264");
    if (!h264 && !gst_structure_has_name(structure, "video/x-h265"))
        return {};
    NalFraming framing;
    framing.codec = h264 ? NalFraming::Codec::H264 : NalFraming::Codec::H265;
    const gchar* format = gst_structure_get_string(structure, "stream-format");
    if (!format || std::string_view(format) != "byte-stream") {
        framing.lengthBytes = lengthBytes(structure, h264 ? 4 : 21);
        if (framing.lengthBytes == 0)
            return {};
    }
    return framing;
}

/// Its last moment lies before what is to be shown.
bool isBeforeTheSegment(GstPad* pad, const GstBuffer* buffer)
{
    GstEvent* event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
    if (!event)
        return false;
    const GstSegment* segment = nullptr;
    gst_event_parse_segment(event, &segment);
    const bool before = segment->format == GST_FORMAT_TIME && segment->rate > 0 && GST_BUFFER_PTS_IS_VALID(buffer) &&
                        GST_BUFFER_DURATION_IS_VALID(buffer) && GST_BUFFER_PTS(buffer) + GST_BUFFER_DURATION(buffer) < segment->start;
    gst_event_unref(event);
    return before;
}

GstPadProbeReturn onBuffer(GstPad* pad, GstPadProbeInfo* probe, gpointer)
{
    GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(probe);
    if (!isBeforeTheSegment(pad, buffer))
        return GST_PAD_PROBE_OK;
    const std::optional<NalFraming> framing = framingOf(pad);
    GstMapInfo map;
    if (!framing || !gst_buffer_map(buffer, &map, GST_MAP_READ))
        return GST_PAD_PROBE_OK;
    const bool skip = isUnreferenced(*framing, {map.data, map.size});
    gst_buffer_unmap(buffer, &map);
    return skip ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

} // namespace

void skipUnshown(GstElement* videoDecoder)
{
    const Ptr<GstPad> in(gst_element_get_static_pad(videoDecoder, "sink"));
    if (in)
        gst_pad_add_probe(in.get(), GST_PAD_PROBE_TYPE_BUFFER, &onBuffer, nullptr, nullptr);
}

} // namespace mutoscope::player::gst
