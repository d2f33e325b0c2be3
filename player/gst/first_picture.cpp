#include "player/gst/first_picture.h"

#include <gst/app/gstappsrc.h>

#include "player/gst/playbin.h"

namespace mutoscope::player::gst
{
namespace
{

using namespace std::chrono_literals;

constexpr auto patience = 80ms; ///< with pictures that take longer there is nothing to be won

bool isTurned(GstPad* pad)
{
    bool turned = false;
    gst_pad_sticky_events_foreach(
        pad,
        [](GstPad*, GstEvent** event, gpointer data) -> gboolean {
            GstTagList* tags = nullptr;
            if (GST_EVENT_TYPE(*event) == GST_EVENT_TAG)
                gst_event_parse_tag(*event, &tags);
            if (tags && gst_tag_list_get_tag_size(tags, GST_TAG_IMAGE_ORIENTATION) > 0)
                *static_cast<bool*>(data) = true;
            return TRUE;
        },
        &turned);
    return turned;
}

} // namespace

FirstPicture::FirstPicture(std::shared_ptr<FrameMailbox> mailbox, std::uint64_t session) : m_sink(std::move(mailbox), false)
{
    m_sink.setSession(session);
}

FirstPicture::~FirstPicture()
{
    if (!m_pipeline)
        return;
    const Ptr<GstBus> bus(gst_element_get_bus(m_pipeline.get()));
    gst_element_set_state(m_pipeline.get(), GST_STATE_NULL);
    gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
}

bool FirstPicture::show(GstPad* decoderInput, GstBuffer* picture)
{
    const Ptr<GstElement> decoder(gst_pad_get_parent_element(decoderInput));
    GstElementFactory* const factory = decoder ? gst_element_get_factory(decoder.get()) : nullptr;
    const Ptr<GstCaps> caps(gst_pad_get_current_caps(decoderInput));
    if (!factory || !caps || !m_sink.element() || isHardwareDecoder(factory) || GST_BUFFER_FLAG_IS_SET(picture, GST_BUFFER_FLAG_DELTA_UNIT) ||
        isTurned(decoderInput))
        return false;
    GstElement* const source = gst_element_factory_make("appsrc", nullptr);
    GstElement* const alone = gst_element_factory_create(factory, nullptr);
    m_pipeline.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
    for (GstElement* const each : {source, alone, m_sink.element()}) {
        if (each)
            gst_bin_add(GST_BIN(m_pipeline.get()), each);
    }
    if (!source || !alone || !gst_element_link_many(source, alone, m_sink.element(), nullptr))
        return false;
    if (g_object_class_find_property(G_OBJECT_GET_CLASS(alone), "max-threads"))
        g_object_set(alone, "max-threads", 1, nullptr);
    g_object_set(source, "caps", caps.get(), "format", GST_FORMAT_TIME, nullptr);
    const Ptr<GstBus> bus(gst_element_get_bus(m_pipeline.get()));
    gst_bus_set_sync_handler(
        bus.get(),
        [](GstBus*, GstMessage* message, gpointer self) {
            if (GST_MESSAGE_TYPE(message) & (GST_MESSAGE_ASYNC_DONE | GST_MESSAGE_ERROR | GST_MESSAGE_EOS))
                static_cast<FirstPicture*>(self)->came();
            gst_message_unref(message);
            return GST_BUS_DROP;
        },
        this, nullptr);
    gst_app_src_push_buffer(GST_APP_SRC(source), gst_buffer_copy(picture));
    gst_app_src_end_of_stream(GST_APP_SRC(source));
    gst_element_set_state(m_pipeline.get(), GST_STATE_PAUSED);
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, patience, [this] { return m_isOver; });
    return true;
}

void FirstPicture::came()
{
    const std::lock_guard lock(m_mutex);
    m_isOver = true;
    m_changed.notify_all();
}

} // namespace mutoscope::player::gst
