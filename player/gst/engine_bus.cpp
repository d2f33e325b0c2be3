// What the pipeline says, and what is done about it: the second half of Engine.

#include "player/gst/engine.h"

#include <algorithm>
#include <utility>

#include <QMetaObject>

#include "player/gst/errors.h"
#include "player/gst/hardware_decoder.h"
#include "player/log.h"
#include "player/words.h"

namespace mutoscope::player::gst
{
namespace
{

using namespace std::chrono_literals;

constexpr int maxEarlyEnds = 10;

std::chrono::milliseconds fromGst(qint64 time)
{
    return std::chrono::milliseconds(time / static_cast<qint64>(GST_MSECOND));
}

} // namespace

/// On any of GStreamer's threads, so it only passes on; nothing stays in the bus's own queue.
GstBusSyncReply Engine::onBus(GstBus*, GstMessage* message, gpointer self)
{
    const auto type = GST_MESSAGE_TYPE(message);
    if (type & (GST_MESSAGE_ERROR | GST_MESSAGE_EOS | GST_MESSAGE_BUFFERING | GST_MESSAGE_ASYNC_DONE |
                GST_MESSAGE_DURATION_CHANGED | GST_MESSAGE_CLOCK_LOST | GST_MESSAGE_LATENCY) ||
        type == GST_MESSAGE_STREAM_COLLECTION || type == GST_MESSAGE_STREAMS_SELECTED ||
        isMissingPlugin(message)) {
        auto* engine = static_cast<Engine*>(self);
        const std::shared_ptr<GstMessage> kept(gst_message_ref(message), Unref());
        QMetaObject::invokeMethod(
            engine, [engine, kept, epoch = engine->m_epoch.load()] { engine->handle(kept.get(), epoch); },
            Qt::QueuedConnection);
    }
    gst_message_unref(message);
    return GST_BUS_DROP;
}

void Engine::handle(GstMessage* message, quint64 epoch)
{
    if (!m_pipeline || epoch != m_epoch || m_phase == Phase::Idle || m_phase == Phase::Failed)
        return;
    if (isMissingPlugin(message)) {
        const PlayerError error = missingPlugin(message);
        if (isMissingVideoDecoder(message))
            fail(error); // sound alone is not the film
        else
            m_missing = error;
        return;
    }
    const bool whole = GST_MESSAGE_SRC(message) == GST_OBJECT(m_pipeline.get());
    switch (static_cast<int>(GST_MESSAGE_TYPE(message))) { // a flags type with some forty values
    case GST_MESSAGE_ERROR:
        onError(message);
        break;
    case GST_MESSAGE_EOS:
        if (whole)
            onEnd();
        break;
    case GST_MESSAGE_BUFFERING: {
        gint percent = 100;
        gst_message_parse_buffering(message, &percent);
        onBuffering(percent);
        break;
    }
    case GST_MESSAGE_ASYNC_DONE:
        if (whole)
            onPrerolled();
        break;
    case GST_MESSAGE_DURATION_CHANGED:
        poll();
        break;
    case GST_MESSAGE_STREAM_COLLECTION:
        onStreams(message);
        break;
    case GST_MESSAGE_STREAMS_SELECTED:
        onSelected(message);
        break;
    case GST_MESSAGE_CLOCK_LOST: // e.g. the sound device has gone: a new clock is chosen on the way up
        if (m_phase == Phase::Running) {
            gst_element_set_state(m_pipeline.get(), GST_STATE_PAUSED);
            applyTarget();
        }
        break;
    case GST_MESSAGE_LATENCY:
        gst_bin_recalculate_latency(GST_BIN(m_pipeline.get()));
        break;
    default:
        break;
    }
}

/// All sinks have their first data, after opening or after a seek.
void Engine::onPrerolled()
{
    const bool opened = m_phase == Phase::Prerolling;
    if (opened)
        m_phase = Phase::Running;
    if (m_phase != Phase::Running)
        return;
    if (opened) {
        m_firstPicture.reset();
        PipelineInfo info;
        {
            const std::lock_guard lock(m_infoMutex);
            info = m_info;
        }
        qCDebug(logPlayer) << "opened with" << info.demuxer << info.videoDecoder << info.audioDecoder << info.audioSink;
        Q_EMIT pipelineChanged(m_session, info);
        m_seeking = m_start.has_value();
        poll();
        if (const auto start = std::exchange(m_start, std::nullopt)) {
            sendSeek(*start);
            return;
        }
    }
    m_seeking = false;
    if (const auto next = std::exchange(m_next, std::nullopt)) {
        sendSeek(*next);
        return;
    }
    setBuffer(bufferTime);
    applyTarget();
    poll();
    takeSteps();
}

void Engine::onBuffering(int percent)
{
    if (percent == m_buffered)
        return;
    const bool turned = (percent < 100) != (m_buffered < 100);
    m_buffered = percent;
    if (m_settings.fast)
        return; // nothing waits for it
    Q_EMIT bufferingChanged(m_session, percent);
    if (turned)
        applyTarget();
}

void Engine::onEnd()
{
    if (m_phase != Phase::Running || m_seeking)
        return;
    poll();
    if (brokeOff()) {
        m_position = std::min(m_position, fromGst(m_reached));
        fail({ErrorKind::Network, 0, Words::tr("The film broke off before its end: its last part cannot be read."), {},
              QStringLiteral("end of stream at %1 of %2 ms").arg(m_reached / 1'000'000).arg(m_duration.count())});
        return;
    }
    m_phase = Phase::Ended;
    m_poll.stop();
    if (m_duration > 0ms && m_position != m_duration) {
        m_position = m_duration;
        Q_EMIT positionChanged(m_session, m_position.count());
    }
    report();
}

/// hlsdemux2 takes an error in the last fragment for the end of the film. Tolerance: what playlists round and decoders
/// keep back.
bool Engine::brokeOff() const
{
    return m_duration > 0ms && fromGst(m_reached) + 500ms + m_duration / 1000 < m_duration;
}

void Engine::onError(GstMessage* message)
{
    PlayerError error = errorOf(message);
    if (worksAround(message, error))
        return;
    if (m_missing && error.kind != ErrorKind::Network)
        error = *m_missing;
    fail(error);
}

/// hlsdemux2 1.22 fails, with status 200, if a film's only segment has come before its decoders are made ("Can't push
/// EOS on non-exposed pad"): a race that the next attempt usually wins.
bool Engine::cameTooQuickly(const PlayerError& error) const
{
    return m_phase == Phase::Prerolling && error.httpStatus == 200 && m_earlyEnds < maxEarlyEnds;
}

/// False where there is none.
bool Engine::leaveOut(GstElementFactory* hardware, const QString& why)
{
    if (!hardware || gst_plugin_feature_get_rank(GST_PLUGIN_FEATURE(hardware)) <= GST_RANK_NONE)
        return false;
    qCWarning(logPlayer) << "the hardware decoder" << GST_OBJECT_NAME(hardware) << "failed, it is not used any more:" << why;
    gst_plugin_feature_set_rank(GST_PLUGIN_FEATURE(hardware), GST_RANK_NONE);
    return true;
}

/// A device that fails is no reason not to show the film: go on without it from the same place.
bool Engine::worksAround(GstMessage* message, const PlayerError& error)
{
    GstElementFactory* hardware = hardwareDecoderOf(message);
    // Where it does not take what it is given, others say so.
    if (!hardware && (error.kind == ErrorKind::Decode || error.kind == ErrorKind::Other))
        hardware = hardwareDecoderIn(m_pipeline.get());
    if (leaveOut(hardware, error.detail)) {
        // Tried once more without it.
    } else if (error.kind == ErrorKind::Device && !std::exchange(m_silent, true)) {
        qCWarning(logPlayer) << "going on without sound:" << error.detail;
    } else if (cameTooQuickly(error)) {
        qCDebug(logPlayer) << "the film came too quickly, attempt" << ++m_earlyEnds;
        load(m_position);
        return true;
    } else {
        return false;
    }
    const auto position = m_position;
    dropPipeline(); // a new one: decodebin3 keeps its list of decoders
    load(position);
    return true;
}

void Engine::fail(const PlayerError& error)
{
    m_lacksPlugins = m_lacksPlugins || error.kind == ErrorKind::CodecMissing;
    m_phase = Phase::Failed;
    m_poll.stop();
    report();
    Q_EMIT failed(m_session, error); // first: the next line waits for threads
    // Ends its requests; the last picture stays on the widget.
    if (m_pipeline)
        lower(GST_STATE_READY);
}

} // namespace mutoscope::player::gst
