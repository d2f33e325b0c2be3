#pragma once

#include <array>

#include "p2p/wire/content.h"
#include "p2p/wire/contract.h"

/// Answers, each signed by the node that answers and bound to the request by the hash of its payload.
namespace mutoscope::wire
{

struct Answer {
    static constexpr std::size_t maxBytes = 8 * 1024;

    std::string network;
    base::PublicKey node; ///< who answers, and signs
    base::Sha256 request; ///< SHA-256 of the request's payload
    base::UnixMs time;    ///< the answerer's clock

    template <class F>
    void fields(F& f)
    {
        f("network", network, maxNetwork);
        f("node", node);
        f("request", request);
        f("time", time);
    }
    [[nodiscard]] const base::PublicKey& key(Role) const { return node; }
};

/// A refusal: RFC 9457 members inside a signed answer, status as in the HTTP answer.
struct Problem : Answer {
    static constexpr std::string_view type = "mutoscope.problem.v1";

    std::string problem; ///< RFC 9457 `type`: "urn:mutoscope:problem:payment-required", by the name of the error code
    std::string title;
    std::int64_t status = 500;
    std::string detail; ///< one sentence for the person on the other side

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("type", problem, MaxSize{100});
        f("title", title, MaxSize{100});
        f("status", status);
        f("detail", detail, MaxSize{500});
    }
};

// ---- tracker ----

struct HandshakeAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.handshake.answer.v1";

    std::string name;    ///< the operator's, for people
    base::Sha256 tlsPin; ///< SHA-256 of the tracker's DER certificate

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("name", name, MaxSize{100});
        f("tls_pin", tlsPin);
    }
};

enum class AddressKind { Ordinary, Income, Spend };

constexpr auto namesOf(AddressKind)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{AddressKind::Ordinary, "ordinary"sv}, std::pair{AddressKind::Income, "income"sv},
                      std::pair{AddressKind::Spend, "spend"sv}};
}

/// To getIncomeAddress and getSpendAddress.
struct AddressAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.address.answer.v1";

    AddressKind kind = AddressKind::Ordinary;
    base::Address owner; ///< ordinary address of the node that asked
    base::Address address;

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("kind", kind);
        f("owner", owner);
        f("address", address);
    }
};

struct TransferAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.transfer.answer.v1";

    std::int64_t entry = 0; ///< its number in the ledger
    base::Tokens balance;   ///< of the paying address afterwards

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("entry", entry);
        f("balance", balance);
    }
};

struct BalanceAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.balance.answer.v1";

    base::Tokens ordinary;
    std::optional<base::Address> spendAddress; ///< none before getSpendAddress
    base::Tokens spend;                        ///< free on the spend address
    base::Tokens locked;                       ///< reserved in open contracts
    std::optional<base::Address> incomeAddress;
    base::Tokens income; ///< on the income address

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("ordinary", ordinary);
        f("spend_address", spendAddress);
        f("spend", spend);
        f("locked", locked);
        f("income_address", incomeAddress);
        f("income", income);
    }
};

enum class EntryKind { Issue, Transfer, ContractOpened, ContractClosed, AddressClosed };

constexpr auto namesOf(EntryKind)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{EntryKind::Issue, "issue"sv}, std::pair{EntryKind::Transfer, "transfer"sv},
                      std::pair{EntryKind::ContractOpened, "contract-opened"sv},
                      std::pair{EntryKind::ContractClosed, "contract-closed"sv},
                      std::pair{EntryKind::AddressClosed, "address-closed"sv}};
}

/// One movement on one of the asking node's addresses.
struct HistoryEntry {
    std::int64_t entry = 0; ///< number in the ledger
    base::UnixMs time;
    EntryKind kind = EntryKind::Transfer;
    AddressKind address = AddressKind::Ordinary; ///< which of the node's addresses
    bool incoming = false;
    base::Tokens amount;
    std::optional<base::Address> counterparty;    ///< of a transfer
    std::optional<base::ContractId> contract;     ///< of a contract's entries
    std::optional<base::ContentId> content;       ///< of a contract's entries
    std::string memo;

    template <class F>
    void fields(F& f)
    {
        f("entry", entry);
        f("time", time);
        f("kind", kind);
        f("address", address);
        f("incoming", incoming);
        f("amount", amount);
        f("counterparty", counterparty);
        f("contract", contract);
        f("content", content);
        f("memo", memo, MaxSize{200});
    }
};

struct HistoryAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.history.answer.v1";
    static constexpr std::size_t maxBytes = 256 * 1024;

    std::vector<HistoryEntry> entries; ///< newest first
    bool more = false;

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("entries", entries, MaxSize{400});
        f("more", more);
    }
};

enum class ContractState {
    Open,
    Closing, ///< the viewer asked to close; the seeder may still bring a higher receipt
    Closed,  ///< settled
};

constexpr auto namesOf(ContractState)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{ContractState::Open, "open"sv}, std::pair{ContractState::Closing, "closing"sv},
                      std::pair{ContractState::Closed, "closed"sv}};
}

/// To getContract, openContract and closeContract: where the contract stands at the tracker.
struct ContractAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.contract.answer.v1";
    static constexpr std::size_t maxBytes = 16 * 1024;

    base::ContractId contract;
    ContractState state = ContractState::Open;
    base::Tokens reserved;   ///< the cap
    base::ByteCount bytes;   ///< of the best receipt that the tracker has
    base::Tokens paid;       ///< to the income address; 0 until it is closed
    base::Tokens returned;   ///< to the spend address; 0 until it is closed
    base::UnixMs opened;
    std::optional<base::UnixMs> settles; ///< while it is closing: when the tracker settles
    std::optional<base::UnixMs> closed;
    /// Of a contract across two trackers, from the seeder's: the paying tracker's signed ContractAnswer, by which it has
    /// reserved the cap and will owe what a receipt says.
    std::optional<std::string> promise;

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("contract", contract);
        f("state", state);
        f("reserved", reserved);
        f("bytes", bytes);
        f("paid", paid);
        f("returned", returned);
        f("opened", opened);
        f("settles", settles);
        f("closed", closed);
        f("promise", promise, MaxSize{4 * 1024});
    }
};

/// Across two trackers, whether the answer of the seeder's has the paying one's promise: signed by it, for this contract and
/// all of its cap. True where one tracker does it all.
[[nodiscard]] bool isPromised(const ContractAnswer& answer, const Contract& contract, const base::ContractId& id);

/// To getPapers: what anybody can check without the tracker, see checkPapers().
struct PapersAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.papers.answer.v1";
    static constexpr std::size_t maxBytes = 192 * 1024;

    std::string contract;               ///< the Contract with both signatures
    std::optional<std::string> receipt; ///< the Receipt that it was settled with, or the best so far
    ContractState state = ContractState::Open;
    base::Tokens paid;     ///< 0 until it is closed
    base::Tokens returned; ///< 0 until it is closed
    base::UnixMs opened;
    std::optional<base::UnixMs> closed;

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("contract", contract, MaxSize{Contract::maxBytes});
        f("receipt", receipt, MaxSize{Receipt::maxBytes});
        f("state", state);
        f("paid", paid);
        f("returned", returned);
        f("opened", opened);
        f("closed", closed);
    }
};

/// To closeIncomeAddress and closeSpendAddress.
struct AddressClosedAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.addressClosed.answer.v1";

    base::Address address;
    base::Tokens moved; ///< to the owner's ordinary address

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("address", address);
        f("moved", moved);
    }
};

struct AnnounceAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.announce.answer.v1";

    base::UnixMs expires; ///< announce again before

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("expires", expires);
    }
};

struct SeedersAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.seeders.answer.v1";
    static constexpr std::size_t maxBytes = 512 * 1024;
    static constexpr std::size_t maxOffers = 50;

    std::vector<std::string> offers; ///< signed Offers as they were announced

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("offers", offers, MaxSize{maxOffers}, MaxSize{Offer::maxBytes});
    }
};

/// To getPeer. Amounts are the business of the two trackers alone: only the peer itself is told them.
struct PeerAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.peer.answer.v1";

    base::PublicKey peer;
    bool accepted = false;             ///< contracts between the two are taken here
    std::optional<base::Tokens> limit; ///< what the peer may owe here, reservations included
    std::optional<base::Tokens> owed;  ///< what the peer owes here, of contracts that have settled
    std::optional<base::Tokens> reserved; ///< what it will owe at most of those that haven't
    std::optional<base::Tokens> owing;    ///< what this tracker owes the peer

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("peer", peer);
        f("accepted", accepted);
        f("limit", limit);
        f("owed", owed);
        f("reserved", reserved);
        f("owing", owing);
    }
};

/// To settle.
struct SettleAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.settle.answer.v1";

    std::int64_t entry = 0; ///< its number in the ledger
    base::Tokens owing;     ///< what is still owed to the sender

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("entry", entry);
        f("owing", owing);
    }
};

// ---- seeder ----

/// To a proposed contract that the seeder countersigned and the tracker opened.
struct ContractAccepted : Answer {
    static constexpr std::string_view type = "mutoscope.contractAccepted.v1";
    static constexpr std::size_t maxBytes = 96 * 1024;

    std::string contract; ///< the Contract with both signatures
    std::string opened;   ///< the tracker's ContractAnswer

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("contract", contract, MaxSize{Contract::maxBytes});
        f("opened", opened, MaxSize{ContractAnswer::maxBytes});
    }
};

/// To a receipt that was brought without asking for another segment. A viewer that comes back after a break or a restart
/// learns from it which segments it may have received and not receipted.
struct ReceiptAccepted : Answer {
    static constexpr std::string_view type = "mutoscope.receiptAccepted.v1";
    static constexpr std::size_t maxBytes = 32 * 1024;

    base::ContractId contract;
    std::int64_t seq = 0;              ///< of the best receipt that the seeder has, durably
    SegmentRanges outstanding;         ///< sent, and not in that receipt
    std::optional<std::string> closed; ///< the tracker's ContractAnswer, where the contract is closed by now

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("contract", contract);
        f("seq", seq);
        f("outstanding", outstanding);
        f("closed", closed, MaxSize{ContractAnswer::maxBytes});
    }
};

/// Fills in what an answer needs beside its own fields.
template <class A>
[[nodiscard]] A answerTo(const base::Sha256& request, std::string_view network, const base::PublicKey& node, base::UnixMs time)
{
    A answer;
    answer.network = network;
    answer.node = node;
    answer.request = request;
    answer.time = time;
    return answer;
}

/// A refusal as the signed body that goes with httpStatus(error.code).
[[nodiscard]] Signed<Problem> refusal(const base::Error& error, const base::Sha256& request, std::string_view network,
                                      const crypto::NodeKey& key, base::UnixMs time);

/// The answer of type A to this request by this node, or the refusal that came instead of it as an error (its code by its
/// status, its sentence as the message), or WrongData where it is neither.
template <class A>
[[nodiscard]] base::Result<Signed<A>> openAnswer(int status, std::string_view bytes, std::string_view network,
                                                 const base::PublicKey& node, const base::Sha256& request)
{
    const auto isTheirs = [&](const Answer& answer) { return answer.node == node && answer.request == request; };
    if (status == 200) {
        auto answer = open<A>(bytes, network, {Role::Node});
        if (answer && isTheirs(answer->message))
            return answer;
        return base::fail(base::ErrorCode::WrongData, "the answer is not signed by the node that was asked, or not for this request");
    }
    const auto problem = open<Problem>(bytes, network, {Role::Node});
    if (problem && isTheirs(problem->message) && problem->message.status == status)
        return base::fail(base::codeOfHttpStatus(status), problem->message.detail);
    return base::fail(status == 400 ? base::ErrorCode::BadSignature : base::ErrorCode::WrongData,
                      "the other side answered with HTTP " + std::to_string(status) + " and no reason");
}

} // namespace mutoscope::wire
