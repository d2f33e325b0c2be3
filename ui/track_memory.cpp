#include "ui/track_memory.h"

#include <algorithm>

#include "ui/languages.h"
#include "ui/playback.h"
#include "ui/settings_store.h"
#include "ui/subtitles.h"
#include "ui/track_menus.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

const QString soundName = u"tracks/sound"_s;
const QString textName = u"tracks/subtitles"_s; // empty: off

} // namespace

TrackMemory::TrackMemory(SettingsStore& settings, Playback& playback, Subtitles& subtitles, TrackMenus& menus)
    : QObject(&menus), m_settings(settings), m_playback(playback), m_subtitles(subtitles)
{
    connect(&menus, &TrackMenus::audioPicked, this, [this](const QString& language) {
        m_soundChosen = true;
        if (!language.isEmpty())
            m_settings.setValue(soundName, language);
    });
    connect(&subtitles, &Subtitles::picked, this, [this] {
        const auto track = m_subtitles.chosen();
        const QString language = track ? m_subtitles.tracks()[*track].language : QString();
        if (!track || !language.isEmpty())
            m_settings.setValue(textName, language);
    });
    connect(&playback, &Playback::audioTracksChanged, this, &TrackMemory::chooseSound);
    connect(&subtitles, &Subtitles::tracksChanged, this, &TrackMemory::chooseText);
}

void TrackMemory::chooseSound()
{
    const auto tracks = m_playback.audioTracks();
    if (tracks.isEmpty())
        m_soundChosen = false; // the film is closed
    if (m_soundChosen || m_playback.audioTrack().isEmpty())
        return;
    m_soundChosen = true;
    const QString language = m_settings.value(soundName).toString();
    const auto heard = std::ranges::find(tracks, m_playback.audioTrack(), &player::AudioTrack::id);
    if (heard != tracks.end() && isSameLanguage(heard->language, language))
        return;
    const auto wanted = std::ranges::find_if(tracks, [&](const auto& track) { return isSameLanguage(track.language, language); });
    if (wanted != tracks.end())
        m_playback.chooseAudio(wanted->id);
}

void TrackMemory::chooseText()
{
    const QString language = m_settings.value(textName).toString();
    const auto& tracks = m_subtitles.tracks();
    const auto wanted = std::ranges::find_if(tracks, [&](const auto& track) { return isSameLanguage(track.language, language); });
    if (wanted != tracks.end())
        m_subtitles.choose(static_cast<std::size_t>(wanted - tracks.begin()));
}

} // namespace mutoscope::ui
