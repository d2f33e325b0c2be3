#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "p2p/wallet/tracker_client.h"
#include "p2p/wire/reserves.h"

namespace mutoscope::wallet
{

/// What the tracker has proven to owe us, beside what our own account says.
struct ReservesReport {
    base::UnixMs time;       ///< of the proof, by the tracker's clock
    base::Tokens owed;       ///< to everybody, and as much was issued
    std::int64_t leaves = 0; ///< addresses in the proof
    struct Own {
        wire::AddressKind kind = wire::AddressKind::Ordinary;
        base::Tokens proven;
        base::Tokens expected; ///< what our balance was then, by the tracker's own history
    };
    std::vector<Own> balances;  ///< one for each kind
    std::int64_t contracts = 0; ///< open ones of ours whose reservation was proven
};

/// What a wallet knows about itself, asked for after the proof.
struct OwnBooks {
    wire::BalanceAnswer balance;
    std::vector<wire::HistoryEntry> history;            ///< newest first, back to the proof
    bool reachesBack = true;                            ///< the history does reach back to it
    std::map<base::ContractId, base::Tokens> contracts; ///< caps of open contracts that we pay for
};

/// Checks every signature and hash of the answer, and that what it proves about this node's addresses is what they had
/// at the proof's time: today's balances without what has happened since. Pure. WrongData with a sentence where it
/// isn't; Unavailable where too much has happened since to say so.
[[nodiscard]] base::Result<ReservesReport> compareReserves(const wire::ReservesAnswer& answer, const OwnBooks& own,
                                                           std::string_view network, const base::PublicKey& tracker,
                                                           const base::PublicKey& node);

/// Asks for the proof, and then for balances and history until they fit together, and compares. `contracts` are the
/// caps of open contracts that this node pays for. The client must outlive the call; `done` comes on its executor's
/// thread.
void checkReserves(TrackerClient& tracker, const std::string& network, const base::PublicKey& node,
                   std::map<base::ContractId, base::Tokens> contracts,
                   std::function<void(base::Result<ReservesReport>)> done);

} // namespace mutoscope::wallet
