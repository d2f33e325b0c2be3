#pragma once

#include <vector>

#include "p2p/base/types.h"
#include "p2p/node/snapshot.h"
#include "p2p/wire/answers.h"
#include "ui/history_model.h"

namespace mutoscope::ui
{

/// A span of the charts, ending now, by the local calendar.
enum class Span { Today, Week, Month };

[[nodiscard]] base::UnixMs beginOf(Span span, base::UnixMs now);

/// Whether what is known of the history has all of the span: else no sum of it can be said.
[[nodiscard]] bool isKnown(const node::Wallet& wallet, Span span, base::UnixMs now);

/// What seeding earned in each hour of today, or on each of the last 7 or 30 days, the oldest first: contracts that were settled, at
/// the income address.
[[nodiscard]] std::vector<base::Tokens> earningsOf(const std::vector<wire::HistoryEntry>& history, Span span, base::UnixMs now);

/// What settled contracts took from the spend address, likewise.
[[nodiscard]] std::vector<base::Tokens> spendingOf(const std::vector<HistoryRow>& rows, Span span, base::UnixMs now);

[[nodiscard]] base::Tokens sumOf(const std::vector<base::Tokens>& amounts);

} // namespace mutoscope::ui
