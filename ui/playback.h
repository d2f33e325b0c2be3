#pragma once

#include <array>
#include <chrono>

#include <QImage>
#include <QObject>
#include <QUrl>

#include "player/captions.h"
#include "player/player_types.h"

namespace mutoscope::ui
{

/// That keys and the menu offer, the slowest first.
inline constexpr std::array speedsOffered{0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0};

/// What this interface needs of a player; player::Player in the application, a puppet in tests. UI thread only, no call
/// blocks. Meaning of each member: player/player.h.
class Playback : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual void open(const QUrl& url, std::chrono::milliseconds start) = 0;
    virtual void play() = 0;
    virtual void pause() = 0;
    virtual void stop() = 0;
    virtual void hold(bool on) = 0;
    virtual void seek(std::chrono::milliseconds position, bool accurate) = 0;
    virtual void setSpeed(double speed) = 0;
    virtual void step(int direction) = 0; ///< 1: the next picture, −1: the one before
    virtual void setVolume(double volume) = 0;
    virtual void setMuted(bool muted) = 0;
    virtual void chooseAudio(const QString& id) = 0;

    [[nodiscard]] virtual player::State state() const = 0;
    [[nodiscard]] virtual std::chrono::milliseconds position() const = 0;
    [[nodiscard]] virtual std::chrono::milliseconds duration() const = 0;
    [[nodiscard]] virtual int bufferingPercent() const = 0;
    [[nodiscard]] virtual double speed() const = 0;
    [[nodiscard]] virtual player::PipelineInfo pipeline() const = 0;
    [[nodiscard]] virtual player::Frames frames() const = 0;
    [[nodiscard]] virtual double volume() const = 0;
    [[nodiscard]] virtual bool isMuted() const = 0;
    [[nodiscard]] virtual player::PlayerError lastError() const = 0;
    [[nodiscard]] virtual QList<player::AudioTrack> audioTracks() const = 0;
    [[nodiscard]] virtual QString audioTrack() const = 0;

    /// A still picture of a film at this address, made beside what is played; the newest request replaces one that has not begun.
    virtual void requestStill(const QUrl&) {}

Q_SIGNALS:
    void stillMade(const QUrl& url, const QImage& picture); ///< null where there is none
    void stateChanged();
    void positionChanged();
    void bufferingChanged();
    void speedChanged();
    void volumeChanged(); ///< or muted
    void audioTracksChanged();
    void captionsCame(const std::vector<mutoscope::player::Caption>& changes);
};

} // namespace mutoscope::ui
