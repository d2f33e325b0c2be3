#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include <QTimer>
#include <QVariantAnimation>
#include <QWidget>

#include "p2p/node/node.h"
#include "ui/overlay.h"

class QFrame;
class QHBoxLayout;
class QLabel;

namespace mutoscope::ui
{

class Banner;
class ControlBar;
class ElidedLabel;
class HoverCard;
class Playback;
class QueuePanel;
class Series;
class StageOverlay;
class Thumbnails;
class SubtitleView;
class Subtitles;
class TrackMenus;

/// The film, what lies over it, and the line of spending under it.
class PlayerPage : public QWidget
{
    Q_OBJECT

public:
    /// All that it is given must outlive it.
    PlayerPage(node::Node& node, Playback& playback, Series& series, std::unique_ptr<QWidget> film,
               std::chrono::milliseconds hideAfter);
    ~PlayerPage() override;

    /// Looks at the node's snapshot and the player anew.
    void refresh();
    void setFullScreen(bool on);

    // What keys and the mouse do.
    void togglePlay();
    void seekBy(std::chrono::milliseconds step);
    /// The film's widget, for the page that follows this one. Nothing else may be asked of this page afterwards.
    [[nodiscard]] std::unique_ptr<QWidget> releaseFilm();
    /// 0 … 9 tenths of the film.
    void seekToTenth(int tenth);
    void changeVolume(double step);
    void toggleMute();
    void seekTo(std::chrono::milliseconds position, bool accurate);
    /// Ends the film and its contract.
    void stop();
    /// To the next of the speeds offered, faster (1) or slower (−1).
    void changeSpeed(int direction);
    void setSpeed(double speed);
    void stepPicture(int direction);
    void toggleStatistics();
    void toggleQueue();
    /// Shows the question where to start, until startChosen() or until it is taken back with nothing.
    void askWhereToStart(std::optional<std::chrono::milliseconds> resumeAt);
    [[nodiscard]] TrackMenus& tracks() { return *m_tracks; }
    [[nodiscard]] Subtitles& subtitles() { return *m_subtitles; }

    [[nodiscard]] StageOverlay* overlay() const { return m_overlay; }
    [[nodiscard]] bool controlsVisible() const { return m_controlsWanted; }

Q_SIGNALS:
    void linkWanted();
    void topUpWanted();
    void fullScreenWanted(bool on);
    void sought(std::chrono::milliseconds position);
    /// The same film from the beginning, but not all of it is here.
    void reopenWanted();
    void startChosen(std::chrono::milliseconds position);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    static constexpr int margin = 16; ///< between what lies over the film and its edges

    void buildStage(std::unique_ptr<QWidget> film);
    void connectOverlay();
    void layOut();
    void placeSubtitles();
    void noteMouse();
    void judgeControls();
    void fadeControls(bool in);
    void showOver(QWidget* widget, bool visible);
    void watchPlayback();
    void retryPlayback();
    void replay();
    void cancel();
    void chooseWayOut(node::WayOut wayOut);
    void showHover(std::int64_t ms, int x);
    void hideHover();
    void notice(const QString& text);
    void placeNotice();
    void refreshStatistics();
    [[nodiscard]] Overlay currentOverlay() const;
    [[nodiscard]] std::int64_t durationMs() const;

    node::Node& m_node;
    Playback& m_playback;
    Series& m_series;
    std::unique_ptr<Thumbnails> m_thumbnails;
    std::chrono::milliseconds m_hideAfter;

    QWidget* m_stage = nullptr; ///< everything but the line of spending
    QWidget* m_film = nullptr;
    ControlBar* m_bar = nullptr;
    SubtitleView* m_subtitleView = nullptr;
    Subtitles* m_subtitles = nullptr; ///< the view's
    TrackMenus* m_tracks = nullptr;   ///< the bar's
    StageOverlay* m_overlay = nullptr;
    Banner* m_banner = nullptr;
    HoverCard* m_hover = nullptr;
    QLabel* m_notice = nullptr;     ///< what a key has just done
    QLabel* m_statistics = nullptr;
    QueuePanel* m_queue = nullptr;
    QFrame* m_spendingFrame = nullptr;
    ElidedLabel* m_spending = nullptr;

    QTimer m_idle;    ///< since the mouse last moved
    QTimer m_waiting; ///< until a wait is long enough to be named
    QTimer m_click;   ///< until a click can't become a double click any more
    QTimer m_noticeOver;
    QTimer m_statisticsAgain;
    QVariantAnimation m_fade;
    std::optional<std::chrono::milliseconds> m_sought; ///< until the player says where it is
    std::optional<std::chrono::milliseconds> m_resumeAt; ///< the question is open
    bool m_queueWanted = false;
    std::optional<std::pair<std::int64_t, int>> m_hovered; ///< milliseconds of film, pixels of the seek bar
    node::Stage m_stageShown = node::Stage::Idle;
    bool m_waitingLong = false;
    bool m_problemWanted = false; ///< the banner's problem shall be seen as a card
    bool m_controlsWanted = true;
    bool m_nativeFilm = false; ///< the film is a native window: what lies over it must be one too, and can't fade
    bool m_isFullScreen = false;
};

} // namespace mutoscope::ui
