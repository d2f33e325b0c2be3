#include "player/gst/engine.h"

#include <algorithm>
#include <utility>

#include <gst/audio/streamvolume.h>

#include "player/gst/errors.h"
#include "player/gst/seek_skipper.h"
#include "player/gst/startup.h"
#include "player/log.h"
#include "player/words.h"

namespace mutoscope::player::gst
{
namespace
{

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto pollInterval = 200ms;

GstClockTime toGst(milliseconds time)
{
    return static_cast<GstClockTime>(std::max<milliseconds::rep>(0, time.count())) * GST_MSECOND;
}

milliseconds fromGst(gint64 time)
{
    return milliseconds(time / static_cast<gint64>(GST_MSECOND));
}

GstElement* makeSilentSink(bool fast)
{
    GstElement* sink = gst_element_factory_make("fakesink", nullptr);
    if (sink)
        g_object_set(sink, "sync", !fast, nullptr);
    return sink;
}

} // namespace

Engine::Engine(Settings settings, std::shared_ptr<FrameMailbox> mailbox)
    : m_settings(settings), m_mailbox(std::move(mailbox)), m_poll(this)
{
    m_poll.setInterval(pollInterval);
    connect(&m_poll, &QTimer::timeout, this, &Engine::poll);
    connect(m_mailbox.get(), &FrameMailbox::wantedSizeChanged, this, [this] {
        if (m_sink)
            m_sink->updateScale();
    });
}

Engine::~Engine()
{
    dropPipeline();
}

void Engine::start()
{
    loadPlugins();
    if (!makePipeline() || m_settings.fast)
        return;
    m_rehearsal = std::make_unique<Rehearsal>();
    connect(m_rehearsal.get(), &Rehearsal::ended, this, [this] { m_rehearsal.release()->deleteLater(); });
    m_rehearsal->start();
}

bool Engine::makePipeline()
{
    if (m_pipeline)
        return true;
    if (!ensureStarted())
        return false;
    const bool silent = !m_settings.audio || m_silent || m_settings.fast || !hasSoundDevice();
    GstElement* audioSink = silent ? nullptr : gst_element_factory_make("autoaudiosink", nullptr);
    if (!audioSink)
        audioSink = makeSilentSink(m_settings.fast);
    // Keeps the pitch at other speeds; costs nothing at 1.
    GstElement* pitch = m_settings.fast ? nullptr : gst_element_factory_make("scaletempo", nullptr);
    m_sink = std::make_unique<VideoSink>(m_mailbox, m_settings.fast);
    m_pipeline = makePlaybin(m_sink->element(), audioSink, pitch);
    if (!m_pipeline) {
        m_sink.reset();
        return false;
    }
    GstElement* const pipeline = m_pipeline.get();
    g_signal_connect(pipeline, "deep-element-added",
                     G_CALLBACK(+[](GstBin*, GstBin*, GstElement* element, gpointer self) {
                         static_cast<Engine*>(self)->onElement(element);
                     }),
                     this);
    watchReached(m_sink->element());
    if (audioSink)
        watchReached(audioSink);
    const Ptr<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(pipeline)));
    gst_bus_set_sync_handler(bus.get(), &Engine::onBus, this, nullptr);
    setVolume(m_volume);
    setMuted(m_muted);
    gst_element_set_state(pipeline, GST_STATE_READY);
    return true;
}

/// READY or NULL.
void Engine::lower(GstState state)
{
    m_demuxerStart.waitIfNew();
    gst_element_set_state(m_pipeline.get(), state);
}

void Engine::dropPipeline()
{
    if (!m_pipeline)
        return;
    lower(GST_STATE_NULL);
    const Ptr<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(m_pipeline.get())));
    gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
    m_pipeline.reset();
    m_sink.reset();
    m_firstPicture.reset();
}

void Engine::shutDown()
{
    m_poll.stop();
    m_phase = Phase::Idle;
    m_rehearsal.reset();
    dropPipeline();
}

void Engine::open(quint64 session, const QUrl& url, milliseconds start, bool play)
{
    m_session = session;
    m_url = url;
    m_play = play;
    m_missing.reset();
    m_wantedAudio.clear();
    m_audioTracks.clear();
    m_earlyEnds = 0;
    m_held = false;
    m_duration = 0ms;
    if (m_pipeline)
        lower(GST_STATE_READY);
    m_mailbox->resetCounters();
    load(start);
}

/// From open(), and again from a position after an error: a pipeline in error goes on reliably only from READY.
void Engine::load(milliseconds start)
{
    m_next.reset();
    m_seeking = false;
    m_buffered = 100;
    m_position = start;
    m_reached = 0;
    if (std::exchange(m_lacksPlugins, false))
        gst_update_registry(); // they may have been installed meanwhile
    if (!makePipeline()) {
        m_lacksPlugins = true;
        fail({ErrorKind::Other,
              0,
              Words::tr("GStreamer is not installed completely: install the packages "
                             "gstreamer1.0-plugins-base and gstreamer1.0-plugins-good."),
              {QStringLiteral("gstreamer1.0-plugins-base"), QStringLiteral("gstreamer1.0-plugins-good")},
              {}});
        return;
    }
    lower(GST_STATE_READY); // after this no thread of the last run is left
    ++m_epoch;
    m_selecting.reset();
    m_heard.clear();
    m_stepped = false;
    m_steps = 0;
    m_start = start > 0ms || m_speed != 1 ? std::optional(Seek{start, true}) : std::nullopt;
    m_sink->setSession(m_session);
    m_sink->setGate(!m_start);
    m_sink->forgetPicture();
    m_firstPicture = m_settings.fast || m_start ? nullptr : std::make_unique<FirstPicture>(m_mailbox, m_session);
    m_awaitsFirst = m_firstPicture != nullptr;
    {
        const std::lock_guard lock(m_infoMutex);
        m_info = {};
    }
    g_object_set(m_pipeline.get(), "uri", m_url.toEncoded().constData(), nullptr);
    m_phase = Phase::Prerolling;
    m_reported = State::Idle;
    report();
    if (gst_element_set_state(m_pipeline.get(), GST_STATE_PAUSED) == GST_STATE_CHANGE_NO_PREROLL)
        onPrerolled(); // a live source: nothing comes before it plays
}

void Engine::setPlaying(bool play)
{
    m_play = play;
    switch (m_phase) {
    case Phase::Idle:
    case Phase::Prerolling:
        break;
    case Phase::Running:
        if (play && m_stepped)
            seek(shownPosition(), true); // brings sound and picture together
        else
            applyTarget();
        break;
    case Phase::Ended:
        if (play)
            seek(0ms, true);
        break;
    case Phase::Failed:
        if (play)
            load(m_position);
        break;
    }
}

void Engine::setHeld(bool held)
{
    if (held != std::exchange(m_held, held))
        applyTarget();
}

void Engine::stop()
{
    m_phase = Phase::Idle;
    m_poll.stop();
    if (m_pipeline)
        lower(GST_STATE_READY);
}

void Engine::seek(milliseconds position, bool accurate)
{
    position = std::max(position, 0ms);
    if (m_duration > 0ms)
        position = std::min(position, m_duration);
    switch (m_phase) {
    case Phase::Idle:
        return;
    case Phase::Prerolling:
        m_start = Seek{position, accurate};
        m_sink->setGate(false);
        break;
    case Phase::Running:
        if (m_seeking)
            m_next = Seek{position, accurate};
        else
            sendSeek({position, accurate});
        break;
    case Phase::Ended:
        m_phase = Phase::Running;
        sendSeek({position, accurate});
        break;
    case Phase::Failed:
        load(position);
        break;
    }
    m_position = position;
    Q_EMIT positionChanged(m_session, position.count());
}

void Engine::sendSeek(Seek seek)
{
    const auto how = seek.accurate ? GST_SEEK_FLAG_ACCURATE : GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_BEFORE;
    m_seeking = true;
    m_stepped = false;
    m_reached = static_cast<qint64>(toGst(seek.position));
    m_sink->setGate(true);
    report();
    setBuffer(firstBufferTime);
    // Returns at once: playbin3 is paused or playing, and hlsdemux2 fetches in its own thread.
    if (!gst_element_seek(m_pipeline.get(), m_speed, GST_FORMAT_TIME, static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | how),
                          GST_SEEK_TYPE_SET, static_cast<gint64>(toGst(seek.position)), GST_SEEK_TYPE_NONE, -1)) {
        qCWarning(logPlayer, "the seek to %lld ms was refused", static_cast<long long>(seek.position.count()));
        m_seeking = false;
        applyTarget();
    }
}

/// Of the picture on the widget, or where the pipeline stands if there is none.
milliseconds Engine::shownPosition() const
{
    const std::int64_t at = m_sink ? m_sink->shownAt() : VideoSink::none;
    return at == VideoSink::none ? m_position : fromGst(at);
}

void Engine::setSpeed(double speed)
{
    if (speed == std::exchange(m_speed, speed) || m_settings.fast)
        return;
    if (m_phase == Phase::Prerolling && !m_start)
        m_start = Seek{m_position, true};
    if (m_phase != Phase::Running)
        return; // the next seek takes it along
    poll();
    if (m_seeking) {
        if (!m_next)
            m_next = Seek{m_position, true};
    } else {
        sendSeek({m_position, true});
    }
}

void Engine::step(int direction)
{
    if (m_phase == Phase::Ended && direction < 0)
        return seek(m_duration - milliseconds(1), true);
    if (m_phase != Phase::Running || !m_sink->hasPicture())
        return;
    m_play = false;
    applyTarget();
    m_steps += direction;
    takeSteps();
}

/// All that were asked for while a seek or the step before was under way.
void Engine::takeSteps()
{
    if (m_seeking || m_steps == 0 || m_sink->shownAt() == VideoSink::none)
        return;
    const int steps = std::exchange(m_steps, 0);
    if (steps > 0) {
        m_stepped = true;
        m_seeking = gst_element_send_event(m_pipeline.get(), gst_event_new_step(GST_FORMAT_BUFFERS, static_cast<guint64>(steps), 1.0, TRUE, FALSE));
        return;
    }
    // Into the middle of a picture: whatever rounding there is, that one is shown.
    const std::int64_t length = m_sink->pictureTime() > 0 ? m_sink->pictureTime() : static_cast<std::int64_t>(40 * GST_MSECOND);
    sendSeek({fromGst(std::max<std::int64_t>(0, m_sink->shownAt() + steps * length + length / 2)), true});
}

/// PLAYING or PAUSED, from what the person wants and what is buffered.
void Engine::applyTarget()
{
    if (m_phase != Phase::Running)
        return;
    const bool run = m_play && ((m_buffered >= 100 && !m_held) || m_settings.fast);
    gst_element_set_state(m_pipeline.get(), run ? GST_STATE_PLAYING : GST_STATE_PAUSED);
    if (run)
        m_poll.start();
    else
        m_poll.stop();
    report();
}

void Engine::report()
{
    State state = State::Idle;
    switch (m_phase) {
    case Phase::Idle:
        return;
    case Phase::Failed:
        state = State::Failed;
        break;
    case Phase::Ended:
        state = State::Ended;
        break;
    case Phase::Prerolling:
        state = State::Opening;
        break;
    case Phase::Running:
        if (!m_play)
            state = State::Paused;
        else
            state = (m_seeking || m_held || m_buffered < 100) && !m_settings.fast ? State::Buffering : State::Playing;
        break;
    }
    if (state != std::exchange(m_reported, state))
        Q_EMIT stateChanged(m_session, state, m_sink && m_sink->hasPicture());
}

void Engine::poll()
{
    gint64 value = 0;
    if (!m_pipeline)
        return;
    if (gst_element_query_duration(m_pipeline.get(), GST_FORMAT_TIME, &value) && value > 0 &&
        fromGst(value) != m_duration) {
        m_duration = fromGst(value);
        Q_EMIT durationChanged(m_session, m_duration.count());
    }
    if (m_phase != Phase::Running || m_seeking)
        return;
    sendSelection(); // one that was refused
    if (m_stepped || (gst_element_query_position(m_pipeline.get(), GST_FORMAT_TIME, &value) && value >= 0)) {
        auto position = m_stepped ? shownPosition() : fromGst(value);
        if (m_duration > 0ms)
            position = std::min(position, m_duration);
        if (position != m_position) {
            m_position = position;
            Q_EMIT positionChanged(m_session, position.count());
        }
    }
}

void Engine::setVolume(double cubic)
{
    m_volume = cubic;
    if (m_pipeline)
        gst_stream_volume_set_volume(GST_STREAM_VOLUME(m_pipeline.get()), GST_STREAM_VOLUME_FORMAT_CUBIC, cubic);
}

void Engine::setMuted(bool muted)
{
    m_muted = muted;
    if (m_pipeline)
        gst_stream_volume_set_mute(GST_STREAM_VOLUME(m_pipeline.get()), muted);
}

void Engine::watchReached(GstElement* sink)
{
    const Ptr<GstPad> pad(gst_element_get_static_pad(sink, "sink"));
    gst_pad_add_probe(
        pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad* at, GstPadProbeInfo* probe, gpointer self) {
            const GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(probe);
            GstEvent* event = gst_pad_get_sticky_event(at, GST_EVENT_SEGMENT, 0);
            if (!event)
                return GST_PAD_PROBE_OK;
            const GstSegment* segment = nullptr;
            gst_event_parse_segment(event, &segment);
            auto& reached = static_cast<Engine*>(self)->m_reached;
            const guint64 time = gst_segment_to_stream_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
            if (GST_CLOCK_TIME_IS_VALID(time)) {
                const auto end = static_cast<qint64>(
                    time + (GST_BUFFER_DURATION_IS_VALID(buffer) ? GST_BUFFER_DURATION(buffer) : 0));
                for (qint64 known = reached; end > known && !reached.compare_exchange_weak(known, end);) {
                } // sound and picture come on two threads
            }
            gst_event_unref(event);
            return GST_PAD_PROBE_OK;
        },
        this, nullptr);
}

/// How much the demuxer fetches ahead of what plays.
void Engine::setBuffer(GstClockTime time)
{
    GstIterator* demuxers = gst_bin_iterate_all_by_element_factory_name(GST_BIN(m_pipeline.get()), "hlsdemux2");
    (void)gst_iterator_foreach(
        demuxers,
        [](const GValue* item, gpointer data) {
            const GstClockTime& depth = *static_cast<const GstClockTime*>(data);
            g_object_set(g_value_get_object(item), "high-watermark-time", depth, "max-buffering-time", depth, nullptr);
        },
        &time);
    gst_iterator_free(demuxers);
}

} // namespace mutoscope::player::gst
