#include "app/tracker/peer_commands.h"

#include <cstdio>
#include <set>

#include <nlohmann/json.hpp>

#include "app/tracker/place.h"
#include "p2p/base/encoding.h"
#include "p2p/crypto/random.h"
#include "p2p/wire/amount.h"

namespace mutoscope::app
{

using base::Result;
using ledger::Ledger;
using nlohmann::json;

namespace
{

struct Row {
    Ledger::Peer books;
    std::int64_t untold = 0; ///< settlements that it does not have yet
};

/// The configured ones, and whoever else has an account.
Result<std::vector<Row>> rowsOf(Place& place)
{
    std::vector<Row> rows;
    const auto read = place.ledger->read([&](Ledger& ledger) -> Result<void> {
        std::set<base::PublicKey> keys;
        for (const tracker::PeerSettings& each : place.settings.peers)
            keys.insert(each.key());
        ledger.store().eachAccount([&](const ledger::Account& account) {
            if (account.kind == ledger::AccountKind::Nostro || account.kind == ledger::AccountKind::Vostro)
                keys.insert(*account.owner);
            return true;
        });
        const auto untold = ledger.store().untoldSettlements(1'000);
        for (const base::PublicKey& key : keys) {
            const auto peer = ledger.peer(key);
            if (!peer)
                return tl::unexpected(peer.error());
            Row& row = rows.emplace_back(Row{*peer});
            for (const tracker::PeerSettings& each : place.settings.peers) {
                if (each.key() == key) {
                    row.books.accepted = true;
                    row.books.limit = each.limit;
                }
            }
            row.untold = std::ranges::count(untold, key, &ledger::StoredSettlement::tracker);
        }
        return {};
    });
    if (!read)
        return tl::unexpected(read.error());
    return rows;
}

} // namespace

int peers(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto place = openPlace(settings, Missing::Fail);
    if (!place)
        return failed(place.error());
    const auto rows = rowsOf(**place);
    if (!rows)
        return failed(rows.error());
    json all = json::array();
    for (const Row& row : *rows) {
        const Ledger::Peer& books = row.books;
        all.push_back({{"key", base::toBase64Url(books.tracker.raw())},
                       {"accepted", books.accepted},
                       {"limit", books.limit.value()},
                       {"owed", books.owed.value()},
                       {"reserved", books.reserved.value()},
                       {"open_contracts", books.openContracts},
                       {"owing", books.owing.value()},
                       {"untold_settlements", row.untold}});
        if (!arguments.has("--json"))
            std::printf("%s%s\n  owes %s, may come to owe %s by %lld open contracts; limit %s\n  is owed %s; %lld settlements on "
                        "their way to it\n",
                        base::toBase64Url(books.tracker.raw()).c_str(), books.accepted ? "" : " (not in the configuration)",
                        wire::inWords(books.owed).c_str(), wire::inWords(books.reserved).c_str(),
                        static_cast<long long>(books.openContracts), wire::inWords(books.limit).c_str(),
                        wire::inWords(books.owing).c_str(), static_cast<long long>(row.untold));
    }
    if (arguments.has("--json"))
        std::printf("%s\n", all.dump().c_str());
    return 0;
}

int settle(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto peer = base::fixedFromBase64Url<base::PublicKey>(arguments.option("--peer").value_or(""));
    if (!peer)
        return misused("--peer needs the other tracker's key, as 'peers' prints it");
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
    wire::Settle said;
    said.network = settings.network;
    said.node = (*place)->key->publicKey();
    said.tracker = *peer;
    said.time = (*place)->clock.now();
    said.nonce = crypto::SystemRandom().make<base::Nonce>();
    said.amount = *amount;
    said.memo = memo;
    const auto document = wire::sign(said, *(*place)->key);
    Ledger::Moved moved;
    const auto done = (*place)->ledger->transact([&](Ledger& ledger) -> Result<void> {
        const auto settled = ledger.settleDebt(document);
        if (!settled)
            return tl::unexpected(settled.error());
        moved = *settled;
        return {};
    });
    if (!done)
        return failed(done.error());
    std::printf("%s\n", json{{"entry", moved.entry}, {"amount", amount->value()}, {"owed", moved.balance.value()}}.dump().c_str());
    return 0;
}

} // namespace mutoscope::app
