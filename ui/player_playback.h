#pragma once

#include "player/still_maker.h"
#include "ui/film_packager.h"
#include "ui/playback.h"

namespace mutoscope::player
{
class Player;
} // namespace mutoscope::player

namespace mutoscope::ui
{

/// The real player behind Playback. It must outlive this.
class PlayerPlayback final : public Playback
{
    Q_OBJECT

public:
    explicit PlayerPlayback(player::Player& player);

    void open(const QUrl& url, std::chrono::milliseconds start) override;
    void play() override;
    void pause() override;
    void stop() override;
    void hold(bool on) override;
    void seek(std::chrono::milliseconds position, bool accurate) override;
    void setSpeed(double speed) override;
    void step(int direction) override;
    void setVolume(double volume) override;
    void setMuted(bool muted) override;
    void requestStill(const QUrl& url) override { m_stills.request(url); }
    void chooseAudio(const QString& id) override;

    [[nodiscard]] player::State state() const override;
    [[nodiscard]] std::chrono::milliseconds position() const override;
    [[nodiscard]] std::chrono::milliseconds duration() const override;
    [[nodiscard]] int bufferingPercent() const override;
    [[nodiscard]] double speed() const override;
    [[nodiscard]] player::PipelineInfo pipeline() const override;
    [[nodiscard]] player::Frames frames() const override;
    [[nodiscard]] double volume() const override;
    [[nodiscard]] bool isMuted() const override;
    [[nodiscard]] player::PlayerError lastError() const override;
    [[nodiscard]] QList<player::AudioTrack> audioTracks() const override;
    [[nodiscard]] QString audioTrack() const override;

private:
    player::Player& m_player;
    player::StillMaker m_stills;
};

/// The real packager behind FilmPackager.
class PlayerPackager final : public FilmPackager
{
    Q_OBJECT

public:
    PlayerPackager();

    void probe(const QString& file, ProbeDone done) override;
    void picture(const player::MediaInfo& info, std::chrono::milliseconds at, PictureDone done) override;
    void start(const player::MediaInfo& plan, const QString& outputFolder) override;
    void cancel() override;

private:
    player::Packager m_packager;
};

} // namespace mutoscope::ui
