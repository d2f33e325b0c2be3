#pragma once

#include <map>
#include <optional>
#include <vector>

#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>

namespace mutoscope::ui
{

/// Everything that a key can do.
enum class Action {
    PlayPause,
    Back,
    Forward,
    FarBack,
    FarForward,
    PreviousPicture,
    NextPicture,
    Slower,
    Faster,
    NormalSpeed,
    Louder,
    Softer,
    Mute,
    NextAudio,
    NextSubtitles,
    FullScreen,
    Statistics,
    NextFilm,
    PreviousFilm,
    Queue,
    OpenLink,
    OpenFile,
    ShowHome,
    ShowLibrary,
    ShowPlayer,
    ShowSeeding,
    ShowWallet,
    ShowSettings,
    ShowKeys,
    Quit,
};

struct ActionInfo {
    Action action = Action::PlayPause;
    QString id;   ///< in the settings file; never changes
    QString what; ///< for people
    QList<QKeySequence> defaults;
    bool onFilm = false; ///< only on the player page, and not while text is being typed
};

/// In the order of the key list.
[[nodiscard]] std::vector<ActionInfo> allActions();

class SettingsStore;

/// Which keys do what: the defaults, and what the person has chosen instead, kept in the group "keys" of the settings. Unknown
/// entries there count as far as they make sense.
class KeyMap : public QObject
{
    Q_OBJECT

public:
    /// `settings` must outlive it.
    explicit KeyMap(SettingsStore& settings, QObject* parent = nullptr);

    [[nodiscard]] QList<QKeySequence> keys(Action action) const;
    /// Who has this key.
    [[nodiscard]] std::optional<Action> holder(const QKeySequence& key) const;
    /// The key belongs to this action from now on, and to no other.
    void add(Action action, const QKeySequence& key);
    void remove(Action action, const QKeySequence& key);
    void reset();

Q_SIGNALS:
    void changed();

private:
    void set(Action action, QList<QKeySequence> keys);
    void save() const;

    SettingsStore& m_settings;
    std::map<Action, QList<QKeySequence>> m_chosen; ///< where they differ from the defaults
};

} // namespace mutoscope::ui
