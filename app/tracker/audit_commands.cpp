#include "app/tracker/audit_commands.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/tracker/place.h"
#include "p2p/base/encoding.h"
#include "p2p/ledger/audit.h"
#include "p2p/ledger/transfer_log.h"

namespace mutoscope::app
{

using base::fail;
using base::Result;
using base::toHex;
using ledger::Ledger;
using nlohmann::json;

namespace
{

json describe(const ledger::AuditReport& report)
{
    json chains = json::array();
    for (const auto& [chain, head] : report.chains)
        chains.push_back({{"chain", chain}, {"number", head.number}, {"hash", toHex(head.hash)}});
    json result{{"ok", !report.broken},          {"entries", report.entries}, {"accounts", report.accounts},
                {"contracts", report.contracts}, {"answers", report.answers}, {"issued", report.issued.value()},
                {"heads", std::move(chains)}};
    if (const auto& broken = report.broken) {
        result["broken"] = {{"what", broken->what}, {"found", broken->found}, {"expected", broken->expected}};
        if (broken->entry.number > 0)
            result["broken"]["entry"] = {{"chain", broken->entry.chain}, {"number", broken->entry.number}};
    }
    return result;
}

} // namespace

int audit(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto place = openPlace(settings, Missing::Fail);
    if (!place)
        return failed(place.error());
    ledger::AuditReport report;
    const auto done = (*place)->ledger->read([&](Ledger& ledger) -> Result<void> {
        // Where a short grace is allowed, contracts may have settled within any.
        auto audited =
            ledger::audit(ledger.store(), {.leastGrace = settings.allowShortGrace ? std::chrono::milliseconds(0)
                                                                                  : tracker::Settings::minGrace});
        if (!audited)
            return tl::unexpected(audited.error());
        report = std::move(*audited);
        return {};
    });
    if (!done)
        return failed(done.error());
    if (arguments.has("--json"))
        std::printf("%s\n", describe(report).dump().c_str());
    if (report.broken)
        return failed({base::ErrorCode::WrongData, inWords(*report.broken)});
    if (!arguments.has("--json"))
        std::printf("the books are right: %lld entries, %lld contracts, %lld micro-tokens issued\n",
                    static_cast<long long>(report.entries), static_cast<long long>(report.contracts),
                    static_cast<long long>(report.issued.value()));
    return 0;
}

int exportLog(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto to = arguments.option("--to");
    if (!to)
        return misused("--to LOG is needed, a file that doesn't exist yet");
    const auto place = openPlace(settings, Missing::Fail);
    if (!place)
        return failed(place.error());
    auto writer = ledger::LogWriter::create(*to);
    if (!writer)
        return failed(writer.error());
    auto done = (*place)->ledger->read([&](Ledger& ledger) { return ledger::exportLog(ledger.store(), *writer); });
    if (done)
        done = writer->finish();
    return done ? 0 : failed(done.error());
}

int rebuild(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto from = arguments.option("--from");
    if (!from)
        return misused("--from LOG is needed");
    if (const auto readable = ledger::LogReader::open(*from); !readable)
        return failed(readable.error());
    const auto lock = ServingLock::take(settings.data);
    if (!lock)
        return failed(lock.error());
    const auto place = openPlace(settings, Missing::NewLedger);
    if (!place)
        return failed(place.error());
    ledger::Rebuilt rebuilt;
    const auto done = (*place)->ledger->transact([&](Ledger& ledger) -> Result<void> {
        auto reader = ledger::LogReader::open(*from); // from its beginning each time: a job may run again
        if (!reader)
            return tl::unexpected(reader.error());
        const auto result = ledger::rebuildFromLog(*reader, ledger.store());
        if (!result)
            return tl::unexpected(result.error());
        rebuilt = *result;
        return {};
    });
    if (!done) {
        (*place)->removeNewLedger();
        return failed(done.error());
    }
    std::printf("rebuilt: %lld entries, %lld contracts that are not closed, %lld answers, %lld micro-tokens issued\n",
                static_cast<long long>(rebuilt.entries), static_cast<long long>(rebuilt.contracts),
                static_cast<long long>(rebuilt.answers), static_cast<long long>(rebuilt.issued.value()));
    return 0;
}

} // namespace mutoscope::app
