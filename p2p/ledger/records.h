#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "p2p/wire/answers.h"
#include "p2p/wire/catalogue.h"
#include "p2p/wire/message.h"
#include "p2p/wire/requests.h"

/// What the ledger keeps, as values. Amounts of postings and the issuance account's balance may be negative.
namespace mutoscope::ledger
{

enum class AccountKind {
    Ordinary, ///< of whoever has the key that the address is made from; comes into being by the first transfer to it
    Income,   ///< of a seeder, made by the tracker
    Spend,    ///< of a viewer, made by the tracker
    Contract, ///< holds a contract's reservation: the contract itself, at its id; nobody can transfer to it
    Issuance, ///< where the operator's tokens come from: minus what was issued
    Nostro,   ///< minus what another tracker owes this one, and has promised in contracts that are open; never above 0
    Vostro,   ///< what this tracker owes another one
};

constexpr auto namesOf(AccountKind)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{AccountKind::Ordinary, "ordinary"sv}, std::pair{AccountKind::Income, "income"sv},
                      std::pair{AccountKind::Spend, "spend"sv}, std::pair{AccountKind::Contract, "contract"sv},
                      std::pair{AccountKind::Issuance, "issuance"sv},
                      std::pair{AccountKind::Nostro, "nostro"sv},     std::pair{AccountKind::Vostro, "vostro"sv}};
}

enum class EntryKind { Issue, Transfer, AddressOpened, AddressClosed, ContractOpened, ContractClosed, Settlement };

constexpr auto namesOf(EntryKind)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{EntryKind::Issue, "issue"sv},
                      std::pair{EntryKind::Transfer, "transfer"sv},
                      std::pair{EntryKind::AddressOpened, "address-opened"sv},
                      std::pair{EntryKind::AddressClosed, "address-closed"sv},
                      std::pair{EntryKind::ContractOpened, "contract-opened"sv},
                      std::pair{EntryKind::ContractClosed, "contract-closed"sv},
                      std::pair{EntryKind::Settlement, "settlement"sv}};
}

struct Account {
    base::Address address;
    AccountKind kind = AccountKind::Ordinary;
    std::optional<base::PublicKey> owner; ///< of income and spend; of nostro and vostro the other tracker
    std::int64_t generation = 0;
    bool open = true;
    base::Tokens balance{};
    std::int64_t lastEntry = 0;     ///< number of the last entry that touched it; not of contracts
    std::int64_t openContracts = 0; ///< not yet closed, paid from it; only of spend and nostro
    base::Tokens reserved{};        ///< for them, and so not in the balance

    /// Of a nostro: what the other tracker owes for contracts that have settled.
    [[nodiscard]] base::Tokens owed() const { return base::Tokens() - balance - reserved; }

    bool operator==(const Account&) const = default;
};

/// Signed bytes.
struct Document {
    std::string_view type;
    std::string_view bytes;
};

/// The same as it comes from a file.
struct StoredDocument {
    std::string type;
    std::string bytes;
};

template <class M>
[[nodiscard]] Document documentOf(const wire::Signed<M>& message)
{
    return {M::type, message.bytes};
}

struct Posting {
    base::Address account;
    base::Tokens amount;

    bool operator==(const Posting&) const = default;
};

/// Where an entry stands. No chain has two entries of one number, and no account: by number they are in order.
struct EntryKey {
    std::int64_t chain = 0;
    std::int64_t number = 0; ///< 0 is no entry's

    auto operator<=>(const EntryKey&) const = default;
};

/// One row of the journal. The journal is a set of hash chains, one for each process that writes at the same time (one
/// only, 0, on SQLite), so that they need not wait for each other. Numbers are Lamport clocks: an entry's is 1 more than the
/// highest of its own chain's last entry and the last ones that touched its accounts. So with one chain they are 1, 2, 3 …,
/// and over all chains each account's entries are in the order in which they happened. An entry's hash is SHA-256 over,
/// in this order, integers big-endian:
///     the hash of the entry before in its chain (32 bytes; for the first see chainStart())
///     ‖ "mutoscope.entry.v1" ‖ number (8) ‖ time (8)
///     ‖ length of the kind's name (1) ‖ the kind's name ‖ subject (32) ‖ length of the memo (4) ‖ the memo
///     ‖ SHA-256 of the causing document (32) ‖ number of postings (4)
///     ‖ for each posting, by ascending address: address (32) ‖ amount (8, two's complement).
struct Entry {
    std::int64_t chain = 0;
    std::int64_t number = 0; ///< ascending in its chain; without gaps where there is no other chain
    base::UnixMs time;
    EntryKind kind = EntryKind::Transfer;
    base::Sha256 subject; ///< a contract's id, or the address that was opened or closed, or zeros
    std::string memo;
    base::Sha256 cause; ///< SHA-256 of the document's bytes
    base::Sha256 prevHash;
    base::Sha256 hash;
    std::vector<Posting> postings; ///< by ascending address, each address once; their sum is zero

    [[nodiscard]] EntryKey key() const { return {chain, number}; }
};

[[nodiscard]] base::Sha256 hashOf(const Entry& entry);

/// What stands for the entry before in a chain's first: zeros in chain 0, in chain k SHA-256("mutoscope.chain.v1" ‖ k, 8
/// bytes big-endian).
[[nodiscard]] base::Sha256 chainStart(std::int64_t chain);

/// Where a contract stands, and what it takes to settle it.
struct ContractRecord {
    base::ContractId id;
    wire::ContractState state = wire::ContractState::Open;
    base::Address account; ///< where the cap is reserved: the id, but for contracts of the first schema
    EntryKey openedBy;     ///< the entry whose document is the contract
    base::ContentId content;
    base::PublicKey seeder;
    base::Address incomeAddress; ///< or the other tracker's vostro account
    base::PublicKey viewer;
    base::Address spendAddress; ///< or the other tracker's nostro account
    /// Across two trackers at most one of these is there, protocol §9.
    std::optional<base::PublicKey> payingTracker; ///< another one: it rules, this one follows its word
    std::optional<base::PublicKey> incomeTracker; ///< another one: this one rules, and owes it what is paid
    /// The paying tracker's signed word that it has reserved the cap. A contract that is closed without one was never open.
    std::optional<std::string> promise;
    base::Tokens pricePerMiB;
    base::Tokens cap;
    base::UnixMs opened;
    base::UnixMs serveUntil;
    base::UnixMs closeUntil;
    std::optional<base::UnixMs> settles;
    /// The best receipt that the tracker was given, after settling the one it settled with.
    struct Best {
        std::string receipt; ///< the signed bytes; empty once the contract is closed, they are the entry's cause then
        base::Sha256 payload;
        std::int64_t seq = 0;
        base::ByteCount bytes;
        base::Tokens amount;
    };
    std::optional<Best> best;
    base::Tokens paid;
    base::Tokens returned;
    std::optional<base::UnixMs> closed;

    /// When the tracker settles without being asked: never, where the other one rules.
    [[nodiscard]] base::UnixMs due() const
    {
        return payingTracker ? base::UnixMs(base::maxInteger) : settles.value_or(closeUntil);
    }
};

/// What makes a request the same again: who asks, and the nonce; a receipt has none, its id stands for it.
struct RequestKey {
    base::PublicKey node;
    std::optional<base::Nonce> nonce;
    base::Sha256 id;

    /// Nonces have 16 bytes and ids 32, so they don't mix.
    [[nodiscard]] std::string_view raw() const { return nonce ? nonce->raw() : id.raw(); }
};

/// A request that moved value, and what was answered.
struct StoredAnswer {
    base::Sha256 id;
    std::optional<EntryKey> entry; ///< that it caused; its document is the request
    std::string document;          ///< the request's bytes where it caused none
    base::UnixMs time;
    int status = 200;
    std::string answer;
};

/// What this tracker has acknowledged to have got from another one that owed it.
struct StoredSettlement {
    base::Sha256 id; ///< of the payload
    base::PublicKey tracker;
    std::string document;
};

struct StoredOffer {
    base::ContentId content;
    base::PublicKey seeder;
    base::UnixMs announced;
    base::UnixMs expires;
    base::UnixMs signedExpires;
    std::string bytes;
    base::Tokens pricePerMiB; ///< only what putOffer takes
};

/// A film of the catalogue.
struct StoredFilm {
    base::ContentId content;
    std::string title;
    std::string description; ///< its beginning
    std::int64_t durationMs = 0;
    base::ByteCount bytes;
    std::optional<wire::ObjectRef> poster;
    base::UnixMs listed;
};

/// Where a film stands among those that are found: by ascending tier, then the newest first, then by content.
struct FilmPlace {
    std::int64_t tier = 0; ///< 0: all words are in its title; 1: some only in its description
    base::UnixMs listed;
    base::ContentId content;
};

struct FilmFound {
    std::int64_t tier = 0;
    StoredFilm film;
    std::int64_t seeders = 0; ///< whose offers have not expired
    std::optional<base::Tokens> lowestPrice;

    [[nodiscard]] FilmPlace place() const { return {tier, film.listed, film.content}; }
};

/// The operator's order to make tokens; the tracker signs it, so that the journal's first link is a document, too.
struct Issue : wire::Request {
    static constexpr std::string_view type = "mutoscope.issue.v1";

    base::Address to;
    base::Tokens amount;
    std::string memo;

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("to", to);
        f("amount", amount);
        f("memo", memo, wire::MaxSize{200});
    }
};

} // namespace mutoscope::ledger
