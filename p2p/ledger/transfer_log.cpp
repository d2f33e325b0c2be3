#include "p2p/ledger/transfer_log.h"

#include <algorithm>
#include <map>

#include "p2p/base/encoding.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;
using base::Result;

Result<void> exportLog(Store& store, LogWriter& writer)
{
    const auto identity = store.identity();
    if (identity)
        writer.add(LogHeader{identity->network, identity->tracker});
    store.eachEntry([&](const Entry& entry, const Document& cause) {
        writer.add(LogEntry{entry, {std::string(cause.type), std::string(cause.bytes)}});
        return true;
    });
    std::map<base::ContractId, LogContract> contracts; // the store has its own order
    store.eachContract([&](const ContractRecord& row) {
        if (row.state != wire::ContractState::Closed && (row.best || row.state != wire::ContractState::Open))
            contracts[row.id] = {row.id, row.state, row.settles,
                                 row.best ? std::optional(row.best->receipt) : std::nullopt};
        return true;
    });
    for (const auto& [id, row] : contracts)
        writer.add(row);
    store.eachAnswer([&](const RequestKey& key, const StoredAnswer& row, const std::string&) {
        writer.add(LogAnswer{key, row.entry, row.document, row.time, row.status, row.answer});
        return true;
    });
    auto evidence = store.evidence();
    std::ranges::sort(evidence, {}, [](const Store::Evidence& row) { return std::pair(row.kind, row.subject); });
    for (Store::Evidence& row : evidence)
        writer.add(LogEvidence{row.kind, row.subject, row.time, std::move(row.first), std::move(row.second)});
    if (const auto failed = store.error())
        return tl::unexpected(*failed);
    if (!identity)
        return fail(ErrorCode::NotFound, "the ledger has no owner yet");
    return {};
}

namespace
{

/// Puts each line into the store, once the auditor has nothing against it.
class Rebuilder
{
public:
    Rebuilder(Store& store, const LogHeader& header)
        : m_store(store), m_network(header.network), m_tracker(header.tracker), m_auditor(header.network, header.tracker)
    {
    }

    Audited<void> operator()(const LogHeader&) { return {}; }
    Audited<void> operator()(LogEntry& row)
    {
        const auto chain = m_auditor.chains().find(row.entry.chain);
        row.entry.prevHash = chain == m_auditor.chains().end() ? chainStart(row.entry.chain) : chain->second.hash;
        const Document cause{row.cause.type, row.cause.bytes};
        const auto effect = m_auditor.add(row.entry, cause);
        if (!effect)
            return tl::unexpected(effect.error());
        const auto& contract = effect->contract;
        for (const Account& account : effect->made) {
            if (!wasAsked(account)) // what the entry pays to must be there before it
                m_store.insertAccount(account);
        }
        m_store.append(row.entry, cause, contract ? &*contract : nullptr);
        for (Account account : effect->made) {
            account.lastEntry = row.entry.number;
            if (wasAsked(account))
                m_store.insertAccount(account);
        }
        if (row.cause.type == wire::Settle::type) {
            // Whether the other tracker has it already isn't known: told once more, it answers the same.
            const auto said = wire::open<wire::Settle>(cause.bytes, m_network, {wire::Role::Node});
            if (said && said->message.node == m_tracker)
                m_store.insertSettlement({said->payload, said->message.tracker, said->bytes});
        }
        if (effect->closed)
            m_store.closeAccount(*effect->closed);
        if (contract && contract->state == wire::ContractState::Open)
            m_store.insertContract(*contract);
        else if (contract)
            m_store.updateContract(*contract);
        return {};
    }
    Audited<void> operator()(const LogContract& row)
    {
        const auto record = m_auditor.addReceipt(row.id, row.state, row.settles, row.receipt);
        if (!record)
            return tl::unexpected(record.error());
        m_store.updateContract(*record);
        return {};
    }
    Audited<void> operator()(const LogAnswer& row)
    {
        const StoredAnswer answer{row.key.id, row.entry, row.request, row.time, row.status, row.answer};
        const std::string request = row.entry ? m_store.document(*row.entry).value_or(std::string()) : row.request;
        if (const auto added = m_auditor.addAnswer(row.key, answer, request); !added)
            return added;
        m_store.insertAnswer(row.key, answer);
        ++m_answers;
        return {};
    }
    Audited<void> operator()(const LogEvidence& row)
    {
        m_store.insertEvidence({row.kind, row.subject, row.first, row.second}, row.time);
        return {};
    }
    Audited<void> operator()(const LogEnd&) { return m_auditor.finish(); }

    [[nodiscard]] Rebuilt result() const
    {
        std::int64_t open = 0;
        for (const auto& [id, contract] : m_auditor.contracts())
            open += contract.closed ? 0 : 1;
        return {m_auditor.entries(), open, m_answers, m_auditor.issued()};
    }

private:
    /// An owner has asked for it by an entry that moves nothing.
    static bool wasAsked(const Account& account)
    {
        return account.kind == AccountKind::Income || account.kind == AccountKind::Spend;
    }

    Store& m_store;
    const std::string m_network;
    const base::PublicKey m_tracker;
    Auditor m_auditor;
    std::int64_t m_answers = 0;
};

bool isNew(Store& store)
{
    if (!store.heads().empty())
        return false;
    std::int64_t accounts = 0;
    store.eachAccount([&](const Account&) { return ++accounts < 2; });
    return accounts < 2; // the issuance account has its row from the beginning
}

} // namespace

Result<Rebuilt> rebuildFromLog(LogReader& reader, Store& store)
{
    auto line = reader.next();
    if (!line)
        return tl::unexpected(line.error());
    const auto* header = std::get_if<LogHeader>(&**line);
    const auto identity = store.identity();
    if (header == nullptr || !identity)
        return fail(ErrorCode::Internal, "a log begins with its header, and a ledger has an owner");
    if (identity->network != header->network || identity->tracker != header->tracker)
        return fail(ErrorCode::Conflict, "the log is of the network '" + header->network + "' and the tracker " +
                                             base::toBase64Url(header->tracker.raw()) + ", the new ledger is of '" +
                                             identity->network + "' and " + base::toBase64Url(identity->tracker.raw()));
    if (!isNew(store))
        return fail(ErrorCode::Conflict, "the ledger is not a new one");
    Rebuilder rebuilder(store, *header);
    while (line->has_value()) {
        const auto taken = std::visit(rebuilder, **line);
        if (!taken)
            return fail(ErrorCode::WrongData, "line " + std::to_string(reader.line()) + ": " + inWords(taken.error()));
        if (const auto failed = store.error())
            return tl::unexpected(*failed);
        line = reader.next();
        if (!line)
            return tl::unexpected(line.error());
    }
    return rebuilder.result();
}

} // namespace mutoscope::ledger
