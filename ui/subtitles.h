#pragma once

#include <functional>
#include <map>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "p2p/node/node.h"
#include "player/captions.h"
#include "ui/cue_store.h"

namespace mutoscope::ui
{

class Playback;
class SubtitleView;

/// Which text is shown with the film, and when: tracks that the film brings, whose pieces the node fetches as they are needed,
/// captions within its pictures, and files that the person opens. Times are the player's position, carried on between its reports.
class Subtitles : public QObject
{
    Q_OBJECT

public:
    struct Track {
        QString title;
        QString language;
        std::optional<std::size_t> playlist; ///< of the film
        std::optional<int> caption{};        ///< a channel within the pictures; neither: a file of the person's
    };

    /// All must outlive it; `view` is where text is drawn.
    Subtitles(node::Node& node, Playback& playback, SubtitleView& view);

    /// Looks at the node's snapshot anew.
    void refresh();
    [[nodiscard]] const std::vector<Track>& tracks() const { return m_tracks; }
    [[nodiscard]] std::optional<std::size_t> chosen() const { return m_chosen; } ///< of tracks()
    void choose(std::optional<std::size_t> track);
    /// The same by the person.
    void pick(std::optional<std::size_t> track);
    /// The next track, after the last one none.
    void next();
    /// Takes the file as a track and shows it; a sentence of what is wrong with it goes to noticed().
    void openFile(const QString& file);

    /// A subtitle file by its name.
    [[nodiscard]] static bool isSubtitleFile(const QString& file);

Q_SIGNALS:
    /// What has just happened, for people.
    void noticed(const QString& text);
    void picked();
    /// The film has brought its tracks.
    void tracksChanged();

private:
    [[nodiscard]] std::chrono::milliseconds now() const;
    void update();
    void takePiece(const node::SubtitlePiece& piece);
    void takeCaptions(const std::vector<player::Caption>& changes);
    void showCaption(int channel, std::chrono::milliseconds time);

    node::Node& m_node;
    Playback& m_playback;
    SubtitleView& m_view;
    base::ContentId m_content;
    std::vector<Track> m_tracks; ///< the film's, then captions, then files
    std::map<int, std::map<std::chrono::milliseconds, player::Cue>> m_captions; ///< by channel and beginning
    std::vector<std::vector<player::Cue>> m_files; ///< of the last tracks
    std::optional<std::size_t> m_chosen;
    CueStore m_cues;                                  ///< of the chosen one
    std::optional<std::chrono::milliseconds> m_asked; ///< for the piece at this time, and it has not come
    QElapsedTimer m_sincePosition;
    QTimer m_nextChange;
};

/// Takes subtitle files that are dropped on a widget; leaves all others to the widgets around it.
class SubtitleDrop : public QObject
{
    Q_OBJECT

public:
    SubtitleDrop(QWidget& on, std::function<void(const QString& file)> dropped);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    std::function<void(const QString& file)> m_dropped;
};

} // namespace mutoscope::ui
