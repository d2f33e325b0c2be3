#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "p2p/base/executor.h"
#include "p2p/base/record_log.h"
#include "p2p/wire/contract.h"

namespace mutoscope::wallet
{

/// A node's memory of its contracts, one book for those it serves and one for those it views under: which are open, the
/// newest receipt of each, what was sent since, and what all closed ones came to. A RecordLog, so a crash costs nothing that
/// was reported as durable.
///
/// Functions from any thread; `Done` comes on the disk executor's thread, once the record is durable. Records that come
/// while the disk is busy share one sync.
class ContractBook
{
public:
    struct OpenContract {
        std::string contract;                 ///< envelope; the seeder's has both signatures
        std::string receipt;                  ///< envelope of the newest one; empty if there is none
        std::vector<base::SegmentIndex> sent; ///< seeder only: all that was released
        bool closing = false;                 ///< seeder only: the tracker may have been asked to close it
    };
    struct Totals {
        base::ByteCount bytes;
        base::Tokens amount;
        std::int64_t contracts = 0;
    };
    struct State {
        std::map<base::ContractId, OpenContract> open;
        std::map<base::ContentId, Totals> totals;
    };
    using Done = std::function<void(base::Result<void>)>;

    /// Reads the book; the state as it was left comes back through `state`.
    [[nodiscard]] static base::Result<std::unique_ptr<ContractBook>> open(const std::filesystem::path& file,
                                                                         base::Executor& disk, State& state);

    void addContract(const base::ContractId& id, std::string contract, Done done);
    /// A newer receipt, the release of a segment, or both in one record. An empty `receipt` keeps the one before. With neither
    /// nothing is written, and `done` comes once all that was added before is durable.
    void addReceipt(const base::ContractId& id, std::string receipt, std::optional<base::SegmentIndex> sent, Done done);
    /// From now on the contract does not go on, not after a restart either.
    void beginClosing(const base::ContractId& id, Done done);
    /// The tracker has settled it, or never opened it (then both are 0).
    void closeContract(const base::ContractId& id, const base::ContentId& content, base::ByteCount bytes,
                       base::Tokens amount, Done done);

private:
    struct Shared;
    explicit ContractBook(std::shared_ptr<Shared> shared) : m_shared(std::move(shared)) {}
    void add(std::string record, Done done);

    std::shared_ptr<Shared> m_shared; ///< also held by what waits on the disk executor
};

} // namespace mutoscope::wallet
