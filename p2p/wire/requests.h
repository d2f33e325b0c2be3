#pragma once

#include <array>

#include "p2p/wire/contract.h"

/// Requests to a tracker, protocol §7, beside `openContract` (a Contract with both signatures), `closeContract` (a Receipt
/// with the viewer's signature, or both) and `announce` (an Offer). Each is signed by the node that asks.
namespace mutoscope::wire
{

/// What every request carries. The same bytes again are the same request and get the same answer.
struct Request {
    static constexpr std::size_t maxBytes = 4 * 1024;

    std::string network;
    base::PublicKey node; ///< who asks, and signs
    base::PublicKey tracker; ///< who is asked; all zero only in a handshake, which asks for it
    base::UnixMs time;    ///< the sender's clock: a tracker refuses what is far from its own
    base::Nonce nonce;

    template <class F>
    void fields(F& f)
    {
        f("network", network, maxNetwork);
        f("node", node);
        f("tracker", tracker);
        f("time", time);
        f("nonce", nonce);
    }
    [[nodiscard]] const base::PublicKey& key(Role) const { return node; }
};

struct Handshake : Request {
    static constexpr std::string_view type = "mutoscope.handshake.v1";
};

struct GetIncomeAddress : Request {
    static constexpr std::string_view type = "mutoscope.getIncomeAddress.v1";
};

struct GetSpendAddress : Request {
    static constexpr std::string_view type = "mutoscope.getSpendAddress.v1";
};

/// From the node's ordinary address, or from its spend address to its ordinary one (a withdrawal), to any address.
struct Transfer : Request {
    static constexpr std::string_view type = "mutoscope.transfer.v1";

    base::Address from;
    base::Address to;
    base::Tokens amount; ///< more than 0
    std::string memo;    ///< for the sender's and the receiver's history

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("from", from);
        f("to", to);
        f("amount", amount);
        f("memo", memo, MaxSize{200});
    }
};

struct GetBalance : Request {
    static constexpr std::string_view type = "mutoscope.getBalance.v1";
};

struct GetHistory : Request {
    static constexpr std::string_view type = "mutoscope.getHistory.v1";
    static constexpr std::int64_t maxLimit = 200;

    std::int64_t before = base::maxInteger; ///< only entries with a lower number; newest first
    std::int64_t limit = maxLimit;          ///< 1 … maxLimit

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("before", before);
        f("limit", limit);
    }
};

struct GetContract : Request {
    static constexpr std::string_view type = "mutoscope.getContract.v1";

    base::ContractId contract;

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("contract", contract);
    }
};

/// The signed bytes behind a contract, for its parties.
struct GetPapers : Request {
    static constexpr std::string_view type = "mutoscope.getPapers.v1";

    base::ContractId contract;

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("contract", contract);
    }
};

struct CloseIncomeAddress : Request {
    static constexpr std::string_view type = "mutoscope.closeIncomeAddress.v1";

    base::Address address;

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("address", address);
    }
};

struct CloseSpendAddress : Request {
    static constexpr std::string_view type = "mutoscope.closeSpendAddress.v1";

    base::Address address;

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("address", address);
    }
};

struct FindSeeders : Request {
    static constexpr std::string_view type = "mutoscope.findSeeders.v1";

    base::ContentId content;

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("content", content);
    }
};

// ---- two trackers, protocol §9 ----

/// Whether contracts between the asked tracker and that one are taken.
struct GetPeer : Request {
    static constexpr std::string_view type = "mutoscope.getPeer.v1";

    base::PublicKey peer;

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("peer", peer);
    }
};

/// From a tracker to one that owes it: the creditor has got so much outside of both ledgers, and the debt is less by it.
struct Settle : Request {
    static constexpr std::string_view type = "mutoscope.settle.v1";

    base::Tokens amount; ///< more than 0
    std::string memo;    ///< for both operators

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("amount", amount);
        f("memo", memo, MaxSize{200});
    }
};

} // namespace mutoscope::wire
