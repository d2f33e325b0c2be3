#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "p2p/base/types.h"
#include "p2p/discovery/film_health.h"
#include "p2p/discovery/source_status.h"
#include "p2p/node/seeding_rules.h"
#include "p2p/reach/reach_status.h"
#include "p2p/viewer/viewing.h"
#include "p2p/wallet/key_status.h"
#include "p2p/wire/answers.h"
#include "p2p/wire/content.h"

/// What a user interface sees of the node: plain values, made in the node's thread and handed over whole. What is not
/// known is an empty optional, never 0.
namespace mutoscope::node
{

/// Where the connection to the wallet tracker stands.
enum class TrackerState { Connecting, Online, Offline };

struct TrackerStatus {
    TrackerState state = TrackerState::Connecting;
    std::string name;    ///< the operator's; empty before the first handshake
    std::string problem; ///< one sentence, while Offline
    std::string link{};  ///< where it is; empty as long as none was chosen
};

struct Wallet {
    base::Address ordinaryAddress; ///< follows from the node's key; zero where there is no wallet yet
    std::optional<base::Address> spendAddress;
    std::optional<base::Address> incomeAddress;
    std::optional<base::Tokens> ordinary; ///< free on the ordinary address
    std::optional<base::Tokens> spend;    ///< free on the spend address
    std::optional<base::Tokens> locked;   ///< reserved in open contracts
    base::Tokens owed;                    ///< of `locked`: receipted by now, and not settled yet
    std::optional<base::Tokens> income;   ///< earned and not paid out yet
    bool stale = false;                   ///< the last known figures; the tracker does not answer just now
    std::shared_ptr<const std::vector<wire::HistoryEntry>> history; ///< newest first
    bool historyIsWhole = false; ///< else older ones are still being fetched, or are too many
};

/// A film that this node gives to others.
struct SeededTitle {
    base::ContentId content;
    std::string title;
    base::ByteCount size;
    std::int64_t durationMs = 0;
    wire::Access access = wire::Access::Open;
    bool isOwn = false; ///< this node has published it
    base::Tokens pricePerMiB;
    bool seeding = false;     ///< switched on
    Pause pause = Pause::None; ///< why it is not announced and served though it is switched on, by the rules
    std::string problem;      ///< why it can't be announced or served, one sentence; empty if all is well
    int viewersNow = 0;       ///< open contracts
    base::ByteCount uploaded; ///< receipted bytes, all time
    base::Tokens earned;      ///< settled and receipted, all time
    std::optional<base::Tokens> cheapestOther{}; ///< for each MiB, at another seeder; none where there is none, or it isn't known
    std::string link;         ///< mutoscope: link to share
    std::string directLink{}; ///< the same, naming this node as a seeder; empty while it is not seeded or can't be reached
};

/// A film whose playlists are on this computer: published here, or watched.
struct LibraryFilm {
    base::ContentId content;
    std::string title;
    std::int64_t durationMs = 0;
    base::ByteCount size; ///< of all its segments
    base::ByteCount here; ///< of those on this computer
    std::optional<wire::ObjectRef> poster;
    wire::Access access = wire::Access::Open;
    bool isOwn = false; ///< this node has published it
    std::string link;
};

/// That this node may have a film, by its publisher's word.
struct HeldPermit {
    base::ContentId content;
    std::string title;
    base::PublicKey publisher;
    base::UnixMs expires; ///< may have passed
    std::string link;     ///< of the film
};

/// The relay that this node is for others.
struct RelayRun {
    std::optional<base::Tokens> price; ///< for each MiB beyond the free ones; none: more is not copied
    std::int64_t nodes = 0;            ///< waiting now
    std::int64_t copying = 0;          ///< pairs of connections now
    base::ByteCount copied;            ///< since the start
    base::ByteCount bought;            ///< of that
    base::Tokens earned;               ///< settled and receipted, all time
    std::string problem;               ///< why it is not announced or not paid, one sentence
    bool operator==(const RelayRun&) const = default;
};

/// The disk that films take.
struct DiskUse {
    base::ByteCount films;
    std::optional<base::ByteCount> free; ///< of the file system
};

using discovery::FilmHealth;
using discovery::SeederHealth;
using discovery::SourceKind;
using discovery::SourceState;
using discovery::SourceStatus;
using reach::PortCheck;
using reach::ReachStatus;
using reach::RelayCost;
using reach::Way;
using wallet::KeyPlace;
using wallet::KeyState;
using wallet::KeyStatus;
using viewer::PermitWanted;
using viewer::Problem;
using viewer::Quality;
using viewer::SeederInUse;
using viewer::Stage;
using viewer::SubtitlePiece;
using viewer::SubtitleTrack;
using viewer::TimeRange;
using viewer::Viewing;
using viewer::WayOut;

struct Snapshot {
    TrackerStatus tracker;
    KeyStatus keys; ///< unless they are Open, the rest is what was known last
    Wallet wallet;
    std::vector<SeededTitle> seeding;
    SeedingRules rules;
    std::shared_ptr<const std::vector<LibraryFilm>> library; ///< by title; none before it was read
    std::int64_t filmsToComeBack = 0; ///< into the library, of a wallet that was restored: nobody has them just now, or they come next
    std::vector<HeldPermit> permits; ///< by title
    std::optional<DiskUse> disk;
    Viewing viewing;
    std::vector<SourceStatus> sources; ///< of seeders, each kind once
    std::string listening; ///< address on which this node serves, empty if it does not
    ReachStatus reach;     ///< how others get to it
    std::optional<RelayRun> relay; ///< none: it is no relay
    int peers = 0;         ///< connections under contract, both ways
    std::int64_t sentPerSecond = 0; ///< bytes to others, in the last second
};

} // namespace mutoscope::node
