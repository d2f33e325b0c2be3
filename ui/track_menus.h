#pragma once

#include <QObject>

#include "p2p/node/node.h"
#include "player/player_types.h"

class QMenu;

namespace mutoscope::ui
{

class ControlBar;
class IconButton;
class Playback;
class Subtitles;

/// The buttons for quality, sound, subtitles and speed in the control bar, each with its menu; one that would offer no choice is not there.
class TrackMenus : public QObject
{
    Q_OBJECT

public:
    /// All must outlive it.
    TrackMenus(node::Node& node, Playback& playback, Subtitles& subtitles, ControlBar& bar);

    /// Looks at the node's snapshot and the player anew.
    void refresh();
    /// The sound after the one that is heard; after the last one the first.
    void nextAudio();

Q_SIGNALS:
    /// What a key has just done, for people.
    void noticed(const QString& text);
    /// The person has chosen a sound; its language may be empty.
    void audioPicked(const QString& language);

private:
    void pickAudio(const player::AudioTrack& track);
    void openMenu(IconButton* button, QMenu& menu);
    void fillQuality(QMenu& menu);
    void fillAudio(QMenu& menu);
    void fillSubtitles(QMenu& menu);
    void fillSpeed(QMenu& menu);
    void refreshSpeed();

    node::Node& m_node;
    Playback& m_playback;
    Subtitles& m_subtitles;
    IconButton* m_quality = nullptr;
    IconButton* m_audio = nullptr;
    IconButton* m_text = nullptr;
    IconButton* m_speed = nullptr;
};

} // namespace mutoscope::ui
