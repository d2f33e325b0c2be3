#pragma once

#include <QString>

#include "p2p/node/snapshot.h"

/// How others get to this node, in words. The status line and the seeding page say the same.
namespace mutoscope::ui
{

/// A few words: "Reachable (mapped port)"; "—" while it is not known, empty where the node doesn't listen.
[[nodiscard]] QString reachInShort(const node::ReachStatus& reach);
/// A sentence or two: which way is in use, or why none works and what to do about it.
[[nodiscard]] QString reachInWords(const node::ReachStatus& reach);
/// Whether the person should do something.
[[nodiscard]] bool isUnreachable(const node::ReachStatus& reach);

/// "Tracker: NAME", or what is the matter with it.
[[nodiscard]] QString trackerInWords(const node::TrackerStatus& tracker);

} // namespace mutoscope::ui
