// Links: mutoscope_ledger
#include "p2p/ledger/journal_log.h"
#include "tests/fuzz/fuzz.h"

// A line of an exported log: what is taken is exactly what would be written.
void fuzzOne(std::string_view input)
{
    using namespace mutoscope;
    if (const auto line = ledger::decodeLogLine(input))
        HOLDS(ledger::encode(*line) == input);
}
