#include "app/tracker/operator.h"

#include <cstdio>
#include <map>

#include <nlohmann/json.hpp>

#include "app/tracker/place.h"
#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/crypto/random.h"
#include "p2p/net/tls_identity.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/message.h"

namespace mutoscope::app
{

using base::Result;
using base::toHex;
using ledger::AccountKind;
using ledger::Ledger;
using nlohmann::json;

namespace
{

void print(const std::string& line)
{
    std::printf("%s\n", line.c_str());
}

json describe(const ledger::Account& account)
{
    json row{{"address", toHex(account.address)},
             {"kind", wire::enumName(account.kind)},
             {"state", account.open ? "open" : "closed"},
             {"balance", account.balance.value()}};
    if (account.owner) {
        row["owner"] = toHex(crypto::ordinaryAddress(*account.owner));
        row["key"] = base::toBase64Url(account.owner->raw());
        row["generation"] = account.generation;
    }
    return row;
}

json describe(const ledger::ContractRecord& contract)
{
    return {{"id", toHex(contract.id)},
            {"state", wire::enumName(contract.state)},
            {"viewer", toHex(crypto::ordinaryAddress(contract.viewer))},
            {"seeder", toHex(crypto::ordinaryAddress(contract.seeder))},
            {"content", toHex(contract.content)},
            {"price_per_mib", contract.pricePerMiB.value()},
            {"reserved", contract.cap.value()},
            {"bytes", contract.best ? contract.best->bytes.value() : 0},
            {"paid", contract.paid.value()},
            {"returned", contract.returned.value()},
            {"opened", contract.opened.value()}};
}

/// All of the books at one moment.
Result<json> books(Place& place)
{
    json result;
    const auto read = place.ledger->read([&](Ledger& ledger) -> Result<void> {
        json accounts = json::array();
        std::map<AccountKind, std::int64_t> totals;
        for (const auto& [kind, name] : namesOf(AccountKind()))
            totals[kind] = 0;
        ledger.store().eachAccount([&](const ledger::Account& account) {
            totals[account.kind] += account.balance.value();
            accounts.push_back(describe(account));
            return true;
        });
        json contracts = json::array();
        std::map<wire::ContractState, std::int64_t> states;
        for (const auto& [state, name] : namesOf(wire::ContractState()))
            states[state] = 0;
        ledger.store().eachContract([&](const ledger::ContractRecord& contract) {
            ++states[contract.state];
            contracts.push_back(describe(contract));
            return true;
        });
        const auto checked = ledger.check();
        std::int64_t entries = 0;
        json heads = json::array();
        for (const auto& head : ledger.store().heads())
            heads.push_back({{"chain", head.key.chain}, {"number", head.key.number}, {"hash", toHex(head.hash)}});
        ledger.store().eachEntry([&](const ledger::Entry&, const ledger::Document&) {
            ++entries;
            return true;
        });
        result = {{"network", place.settings.network},
                  {"tracker", base::toBase64Url(place.key->publicKey().raw())},
                  {"accounts", std::move(accounts)},
                  {"contracts", std::move(contracts)},
                  {"issued", -totals[AccountKind::Issuance]},
                  {"entries", entries},
                  {"heads", std::move(heads)},
                  {"check", checked ? "ok" : checked.error().message}};
        for (const auto& [kind, total] : totals)
            result["totals"][std::string(wire::enumName(kind))] = total;
        for (const auto& [state, count] : states)
            result["contract_states"][std::string(wire::enumName(state))] = count;
        return {};
    });
    if (!read)
        return tl::unexpected(read.error());
    return result;
}

} // namespace

int init(const tracker::Settings& settings, const Arguments&)
{
    const auto place = openPlace(settings, Missing::Create);
    if (!place)
        return failed(place.error());
    const auto identity = net::TlsIdentity::loadOrCreate(settings.data);
    if (!identity)
        return failed(identity.error());
    print("key=" + base::toBase64Url((*place)->key->publicKey().raw()) + " pin=" + toHex(identity->fingerprint()));
    return 0;
}

int issue(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto to = base::fixedFromHex<base::Address>(arguments.option("--to").value_or(""));
    if (!to)
        return misused("--to needs an address of 64 lower-case hex digits");
    const auto micro = arguments.option("--amount");
    const auto tokens = arguments.option("--tokens");
    if (micro.has_value() == tokens.has_value())
        return misused("one of --amount and --tokens is needed");
    std::optional<base::Tokens> amount;
    if (tokens)
        amount = wire::parseTokens(*tokens);
    else if (const auto number = base::parseInteger(*micro))
        amount = base::Tokens(*number);
    if (!amount || amount->value() == 0)
        return misused("the amount must be a number more than 0");
    const std::string memo = arguments.option("--memo").value_or("");
    if (memo.size() > 200)
        return misused("the memo has at most 200 bytes");
    const auto place = openPlace(settings, Missing::Fail);
    if (!place)
        return failed(place.error());
    ledger::Issue order;
    order.network = settings.network;
    order.node = order.tracker = (*place)->key->publicKey();
    order.time = (*place)->clock.now();
    order.nonce = crypto::SystemRandom().make<base::Nonce>();
    order.to = *to;
    order.amount = *amount;
    order.memo = memo;
    const auto document = wire::sign(order, *(*place)->key);
    Ledger::Moved moved;
    const auto done = (*place)->ledger->transact([&](Ledger& ledger) -> Result<void> {
        const auto issued = ledger.issue(document);
        if (!issued)
            return tl::unexpected(issued.error());
        moved = *issued;
        return {};
    });
    if (!done)
        return failed(done.error());
    print(json{{"entry", moved.entry}, {"to", toHex(*to)}, {"amount", amount->value()}, {"balance", moved.balance.value()}}
              .dump());
    return 0;
}

int accounts(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto place = openPlace(settings, Missing::Fail);
    if (!place)
        return failed(place.error());
    const auto all = books(**place);
    if (!all)
        return failed(all.error());
    if (arguments.has("--json")) {
        print(all->dump());
        return 0;
    }
    for (const json& account : all->at("accounts")) {
        std::printf("%-8s %-6s %20lld  %s\n", account["kind"].get<std::string>().c_str(),
                    account["state"].get<std::string>().c_str(), static_cast<long long>(account["balance"].get<std::int64_t>()),
                    account["address"].get<std::string>().c_str());
    }
    for (const json& contract : all->at("contracts")) {
        std::printf("contract %-7s reserved %lld, paid %lld, returned %lld  %s\n",
                    contract["state"].get<std::string>().c_str(),
                    static_cast<long long>(contract["reserved"].get<std::int64_t>()),
                    static_cast<long long>(contract["paid"].get<std::int64_t>()),
                    static_cast<long long>(contract["returned"].get<std::int64_t>()),
                    contract["id"].get<std::string>().c_str());
    }
    std::printf("issued %lld micro-tokens in all; check: %s\n", static_cast<long long>(all->at("issued").get<std::int64_t>()),
                all->at("check").get<std::string>().c_str());
    return 0;
}

int check(const tracker::Settings& settings, const Arguments&)
{
    const auto place = openPlace(settings, Missing::Fail);
    if (!place)
        return failed(place.error());
    std::int64_t entries = 0;
    const auto checked = (*place)->ledger->read([&](Ledger& ledger) {
        ledger.store().eachEntry([&](const ledger::Entry&, const ledger::Document&) {
            ++entries;
            return true;
        });
        return ledger.check();
    });
    if (!checked)
        return failed(checked.error());
    print("the books are right: " + std::to_string(entries) + " entries");
    return 0;
}

} // namespace mutoscope::app
