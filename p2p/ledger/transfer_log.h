#pragma once

#include "p2p/ledger/auditor.h"
#include "p2p/ledger/journal_log.h"
#include "p2p/ledger/store.h"

namespace mutoscope::ledger
{

/// The whole log of the store's ledger. Inside Ledger::read(), while others may write.
[[nodiscard]] base::Result<void> exportLog(Store& store, LogWriter& writer);

struct Rebuilt {
    std::int64_t entries = 0;
    std::int64_t contracts = 0; ///< open or closing
    std::int64_t answers = 0;
    base::Tokens issued;
};

/// Fills a new ledger, which must have its owner and nothing else, from a log, and audits what it reads. Inside
/// Ledger::transact(), which takes all of it back after an error; the reader is at its beginning. WrongData with the line where the log is broken;
/// Conflict where the ledger is not new, or not of the log's network and tracker.
[[nodiscard]] base::Result<Rebuilt> rebuildFromLog(LogReader& reader, Store& store);

} // namespace mutoscope::ledger
