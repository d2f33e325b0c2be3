#include "ui/player_playback.h"

#include "player/film_picture.h"
#include "player/player.h"
#include "player/video_output.h"
#include "ui/main_window.h"

namespace mutoscope::ui
{

MainWindow::MainWindow(node::Node& node, player::Player& player, std::unique_ptr<player::VideoOutput> output,
                       Options options, QWidget* parent)
    : MainWindow(
          node, std::make_unique<PlayerPlayback>(player), std::move(output),
          [] { return std::make_unique<PlayerPackager>(); }, std::move(options), parent)
{
}

PlayerPlayback::PlayerPlayback(player::Player& player) : m_player(player)
{
    connect(&player, &player::Player::stateChanged, this, &Playback::stateChanged);
    connect(&player, &player::Player::positionChanged, this, &Playback::positionChanged);
    connect(&player, &player::Player::durationChanged, this, &Playback::positionChanged);
    connect(&player, &player::Player::bufferingChanged, this, &Playback::bufferingChanged);
    connect(&player, &player::Player::speedChanged, this, &Playback::speedChanged);
    connect(&player, &player::Player::volumeChanged, this, &Playback::volumeChanged);
    connect(&m_stills, &player::StillMaker::made, this, &Playback::stillMade);
    connect(&player, &player::Player::mutedChanged, this, &Playback::volumeChanged);
    connect(&player, &player::Player::captionsCame, this, &Playback::captionsCame);
    connect(&player, &player::Player::audioTracksChanged, this, &Playback::audioTracksChanged);
}

void PlayerPlayback::open(const QUrl& url, std::chrono::milliseconds start)
{
    m_player.open(url, start);
}

void PlayerPlayback::play()
{
    m_player.play();
}

void PlayerPlayback::pause()
{
    m_player.pause();
}

void PlayerPlayback::stop()
{
    m_player.stop();
}

void PlayerPlayback::hold(bool on)
{
    m_player.hold(on);
}

void PlayerPlayback::seek(std::chrono::milliseconds position, bool accurate)
{
    m_player.seek(position, accurate);
}

void PlayerPlayback::setSpeed(double speed)
{
    m_player.setSpeed(speed);
}

void PlayerPlayback::step(int direction)
{
    if (direction > 0)
        m_player.stepForward();
    else
        m_player.stepBack();
}

void PlayerPlayback::setVolume(double volume)
{
    m_player.setVolume(volume);
}

void PlayerPlayback::setMuted(bool muted)
{
    m_player.setMuted(muted);
}

void PlayerPlayback::chooseAudio(const QString& id)
{
    m_player.chooseAudio(id);
}

QList<player::AudioTrack> PlayerPlayback::audioTracks() const
{
    return m_player.audioTracks();
}

QString PlayerPlayback::audioTrack() const
{
    return m_player.audioTrack();
}

player::State PlayerPlayback::state() const
{
    return m_player.state();
}

std::chrono::milliseconds PlayerPlayback::position() const
{
    return m_player.position();
}

std::chrono::milliseconds PlayerPlayback::duration() const
{
    return m_player.duration();
}

int PlayerPlayback::bufferingPercent() const
{
    return m_player.bufferingPercent();
}

double PlayerPlayback::speed() const
{
    return m_player.speed();
}

player::PipelineInfo PlayerPlayback::pipeline() const
{
    return m_player.pipeline();
}

player::Frames PlayerPlayback::frames() const
{
    return m_player.frames();
}

double PlayerPlayback::volume() const
{
    return m_player.volume();
}

bool PlayerPlayback::isMuted() const
{
    return m_player.isMuted();
}

player::PlayerError PlayerPlayback::lastError() const
{
    return m_player.lastError();
}

PlayerPackager::PlayerPackager()
{
    connect(&m_packager, &player::Packager::progressed, this, &FilmPackager::progressed);
    connect(&m_packager, &player::Packager::finished, this, &FilmPackager::finished);
}

void PlayerPackager::probe(const QString& file, ProbeDone done)
{
    player::probeAsync(file, this, std::move(done));
}

void PlayerPackager::picture(const player::MediaInfo& info, std::chrono::milliseconds at, PictureDone done)
{
    player::pictureAsync(info, at, this, std::move(done));
}

void PlayerPackager::start(const player::MediaInfo& plan, const QString& outputFolder)
{
    m_packager.start(plan, outputFolder);
}

void PlayerPackager::cancel()
{
    m_packager.cancel();
}

} // namespace mutoscope::ui
