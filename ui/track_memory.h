#pragma once

#include <QObject>

namespace mutoscope::ui
{

class Playback;
class SettingsStore;
class Subtitles;
class TrackMenus;

/// Keeps the languages of the sound and the subtitles that the person chose, and chooses them again in the next film that has them. UI
/// thread; all that it is given must outlive it.
class TrackMemory : public QObject
{
    Q_OBJECT

public:
    TrackMemory(SettingsStore& settings, Playback& playback, Subtitles& subtitles, TrackMenus& menus);

private:
    void chooseSound();
    void chooseText();

    SettingsStore& m_settings;
    Playback& m_playback;
    Subtitles& m_subtitles;
    bool m_soundChosen = false; ///< for this film
};

} // namespace mutoscope::ui
