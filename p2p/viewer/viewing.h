#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QUrl>

#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/wire/answers.h"

namespace mutoscope::viewer
{

/// What the overlay over the film says, in this order.
enum class Stage {
    Idle,            ///< nothing is to be played
    FindingSeeder,   ///< asking for offers and the manifest
    Approval,        ///< price and cap are known; waiting for approve()
    OpeningContract, ///< seeder and tracker are asked
    FirstSegment,    ///< the contract is open, nothing has arrived yet
    Playing,         ///< segments arrive, or all are here
    Finished,        ///< the contract is closed
    Failed,          ///< `problem` says why; what is on disk can still be played
};

/// A way out that helps against a problem. The interface makes a button of it.
enum class WayOut { Retry, OtherSeeder, RaiseCap, TopUp };

/// What a permit would have to say.
struct PermitWanted {
    base::PublicKey publisher; ///< who can give it
    base::PublicKey viewer;    ///< to whom: this node's key
    bool operator==(const PermitWanted&) const = default;
};

struct Problem {
    base::ErrorCode code = base::ErrorCode::Internal;
    std::string sentence; ///< cause, for a person
    std::vector<WayOut> waysOut;
    std::optional<PermitWanted> permit{}; ///< where that is what is missing
};

/// Milliseconds of film.
struct TimeRange {
    std::int64_t fromMs = 0;
    std::int64_t toMs = 0;
    bool operator==(const TimeRange&) const = default;
};

/// A quality of the film.
struct Quality {
    int width = 0; ///< pixels; 0 where unknown
    int height = 0;
    std::int64_t bitsPerSecond = 0; ///< on average, sound included
    bool operator==(const Quality&) const = default;
};

/// Text that goes with the film, WebVTT.
struct SubtitleTrack {
    std::size_t playlist = 0;
    std::string name;     ///< for people; by the publisher
    std::string language; ///< RFC 5646; empty where it is not said
    bool isDefault = false;
    bool isForced = false; ///< belongs to the film even for those who understand it
    bool operator==(const SubtitleTrack&) const = default;
};

/// A segment of a SubtitleTrack, as it came.
struct SubtitlePiece {
    base::ContentId content;
    std::size_t playlist = 0;
    std::int64_t fromMs = 0; ///< milliseconds of film
    std::int64_t toMs = 0;
    bool isLast = false;
    std::string text;
};

/// A seeder with whom a contract is open.
struct SeederInUse {
    std::string name; ///< shortened key and address
    base::Tokens pricePerMiB;
    std::int64_t bytesPerSecond = 0; ///< measured; 0 before enough has come
    bool operator==(const SeederInUse&) const = default;
};

/// The film that is being watched, and what it costs.
struct Viewing {
    Stage stage = Stage::Idle;
    base::ContentId content;
    std::string title;
    std::int64_t durationMs = 0; ///< 0 before the manifest is here
    QUrl gateway;                ///< HLS address for the player on loopback, see Gateway; empty before the manifest is here
    QUrl stills;                 ///< with milliseconds of film behind it: a few seconds of film there, of what is here
    std::optional<Problem> problem;

    std::string seeder;                        ///< the first of `seeders`, shortened key and address; empty before one is found
    std::vector<SeederInUse> seeders;          ///< all who send, the cheapest first
    std::optional<base::Tokens> pricePerMiB;   ///< the lowest that is asked for
    std::optional<base::Tokens> priceOfRest;   ///< for all segments that are not here yet
    std::optional<base::Tokens> cap;           ///< reserved by the contract, or to be reserved
    std::optional<base::Tokens> mostCap;       ///< the daily limit leaves no more; none where there is no such limit
    base::Tokens spent;                        ///< receipted in this viewing, all its contracts together
    base::ByteCount bytes;                     ///< receipted in this viewing
    std::int64_t segmentsReceipted = 0;        ///< in this viewing
    std::int64_t segmentsHere = 0;             ///< on disk, of segmentsTotal
    std::int64_t segmentsTotal = 0;            ///< of what watching it takes: the picture in one quality, the sound that is played
    std::int64_t bytesPerSecond = 0;           ///< measured over the last segments
    std::int64_t filmBytesPerSecond = 0;       ///< that the film takes, on average; 0 where unknown
    std::int64_t readAheadMs = 0;              ///< the most that is bought ahead of the player, by the person's wish and by the cap
    std::int64_t bufferMs = 0;                 ///< what is bought ahead just now, by the rate
    std::vector<TimeRange> here;               ///< on disk, for the seek bar
    std::vector<TimeRange> bought;             ///< of `here`, what was bought in this viewing
    std::vector<Quality> qualities;            ///< to choose from, the lowest first; empty where there is no choice
    std::optional<std::size_t> chosenQuality;  ///< of these, by the person; none: automatic
    std::optional<std::size_t> playedQuality;  ///< of these: of what the player was given last
    std::vector<SubtitleTrack> subtitles;
    std::optional<wire::ContractState> contractState; ///< at the tracker; none before it was opened
    std::optional<base::Tokens> paid;          ///< settled, all contracts of this viewing; once Finished
    std::optional<base::Tokens> returned;      ///< gone back to the spend address; once Finished
    std::optional<base::UnixMs> permitExpires; ///< of a film that needs a permit, somebody else's
};

} // namespace mutoscope::viewer
