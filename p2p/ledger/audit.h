#pragma once

#include "p2p/ledger/auditor.h"
#include "p2p/ledger/store.h"

namespace mutoscope::ledger
{

struct AuditReport {
    std::optional<Break> broken; ///< the first thing that isn't right
    std::int64_t entries = 0;
    std::int64_t accounts = 0;
    std::int64_t contracts = 0;
    std::int64_t answers = 0;
    base::Tokens issued;
    std::map<std::int64_t, Auditor::Chain> chains;
};

/// Recomputes everything from the journal (see Auditor), and compares the store's own tables with it: accounts,
/// balances, contracts, answers. Inside Ledger::read(). An error is the store's (the disk); books that break are in the
/// report.
[[nodiscard]] base::Result<AuditReport> audit(Store& store, Auditor::Options options = {});

} // namespace mutoscope::ledger
