#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include <QString>
#include <QStringList>

#include "p2p/node/snapshot.h"
#include "player/player_types.h"

/// What lies over the film, decided from what the node and the player say. Pure.
namespace mutoscope::ui
{

enum class OverlayKind {
    None,
    Empty,    ///< nothing is open
    Progress, ///< on the way to the first picture
    Approval,
    Resume,   ///< it was left in the middle: from where?
    Problem, ///< nothing can be seen until something is done
    Buffering,
    Next, ///< watched to its end; the next of the list follows
    Done, ///< watched to its end, or the contract is closed and nothing plays
};

enum class StepState { Done, Now, Ahead };

struct Step {
    QString name;
    StepState state = StepState::Ahead;
};

struct PlaybackView {
    player::State state = player::State::Idle;
    bool waitingLong = false; ///< buffering for so long that a person notices, or opening what ought to be on disk
    int bufferingPercent = 100;
    QString problem;      ///< the player's sentence, if it has failed
    QStringList packages; ///< that it lacks
    std::optional<std::chrono::milliseconds> resumeAt; ///< where it was left, as long as the person hasn't chosen
    std::optional<int> secondsToNext;                  ///< after the end, until the next film of the list
    QString nextTitle;
};

struct Overlay {
    OverlayKind kind = OverlayKind::None;
    QString title;
    QString sentence;
    std::vector<Step> steps;           ///< Progress only
    std::vector<node::WayOut> waysOut; ///< Problem, and the banner's
    std::chrono::milliseconds resumeAt{0}; ///< Resume only
    bool retryPlayer = false;          ///< Problem: the player's own, so one button that tries to play again
    bool reopen = false;               ///< Problem: opening the same link again may help
    std::optional<QString> ownKey;     ///< Problem: what the publisher needs to make a permit
    bool otherFilm = false;            ///< Problem: only another link helps
    QString command;                   ///< Problem: what a person types to be rid of it; empty if there is no such thing
    QString banner;                    ///< what went wrong while the film goes on; empty if nothing
};

[[nodiscard]] Overlay decideOverlay(const node::Viewing& viewing, const PlaybackView& playback);

/// Something is open at the node that finish() would end.
[[nodiscard]] bool isActive(node::Stage stage);
/// "0.42 of 3.00 tokens · 14 of 58 segments receipted · ab12…"; empty as long as nothing is known.
[[nodiscard]] QString spendingLine(const node::Viewing& viewing);
[[nodiscard]] QString wayOutText(node::WayOut wayOut);

} // namespace mutoscope::ui
