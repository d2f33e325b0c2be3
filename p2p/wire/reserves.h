#pragma once

#include <string>
#include <vector>

#include "p2p/wire/answers.h"
#include "p2p/wire/merkle_sum.h"
#include "p2p/wire/requests.h"

/// The proof of reserves, protocol §8: what the tracker owes to addresses is what it has issued, and
/// what other trackers owe it.
namespace mutoscope::wire
{

/// What another tracker owes the one that states it, open contracts included, protocol §9.
struct Claim {
    base::PublicKey tracker;
    base::Tokens amount;

    template <class F>
    void fields(F& f)
    {
        f("tracker", tracker);
        f("amount", amount);
    }
    bool operator==(const Claim&) const = default;
};

/// What the tracker says about all balances at one moment.
struct Reserves {
    static constexpr std::string_view type = "mutoscope.reserves.v1";
    static constexpr std::size_t maxBytes = 64 * 1024;
    static constexpr std::size_t maxHeads = 256; ///< trackers that have written one database at once
    static constexpr std::size_t maxClaims = 256;

    struct Head { ///< last entry of a chain of the journal
        std::int64_t chain = 0;
        std::int64_t number = 0;
        base::Sha256 hash;

        template <class F>
        void fields(F& f)
        {
            f("chain", chain);
            f("number", number);
            f("hash", hash);
        }
        bool operator==(const Head&) const = default;
    };

    std::string network;
    base::PublicKey node;    ///< the tracker, who signs
    base::UnixMs time;       ///< the tracker's clock
    std::vector<Head> heads; ///< by ascending chain
    base::Sha256 root;       ///< of the Merkle sum tree over all open accounts, contracts' among them
    base::Tokens sum;        ///< its sum: what is owed
    base::Tokens issued;     ///< by the operator, less what settlements with other trackers have taken back
    std::int64_t leaves = 0;
    std::optional<std::vector<Claim>> claims; ///< on other trackers, by ascending key; absent where there are none

    template <class F>
    void fields(F& f)
    {
        f("network", network, maxNetwork);
        f("node", node);
        f("time", time);
        f("heads", heads, MaxSize{maxHeads});
        f("root", root);
        f("sum", sum);
        f("issued", issued);
        f("leaves", leaves);
        f("claims", claims, MaxSize{maxClaims});
    }
    [[nodiscard]] const base::PublicKey& key(Role) const { return node; }
    /// What stands against `sum`: issued and claimed. Nothing where that is beyond any amount.
    [[nodiscard]] std::optional<base::Tokens> backing() const;
};

/// That one address is in the tree with one balance.
struct InclusionProof {
    static constexpr std::size_t maxPath = 53;

    struct Step {
        base::Sha256 hash;
        base::Tokens sum;

        template <class F>
        void fields(F& f)
        {
            f("hash", hash);
            f("sum", sum);
        }
    };

    base::Address address;
    base::Tokens balance;
    std::int64_t index = 0; ///< among the leaves, from 0
    std::vector<Step> path; ///< from the leaf's sibling up

    template <class F>
    void fields(F& f)
    {
        f("address", address);
        f("balance", balance);
        f("index", index);
        f("path", path, MaxSize{maxPath});
    }
};

/// Asks for the newest statement, and for the paths of the node's own addresses and its open contracts' accounts.
struct GetReserves : Request {
    static constexpr std::string_view type = "mutoscope.getReserves.v1";
};

struct ReservesAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.reserves.answer.v1";
    static constexpr std::size_t maxBytes = 256 * 1024;
    static constexpr std::size_t maxProofs = 32;

    std::string statement;              ///< the signed Reserves
    std::vector<InclusionProof> proofs; ///< addresses first, then contracts
    bool more = false;                  ///< there are more open contracts than fit

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("statement", statement, MaxSize{Reserves::maxBytes});
        f("proofs", proofs, MaxSize{maxProofs});
        f("more", more);
    }
};

[[nodiscard]] InclusionProof inclusionProof(const MerkleSumTree& tree, std::size_t index);

/// The statement of this tracker, if it is one: signed, of the network, and what is owed is what was issued or
/// is claimed.
/// BadSignature, or WrongData with what is owed and issued.
[[nodiscard]] base::Result<Signed<Reserves>> openReserves(std::string_view bytes, std::string_view network,
                                                          const base::PublicKey& tracker);
/// Whether the address is in the statement's tree with that balance; WrongData otherwise.
[[nodiscard]] base::Result<void> verifyInclusion(const Reserves& statement, const InclusionProof& proof);
/// Whether these are all of the statement's leaves; WrongData otherwise.
[[nodiscard]] base::Result<void> verifyLeaves(const Reserves& statement, std::vector<SumLeaf> leaves);

} // namespace mutoscope::wire
