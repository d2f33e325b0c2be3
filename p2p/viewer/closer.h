#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "p2p/wallet/contract_book.h"
#include "p2p/wallet/tracker_client.h"

namespace mutoscope::viewer
{

/// Gets a viewer's contracts closed at the tracker when the seeder doesn't do it: asks with the viewer's own last receipt,
/// then asks on until the tracker has settled. All on the executor's thread.
class Closer
{
public:
    struct Parts {
        base::Executor& executor;
        const crypto::NodeKey& key;
        std::string network;
        wallet::TrackerClient& tracker;
        wallet::ContractBook& book;
    };
    using Settled = std::function<void(const wire::ContractAnswer&)>;

    explicit Closer(Parts parts) : m_parts(std::move(parts)) {}
    ~Closer();
    Closer(const Closer&) = delete;
    Closer& operator=(const Closer&) = delete;

    struct Leftover {
        wire::Signed<wire::Contract> contract;
        std::optional<wire::Signed<wire::Receipt>> receipt; ///< the newest that was signed
    };
    /// Whatever an earlier process left open, after a time in which a viewing may go on with it. Once the tracker is known.
    void closeLeftovers(const wallet::ContractBook::State& state);
    /// Contracts for this film that an earlier process left open: the caller's from now on, to go on with or to close.
    [[nodiscard]] std::vector<Leftover> takeOver(const base::ContentId& content);
    /// It still runs, and its last receipt was not the final one.
    [[nodiscard]] bool canGoOn(const Leftover& leftover) const;

    /// `receipt` is the newest that was signed, none if there is none. `settled` comes once; where the tracker says repeatedly
    /// that it has not opened the contract, with an answer with nothing paid and the state Closed. Such a contract is looked
    /// for until its serve_until all the same: its seeder holds both signatures and may still open it.
    void close(const wire::Signed<wire::Contract>& contract, const std::optional<wire::Signed<wire::Receipt>>& receipt,
               Settled settled);

    /// The contract was settled and the tracker's word for it is here.
    void settledElsewhere(const wire::Contract& contract, const wire::ContractAnswer& answer);

private:
    struct Case {
        wire::Contract contract;
        base::ContractId id;
        std::string receipt; ///< envelope, viewer's signature
        base::Sha256 receiptPayload;
        Settled settled;
        base::Executor::TimerId timer = 0;
        int notFound = 0;
    };
    using CasePtr = std::shared_ptr<Case>;

    void request(const CasePtr& each);
    void ask(const CasePtr& each);
    void again(const CasePtr& each, std::chrono::milliseconds delay, bool onlyAsk);
    void take(const CasePtr& each, const base::Result<wire::Signed<wire::ContractAnswer>>& answer);
    void finish(const CasePtr& each, const wire::ContractAnswer& answer);

    Parts m_parts;
    std::map<base::ContractId, CasePtr> m_cases;
    struct Waiting {
        Leftover leftover;
        base::Executor::TimerId timer = 0;
    };
    std::map<base::ContractId, Waiting> m_leftovers;
};

/// The receipt for nothing received, which every contract begins with.
[[nodiscard]] wire::Receipt firstReceipt(const wire::Contract& contract, const base::ContractId& id);

} // namespace mutoscope::viewer
