#pragma once

#include "tests/unit/tracker/service_world.h"

namespace mutoscope::test
{

/// A ledger with every kind of entry and every way in which a contract ends, made by asking the service.
struct FullLedger : Tracker {
    explicit FullLedger(const std::filesystem::path& file = ":memory:") : Tracker(file)
    {
        (void)issue(ordinary(viewer), 10'000'000);
        (void)issue(ordinary(stranger), 500);
        spendAddress = spendOf(viewer);
        incomeAddress = incomeOf(seeder);
        pay(viewer, ordinary(viewer), spendAddress, 5'000'000, "for films");
        pay(viewer, ordinary(viewer), ordinary(stranger), 1'000);
        pay(viewer, spendAddress, ordinary(viewer), 10);

        byBoth = opened(300, 900);
        expectOk(ask<wire::ContractAnswer>("closeContract", closing(byBoth, 2, 2 * MiB)));
        byViewer = opened(300, 1'000);
        expectOk(ask<wire::ContractAnswer>("closeContract", wire::sign(receipt(byViewer, 1, MiB + 1), viewer)));
        clock.advance(std::chrono::seconds(40));
        settleDue();
        byViewersBetter = opened(300, 2'000);
        expectOk(ask<wire::ContractAnswer>("closeContract", wire::sign(receipt(byViewersBetter, 3, 3 * MiB), viewer)));
        clock.advance(std::chrono::seconds(1));
        expectOk(ask<wire::ContractAnswer>("closeContract", closing(byViewersBetter, 2, 2 * MiB)));
        expired = opened(7, 70);
        clock.advance(std::chrono::hours(3));
        settleDue();

        closeIncome(seeder, incomeAddress);
        incomeAddress = incomeOf(seeder);
        const auto empty = spendOf(stranger);
        closeSpend(stranger, empty); // nothing on it
        stillOpen = opened(11, 1'100);
        stillClosing = opened(11, 2'200);
        expectOk(ask<wire::ContractAnswer>("closeContract", wire::sign(receipt(stillClosing, 2, 5 * MiB), viewer)));
        // Another one with the same number: evidence.
        (void)ask<wire::ContractAnswer>("closeContract", wire::sign(receipt(stillClosing, 2, 6 * MiB), viewer));
        lastTransfer = transferRequest(stranger, ordinary(stranger), ordinary(seeder), 7, "the last");
        lastAnswer = *call("transfer", lastTransfer.bytes).body;
    }

    template <class T>
    static void expectOk(const base::Result<T>& result)
    {
        if (!result)
            qFatal("%s", result.error().message.c_str());
    }
    base::Address spendOf(const crypto::NodeKey& key)
    {
        return ask<wire::AddressAnswer>("getSpendAddress", from<wire::GetSpendAddress>(key))->address;
    }
    base::Address incomeOf(const crypto::NodeKey& key)
    {
        return ask<wire::AddressAnswer>("getIncomeAddress", from<wire::GetIncomeAddress>(key))->address;
    }
    void pay(const crypto::NodeKey& key, const base::Address& source, const base::Address& to, std::int64_t amount,
             std::string memo = {})
    {
        expectOk(ask<wire::TransferAnswer>("transfer", transferRequest(key, source, to, amount, std::move(memo))));
    }
    wire::Signed<wire::Contract> opened(std::int64_t price, std::int64_t cap)
    {
        auto contract = both(terms(viewer, seeder, price, cap), viewer, seeder);
        expectOk(ask<wire::ContractAnswer>("openContract", contract));
        return contract;
    }
    wire::Signed<wire::Receipt> closing(const wire::Signed<wire::Contract>& contract, std::int64_t seq,
                                        std::int64_t bytes)
    {
        return both(receipt(contract, seq, bytes), viewer, seeder);
    }
    void closeIncome(const crypto::NodeKey& key, const base::Address& which)
    {
        auto message = request<wire::CloseIncomeAddress>(key);
        message.address = which;
        expectOk(ask<wire::AddressClosedAnswer>("closeIncomeAddress", wire::sign(message, key)));
    }
    void closeSpend(const crypto::NodeKey& key, const base::Address& which)
    {
        auto message = request<wire::CloseSpendAddress>(key);
        message.address = which;
        expectOk(ask<wire::AddressClosedAnswer>("closeSpendAddress", wire::sign(message, key)));
    }

    base::Address spendAddress;
    base::Address incomeAddress;
    wire::Signed<wire::Contract> byBoth, byViewer, byViewersBetter, expired, stillOpen, stillClosing;
    wire::Signed<wire::Transfer> lastTransfer;
    std::string lastAnswer;
};

} // namespace mutoscope::test
