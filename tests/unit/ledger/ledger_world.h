#pragma once

#include <memory>
#include <string>

#include <QtGlobal>

#include "p2p/base/clock.h"
#include "p2p/crypto/hash.h"
#include "p2p/crypto/node_key.h"
#include "p2p/ledger/ledger.h"
#include "p2p/ledger/postgresql_store.h"
#include "p2p/ledger/sqlite_store.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/content.h"
#include "tests/unit/ledger/postgresql_server.h"

/// A tracker's ledger with people around it, in virtual time. Shared by the tests of ledger and tracker.
namespace mutoscope::test
{

using base::Tokens;
using base::UnixMs;

inline const std::string network = "test";

class ManualClock final : public base::Clock
{
public:
    UnixMs time{1'800'000'000'000};

    UnixMs now() const override { return time; }
    std::chrono::milliseconds monotonic() const override { return std::chrono::milliseconds(time.value()); }
    void advance(std::chrono::milliseconds by) { time += UnixMs(by.count()); }
};

inline crypto::NodeKey keyOf(std::uint8_t number)
{
    crypto::initialise();
    std::array<std::uint8_t, 32> seed{};
    seed.fill(number);
    return crypto::NodeKey::fromSeed(seed.data());
}

/// A nonce of a number, so that runs repeat exactly.
inline base::Nonce nonceOf(std::uint64_t number)
{
    base::Nonce nonce;
    for (std::size_t i = 0; i < 8; ++i)
        nonce.data()[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return nonce;
}

/// The tests of what every engine must do run on each of them.
inline bool onPostgresql()
{
    return qEnvironmentVariable("MUTOSCOPE_LEDGER") == QStringLiteral("postgresql");
}

/// On PostgreSQL each file name stands for a ledger, and :memory: for a new one.
inline base::Result<std::unique_ptr<ledger::Store>> openStore(const std::filesystem::path& file)
{
    static int fresh = 0;
    if (!onPostgresql())
        return ledger::openSqlite(file);
    return ledger::openPostgresql(
        postgresqlServer().url(file == ":memory:" ? "memory " + std::to_string(++fresh) : file.string()));
}

struct World {
    static constexpr std::int64_t MiB = 1 << 20;

    explicit World(const std::filesystem::path& file = ":memory:", ledger::Rules someRules = {}, std::uint8_t trackersKey = 1)
        : rules(std::move(someRules)), tracker(keyOf(trackersKey))
    {
        open(file);
    }

    void open(const std::filesystem::path& file)
    {
        ledger.reset();
        auto store = openStore(file);
        if (!store)
            qFatal("%s", store.error().message.c_str());
        auto opened = ledger::Ledger::open(std::move(*store), network, tracker.publicKey(), clock, rules);
        if (!opened)
            qFatal("%s", opened.error().message.c_str());
        ledger = std::move(*opened);
    }

    /// Runs an operation in a transaction as the tracker does: a refusal is committed, too.
    template <class F>
    auto run(F operation)
    {
        std::optional<decltype(operation(*ledger))> result;
        const auto committed = ledger->transact([&](ledger::Ledger& l) -> base::Result<void> {
            result = operation(l);
            return {};
        });
        if (!committed)
            result = tl::unexpected(committed.error());
        return *result;
    }

    template <class M>
    M request(const crypto::NodeKey& key)
    {
        M message;
        message.network = network;
        message.node = key.publicKey();
        message.tracker = tracker.publicKey();
        message.time = clock.now();
        message.nonce = nonceOf(++nonces);
        return message;
    }

    base::Result<ledger::Ledger::Moved> issue(const base::Address& to, std::int64_t amount)
    {
        auto order = request<ledger::Issue>(tracker);
        order.to = to;
        order.amount = Tokens(amount);
        const auto document = wire::sign(order, tracker);
        return run([&](ledger::Ledger& l) { return l.issue(document); });
    }
    wire::Signed<wire::Transfer> transferRequest(const crypto::NodeKey& key, const base::Address& from,
                                                 const base::Address& to, std::int64_t amount, std::string memo = {})
    {
        auto message = request<wire::Transfer>(key);
        message.from = from;
        message.to = to;
        message.amount = Tokens(amount);
        message.memo = std::move(memo);
        return wire::sign(message, key);
    }
    base::Result<ledger::Ledger::Moved> transfer(const crypto::NodeKey& key, const base::Address& from,
                                                 const base::Address& to, std::int64_t amount, std::string memo = {})
    {
        const auto message = transferRequest(key, from, to, amount, std::move(memo));
        return run([&](ledger::Ledger& l) { return l.transfer(message); });
    }
    base::Address address(ledger::AccountKind kind, const crypto::NodeKey& key)
    {
        const auto make = [&](const auto& message) {
            return run([&](ledger::Ledger& l) { return l.addressFor(kind, key.publicKey(), ledger::documentOf(message)); })
                ->address;
        };
        return kind == ledger::AccountKind::Income ? make(wire::sign(request<wire::GetIncomeAddress>(key), key))
                                                   : make(wire::sign(request<wire::GetSpendAddress>(key), key));
    }
    base::Address income(const crypto::NodeKey& key) { return address(ledger::AccountKind::Income, key); }
    base::Address spend(const crypto::NodeKey& key) { return address(ledger::AccountKind::Spend, key); }
    static base::Address ordinary(const crypto::NodeKey& key) { return crypto::ordinaryAddress(key.publicKey()); }

    base::Result<Tokens> closeAddress(ledger::AccountKind kind, const crypto::NodeKey& key, const base::Address& which)
    {
        const auto close = [&](auto message) {
            message.address = which;
            const auto document = wire::sign(message, key);
            return run([&](ledger::Ledger& l) {
                return l.closeAddress(kind, which, key.publicKey(), ledger::documentOf(document));
            });
        };
        return kind == ledger::AccountKind::Income ? close(request<wire::CloseIncomeAddress>(key))
                                                   : close(request<wire::CloseSpendAddress>(key));
    }

    wire::Contract terms(const crypto::NodeKey& payer, const crypto::NodeKey& payeeKey, std::int64_t price, std::int64_t cap)
    {
        wire::Contract contract;
        contract.network = network;
        contract.content = crypto::hash<base::ContentId>("film");
        contract.tracker = tracker.publicKey();
        contract.seeder = payeeKey.publicKey();
        contract.incomeAddress = income(payeeKey);
        contract.viewer = payer.publicKey();
        contract.spendAddress = spend(payer);
        contract.pricePerMiB = Tokens(price);
        contract.maxAmount = Tokens(cap);
        contract.receiptTimeoutMs = 10'000;
        contract.serveUntil = UnixMs(clock.now().value() + 3'600'000);
        contract.closeUntil = UnixMs(clock.now().value() + 7'200'000);
        contract.nonce = nonceOf(++nonces);
        return contract;
    }
    /// Signed by both.
    template <class M>
    static wire::Signed<M> both(const M& message, const crypto::NodeKey& first, const crypto::NodeKey& second)
    {
        auto bySigner = wire::sign(message, first);
        bySigner.bytes = *wire::countersign(bySigner, second);
        return bySigner;
    }
    base::Result<ledger::ContractRecord> openContract(const wire::Signed<wire::Contract>& contract)
    {
        return run([&](ledger::Ledger& l) { return l.openContract(contract); });
    }
    wire::Receipt receipt(const wire::Signed<wire::Contract>& contract, std::int64_t seq, std::int64_t bytes)
    {
        wire::Receipt receipt;
        receipt.network = network;
        receipt.contract = wire::contractId(contract);
        receipt.seeder = contract.message.seeder;
        receipt.viewer = contract.message.viewer;
        receipt.seq = seq;
        for (std::int64_t i = 0; i < seq; ++i)
            receipt.segments.insert(base::SegmentIndex(static_cast<std::uint32_t>(i)));
        receipt.bytes = base::ByteCount(bytes);
        receipt.amount = *wire::amountDue(receipt.bytes, contract.message.pricePerMiB);
        return receipt;
    }
    base::Result<ledger::ContractRecord> close(const wire::Signed<wire::Receipt>& receipt, bool bothSigned)
    {
        return run([&](ledger::Ledger& l) { return l.closeContract(receipt, bothSigned); });
    }
    std::int64_t settleDue()
    {
        return *run([&](ledger::Ledger& l) { return l.settleDue(clock.now()); });
    }

    std::int64_t balance(const base::Address& address)
    {
        std::int64_t value = 0;
        (void)ledger->read([&](ledger::Ledger& l) -> base::Result<void> {
            const auto account = l.store().account(address, ledger::Store::Lock::None);
            value = account ? account->balance.value() : 0;
            return {};
        });
        return value;
    }
    /// Empty where the books are right.
    std::string check()
    {
        const auto checked = ledger->read([](ledger::Ledger& l) { return l.check(); });
        return checked ? std::string() : checked.error().message;
    }
    std::size_t evidence()
    {
        std::size_t count = 0;
        (void)ledger->read([&](ledger::Ledger& l) -> base::Result<void> {
            count = l.store().evidence().size();
            return {};
        });
        return count;
    }

    ManualClock clock;
    ledger::Rules rules;
    crypto::NodeKey tracker;
    crypto::NodeKey viewer = keyOf(2);
    crypto::NodeKey seeder = keyOf(3);
    crypto::NodeKey stranger = keyOf(4);
    std::uint64_t nonces = 0;
    std::unique_ptr<ledger::Ledger> ledger;
};

} // namespace mutoscope::test
