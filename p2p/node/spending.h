#pragma once

#include <span>

#include "p2p/base/types.h"
#include "p2p/wire/answers.h"

namespace mutoscope::node
{

/// What contracts opened since then have cost from the spend address, with all that is reserved in those that are open. Pure.
[[nodiscard]] base::Tokens spentSince(std::span<const wire::HistoryEntry> history, base::UnixMs since);

/// The beginning of that day, by the computer's time zone.
[[nodiscard]] base::UnixMs startOfDay(base::UnixMs now);

} // namespace mutoscope::node
