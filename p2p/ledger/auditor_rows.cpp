// The part of Auditor for what isn't in the journal but must agree with it.
#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/ledger/auditor.h"
#include "p2p/wire/answers.h"

namespace mutoscope::ledger
{

using base::toHex;
using wire::Role;

namespace
{

tl::unexpected<Break> broken(EntryKey entry, std::string what, std::string found, std::string expected)
{
    return tl::unexpected<Break>(Break{entry, std::move(what), std::move(found), std::move(expected)});
}

/// The same payload with the viewer's signature and with both are two different requests (protocol §4).
base::Sha256 idOfViewersClose(const base::Sha256& payload)
{
    return crypto::sha256("mutoscope.close.viewer.v1" + std::string(payload.raw()));
}

/// Empty where the row is that of this request, and the answer is the tracker's to it.
template <class A, class M>
std::string misfit(const StoredAnswer& row, const base::Result<wire::Signed<M>>& request, const base::Sha256& id,
                   const std::string& network, const base::PublicKey& tracker)
{
    if (!request)
        return "the request can't be trusted, as " + request.error().message;
    if (row.id != id)
        return "the id is that of another request";
    const auto answer = wire::openAnswer<A>(row.status, row.answer, network, tracker, request->payload);
    return answer ? std::string() : "the answer can't be trusted, as " + answer.error().message;
}

template <class A, class M>
std::string misfitOfRequest(const RequestKey& key, const StoredAnswer& row, const std::string& document,
                            const std::string& network, const base::PublicKey& tracker)
{
    const auto request = wire::open<M>(document, network, {Role::Node});
    if (request && (key.node != request->message.node || key.nonce != request->message.nonce))
        return "node and nonce are not the request's";
    return misfit<A>(row, request, request ? request->payload : base::Sha256(), network, tracker);
}

/// Which of the requests that move value it is; nothing where it is none.
std::string_view typeOf(const std::string& document)
{
    for (const std::string_view type : {wire::Contract::type, wire::Receipt::type, wire::Transfer::type,
                                        wire::CloseIncomeAddress::type, wire::CloseSpendAddress::type,
                                        wire::Settle::type}) {
        if (wire::readEnvelope(document, type, wire::Receipt::maxBytes))
            return type;
    }
    return {};
}

} // namespace

Audited<ContractRecord> Auditor::addReceipt(const base::ContractId& id, wire::ContractState state,
                                            std::optional<base::UnixMs> settles,
                                            const std::optional<std::string>& receipt)
{
    const auto known = m_contracts.find(id);
    const auto open = m_open.find(id);
    const EntryKey entry = known == m_contracts.end() ? EntryKey() : known->second.opened;
    const std::string name = "the contract " + toHex(id);
    if (open == m_open.end())
        return broken(entry, "the state of " + name, std::string(wire::enumName(state)),
                      known == m_contracts.end() ? "none, as it was never opened" : "closed");
    if (state == wire::ContractState::Closed)
        return broken(entry, "the state of " + name, "closed", "open or closing");
    if ((state == wire::ContractState::Closing) != settles.has_value() || (settles && !receipt))
        return broken(entry, "the receipt and the time to settle of " + name, "one of them",
                      "both while it is closing, no such time while it is open");
    ContractRecord& record = open->second;
    record.state = state;
    record.settles = settles;
    if (!receipt)
        return record;
    auto opened = wire::open<wire::Receipt>(*receipt, m_network, {Role::Viewer});
    if (!opened)
        opened = wire::open<wire::Receipt>(*receipt, m_network, {Role::Viewer, Role::Seeder});
    if (!opened)
        return broken(entry, "the best receipt of " + name, "one that can't be trusted, as " + opened.error().message,
                      "a receipt signed by the viewer");
    const wire::Receipt& given = opened->message;
    wire::Contract terms; // of it, what `fits` looks at
    terms.seeder = record.seeder;
    terms.viewer = record.viewer;
    terms.pricePerMiB = record.pricePerMiB;
    terms.maxAmount = record.cap;
    if (const auto fitting = wire::fits(given, terms, id); !fitting)
        return broken(entry, "the best receipt of " + name, fitting.error().message, "one of the contract");
    record.best = {.receipt = *receipt,
                   .payload = opened->payload,
                   .seq = given.seq,
                   .bytes = given.bytes,
                   .amount = given.amount};
    return record;
}

Audited<void> Auditor::addAnswer(const RequestKey& key, const StoredAnswer& row, const std::string& document)
{
    const std::string name = "the stored answer to the request " + toHex(row.id);
    const std::string_view type = typeOf(document);
    std::string why;
    if (type == wire::Transfer::type) {
        why = misfitOfRequest<wire::TransferAnswer, wire::Transfer>(key, row, document, m_network, m_tracker);
    } else if (type == wire::CloseIncomeAddress::type) {
        why = misfitOfRequest<wire::AddressClosedAnswer, wire::CloseIncomeAddress>(key, row, document, m_network,
                                                                                   m_tracker);
    } else if (type == wire::CloseSpendAddress::type) {
        why = misfitOfRequest<wire::AddressClosedAnswer, wire::CloseSpendAddress>(key, row, document, m_network,
                                                                                  m_tracker);
    } else if (type == wire::Settle::type) {
        why = misfitOfRequest<wire::SettleAnswer, wire::Settle>(key, row, document, m_network, m_tracker);
    } else if (type == wire::Contract::type) {
        const auto request = wire::open<wire::Contract>(document, m_network, {Role::Viewer, Role::Seeder});
        why = misfit<wire::ContractAnswer>(row, request, request ? request->payload : base::Sha256(), m_network,
                                           m_tracker);
        if (request && (key.node != request->message.viewer || key.nonce != request->message.nonce))
            why = "node and nonce are not the contract's";
    } else if (type == wire::Receipt::type) {
        auto request = wire::open<wire::Receipt>(document, m_network, {Role::Viewer, Role::Seeder});
        const bool both = request.has_value();
        if (!both)
            request = wire::open<wire::Receipt>(document, m_network, {Role::Viewer});
        const base::Sha256 payload = request ? request->payload : base::Sha256();
        why = misfit<wire::ContractAnswer>(row, request, both ? payload : idOfViewersClose(payload), m_network,
                                           m_tracker);
        if (both)
            m_early.erase(request->message.contract);
    } else {
        why = "its request is not there, or none that moves tokens";
    }
    if (!why.empty())
        return broken(row.entry.value_or(EntryKey()), name, why,
                      "the request with its signatures, and the tracker's answer to it");
    return {};
}

Audited<void> Auditor::finish() const
{
    if (m_gap && m_chains.size() == 1)
        return tl::unexpected(*m_gap);
    if (!m_early.empty())
        return tl::unexpected(m_early.begin()->second);
    // Each entry sums to zero, so this can't fail; it is what invariant 1 says, and costs nothing to look at.
    base::Tokens total;
    for (const auto& [address, state] : m_accounts)
        total += state.account.balance;
    for (const auto& [address, held] : m_held)
        total += held;
    if (total.value() != 0)
        return broken({}, "the sum of all balances", std::to_string(total.value()), "0");
    return {};
}

} // namespace mutoscope::ledger
