#pragma once

#include "p2p/node/node.h"

/// Field lists of what the facade says and takes, for structs that have none of their own. A member that is not listed does not
/// cross the socket, and tests/unit/control/tst_fields.cpp says so.
namespace mutoscope::control
{

template <class F>
void fields(F& f, node::TrackerStatus& value)
{
    f("state", value.state);
    f("name", value.name);
    f("problem", value.problem);
    f("link", value.link);
}

template <class F>
void fields(F& f, node::KeyStatus& value)
{
    f("state", value.state);
    f("place", value.place);
    f("sealed", value.sealed);
    f("backed_up", value.backedUp);
    f("key", value.key);
    f("problem", value.problem);
}

template <class F>
void fields(F& f, node::Wallet& value)
{
    f("ordinary_address", value.ordinaryAddress);
    f("spend_address", value.spendAddress);
    f("income_address", value.incomeAddress);
    f("ordinary", value.ordinary);
    f("spend", value.spend);
    f("locked", value.locked);
    f("owed", value.owed);
    f("income", value.income);
    f("stale", value.stale);
    f("history", value.history);
    f("history_is_whole", value.historyIsWhole);
}

template <class F>
void fields(F& f, node::SeededTitle& value)
{
    f("content", value.content);
    f("title", value.title);
    f("size", value.size);
    f("duration_ms", value.durationMs);
    f("access", value.access);
    f("is_own", value.isOwn);
    f("price_per_mib", value.pricePerMiB);
    f("seeding", value.seeding);
    f("pause", value.pause);
    f("problem", value.problem);
    f("viewers_now", value.viewersNow);
    f("uploaded", value.uploaded);
    f("earned", value.earned);
    f("cheapest_other", value.cheapestOther);
    f("link", value.link);
    f("direct_link", value.directLink);
}

template <class F>
void fields(F& f, node::LibraryFilm& value)
{
    f("content", value.content);
    f("title", value.title);
    f("duration_ms", value.durationMs);
    f("size", value.size);
    f("here", value.here);
    f("poster", value.poster);
    f("access", value.access);
    f("is_own", value.isOwn);
    f("link", value.link);
}

template <class F>
void fields(F& f, node::SeederHealth& value)
{
    f("name", value.name);
    f("price_per_mib", value.pricePerMiB);
    f("complete", value.complete);
    f("answered_ms", value.answeredMs);
}

template <class F>
void fields(F& f, node::FilmHealth& value)
{
    f("content", value.content);
    f("seeders", value.seeders);
    f("problem", value.problem);
}

template <class F>
void fields(F& f, node::HeldPermit& value)
{
    f("content", value.content);
    f("title", value.title);
    f("publisher", value.publisher);
    f("expires", value.expires);
    f("link", value.link);
}

template <class F>
void fields(F& f, node::DiskUse& value)
{
    f("films", value.films);
    f("free", value.free);
}

template <class F>
void fields(F& f, node::SourceStatus& value)
{
    f("kind", value.kind);
    f("state", value.state);
    f("found", value.found);
    f("problem", value.problem);
}

template <class F>
void fields(F& f, node::PortCheck& value)
{
    f("port", value.port);
    f("outcome", value.outcome);
    f("mapped", value.mapped);
}

template <class F>
void fields(F& f, reach::ByRelay& value)
{
    f("returned", value.returned);
    f("punched", value.punched);
    f("relayed", value.relayed);
}

template <class F>
void fields(F& f, reach::RelayCost& value)
{
    f("price", value.price);
    f("buying", value.buying);
    f("bytes", value.bytes);
    f("paid", value.paid);
    f("problem", value.problem);
}

template <class F>
void fields(F& f, node::RelayRun& value)
{
    f("price", value.price);
    f("nodes", value.nodes);
    f("copying", value.copying);
    f("copied", value.copied);
    f("bought", value.bought);
    f("earned", value.earned);
    f("problem", value.problem);
}

template <class F>
void fields(F& f, node::ReachStatus& value)
{
    f("way", value.way);
    f("observed", value.observed);
    f("ports", value.ports);
    f("problem", value.problem);
    f("endpoints", value.endpoints);
    f("by_relay", value.byRelay);
    f("relay", value.relay);
    f("relay_cost", value.relayCost);
    f("relay_problem", value.relayProblem);
}

template <class F>
void fields(F& f, node::PermitWanted& value)
{
    f("publisher", value.publisher);
    f("viewer", value.viewer);
}

template <class F>
void fields(F& f, node::Problem& value)
{
    f("code", value.code);
    f("sentence", value.sentence);
    f("ways_out", value.waysOut);
    f("permit", value.permit);
}

template <class F>
void fields(F& f, node::TimeRange& value)
{
    f("from_ms", value.fromMs);
    f("to_ms", value.toMs);
}

template <class F>
void fields(F& f, node::Quality& value)
{
    f("width", value.width);
    f("height", value.height);
    f("bits_per_second", value.bitsPerSecond);
}

template <class F>
void fields(F& f, node::SubtitleTrack& value)
{
    f("playlist", value.playlist);
    f("name", value.name);
    f("language", value.language);
    f("is_default", value.isDefault);
    f("is_forced", value.isForced);
}

template <class F>
void fields(F& f, node::SubtitlePiece& value)
{
    f("content", value.content);
    f("playlist", value.playlist);
    f("from_ms", value.fromMs);
    f("to_ms", value.toMs);
    f("is_last", value.isLast);
    f("text", value.text);
}

template <class F>
void fields(F& f, node::SeederInUse& value)
{
    f("name", value.name);
    f("price_per_mib", value.pricePerMiB);
    f("bytes_per_second", value.bytesPerSecond);
}

template <class F>
void fields(F& f, node::Viewing& value)
{
    f("stage", value.stage);
    f("content", value.content);
    f("title", value.title);
    f("duration_ms", value.durationMs);
    f("gateway", value.gateway);
    f("stills", value.stills);
    f("problem", value.problem);
    f("seeder", value.seeder);
    f("seeders", value.seeders);
    f("price_per_mib", value.pricePerMiB);
    f("price_of_rest", value.priceOfRest);
    f("cap", value.cap);
    f("most_cap", value.mostCap);
    f("spent", value.spent);
    f("bytes", value.bytes);
    f("segments_receipted", value.segmentsReceipted);
    f("segments_here", value.segmentsHere);
    f("segments_total", value.segmentsTotal);
    f("bytes_per_second", value.bytesPerSecond);
    f("film_bytes_per_second", value.filmBytesPerSecond);
    f("read_ahead_ms", value.readAheadMs);
    f("buffer_ms", value.bufferMs);
    f("here", value.here);
    f("bought", value.bought);
    f("qualities", value.qualities);
    f("chosen_quality", value.chosenQuality);
    f("played_quality", value.playedQuality);
    f("subtitles", value.subtitles);
    f("contract_state", value.contractState);
    f("paid", value.paid);
    f("returned", value.returned);
    f("permit_expires", value.permitExpires);
}

/// The library and the history may be large and seldom change: they are null where the other end has them already.
template <class F>
void fields(F& f, node::Snapshot& value)
{
    f("tracker", value.tracker);
    f("keys", value.keys);
    f("wallet", value.wallet);
    f("seeding", value.seeding);
    f("rules", value.rules);
    f("library", value.library);
    f("films_to_come_back", value.filmsToComeBack);
    f("permits", value.permits);
    f("disk", value.disk);
    f("viewing", value.viewing);
    f("sources", value.sources);
    f("listening", value.listening);
    f("reach", value.reach);
    f("relay", value.relay);
    f("peers", value.peers);
    f("sent_per_second", value.sentPerSecond);
}

template <class F>
void fields(F& f, node::FoundFilm& value)
{
    f("content", value.content);
    f("title", value.title);
    f("description", value.description);
    f("duration_ms", value.durationMs);
    f("size", value.size);
    f("price", value.price);
    f("seeders", value.seeders);
    f("poster", value.poster);
    f("link", value.link);
}

template <class F>
void fields(F& f, node::FilmPage& value)
{
    f("text", value.text);
    f("cursor", value.cursor);
    f("films", value.films);
    f("next", value.next);
    f("problem", value.problem);
}

template <class F>
void fields(F& f, node::ContractPage& value)
{
    f("id", value.id);
    f("contract", value.contract);
    f("receipt", value.receipt);
    f("state", value.state);
    f("paid", value.paid);
    f("returned", value.returned);
    f("opened", value.opened);
    f("closed", value.closed);
    f("problem", value.problem);
}

template <class F>
void fields(F& f, node::PlayOptions& value)
{
    f("approve_up_to", value.approveUpTo);
    f("read_ahead_ms", value.readAheadMs);
    f("calm_start_ms", value.calmStartMs);
    f("daily_cap", value.dailyCap);
    f("wait_for_player", value.waitForPlayer);
}

template <class F>
void fields(F& f, node::Publication& value)
{
    f("playlist", value.playlist);
    f("poster", value.poster);
    f("title", value.title);
    f("description", value.description);
    f("price_per_mib", value.pricePerMiB);
    f("access", value.access);
}

} // namespace mutoscope::control
