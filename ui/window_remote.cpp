#include "ui/window_remote.h"

#include "p2p/base/encoding.h"
#include "ui/format.h"
#include "ui/main_window.h"
#include "ui/player_page.h"
#include "ui/series.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

using player::State;

WindowRemote::WindowRemote(MainWindow& window, Playback& playback, node::Node& node, Series& series)
    : RemoteControl(&window), m_window(window), m_playback(playback), m_node(node), m_series(series)
{
    connect(&m_playback, &Playback::stateChanged, this, &WindowRemote::look);
    connect(&m_playback, &Playback::volumeChanged, this, &WindowRemote::look);
    connect(&m_playback, &Playback::speedChanged, this, &WindowRemote::look);
    connect(&m_node, &node::Node::changed, this, &WindowRemote::look);
    connect(&m_series, &Series::changed, this, &WindowRemote::look);
}

void WindowRemote::follow(PlayerPage& page)
{
    m_page = &page;
    connect(m_page, &PlayerPage::sought, this, [this](std::chrono::milliseconds to) { Q_EMIT sought(to); });
}

/// The node speaks often, and mostly of other things.
void WindowRemote::look()
{
    const QString now = u"%1|%2|%3|%4|%5|%6|%7|%8"_s.arg(static_cast<int>(status())).arg(title(), filmId()).arg(duration().count()).arg(speed()).arg(volume()).arg(canGoNext()).arg(canGoPrevious());
    if (now != std::exchange(m_seen, now))
        Q_EMIT changed();
}

RemoteControl::Status WindowRemote::status() const
{
    switch (m_playback.state()) {
    case State::Opening:
    case State::Buffering:
    case State::Playing:
        return Status::Playing;
    case State::Paused:
        return Status::Paused;
    case State::Idle:
    case State::Ended:
    case State::Failed:
        break;
    }
    return Status::Stopped;
}

QString WindowRemote::title() const
{
    return m_playback.state() == State::Idle ? QString() : fromUtf8(m_node.snapshot().viewing.title);
}

QString WindowRemote::filmId() const
{
    return m_playback.state() == State::Idle ? QString() : QString::fromStdString(base::toHex(m_node.snapshot().viewing.content));
}

std::chrono::milliseconds WindowRemote::duration() const
{
    return m_playback.duration();
}

std::chrono::milliseconds WindowRemote::position() const
{
    return m_playback.position();
}

double WindowRemote::speed() const
{
    return m_playback.speed();
}

double WindowRemote::volume() const
{
    return m_playback.isMuted() ? 0 : m_playback.volume();
}

bool WindowRemote::isFullScreen() const
{
    return m_window.isFullScreen();
}

bool WindowRemote::canGoNext() const
{
    return m_series.canGoNext();
}

bool WindowRemote::canGoPrevious() const
{
    return m_series.canGoPrevious();
}

void WindowRemote::play()
{
    if (status() != Status::Playing)
        playPause();
}

void WindowRemote::pause()
{
    if (status() == Status::Playing)
        playPause();
}

void WindowRemote::playPause()
{
    m_page->togglePlay();
}

void WindowRemote::stop()
{
    if (m_playback.state() != State::Idle)
        m_page->stop();
}

void WindowRemote::seek(std::chrono::milliseconds position)
{
    m_page->seekTo(position, true);
}

void WindowRemote::setSpeed(double speed)
{
    m_page->setSpeed(speed);
}

void WindowRemote::setVolume(double volume)
{
    m_playback.setMuted(false);
    m_playback.setVolume(volume);
}

void WindowRemote::setFullScreen(bool on)
{
    m_window.setFullScreen(on);
}

void WindowRemote::openLink(const QString& link)
{
    m_window.openLink(link);
}

void WindowRemote::next()
{
    m_series.next();
}

void WindowRemote::previous()
{
    m_series.previous();
}

void WindowRemote::raise()
{
    m_window.bringToFront();
}

void WindowRemote::quit()
{
    m_window.quit();
}

} // namespace mutoscope::ui
