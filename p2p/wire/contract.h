#pragma once

#include "p2p/wire/message.h"

namespace mutoscope::wire
{

inline constexpr MaxSize maxNetwork{32};
inline constexpr std::int64_t maxCreditWindow = 64;

/// What viewer and seeder agree on, protocol §3. Signed by the viewer it is a proposal, by both the request to open it.
struct Contract {
    static constexpr std::string_view type = "mutoscope.contract.v1";
    static constexpr std::size_t maxBytes = 16 * 1024;

    std::string network;
    base::ContentId content;
    base::PublicKey tracker; ///< where the viewer pays from; rules over the reservation
    /// Where the seeder is paid, if that is another one, protocol §9. Absent: at `tracker`.
    std::optional<base::PublicKey> incomeTracker;
    base::PublicKey seeder;
    base::Address incomeAddress;
    base::PublicKey viewer;
    base::Address spendAddress;
    base::Tokens pricePerMiB;
    base::Tokens maxAmount;             ///< the cap, reserved on the spend address
    std::int64_t creditWindow = 1;      ///< segments that the seeder sends unreceipted at most, 1 … maxCreditWindow
    std::int64_t receiptTimeoutMs = 0;  ///< after a segment was sent, before the seeder closes
    base::UnixMs serveUntil;            ///< no segment after that, by the tracker's clock
    base::UnixMs closeUntil;            ///< afterwards the tracker settles by itself
    base::Nonce nonce;
    std::optional<std::string> permit;  ///< the publisher's, where the content asks for one

    template <class F>
    void fields(F& f)
    {
        f("network", network, maxNetwork);
        f("content", content);
        f("tracker", tracker);
        f("income_tracker", incomeTracker);
        f("seeder", seeder);
        f("income_address", incomeAddress);
        f("viewer", viewer);
        f("spend_address", spendAddress);
        f("price_per_mib", pricePerMiB);
        f("max_amount", maxAmount);
        f("credit_window", creditWindow);
        f("receipt_timeout_ms", receiptTimeoutMs);
        f("serve_until", serveUntil);
        f("close_until", closeUntil);
        f("nonce", nonce);
        f("permit", permit, MaxSize{8 * 1024});
    }
    [[nodiscard]] const base::PublicKey& key(Role role) const { return role == Role::Seeder ? seeder : viewer; }
    [[nodiscard]] base::Result<void> check() const;
    /// Whose income address it is: what the seeder calls its tracker.
    [[nodiscard]] const base::PublicKey& seedersTracker() const { return incomeTracker ? *incomeTracker : tracker; }
};

/// All segments that the viewer has received under a contract so far: cumulative, so only the newest counts.
/// Signed by the viewer it releases the next segment; with the seeder's signature added it closes the contract.
struct Receipt {
    static constexpr std::string_view type = "mutoscope.receipt.v1";
    static constexpr std::size_t maxBytes = 48 * 1024;

    std::string network;
    base::ContractId contract;
    base::PublicKey seeder;
    base::PublicKey viewer;
    std::int64_t seq = 0; ///< 0 reports nothing received
    SegmentRanges segments;
    base::ByteCount bytes;
    base::Tokens amount; ///< must equal amountDue(bytes, price)
    bool final = false;  ///< the viewer asks for nothing more
    std::string reason;  ///< why it is final, for people; may be empty

    template <class F>
    void fields(F& f)
    {
        f("network", network, maxNetwork);
        f("contract", contract);
        f("seeder", seeder);
        f("viewer", viewer);
        f("seq", seq);
        f("segments", segments);
        f("bytes", bytes);
        f("amount", amount);
        f("final", final);
        f("reason", reason, MaxSize{200});
    }
    [[nodiscard]] const base::PublicKey& key(Role role) const { return role == Role::Seeder ? seeder : viewer; }
    [[nodiscard]] base::Result<void> check() const;
};

[[nodiscard]] inline base::ContractId contractId(const Signed<Contract>& contract)
{
    return base::ContractId::fromRaw(contract.payload.raw());
}

/// Whether the receipt is one of this contract: its id and keys, amount = amountDue(bytes, price) ≤ the cap.
/// Unacceptable with the reason otherwise.
[[nodiscard]] base::Result<void> fits(const Receipt& receipt, const Contract& contract, const base::ContractId& id);

} // namespace mutoscope::wire
