#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "p2p/ledger/records.h"
#include "p2p/ledger/store.h"

namespace mutoscope::ledger
{

/// Where the books break: the entry, what is there, and what should be.
struct Break {
    EntryKey entry; ///< of a row beside the journal: the entry that last said something about it
    std::string what;
    std::string found;
    std::string expected;
};

/// One sentence.
[[nodiscard]] std::string inWords(const Break& where);

template <class T>
using Audited = tl::expected<T, Break>;

/// Recomputes the books from the journal alone: opens each entry's document with the signatures that it must have, and
/// sees that the entry moves exactly what the document orders (protocol §1, §3, §4, §7), from what was there by then.
/// Knows nothing of how the ledger does it, but the formats.
///
/// Pure. Takes entries by ascending (number, chain). Keeps something for each account, and 16 bytes for each request
/// that moved tokens, as none may do so twice; an entry is forgotten once it was looked at. After a Break it is not to
/// be used.
class Auditor
{
public:
    struct Options {
        /// The shortest grace that the tracker gave seeders after a viewer had asked to close; 0 where that isn't
        /// known.
        std::chrono::milliseconds leastGrace{0};
    };

    Auditor(std::string network, const base::PublicKey& tracker) : Auditor(std::move(network), tracker, Options()) {}
    Auditor(std::string network, const base::PublicKey& tracker, Options options);

    /// What an entry does to the tables beside the journal.
    struct Effect {
        std::vector<Account> made;              ///< with balance 0; a contract's own account isn't among them
        std::optional<base::Address> closed;    ///< income or spend
        std::optional<ContractRecord> contract; ///< as it stands now, opened or settled by this entry
    };
    [[nodiscard]] Audited<Effect> add(const Entry& entry, const Document& cause);

    /// The best receipt of a contract that isn't closed: signed by its viewer, and of this contract. Returns the row.
    [[nodiscard]] Audited<ContractRecord> addReceipt(const base::ContractId& contract, wire::ContractState state,
                                                     std::optional<base::UnixMs> settles,
                                                     const std::optional<std::string>& receipt);
    /// A request that moved value, after all entries: its signatures, that the answer is the tracker's and to this
    /// request. Tells by it what settled before its time.
    [[nodiscard]] Audited<void> addAnswer(const RequestKey& key, const StoredAnswer& answer,
                                          const std::string& request);
    /// After everything: what only the whole can tell.
    [[nodiscard]] Audited<void> finish() const;

    // ---- what was recomputed ----

    struct AccountState { ///< of any account but a contract's
        Account account;
        std::int64_t openContracts = 0;
        base::Tokens reserved; ///< for them; only of spend
        EntryKey last;         ///< that said something about it
    };
    [[nodiscard]] const std::unordered_map<base::Address, AccountState>& accounts() const { return m_accounts; }
    struct ContractState {
        EntryKey opened;
        std::optional<EntryKey> closed;
        base::Sha256 document;
        base::Sha256 terms; ///< termsOf() of what the document says
        base::UnixMs openedAt;
        base::UnixMs closedAt;
        base::Tokens paid;
        base::Tokens returned;
        base::Sha256 receipt; ///< payload of the one it settled with; zeros where it was none
        std::int64_t seq = 0;
        base::ByteCount bytes;
    };
    [[nodiscard]] const std::unordered_map<base::ContractId, ContractState>& contracts() const { return m_contracts; }
    /// What each contract's account holds. An ordinary one may have the same address.
    [[nodiscard]] const std::unordered_map<base::Address, base::Tokens>& held() const { return m_held; }
    /// The row that must stand for a contract that isn't closed; null for others.
    [[nodiscard]] const ContractRecord* openContract(const base::ContractId& id) const;
    struct Chain {
        std::int64_t number = 0;
        base::Sha256 hash;
    };
    [[nodiscard]] const std::map<std::int64_t, Chain>& chains() const { return m_chains; }
    [[nodiscard]] std::int64_t entries() const { return m_entries; }
    [[nodiscard]] base::Tokens issued() const;

private:
    struct Addresses { ///< of one owner and kind
        std::int64_t next = 0;
        bool open = false;
    };
    /// What an entry must be, and how the state changes if it is.
    struct Order {
        base::Sha256 subject;
        std::string memo;
        std::vector<Posting> postings;
        Effect effect;
        std::optional<std::string> once; ///< signer and nonce: no second entry by it
    };

    [[nodiscard]] Audited<void> checkPlace(const Entry& entry);
    [[nodiscard]] Audited<Order> orderOf(const Entry& entry, const Document& cause) const;
    [[nodiscard]] Audited<Order> issue(const Entry& entry, const Document& cause) const;
    [[nodiscard]] Audited<Order> transfer(const Entry& entry, const Document& cause) const;
    template <class M>
    [[nodiscard]] Audited<Order> openAddress(AccountKind kind, const Entry& entry, const Document& cause) const;
    template <class M>
    [[nodiscard]] Audited<Order> closeAddress(AccountKind kind, const Entry& entry, const Document& cause) const;
    [[nodiscard]] Audited<Order> openContract(const Entry& entry, const Document& cause) const;
    [[nodiscard]] Audited<Order> closeContract(const Entry& entry, const Document& cause) const;
    /// By the word of the tracker that pays.
    [[nodiscard]] Audited<void> followWord(const Entry& entry, const Document& cause, ContractRecord& record) const;
    [[nodiscard]] Audited<Order> settlement(const Entry& entry, const Document& cause) const;
    [[nodiscard]] Audited<void> apply(const Entry& entry, Order order, const Document& cause);

    template <class M>
    [[nodiscard]] Audited<wire::Signed<M>> open(const Entry& entry, const Document& cause,
                                                std::initializer_list<wire::Role> roles) const;
    /// A request of its node to this tracker, in time.
    template <class M>
    [[nodiscard]] Audited<wire::Signed<M>> openRequest(const Entry& entry, const Document& cause) const;
    [[nodiscard]] const AccountState* find(const base::Address& address) const;
    [[nodiscard]] Audited<void> mayReceive(const Entry& entry, const base::Address& address) const;
    [[nodiscard]] Audited<const AccountState*>
    ownOpen(const Entry& entry, AccountKind kind, const base::Address& address, const base::PublicKey& owner) const;
    [[nodiscard]] base::Address derived(AccountKind kind, std::string_view owner, std::int64_t generation) const;
    [[nodiscard]] Account firstFree(AccountKind kind, std::string_view owner, std::int64_t generation) const;
    void makeOrdinary(const base::Address& address, Effect& effect) const;
    /// Another tracker's account of this kind, which an effect makes where there is none.
    [[nodiscard]] base::Address peersAddress(AccountKind kind, const base::PublicKey& tracker, Effect& effect) const;
    /// Of an income address: those that keep it open.
    [[nodiscard]] std::int64_t openContractsOn(const base::Address& income, base::UnixMs now) const;

    const std::string m_network;
    const base::PublicKey m_tracker;
    const Options m_options;
    base::Address m_issuance;
    std::int64_t m_entries = 0;
    EntryKey m_last;
    std::map<std::int64_t, Chain> m_chains;
    std::optional<Break> m_gap; ///< of the first chain's numbers; allowed only where there are others
    std::unordered_map<base::Address, AccountState> m_accounts;
    std::unordered_map<base::PublicKey, std::map<AccountKind, Addresses>> m_owners;
    std::unordered_map<base::Address, base::Tokens> m_held;
    std::unordered_map<base::ContractId, ContractRecord> m_open;
    std::unordered_map<base::ContractId, ContractState> m_contracts;
    std::unordered_set<std::string> m_moved; ///< the beginnings of hashes of signer and nonce
    std::map<base::ContractId, Break>
        m_early; ///< settled within the grace: a break unless the seeder had brought a receipt
};

/// SHA-256 over everything of a contract's row that never changes.
[[nodiscard]] base::Sha256 termsOf(const ContractRecord& contract);
/// The row of a new contract.
[[nodiscard]] ContractRecord recordOf(const wire::Signed<wire::Contract>& contract, const base::Address& account,
                                      const Entry& openedBy);

} // namespace mutoscope::ledger
