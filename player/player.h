#pragma once

#include <chrono>
#include <memory>

#include <QObject>
#include <QUrl>

#include "player/captions.h"
#include "player/player_types.h"

namespace mutoscope::player
{

class VideoOutput;
class PlayerPrivate;

/// Plays one film at a time into a VideoOutput. No GStreamer type is visible here.
///
/// All calls and all signals on the UI thread. No call blocks: the pipeline is driven by a thread of the player's own,
/// and getters give the last known values. The destructor takes the pipeline down and waits for it at most 3 s
/// (usually some milliseconds), in the middle of opening, playing or seeking too.
class Player : public QObject
{
    Q_OBJECT
public:
    struct Options {
        bool audio = true; ///< false: no sound device is touched; the sound is decoded and dropped
        /// As fast as the pipeline can: nothing waits for a clock, nothing is heard. For demos and tests.
        bool fast = false;
        bool ready = true; ///< false: makeReady() or the first open() loads what a film needs
    };

    /// Early in main(), before any other thread reads the environment: `http_proxy` and its like are taken out of it, as they
    /// break loopback.
    static void cleanEnvironment();
    /// As above, and loads GStreamer's plugins, decoders and sinks in a thread, so that the first open() is quick. Where no film
    /// is wanted yet it slows the window's start down: see Options::ready.
    static void warmUp();

    /// `output` may be null (frames are counted and dropped) and may be destroyed before the player.
    explicit Player(VideoOutput* output, Options options, QObject* parent = nullptr);
    explicit Player(VideoOutput* output, QObject* parent = nullptr);
    ~Player() override;

    /// Loads what the first film needs, in the player's thread.
    void makeReady();
    /// Opens an HLS playlist or a plain file (http:, https: or file:) and plays it from `start`. Replaces what was
    /// open.
    void open(const QUrl& url, std::chrono::milliseconds start = std::chrono::milliseconds(0));
    /// Before the first frame too: what open() began then stops at its first frame.
    void play();
    void pause();
    /// While it is held, a film that shall play is Buffering instead, whatever is here. open() ends it. Nothing in fast mode.
    void hold(bool on);
    /// Back to Idle, black picture; the pipeline stays warm for the next open(). When stateChanged() tells of it, position() and
    /// duration() are still those of the film.
    void stop();
    /// Accurate: exactly this moment. Otherwise the key frame before it, which is quicker.
    void seek(std::chrono::milliseconds position, bool accurate = false);

    /// 0.5 … 2, clamped; the sound keeps its pitch. Kept over open(). Nothing in fast mode.
    void setSpeed(double speed);
    /// Pauses and shows the next picture, or the one before; nothing while there is none.
    void stepForward();
    void stepBack();

    /// 0 … 1 as a person hears it (cubic), clamped. Kept over open().
    void setVolume(double volume);
    void setMuted(bool muted);

    /// One of audioTracks(); the picture goes on meanwhile. An id of none of them does nothing.
    void chooseAudio(const QString& id);

    [[nodiscard]] State state() const;
    [[nodiscard]] QUrl url() const;
    [[nodiscard]] std::chrono::milliseconds position() const;
    [[nodiscard]] std::chrono::milliseconds duration() const; ///< 0 as long as unknown
    [[nodiscard]] int bufferingPercent() const;               ///< 100 when not buffering
    [[nodiscard]] double speed() const;
    [[nodiscard]] double volume() const;
    [[nodiscard]] bool isMuted() const;
    [[nodiscard]] bool hasVideo() const; ///< known from the first frame on
    [[nodiscard]] PlayerError lastError() const;
    [[nodiscard]] PipelineInfo pipeline() const;
    [[nodiscard]] QList<AudioTrack> audioTracks() const; ///< in the film's order; empty before it is open
    [[nodiscard]] QString audioTrack() const;            ///< id of the one that is heard, or was chosen and will be
    /// Live counters.
    [[nodiscard]] Frames frames() const;

Q_SIGNALS:
    void stateChanged(mutoscope::player::State state);
    void positionChanged(std::chrono::milliseconds position); ///< about 5 times a second while playing, and after seeks
    void durationChanged(std::chrono::milliseconds duration);
    void bufferingChanged(int percent); ///< 0 … 100
    /// Once for each open(): the first picture is on the widget (arrived, if the widget is hidden; handed out, if
    /// fast).
    void firstFrame();
    void failed(const mutoscope::player::PlayerError& error);
    void audioTracksChanged(); ///< or which one is chosen
    /// As they are decoded, a little before they are shown.
    void captionsCame(const std::vector<mutoscope::player::Caption>& changes);
    void speedChanged(double speed);
    void volumeChanged(double volume);
    void mutedChanged(bool muted);

private:
    void startEngine();
    void onEngineState(quint64 session, State state, bool hasVideo);
    void onFrameShown(quint64 session);
    void setState(State state);
    void setPosition(std::chrono::milliseconds position);
    void setDuration(std::chrono::milliseconds duration);
    void setBuffering(int percent);
    void setAudioTracks(const QList<AudioTrack>& tracks, const QString& chosen);

    std::unique_ptr<PlayerPrivate> m_d;
};

} // namespace mutoscope::player
