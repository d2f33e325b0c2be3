#include "app/tracker/reserves_command.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/tracker/place.h"
#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/tracker/reserves_keeper.h"

namespace mutoscope::app
{

using base::ErrorCode;
using base::fail;
using base::Result;
using base::toHex;
using nlohmann::json;

namespace
{

constexpr std::size_t maxProofBytes = 256 * 1024 * 1024; ///< a million leaves have 100 MB

/// What stands in the file, apart from the statement's own fields, which are repeated for people only.
struct Proof {
    std::string network;
    base::PublicKey tracker;
    std::string statement;
    std::vector<wire::InclusionProof> proofs;
    std::optional<std::vector<wire::SumLeaf>> leaves;
};

std::string textOf(const json& object, const char* name)
{
    const auto it = object.find(name);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

Result<Proof> readProof(const std::string& text)
{
    const auto bad = [](const char* why) { return fail(ErrorCode::Malformed, why); };
    const json parsed = json::parse(text, nullptr, false);
    if (!parsed.is_object())
        return bad("the file is not a JSON object");
    Proof proof;
    proof.network = textOf(parsed, "network");
    const auto tracker = base::fixedFromBase64Url<base::PublicKey>(textOf(parsed, "tracker"));
    if (!tracker)
        return bad("the file doesn't name its tracker");
    proof.tracker = *tracker;
    proof.statement = textOf(parsed, "statement");
    if (const auto proofs = parsed.find("proofs"); proofs != parsed.end() && proofs->is_array()) {
        for (const json& each : *proofs) {
            auto read = wire::decodeFields<wire::InclusionProof>(each.dump(), {});
            if (!read)
                return tl::unexpected(read.error());
            proof.proofs.push_back(std::move(*read));
        }
    }
    if (const auto leaves = parsed.find("leaves"); leaves != parsed.end()) {
        proof.leaves.emplace();
        for (const json& leaf : *leaves) {
            const bool fits = leaf.is_array() && leaf.size() == 2 && leaf[0].is_string() && leaf[1].is_number_integer();
            const auto address = fits ? base::fixedFromHex<base::Address>(leaf[0].get<std::string>()) : std::nullopt;
            if (!address)
                return bad("a leaf is not [ADDRESS, BALANCE]");
            proof.leaves->push_back({*address, base::Tokens(leaf[1].get<std::int64_t>())});
        }
    }
    return proof;
}

} // namespace

int reserves(const tracker::Settings& settings, const Arguments& arguments)
{
    std::optional<base::Address> address;
    if (const auto text = arguments.option("--address")) {
        address = base::fixedFromHex<base::Address>(*text);
        if (!address)
            return misused("--address needs an address of 64 lower-case hex digits");
    }
    const auto place = openPlace(settings, Missing::Fail);
    if (!place)
        return failed(place.error());
    const auto taken = tracker::takeReserves((*place)->ledger->store(), *(*place)->key, (*place)->clock);
    if (!taken)
        return failed(taken.error());
    const tracker::ReservesSnapshot& snapshot = **taken;
    const wire::Reserves& said = snapshot.statement.message;
    json result{{"network", said.network},       {"tracker", base::toBase64Url(said.node.raw())},
                {"time", said.time.value()},     {"owed", said.sum.value()},
                {"issued", said.issued.value()}, {"statement", snapshot.statement.bytes},
                {"proofs", json::array()}};
    for (const wire::Claim& claim : said.claims.value_or(std::vector<wire::Claim>()))
        result["claims"].push_back({{"tracker", base::toBase64Url(claim.tracker.raw())}, {"amount", claim.amount.value()}});
    if (address) {
        const auto index = snapshot.tree.find(*address);
        if (!index)
            return failed(
                {ErrorCode::NotFound, "the tracker has no open account " + toHex(*address) + ": it owes it nothing"});
        result["proofs"].push_back(json::parse(wire::encodeFields(wire::inclusionProof(snapshot.tree, *index))));
    }
    if (arguments.has("--leaves")) {
        json& leaves = result["leaves"] = json::array();
        for (const wire::SumLeaf& leaf : snapshot.tree.leaves())
            leaves.push_back({toHex(leaf.address), leaf.balance.value()});
    }
    std::printf("%s\n", result.dump().c_str());
    return 0;
}

int verifyReserves(const tracker::Settings&, const Arguments& arguments)
{
    const auto file = arguments.option("--proof");
    if (!file)
        return misused("--proof FILE is needed, what 'reserves' has printed");
    const auto text = base::readFile(*file, maxProofBytes);
    if (!text)
        return failed(text.error());
    auto proof = readProof(*text);
    if (!proof)
        return failed(proof.error());
    if (const auto key = arguments.option("--tracker"); key && *key != base::toBase64Url(proof->tracker.raw()))
        return failed(
            {ErrorCode::WrongData, "the statement is of another tracker, " + base::toBase64Url(proof->tracker.raw())});
    const auto statement = wire::openReserves(proof->statement, proof->network, proof->tracker);
    if (!statement)
        return failed(statement.error());
    const wire::Reserves& said = statement->message;
    std::printf(
        "tracker %s of the network '%s' owes %lld micro-tokens on %lld addresses, and has issued %s; at %lld ms\n",
        base::toBase64Url(said.node.raw()).c_str(), said.network.c_str(), static_cast<long long>(said.sum.value()),
        static_cast<long long>(said.leaves), said.claims ? "the rest" : "as many", static_cast<long long>(said.time.value()));
    for (const wire::Claim& claim : said.claims.value_or(std::vector<wire::Claim>()))
        std::printf("of that the tracker %s owes it %lld, by open contracts or settled ones\n",
                    base::toBase64Url(claim.tracker.raw()).c_str(), static_cast<long long>(claim.amount.value()));
    for (const wire::InclusionProof& each : proof->proofs) {
        if (const auto included = wire::verifyInclusion(said, each); !included)
            return failed(included.error());
        std::printf("among them %s with %lld\n", toHex(each.address).c_str(),
                    static_cast<long long>(each.balance.value()));
    }
    if (proof->leaves) {
        if (const auto complete = wire::verifyLeaves(said, std::move(*proof->leaves)); !complete)
            return failed(complete.error());
        std::printf("all leaves are there and add up\n");
    }
    return 0;
}

} // namespace mutoscope::app
