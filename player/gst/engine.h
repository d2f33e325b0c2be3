#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <QUrl>

#include "player/captions.h"
#include "player/frame_mailbox.h"
#include "player/gst/first_picture.h"
#include "player/gst/gst_ptr.h"
#include "player/gst/playbin.h"
#include "player/gst/rehearsal.h"
#include "player/gst/video_sink.h"
#include "player/player_types.h"

namespace mutoscope::player::gst
{

/// One playbin3 and the decisions about it. Lives on a thread of its own, because changing states and seeking may wait
/// for the network; all slots and signals are on that thread. GStreamer's threads only post to it.
///
/// Every open() has a session number, chosen by the caller and carried by the signals, so that what was still on its
/// way from an earlier film is told apart.
class Engine final : public QObject
{
    Q_OBJECT
public:
    struct Settings {
        bool audio = true;
        bool fast = false;
    };

    Engine(Settings settings, std::shared_ptr<FrameMailbox> mailbox);
    ~Engine() override; ///< after shutDown()

    void start(); ///< makes the pipeline, in READY, and rehearses: warm
    void open(quint64 session, const QUrl& url, std::chrono::milliseconds start, bool play);
    void setPlaying(bool play);
    void setHeld(bool held); ///< does not play, although it could
    void stop();
    void seek(std::chrono::milliseconds position, bool accurate);
    /// 0.5 … 2, the pitch stays. Kept over open().
    void setSpeed(double speed);
    /// Pauses, and shows the next picture (1) or the one before (−1).
    void step(int direction);
    void setVolume(double cubic);
    void setMuted(bool muted);
    void chooseAudio(const QString& id);
    void shutDown();

Q_SIGNALS:
    /// Opening, Buffering, Playing, Paused, Ended (Idle and Failed are the caller's and failed()'s).
    void stateChanged(quint64 session, mutoscope::player::State state, bool hasVideo);
    void positionChanged(quint64 session, qint64 ms);
    void durationChanged(quint64 session, qint64 ms);
    void bufferingChanged(quint64 session, int percent);
    void pipelineChanged(quint64 session, const mutoscope::player::PipelineInfo& info);
    void audioTracksChanged(quint64 session, const QList<mutoscope::player::AudioTrack>& tracks, const QString& chosen);
    void failed(quint64 session, const mutoscope::player::PlayerError& error);
    void captionsCame(quint64 session, const std::vector<mutoscope::player::Caption>& changes);

private:
    enum class Phase { Idle, Prerolling, Running, Ended, Failed };
    struct Seek {
        std::chrono::milliseconds position{0};
        bool accurate = false;
    };

    bool makePipeline();
    void dropPipeline();
    void lower(GstState state);
    void load(std::chrono::milliseconds start);
    void handle(GstMessage* message, quint64 epoch);
    void onPrerolled();
    void setBuffer(GstClockTime time);
    void onBuffering(int percent);
    void onEnd();
    // Tracks (engine_tracks.cpp)
    void onStreams(GstMessage* message);
    void onSelected(GstMessage* message);
    void sendSelection();
    void onError(GstMessage* message);
    void fail(const PlayerError& error);
    [[nodiscard]] bool worksAround(GstMessage* message, const PlayerError& error);
    [[nodiscard]] bool leaveOut(GstElementFactory* hardware, const QString& why);
    void sendSeek(Seek seek);
    void takeSteps();
    [[nodiscard]] std::chrono::milliseconds shownPosition() const;
    void applyTarget();
    void report();
    void poll();
    [[nodiscard]] bool cameTooQuickly(const PlayerError& error) const;
    [[nodiscard]] bool brokeOff() const;
    void watchReached(GstElement* sink);
    void onElement(GstElement* element); ///< on a thread of GStreamer's

    static GstPadProbeReturn onCodedPicture(GstPad* pad, GstPadProbeInfo* info, gpointer self);
    static GstPadProbeReturn onPicture(GstPad* pad, GstPadProbeInfo* info, gpointer self);
    static GstBusSyncReply onBus(GstBus* bus, GstMessage* message, gpointer self);

    Settings m_settings;
    std::shared_ptr<FrameMailbox> m_mailbox;
    std::unique_ptr<VideoSink> m_sink;
    Ptr<GstElement> m_pipeline;
    std::unique_ptr<Rehearsal> m_rehearsal; ///< while it runs
    std::unique_ptr<FirstPicture> m_firstPicture; ///< of this run; used by the thread that feeds the decoder, while there is one
    std::atomic<bool> m_awaitsFirst = false;      ///< it has not been tried
    QTimer m_poll;

    quint64 m_session = 0;
    QUrl m_url;
    Phase m_phase = Phase::Idle;
    bool m_play = false;         ///< what the person wants
    bool m_held = false;
    int m_buffered = 100;        ///< percent
    double m_speed = 1;
    int m_steps = 0;        ///< still to be taken; back where negative
    bool m_stepped = false; ///< the picture is ahead of the sound
    bool m_seeking = false; ///< a seek was sent, its ASYNC_DONE has not come
    std::optional<Seek> m_next;  ///< the latest one wanted meanwhile
    std::optional<Seek> m_start; ///< to send once prerolled
    std::chrono::milliseconds m_position{0};
    std::chrono::milliseconds m_duration{0};
    double m_volume = 1;
    bool m_muted = false;
    bool m_lacksPlugins = false;          ///< at the last attempt
    int m_earlyEnds = 0;                  ///< reloads of this film because of cameTooQuickly()
    bool m_silent = false;                ///< the sound device failed: go on without it
    std::optional<PlayerError> m_missing; ///< a decoder of the sound: told only if nothing plays
    QList<AudioTrack> m_audioTracks;
    QString m_heard;                    ///< of these, what plays
    QStringList m_shown;                ///< ids of what else plays
    QString m_wantedAudio;              ///< what was chosen; empty: as it comes
    std::optional<gint64> m_selecting;  ///< g_get_monotonic_time() of a choice whose answer has not come
    State m_reported = State::Idle;
    std::atomic<quint64> m_epoch = 0; ///< of load(): tells messages that were still queued from those of this run

    DemuxerStart m_demuxerStart; ///< GStreamer's threads say when
    /// Stream time in ns up to which data has come to the sinks since the last seek; GStreamer's threads write.
    std::atomic<qint64> m_reached = 0;

    std::mutex m_infoMutex;
    PipelineInfo m_info; ///< under m_infoMutex: written on GStreamer's threads
    CaptionReader m_captions; ///< the same
};

} // namespace mutoscope::player::gst
