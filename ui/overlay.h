#pragma once

#include <optional>
#include <vector>

#include <QString>

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
    Problem, ///< nothing can be seen until something is done
    Buffering,
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
    QString problem; ///< the player's sentence, if it has failed
};

struct Overlay {
    OverlayKind kind = OverlayKind::None;
    QString title;
    QString sentence;
    std::vector<Step> steps;           ///< Progress only
    std::vector<node::WayOut> waysOut; ///< Problem, and the banner's
    bool retryPlayer = false;          ///< Problem: the player's own, so one button that tries to play again
    QString banner;                    ///< what went wrong while the film goes on; empty if nothing
};

[[nodiscard]] Overlay decideOverlay(const node::Viewing& viewing, const PlaybackView& playback);

/// Something is open at the node that finish() would end.
[[nodiscard]] bool isActive(node::Stage stage);
/// "0.42 of 3.00 tokens · 14 of 58 segments receipted · ab12…"; empty as long as nothing is known.
[[nodiscard]] QString spendingLine(const node::Viewing& viewing);
[[nodiscard]] QString wayOutText(node::WayOut wayOut);

} // namespace mutoscope::ui
