#pragma once

#include <functional>
#include <map>
#include <optional>

#include "p2p/wire/contract.h"

namespace mutoscope::seeder
{

/// What a seeder knows of one contract and decides by: pure, no clock, socket or disk. The caller makes each step durable
/// before it acts on it (protocol §4).
class ServedContract
{
public:
    using Receipt = wire::Signed<wire::Receipt>;
    /// Bytes of a segment of the contract's film; nothing for an index that the film does not have.
    using SizeOf = std::function<std::optional<base::ByteCount>(base::SegmentIndex)>;

    /// Each outstanding segment is sent again after a broken connection, but not for ever.
    static constexpr int maxResends = 3;

    ServedContract(base::ContractId id, wire::Contract terms, SizeOf sizeOf);

    [[nodiscard]] const base::ContractId& id() const { return m_id; }
    [[nodiscard]] const wire::Contract& terms() const { return m_terms; }
    [[nodiscard]] const std::optional<Receipt>& best() const { return m_best; }
    /// Segments sent and not receipted yet.
    [[nodiscard]] const wire::SegmentRanges& outstanding() const { return m_outstanding; }

    enum class Step {
        Newer,     ///< is the best one now
        Known,     ///< equal to the best one, or older: nothing changes
    };
    /// Judges a receipt whose signature was checked, and keeps it if it is the best. Errors mean that the contract has to be
    /// closed with the best receipt so far: it doesn't fit the contract, claims what was not sent, or contradicts an earlier.
    [[nodiscard]] base::Result<Step> take(const Receipt& receipt);

    /// Whether this segment may be sent now; if so it counts as sent. Errors leave everything as it was:
    /// NotFound, Conflict (receipted already, or sent too often), PaymentRequired (credit window used up, or cap reached),
    /// Gone (after serve_until).
    [[nodiscard]] base::Result<void> release(base::SegmentIndex index, base::UnixMs now);
    /// The segment that was asked for with the proposal itself, before any receipt: one, and the same one again while it is
    /// outstanding. Errors as for release(); Conflict once a receipt reports something, which then has to come with the request.
    [[nodiscard]] base::Result<void> releaseFirst(base::SegmentIndex index, base::UnixMs now);
    /// On start, from the contract book, after restoreBest(): what had been released when the process ended.
    void restoreSent(base::SegmentIndex index);
    /// On start, from the contract book: a receipt that was judged before.
    void restoreBest(const Receipt& receipt) { m_best = receipt; }

private:
    [[nodiscard]] base::Result<void> send(base::SegmentIndex index, base::UnixMs now, std::int64_t window);
    [[nodiscard]] std::optional<base::ByteCount> sizeOf(const wire::SegmentRanges& segments) const;
    void settleOutstanding();

    base::ContractId m_id;
    wire::Contract m_terms;
    SizeOf m_sizeOf;
    std::optional<Receipt> m_best;
    wire::SegmentRanges m_outstanding;
    std::map<base::SegmentIndex, int> m_resends; ///< of outstanding ones
};

} // namespace mutoscope::seeder
