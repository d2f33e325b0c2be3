#include <gst/video/video.h>

#include "player/gst/engine.h"
#include "player/gst/hardware_decoder.h"
#include "player/gst/seek_skipper.h"

// What is done to the elements of the pipeline as playbin3 makes them, and what passes through them; on threads of GStreamer's.

namespace mutoscope::player::gst
{
namespace
{

constexpr guint decodedAhead = 1; ///< pictures between decoder and sink, each some MiB; playbin3 would take 3
QString factoryName(GstElement* element)
{
    GstElementFactory* factory = gst_element_get_factory(element);
    return factory ? QString::fromUtf8(GST_OBJECT_NAME(factory)) : QString();
}

QString factoryClass(GstElement* element)
{
    GstElementFactory* factory = gst_element_get_factory(element);
    return factory ? QString::fromUtf8(gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS))
                   : QString();
}

std::optional<std::chrono::milliseconds> streamTime(GstPad* pad, GstBuffer* buffer)
{
    const Ptr<GstEvent> event(gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0));
    const GstSegment* segment = nullptr;
    if (event)
        gst_event_parse_segment(event.get(), &segment);
    if (!segment || segment->format != GST_FORMAT_TIME || !GST_BUFFER_PTS_IS_VALID(buffer))
        return std::nullopt;
    const guint64 time = gst_segment_to_stream_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
    if (time == GST_CLOCK_TIME_NONE)
        return std::nullopt;
    return std::chrono::milliseconds(time / GST_MSECOND);
}

} // namespace

void Engine::onElement(GstElement* element)
{
    const QString name = factoryName(element);
    if (name == u"hlsdemux2") {
        m_demuxerStart.made();
        g_object_set(element, "high-watermark-time", firstBufferTime, "max-buffering-time", firstBufferTime, nullptr);
    }
    if (name == u"queue" && QLatin1StringView(GST_OBJECT_NAME(element)) == QLatin1StringView("vqueue"))
        g_object_set(element, "max-size-buffers", decodedAhead, nullptr);
    const QString classes = factoryClass(element);
    const bool decoder = classes.contains(u"Decoder");
    {
        const std::lock_guard lock(m_infoMutex);
        if (name == u"hlsdemux2" || (m_info.demuxer.isEmpty() && classes.contains(u"Demuxer")))
            m_info.demuxer = name;
        else if (decoder && classes.contains(u"Video"))
            m_info.videoDecoder = name;
        else if (decoder && classes.contains(u"Audio"))
            m_info.audioDecoder = name;
        else if (classes.contains(u"Sink/Audio") || name == u"fakesink")
            m_info.audioSink = name;
    }
    if (decoder && (classes.contains(u"Video") || classes.contains(u"Image"))) {
        watchForSilence(element);
        if (!m_settings.fast)
            skipUnshown(element);
        const Ptr<GstPad> in(gst_element_get_static_pad(element, "sink"));
        if (in)
            gst_pad_add_probe(in.get(), GST_PAD_PROBE_TYPE_BUFFER, &Engine::onCodedPicture, this, nullptr);
        const Ptr<GstPad> out(gst_element_get_static_pad(element, "src"));
        if (out)
            gst_pad_add_probe(
                out.get(), GST_PAD_PROBE_TYPE_BUFFER,
                [](GstPad*, GstPadProbeInfo*, gpointer mailbox) {
                    static_cast<FrameMailbox*>(mailbox)->noteDecoded();
                    return GST_PAD_PROBE_OK;
                },
                m_mailbox.get(), nullptr);
        if (out)
            gst_pad_add_probe(out.get(), GST_PAD_PROBE_TYPE_BUFFER, &Engine::onPicture, this, nullptr);
    }
}

/// The first one of a film is shown before the film's own decoder has it.
GstPadProbeReturn Engine::onCodedPicture(GstPad* pad, GstPadProbeInfo* info, gpointer self)
{
    auto* const engine = static_cast<Engine*>(self);
    if (engine->m_awaitsFirst.exchange(false))
        engine->m_firstPicture->show(pad, GST_PAD_PROBE_INFO_BUFFER(info));
    return GST_PAD_PROBE_REMOVE;
}

/// Captions that travel within the pictures.
GstPadProbeReturn Engine::onPicture(GstPad* pad, GstPadProbeInfo* info, gpointer self)
{
    GstBuffer* const buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    const auto* const meta = gst_buffer_get_video_caption_meta(buffer);
    if (!meta || meta->caption_type != GST_VIDEO_CAPTION_TYPE_CEA708_RAW)
        return GST_PAD_PROBE_OK;
    auto* const engine = static_cast<Engine*>(self);
    const auto at = streamTime(pad, buffer);
    if (!at)
        return GST_PAD_PROBE_OK;
    std::vector<Caption> changes;
    {
        const std::lock_guard lock(engine->m_infoMutex);
        changes = engine->m_captions.take(*at, QByteArrayView(meta->data, static_cast<qsizetype>(meta->size)));
    }
    if (!changes.empty())
        QMetaObject::invokeMethod(
            engine, [engine, changes = std::move(changes), epoch = engine->m_epoch.load()] {
                if (epoch == engine->m_epoch)
                    Q_EMIT engine->captionsCame(engine->m_session, changes);
            },
            Qt::QueuedConnection);
    return GST_PAD_PROBE_OK;
}

} // namespace mutoscope::player::gst
