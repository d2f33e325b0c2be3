// Links: mutoscope_wire
#include <array>

#include "p2p/wire/answers.h"
#include "p2p/wire/catalogue.h"
#include "p2p/wire/requests.h"
#include "p2p/wire/permit.h"
#include "p2p/wire/reach.h"
#include "p2p/wire/reserves.h"
#include "tests/fuzz/fuzz.h"

// Every type of message. The input is a payload: a key of ours seals it, so that what comes behind the signature is reached.

using namespace mutoscope;

namespace
{

template <class M>
void payload(std::string_view bytes)
{
    const auto decoded = wire::decodeFields<M>(bytes, {.maxBytes = M::maxBytes, .maxDepth = 6, .maxValues = M::maxBytes / 4});
    const std::string sealed = wire::seal(bytes, M::type, fuzz::key());
    const auto opened = wire::open<M>(sealed, "test", {wire::Role::Node});
    if (!decoded) {
        HOLDS(!opened);
        return;
    }
    const bool isOurs = decoded->network == "test" && decoded->key(wire::Role::Node) == fuzz::key().publicKey();
    HOLDS(opened.has_value() == (isOurs && sealed.size() <= M::maxBytes));
    // One form for each value, whatever form it was read from.
    const std::string text = wire::encodeFields(*decoded);
    const auto again = wire::decodeFields<M>(text, {.maxBytes = text.size(), .maxDepth = 6, .maxValues = M::maxBytes / 4});
    HOLDS(again.has_value());
    HOLDS(wire::encodeFields(*again) == text);
    if (isOurs) {
        const auto resealed = wire::sign(*again, fuzz::key());
        const auto reopened = wire::open<M>(resealed.bytes, "test", {wire::Role::Node});
        HOLDS(reopened.has_value() || resealed.bytes.size() > M::maxBytes);
        HOLDS(!reopened || wire::encodeFields(reopened->message) == text);
    }
    HOLDS(!wire::open<M>(sealed, "other", {wire::Role::Node}));
}

template <class... Ms>
void any(std::string_view input)
{
    static constexpr std::array<void (*)(std::string_view), sizeof...(Ms)> all{&payload<Ms>...};
    const auto choice = fuzz::choose(input, all.size());
    all[choice.which](choice.rest);
}

} // namespace

// New types go to the end: the corpus counts on the order.
void fuzzOne(std::string_view input)
{
    any<wire::Contract, wire::Receipt, wire::Manifest, wire::Offer,                                             // between nodes
        wire::Handshake, wire::GetIncomeAddress, wire::GetSpendAddress, wire::Transfer, wire::GetBalance,       // requests to T
        wire::GetHistory, wire::GetContract, wire::CloseIncomeAddress, wire::CloseSpendAddress, wire::FindSeeders,
        wire::Problem, wire::HandshakeAnswer, wire::AddressAnswer, wire::TransferAnswer, wire::BalanceAnswer,    // answers
        wire::HistoryAnswer, wire::ContractAnswer, wire::AddressClosedAnswer, wire::AnnounceAnswer, wire::SeedersAnswer,
        wire::ContractAccepted, wire::ReceiptAccepted, wire::Reserves, wire::GetReserves, wire::ReservesAnswer,
        wire::ProbeReach, wire::ReachAnswer, wire::Search, wire::SearchAnswer, wire::DescribeAnswer,
        wire::RelayRegistration, wire::GetPeer, wire::Settle, wire::PeerAnswer,
        wire::SettleAnswer, wire::Permit, wire::GetPapers, wire::PapersAnswer>(input);
}
