// Which sound is heard: the third part of Engine.

#include "player/gst/engine.h"

#include <algorithm>
namespace mutoscope::player::gst
{
namespace
{

constexpr std::chrono::microseconds patience = std::chrono::seconds(3);

QString idOf(GstStream* stream)
{
    return QString::fromUtf8(gst_stream_get_stream_id(stream));
}

QString tag(const GstTagList* tags, const char* name)
{
    gchar* text = nullptr;
    if (!tags || !gst_tag_list_get_string(tags, name, &text))
        return {};
    const QString result = QString::fromUtf8(text);
    g_free(text);
    return result;
}

AudioTrack trackOf(GstStream* stream)
{
    AudioTrack track;
    track.id = idOf(stream);
    GstTagList* tags = gst_stream_get_tags(stream);
    track.name = tag(tags, GST_TAG_TITLE);
    track.language = tag(tags, GST_TAG_LANGUAGE_CODE);
    if (track.language.isEmpty())
        track.language = tag(tags, GST_TAG_LANGUAGE_NAME); // what hlsdemux2 makes of codes that it does not know
    if (tags)
        gst_tag_list_unref(tags);
    // Of a rendition hlsdemux2 1.22 has the name in its id only.
    const QString prefix = QStringLiteral("audio-");
    if (track.name.isEmpty() && track.id.startsWith(prefix))
        track.name = track.id.mid(prefix.size());
    return track;
}

bool isOf(GstStream* stream, GstStreamType type)
{
    return (gst_stream_get_stream_type(stream) & type) != 0;
}

} // namespace

void Engine::onStreams(GstMessage* message)
{
    GstStreamCollection* raw = nullptr;
    gst_message_parse_stream_collection(message, &raw);
    if (!raw)
        return;
    const Ptr<GstStreamCollection> streams(raw);
    QList<AudioTrack> tracks;
    for (guint i = 0; i < gst_stream_collection_get_size(raw); ++i) {
        GstStream* stream = gst_stream_collection_get_stream(raw, i);
        if (isOf(stream, GST_STREAM_TYPE_AUDIO))
            tracks << trackOf(stream);
    }
    if (tracks == m_audioTracks)
        return;
    m_audioTracks = tracks;
    Q_EMIT audioTracksChanged(m_session, m_audioTracks, m_wantedAudio.isEmpty() ? m_heard : m_wantedAudio);
}

void Engine::onSelected(GstMessage* message)
{
    m_selecting.reset();
    m_heard.clear();
    m_shown.clear();
    for (guint i = 0; i < gst_message_streams_selected_get_size(message); ++i) {
        GstStream* stream = gst_message_streams_selected_get_stream(message, i);
        if (isOf(stream, GST_STREAM_TYPE_AUDIO))
            m_heard = idOf(stream);
        else
            m_shown << idOf(stream);
        gst_object_unref(stream);
    }
    sendSelection();
    Q_EMIT audioTracksChanged(m_session, m_audioTracks, m_wantedAudio.isEmpty() ? m_heard : m_wantedAudio);
}

void Engine::chooseAudio(const QString& id)
{
    m_wantedAudio = id;
    sendSelection();
}

/// One at a time: hlsdemux2 1.22 refuses a choice while it carries out the one before, and a seek may make it forget it.
void Engine::sendSelection()
{
    const gint64 now = g_get_monotonic_time();
    const bool busy = m_selecting && now - *m_selecting < patience.count();
    const bool known = std::ranges::any_of(m_audioTracks, [this](const AudioTrack& each) { return each.id == m_wantedAudio; });
    if (!m_pipeline || busy || !known || m_heard.isEmpty() || m_heard == m_wantedAudio)
        return;
    GList* ids = g_list_append(nullptr, g_strdup(m_wantedAudio.toUtf8().constData()));
    for (const QString& id : m_shown)
        ids = g_list_append(ids, g_strdup(id.toUtf8().constData()));
    m_selecting.reset();
    if (gst_element_send_event(m_pipeline.get(), gst_event_new_select_streams(ids)))
        m_selecting = now;
    g_list_free_full(ids, g_free);
}

} // namespace mutoscope::player::gst
