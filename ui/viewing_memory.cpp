#include "ui/viewing_memory.h"

#include <algorithm>

#include "ui/playback.h"
#include "ui/settings_store.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace mutoscope::ui
{

using player::State;

namespace
{

constexpr auto apart = 10s; ///< so much of the film may be lost in a crash
const QString volumeName = u"sound/volume"_s;
const QString mutedName = u"sound/muted"_s;

} // namespace

ViewingMemory::ViewingMemory(SettingsStore& settings, const base::Clock& clock, Playback& playback)
    : m_settings(settings), m_points(settings, clock), m_playback(playback)
{
    bool isNumber = false;
    const double volume = m_settings.value(volumeName).toDouble(&isNumber);
    if (isNumber && volume >= 0)
        m_playback.setVolume(std::min(volume, 1.0));
    if (m_settings.value(mutedName).toBool())
        m_playback.setMuted(true);
    connect(&m_playback, &Playback::volumeChanged, this, [this] {
        m_settings.setValue(volumeName, m_playback.volume());
        m_settings.setValue(mutedName, m_playback.isMuted());
    });
    connect(&m_playback, &Playback::stateChanged, this, &ViewingMemory::noteState);
    connect(&m_playback, &Playback::positionChanged, this, &ViewingMemory::notePosition);
}

void ViewingMemory::follow(const base::ContentId& film)
{
    m_film = film;
}

void ViewingMemory::noteState()
{
    switch (m_playback.state()) {
    case State::Opening:
    case State::Buffering:
    case State::Playing:
        m_ended = false;
        break;
    case State::Idle: // says where it stood
    case State::Paused:
    case State::Failed:
        note();
        break;
    case State::Ended:
        m_ended = true;
        if (m_film)
            m_points.forget(*m_film);
        break;
    }
    if (m_playback.state() == State::Idle)
        m_film.reset();
}

void ViewingMemory::notePosition()
{
    const bool runs = m_playback.state() == State::Playing || m_playback.state() == State::Buffering;
    if (runs && std::chrono::abs(m_playback.position() - m_noted) >= apart)
        note();
}

void ViewingMemory::note()
{
    if (!m_film || m_ended)
        return;
    m_noted = m_playback.position();
    m_points.note(*m_film, m_noted, m_playback.duration());
}

} // namespace mutoscope::ui
